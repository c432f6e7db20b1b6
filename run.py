#!/usr/bin/env python3
"""Starts the server and carries every command: `python run.py COMMAND` (docs/operations.md)."""

import sys

from assetloan.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
