"""Reads of booking: when a unit is open, what claims things when, what is free of a kind, feeds, who comes next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Subquery, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from assetloan.assets.models import Asset, Category
from assetloan.assets.queries import AssetList
from assetloan.core.db import db
from assetloan.core.errors import NotFound
from assetloan.core.holidays import Holiday
from assetloan.identity.models import Person
from assetloan.identity.queries import UnitCard
from assetloan.identity.rules import Actor, Permission
from assetloan.lending import rules as workflow
from assetloan.lending.booking import rules
from assetloan.lending.booking.models import CalendarFeed, UnitClosure, UnitOpening
from assetloan.lending.booking.rules import Candidate, Closure, Opening, Taken, Waiting
from assetloan.lending.finding_parts import NOT_LENT, claims, free_between
from assetloan.lending.models import LoanLine
from assetloan.lending.queries import LINE_VIEW, LineList, claims_on
from assetloan.lending.rules import LineState, LoanSource

MOST_CANDIDATES = 200
FEED_BACK = timedelta(days=60)  # a calendar keeps showing what was given back lately


# --- opening days ---------------------------------------------------------------------------------------------------


def opening_row(unit_id: int) -> UnitOpening | None:
    """What a unit has set, None while it keeps the usual week."""
    return db.session.scalars(select(UnitOpening).where(UnitOpening.unit_id == unit_id)).one_or_none()


def opening_of(unit_id: int, first: date) -> Opening:
    """When a unit is open from a day on, as far as anybody books ahead."""
    last = first + timedelta(days=rules.LOOKED_AHEAD)
    row = opening_row(unit_id)
    holidays = select(Holiday.day, Holiday.name).where(Holiday.day >= first, Holiday.day <= last)
    return Opening(
        days=frozenset(place for place, mark in enumerate(row.days) if mark == "1") if row else rules.WORKING_WEEK,
        on_holidays=row.on_holidays if row else False,
        refuses=row.refuses if row else False,
        holidays={row[0]: row[1] for row in db.session.execute(holidays)},
        closures=tuple(Closure(one.first_day, one.last_day, one.reason) for one in closures_of(unit_id, first)),
    )


def closures_of(unit_id: int, first: date) -> Sequence[UnitClosure]:
    """The closures of a unit that are not over by a day, nearest first."""
    query = (
        select(UnitClosure)
        .where(UnitClosure.unit_id == unit_id, UnitClosure.removed_at.is_(None), UnitClosure.last_day >= first)
        .order_by(UnitClosure.first_day, UnitClosure.id)
    )
    return db.session.scalars(query).all()


def closure_of(card: UnitCard, closure_id: int) -> UnitClosure:
    """One closure of this unit that stands. Raises NotFound."""
    query = select(UnitClosure).where(
        UnitClosure.id == closure_id, UnitClosure.unit_id == card.id, UnitClosure.removed_at.is_(None)
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(closure=closure_id)
    return found


# --- one thing ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Claims:
    """What claims a thing in a stretch of days, and whether who has it should have brought it back."""

    lines: Sequence[LoanLine]
    taken: tuple[Taken, ...]
    late: bool


def claims_of(asset: Asset, first: date, until: date, today: date) -> Claims:
    """The claims on a thing that was loaded within reach; pages show of them what the reader's right allows."""
    lines = [line for line in claims_on([asset.id], min(first, today), until) if line.claim_until > first]
    late = select(LoanLine.id).where(LoanLine.asset_id == asset.id, LoanLine.holds_asset, LoanLine.due_on < today)
    return Claims(lines, tuple(map(taken_by, lines)), db.session.scalar(late) is not None)


def taken_by(line: LoanLine) -> Taken:
    """The days of a line."""
    return Taken(line.claim_from, line.claim_until, out=line.holds_asset)


def first_claim_after(asset: Asset, day: date) -> date | None:
    """The first day after this one from which somebody claims a thing."""
    query = select(func.min(LoanLine.claim_from)).where(
        LoanLine.asset_id == asset.id,
        LoanLine.withdrawn_at.is_(None),
        LoanLine.claims_period,
        LoanLine.claim_from > day,
    )
    return db.session.scalar(query)


