"""What every form shares: CSRF token, idempotency key, the Thai date field, and saving once.

A form knows spelling and gives a command; the service knows the rules; `save()` joins them for a view.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import wtforms
from flask import redirect, request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import Field, HiddenField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from assetloan.core import calendar, ids, text
from assetloan.core.calendar import DateError
from assetloan.core.db import only_shown
from assetloan.core.errors import DomainError, Invalid
from assetloan.core.i18n import _, _l, word
from assetloan.core.idempotency import Answer, answer_to, fingerprint, run_once


class BaseForm(FlaskForm):
    """A form that changes something: CSRF and the key that makes a double click harmless."""

    key = HiddenField(default=ids.new_token)

    def validate(self, extra_validators: Any = None) -> bool:
        if only_shown():
            return False
        good = bool(super().validate(extra_validators))
        for field in self._fields.values():
            field.errors = [_named(field, _in_our_words(error)) for error in field.errors]
        return good

    def add_error(self, error: DomainError) -> None:
        """Put a refusal beside its fields; what has no field stands in the summary."""
        if not isinstance(error, Invalid):
            self.form_errors.append(word(error))
            return
        for fault in error.errors:
            field = self._fields.get(fault.field)
            if field is None:
                self.form_errors.append(word(fault))
            else:
                field.errors = [*field.errors, _named(field, word(fault))]


# Sentences that fit any field: on top of the page, among others, they say which one they are about.
_OF_ANY_FIELD = (
    _l("กรุณากรอกช่องนี้"),
    _l("กรุณาระบุวันที่"),
    _l("กรุณาเลือกจากรายการที่มี"),
    _l("ยาวเกินไป ใส่ได้ไม่เกิน %(most)s ตัวอักษร"),
    _l("ใส่ตัวเลขจำนวนเต็มตั้งแต่ %(least)s ถึง %(most)s"),
    _l("ไม่มีวันที่นี้ในปฏิทิน กรุณากรอกวัน เดือน ปี พ.ศ. เช่น 25 11 2569"),
)
_BLANK = re.compile(r"%\(\w+\)[sd]")
_LIBRARY_LENGTH = re.compile(r"Field cannot be longer than (\d+) characters?\.")


def _in_our_words(error: Any) -> str:
    """A plain sentence: lazy words are made now, and what the form library says by itself is said in Thai."""
    sentence = str(error)
    if sentence in ("Not a valid choice.", "Invalid Choice: could not coerce.") or "valid choice" in sentence:
        return str(_("กรุณาเลือกจากรายการที่มี"))
    too_long = _LIBRARY_LENGTH.fullmatch(sentence)
    if too_long:
        return str(_("ยาวเกินไป ใส่ได้ไม่เกิน %(most)s ตัวอักษร", most=too_long[1]))
    return sentence


def _named(field: Field, sentence: str) -> str:
    """The sentence with the name of its field, where it could stand at any field."""
    for words in _OF_ANY_FIELD:
        pattern = ".+".join(re.escape(part) for part in _BLANK.split(str(words)))
        if re.fullmatch(pattern, sentence):
            return f"{field.label.text}: {sentence}"
    return sentence


class ActForm(BaseForm):
    """The form of one button."""


class CleanStringField(StringField):
    """One line of text, cleaned: NFC, no control or invisible characters, single spaces."""

    data: str | None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = text.clean(valuelist[0]) if valuelist else (self.data or "")


class CleanTextField(StringField):
    """Several lines of text, cleaned."""

    data: str | None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = text.clean_multiline(valuelist[0]) if valuelist else (self.data or "")


_CHOICES: Any = wtforms.SelectField.choices


class _OfPairs:
    """Choices are given as (value, words) pairs, or as choices already."""

    def __init__(self, label: Any = None, validators: Any = None, *, choices: Any = None, **kwargs: Any) -> None:
        given = None if choices is None else options(choices)
        super().__init__(label, validators, choices=given, **kwargs)  # type: ignore[call-arg]

    @property
    def choices(self) -> Any:
        return _CHOICES.__get__(self)

    @choices.setter
    def choices(self, given: Any) -> None:
        _CHOICES.__set__(self, None if given is None else options(given))


class SelectField(_OfPairs, wtforms.SelectField):
    """One of several, as the browser's list."""


class RadioField(_OfPairs, wtforms.RadioField):
    """One of several, as cards."""


