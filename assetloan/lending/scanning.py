"""Reads for the scan page: a code, its thing and all claims on it in one statement; advice for asking in another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import CompoundSelect, Integer, String, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm.attributes import set_committed_value

from assetloan.assets import queries as register
from assetloan.assets.labelling.adopted import assets_of
from assetloan.assets.models import Asset, Code, ScanLog
from assetloan.assets.queries import CodeFound
from assetloan.assets.rules import AssetStatus, CodeState
from assetloan.core import ids
from assetloan.core.db import UTCDateTime, db
from assetloan.core.errors import NotFound
from assetloan.identity.models import Delegation, Person, RoleGrant
from assetloan.identity.queries import UnitCard, unit_tree
from assetloan.identity.rules import Actor, Permission, Place, Role
from assetloan.identity.service import post_name
from assetloan.lending import moves, queries
from assetloan.lending.authority import routing
from assetloan.lending.models import Loan, LoanLine, StandingApproval
from assetloan.lending.rules import LineState, LoanSource

# A person who tries codes that do not exist is slowed; a mistyped code never gets this far (its check fails).
WRONG_GUESSES = 30
WITHIN = timedelta(minutes=10)
PACE_OF = 20


@dataclass(frozen=True, slots=True)
class Scanned:
    """A code as the actor may know it, and the lines that hold or claim its thing, the holder's first."""

    found: CodeFound
    lines: Sequence[LoanLine] = ()


def scanned(actor: Actor, typed: str) -> Scanned:
    """Look a code up in any spelling, with everything that decides its page.

    A barcode that a thing has adopted leads to the thing as if its own label had been read.
    """
    code = ids.read_code(typed)
    found = _looked_up(actor, code) if code is not None else None
    if found is None:
        carrier = assets_of([typed]).get(typed)
        own = present_code(carrier) if carrier is not None else None
        found = _looked_up(actor, own) if own is not None else None
        if found is not None and found.found.asset is None:
            found = None  # out of reach: not even its own code is told
    return found or Scanned(CodeFound(code, None, None))


def _looked_up(actor: Actor, code: str) -> Scanned | None:
    """What stands behind a code; None for a code that does not exist."""
    open_line = (
        (LoanLine.asset_id == Asset.id)
        & LoanLine.withdrawn_at.is_(None)
        & or_(LoanLine.claims_period, LoanLine.state.in_((LineState.SENT_BACK, LineState.RECEIVED)))
    )
    query = (
        register.code_select(actor, code)
        .outerjoin(LoanLine, open_line)
        .outerjoin(Loan, Loan.id == LoanLine.loan_id)
        .add_columns(LoanLine, Loan)
        .order_by(LoanLine.holds_asset.desc(), LoanLine.claim_from, LoanLine.id)
    )
    rows: Sequence[Any] = db.session.execute(query).unique().all()
    if not rows:
        return None
    found = register.code_found(actor, code, rows[0][0], rows[0][1])
    lines = []
    for _code, asset, line, loan in rows:
        if line is not None and asset is not None:
            set_committed_value(line, "loan", loan)
            set_committed_value(line, "asset", asset)
            lines.append(line)
    return Scanned(found, sorted(lines, key=lambda line: (not line.holds_asset, line.claim_from, line.id)))


def present_code(asset_id: int) -> str | None:
    """A code by which a thing that was found for the actor can be opened."""
    query = select(Code.code).where(Code.asset_id == asset_id, Code.state == CodeState.LINKED).order_by(Code.id.desc())
    return db.session.scalar(query.limit(1))


def too_many_guesses(actor: Actor, now: datetime) -> bool:
    """Has this person opened many codes that mean nothing to them lately? Blank labels of an officer do not count."""
    blank = select(Code.id).where(Code.code == ScanLog.code, Code.state == CodeState.BLANK).exists()
    query = (
        select(func.count())
        .select_from(ScanLog)
        .where(ScanLog.asset_id.is_(None), ScanLog.at > now - WITHIN, ScanLog.person_id == actor.person_id, ~blank)
    )
    return (db.session.scalar(query) or 0) >= WRONG_GUESSES


@dataclass(frozen=True, slots=True)
class Order:
    """A standing approval that covers the thing for this person: its number, and for how many days."""

    order_no: str
    most_days: int


@dataclass(frozen=True, slots=True)
class Advice:
    """What a borrower is told before asking: last reasons, orders in force, the usual time, who will decide."""

    purposes: tuple[str, ...] = ()
    orders: tuple[Order, ...] = ()
    usual_hours: float | None = None
    inside_post: str = ""
    director_post: str = ""
    only_at: str = ""  # the site that "inside" means, when the reader works at another
    overdue: int = 0  # things this person should have brought back

    def post_for(self, place: Place) -> str:
        """The post that decides a request for this place of use."""
        return self.inside_post if place is Place.INSIDE else self.director_post