# --- a kind ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kind:
    """Things of a category, or called by these words, of one unit or all, that could be lent at all."""

    actor: Actor
    today: date
    category: str = ""
    words: str = ""
    unit_id: int | None = None

    def things(self) -> AssetList:
        """As a list within the actor's reach."""
        listed = AssetList(
            self.actor,
            words=self.words,
            unit_id=self.unit_id,
            category_code=self.category or None,
            loanable=True,
        )
        vehicles = select(Category.id).where(Category.vehicle)
        lendable = or_(Asset.category_id.is_(None), Asset.category_id.not_in(vehicles))
        return listed.where(Asset.status.not_in(NOT_LENT), lendable)

    def _dependable(self) -> Subquery:
        """Those that are not overdue with somebody: of the others no day can be promised."""
        late = claims(and_(LoanLine.holds_asset, LoanLine.due_on < self.today))
        return self.things().where(~late).only(Asset.id, Asset.unit_id).order_by(None).subquery()

    def totals(self) -> dict[int, int]:
        """How many there are in each unit."""
        things = self._dependable()
        query = select(things.c.unit_id, func.count()).group_by(things.c.unit_id)
        return {row[0]: row[1] for row in db.session.execute(query)}

    def taken(self, first: date, until: date) -> list[Taken]:
        """Every claim on one of them in these days."""
        things = self._dependable()
        query = (
            select(LoanLine.claim_from, LoanLine.claim_until, LoanLine.holds_asset)
            .join(things, things.c.id == LoanLine.asset_id)
            .where(
                LoanLine.withdrawn_at.is_(None),
                LoanLine.claims_period,
                LoanLine.claim_from < until,
                LoanLine.claim_until > first,
            )
        )
        return [Taken(*row) for row in db.session.execute(query)]

    def free(self, first: date, until: date) -> AssetList:
        """Those that nothing claims within [first, until)."""
        return self.things().where(free_between(first, until, self.today))

    def free_by_unit(self, first: date, until: date) -> dict[int, int]:
        """How many of them each unit has free for the whole period."""
        things = self.free(first, until).only(Asset.id, Asset.unit_id).order_by(None).subquery()
        query = select(things.c.unit_id, func.count()).group_by(things.c.unit_id)
        return {row[0]: row[1] for row in db.session.execute(query)}


def kinds_lent(actor: Actor) -> list[tuple[str, str]]:
    """The categories of which the actor sees anything that is lent, vehicles aside: code and name in Thai order."""
    # Whether there is one, asked of each category: a register of any size is not walked for a list of names.
    things = AssetList(actor, loanable=True).where(Asset.status.not_in(NOT_LENT), Asset.category_id == Category.id)
    there = things.only(Asset.id).order_by(None).correlate(Category).exists()
    query = (
        select(Category.code, Category.name).where(there, ~Category.vehicle).order_by(Category.sort_key, Category.id)
    )
    return [(code, name) for code, name in db.session.execute(query)]


@dataclass(frozen=True, slots=True)
class Free:
    """The things that are free for a period, and what speaks for or against each."""

    things: dict[int, Asset]
    candidates: tuple[Candidate, ...]


def free_things(kind: Kind, first: date, until: date) -> Free:
    """What may be chosen of a kind, with use and next claim; of very many the first in the order of names."""
    query = kind.free(first, until).cards().limit(MOST_CANDIDATES)
    things = {asset.id: asset for asset in db.session.scalars(query).unique()}
    uses = (
        select(LoanLine.asset_id, func.count())
        .where(LoanLine.asset_id.in_(things), LoanLine.handed_over_at.is_not(None), LoanLine.withdrawn_at.is_(None))
        .group_by(LoanLine.asset_id)
    )
    followers = (
        select(LoanLine.asset_id, func.min(LoanLine.claim_from))
        .where(
            LoanLine.asset_id.in_(things),
            LoanLine.claims_period,
            LoanLine.claim_from >= until,
            LoanLine.withdrawn_at.is_(None),
        )
        .group_by(LoanLine.asset_id)
    )
    used: dict[int, int] = {row[0]: row[1] for row in db.session.execute(uses)}
    following: dict[int, date] = {row[0]: row[1] for row in db.session.execute(followers)}
    return Free(
        things,
        tuple(
            Candidate(asset.id, asset.place_id, used.get(asset.id, 0), following.get(asset.id), _make(asset))
            for asset in things.values()
        ),
    )


