"""What the record wrote, in words: codes by the labels of their own package, ids and user names as names."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from assetloan.assets import labels as asset_labels
from assetloan.assets.care import labels as care_labels
from assetloan.core.i18n import _, _l, format_day, format_instant, format_money
from assetloan.core.money import Money
from assetloan.identity import labels, queries
from assetloan.identity.queries import UnitTree
from assetloan.lending import labels as loan_labels
from assetloan.lending.booking import labels as booking_labels
from assetloan.notices.words import CHANNELS, DELIVERY_STATES
from assetloan.web import audit_words

LANGUAGES: dict[str, Any] = {"th": _l("ไทย"), "en": _l("อังกฤษ")}
IMPORTS: dict[str, Any] = {"assets": _l("ทะเบียนครุภัณฑ์"), "loans": _l("การยืมย้อนหลัง")}
PRECISIONS: dict[str, Any] = {
    "day": _l("ทราบวันที่"),
    "month": _l("ทราบเดือน"),
    "year": _l("ทราบปี"),
    "fiscal_year": _l("ทราบปีงบประมาณ"),
}
# The words of a coded value, by the kind of object and the field.
CODED: dict[tuple[str, str], dict[Any, Any]] = {
    ("asset", "status"): asset_labels.STATUSES,
    ("asset", "condition"): dict(asset_labels.CONDITIONS),
    ("asset", "received_precision"): PRECISIONS,
    ("asset", "result"): dict(care_labels.RESULTS),
    ("category", "picture"): asset_labels.PICTURES | {"thing": asset_labels.PICTURES["other"]},  # drawn when not chosen
    ("import", "kind"): IMPORTS,
    ("loan", "conditions"): dict(loan_labels.CONDITIONS),
    ("loan", "lines"): dict(loan_labels.LINE_STATES),
    ("loan", "outcome"): dict(loan_labels.OUTCOMES),
    ("loan", "place"): dict(loan_labels.PLACES),
    ("person", "language"): LANGUAGES,
    ("person", "channel"): CHANNELS,
    ("delivery", "state"): DELIVERY_STATES,
    ("person", "role"): dict(labels.ROLES),
    ("setting", "value"): labels.SETTING_CHOICES["depreciation_convention"],
    ("unit", "kind"): dict(labels.UNIT_KINDS),
    ("unit", "open_days"): booking_labels.RECORDED_DAYS,
}
UNIT_IDS = frozenset({"unit_id", "parent_id"})


def field(kind: str, name: str) -> str:
    """What a field is called: the register has words of its own; a day that stands for a field is a day."""
    words = asset_labels.FIELDS.get(name) if kind == "asset" else None
    return str(words or audit_words.FIELDS.get(name) or asset_labels.FIELDS.get(name) or dated(name))


def key(kind: str, written: str) -> str:
    """What an object is called where its key is a code of the program."""
    if kind == "setting" and written in labels.SETTINGS:
        return str(labels.SETTINGS[written][0])
    return dated(written)


def shown(kind: str, name: str, value: Any, tree: UnitTree) -> str:
    """A value as people read it; what cannot be read better stays as it was recorded."""
    if value is None or value in ("", {}, []):
        return ""
    if isinstance(value, bool):
        return _("ใช่") if value else _("ไม่ใช่")
    if isinstance(value, dict):
        return "; ".join(f"{item}: {shown(kind, name, inner, tree)}" for item, inner in value.items())
    if isinstance(value, list):
        return ", ".join(shown(kind, name, inner, tree) for inner in value)
    if name in UNIT_IDS and isinstance(value, int):
        card = tree.get(value)
        return card.name if card is not None else str(value)
    if name == "rate_hundredths" and isinstance(value, int):
        return str(Money(value)).rstrip("0").rstrip(".")
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if kind == "asset" and name in ("price", "cost"):
        return format_money(Money.parse(value))
    return _text(kind, name, value, tree)


def _text(kind: str, name: str, value: str, tree: UnitTree) -> str:
    words = CODED.get((kind, name), {}).get(value)
    if words is not None:
        return str(words)
    if kind == "standing_approval" and name == "unit":
        card = tree.by_code.get(value.casefold())
        return card.name if card is not None else value
    if kind == "person" and name == "to":
        person = queries.person_by_username(value)
        return f"{person.name} ({value})" if person is not None else value
    return dated(value)


def dated(value: str) -> str:
    """A day or an instant as people read it; any other text as it stands."""
    try:
        if len(value) == len("2026-11-23"):
            return format_day(date.fromisoformat(value))
        if "T" in value and "+" in value:
            return format_instant(datetime.fromisoformat(value))
    except ValueError:
        pass
    return value
