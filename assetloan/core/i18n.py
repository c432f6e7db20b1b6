"""Words: Thai is the source language, English its translation. Also dates, instants and money as people read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, get_locale, gettext, lazy_gettext, ngettext

from assetloan.core import calendar, clock
from assetloan.core.errors import DomainError, FieldError
from assetloan.core.money import Money

__all__ = [
    "LANGUAGES",
    "_",
    "_l",
    "format_day",
    "format_instant",
    "format_money",
    "init",
    "language",
    "ngettext",
    "register_errors",
    "word",
    "word_code",
]

LANGUAGES = ("th", "en")
_: Callable[..., str] = gettext
_l = lazy_gettext

_errors: dict[str, Any] = {}


def register_errors(words: dict[str, Any]) -> None:
    """Give the sentences for error codes; each package registers its own."""
    _errors.update(words)


def registered_codes() -> frozenset[str]:
    """All error codes that have words (a test compares them with the codes raised)."""
    return frozenset(_errors)


def _choose() -> str:
    if not has_request_context():
        return "th"
    forced = g.get("language")
    if forced in LANGUAGES:
        return str(forced)
    chosen = request.cookies.get("lang") or session.get("lang")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or "th"


def language() -> str:
    """The language of this answer: "th" or "en"."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "th"


def word_code(code: str, details: dict[str, Any]) -> str:
    """The sentence for a code, with its facts worded."""
    sentence = _errors.get(code)
    if sentence is None:
        return str(_("ทำรายการไม่ได้ (รหัส %(code)s)", code=code))
    if callable(sentence):  # a sentence that depends on its facts
        return str(sentence({name: _fact(value) for name, value in details.items()}))
    return str(sentence) % {name: _fact(value) for name, value in details.items()}


def word(error: DomainError | FieldError) -> str:
    """The sentence for an error in the language of the reader."""
    return word_code(error.code, error.details)


def _fact(value: Any) -> str:
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, date):
        return format_day(value)
    if isinstance(value, Money):
        return format_money(value)
    return str(value)


def format_day(day: date | None, form: str = "short") -> str:
    """A day in the reader's language; Thai with the พ.ศ. year."""
    if day is None:
        return "-"
    return calendar.english_date(day, form) if language() == "en" else calendar.thai_date(day, form)


def format_instant(instant: datetime | None, form: str = "short") -> str:
    """Day and time of an instant in Bangkok: "25 พ.ย. 2569 09:05 น."."""
    if instant is None:
        return "-"
    local = clock.in_bangkok(instant)
    time = local.strftime("%H:%M")
    return f"{format_day(local.date(), form)} {time}" + ("" if language() == "en" else " น.")


def format_money(amount: Money | None) -> str:
    """An amount with thousands commas and two decimals; "-" when there is none."""
    return "-" if amount is None else amount.display()


def init(app: Flask) -> None:
    """Hang the languages and the filters on the application."""
    Babel(app, locale_selector=_choose)
    app.jinja_env.filters["day"] = format_day
    app.jinja_env.filters["instant"] = format_instant
    app.jinja_env.filters["money"] = format_money
