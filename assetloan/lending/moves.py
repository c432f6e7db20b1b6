"""One step of one or more lines: guards, facts, asset status, audit. The only code that calls `LoanLine.apply()`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assetloan import audit
from assetloan.assets import service as assets
from assetloan.assets.labelling.adopted import assets_of
from assetloan.assets.models import Asset, Code
from assetloan.assets.rules import AssetStatus, Condition
from assetloan.assets.searching import number_pair
from assetloan.core import clock, ids, text
from assetloan.core.db import db, violates
from assetloan.core.db_objects import CLAIM
from assetloan.core.errors import DomainError, Forbidden, NotFound
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor, Authority, DelegationKind, Permission, Role
from assetloan.identity.sign_in import actor_ref
from assetloan.lending import queries, rules
from assetloan.lending.authority import routing
from assetloan.lending.booking import checks, queue
from assetloan.lending.models import Loan, LoanLine
from assetloan.lending.rules import Facts, LineAction, Outcome, ReturnCondition, Route

Act = TypeVar("Act")


@dataclass(frozen=True, slots=True)
class LoanAct:
    """An act on a loan: on every line it fits, or on the lines named (asset number or code)."""

    number: str
    lines: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one of several acts."""

    number: str
    error: DomainError | None = None


def authority_over(actor: Actor, loan: Loan) -> Authority | None:
    """Under which grant may this person decide this loan: by post, or by a delegation that covers it?"""
    return authority_for(
        actor,
        loan,
        route=loan.route,
        route_unit_id=loan.route_unit_id,
        days=(loan.due_on - loan.starts_on).days,
        lines=loan.lines,
    )


def authority_for(
    actor: Actor, loan: Loan, *, route: Route, route_unit_id: int | None, days: int, lines: Sequence[LoanLine]
) -> Authority | None:
    """The same for any decision about lines of a loan: an extension or a transfer has a route and days of its own."""
    head = route is Route.HEAD
    unit_id = route_unit_id if head else loan.unit_id
    by_order = any(authority.kind is DelegationKind.DELEGATED for authority in actor.authorities)
    role = Role.HEAD if head else Role.DIRECTOR
    return actor.approving_authority(
        Permission.LOAN_APPROVE_INSIDE if head else Permission.LOAN_APPROVE_OUTSIDE,
        unit_id=unit_id,
        place=loan.place,
        days=days,
        value=rules.value_limit(line.price_at_loan for line in lines),
        categories=frozenset(line.asset.category_id for line in lines),
        own_post=by_order and routing.holds_post(loan.borrower_id, role, unit_id, clock.today()),
    )


def facts_of(
    line: LoanLine,
    loan: Loan,
    actor: Actor,
    *,
    now: datetime,
    reason: str = "",
    condition: ReturnCondition | None = None,
    has_photo: bool = False,
    compensation_open: bool = False,
) -> Facts:
    """The line as guards see it."""
    return Facts(
        borrower_id=line.borrower_id,
        receiver_id=line.received_by_id,
        actor_id=actor.person_id,
        today=clock.bangkok_date(now),
        starts_on=line.claim_from,
        due_on=line.due_on,
        purpose=loan.purpose,
        reason=reason,
        condition=condition,
        has_photo=has_photo,
        compensation_open=compensation_open,
    )


def named_lines(loan: Loan, references: Sequence[str]) -> list[LoanLine]:
    """The lines of these assets (number in any spelling, or code). Raises NotFound for one that is not of the loan."""
    coded = {ids.read_code(item) for item in references} - {None}
    by_code: dict[str, int] = {}
    if coded:
        rows = db.session.execute(
            select(Code.code, Code.asset_id).where(
                Code.code.in_(coded), Code.asset_id.in_([line.asset_id for line in loan.lines])
            )
        )
        by_code = {code: asset_id for code, asset_id in rows if asset_id is not None}
    adopted = assets_of(item for item in references if ids.read_code(item) not in by_code)
    picked: dict[int, LoanLine] = {}
    for item in references:
        wanted = by_code.get(ids.read_code(item) or "", adopted.get(item))
        pair = number_pair(item)
        line = next(
            (
                line
                for line in loan.lines
                if line.asset_id == wanted or (line.asset.number_key, line.asset.piece) == pair
            ),
            None,
        )
        if line is None:
            raise NotFound(asset=item)
        picked[line.id] = line
    return list(picked.values())


def fitting(loan: Loan, references: Sequence[str], action: LineAction) -> list[LoanLine]:
    """The lines an action is for: the named ones, which must fit, or every line it fits.

    Raises NotFound, DomainError("invalid_transition").
    """
    lines = named_lines(loan, references) if references else list(loan.lines)
    fit = [line for line in lines if (line.state, action) in rules.TRANSITIONS]
    if not fit or (references and len(fit) < len(lines)):
        odd = next((line for line in lines if line not in fit), lines[0])
        raise DomainError("invalid_transition", state=odd.state.value, action=action.value, asset=odd.asset.number)
    return sorted(fit, key=lambda line: (line.asset_id, line.id))


