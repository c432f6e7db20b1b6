"""Units, people, grants and delegations: rights follow what was granted, as of today; on both databases."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from assetloan.core.db import transaction
from assetloan.core.errors import DomainError, Forbidden, Invalid
from assetloan.identity import delegations, grants, service
from assetloan.identity.rules import DelegationKind, Permission, Place, Role, console
from tests.factories import a_person, a_unit, actor_named, an_actor, an_agency

pytestmark = pytest.mark.both_databases


def test_every_active_person_with_a_unit_is_staff(ctx: Flask) -> None:
    an_agency()
    actor = an_actor(unit="SLK")
    assert actor.roles == {Role.STAFF}
    assert actor.has(Permission.LOAN_REQUEST)
    assert not actor.has(Permission.ASSET_EDIT)


def test_a_person_without_a_unit_may_do_nothing(ctx: Flask) -> None:
    an_agency()
    actor = an_actor()
    assert [item for item in Permission if actor.has(item)] == []


def test_an_officer_reaches_the_own_unit_only(ctx: Flask) -> None:
    an_agency()
    own, other = a_unit("A", parent="DEP"), a_unit("B", parent="DEP")
    actor = an_actor(Role.OFFICER, unit="A")
    assert actor.may(Permission.ASSET_EDIT, unit_id=own.id)
    assert not actor.may(Permission.ASSET_EDIT, unit_id=other.id)
    assert actor.scope(Permission.ASSET_VIEW).units == {own.id}


def test_an_auditor_reads_everything_and_writes_nothing(ctx: Flask) -> None:
    an_agency()
    unit = a_unit("A", parent="DEP")
    actor = an_actor(Role.AUDITOR, Role.OFFICER, unit="A")
    assert actor.may(Permission.ASSET_VIEW, unit_id=unit.id)
    assert not actor.has(Permission.ASSET_EDIT)
    assert not actor.has(Permission.LOAN_REQUEST)


def test_a_delegation_holds_within_its_dates_and_bounds(ctx: Flask, now: datetime) -> None:
    an_agency()
    unit = a_unit("A", parent="DEP")
    username = a_person(unit="A")
    today = date(2026, 11, 23)
    data = delegations.DelegationData(
        DelegationKind.DELEGATED,
        Role.DIRECTOR,
        username,
        "พม 45/2569",
        today,
        today + timedelta(days=3),
        places=(Place.OUTSIDE,),
        most_days=5,
    )
    with transaction():
        delegations.create_delegation(console(), data, now=now)
    ask = {"unit_id": unit.id, "place": Place.OUTSIDE, "value": None}
    actor = actor_named(username)
    assert actor.approving_authority(Permission.LOAN_APPROVE_OUTSIDE, days=5, **ask) is not None
    assert actor.approving_authority(Permission.LOAN_APPROVE_OUTSIDE, days=6, **ask) is None
    after = actor_named(username, now + timedelta(days=4))
    assert after.approving_authority(Permission.LOAN_APPROVE_OUTSIDE, days=5, **ask) is None


def test_nobody_grants_a_role_to_themselves(ctx: Flask, now: datetime) -> None:
    an_agency()
    admin = an_actor(Role.ADMIN, unit="SLK")
    with pytest.raises(Forbidden), transaction():
        grants.grant_role(admin, admin.username, Role.DIRECTOR, unit_id=None, with_below=False, order_no="", now=now)


def test_D19_the_last_admin_stays(ctx: Flask, now: datetime) -> None:
    an_agency()
    first = an_actor(Role.ADMIN, unit="SLK")
    second = an_actor(Role.ADMIN, unit="SLK")
    with transaction():
        service.set_active(second, first.username, active=False, now=now)
    third = an_actor(Role.ADMIN, unit="SLK")
    with transaction():
        service.set_active(third, second.username, active=False, now=now)
    with pytest.raises(DomainError, match="last_admin"), transaction():
        service.set_active(console(), third.username, active=False, now=now)


def test_a_unit_keeps_its_old_name_in_its_own_time(ctx: Flask, now: datetime) -> None:
    an_agency()
    a_unit("A", parent="DEP", name="กองเก่า")
    from assetloan.identity import queries

    with transaction():
        service.save_unit(console(), service.UnitData("A", "กองใหม่", queries.UnitKind.DIVISION, "DEP"), now=now)
    assert queries.unit_by_code("A", date(2026, 11, 1)).name == "กองเก่า"
    assert queries.unit_by_code("A", date(2026, 11, 23)).name == "กองใหม่"


@pytest.mark.parametrize("code", ["", "มี ช่องว่าง", "a/b", "ย" * 33])
def test_a_unit_code_is_letters_digits_and_marks(ctx: Flask, now: datetime, code: str) -> None:
    from assetloan.identity.models import UnitKind

    with pytest.raises(Invalid), transaction():
        service.save_unit(console(), service.UnitData(code, "กอง", UnitKind.DIVISION), now=now)
