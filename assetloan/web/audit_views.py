"""The record of who did what, for auditors and administrators."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from assetloan.audit.models import AuditEntry
from assetloan.audit.queries import AuditList
from assetloan.core import calendar, clock, text
from assetloan.core.i18n import _, format_day, format_instant, word_code
from assetloan.identity import labels, paging, queries
from assetloan.identity.guards import access
from assetloan.identity.queries import UnitTree
from assetloan.identity.rules import Permission, Role
from assetloan.web import audit_words

bp = Blueprint("audit", __name__)
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Change:
    """One value that was changed."""

    name: str
    before: str
    after: str


@bp.get("/audit")
@access(Permission.AUDIT_VIEW)
def entries() -> ResponseReturnValue:
    """Entries by object, person and days, newest first."""
    words = {name: paging.words(name) for name in ("object", "person", "from", "to")}
    problems: list[str] = []
    since, before = _day(words["from"], problems), _day(words["to"], problems, following=True)
    if since is not None and before is not None and since >= before:
        problems.append(word_code("ends_before_start", {}))
    wanted = AuditList(*_object(words["object"]), *_person(words["person"]), since, before)
    page = paging.page_number()
    rows, total = ([], 0) if problems else wanted.page(page, PER_PAGE)
    body = render_template(
        "web/audit.html",
        rows=rows,
        total=total,
        page=page,
        pages=max(1, -(-total // PER_PAGE)),
        page_url=paging.page_url("object", "person", "from", "to"),
        words=words,
        problems=problems,
        has_errors=bool(problems),
        objects=audit_words.OBJECTS,
        actions=audit_words.ACTIONS,
        sources=audit_words.SOURCES,
        changes=changes,
        tree=queries.unit_tree(clock.today()),
    )
    return body, 422 if problems else 200


def _object(typed: str) -> tuple[str, str]:
    """Kind and beginning of the key: `person:somying`, `asset:7440`, a kind alone, or a key of any kind."""
    kind, colon, key = typed.partition(":")
    if kind in audit_words.OBJECTS:
        return kind, key.strip() if colon else ""
    return "", text.clean(typed)


def _person(typed: str) -> tuple[int | None, str]:
    """A user name names one person; anything else is looked for in the names as they were then."""
    person = queries.person_by_username(typed) if typed else None
    return (person.id, "") if person is not None else (None, text.clean(typed))


def _day(typed: str, problems: list[str], *, following: bool = False) -> datetime | None:
    """The instant at which a typed day begins (or the day after it)."""
    if not typed:
        return None
    try:
        day = calendar.parse_date(typed, two_digit="be").day
        return clock.bangkok_midnight(day + timedelta(days=1) if following else day)
    except (calendar.DateError, OverflowError):
        problems.append(_("“%(typed)s” ไม่ใช่วันที่ เขียนเช่น 25/11/2569", typed=typed))
        return None


def changes(entry: AuditEntry, tree: UnitTree) -> list[Change]:
    """What the entry says was changed, name by name; what stayed the same is left out."""
    before, after = json.loads(entry.before), json.loads(entry.after)
    names = [*before, *(name for name in after if name not in before)]
    return [
        Change(
            str(audit_words.FIELDS.get(name) or _dated(name)),
            _shown(name, before.get(name), tree),
            _shown(name, after.get(name), tree),
        )
        for name in names
        if before.get(name) != after.get(name) and not name.endswith("_key")
    ]


def _shown(name: str, value: Any, tree: UnitTree) -> str:
    """A value as people read it; what cannot be read better stays as it was recorded."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("ใช่") if value else _("ไม่ใช่")
    if name in ("unit_id", "parent_id") and isinstance(value, int):
        card = tree.get(value)
        return card.name if card is not None else str(value)
    if name == "role" and value in set(Role):
        return str(labels.ROLES[Role(value)])
    if isinstance(value, str):
        return _dated(value)
    return json.dumps(value, ensure_ascii=False)


def _dated(value: str) -> str:
    try:
        if len(value) == len("2026-11-23"):
            return format_day(date.fromisoformat(value))
        if "T" in value and "+" in value:
            return format_instant(datetime.fromisoformat(value))
    except ValueError:
        pass
    return value
