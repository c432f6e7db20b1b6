"""Reads pages as a browser does: the forms of a page with what stands in their fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


@dataclass
class Form:
    """One form: where it goes and what it would send untouched."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
        if not self.forms:
            return
        form = self.forms[-1]
        if tag == "input" and given.get("name"):
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if ticked and given.get("type") != "file":
                form.fields[given["name"]] = given.get("value", "")
        elif tag == "select":
            self._select = given["name"]
            form.choices[self._select] = []
        elif tag == "option" and self._select:
            form.choices[self._select].append(given.get("value", ""))
            if "selected" in given or self._select not in form.fields:
                form.fields[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._area = given["name"]
            form.fields[self._area] = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.forms[-1].fields[self._area] = self.forms[-1].fields[self._area].removeprefix("\n")
            self._area = ""
        elif tag == "select":
            self._select = ""


def forms(page: str) -> list[Form]:
    """All forms of a page."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


def form_to(page: str, action: str) -> Form:
    """The form of a page that goes to an address (its path, decoded)."""
    return next(form for form in forms(page) if unquote(form.action).split("?")[0] == action)


def send(client: FlaskClient, page: str, action: str, **changed: Any) -> TestResponse:
    """Open a page, change some fields of its form and send it. A field given as None is left out."""
    return resend(client, client.get(page).text, action, **changed)


def resend(client: FlaskClient, text: str, action: str, **changed: Any) -> TestResponse:
    """The same for a page that is open already."""
    form = form_to(text, action)
    fields: dict[str, Any] = form.fields | changed
    return client.post(
        form.action,
        data={name: value for name, value in fields.items() if value is not None},
        content_type="multipart/form-data",
    )
