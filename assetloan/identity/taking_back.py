"""Taking a file of units or people back: what it made is withdrawn, what it changed is as before.

Refused when anything was built on it since: a row anywhere that refers to what the file made, or a later change.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, select

from assetloan import audit
from assetloan.audit.models import AuditEntry
from assetloan.core import clock
from assetloan.core.bulk import pieces
from assetloan.core.db import Base, db
from assetloan.core.errors import DomainError
from assetloan.identity import queries
from assetloan.identity.grants import revoke_role
from assetloan.identity.models import Person, RoleGrant, Unit, UnitKind, UnitVersion
from assetloan.identity.queries import UnitCard
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.service import PersonData, UnitData, edit_person, edit_unit
from assetloan.identity.sign_in import actor_ref, bump_epoch

# Rows that belong to what was made, not built on it.
OWN = frozenset({("unit_version", "unit_id"), ("role_grant", "person_id")})
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class PersonBefore:
    """A known person as they were, and the roles they had."""

    values: dict[str, str]
    grants: frozenset[int]

    @classmethod
    def of(cls, person: Person | None, today: date) -> PersonBefore | None:
        if person is None:
            return None
        card = queries.unit_tree(today).get(person.unit_id)
        values = {
            "username": person.username or "",
            "name": person.name,
            "unit": card.code if card else "",
            "position": person.position,
            "email": person.email,
            "phone": person.phone,
        }
        return cls(values, frozenset(_grant_ids(person.id)))


@dataclass
class Trace:
    """What a file did, as plain data that a batch can keep."""

    made: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)

    def note_unit(self, code: str, before: UnitCard | None, outcome: str, today: date) -> None:
        """A row of a file of units was saved."""
        card = queries.unit_by_code(code, today)
        if self._known(card.id, card.fingerprint):
            return
        if before is None:
            self.made.append({"id": card.id, "mark": card.fingerprint})
        elif outcome == "updated":
            parent = queries.unit_tree(today).get(before.parent_id)
            values = {name: getattr(before, name) for name in ("name", "short_name", "site", "head_post", "contact")}
            values |= {"code": before.code, "kind": before.kind.value, "parent": parent.code if parent else ""}
            self.changed.append({"id": card.id, "mark": card.fingerprint, "before": values})

    def note_person(self, person: Person | None, before: PersonBefore | None, outcome: str) -> None:
        """A row of a file of people was saved."""
        if person is None or outcome == "unchanged":
            return
        db.session.flush()
        if self._known(person.id, person.version):
            return
        row: dict[str, Any] = {"id": person.id, "mark": person.version}
        if before is None:
            self.made.append(row)
        else:
            grants = sorted(set(_grant_ids(person.id)) - before.grants)
            self.changed.append(row | {"before": before.values, "grants": grants})

    def _known(self, row_id: int, mark: Any) -> bool:
        """An earlier row of the file was about the same one: as it is now is as the file left it."""
        for item in (*self.made, *self.changed):
            if item["id"] == row_id:
                item["mark"] = mark
                return True
        return False

    def kept(self) -> dict[str, Any]:
        """For the batch."""
        return {"made": self.made, "changed": self.changed}


def _grant_ids(person_id: int) -> list[int]:
    return list(db.session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == person_id)))


def undo_units(actor: Actor, undo: dict[str, Any], *, now: datetime) -> int:
    """Take a file of units back; returns how many rows it had made or changed.

    Raises Forbidden, DomainError("import_built_on") with the codes.
    """
    actor.require(Permission.UNIT_MANAGE, unit_id=None)
    today = clock.bangkok_date(now)
    made = [item["id"] for item in undo["made"]]
    tree = queries.unit_tree(today)
    used = _referred(Unit, made) | {
        item["id"]
        for item in (*undo["made"], *undo["changed"])
        if (card := tree.get(item["id"])) is None or card.fingerprint != item["mark"]
    }
    _refuse([card.code if (card := tree.get(unit_id)) else f"#{unit_id}" for unit_id in sorted(used)])
    for item in undo["changed"]:
        values = item["before"] | {"kind": UnitKind(item["before"]["kind"])}
        edit_unit(actor, values["code"], UnitData(**values), now=now)
    for unit in _locked(Unit, made):
        unit.withdrawn_at = now
        audit.record(actor_ref(actor), "unit.withdrawn", audit.ObjectRef("unit", unit.code, unit.id), at=now)
    db.session.flush()
    queries.forget_units()
    return len(made) + len(undo["changed"])


def undo_people(actor: Actor, undo: dict[str, Any], *, now: datetime) -> int:
    """Take a file of people back; returns how many rows it had made or changed.

    Raises Forbidden, DomainError("import_built_on") with the names.
    """
    actor.require(Permission.PEOPLE_MANAGE, unit_id=None)
    made = [item["id"] for item in undo["made"]]
    marks = {item["id"]: item["mark"] for item in (*undo["made"], *undo["changed"])}
    people = {person.id: person for person in _locked(Person, list(marks))}
    used = _referred(Person, made) | _acted(made)
    used |= {key for key, mark in marks.items() if people[key].version != mark or people[key].withdrawn_at is not None}
    used |= {key for key in made if people[key].password_hash}
    _refuse([people[person_id].username or people[person_id].name for person_id in sorted(used)])
    for item in undo["changed"]:
        person = people[item["id"]]
        for grant_id in item["grants"]:
            revoke_role(actor, person.key, grant_id, now=now)
        db.session.flush()
        edit_person(actor, person.key, PersonData(**item["before"]), version=person.version, now=now)
    for person_id in made:
        person = people[person_id]
        person.active, person.withdrawn_at = False, now
        bump_epoch(person)
        audit.record(actor_ref(actor), "person.withdrawn", person.ref, at=now)
    db.session.flush()
    return len(made) + len(undo["changed"])


def _locked(model: type[Any], found: Collection[int]) -> list[Any]:
    rows: list[Any] = []
    for some in pieces(found):
        query = select(model).where(model.id.in_(some)).order_by(model.id).with_for_update()
        rows += db.session.scalars(query)
    return rows


def _refuse(names: list[str]) -> None:
    if names:
        shown = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
        raise DomainError("import_built_on", rows=shown, count=len(names))


def _referred(model: type[Any], made: Collection[int]) -> set[int]:
    """Which of them any living row refers to, wherever in the database; their own rows aside."""
    found: set[int] = set()
    for column in _columns_to(model):
        for some in pieces(made):
            query = select(column).where(column.in_(some)).distinct()
            found.update(db.session.scalars(_living(query, column, made)))
    return found


def _columns_to(model: type[Any]) -> list[Column[Any]]:
    target = model.__table__.c.id
    return [
        key.parent
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column is target and (table.name, key.parent.name) not in OWN
    ]


def _living(query: Any, column: Column[Any], made: Collection[int]) -> Any:
    """A parent's children and a unit's people may go in the same file, or have gone already."""
    table = column.table
    if table is UnitVersion.__table__:
        gone = select(Unit.id).where(Unit.withdrawn_at.is_not(None))
        return query.where(table.c.unit_id.not_in(made), table.c.unit_id.not_in(gone))
    if table is Person.__table__:
        return query.where(table.c.withdrawn_at.is_(None))
    if table is RoleGrant.__table__:
        gone = select(Person.id).where(Person.withdrawn_at.is_not(None))
        return query.where(table.c.person_id.not_in(gone))
    return query


def _acted(made: Collection[int]) -> set[int]:
    found: set[int] = set()
    for some in pieces(made):
        found.update(db.session.scalars(select(AuditEntry.actor_id).where(AuditEntry.actor_id.in_(some)).distinct()))
    return found
