"""The URL map as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def rules(app: Flask) -> list[Rule]:
    """Every route but the static files, in a stable order."""
    return sorted((rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"), key=lambda rule: rule.rule)


def audience(app: Flask, rule: Rule) -> Any:
    """What the route declares."""
    return getattr(app.view_functions[rule.endpoint], "access", None)


def methods(rule: Rule) -> list[str]:
    """The methods a route has written down."""
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def unsafe(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every route and method that may change something."""
    for rule in rules(app):
        for method in methods(rule):
            if method not in SAFE:
                yield rule, method


def pages(app: Flask) -> Iterator[Rule]:
    """Every route that a browser opens."""
    for rule in rules(app):
        if "GET" in (rule.methods or set()) and not rule.rule.startswith("/api/"):
            yield rule
