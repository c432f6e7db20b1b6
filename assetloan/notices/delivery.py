"""Sending: once a day a digest is planned for everybody who has something to be told, then each leaves when it can.

A row says that somebody is to be told, the words are put together at the moment of sending. One sender takes a row by a
lease; a failure is tried again later or given up with its reason; what is not true any more is dropped.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from assetloan.config import Settings
from assetloan.core import beat, calendar, clock
from assetloan.core.db import db, transaction
from assetloan.core.holidays import holidays_between
from assetloan.notices import digest, line, rules
from assetloan.notices.digest import Digest, Recipient
from assetloan.notices.failures import Undelivered
from assetloan.notices.mail import Postman, composed
from assetloan.notices.models import Channel, Delivery, DeliveryState, LineCode, Notice, NoticeChoice

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=10)
KEPT = timedelta(days=400)
PLANNED = "digest"
MOST_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Way:
    """How a message goes to a person: the channel and where."""

    channel: Channel
    address: str


def choice_of(person_id: int) -> NoticeChoice | None:
    """How a person wants to be told, if they ever said so."""
    return db.session.scalar(select(NoticeChoice).where(NoticeChoice.person_id == person_id))


def way_to(recipient: Recipient, settings: Settings) -> Way | None:
    """The way a person chose, as far as it is open; None when there is none."""
    choice = choice_of(recipient.person_id)
    wanted = choice.channel if choice is not None else Channel.MAIL
    if not recipient.active or wanted is Channel.NONE:
        return None
    if wanted is Channel.LINE and settings.line is not None and choice is not None:
        return Way(Channel.LINE, choice.line_user_id)
    if settings.mail is not None and rules.is_address(recipient.email):
        return Way(Channel.MAIL, recipient.email)
    return None


def is_working_day(day: date) -> bool:
    return calendar.is_working_day(day, holidays_between(day, day))


# --- planning -------------------------------------------------------------------------------------------------------


def plan(at: datetime) -> int:
    """Note once a day who is to get a digest. Returns how many."""
    settings: Settings = current_app.config["SETTINGS"]
    day = clock.bangkok_date(at)
    if (settings.mail is None and settings.line is None) or not rules.digest_is_due(at) or beat.was_done(PLANNED, day):
        return 0
    working_day = is_working_day(day)
    people = sorted(set().union(*(found(day, at) for found in digest.candidates)))
    db.session.rollback()
    rows = []
    for place, person_id in enumerate(people):
        if place % 100 == 99:
            beat.keep_lease()
        recipient = digest.recipient_of(person_id)
        way = way_to(recipient, settings) if recipient is not None else None
        db.session.rollback()
        if recipient is None or way is None:
            continue
        if _has_something(recipient, at, working_day=working_day):
            rows.append(_row(person_id, way.channel, day, at))
    return _note(rows, day)


def _has_something(recipient: Recipient, at: datetime, *, working_day: bool) -> bool:
    """Is there anything to tell? What cannot be put together is planned, so that its failure is seen."""
    try:
        with digest.speaking_to(recipient):
            return digest.compose(recipient, at, working_day=working_day) is not None
    except Exception:
        log.exception("the digest of person %d could not be put together", recipient.person_id)
        return True


def _row(person_id: int, channel: Channel, day: date, at: datetime) -> dict[str, object]:
    key = rules.dedupe_key(person_id, day)
    return {
        "key": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{current_app.config['SETTINGS'].base_url}/{key}")),
        "dedupe_key": key,
        "person_id": person_id,
        "channel": channel,
        "day": day,
        "state": DeliveryState.WAITING,
        "attempts": 0,
        "next_try_at": at,
        "error": "",
        "created_at": at,
    }


def _note(rows: list[dict[str, object]], day: date) -> int:
    """Write the plan: whoever stands there already is left alone; older ones that still wait are taken in."""
    with transaction() as session:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        made = 0
        for start in range(0, len(rows), 200):
            wanted = insert(Delivery).values(rows[start : start + 200])
            new = wanted.on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(Delivery.id)
            made += len(session.execute(new).all())
        older = Delivery.state == DeliveryState.WAITING, Delivery.day < day
        taken_in = {"state": DeliveryState.DROPPED, "error": "superseded", "ended_at": clock.now(), "lease_until": None}
        session.execute(update(Delivery).where(*older).values(taken_in))
        beat.note_done(PLANNED, day)
    return made


# --- sending --------------------------------------------------------------------------------------------------------


@dataclass
class Sent:
    """How a round of sending went."""

    sent: int = 0
    failed: int = 0
    dropped: int = 0
    later: int = 0


class Round:
    """One round of sending: a way that is shut is not tried again before the next one."""

    def __init__(self, settings: Settings, at: datetime, postman: Postman | None) -> None:
        self.settings, self.at, self.postman = settings, at, postman
        self.shut: set[Channel] = set()
        self.sent = Sent()

    def one(self, delivery_id: int) -> None:
        """Take a row and send it, unless somebody else has it."""
        taken = _take(delivery_id, self.at)
        if taken is None:
            return
        person_id, key, attempts = taken
        recipient = digest.recipient_of(person_id)
        way = way_to(recipient, self.settings) if recipient is not None else None
        db.session.rollback()
        if recipient is None or way is None:
            self._end(delivery_id, DeliveryState.DROPPED, "nobody")
            return
        if way.channel in self.shut:
            self._put_back(delivery_id)
            return
        try:
            told = self._send(recipient, way, key)
        except Undelivered as error:
            self._failed(delivery_id, attempts, way.channel, error)
        except Exception:
            log.exception("the message %d could not be put together", delivery_id)
            self._failed(delivery_id, attempts, way.channel, Undelivered("not_composed", again=True))
        else:
            if told is None:
                self._end(delivery_id, DeliveryState.DROPPED, "nothing_left")
            else:
                self._end(delivery_id, DeliveryState.SENT, "", way.channel, told)

    def _send(self, recipient: Recipient, way: Way, key: str) -> tuple[int, ...] | None:
        """Put the words together and send them; the notices told, or None when there is nothing left to say."""
        with digest.speaking_to(recipient):
            working_day = is_working_day(clock.bangkok_date(self.at))
            found: Digest | None = digest.compose(recipient, self.at, working_day=working_day)
            if found is None:
                return None
            if way.channel is Channel.LINE:
                words = digest.words_of(found)
            else:
                letter = digest.letter_of(found)
            told = found.notices
        if way.channel is Channel.LINE and self.settings.line is not None:
            line.push(self.settings.line, to=way.address, words=words, key=key)
        elif self.settings.mail is not None and self.postman is not None:
            host = self.settings.host
            self.postman.send(composed(letter, self.settings.mail, key=key, host=host, at=self.at))
        return told

    def _failed(self, delivery_id: int, attempts: int, channel: Channel, error: Undelivered) -> None:
        if error.for_all:
            self.shut.add(channel)
        again = rules.next_try(attempts, self.at) if error.again else None
        if again is None:
            self._end(delivery_id, DeliveryState.FAILED, error.code)
            return
        self.sent.later += 1
        _note_on(delivery_id, {"next_try_at": again, "error": error.code, "lease_until": None})

    def _put_back(self, delivery_id: int) -> None:
        self.sent.later += 1
        _note_on(delivery_id, {"attempts": Delivery.attempts - 1, "lease_until": None})

    def _end(
        self, delivery_id: int, state: DeliveryState, error: str, way: Channel | None = None, told: tuple[int, ...] = ()
    ) -> None:
        values = {"state": state, "error": error, "ended_at": clock.now(), "lease_until": None}
        values |= {"channel": way} if way is not None else {}
        with transaction() as session:
            session.execute(update(Delivery).where(Delivery.id == delivery_id).values(values))
            for start in range(0, len(told), 500):
                some = Notice.id.in_(told[start : start + 500])
                session.execute(update(Notice).where(some).values(told_at=self.at))
        name = {DeliveryState.SENT: "sent", DeliveryState.FAILED: "failed"}.get(state, "dropped")
        setattr(self.sent, name, getattr(self.sent, name) + 1)


def _take(delivery_id: int, at: datetime) -> tuple[int, str, int] | None:
    """Take a row that waits: its person, key and how often it was tried with this time."""
    now = clock.now()
    free = sa.or_(Delivery.lease_until.is_(None), Delivery.lease_until < now)
    waits = Delivery.id == delivery_id, Delivery.state == DeliveryState.WAITING, Delivery.next_try_at <= at, free
    values = {"lease_until": now + LEASE, "attempts": Delivery.attempts + 1}
    with transaction() as session:
        taken = update(Delivery).where(*waits).values(values)
        row = session.execute(taken.returning(Delivery.person_id, Delivery.key, Delivery.attempts)).first()
    return None if row is None else (row[0], row[1], row[2])


def _note_on(delivery_id: int, values: dict[str, object]) -> None:
    with transaction() as session:
        session.execute(update(Delivery).where(Delivery.id == delivery_id).values(values))


def send_waiting(at: datetime) -> Sent:
    """Send what waits and is due, oldest first; nothing at night."""
    settings: Settings = current_app.config["SETTINGS"]
    if not rules.may_leave(at):
        return Sent()
    waits = Delivery.state == DeliveryState.WAITING, Delivery.next_try_at <= at
    query = select(Delivery.id).where(*waits).order_by(Delivery.next_try_at, Delivery.id).limit(MOST_AT_ONCE)
    waiting = list(db.session.scalars(query))
    db.session.rollback()
    if not waiting:
        return Sent()
    if settings.mail is None:
        return _all(Round(settings, at, None), waiting)
    with Postman(settings.mail, host=settings.host) as postman:
        return _all(Round(settings, at, postman), waiting)


def _all(sending: Round, waiting: list[int]) -> Sent:
    for place, delivery_id in enumerate(waiting):
        if place % 20 == 19:
            beat.keep_lease()
        sending.one(delivery_id)
    return sending.sent


# --- the steps ------------------------------------------------------------------------------------------------------


@beat.step("digest", place=70)
def _digest(now: datetime) -> dict[str, int]:
    planned = plan(now)
    sent = send_waiting(now)
    return {"digests": planned, "sent": sent.sent, "failed_messages": sent.failed, "waiting_messages": sent.later}


@beat.step("old messages", place=90)
def _forget(now: datetime) -> dict[str, int]:
    with transaction() as session:
        gone = session.execute(sa.delete(Delivery).where(Delivery.ended_at < now - KEPT).returning(Delivery.id)).all()
        session.execute(sa.delete(LineCode).where(LineCode.expires_at < now - timedelta(days=1)))
    return {"forgotten_messages": len(gone)}
