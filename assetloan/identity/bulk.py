"""Files of units and people: every row through the services, each judged on its own (contract.md 2 and 5).

The edge opens the transaction and decides whether the rows stay: all or nothing, unless told to take the good ones.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from assetloan.core import clock, text
from assetloan.core.db import savepoint
from assetloan.core.errors import DomainError, Invalid
from assetloan.documents.import_report import ImportReport
from assetloan.documents.tables import Parsed, ParsedRow
from assetloan.identity import queries
from assetloan.identity.models import UnitKind
from assetloan.identity.rules import Actor
from assetloan.identity.service import PersonData, UnitData, known_person, save_person, save_unit
from assetloan.identity.taking_back import PersonBefore, Trace

Save = Callable[[ParsedRow], str]


def import_units(actor: Actor, parsed: Parsed, trace: Trace | None = None, *, now: datetime) -> ImportReport:
    """Create or change the units of a file; a parent may stand anywhere in it. Raises Forbidden.

    `trace` is told what was made and what it was before, so that the file can be taken back.
    """
    trace = trace or Trace()
    today = clock.bangkok_date(now)

    def save(row: ParsedRow) -> str:
        values = dict(row.values)
        if values.get("kind") is None and queries.unit_tree(today).by_code.get(values["code"].casefold()) is None:
            root = not values.get("parent") and queries.unit_tree(today).agency() is None
            values["kind"] = UnitKind.AGENCY if root else UnitKind.OTHER
        before = queries.unit_tree(today).by_code.get(values["code"].casefold())
        outcome = save_unit(actor, UnitData(**values), now=now)
        trace.note_unit(values["code"], before, outcome, today)
        return outcome

    return _run(parsed, _parents_first(parsed), save)


def import_people(actor: Actor, parsed: Parsed, trace: Trace | None = None, *, now: datetime) -> ImportReport:
    """Create or change the people of a file; roles are added, none is taken away. Raises Forbidden."""
    trace, today = trace or Trace(), clock.bangkok_date(now)

    def save(row: ParsedRow) -> str:
        data = PersonData(**row.values)
        before = PersonBefore.of(known_person(data, today), today)
        outcome = save_person(actor, data, now=now)
        trace.note_person(known_person(data, today), before, outcome)
        return outcome

    return _run(parsed, parsed.rows, save)


def _run(parsed: Parsed, rows: list[ParsedRow], save: Save) -> ImportReport:
    outcomes: list[str] = []
    for row in rows:
        if not row.ok:
            continue
        try:
            with savepoint():
                outcomes.append(save(row))
        except DomainError as error:
            if error.code == "not_allowed":
                raise
            queries.forget_units()
            _note(row, error)
    report = ImportReport.of(parsed)
    report.created = outcomes.count("created")
    report.updated = outcomes.count("updated")
    report.unchanged = outcomes.count("unchanged")
    return report


def _note(row: ParsedRow, error: DomainError) -> None:
    """Put a refusal beside the cells it is about."""
    if isinstance(error, Invalid):
        for fault in error.errors:
            row.reject(fault.field, fault.code, **fault.details)
    else:
        row.reject("", error.code, **error.details)


def _parents_first(parsed: Parsed) -> list[ParsedRow]:
    """The rows in an order in which each parent of the file comes before its children; circles come last."""
    waiting = list(parsed.rows)
    ordered: list[ParsedRow] = []
    while waiting:
        open_names = {name for row in waiting for name in _names(row)}
        ready = [row for row in waiting if not _parent_of(row) or _parent_of(row) not in open_names]
        if not ready:
            return ordered + waiting
        ordered += ready
        done = {id(row) for row in ready}
        waiting = [row for row in waiting if id(row) not in done]
    return ordered


def _names(row: ParsedRow) -> set[str]:
    names = (row.values.get(field, "") for field in ("code", "name", "short_name"))
    return {text.search_key(name) for name in names if name}


def _parent_of(row: ParsedRow) -> str:
    return text.search_key(row.values.get("parent", ""))
