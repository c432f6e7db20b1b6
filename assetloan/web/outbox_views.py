"""The sending of notices: what waits, what could not be sent and why, trying again, a test letter to oneself."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from assetloan.config import Settings
from assetloan.core import beat, clock
from assetloan.core.errors import DomainError
from assetloan.core.forms import ActForm, save
from assetloan.core.i18n import _, word_code
from assetloan.identity import paging
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.rules import Permission
from assetloan.identity.sign_in import actor_ref
from assetloan.notices import outbox_queries, sending, words
from assetloan.notices.models import DeliveryState

bp = Blueprint("outbox", __name__)
PER_PAGE = 50


@bp.get("/outbox")
@access(Permission.NOTICES_MANAGE)
def index() -> ResponseReturnValue:
    """What left the house and what could not, newest first; what needs a hand stands on top."""
    return _page()


def _page(form: ActForm | None = None, status: int = 200) -> ResponseReturnValue:
    settings: Settings = current_app.config["SETTINGS"]
    page = paging.page_number()
    wanted = paging.one_of("state", set(DeliveryState))
    state = DeliveryState(wanted) if wanted else None
    rows, total = outbox_queries.deliveries(state, page, PER_PAGE)
    ran_at, _result = beat.last_run()
    body = render_template(
        "web/outbox.html",
        rows=[(row, name, words.DELIVERY_STATES[row.state], _why(row.error)) for row, name in rows],
        total=total,
        counts=[(item, words.DELIVERY_STATES[item], count) for item, count in outbox_queries.counts().items()],
        state=wanted,
        states=[("", _("ทุกสถานะ")), *((item.value, str(words.DELIVERY_STATES[item])) for item in DeliveryState)],
        tones=words.TONES,
        channels=words.CHANNELS,
        ran_at=ran_at,
        mail=settings.mail,
        line=settings.line,
        page=page,
        pages=max(1, -(-total // PER_PAGE)),
        page_url=paging.page_url("state"),
        form=form,
        new_act=ActForm,
        today=clock.today(),
    )
    return body, status


def _why(code: str) -> str:
    return word_code(code, {}) if code else ""


@bp.post("/outbox/<int:delivery_id>/again")
@access(Permission.NOTICES_MANAGE)
def again(delivery_id: int) -> ResponseReturnValue:
    """Try a message again at once."""
    form, who = ActForm(), actor()

    def work() -> str:
        sending.try_again(actor_ref(who), delivery_id, person_id=who.person_id, now=clock.now())
        return url_for("outbox.index")

    answer = save(owner_key(), form, work) if form.validate_on_submit() else None
    return answer or _page(form, 422)


@bp.post("/outbox/test")
@access(Permission.NOTICES_MANAGE)
def test() -> ResponseReturnValue:
    """Send a letter to oneself, and watch whether the server takes it."""
    form, who = ActForm(), actor()
    person_id = who.person_id
    if person_id is None:
        raise DomainError("no_mail_address")

    def work() -> str:
        job = sending.ask_test(actor_ref(who), person_id, back=url_for("outbox.index"), now=clock.now())
        return url_for("jobs.watch", key=job.key)

    answer = save(owner_key(), form, work) if form.validate_on_submit() else None
    return answer or _page(form, 422)
