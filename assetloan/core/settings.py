"""Dated settings: every number that a regulation or the agency sets, with its article and the day it holds from.

The defaults stand here as data; the table `setting` overrides them from a day on, so an old figure keeps its old rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g, has_app_context
from sqlalchemy import CheckConstraint, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from assetloan.core import stamps
from assetloan.core.db import Base, db
from assetloan.core.errors import invalid


@dataclass(frozen=True, slots=True)
class Definition:
    """One setting: its key, kind, default, bounds and the article that sets it.

    `earlier` are the defaults of former days, each with the last day on which it held. `choices` are the only values
    of a text. `backdated` lets it be set from a day that is past: what it decides is older than the system.
    """

    key: str
    kind: type[int] | type[str] | type[bool]
    default: Any
    article: str = ""
    least: int = 0
    most: int = 10_000_000
    earlier: tuple[tuple[date, Any], ...] = ()
    choices: tuple[str, ...] = ()
    backdated: bool = False

    def default_on(self, day: date) -> Any:
        """The default as it was on a day."""
        return next((value for last_day, value in self.earlier if day <= last_day), self.default)


DEFINITIONS: dict[str, Definition] = {
    item.key: item
    for item in (
        Definition("agency_name", str, ""),
        Definition("agency_short_name", str, ""),
        Definition("agency_phone", str, ""),
        Definition("agency_email", str, ""),
        Definition("longest_loan_days", int, 15, "ระเบียบของหน่วยงาน", 1, 365),
        Definition("default_loan_days", int, 3, "ระเบียบของหน่วยงาน", 1, 365),
        Definition("most_extensions", int, 1, "ระเบียบของหน่วยงาน", 0, 20),
        Definition("extension_before_due", bool, True, "ระเบียบของหน่วยงาน"),
        Definition("chase_days", int, 7, "ข้อ 211", 1, 60),
        Definition("inspection_days", int, 30, "ข้อ 213", 1, 90),
        Definition("disposal_days", int, 60, "ข้อ 215", 1, 365),
        Definition("sale_limit_baht", int, 500_000, "ข้อ 215 (1)", 0),
        Definition("write_off_limit_baht", int, 1_000_000, "ข้อ 217", 0),
        Definition("audit_office_days", int, 30, "ข้อ 218", 1, 90),
        Definition(
            "capital_threshold_baht",
            int,
            10_000,
            "หลักเกณฑ์การบันทึกครุภัณฑ์ ใช้เกณฑ์ของวันที่ได้มา",
            earlier=((date(2002, 9, 30), 30_000), (date(2019, 9, 30), 5_000)),
        ),
        Definition(
            "depreciation_convention",
            str,
            "a",
            "หลักการและนโยบายบัญชีสำหรับหน่วยงานภาครัฐ",
            choices=("a", "b", "c"),
            backdated=True,
        ),
        Definition("monthly_due_working_day", int, 5, "ระเบียบของหน่วยงาน", 1, 20),
        Definition("collect_days", int, 3, "ระเบียบของหน่วยงาน", 0, 60),
        Definition("lead_days", int, 0, "ระเบียบของหน่วยงาน", 0, 60),
        Definition("queue_notice_days", int, 7, "ระเบียบของหน่วยงาน", 0, 60),
        Definition("sites_are_inside", bool, False, "ข้อ 208 (2)"),
        Definition("outsiders_may_borrow", bool, False, "ข้อ 207, 208 (2)"),
        Definition("agency_letter_required", bool, False, "ข้อ 208 (1)"),
        Definition("demo", bool, False),
    )
}


class Setting(Base):
    """One value from a day on."""

    __tablename__ = "setting"
    __table_args__ = (UniqueConstraint("key", "valid_from"), CheckConstraint("key <> ''", name="key_given"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    value: Mapped[str]
    valid_from: Mapped[date]


def _rows() -> list[tuple[str, str, date]]:
    """All overrides (there are few), kept until one is changed."""
    cached: list[tuple[str, str, date]] | None = g.get("settings_rows") if has_app_context() else None
    if cached is None:
        cached = stamps.kept("settings", _read_rows)
        if has_app_context():
            g.settings_rows = cached
    return cached


def _read_rows() -> list[tuple[str, str, date]]:
    query = select(Setting.key, Setting.value, Setting.valid_from).order_by(Setting.valid_from, Setting.id)
    return [(row.key, row.value, row.valid_from) for row in db.session.execute(query)]


def _read(definition: Definition, text: str) -> Any:
    if definition.kind is bool:
        return text == "1"
    return int(text) if definition.kind is int else text


def value(key: str, on: date) -> Any:
    """The value of a setting on a day."""
    definition = DEFINITIONS[key]
    found = definition.default_on(on)
    for row_key, text, valid_from in _rows():
        if row_key == key and valid_from <= on:
            found = _read(definition, text)
    return found


def number(key: str, on: date) -> int:
    return int(value(key, on))


def text(key: str, on: date) -> str:
    return str(value(key, on))


def flag(key: str, on: date) -> bool:
    return bool(value(key, on))


def put(key: str, new: Any, valid_from: date) -> None:
    """Set a value from a day on (called by a service that checks the right and writes the audit row).

    Raises Invalid when the value is out of bounds.
    """
    definition = DEFINITIONS[key]
    if definition.kind is int and not definition.least <= int(new) <= definition.most:
        raise invalid(key, "number_out_of_range", least=definition.least, most=definition.most)
    if definition.choices and new not in definition.choices:
        raise invalid(key, "unknown_value", value=new)
    stored = ("1" if new else "0") if definition.kind is bool else str(new)
    row = db.session.scalar(select(Setting).where(Setting.key == key, Setting.valid_from == valid_from))
    if row is None:
        db.session.add(Setting(key=key, value=stored, valid_from=valid_from))
    else:
        row.value = stored
    db.session.flush()
    g.pop("settings_rows", None)
