"""Asking for things, and taking a request back before hand-over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assetloan.assets import queries as register
from assetloan.assets.models import Asset
from assetloan.assets.rules import AssetStatus, may_be_lent
from assetloan.core import clock, counters, settings, text
from assetloan.core.calendar import fiscal_year
from assetloan.core.db import db, violates
from assetloan.core.db_objects import CLAIM
from assetloan.core.errors import DomainError, FieldError, Forbidden, Invalid, invalid
from assetloan.identity.models import Person
from assetloan.identity.queries import UnitCard, unit_tree
from assetloan.identity.rules import Actor, Permission, Place
from assetloan.lending import moves, queries, rules
from assetloan.lending.authority.parties import Parties, judge
from assetloan.lending.authority.routing import plan_route
from assetloan.lending.booking import checks
from assetloan.lending.models import Loan, LoanDue, LoanLine, StandingApproval
from assetloan.lending.moves import LoanAct
from assetloan.lending.rules import LineAction, LineState
from assetloan.notices import outbox

LONGEST_AGENCY = 200


@dataclass(frozen=True, slots=True)
class LoanRequest:
    """What a borrower asks for. `assets` are numbers or codes in any spelling."""

    assets: tuple[str, ...]
    purpose: str
    place: Place
    due_on: date
    starts_on: date | None = None
    agency: str = ""
    place_detail: str = ""
    parties: Parties = Parties()


def request_loan(actor: Actor, wanted: LoanRequest, *, now: datetime) -> Loan:
    """Ask to borrow; a standing approval may approve at once.

    Raises Forbidden, NotFound, Invalid, DomainError: several_units, asset_not_available, asset_not_lendable,
    asset_gone, vehicle_not_lent.
    """
    actor.require(Permission.LOAN_REQUEST, unit_id=actor.unit_id, owner_id=actor.person_id)
    if actor.person_id is None or actor.unit_id is None:
        raise Forbidden()
    today = clock.bangkok_date(now)
    starts_on = wanted.starts_on or today
    _check_shape(wanted)
    assets = register.by_references(actor, wanted.assets, lock=True)
    _check_period(assets, today=today, starts_on=starts_on, due_on=wanted.due_on)
    owner_id = _one_unit(assets)
    checks.check_days(assets, owner_id, today=today, starts_on=starts_on, due_on=wanted.due_on)
    _check_free(assets, today=today, starts_on=starts_on, due_on=wanted.due_on)
    owner = unit_tree(today)[owner_id]
    person = db.session.get_one(Person, actor.person_id)
    party, faults = judge(person, wanted.parties, wanted.place, today)
    if faults:
        raise Invalid(*faults)
    plan = plan_route(wanted.place, owner, actor.person_id, today, outsider=bool(party and party.outsider))
    loan = Loan(
        number=next_number(owner, today),
        unit_id=owner.id,
        borrower_id=person.id,
        borrower_name=person.name,
        borrower_position=person.position,
        borrower_unit_id=actor.unit_id,
        purpose=text.clean(wanted.purpose),
        place=wanted.place,
        place_detail=text.clean(wanted.place_detail),
        agency=text.clean(wanted.agency) if wanted.place is Place.AGENCY else "",
        starts_on=starts_on,
        due_on=wanted.due_on,
        submitted_at=now,
        submitted_on=today,
        route=plan.route,
        route_unit_id=plan.unit_id,
        approver_post=plan.post,
        legal_basis=plan.legal_basis,
        recorded_by_id=person.id,
        recorded_at=now,
    )
    loan.number_key = text.number_key(loan.number)
    loan.lines = [new_line(loan, position, asset) for position, asset in enumerate(assets, 1)]
    _store(loan, assets, starts_on, wanted.due_on, actor, now)
    moves.record(
        actor, loan, "requested", loan.lines, now=now, purpose=loan.purpose, due_on=loan.due_on, place=loan.place
    )
    if party is not None:
        party.loan_id = loan.id
        db.session.add(party)
        if party.responsible_id is not None:
            outbox.put("loan.responsible", to=[party.responsible_id], about=loan.ref, at=now)
    standing = _standing_for_all(loan, assets, today) if party is None or not party.outsider else None
    if standing is not None:
        approve_by_standing(actor, loan, standing, now=now)
    else:
        outbox.put("loan.requested", to=[person.id for person in plan.people], about=loan.ref, at=now)
    return loan


def _check_shape(wanted: LoanRequest) -> None:
    faults: list[FieldError] = []
    purpose = text.clean(wanted.purpose)
    if not purpose:
        faults.append(FieldError("purpose", "purpose_required"))
    elif len(purpose) > rules.LONGEST_PURPOSE:
        faults.append(FieldError("purpose", "too_long", {"most": rules.LONGEST_PURPOSE}))
    if not wanted.assets:
        faults.append(FieldError("assets", "assets_required"))
    elif len(wanted.assets) > rules.MOST_LINES:
        faults.append(FieldError("assets", "too_many_assets", {"most": rules.MOST_LINES}))
    if wanted.place is Place.AGENCY and not text.clean(wanted.agency):
        faults.append(FieldError("agency", "agency_required"))
    for field, value in (("agency", wanted.agency), ("place_detail", wanted.place_detail)):
        if len(value) > LONGEST_AGENCY:
            faults.append(FieldError(field, "too_long", {"most": LONGEST_AGENCY}))
    if faults:
        raise Invalid(*faults)


def longest_days(assets: Sequence[Asset], today: date) -> int:
    """The longest loan these things allow: the setting, or less by category."""
    own = [asset.category.longest_loan_days for asset in assets if asset.category is not None]
    return min([settings.number("longest_loan_days", today), *(days for days in own if days is not None)])


def _check_period(assets: Sequence[Asset], *, today: date, starts_on: date, due_on: date) -> None:
    faults = rules.check_dates(
        today=today, starts_on=starts_on, due_on=due_on, longest_days=longest_days(assets, today)
    )
    if faults:
        raise Invalid(*faults)


def _one_unit(assets: Sequence[Asset]) -> int:
    units = {asset.unit_id for asset in assets}
    if len(units) > 1:
        raise DomainError("several_units")
    return units.pop()


def _check_free(assets: Sequence[Asset], *, today: date, starts_on: date, due_on: date) -> None:
    """Raises DomainError for the first thing that cannot be lent, or not in this period."""
    for asset in assets:
        vehicle = asset.category is not None and asset.category.vehicle
        refusal = may_be_lent(loanable=asset.loanable, status=asset.status, vehicle=vehicle)
        if refusal == "asset_gone":
            raise DomainError("asset_not_available", asset=asset.number, status=asset.status.value)
        if refusal is not None:
            raise DomainError(refusal, asset=asset.number)
    until = due_on + timedelta(days=1)
    claims = queries.claims_on([asset.id for asset in assets], starts_on, until)
    taken = {line.asset_id: line for line in reversed(claims)}
    out = None
    if any(asset.status is AssetStatus.ON_LOAN for asset in assets):
        out = queries.open_lines_on([asset.id for asset in assets])
    for asset in assets:
        line = taken.get(asset.id)
        if line is None and asset.status is AssetStatus.ON_LOAN and out is not None:
            line = next((item for item in out.get(asset.id, []) if item.holds_asset), None)
            # Out and not yet overdue: a later period is free all the same.
            if line is not None and starts_on > line.due_on >= today:
                line = None
        if line is not None:
            raise DomainError("asset_not_available", asset=asset.number, due_on=line.due_on)
        if asset.status not in (AssetStatus.AVAILABLE, AssetStatus.ON_LOAN):
            raise DomainError("asset_not_available", asset=asset.number, status=asset.status.value)


def new_line(loan: Loan, position: int, asset: Asset) -> LoanLine:
    """A line of a new loan, as it is when asked for."""
    line = LoanLine(
        position=position,
        asset=asset,
        unit_id=asset.unit_id,
        borrower_id=loan.borrower_id,
        borrower_unit_id=loan.borrower_unit_id,
        place=loan.place,
        price_at_loan=asset.price,
        condition_out=asset.condition.value,
        submitted_at=loan.submitted_at,
        submitted_on=loan.submitted_on,
        quantity=1,
        holds_asset=False,
        claims_period=True,
        _state=LineState.SUBMITTED,
        source=loan.source or rules.LoanSource.SYSTEM,
    )
    line.set_period(loan.starts_on, loan.due_on)
    return line


def _store(loan: Loan, assets: Sequence[Asset], starts_on: date, due_on: date, actor: Actor, now: datetime) -> None:
    """Write loan and lines; the exclusion of the database decides a race."""
    numbers = {asset.id: asset.number for asset in assets}
    try:
        with db.session.begin_nested():
            db.session.add(loan)
            for line in loan.lines:
                db.session.add(
                    line.log(
                        LineAction.SUBMIT, None, by_id=actor.person_id, by_name=actor.name, at=now, recorded_at=now
                    )
                )
            db.session.flush()
    except IntegrityError as error:
        if not violates(error, CLAIM):
            raise
        claims = queries.claims_on(numbers, starts_on, due_on + timedelta(days=1))
        if not claims:
            raise DomainError("asset_not_available", asset=next(iter(numbers.values()))) from error
        first = claims[0]
        raise DomainError("asset_not_available", asset=numbers[first.asset_id], due_on=first.due_on) from error


def next_number(owner: UnitCard, today: date) -> str:
    """UNIT-2570-00012; a paper loan may have used one already, so it is skipped."""
    year = fiscal_year(today)
    while True:
        number = f"{owner.code}-{year}-{counters.next_number('loan', owner.code, year):05d}"
        taken = db.session.scalar(select(Loan.id).where(Loan.number_key == text.number_key(number)))
        if taken is None:
            return number


def _standing_for_all(loan: Loan, assets: Sequence[Asset], today: date) -> StandingApproval | None:
    """A standing approval that covers every thing of the request, or none."""
    if loan.place is not Place.INSIDE:
        return None
    for standing in queries.standing_for(loan.unit_id, today):
        if all(
            rules.standing_covers(
                standing.terms,
                place=loan.place,
                unit_id=asset.unit_id,
                category_id=asset.category_id,
                asset_id=asset.id,
                starts_on=loan.starts_on,
                due_on=loan.due_on,
                today=today,
                borrower_id=loan.borrower_id,
            )
            for asset in assets
        ):
            return standing
    return None


def approve_by_standing(actor: Actor, loan: Loan, standing: StandingApproval, *, now: datetime) -> None:
    """Approve at once, citing the order; no person decided."""
    for line in loan.lines:
        rules.next_step(line.state, LineAction.APPROVE)
        event = line.apply(LineAction.APPROVE, by_id=None, by_name=standing.signed_post, at=now, recorded_at=now)
        line.basis = f"คำสั่งอนุมัติล่วงหน้าที่ {standing.order_no}"
        line.standing_approval_id = standing.id
        db.session.add_all([event, LoanDue(line_id=line.id, due_on=line.due_on, approved_at=now)])
    db.session.flush()
    moves.record(actor, loan, "approved_by_standing_order", loan.lines, now=now, order_no=standing.order_no)
    outbox.put("loan.approved", to=[loan.borrower_id], about=loan.ref, at=now)


def cancel_loan(actor: Actor, act: LoanAct, *, now: datetime) -> Loan:
    """The borrower takes the request back, or the approver an approval given by mistake (with a reason).

    Raises NotFound, Forbidden, DomainError("invalid_transition", "reason_required").
    """
    loan = queries.loan_for(actor, act.number, lock=True)
    reason = text.clean(act.reason)
    if loan.borrower_id == actor.person_id:
        actor.require(Permission.LOAN_CANCEL, unit_id=loan.unit_id, owner_id=loan.borrower_id)
        action = LineAction.CANCEL
    else:
        if moves.authority_over(actor, loan) is None:
            raise Forbidden()
        action = LineAction.WITHDRAW
    lines = moves.fitting(loan, act.lines, action)
    if len(reason) > rules.LONGEST_NOTE:
        raise invalid("reason", "too_long", most=rules.LONGEST_NOTE)
    for line in lines:
        moves.move(actor, loan, line, action, now=now, note=reason)
    moves.record(actor, loan, "cancelled", lines, now=now, reason=reason)
    if action is LineAction.WITHDRAW:
        outbox.put("loan.approval_withdrawn", to=[loan.borrower_id], about=loan.ref, at=now)
    return loan
