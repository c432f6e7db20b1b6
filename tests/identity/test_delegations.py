"""Orders of delegation: their bounds, leave cover for one's own post, and what is never passed on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assetloan.core import clock
from assetloan.core.db import db, transaction
from assetloan.core.errors import Forbidden, Invalid
from assetloan.identity import delegations
from assetloan.identity.delegations import DelegationData
from assetloan.identity.models import Delegation
from assetloan.identity.rules import Actor, Bounds, DelegationKind, Permission, Place, Role, console
from tests.factories import a_category, a_person, a_unit, actor_named, an_actor, an_agency, sign_in

TODAY = date(2026, 11, 23)


def order(to: str, role: Role = Role.HEAD, unit: str = "A", **more: object) -> DelegationData:
    given: dict[str, object] = {"valid_from": TODAY, "valid_until": TODAY + timedelta(days=3)}
    return DelegationData(DelegationKind.DELEGATED, role, to, "พม 45/2569", unit=unit, **(given | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("only", "asked", "covered"),
    [
        (None, {1, 2}, True),
        (None, {None}, True),
        ({1, 2}, {1}, True),
        ({1, 2}, {1, 2}, True),
        ({1, 2}, {1, 3}, False),
        ({1, 2}, {1, None}, False),
    ],
)
def test_an_order_may_be_limited_to_kinds_of_things(
    only: set[int] | None, asked: set[int | None], covered: bool
) -> None:
    bounds = Bounds(categories=frozenset(only) if only is not None else None)
    assert bounds.cover(Place.INSIDE, 3, None, frozenset(asked)) is covered


def test_a_head_lets_somebody_approve_while_away(ctx: Flask, now: datetime) -> None:
    an_agency()
    unit = a_unit("A", parent="DEP")
    head, deputy = an_actor(Role.HEAD, unit="A"), a_person(unit="A")
    camera = a_category("กล้อง")
    with transaction():
        delegations.create_delegation(head, order(deputy, categories=(camera.id,)), now=now)
    ask = {"unit_id": unit.id, "place": Place.INSIDE, "value": None, "days": 2}
    stand_in = actor_named(deputy)
    inside = Permission.LOAN_APPROVE_INSIDE
    found = stand_in.approving_authority(inside, categories=frozenset({camera.id}), **ask)
    assert found is not None
    assert found.kind is DelegationKind.DELEGATED
    assert stand_in.approving_authority(inside, categories=frozenset({camera.id + 1}), **ask) is None
    assert actor_named(deputy, now + timedelta(days=4)).has(inside) is False
    with transaction():
        row = db.session.query(Delegation).one()
        delegations.revoke_delegation(head, row.id, now=now)
    assert actor_named(deputy).has(inside) is False


def _head_of_another(unit: str) -> Actor:
    a_unit("B", parent="DEP")
    return an_actor(Role.HEAD, unit="B")


def _delegate(unit: str) -> Actor:
    username = a_person(unit="A")
    with transaction():
        delegations.create_delegation(console(), order(username), now=clock.now())
    return actor_named(username)


def _officer(unit: str) -> Actor:
    return an_actor(Role.OFFICER, unit=unit)


@pytest.mark.parametrize("who", [_head_of_another, _delegate, _officer])
def test_nobody_lends_a_post_that_is_not_their_own(ctx: Flask, now: datetime, who: Callable[[str], Actor]) -> None:
    an_agency()
    a_unit("A", parent="DEP")
    other = a_person(unit="A")
    actor = who("A")
    with pytest.raises(Forbidden), transaction():
        delegations.create_delegation(actor, order(other), now=now)


def test_a_head_does_not_end_the_order_of_another(ctx: Flask, now: datetime) -> None:
    an_agency()
    a_unit("A", parent="DEP")
    head, deputy = an_actor(Role.HEAD, unit="A"), a_person(unit="A")
    with transaction():
        row = delegations.create_delegation(console(), order(deputy), now=now)
        number = row.id
    with pytest.raises(Forbidden), transaction():
        delegations.revoke_delegation(head, number, now=now)
    assert db.session.get_one(Delegation, number).revoked_at is None


def test_an_unknown_kind_of_thing_is_refused(ctx: Flask, now: datetime) -> None:
    an_agency()
    a_unit("A", parent="DEP")
    deputy = a_person(unit="A")
    with pytest.raises(Invalid), transaction():
        delegations.create_delegation(console(), order(deputy, categories=(999,)), now=now)


def test_the_page_offers_own_posts_and_own_people(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        an_agency()
        a_unit("A", parent="DEP", name="กองหนึ่ง")
        a_unit("B", parent="DEP", name="กองสอง")
        head = a_person(Role.HEAD, unit="A", password=True)
        deputy, stranger = a_person(unit="A"), a_person(unit="B")
    sign_in(client, head)
    page = client.get("/delegations/cover").text
    assert f'value="{deputy}"' in page
    assert f'value="{stranger}"' not in page
    assert "head:B" not in page
