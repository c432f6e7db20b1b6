"""Every state and every error code has words; a sentence asks only for facts that its error carries."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator, Mapping
from enum import Enum
from types import ModuleType

import pytest
from flask import Flask

import assetloan
from assetloan.core import i18n
from assetloan.core.errors import STATUS
from tests.architecture.source import called, nodes

# Where the code stands among the positional arguments of whatever carries one.
CARRIERS = {
    "DomainError": 0,
    "Forbidden": 0,
    "FileRefused": 0,
    "WorkStopped": 0,
    "CellError": 0,
    "DateError": 0,
    "word_code": 0,
    "FieldError": 1,
    "invalid": 1,
    "Problem": 4,
}
# Enums that no person ever reads, and why.
WORDLESS = {
    "Verdict": "the page of an import words it beside its tone, where a test reads it",
    "LinkKind": "kind of a one-time link, only looked up",
    "LoanSource": "pages word paper loans by a sentence of their own",
    "Route": "pages name the post that decides",
    "_Unchanged": "marks an argument that was left out",
    "ChangeAction": "acts of a table; buttons and the record word what they do",
    "MoveAction": "acts of a table; buttons and the record word what they do",
    "SightingAction": "acts of a table; buttons and the record word what they do",
    "SightingState": "a sighting is told by what became of it, in sentences of its own",
    "Situation": "each situation of the scan page has its own headline",
}
CODE = re.compile(r"[a-z][a-z0-9_]+")


def _modules() -> list[ModuleType]:
    found = [assetloan]
    for item in pkgutil.walk_packages(assetloan.__path__, "assetloan."):
        if item.name.endswith(("__main__", "child_main")) or ".inside." in item.name:
            continue
        found.append(importlib.import_module(item.name))
    return found


@pytest.fixture(scope="module")
def everything() -> list[ModuleType]:
    return _modules()


def _codes() -> Iterator[tuple[str, str, frozenset[str] | None]]:
    """(code, place, facts it carries or None when they cannot be told) of every error written in the source."""
    for name, node in nodes(ast.Call):
        assert isinstance(node, ast.Call)
        position = CARRIERS.get(called(node).rsplit(".", 1)[-1])
        if position is None or len(node.args) <= position:
            continue
        # Whoever catches a DateError knows what was typed and adds it.
        facts = None if called(node).endswith("DateError") else _facts(node, position)
        if isinstance(node.args[position], ast.Subscript):
            continue  # a code handed on from elsewhere
        for part in ast.walk(node.args[position]):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and CODE.fullmatch(part.value):
                yield part.value, f"{name}:{node.lineno}", facts


def _facts(node: ast.Call, position: int) -> frozenset[str] | None:
    names = {keyword.arg for keyword in node.keywords}
    if len(node.args) > position + 1:
        details = node.args[position + 1]
        if not isinstance(details, ast.Dict) or not all(isinstance(key, ast.Constant) for key in details.keys):
            return None
        names |= {str(key.value) for key in details.keys if isinstance(key, ast.Constant)}
    return None if None in names else frozenset(str(name) for name in names)


def test_every_error_code_has_a_sentence(app: Flask, everything: list[ModuleType]) -> None:
    known = i18n.registered_codes()
    silent = {f"{code} ({place})" for code, place, _facts in _codes() if code not in known}
    assert silent == set()
    assert set(STATUS) <= known


def test_sentences_ask_only_for_facts_that_are_there(app: Flask, everything: list[ModuleType]) -> None:
    """A sentence with %(name)s for which its error carries no fact would be an error page."""
    wrong = set()
    for code, place, facts in _codes():
        sentence = i18n._errors.get(code)
        if facts is None or sentence is None or inspect.isfunction(sentence):
            continue
        wanted = set(re.findall(r"%\((\w+)\)s", str(sentence)))
        if not wanted <= facts:
            wrong.add(f"{code} at {place} lacks {sorted(wanted - facts)}")
    assert wrong == set()


def _enums(everything: list[ModuleType]) -> dict[str, type[Enum]]:
    return {
        value.__name__: value
        for module in everything
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Enum) and value.__module__.startswith("assetloan.")
    }


def test_every_state_has_words(app: Flask, everything: list[ModuleType]) -> None:
    worded = [
        frozenset(str(getattr(key, "value", key)) for key in value)
        for module in everything
        if module.__name__.endswith(("labels", "words"))
        for value in vars(module).values()
        if isinstance(value, Mapping) and value
    ]
    wordless = {
        name
        for name, kind in _enums(everything).items()
        if name not in WORDLESS and not any({str(item.value) for item in kind} <= keys for keys in worded)
    }
    assert wordless == set()
    assert set(WORDLESS) <= set(_enums(everything)), "an exception that is no longer needed"


def test_no_two_states_of_a_kind_share_their_words(app: Flask, everything: list[ModuleType]) -> None:
    """Two states that read alike cannot be told apart by anyone."""
    alike = set()
    with app.test_request_context("/"):
        for module in everything:
            if not module.__name__.endswith("labels"):
                continue
            for name, value in vars(module).items():
                if isinstance(value, dict) and value and all(isinstance(key, Enum) for key in value):
                    words = [str(item) for item in value.values() if not callable(item)]
                    if len(set(words)) < len(words) and not name.endswith(("TONES", "SIGNS", "PICTURES")):
                        alike.add(f"{module.__name__}.{name}")
    assert alike == set()
