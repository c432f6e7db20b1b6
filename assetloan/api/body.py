"""What a program sends: a JSON body read strictly into plain values, a query string read from an allow-list.

A body that is no JSON is 400, a field of the wrong kind is a fault of that field (422), unasked fields are left
alone. A query parameter or filter value outside the list is 400.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from enum import Enum
from typing import Any, NoReturn, TypeVar

from flask import request

from assetloan.api import words  # noqa: F401 - registers the sentences
from assetloan.core import text
from assetloan.core.errors import DomainError, FieldError, Invalid
from assetloan.core.money import Money

LONGEST_BODY = 1024 * 1024
MOST_PER_PAGE = 200
USUAL_PER_PAGE = 50
MOST_PAGE = 1_000_000

Choice = TypeVar("Choice", bound=Enum)

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TRUE, _FALSE = frozenset({"1", "true", "yes"}), frozenset({"0", "false", "no"})


def malformed(**facts: Any) -> DomainError:
    """What cannot be read at all: 400."""
    return DomainError("malformed", **facts)


def check_text(given: str) -> str:
    """Text that a database can hold: no NUL, no half of a surrogate pair. Raises DomainError("malformed")."""
    if "\x00" in given or any("\ud800" <= ch <= "\udfff" for ch in given):
        raise malformed()
    return given


def read_json() -> Any:
    """The body as JSON; nothing at all counts as an empty object. Raises DomainError: malformed, too_large."""
    request.max_content_length = LONGEST_BODY
    data = request.get_data(cache=True)
    if not data.strip():
        return {}
    try:
        read = json.loads(data.decode("utf-8"), parse_constant=_no_number, object_pairs_hook=_object)
        _check_all_text(read)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise malformed() from None
    return read


def _no_number(_name: str) -> NoReturn:
    """NaN and Infinity are not JSON."""
    raise ValueError("not a number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose fields each stand once: of two values nobody can tell which one was meant."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a field stands twice")
    return made


def _check_all_text(value: Any) -> None:
    if isinstance(value, str):
        check_text(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            check_text(key)
            _check_all_text(item)
    elif isinstance(value, list):
        for item in value:
            _check_all_text(item)


def iso_day(written: str) -> date:
    """A day in ISO, CE. Raises ValueError."""
    if not _ISO_DAY.fullmatch(written):
        raise ValueError("not an ISO day")
    day = date.fromisoformat(written)
    if not 1857 <= day.year <= 2157:
        raise ValueError("out of range")
    return day


class Body:
    """The fields of one JSON object. Faults are collected; `check()` raises them all at once."""

    def __init__(self, data: Any, at: str = "") -> None:
        if not isinstance(data, dict):
            raise malformed()
        self._data: dict[str, Any] = data
        self._at = at
        self.faults: list[FieldError] = []

    def has(self, name: str) -> bool:
        """Was the field sent, be it as null?"""
        return name in self._data

    def names(self) -> tuple[str, ...]:
        """The fields that were sent."""
        return tuple(self._data)

    def fault(self, name: str, code: str, **details: Any) -> None:
        """Note what is wrong with a field; the first thing is enough."""
        if all(item.field != self._at + name for item in self.faults):
            self.faults.append(FieldError(self._at + name, code, details))

    def check(self) -> None:
        """Raises Invalid when anything was wrong."""
        if self.faults:
            raise Invalid(*self.faults)

    def _get(self, name: str, required: str | None) -> Any:
        value = self._data.get(name)
        if value is None and required is not None:
            self.fault(name, required)
        return value

    def text(self, name: str, *, required: str | None = None) -> str:
        """A string; "" when absent or null."""
        value = self._get(name, required)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.fault(name, "not_text")
            return ""
        if required is not None and not value.strip():
            self.fault(name, required)
        return value

    def texts(self, name: str, *, most: int, required: str | None = None) -> tuple[str, ...]:
        """A list of strings; () when absent or null. An empty list is a fault: nobody means "nothing"."""
        value = self._get(name, required)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.fault(name, "not_a_list")
            return ()
        if not value:
            self.fault(name, required or "lines_required")
        if len(value) > most:
            self.fault(name, "too_many_lines", most=most)
            return ()
        if not all(isinstance(item, str) for item in value):
            self.fault(name, "not_text")
            return ()
        return tuple(value)

    def objects(self, name: str, *, most: int) -> list[Any]:
        """A list of whatever; [] when absent or null."""
        value = self._data.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(name, "not_a_list")
            return []
        if len(value) > most:
            self.fault(name, "too_many_lines", most=most)
            return []
        return value

    def day(self, name: str, *, required: str | None = None) -> date | None:
        """A day in ISO, CE; None when absent or null."""
        value = self._get(name, required)
        if value is None:
            return None
        try:
            return iso_day(value if isinstance(value, str) else "")
        except ValueError:
            self.fault(name, "iso_date_required")
            return None

    def choice(self, name: str, kind: type[Choice], *, required: str | None = None) -> Choice | None:
        """One of the values of an enum."""
        value = self._get(name, required)
        if value is None:
            return None
        found = next((member for member in kind if member.value == value), None)
        if found is None:
            self.fault(name, "unknown_value", value=value if isinstance(value, str) else "")
        return found

    def flag(self, name: str) -> bool | None:
        """true or false; None when absent or null."""
        value = self._data.get(name)
        if value is not None and not isinstance(value, bool):
            self.fault(name, "not_true_or_false")
            return None
        return value

    def number(self, name: str, *, least: int, most: int, required: str | None = None) -> int | None:
        """A whole number; None when absent or null."""
        value = self._get(name, required)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            self.fault(name, "not_a_number")
        elif not least <= value <= most:
            self.fault(name, "number_out_of_range", least=least, most=most)
        else:
            return value
        return None

    def money(self, name: str) -> Money | None:
        """An amount as a string like "22000.00" (a whole number of baht is understood); None when absent or null."""
        value = self._data.get(name)
        if value is None:
            return None
        try:
            if isinstance(value, bool) or not isinstance(value, str | int):
                raise ValueError("not an amount")
            return Money.parse(value) if isinstance(value, str) else Money.of(value)
        except ValueError:
            self.fault(name, "amount_invalid")
            return None


class Query:
    """The query string of a list: only the parameters named, each at most once."""

    def __init__(self, *allowed: str) -> None:
        for name, values in request.args.lists():
            if name not in allowed or len(values) > 1:
                raise malformed(parameter=check_text(name))
            check_text(values[0])

    def text(self, name: str) -> str:
        return request.args.get(name, "").strip()

    def choice(self, name: str, allowed: type[Choice]) -> Choice | None:
        """One of the values of an enum, None when not asked."""
        wanted = self.text(name)
        if not wanted:
            return None
        found = next((member for member in allowed if member.value == wanted), None)
        if found is None:
            raise malformed(parameter=name)
        return found

    def flag(self, name: str) -> bool:
        """true, 1 or yes; false, 0, no or absent."""
        wanted = self.text(name).lower()
        if wanted and wanted not in _TRUE | _FALSE:
            raise malformed(parameter=name)
        return wanted in _TRUE

    def day(self, name: str) -> date | None:
        wanted = self.text(name)
        try:
            return iso_day(wanted) if wanted else None
        except ValueError:
            raise malformed(parameter=name) from None

    def _number(self, name: str, usual: int, most: int) -> int:
        wanted = self.text(name)
        try:
            return text.parse_int(wanted, least=1, most=most) if wanted else usual
        except ValueError:
            raise malformed(parameter=name) from None

    def page(self) -> int:
        """The page asked for, from 1."""
        return self._number("page", 1, MOST_PAGE)

    def per_page(self) -> int:
        """Rows per page: never more than 200, however many were asked for."""
        return min(self._number("per_page", USUAL_PER_PAGE, MOST_PAGE), MOST_PER_PAGE)


def rows_of(read: Any, *, most: int) -> Iterator[Body]:
    """The objects of a bare JSON array. Raises DomainError("malformed"), Invalid."""
    if not isinstance(read, list):
        raise malformed()
    if not read:
        raise Invalid(FieldError("lines", "lines_required"))
    if len(read) > most:
        raise Invalid(FieldError("lines", "too_many_lines", {"most": most}))
    for number, item in enumerate(read):
        if not isinstance(item, dict):
            raise Invalid(FieldError(str(number), "not_an_object"))
        yield Body(item, f"{number}.")
