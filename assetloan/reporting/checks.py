"""The invariants of the system, read from the rows (`python run.py check`). Each check names its number and the rows.

Numbers are those of the reliability catalogue; what belongs to parts that do not exist yet is not listed. Facts from
paper (`source = paper`) are judged by existence, order and overlap only: rights and separations do not apply to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from assetloan.assets.models import Asset, Code
from assetloan.assets.rules import AssetStatus
from assetloan.audit import chain
from assetloan.audit.models import AuditEntry
from assetloan.core import clock
from assetloan.core.db import db
from assetloan.documents.files import File
from assetloan.identity.models import Person, RoleGrant, Unit, UserSession
from assetloan.identity.rules import Role
from assetloan.lending import rules
from assetloan.lending.models import Compensation, Loan, LoanEvent, LoanLine
from assetloan.lending.rules import CompensationState, LineState, LoanSource, ReturnCondition
from assetloan.reporting import storage

MOST_IDS = 100


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken invariant: its number, the table, the rows (the first hundred), what is wrong."""

    invariant: str
    table: str
    ids: list[Any]
    message: str


def _found(number: str, table: str, query: Select[Any], message: str) -> Iterator[Violation]:
    ids = list(db.session.scalars(query.limit(MOST_IDS)))
    if ids:
        yield Violation(number, table, ids, message)


LIVING = LoanLine.withdrawn_at.is_(None)
BY_SYSTEM = LoanLine.source == LoanSource.SYSTEM
THERE = (LineState.HANDED_OVER, LineState.RETURN_DECLARED)
BACK = (LineState.RECEIVED, LineState.SENT_BACK)


def one_holder() -> Iterator[Violation]:
    """I1: at most one line holds an asset; who has it holds it, who never had it or gave it back does not."""
    several = select(LoanLine.asset_id).where(LIVING, LoanLine.holds_asset).group_by(LoanLine.asset_id)
    yield from _found("I1", "asset", several.having(func.count() > 1), "more than one open loan line")
    must = LoanLine.state.in_(rules.OUT)
    must_not = LoanLine.state.in_((*rules.WAITING, *rules.ENDED, LineState.CLOSED))
    wrong = or_(and_(must, ~LoanLine.holds_asset), and_(must_not, LoanLine.holds_asset))
    yield from _found("I1", "loan_line", select(LoanLine.id).where(LIVING, wrong), "the holder's flag is wrong")


def _line_in(*states: LineState, held: bool = True) -> ColumnElement[bool]:
    wanted = [LoanLine.asset_id == Asset.id, LIVING, LoanLine.state.in_(states)]
    return exists().where(*wanted, *([LoanLine.holds_asset] if held else []))


def status_follows_lines() -> Iterator[Violation]:
    """I2: the status of an asset is what its loan lines say."""
    pairs = (
        (AssetStatus.ON_LOAN, _line_in(*THERE)),
        (AssetStatus.RETURN_PENDING, _line_in(*BACK)),
    )
    for status, held in pairs:
        query = select(Asset.id).where(Asset.withdrawn_at.is_(None), (Asset.status == status) != held)
        yield from _found("I2", "asset", query, f"status {status.value} does not agree with the loan lines")
    lost = select(Asset.id).where(
        Asset.withdrawn_at.is_(None), _line_in(LineState.LOST_REPORTED), Asset.status != AssetStatus.LOST
    )
    yield from _found("I2", "asset", lost, "reported lost on a loan, but not lost in the register")


def _entitled() -> ColumnElement[bool]:
    """The decider held an approving post that day, or acted by a delegation."""
    post = exists().where(
        RoleGrant.person_id == LoanLine.decided_by_id,
        RoleGrant.role.in_((Role.HEAD, Role.DIRECTOR)),
        RoleGrant.valid_from <= LoanLine.decided_on,
        # A role that was taken away in the afternoon still held in the morning.
        or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until >= func.date(LoanLine.decided_on, "-1 day"))
        if db.session.get_bind().dialect.name == "sqlite"
        else or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until >= LoanLine.decided_on - 1),
    )
    return or_(post, LoanLine.delegation_id.is_not(None), LoanLine.standing_approval_id.is_not(None))


def approvals_are_whole() -> Iterator[Violation]:
    """I5: every approved line has an approver or order, a time and a basis; never the borrower; entitled that day."""
    approved = [LIVING, BY_SYSTEM, LoanLine.approved.is_(True)]
    nobody = and_(LoanLine.decided_by_id.is_(None), LoanLine.standing_approval_id.is_(None))
    gaps = or_(LoanLine.decided_at.is_(None), LoanLine.basis == "", nobody)
    yield from _found("I5", "loan_line", select(LoanLine.id).where(*approved, gaps), "an approval without who or why")
    own = select(LoanLine.id).where(*approved, LoanLine.decided_by_id == LoanLine.borrower_id)
    yield from _found("I5", "loan_line", own, "approved by the borrower")
    yield from _found("I5", "loan_line", select(LoanLine.id).where(*approved, ~_entitled()), "approver not entitled")
    before = and_(LoanLine.handed_over_at.is_not(None), LoanLine.approved.is_not(True))
    yield from _found("I5", "loan_line", select(LoanLine.id).where(LIVING, BY_SYSTEM, before), "lent unapproved")