def _make(asset: Asset) -> str:
    """What makes two things alike to a borrower."""
    return "|".join((asset.name, asset.brand, asset.model))


# --- the queue, and what nobody collected ---------------------------------------------------------------------------


def freed_lines(line_ids: Iterable[int]) -> Sequence[LoanLine]:
    """Lines that the present transaction has ended or received, with their things as they stand now."""
    wanted = list(line_ids)
    if not wanted:  # nearly every transaction, the row of the scan log too
        return []
    query = select(LoanLine).options(joinedload(LoanLine.asset)).where(LoanLine.id.in_(wanted)).order_by(LoanLine.id)
    return db.session.scalars(query).unique().all()


def waiting_for(asset_id: int, but: int) -> list[tuple[Waiting, LoanLine]]:
    """All other lines that claim or hold a thing, with their loans; for the service that tells whose turn it is."""
    query = (
        select(LoanLine)
        .options(joinedload(LoanLine.loan))
        .where(
            LoanLine.asset_id == asset_id,
            LoanLine.id != but,
            LoanLine.withdrawn_at.is_(None),
            LoanLine.claims_period,
        )
        .order_by(LoanLine.claim_from, LoanLine.id)
    )
    return [
        (Waiting(line.id, line.claim_from, out=line.holds_asset), line) for line in db.session.scalars(query).unique()
    ]


def perhaps_uncollected(actor: Actor, today: date, collect_days: int) -> list[LoanLine]:
    """Lines that wait and may have run out: past their due date, or approved and past the days to collect."""
    begun = LoanLine.claim_from < today - timedelta(days=collect_days)
    query = (
        LineList(actor, Permission.LOAN_HAND_OVER, workflow.WAITING)
        .select()
        .where(
            LoanLine.source == LoanSource.SYSTEM,
            or_(LoanLine.due_on < today, and_(LoanLine.state == LineState.APPROVED, begun)),
        )
        .order_by(None)
        .order_by(LoanLine.loan_id, LoanLine.position)
    )
    return list(db.session.scalars(query).unique())


# --- feeds ----------------------------------------------------------------------------------------------------------


def feeds_of(actor: Actor) -> dict[int | None, CalendarFeed]:
    """One's own feeds that are alive, by unit (None: one's own loans)."""
    query = select(CalendarFeed).where(
        CalendarFeed.person_id == (actor.person_id or 0), CalendarFeed.revoked_at.is_(None)
    )
    return {feed.unit_id: feed for feed in db.session.scalars(query)}


def feed_of(actor: Actor, feed_id: int) -> CalendarFeed:
    """One of one's own feeds. Raises NotFound, also for another's and for one that has ended."""
    found = next((feed for feed in feeds_of(actor).values() if feed.id == feed_id), None)
    if found is None:
        raise NotFound(feed=feed_id)
    return found


def live_feed(token_hash: str) -> tuple[CalendarFeed, Person] | None:
    """The feed behind an address and whose it is; None once it was ended or the account was closed."""
    query = (
        select(CalendarFeed, Person)
        .join(Person, Person.id == CalendarFeed.person_id)
        .options(selectinload(Person.grants))
        .where(CalendarFeed.token_hash == token_hash, CalendarFeed.revoked_at.is_(None), Person.active)
    )
    row = db.session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def feed_lines(actor: Actor, unit_id: int | None, today: date) -> list[LoanLine]:
    """What a feed tells: one's own loans, or those of a unit whose loans the actor sees; the far past left out."""
    states = workflow.WAITING | workflow.OUT | {LineState.RECEIVED, LineState.SENT_BACK, LineState.CLOSED}
    listed = LineList(actor, Permission.LOAN_VIEW, frozenset(states))
    query = listed.select().where(LoanLine.due_on >= today - FEED_BACK)
    if unit_id is None:
        query = query.where(LoanLine.borrower_id == (actor.person_id or 0))
    else:
        query = query.where(LoanLine.unit_id == unit_id)
    return list(db.session.scalars(query.options(*LINE_VIEW)).unique())
