"""By hand: trying a message again, and a letter to oneself that shows whether the mail server takes it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, g
from sqlalchemy import func, select

from assetloan import audit
from assetloan.audit import ActorRef, ObjectRef
from assetloan.config import Settings
from assetloan.core import clock, jobs, settings
from assetloan.core.db import db
from assetloan.core.errors import DomainError
from assetloan.core.i18n import _, format_instant
from assetloan.core.job_models import Job
from assetloan.core.jobs import Task
from assetloan.notices import delivery, digest, outbox_queries, rules
from assetloan.notices.mail import Letter, Postman, composed
from assetloan.notices.models import Delivery, DeliveryState

TEST, SEND = "notices.test", "notices.send"
TESTS_AT_ONCE, WITHIN = 3, timedelta(minutes=5)


def try_again(who: ActorRef, delivery_id: int, *, person_id: int | None, now: datetime) -> Delivery:
    """Put a message in line again; a worker sends it at once, by day. Raises NotFound, DomainError."""
    row = outbox_queries.delivery(delivery_id)
    if row.state not in (DeliveryState.WAITING, DeliveryState.FAILED) or row.day < clock.bangkok_date(now):
        raise DomainError("delivery_ended")
    before = row.state
    row.state, row.ended_at, row.error, row.attempts = DeliveryState.WAITING, None, "", 0
    row.next_try_at = rules.by_day(now)
    db.session.flush()
    after = {"state": row.state.value, "count": 0}
    audit.record(who, "delivery.again", row.ref, at=now, before={"state": before.value}, after=after)
    jobs.ask(SEND, {"back": "/outbox"}, person_id=person_id, unit_id=None, now=now)
    return row


@jobs.does(SEND)
def _send(_task: Task) -> dict[str, Any]:
    sent = delivery.send_waiting(clock.now())
    return {"url": "/outbox", "sent": sent.sent, "failed": sent.failed}


def ask_test(who: ActorRef, person_id: int, *, back: str, now: datetime) -> Job:
    """Ask for a letter to oneself. Raises DomainError: mail_not_set, no_mail_address, too_many_tests."""
    given: Settings = current_app.config["SETTINGS"]
    recipient = digest.recipient_of(person_id)
    if given.mail is None:
        raise DomainError("mail_not_set")
    if recipient is None or not rules.is_address(recipient.email):
        raise DomainError("no_mail_address")
    lately = Job.kind == TEST, Job.person_id == person_id, Job.created_at > now - WITHIN
    if (db.session.scalar(select(func.count()).select_from(Job).where(*lately)) or 0) >= TESTS_AT_ONCE:
        raise DomainError("too_many_tests")
    audit.record(who, "delivery.test", ObjectRef("delivery", "test"), at=now, after={"email": recipient.email})
    return jobs.ask(TEST, {"back": back}, person_id=person_id, unit_id=None, now=now)


@jobs.does(TEST)
def _test(task: Task) -> dict[str, Any]:
    """Raises Undelivered, whose words the watching person reads."""
    given: Settings = current_app.config["SETTINGS"]
    now = clock.now()
    recipient = digest.recipient_of(task.person_id or 0)
    if given.mail is None or recipient is None:
        raise DomainError("mail_not_set")
    db.session.rollback()
    with digest.speaking_to(recipient):
        agency = settings.text("agency_name", clock.bangkok_date(now)) or _("ระบบยืม–คืนพัสดุ")
        subject = _("ทดสอบการส่งอีเมล")
        said = _("เครื่องแม่ข่ายอีเมลรับข้อความทดสอบจากระบบแล้ว เมื่อ %(when)s", when=format_instant(now))
        words = {"subject": subject, "said": said, "base_url": given.base_url, "lang": g.language}
        plain = f"{said}\n{given.base_url}\n"
        html = current_app.jinja_env.get_template("notices/test.html").render(words)
    letter = Letter(recipient.name, recipient.email, agency, subject, plain, html)
    with Postman(given.mail, host=given.host) as postman:
        postman.send(composed(letter, given.mail, key=str(uuid.uuid4()), host=given.host, at=now))
    return {}