def receipts_are_whole() -> Iterator[Violation]:
    """I6: a received line has receiver, condition and an order of times; what is not good has a note or a photo."""
    received = [LIVING, LoanLine.first_received_at.is_not(None)]
    wrong = or_(
        LoanLine.handed_over_at.is_(None),
        LoanLine.first_received_at < LoanLine.handed_over_at,
        LoanLine.condition_in.is_(None),
        and_(BY_SYSTEM, LoanLine.received_by_id.is_(None)),
    )
    yield from _found("I6", "loan_line", select(LoanLine.id).where(*received, wrong), "a receipt with gaps")
    photo = exists().where(File.object_type == "loan_line", File.object_key == cast(LoanLine.id, String))
    silent = and_(BY_SYSTEM, LoanLine.condition_in != ReturnCondition.GOOD, LoanLine.note_in == "", ~photo)
    yield from _found("I6", "loan_line", select(LoanLine.id).where(LIVING, silent), "damage without note or photo")
    nobody = and_(BY_SYSTEM, LoanLine.state == LineState.CLOSED, LoanLine.closed_by_id.is_(None))
    yield from _found("I6", "loan_line", select(LoanLine.id).where(LIVING, nobody), "closed by nobody")
    open_case = exists().where(
        Compensation.line_id == LoanLine.id,
        Compensation.state.in_((CompensationState.OPEN, CompensationState.PROPOSED)),
    )
    early = select(LoanLine.id).where(LIVING, LoanLine.state == LineState.CLOSED, open_case)
    yield from _found("I6", "loan_line", early, "closed while its compensation is open")


def claims_do_not_overlap() -> Iterator[Violation]:
    """I7: no two lines claim one asset for overlapping periods (half-open)."""
    other = aliased(LoanLine)
    query = (
        select(LoanLine.id)
        .join(
            other,
            and_(
                other.asset_id == LoanLine.asset_id,
                other.id > LoanLine.id,
                other.claims_period,
                other.withdrawn_at.is_(None),
                other.claim_from < LoanLine.claim_until,
                LoanLine.claim_from < other.claim_until,
            ),
        )
        .where(LIVING, LoanLine.claims_period)
    )
    yield from _found("I7", "loan_line", query, "overlapping claims")


def units_are_frozen() -> Iterator[Violation]:
    """I8: lines, events and photos carry the unit that owned the asset then."""
    line = select(LoanLine.id).join(Loan, Loan.id == LoanLine.loan_id).where(LoanLine.unit_id != Loan.unit_id)
    yield from _found("I8", "loan_line", line, "another unit than its loan")
    event = select(LoanEvent.id).join(LoanLine, LoanLine.id == LoanEvent.line_id)
    yield from _found(
        "I8", "loan_event", event.where(LoanEvent.unit_id != LoanLine.unit_id), "another unit than its line"
    )
    orphan = select(File.id).where(File.object_type.in_(("asset", "loan_line")), File.unit_id.is_(None))
    yield from _found("I8", "file", orphan, "a photo without a unit")


def events_replay() -> Iterator[Violation]:
    """I9: the events of every line lead to its state by steps of the table, in order of time."""
    query = (
        select(
            LoanEvent.line_id,
            LoanEvent.action,
            LoanEvent.before,
            LoanEvent.after,
            LoanEvent.occurred_at,
            LoanLine.state,
            LoanLine.source,
        )
        .join(LoanLine, LoanLine.id == LoanEvent.line_id)
        .where(LIVING)
        .order_by(LoanEvent.line_id, LoanEvent.id)
    )
    wrong: set[int] = set()
    last: tuple[int, LineState, LineState, datetime] | None = None
    for line_id, action, before, after, at, state, source in db.session.execute(query):
        if last is not None and last[0] != line_id and last[1] is not last[2]:
            wrong.add(last[0])
        same = last is not None and last[0] == line_id
        if not _legal(action, before, after, last[1] if same and last else None, paper=source is LoanSource.PAPER):
            wrong.add(line_id)
        if same and last is not None and at < last[3]:
            wrong.add(line_id)
        last = (line_id, after, state, at)
    if last is not None and last[1] is not last[2]:
        wrong.add(last[0])
    silent = select(LoanLine.id).where(LIVING, ~exists().where(LoanEvent.line_id == LoanLine.id))
    wrong |= set(db.session.scalars(silent.limit(MOST_IDS)))
    if wrong:
        yield Violation("I9", "loan_line", sorted(wrong)[:MOST_IDS], "its events do not lead to its state")


def _legal(
    action: rules.LineAction, before: LineState | None, after: LineState, known: LineState | None, *, paper: bool
) -> bool:
    if before is None:
        return known is None and (paper or after is LineState.SUBMITTED)
    step = rules.TRANSITIONS.get((before, action))
    return before is known and step is not None and step.to is after


