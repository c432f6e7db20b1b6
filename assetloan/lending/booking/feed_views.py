"""Calendar feeds: the private addresses of a person, and the calendar behind one."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from flask import Response, abort, current_app, g, render_template, url_for
from flask.typing import ResponseReturnValue

from assetloan.core import clock, ids
from assetloan.core.errors import DomainError
from assetloan.core.forms import ActForm, save
from assetloan.core.i18n import _
from assetloan.core.idempotency import Answer, run_once
from assetloan.identity.guards import access, actor, address, owner_key
from assetloan.identity.queries import actor_of, unit_tree
from assetloan.identity.rules import Permission
from assetloan.lending.booking import queries, service
from assetloan.lending.booking.forms import FeedForm
from assetloan.lending.booking.views import bp

MOST_WRONG, WITHIN, MOST_KNOWN = 20, timedelta(minutes=10), 2_000


class Throttle:
    """Who tries many addresses that do not exist is made to wait: a few hashes in the memory of this process.

    A calendar that goes on asking for one address that has ended is no guesser, and the desk beside it is not either:
    different addresses are counted, and one that exists always answers.
    """

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, dict[str, datetime]] = OrderedDict()
        self._lock = Lock()

    def guesses(self, source: str, token_hash: str, now: datetime) -> bool:
        """Note a wrong address; has this source tried too many different ones lately?"""
        with self._lock:
            recent = {key: at for key, at in self._wrong.pop(source, {}).items() if at > now - WITHIN}
            if len(recent) <= MOST_WRONG:
                recent[token_hash] = now
            self._wrong[source] = recent
            while len(self._wrong) > MOST_KNOWN:
                self._wrong.popitem(last=False)
        return len(recent) > MOST_WRONG


throttle = Throttle()


@bp.get("/calendar")
@access(Permission.LOAN_REQUEST)
def feeds() -> ResponseReturnValue:
    """One's own calendar addresses."""
    return _page(FeedForm(formdata=None))


def _page(form: FeedForm, status: int = 200) -> ResponseReturnValue:
    who, tree = actor(), unit_tree(clock.today())
    desks = [card for card in tree.ordered() if card.id in service.desks_of(who)]
    form.offer([(card.code, _("งานส่งมอบและรับคืนของ %(unit)s", unit=card.label)) for card in desks])
    alive = queries.feeds_of(who)
    rows = [
        {
            "id": feed.id,
            "title": _("งานส่งมอบและรับคืนของ %(unit)s", unit=tree[unit_id].name)
            if unit_id in tree.by_id and unit_id is not None
            else _("การยืมของฉัน"),
            "created_at": feed.created_at,
        }
        for unit_id, feed in sorted(alive.items(), key=lambda item: item[0] or 0)
    ]
    return render_template("booking/feeds.html", form=form, rows=rows, new_act=ActForm), status


@bp.post("/calendar")
@access(Permission.LOAN_REQUEST)
def create_feed() -> ResponseReturnValue:
    """A new address, shown in this answer only; the one before ends."""
    form = FeedForm()
    if not form.validate():
        return _page(form, 422)
    who, unit = actor(), form.unit.data or ""
    try:
        answer = run_once(
            owner_key(),
            form.key.data or None,
            f"calendar {unit}",
            lambda: Answer(200, service.create_feed(who, unit, now=clock.now()), secret=True),
        )
    except DomainError as error:
        if error.code in ("not_allowed", "not_found"):
            raise
        form.add_error(error)
        return _page(form, 422)
    base_url = current_app.config["SETTINGS"].base_url
    return render_template("booking/feed_made.html", address=f"{base_url}{url_for('booking.feed', token=answer.body)}")


@bp.post("/calendar/<int:feed_id>/revoke")
@access(Permission.LOAN_REQUEST)
def revoke_feed(feed_id: int) -> ResponseReturnValue:
    """End an address."""
    form = ActForm()

    def work() -> str:
        service.revoke_feed(actor(), feed_id, now=clock.now())
        return url_for("booking.feeds")

    answer = save(owner_key(), form, work) if form.validate() else None
    return answer if answer is not None else _page(FeedForm(formdata=None), 422)


@bp.get("/calendar/<token>.ics")
@access("public")
def feed(token: str) -> ResponseReturnValue:
    """The calendar behind an address, with the rights that its person has today; 404 for every other address."""
    from assetloan.lending.booking.ical import desk_calendar, own_calendar  # brought in only where it is used

    now, source = clock.now(), address()
    wanted = ids.token_hash(token)
    found = queries.live_feed(wanted)
    if found is None:
        abort(429 if throttle.guesses(source, wanted, now) else 404)
    row, person = found
    g.language = person.language or "th"  # a calendar program has no language of its own
    today = clock.bangkok_date(now)
    who = actor_of(person, today=today, source="feed")
    unit = unit_tree(today).get(row.unit_id)
    if row.unit_id is not None and (unit is None or row.unit_id not in service.desks_of(who)):
        abort(404)
    lines = queries.feed_lines(who, row.unit_id, today)
    base_url = current_app.config["SETTINGS"].base_url
    if unit is None:
        text = own_calendar(lines, name=_("การยืมของ %(name)s", name=person.name), base_url=base_url, now=now)
    else:
        name = _("งานส่งมอบและรับคืนของ %(unit)s", unit=unit.label)
        text = desk_calendar(lines, name=name, base_url=base_url, now=now)
    answer = Response(text, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="loans.ics"'
    return answer
