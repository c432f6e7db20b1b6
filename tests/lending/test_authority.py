"""Who answers for a loan and who decides it: contractors, outsiders, letters, orders, the holder's own request."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from assetloan.assets.models import Asset
from assetloan.core import settings
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError, Forbidden, Invalid, NotFound
from assetloan.core.month import Month
from assetloan.identity import delegations
from assetloan.identity.models import Person
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor, DelegationKind, Place, Role, console
from assetloan.lending import queries, service
from assetloan.lending.authority import letters, parties, routing, standing
from assetloan.lending.authority.letters import LetterData
from assetloan.lending.authority.parties import Parties
from assetloan.lending.rules import LineState, Route
from assetloan.lending.service import LoanAct, LoanRequest
from assetloan.notices.models import Notice
from tests.factories import a_person, a_unit, actor_named, an_actor, an_agency, an_asset

pytestmark = pytest.mark.both_databases
TODAY = date(2026, 11, 23)


@pytest.fixture
def thing(ctx: Flask) -> Asset:
    an_agency()
    return an_asset(a_unit("A", parent="DEP", name="กองหนึ่ง"))


def contractor(unit: str = "A") -> Actor:
    username = a_person(unit=unit)
    with transaction():
        db.session.query(Person).filter_by(username=username).one().contractor = True
    return actor_named(username)


def ask(who: Actor, thing: Asset, now: datetime, **more: Any) -> str:
    given = {"purpose": "จัดประชุม", "place": Place.INSIDE, "due_on": TODAY + timedelta(days=2)} | more
    with transaction():
        return service.request_loan(who, LoanRequest((thing.number,), **given), now=now).number


def fields(refusal: pytest.ExceptionInfo[Invalid]) -> set[tuple[str, str]]:
    return {(fault.field, fault.code) for fault in refusal.value.errors}


def test_a_contractor_names_an_official_who_answers(thing: Asset, now: datetime) -> None:
    who, official = contractor(), a_person(unit="A", name="นางสาวรับ ผิดชอบ")
    with pytest.raises(Invalid) as refusal:
        ask(who, thing, now)
    assert fields(refusal) == {("responsible", "responsible_required")}
    number = ask(who, thing, now, parties=Parties(responsible=official))
    party = parties.party_of(queries.loan_for(who, number).id)
    assert party is not None
    assert party.responsible_name == "นางสาวรับ ผิดชอบ"
    assert db.session.query(Notice).filter_by(event="loan.responsible").count() == 1


@pytest.mark.parametrize("whose", ["another contractor", "another unit", "nobody", "oneself"])
def test_only_an_official_of_the_own_unit_answers(thing: Asset, now: datetime, whose: str) -> None:
    who = contractor()
    a_unit("B", parent="DEP")
    named = {
        "another contractor": lambda: contractor().username,
        "another unit": lambda: a_person(unit="B"),
        "nobody": lambda: "ไม่มีใคร",
        "oneself": lambda: who.username,
    }[whose]()
    with pytest.raises(Invalid) as refusal:
        ask(who, thing, now, parties=Parties(responsible=named))
    assert fields(refusal) == {("responsible", "responsible_unknown")}


GUEST = Parties(outsider="นายแขก มาเยือน", outsider_contact="สมาคมตัวอย่าง 02 000 0000")


def test_outsiders_are_off_until_the_agency_allows_them(thing: Asset, now: datetime) -> None:
    who = an_actor(unit="A")
    with pytest.raises(Invalid) as refusal:
        ask(who, thing, now, parties=GUEST)
    assert fields(refusal) == {("outsider", "outsiders_not_allowed")}
    with transaction():
        settings.put("outsiders_may_borrow", True, TODAY)
    number = ask(who, thing, now, parties=GUEST)
    loan = queries.loan_for(who, number)
    assert loan.route is Route.DIRECTOR
    assert loan.state is LineState.SUBMITTED


@pytest.mark.parametrize(
    ("given", "place", "fault"),
    [
        (GUEST, Place.OUTSIDE, ("place", "outsider_inside_only")),
        (Parties(outsider="นายแขก"), Place.INSIDE, ("outsider_contact", "outsider_contact_required")),
        (Parties(outsider_contact="02"), Place.INSIDE, ("outsider", "required")),
        (Parties(outsider="ก" * 201, outsider_contact="02"), Place.INSIDE, ("outsider", "too_long")),
    ],
)
def test_an_outsider_is_named_and_stays_inside(
    thing: Asset, now: datetime, given: Parties, place: Place, fault: tuple[str, str]
) -> None:
    with transaction():
        settings.put("outsiders_may_borrow", True, TODAY)
    with pytest.raises(Invalid) as refusal:
        ask(an_actor(unit="A"), thing, now, parties=given, place=place)
    assert fields(refusal) == {fault}


def an_order(to: str, kind: DelegationKind, now: datetime) -> None:
    with transaction():
        data = delegations.DelegationData(kind, Role.DIRECTOR, to, "พม 45/2569", TODAY, TODAY + timedelta(days=9))
        delegations.create_delegation(console(), data, now=now)


@pytest.mark.parametrize(("kind", "allowed"), [(DelegationKind.DELEGATED, False), (DelegationKind.ACTING, True)])
def test_the_directors_own_loan_goes_to_who_acts_in_the_post(
    thing: Asset, now: datetime, kind: DelegationKind, allowed: bool
) -> None:
    director = an_actor((Role.DIRECTOR, "DEP"), unit="DEP")
    deputy = a_person(unit="SLK")
    an_order(deputy, kind, now)
    plan = routing.plan_route(Place.OUTSIDE, unit_tree(TODAY)[thing.unit_id], director.person_id, TODAY)
    assert [person.username for person in plan.people] == ([deputy] if allowed else [])
    number = ask(director, thing, now, place=Place.OUTSIDE)
    stand_in = actor_named(deputy)
    if allowed:
        with transaction():
            service.approve_loan(stand_in, LoanAct(number), now=now)
        line = queries.loan_for(director, number).lines[0]
        assert routing.acting_words([line.delegation_id]) == "รักษาราชการแทน"
    else:
        with pytest.raises((Forbidden, NotFound)), transaction():
            service.approve_loan(stand_in, LoanAct(number), now=now)


def test_a_letter_is_put_on_file_and_may_be_asked_for(thing: Asset, now: datetime) -> None:
    who, director = an_actor(unit="A"), an_actor((Role.DIRECTOR, "DEP"), unit="DEP")
    officer, stranger = an_actor(Role.OFFICER, unit="A"), an_actor(unit="SLK")
    number = ask(who, thing, now, place=Place.AGENCY, agency="กรมการข้าว")
    loan = queries.loan_for(who, number)
    assert letters.without_letter([loan]) == {loan.id}
    with transaction():
        service.approve_loan(director, LoanAct(number), now=now)
        settings.put("agency_letter_required", True, TODAY)
    with pytest.raises(DomainError, match="letter_missing"), transaction():
        service.hand_over_loan(officer, LoanAct(number), now=now)
    with pytest.raises(NotFound), transaction():
        letters.file_letter(stranger, number, LetterData("กข 01/1", TODAY), now=now)
    with pytest.raises(Invalid) as refusal, transaction():
        letters.file_letter(officer, number, LetterData(" ", TODAY + timedelta(days=1)), now=now)
    assert fields(refusal) == {("number", "required"), ("dated_on", "letter_in_future")}
    with transaction():
        letters.file_letter(officer, number, LetterData("กษ 01/1", TODAY), now=now)
    with transaction():
        service.hand_over_loan(officer, LoanAct(number), now=now)
    assert queries.loan_for(who, number).state is LineState.HANDED_OVER


def test_only_a_loan_to_another_agency_takes_a_letter(thing: Asset, now: datetime) -> None:
    who = an_actor(unit="A")
    number = ask(who, thing, now)
    with pytest.raises(DomainError, match="letter_not_needed"), transaction():
        letters.file_letter(who, number, LetterData("1", TODAY), now=now)


@pytest.mark.parametrize(
    ("mine", "theirs", "one", "place", "said"),
    [
        ("ราชวิถี", "พระประแดง", False, Place.INSIDE, "พระประแดง"),
        ("ราชวิถี", "พระประแดง", True, Place.INSIDE, ""),
        ("ราชวิถี", "พระประแดง", False, Place.OUTSIDE, ""),
        ("ราชวิถี", "ราชวิถี", False, Place.INSIDE, ""),
        ("", "พระประแดง", False, Place.INSIDE, ""),
    ],
)
def test_another_site_is_said_unless_the_sites_count_as_one(
    ctx: Flask, mine: str, theirs: str, one: bool, place: Place, said: str
) -> None:
    an_agency()
    owner, other = a_unit("A", parent="DEP", site=mine), a_unit("B", parent="DEP", site=theirs)
    with transaction():
        settings.put("sites_are_inside", one, TODAY)
    assert routing.other_site(place, owner.id, other.id, TODAY) == said


def test_the_head_is_told_once_what_an_order_let_through(thing: Asset, now: datetime) -> None:
    head, who = an_actor(Role.HEAD, unit="A"), an_actor(unit="A")
    with transaction():
        data = service.StandingData("A", "พม 9/2569", 5, TODAY, TODAY + timedelta(days=60))
        service.create_standing_approval(head, data, now=now)
    number = ask(who, thing, now)
    december = now + timedelta(days=10)
    with transaction():
        assert standing.tell_heads(now=now) == 0  # October: nothing
        assert standing.tell_heads(now=december) == 1
        standing.tell_heads(now=december)
    assert db.session.query(Notice).filter_by(event="standing.used", person_id=head.person_id).count() == 1
    assert [line.loan.number for line in standing.let_through(head, Month(2569, 11))] == [number]
    assert not standing.let_through(an_actor(Role.HEAD, unit="SLK"), Month(2569, 11))