class CheckboxesField(_OfPairs, wtforms.SelectMultipleField):
    """Several of several, as cards."""


class WholeNumberField(StringField):
    """A whole number in Thai or Arabic digits; empty is None."""

    def __init__(self, label: Any = None, validators: Any = None, least: int = 0, most: int = 10**9, **kwargs: Any):
        super().__init__(label, validators, **kwargs)
        self.least, self.most = least, most
        self.number: int | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0].strip() if valuelist else ""

    def pre_validate(self, form: Any) -> None:
        self.number = None
        if not self.data:
            return
        try:
            self.number = text.parse_int(str(self.data), least=self.least, most=self.most)
        except ValueError:
            raise StopValidation(
                _("ใส่ตัวเลขจำนวนเต็มตั้งแต่ %(least)s ถึง %(most)s", least=self.least, most=self.most)
            ) from None


class ThaiDateField(Field):
    """Three text fields (วัน, เดือน by number or name, ปี พ.ศ.); a CE year is understood and echoed in พ.ศ."""

    widget = TextInput()
    data: date | None

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.typed: dict[str, str] | None = None

    @property
    def parts(self) -> dict[str, str]:
        if self.typed is not None:
            return self.typed
        if self.data is None:
            return {"day": "", "month": "", "year": ""}
        return {"day": str(self.data.day), "month": str(self.data.month), "year": str(calendar.be_year(self.data))}

    @property
    def blank(self) -> bool:
        return self.typed is not None and not any(self.typed.values())

    def process(self, formdata: MultiDict[str, str] | None, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors = []
        self.data = data if isinstance(data, date) else (self.default if isinstance(self.default, date) else None)
        self.raw_data = None
        if formdata is None or f"{self.name}-day" not in formdata:
            return
        self.typed = {part: text.clean(formdata.get(f"{self.name}-{part}", "")) for part in ("day", "month", "year")}
        self.data = None
        self.raw_data = [" ".join(self.typed.values()).strip()]
        if self.blank:
            self.raw_data = []
            return
        try:
            parsed = calendar.parse_date(" ".join(self.typed.values()), two_digit="be")
            if parsed.precision != "day":
                raise DateError("date_invalid")
            self.data = parsed.day
        except DateError:
            self.process_errors.append(_("ไม่มีวันที่นี้ในปฏิทิน กรุณากรอกวัน เดือน ปี พ.ศ. เช่น 25 11 2569"))


class DateRequired:
    """The date must be given."""

    field_flags = {"required": True}

    def __init__(self, message: Any = None) -> None:
        self.message = message or _l("กรุณาระบุวันที่")

    def __call__(self, _form: Any, field: ThaiDateField) -> None:
        if field.data is None and not field.errors:
            raise StopValidation(str(self.message))


def asked() -> str:
    """The fingerprint of the posted form (CSRF token and key aside; of files their names and sizes)."""
    fields = sorted(
        (name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", "key")
    )
    files = sorted((name, item.filename or "") for name, item in request.files.items(multi=True))
    return fingerprint(request.path, *(part for pair in fields + files for part in pair))


def save(owner: str, form: BaseForm, work: Callable[[], str]) -> Response | None:
    """Run `work` (which returns the address to go on to) once, in one transaction.

    None when a rule said no: the sentence then stands in the form, and what was typed is kept.
    """
    try:
        answer = run_once(owner, form.key.data or None, asked(), lambda: Answer(303, location=work()))
    except DomainError as error:
        if error.code in ("not_allowed", "not_found"):
            raise
        form.add_error(error)
        return None
    return redirect(answer.location, 303)


def done_before(owner: str) -> Response | None:
    """The answer to this very form if it was sent before; for views that must look at the state of things first."""
    if request.method != "POST":
        return None
    answer = answer_to(owner, request.form.get("key"), asked())
    return None if answer is None else redirect(answer.location, 303)


def options(pairs: Iterable[Any]) -> list[SelectChoice]:
    """(value, words) pairs as the form library wants them."""
    return [pair if isinstance(pair, SelectChoice) else SelectChoice(pair[0], pair[1]) for pair in pairs]


def choices(pairs: Iterable[tuple[Any, Any]]) -> list[tuple[str, Any]]:
    """(enum member, words) pairs as choices of a field."""
    return [(str(getattr(value, "value", value)), words) for value, words in pairs]
