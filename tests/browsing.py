"""Filling in the forms of a page as a browser does: hidden fields, ticks and defaults come from the page itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import lxml.html
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def forms_of(page: str) -> list[lxml.html.FormElement]:
    """The forms of a page."""
    return list(lxml.html.fromstring(page).forms)


def the_form(page: str, action: str = "") -> lxml.html.FormElement:
    """The form that posts to `action` (its end suffices), or the only one that posts, signing out aside."""
    posting = {unquote(form.action or ""): form for form in reversed(forms_of(page)) if form.method == "POST"}
    found = [
        form
        for address, form in posting.items()
        if (address.endswith(action) if action else not address.endswith("/sign-out"))
    ]
    assert found, f"no form to {action or 'anything'}; there are {sorted(posting)}"
    return found[-1]


def values_of(form: lxml.html.FormElement) -> dict[str, list[Any]]:
    """What a browser would send for an untouched form."""
    values: dict[str, list[Any]] = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    return values


def fill(client: FlaskClient, page: str, /, *, action: str = "", fields: dict[str, Any] | None = None) -> TestResponse:
    """Open a page, fill in its form and send it. A list gives several values, None takes a field away."""
    shown = client.get(page)
    assert shown.status_code == 200, (page, shown.status_code, shown.headers.get("Location"))
    form = the_form(shown.text, action)
    return send(client, form, page, fields or {})


def send(client: FlaskClient, form: lxml.html.FormElement, page: str, fields: dict[str, Any]) -> TestResponse:
    """Send a form with some of its fields changed."""
    values = values_of(form)
    for name, value in fields.items():
        if value is None:
            values.pop(name, None)
        else:
            values[name] = value if isinstance(value, list) else [value]
    multipart = form.get("enctype") == "multipart/form-data"
    return client.post(form.action or page, data=values, content_type="multipart/form-data" if multipart else None)


def day(name: str, day_month_year: str) -> dict[str, str]:
    """The three fields of a Thai date: day("due_on", "25 11 2569")."""
    return dict(zip((f"{name}-day", f"{name}-month", f"{name}-year"), day_month_year.split(), strict=True))
