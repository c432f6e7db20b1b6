"""Units in time, people, grants, delegations, sign-in. Nothing here is ever deleted; it ends on a date."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assetloan.audit import ObjectRef
from assetloan.core.db import Base
from assetloan.core.money import Money
from assetloan.identity.rules import DelegationKind, Role


class UnitKind(StrEnum):
    """units.kind of contract.md section 5."""

    AGENCY = "agency"
    DIVISION = "division"
    GROUP = "group"
    CENTRE = "centre"
    HOME = "home"
    OTHER = "other"


def _unique_while(table: str, column: str, living: str) -> Index:
    """What is withdrawn or removed leaves the unique index (architecture.md section 6)."""
    here = text(living)
    return Index(f"uq_{table}_{column}", column, unique=True, sqlite_where=here, postgresql_where=here)


class Unit(Base):
    """A unit's identity [หน่วยงาน]: what never changes. Its name, parent and kind stand in its versions."""

    __tablename__ = "unit"
    __table_args__ = (
        CheckConstraint("code <> ''", name="code_given"),
        CheckConstraint("closed_on IS NULL OR closing_order <> ''", name="closed_by_order"),
        _unique_while("unit", "code", "withdrawn_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    closed_on: Mapped[date | None]  # the day after its last
    closing_order: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]  # its import was taken back: hidden, the code free again
    holds_clean_returns: Mapped[bool] = mapped_column(default=False)
    contact: Mapped[str] = mapped_column(default="")

    versions: Mapped[list[UnitVersion]] = relationship(
        back_populates="unit", order_by="UnitVersion.valid_from", foreign_keys="UnitVersion.unit_id"
    )


class UnitVersion(Base):
    """Name, parent, kind and site of a unit from a day until the next version."""

    __tablename__ = "unit_version"
    __table_args__ = (
        UniqueConstraint("unit_id", "valid_from"),
        CheckConstraint("name <> ''", name="name_given"),
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="ends_after_start"),
        Index(
            "uq_unit_version_current",
            "unit_id",
            unique=True,
            sqlite_where=text("valid_until IS NULL"),
            postgresql_where=text("valid_until IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str]
    short_name: Mapped[str] = mapped_column(default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[UnitKind]
    site: Mapped[str] = mapped_column(default="")
    head_post: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]

    unit: Mapped[Unit] = relationship(back_populates="versions", foreign_keys=[unit_id])


class UnitAlias(Base):
    """Another spelling or an old name by which files call a unit."""

    __tablename__ = "unit_alias"
    __table_args__ = (_unique_while("unit_alias", "name_key", "removed_at IS NULL"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str]
    name_key: Mapped[str]
    removed_at: Mapped[datetime | None]


class Person(Base):
    """A member of staff [บุคลากร]. May exist without sign-in (no username)."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name_given"),
        Index("ix_person_unit_id", "unit_id"),
        Index("ix_person_name_key", "name_key"),
        CheckConstraint("withdrawn_at IS NULL OR NOT active", name="withdrawn_is_closed"),
        _unique_while("person", "username_key", "withdrawn_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str | None]
    username_key: Mapped[str | None]
    name: Mapped[str]
    name_key: Mapped[str]
    position: Mapped[str] = mapped_column(default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    auth_epoch: Mapped[int] = mapped_column(default=1)
    language: Mapped[str] = mapped_column(default="")
    contractor: Mapped[bool] = mapped_column(default=False)  # borrows only with an official who answers for it
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]  # its import was taken back: hidden, the user name free again
    version: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit | None] = relationship()
    grants: Mapped[list[RoleGrant]] = relationship(back_populates="person", order_by="RoleGrant.id")

    __mapper_args__ = {"version_id_col": version}

    @property
    def key(self) -> str:
        """How addresses name the person: the user name, else the number."""
        return self.username or f"~{self.id}"

    @property
    def ref(self) -> ObjectRef:
        return ObjectRef("person", self.username or f"#{self.id}", self.unit_id)


class RoleGrant(Base):
    """A role over a unit (with or without those below) or over the whole agency, from a day to a day."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="ends_after_start"),
        CheckConstraint("role <> 'staff'", name="staff_is_implied"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    with_below: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    order_no: Mapped[str] = mapped_column(default="")

    person: Mapped[Person] = relationship(back_populates="grants")


class Delegation(Base):
    """An order by which a post's powers to approve are used by another person (ข้อ 208; docs/adr/0009)."""

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("valid_until >= valid_from", name="ends_after_start"),
        CheckConstraint("order_no <> ''", name="order_given"),
        CheckConstraint("role IN ('head', 'director')", name="approving_post"),
        CheckConstraint("from_person_id IS NULL OR from_person_id <> to_person_id", name="not_to_oneself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DelegationKind]
    role: Mapped[Role]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    from_post: Mapped[str]
    from_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    to_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    places: Mapped[str] = mapped_column(default="inside,outside,agency")
    categories: Mapped[str] = mapped_column(default="")  # ids of kinds of things, comma between; empty: every kind
    most_days: Mapped[int | None]
    most_value: Mapped[Money | None]
    order_no: Mapped[str]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    revoked_at: Mapped[datetime | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]

    to_person: Mapped[Person] = relationship(foreign_keys=[to_person_id])
    unit: Mapped[Unit | None] = relationship()


class UserSession(Base):
    """A sign-in on one device; the cookie holds the token, the row its hash."""

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    auth_epoch: Mapped[int]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(default="")


class KeptForm(Base):
    """A half-made form whose session had ended: for the person of that session alone, for a short while.

    Neither files nor secrets are kept, and nothing is sent from here.
    """

    __tablename__ = "kept_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[str]
    fields: Mapped[dict[str, Any]]
    had_files: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class SignInAttempt(Base):
    """A failed sign-in, for the throttle: per account and per source."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_account", "account_key", "at"),
        Index("ix_sign_in_attempt_source", "source", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_key: Mapped[str]
    source: Mapped[str]
    at: Mapped[datetime]


class ApiToken(Base):
    """A bearer token of a person; shown once, stored as its hash."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class LinkKind(StrEnum):
    """What a one-time link opens."""

    SETUP = "setup"
    PASSWORD = "password"  # noqa: S105 - the name of a kind, not a secret


class OneTimeLink(Base):
    """A link that works once and for a while: first set-up, or setting a password."""

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[LinkKind]
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
