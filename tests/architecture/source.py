"""The source code as data: modules, their syntax trees, templates."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "assetloan"
TEMPLATES = ROOT / "templates"


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of assetloan by its path, e.g. "core/clock.py"."""
    return {
        path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    }


def nodes(kind: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    """Every node of a kind, with the path of its module."""
    for name, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, kind):
                yield name, node


def called(node: ast.Call) -> str:
    """The dotted name of what is called, as far as it is written: "db.session.get_one"."""
    parts: list[str] = []
    target: ast.AST = node.func
    while isinstance(target, ast.Attribute):
        parts.append(target.attr)
        target = target.value
    if isinstance(target, ast.Name):
        parts.append(target.id)
    return ".".join(reversed(parts))


def function_of(name: str, line: int) -> str:
    """The innermost function around a line of a module; "" at module level."""
    found = ""
    for node in ast.walk(modules()[name]):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.lineno <= line <= (node.end_lineno or 0):
            found = node.name
    return found


def templates() -> dict[str, str]:
    """Every template by its path, e.g. "web/home.html"."""
    return {
        path.relative_to(TEMPLATES).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(TEMPLATES.rglob("*.html"))
    }
