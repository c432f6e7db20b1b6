"""How a person wants to be told, and linking their LINE account by a code that works once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from assetloan import audit
from assetloan.audit import ActorRef
from assetloan.core import ids
from assetloan.core.db import db
from assetloan.core.errors import DomainError, Forbidden, invalid
from assetloan.identity.models import Person
from assetloan.identity.rules import Actor
from assetloan.identity.sign_in import actor_ref
from assetloan.notices import rules
from assetloan.notices.delivery import choice_of
from assetloan.notices.models import Channel, LineCode, NoticeChoice

CODE_LASTS = timedelta(minutes=30)
CODES_AT_ONCE = 5


def channel_of(actor: Actor) -> tuple[Channel, bool]:
    """The way this person chose (e-mail before they did), and whether their LINE account is known."""
    row = choice_of(actor.person_id) if actor.person_id is not None else None
    return (Channel.MAIL, False) if row is None else (row.channel, bool(row.line_user_id))


def choose_channel(actor: Actor, channel: str, *, now: datetime) -> None:
    """Remember how one wants to be told. Raises Invalid, Forbidden, DomainError("line_not_linked")."""
    if channel not in set(Channel):
        raise invalid("channel", "unknown_value", value=channel)
    person, row = _own(actor, now)
    before = row.channel
    if channel == Channel.LINE and not row.line_user_id:
        raise DomainError("line_not_linked")
    row.channel, row.changed_at = Channel(channel), now
    db.session.flush()
    audit.record(
        actor_ref(actor),
        "person.telling_chosen",
        person.ref,
        at=now,
        before={"channel": before.value},
        after={"channel": row.channel.value},
    )


def _own(actor: Actor, now: datetime) -> tuple[Person, NoticeChoice]:
    person = db.session.get(Person, actor.person_id)
    if person is None:
        raise Forbidden
    row = choice_of(person.id)
    if row is None:
        row = NoticeChoice(person_id=person.id, channel=Channel.MAIL, changed_at=now)
        db.session.add(row)
        db.session.flush()
    return person, row


def make_line_code(actor: Actor, *, now: datetime) -> str:
    """A code to send to the agency's LINE account; shown once, kept as its hash. Raises Forbidden, DomainError."""
    person = db.session.get(Person, actor.person_id)
    if person is None:
        raise Forbidden
    lately = LineCode.person_id == person.id, LineCode.created_at > now - CODE_LASTS
    if (db.session.scalar(select(func.count()).select_from(LineCode).where(*lately)) or 0) >= CODES_AT_ONCE:
        raise DomainError("too_many_tests")
    code = ids.new_token()[:16]
    row = LineCode(code_hash=ids.token_hash(code), person_id=person.id, created_at=now, expires_at=now + CODE_LASTS)
    db.session.add(row)
    db.session.flush()
    audit.record(actor_ref(actor), "person.line_code_made", person.ref, at=now, after={"until": row.expires_at})
    return code


def link_line(code: str, line_user_id: str, *, address: str, now: datetime) -> bool:
    """The agency's LINE account got a code from somebody: from now on we know who that is. False for a wrong code."""
    if not rules.is_line_user(line_user_id):
        return False
    good = LineCode.code_hash == ids.token_hash(code), LineCode.used_at.is_(None), LineCode.expires_at > now
    person_id = db.session.scalar(update(LineCode).where(*good).values(used_at=now).returning(LineCode.person_id))
    person = db.session.scalar(select(Person).where(Person.id.in_([person_id]), Person.active))
    if person is None:
        return False
    row = choice_of(person.id) or NoticeChoice(person_id=person.id, channel=Channel.MAIL, changed_at=now)
    row.channel, row.line_user_id, row.changed_at = Channel.LINE, line_user_id, now
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:  # that LINE account is another person's already
        return False
    who = ActorRef(person.id, person.name, person.unit_id, address=address)
    audit.record(who, "person.line_linked", person.ref, at=now, after={"channel": Channel.LINE.value})
    return True