def advice(actor: Actor, asset: Asset, today: date) -> Advice:
    """Everything a request for this thing depends on besides the thing itself; one statement."""
    tree = unit_tree(today)
    owner = tree[asset.unit_id]
    rows = db.session.execute(_advice_query(actor, asset, [owner, *tree.above(owner.id)], today)).all()
    hours = [(row.ended - row.began).total_seconds() / 3600 for row in rows if row.kind == "pace"]
    purposes = sorted((row for row in rows if row.kind == "purpose"), key=lambda row: -row.number)
    orders = sorted((row for row in rows if row.kind == "order"), key=lambda row: row.rank)
    heads = [(row.number, row.rank, row.flag == 1) for row in rows if row.kind == "head"]
    acting = [(row.number, row.rank) for row in rows if row.kind == "acting"]

    def heads_of(unit_id: int) -> set[int]:
        over = {card.id for card in tree.above(unit_id)}
        held = {who for unit, who, below in heads if unit in (None, unit_id) or (below and unit in over)}
        return held | {who for unit, who in acting if unit == unit_id}

    overdue = sum(row.number for row in rows if row.kind == "overdue")
    unit = routing.deciding_unit(owner, actor.person_id, tree, heads_of)
    director = routing.director_post(today)
    return Advice(
        tuple(row.words for row in purposes),
        tuple(Order(row.words, row.number) for row in orders),
        median(hours) if hours else None,
        post_name(Role.HEAD, unit) if unit is not None else director,
        director,
        owner.site if routing.other_site(Place.INSIDE, owner.id, actor.unit_id or 0, today) else "",
        overdue,
    )


def _advice_query(actor: Actor, asset: Asset, units: Sequence[UnitCard], today: date) -> CompoundSelect[Any]:
    """Rows of (kind, words, number, rank, flag, began, ended), one kind for each question."""
    me, unit_ids = actor.person_id or 0, [unit.id for unit in units]
    no_time, no_number, no_words = cast(null(), UTCDateTime()), cast(null(), Integer), cast(null(), String)
    purposes = (
        select(Loan.purpose.label("words"), func.max(Loan.id).label("number"))
        .where(Loan.borrower_id == me, Loan.withdrawn_at.is_(None))
        .group_by(Loan.purpose)
        .order_by(func.max(Loan.id).desc())
        .limit(3)
        .subquery()
    )
    pace = (
        select(LoanLine.submitted_at.label("began"), LoanLine.decided_at.label("ended"))
        .join(Loan, Loan.id == LoanLine.loan_id)
        .where(
            Loan.unit_id == asset.unit_id,
            Loan.source == LoanSource.SYSTEM,
            LoanLine.position == 1,
            LoanLine.decided_by_id.is_not(None),
            LoanLine.decided_at.is_not(None),
        )
        .order_by(Loan.id.desc())
        .limit(PACE_OF)
        .subquery()
    )
    order, grant, acting = StandingApproval, RoleGrant, Delegation
    return union_all(
        select(
            literal("purpose").label("kind"),
            purposes.c.words.label("words"),
            purposes.c.number.label("number"),
            no_number.label("rank"),
            no_number.label("flag"),
            no_time.label("began"),
            no_time.label("ended"),
        ),
        select(literal("overdue"), no_words, func.count(), no_number, no_number, no_time, no_time).where(
            LoanLine.borrower_id == me,
            LoanLine.withdrawn_at.is_(None),
            LoanLine.state.in_((LineState.HANDED_OVER, LineState.RETURN_DECLARED)),
            LoanLine.due_on < today,
        ),
        select(literal("pace"), no_words, no_number, no_number, no_number, pace.c.began, pace.c.ended),
        select(literal("order"), order.order_no, order.most_days, order.id, no_number, no_time, no_time).where(
            order.unit_id == asset.unit_id,
            order.revoked_at.is_(None),
            order.valid_from <= today,
            order.valid_until >= today,
            or_(order.category_id.is_(None), order.category_id == asset.category_id),
            or_(order.asset_id.is_(None), order.asset_id == asset.id),
            order.signed_by_id != me,
        ),
        select(
            literal("head"), no_words, grant.unit_id, grant.person_id, cast(grant.with_below, Integer), no_time, no_time
        )
        .join(Person, Person.id == grant.person_id)
        .where(
            Person.active,
            grant.role == Role.HEAD,
            or_(grant.unit_id.is_(None), grant.unit_id.in_(unit_ids)),
            grant.valid_from <= today,
            or_(grant.valid_until.is_(None), grant.valid_until >= today),
        ),
        select(literal("acting"), no_words, acting.unit_id, acting.to_person_id, no_number, no_time, no_time)
        .join(Person, Person.id == acting.to_person_id)
        .where(
            Person.active,
            acting.role == Role.HEAD,
            acting.unit_id.in_(unit_ids),
            acting.revoked_at.is_(None),
            acting.valid_from <= today,
            acting.valid_until >= today,
        ),
    )


def decides(actor: Actor, loan: Loan) -> bool:
    """Does this loan wait for this person? A limit by value needs all of its lines, so it is loaded whole."""
    if loan.borrower_id == actor.person_id:
        return False
    if not (actor.has(Permission.LOAN_APPROVE_INSIDE) or actor.has(Permission.LOAN_APPROVE_OUTSIDE)):
        return False
    try:
        whole = queries.loan_for(actor, loan.number)
    except NotFound:
        return False
    return moves.authority_over(actor, whole) is not None


def free_alike(actor: Actor, asset: Asset, *, first: date, until: date, most: int = 5) -> list[Asset]:
    """Other things of the same kind that are free in a period, within the actor's reach."""
    if asset.category_id is None:
        return []
    alike = register.AssetList(actor, category_id=asset.category_id, status=AssetStatus.AVAILABLE, loanable=True)
    return alike.where(queries.free_between(first, until), Asset.id != asset.id).page(1, most)
