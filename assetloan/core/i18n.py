"""Words: Thai is the source language, English its translation. Also dates, instants and money as people read them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from flask import Flask, g, has_app_context, has_request_context, request, session
from flask_babel import Babel, force_locale, get_translations
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

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
    "in_language",
    "init",
    "language",
    "ngettext",
    "register_errors",
    "word",
    "word_code",
]

LANGUAGES = ("th", "en")
_errors: dict[str, Any] = {}


def _said(words: str) -> str:
    """The words in the language of the answer. Thai stands as it is written: no catalogue is asked.

    A page says two hundred things, and Flask-Babel finds out for each of them anew which language it is.
    """
    return words if language() == "th" else str(_english().ugettext(words))


def _english() -> Any:
    """The English catalogue, kept for the rest of the answer."""
    catalogue = g.get("english_words")
    if catalogue is None:
        catalogue = g.english_words = get_translations()
    return catalogue


def _(words: str, /, **facts: Any) -> str:
    """The words in the reader's language, with the facts put in."""
    said = _said(words)
    return said % facts if facts else said


def ngettext(one: str, many: str, num: int, /, **facts: Any) -> str:
    """The words for a number of things; `num` is a fact like the others. Thai has one form, the second."""
    facts.setdefault("num", num)
    if language() == "th":
        return (one if num == 1 else many) % facts
    return str(_english().ungettext(one, many, num)) % facts


def _l(words: str, /, **facts: Any) -> Any:
    """Words that are said when they are used: for constants."""
    return LazyString(_, words, **facts)


@pass_eval_context
def _in_template(how: EvalContext, words: str, /, **facts: Any) -> str:
    """`_` of the templates: markup, with the facts escaped. A percent sign is written twice, facts or not."""
    said = Markup(_said(words)) if how.autoescape else _said(words)  # noqa: S704 - words of ours, never a visitor's
    return said % facts if "%" in said else said


@pass_eval_context
def _many_in_template(how: EvalContext, one: str, many: str, num: int, /, **facts: Any) -> str:
    """`ngettext` of the templates."""
    facts.setdefault("num", num)
    thai = language() == "th"
    said = (one if num == 1 else many) if thai else str(_english().ungettext(one, many, num))
    return (Markup(said) if how.autoescape else said) % facts  # noqa: S704 - words of ours, never a visitor's


def register_errors(words: dict[str, Any]) -> None:
    """Give the sentences for error codes; each package registers its own."""
    _errors.update(words)


def registered_codes() -> frozenset[str]:
    """All error codes that have words (a test compares them with the codes raised)."""
    return frozenset(_errors)


def _choose() -> str:
    if not has_request_context():
        return "th"
    chosen = request.cookies.get("lang") or session.get("lang")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or "th"


def language() -> str:
    """The language of this answer: "th" or "en"."""
    if not has_app_context():
        return "th"
    chosen: str | None = g.get("language")
    if chosen is None:
        chosen = g.language = _choose()
    return chosen


@contextmanager
def in_language(wanted: str) -> Iterator[None]:
    """Speak another language for a while: papers are Thai whatever the reader chose."""
    before, g.language = language(), wanted
    try:
        with force_locale(wanted):
            yield
    finally:
        g.language = before


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
    Babel(app, locale_selector=language)
    app.jinja_env.globals.update(_=_in_template, gettext=_in_template, ngettext=_many_in_template)
    app.jinja_env.filters["day"] = format_day
    app.jinja_env.filters["instant"] = format_instant
    app.jinja_env.filters["money"] = format_money
