"""Keeping the agency's own figures: government holidays and dated settings, with the right checked and recorded."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from assetloan import audit
from assetloan.audit import ObjectRef
from assetloan.core import clock, settings
from assetloan.core.calendar import be_year
from assetloan.core.db import db
from assetloan.core.errors import NotFound, invalid
from assetloan.core.holidays import Holiday
from assetloan.core.holidays_seed import government_holidays
from assetloan.core.text import parse_int
from assetloan.identity.inputs import line, required_line
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref

LIBRARY = "library"
# Kept by the program itself.
NOT_FOR_PEOPLE = frozenset({"demo"})


# --- holidays -------------------------------------------------------------------------------------------------------


def add_holiday(actor: Actor, day: date, name: str, source: str, *, now: datetime) -> None:
    """A day on which government offices are closed; `source` cites the resolution. Raises Forbidden, Invalid."""
    actor.require(Permission.HOLIDAY_MANAGE, unit_id=None)
    name, source = required_line("name", name), required_line("source", source)
    if db.session.get(Holiday, day) is not None:
        raise invalid("day", "holiday_taken", day=day)
    db.session.add(Holiday(day=day, name=name, source=source))
    after = {"name": name, "source": source}
    audit.record(actor_ref(actor), "holiday.added", _holiday(day), at=now, after=after)


def remove_holiday(actor: Actor, day: date, *, now: datetime) -> None:
    """Offices are open on that day after all. Raises Forbidden, NotFound."""
    actor.require(Permission.HOLIDAY_MANAGE, unit_id=None)
    row = db.session.get(Holiday, day)
    if row is None:
        raise NotFound()
    before = {"name": row.name, "source": row.source}
    db.session.delete(row)
    audit.record(actor_ref(actor), "holiday.removed", _holiday(day), at=now, before=before)


def fill_holidays(actor: Actor, year: int, *, now: datetime) -> int:
    """Add the days that the library knows of a CE year; what stands there stays. Returns how many were added."""
    actor.require(Permission.HOLIDAY_MANAGE, unit_id=None)
    added = {day: name for day, name in government_holidays([year]).items() if db.session.get(Holiday, day) is None}
    db.session.add_all(Holiday(day=day, name=name, source=LIBRARY) for day, name in added.items())
    if added:
        what = ObjectRef("holidays", str(be_year(date(year, 1, 1))))
        after = {day.isoformat(): name for day, name in added.items()}
        audit.record(actor_ref(actor), "holidays.filled", what, at=now, after=after)
    return len(added)


def _holiday(day: date) -> ObjectRef:
    return ObjectRef("holiday", day.isoformat())


# --- settings -------------------------------------------------------------------------------------------------------


def open_settings() -> list[settings.Definition]:
    """The settings that people may change, in the order in which they are shown."""
    return [item for item in settings.DEFINITIONS.values() if item.key not in NOT_FOR_PEOPLE]


def history_of(key: str) -> list[tuple[date, Any]]:
    """The values that were set, with the day each holds from, newest first; the default is not among them."""
    query = select(settings.Setting.valid_from).where(settings.Setting.key == key)
    days = sorted(db.session.scalars(query), reverse=True)
    return [(day, settings.value(key, day)) for day in days]


def changes_of(key: str, today: date) -> list[tuple[date, Any]]:
    """The values that are set for days to come, nearest first."""
    return [(day, value) for day, value in reversed(history_of(key)) if day > today]


def change_setting(actor: Actor, key: str, given: str | bool, valid_from: date, *, now: datetime) -> None:
    """Set a value from a day on; the days before keep theirs, so the day is in the past only where the setting may be.

    Raises Forbidden, NotFound, Invalid.
    """
    actor.require(Permission.SETTINGS_MANAGE, unit_id=None)
    definition = next((item for item in open_settings() if item.key == key), None)
    if definition is None:
        raise NotFound()
    if valid_from < clock.bangkok_date(now) and not definition.backdated:
        raise invalid("valid_from", "setting_in_the_past")
    new = _value(definition, given)
    before = settings.value(key, valid_from)
    settings.put(key, new, valid_from)
    audit.record(
        actor_ref(actor),
        "setting.changed",
        ObjectRef("setting", key),
        at=now,
        before={"value": before},
        after={"value": new, "valid_from": valid_from},
    )


def _value(definition: settings.Definition, given: str | bool) -> Any:
    if definition.kind is bool:
        return bool(given)
    if definition.choices and given not in definition.choices:
        raise invalid("choice", "unknown_value", value=given)
    if definition.kind is str:
        return line("value", str(given))
    try:
        return parse_int(str(given), least=definition.least, most=definition.most)
    except ValueError:
        raise invalid("value", "number_out_of_range", least=definition.least, most=definition.most) from None
