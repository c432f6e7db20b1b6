"""The invariants of everything else: numbers, audit, files, outbox, rights, dates, the database (I10, I14 to I20)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, cast, exists, func, or_, select

from assetloan.assets.models import Asset, AssetEvent, Code
from assetloan.assets.rules import AssetEventKind
from assetloan.audit import chain
from assetloan.audit.models import AuditEntry
from assetloan.core import clock
from assetloan.core.db import Base, UTCDateTime, db
from assetloan.documents.files import File
from assetloan.identity.models import Person, RoleGrant, Unit, UserSession
from assetloan.lending.models import Loan, LoanEvent, LoanLine
from assetloan.lending.rules import LineAction, LoanSource
from assetloan.notices.models import Delivery, DeliveryState, Notice
from assetloan.notices.rules import may_leave
from assetloan.reporting import storage
from assetloan.reporting.violations import BY_SYSTEM, LIVING, MOST_IDS, Violation, found


def numbers_are_unique() -> Iterator[Violation]:
    """I10: asset numbers and codes are unique, also among disposed and revoked."""
    numbers = select(func.min(Asset.id)).where(Asset.withdrawn_at.is_(None))
    numbers = numbers.group_by(Asset.number_key, Asset.piece).having(func.count() > 1)
    yield from found("I10", "asset", numbers, "one number on several assets")
    codes = select(func.min(Code.id)).group_by(func.upper(Code.code)).having(func.count() > 1)
    yield from found("I10", "code", codes, "one code twice")


def chain_is_whole() -> Iterator[Violation]:
    """I14: the audit chain is unbroken and ends at its head."""
    broken = chain.first_broken(db.session())
    if broken is not None:
        yield Violation("I14", "audit_entry", [], broken)


# The audit row that each act of the system leaves; facts from paper have the one of their import.
_AUDITED = {
    LineAction.SUBMIT: ("loan.requested", "loan.continued", "loan.swapped"),
    LineAction.APPROVE: ("loan.approved", "loan.approved_by_standing_order", "loan.continued", "loan.swapped"),
    LineAction.REJECT: ("loan.rejected",),
    LineAction.CANCEL: ("loan.cancelled",),
    LineAction.WITHDRAW: ("loan.cancelled", "loan.swapped"),
    LineAction.EXPIRE: ("loan.expired",),
    LineAction.HAND_OVER: ("loan.handed_over", "loan.continued"),
    LineAction.DECLARE_RETURN: ("loan.return_declared",),
    LineAction.RECEIVE: ("loan.received", "loan.transferred"),
    LineAction.REPORT_LOST: ("loan.received",),
    LineAction.SEND_BACK: ("loan.sent_back",),
    LineAction.APPROVE_RETURN: ("loan.return_approved",),
    LineAction.SETTLE: ("loan.compensation_decided",),
}


def _unaudited(source: LoanSource, names: tuple[str, ...]) -> Select[Any]:
    """Events of lines without an audit row of one of these names for their loan at that instant."""
    row = exists().where(
        AuditEntry.object_type == "loan",
        AuditEntry.object_key == Loan.number,
        AuditEntry.action.in_(names),
        AuditEntry.occurred_at == LoanEvent.recorded_at,
    )
    acts = select(LoanEvent.id).join(LoanLine, LoanLine.id == LoanEvent.line_id).join(Loan, Loan.id == LoanLine.loan_id)
    return acts.where(LIVING, LoanLine.source == source, ~row)


def changes_are_audited() -> Iterator[Violation]:
    """I15: every act on a loan and every change of an asset has its audit row of the same instant."""
    for action, names in _AUDITED.items():
        query = _unaudited(LoanSource.SYSTEM, names).where(LoanEvent.action == action)
        yield from found("I15", "loan_event", query, f"no audit row {names[0]} of its loan at that instant")
    paper = _unaudited(LoanSource.PAPER, ("loan.imported",))
    yield from found("I15", "loan_event", paper, "no audit row of its import")
    of_asset = exists().where(
        AuditEntry.object_type == "asset",
        AuditEntry.occurred_at == AssetEvent.recorded_at,
        AuditEntry.unit_id.is_not_distinct_from(AssetEvent.unit_id),
    )
    kinds = (AssetEventKind.REGISTERED, AssetEventKind.IMPORTED, AssetEventKind.EDITED, AssetEventKind.MOVED)
    changes = select(AssetEvent.id).where(AssetEvent.kind.in_(kinds), ~of_asset)
    yield from found("I15", "asset_event", changes, "no audit row of an asset at that instant")


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


# What the borrower is told of each act of the system.
_TOLD = {
    LineAction.APPROVE: ("loan.approved", "loan.continued"),
    LineAction.REJECT: ("loan.rejected",),
    LineAction.HAND_OVER: ("loan.handed_over", "loan.continued"),
    LineAction.RECEIVE: ("loan.received", "loan.transferred"),
    LineAction.APPROVE_RETURN: ("loan.closed",),
}


_STUCK = timedelta(hours=1)


def people_are_told() -> Iterator[Violation]:
    """I17: no act without its message to the borrower, nobody told the same thing twice, nothing stuck for an hour."""
    for action, events in _TOLD.items():
        told = exists().where(
            Notice.event.in_(events),
            Notice.about_type == "loan",
            Notice.about_key == Loan.number,
            Notice.person_id == Loan.borrower_id,
        )
        query = select(LoanEvent.id).join(LoanLine, LoanLine.id == LoanEvent.line_id)
        query = query.join(Loan, Loan.id == LoanLine.loan_id).where(LIVING, BY_SYSTEM, LoanEvent.action == action)
        yield from found("I17", "loan_event", query.where(~told), f"no message {events[0]}")
    twice = select(func.min(Notice.id)).group_by(Notice.dedupe_key).having(func.count() > 1)
    yield from found("I17", "notice", twice, "one message twice")
    two = select(func.min(Delivery.id)).group_by(Delivery.person_id, Delivery.day).having(func.count() > 1)
    yield from found("I17", "delivery", two, "two digests of one day for one person")
    if may_leave(clock.now() - _STUCK):
        waits = Delivery.state == DeliveryState.WAITING, Delivery.next_try_at < clock.now() - _STUCK
        yield from found("I17", "delivery", select(Delivery.id).where(*waits), "waits for more than an hour to be sent")


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
    yield from found("I18", "user_session", live, "a session of a deactivated person")
    closed = select(RoleGrant.id).join(Unit, Unit.id == RoleGrant.unit_id)
    closed = closed.where(
        Unit.closed_on.is_not(None),
        Unit.closed_on <= today,
        or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until >= today),
    )
    yield from found("I18", "role_grant", closed, "a role in a closed unit")


_FIRST, _LAST = date(1857, 1, 1), date(2157, 12, 31)  # 2400 to 2700 พ.ศ.


def dates_are_sane() -> Iterator[Violation]:
    """I19: no date outside 2400-2700 พ.ศ. in any table, no time with a zone of its own, no fact of the future."""
    soon = clock.now() + timedelta(minutes=5)
    facts = (LoanLine.handed_over_at, LoanLine.first_received_at, LoanLine.closed_at, LoanLine.lost_at)
    future = or_(*(at > soon for at in facts))
    yield from found("I19", "loan_line", select(LoanLine.id).where(LIVING, future), "a fact of the future")
    sqlite = db.session.get_bind().dialect.name == "sqlite"
    for table in Base.metadata.sorted_tables:
        key = next(iter(table.primary_key.columns))
        for column in table.columns:
            if isinstance(column.type, Date):
                odd: ColumnElement[bool] = or_(column < _FIRST, column > _LAST)
            elif isinstance(column.type, UTCDateTime):
                odd = or_(column < clock.bangkok_midnight(_FIRST), column > clock.bangkok_midnight(_LAST))
                if sqlite:  # kept as text: anything but the one form would compare wrong
                    odd = or_(odd, func.length(cast(column, String)) != len("2026-11-23 03:00:00.000000"))
            else:
                continue
            yield from found("I19", table.name, select(key).where(odd), f"{column.name} outside 2400-2700 พ.ศ.")


def database_is_sound() -> Iterator[Violation]:
    """I20: foreign keys, integrity and triggers are as the program wants them."""
    for table, ids, message in storage.database_faults():
        yield Violation("I20", table, ids, message)