def numbers_are_unique() -> Iterator[Violation]:
    """I10: asset numbers and codes are unique, also among disposed and revoked."""
    numbers = select(func.min(Asset.id)).where(Asset.withdrawn_at.is_(None))
    numbers = numbers.group_by(Asset.number_key, Asset.piece).having(func.count() > 1)
    yield from _found("I10", "asset", numbers, "one number on several assets")
    codes = select(func.min(Code.id)).group_by(func.upper(Code.code)).having(func.count() > 1)
    yield from _found("I10", "code", codes, "one code twice")


def chain_is_whole() -> Iterator[Violation]:
    """I14: the audit chain is unbroken and ends at its head."""
    broken = chain.first_broken(db.session())
    if broken is not None:
        yield Violation("I14", "audit_entry", [], broken)


def changes_are_audited() -> Iterator[Violation]:
    """I15: every asset and every loan of the system has the audit row of its making; every act on a line one too."""
    made = exists().where(
        AuditEntry.object_type == "asset", AuditEntry.action.in_(("asset.registered", "asset.imported"))
    )
    if db.session.scalar(select(func.count()).select_from(Asset)) and not db.session.scalar(select(made)):
        yield Violation("I15", "asset", [], "no asset has the audit row of its registration")
    requested = exists().where(
        AuditEntry.object_type == "loan", AuditEntry.object_key == Loan.number, AuditEntry.action == "loan.requested"
    )
    silent = select(Loan.id).where(Loan.source == LoanSource.SYSTEM, Loan.withdrawn_at.is_(None), ~requested)
    yield from _found("I15", "loan", silent, "no audit row of its request")


def files_are_there() -> Iterator[Violation]:
    """I16: each file row has its bytes (size and SHA-256), and the store holds nothing without a row."""
    known: dict[str, int] = {}
    broken: list[int] = []
    for row_id, sha256, size in db.session.execute(select(File.id, File.sha256, File.size).order_by(File.id)):
        known[sha256] = size
        if not storage.is_whole(sha256, size):
            broken.append(row_id)
    if broken:
        yield Violation("I16", "file", broken[:MOST_IDS], "the stored bytes are missing or changed")
    strays = [name for name in storage.stored() if name not in known]
    if strays:
        yield Violation("I16", "file", strays[:MOST_IDS], "stored bytes without a row")


def no_dead_rights() -> Iterator[Violation]:
    """I18: no live session of a deactivated person, no role in a closed unit."""
    now, today = clock.now(), clock.today()
    live = select(UserSession.id).join(Person, Person.id == UserSession.person_id)
    live = live.where(
        UserSession.ended_at.is_(None),
        UserSession.expires_at > now,
        ~Person.active,
        UserSession.auth_epoch == Person.auth_epoch,
    )
    yield from _found("I18", "user_session", live, "a session of a deactivated person")
    closed = select(RoleGrant.id).join(Unit, Unit.id == RoleGrant.unit_id)
    closed = closed.where(
        Unit.closed_on.is_not(None),
        Unit.closed_on <= today,
        or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until >= today),
    )
    yield from _found("I18", "role_grant", closed, "a role in a closed unit")


def dates_are_sane() -> Iterator[Violation]:
    """I19: no date outside 2400-2700 พ.ศ., nothing handed over or received in the future."""
    soon = clock.now() + timedelta(minutes=5)
    future = or_(LoanLine.handed_over_at > soon, LoanLine.first_received_at > soon, LoanLine.closed_at > soon)
    yield from _found("I19", "loan_line", select(LoanLine.id).where(LIVING, future), "a fact of the future")
    first, last = date(1857, 1, 1), date(2157, 12, 31)
    odd = or_(Asset.received_on < first, Asset.received_on > last)
    yield from _found("I19", "asset", select(Asset.id).where(odd), "a date outside 2400-2700 พ.ศ.")
    span = or_(LoanLine.due_on < first, LoanLine.due_on > last)
    yield from _found("I19", "loan_line", select(LoanLine.id).where(LIVING, span), "a date outside 2400-2700 พ.ศ.")


def database_is_sound() -> Iterator[Violation]:
    """I20: foreign keys, integrity, triggers and schema version are as the program wants them."""
    for table, message in storage.database_faults():
        yield Violation("I20", table, [], message)


CHECKS: tuple[Callable[[], Iterator[Violation]], ...] = (
    one_holder,
    status_follows_lines,
    approvals_are_whole,
    receipts_are_whole,
    claims_do_not_overlap,
    units_are_frozen,
    events_replay,
    numbers_are_unique,
    chain_is_whole,
    changes_are_audited,
    files_are_there,
    no_dead_rights,
    dates_are_sane,
    database_is_sound,
)


def run_all() -> list[Violation]:
    """Every violation there is, in the order of the checks."""
    return [violation for check in CHECKS for violation in check()]


def as_json(violations: list[Violation]) -> dict[str, Any]:
    """The answer of `check --json`."""
    names = sorted({(check.__doc__ or "").partition(":")[0] for check in CHECKS}, key=lambda name: int(name[1:]))
    return {"ok": not violations, "checked": names, "violations": [asdict(item) for item in violations]}