def check_person(actor: Actor, loan: Loan, action: LineAction, *, now: datetime) -> None:
    """Nobody acts on their own loan; judged before the state. Raises Forbidden."""
    for line in loan.lines:
        try:
            rules.check_person(action, facts_of(line, loan, actor, now=now))
        except DomainError as error:
            raise Forbidden(**error.details) from None


def lock_assets(lines: Iterable[LoanLine]) -> None:
    """Lock the assets of lines in order of id (PostgreSQL; SQLite has one writer anyway)."""
    wanted = sorted({line.asset_id for line in lines})
    db.session.scalars(select(Asset).where(Asset.id.in_(wanted)).order_by(Asset.id).with_for_update(of=Asset)).all()


def move(
    actor: Actor,
    loan: Loan,
    line: LoanLine,
    action: LineAction,
    *,
    now: datetime,
    at: datetime | None = None,
    note: str = "",
    condition: ReturnCondition | None = None,
    has_photo: bool = False,
    outcome: Outcome | None = None,
    by: Actor | None = None,
    frees_clean: bool | None = None,
) -> None:
    """Take one step: guards, facts and event, then status and condition of the asset.

    `by` is whose act it is when that is not the one at the screen; `frees_clean` overrules what the unit has set.
    Raises DomainError; `asset_not_available` when the database says that somebody else has the thing.
    """
    step = rules.next_step(line.state, action)
    doer = by or actor
    facts = facts_of(line, loan, doer, now=now, reason=note, condition=condition, has_photo=has_photo)
    if action is LineAction.EXPIRE:
        facts = replace(facts, collect_until=checks.collect_until(line, facts.today))
    for guard in step.guards:
        guard(facts)
    if frees_clean is None:
        frees_clean = not _kept_until_closed(line, now)
    asset, asset_number, held, claimed = line.asset, line.asset.number, line.holds_asset, line.claims_period
    try:
        with db.session.begin_nested():
            db.session.add(
                line.apply(
                    action,
                    by_id=doer.person_id,
                    by_name=doer.name,
                    at=at or now,
                    recorded_at=now,
                    frees_clean=frees_clean,
                    condition=condition,
                    note=note,
                )
            )
            db.session.flush()
    except IntegrityError as error:
        if violates(error, "uq_loan_line_holder", "loan_line.asset_id", CLAIM):
            raise DomainError("asset_not_available", asset=asset_number) from error
        raise
    after = rules.asset_after(line.state, line.condition_in, outcome, frees_clean=frees_clean)
    # A clean return was free at its receipt: by now the next person may have the thing, and that line speaks for it.
    if (held or line.holds_asset) and (after.status or after.condition):
        assets.set_state(
            actor,
            asset,
            status=AssetStatus(after.status) if after.status else None,
            condition=Condition(after.condition) if after.condition else None,
            now=now,
            at=at,
            reason=f"{loan.number} {line.note_in}".strip() if after.status == "repair" else loan.number,
        )
    if claimed and not line.claims_period:
        queue.note_freed(line, now)


def _kept_until_closed(line: LoanLine, now: datetime) -> bool:
    """Does the unit keep clean returns until they are closed? Not what was passed on: the next one has it already."""
    card = unit_tree(clock.bangkok_date(now)).get(line.unit_id)
    if card is None or not card.holds_clean_returns:
        return False
    others = LoanLine.asset_id == line.asset_id, LoanLine.id != line.id, LoanLine.holds_asset
    return db.session.scalar(select(LoanLine.id).where(*others)) is None


def record(actor: Actor, loan: Loan, action: str, lines: Sequence[LoanLine], *, now: datetime, **more: Any) -> None:
    """One audit row for an act on a loan, naming its lines."""
    after = {"lines": {line.asset.number: line.state.value for line in lines}} | more
    acting_for = str(more.get("acting_for", ""))
    audit.record(actor_ref(actor, acting_for), f"loan.{action}", loan.ref, at=now, after=after)


def each(
    actor: Actor, acts: Sequence[Act], number_of: Callable[[Act], str], one: Callable[[Act], object]
) -> list[Done]:
    """Several acts in one transaction: each stands or falls by itself, and says why.

    They run in order of the loans' ids, so that two bulk acts take their locks in the same order.
    """
    keys = {text.number_key(text.asset_number(number_of(act))): act for act in acts}
    order = db.session.execute(
        select(Loan.number_key).where(queries.reach(actor), Loan.number_key.in_(keys)).order_by(Loan.id)
    )
    known = [key for (key,) in order]
    done: list[Done] = []
    for key in [*known, *(key for key in keys if key not in known)]:
        act = keys[key]
        noted = list(db.session.info.get("audit", []))
        try:
            with db.session.begin_nested():
                one(act)
                db.session.flush()
        except DomainError as error:
            db.session.info["audit"] = noted  # what did not happen is not audited
            done.append(Done(number_of(act), error))
        else:
            done.append(Done(number_of(act)))
    return done
