"""What commands print: results on standard output, everything else on standard error, one JSON object when asked."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

import assetloan.cli.words  # noqa: F401 - the sentences register themselves
from assetloan.core.errors import DomainError, Invalid
from assetloan.core.i18n import word

DONE, REFUSED, WRONG_USE = 0, 1, 2


class WrongUse(Exception):
    """The call itself is wrong (a file or unit that is not there): exit code 2."""

    def __init__(self, error: DomainError) -> None:
        super().__init__(error.code)
        self.error = error


def say(sentence: str) -> None:
    """A sentence for the person at the console."""
    print(sentence, file=sys.stderr, flush=True)


def show(*lines: str) -> None:
    """The result, for people."""
    for line in lines:
        print(line, flush=True)


def show_json(answer: dict[str, Any]) -> None:
    """The result, as the one JSON object on standard output."""
    print(json.dumps(answer, ensure_ascii=False), flush=True)


def sentences(error: DomainError) -> list[str]:
    """What is wrong, in words: one sentence, or one per field."""
    if isinstance(error, Invalid):
        return [f"{fault.field}: {word(fault)}" for fault in error.errors]
    return [word(error)]


def refused(args: argparse.Namespace, error: DomainError) -> None:
    """Say why; with --json as an object too."""
    words = sentences(error)
    for sentence in words:
        say(sentence)
    if getattr(args, "json", False):
        show_json({"code": error.code, "detail": " ".join(words)})
