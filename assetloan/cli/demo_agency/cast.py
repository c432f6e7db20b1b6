"""The people of the story and the rights they act with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assetloan.cli.demo_agency import seed
from assetloan.core import clock, text
from assetloan.identity import queries, service
from assetloan.identity.rules import Actor, Role, console
from assetloan.identity.service import PersonData

ACCOUNTS = (
    *("staff", "officer", "head", "secretariat", "director", "inspector", "auditor", "admin"),
    *("staff2", "officer2", "head2"),
)
# They lend and borrow nothing themselves: they decide, look on, or write nothing.
ALOOF = frozenset({Role.DIRECTOR, Role.SECRETARIAT, Role.AUDITOR, Role.INSPECTOR, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Member:
    """One of the people: by user name, or by name when they have none."""

    id: int
    key: str
    unit: str
    roles: tuple[tuple[Role, str], ...]
    late_in_hundred: int

    def is_(self, role: Role) -> bool:
        return any(given is role for given, _unit in self.roles)


def roles_of(cell: str) -> tuple[tuple[Role, str], ...]:
    """`head;secretariat;inspector@กยผ` as roles and units."""
    pairs = (part.partition("@") for part in seed.words(cell, ";"))
    return tuple((Role(role), unit) for role, _, unit in pairs)


class Cast:
    """Everybody, by what they do."""

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self.agency = next(row["code"] for row in seed.table("units") if row["kind"] == "agency")
        self._actors: dict[int, Actor] = {}

    def hire(self, now: datetime) -> None:
        """Enter everybody, in one transaction of the caller."""
        for row in seed.table("people"):
            username = row["username"]
            data = PersonData(
                username=username,
                name=row["name"],
                unit=row["unit"],
                position=row["position"],
                email=f"{username}@dep.example" if username else "",
                phone=f"0 2555 0100 {row['phone']}" if row["phone"] else "",
                roles=roles_of(row["roles"]),
            )
            person = service.create_person(console(), data, now=now)
            key = username or text.clean(row["name"])
            self.members[key] = Member(person.id, key, row["unit"], data.roles, int(row["late"]))

    def __getitem__(self, key: str) -> Member:
        return self.members[key]

    def of(self, unit: str, role: Role | None = None) -> list[Member]:
        """The people of a unit, all or those with a role."""
        people = (member for member in self.members.values() if member.unit == unit)
        return [member for member in people if role is None or member.is_(role)]

    def borrowers(self, unit: str) -> list[Member]:
        """Who borrows in a unit, most of them not its head."""
        people = [member for member in self.of(unit) if not any(role in ALOOF for role, _unit in member.roles)]
        return [*(member for member in people if not member.is_(Role.HEAD)), *people]

    def officers(self, unit: str, borrower: Member) -> list[Member]:
        """The officers of the unit who are not the borrower."""
        return [member for member in self.of(unit, Role.OFFICER) if member.id != borrower.id]

    def actor(self, member: Member, now: datetime) -> Actor:
        """The member's rights as of then, kept until an order changes somebody's."""
        actor = self._actors.get(member.id)
        if actor is None:
            named = queries.person_by_username(member.key) if member.key.isascii() else None
            person = named or queries.people_by_name(member.key)[0]
            actor = self._actors[member.id] = queries.actor_of(person, today=clock.bangkok_date(now))
        return actor

    def forget_rights(self, _now: datetime | None = None) -> None:
        """An order begins or ends: rights are read anew."""
        self._actors.clear()
