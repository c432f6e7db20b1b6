#!/usr/bin/env python3
"""Starts the server and carries every command: `python run.py COMMAND` (docs/operations.md)."""

import gc
import sys

if __name__ == "__main__":
    gc.disable()  # modules live to the end: to search them for garbage again and again costs an eighth of the start
    from assetloan.cli.main import main

    gc.freeze()
    gc.enable()
    sys.exit(main())
