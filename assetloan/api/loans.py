"""/loans: asking, deciding, handing over, taking back, closing. The same services as the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask.typing import ResponseReturnValue

from assetloan.api import reads as read
from assetloan.api import shapes
from assetloan.api.body import Body, Query, rows_of
from assetloan.api.changes import whole_loan
from assetloan.api.operations import Made, Operation, Parameter, Work, bp, reads, writes
from assetloan.api.register import PAGING, TEXT, unit_filter
from assetloan.core import clock
from assetloan.core.errors import FieldError, Invalid, NotFound
from assetloan.identity.guards import Audience, access, actor
from assetloan.identity.rules import Actor, Permission, Place
from assetloan.lending import queries, rules, service
from assetloan.lending.authority.parties import Parties
from assetloan.lending.changing import answering
from assetloan.lending.models import Loan
from assetloan.lending.rules import LineState, ReturnCondition
from assetloan.lending.service import LoanAct, LoanRequest, Receipt

FLAG = {"type": "boolean"}


@reads(
    Operation(
        "loans",
        "GET",
        "/loans",
        "signed_in",
        "Loans within reach, newest first",
        "LoanList",
        query=(
            Parameter("mine", "only those one borrowed", FLAG),
            Parameter("unit", "code of the unit that owns the things", TEXT),
            Parameter("state", "of the header", {"type": "string", "enum": [state.value for state in LineState]}),
            Parameter("overdue", "something is out past its due date", FLAG),
            Parameter("waiting_for_me", "one is the person to act now", FLAG),
            *PAGING,
        ),
    )
)
def loans() -> shapes.Shape:
    """A page of loans."""
    query = Query("mine", "unit", "state", "overdue", "waiting_for_me", "page", "per_page")
    today = clock.today()
    listed = read.LoansByState(
        actor(),
        mine=query.flag("mine"),
        unit_id=unit_filter(query),
        overdue_on=today if query.flag("overdue") else None,
        waiting_for_me=query.flag("waiting_for_me"),
        header=query.choice("state", LineState),
    )
    page = query.page()
    found = listed.page(page, query.per_page())
    names = read.approver_names(found, today)
    return {
        "items": [shapes.loan_row(loan, names[loan.id], today) for loan in found],
        "total": listed.count(),
        "page": page,
    }


@reads(Operation("loan", "GET", "/loans/{number}", "signed_in", "One loan with its history", "Loan", refusals=(404,)))
def loan(number: str) -> shapes.Shape:
    """One loan."""
    return whole_loan(queries.loan_for(actor(), number), clock.now())


@writes(
    Operation(
        "request_loan",
        "POST",
        "/loans",
        Permission.LOAN_REQUEST,
        "Ask to borrow things of one unit",
        "Loan",
        201,
        "NewLoan",
        refusals=(403, 404, 409, 422),
    )
)
def request_loan(read_body: Any) -> Work:
    """A new request. Materials are not lent here: an item named in `items` is unknown."""
    who, body = actor(), Body(read_body)
    items = body.objects("items", most=rules.MOST_LINES)
    assets = body.texts("assets", most=rules.MOST_LINES, required=None if items else "assets_required")
    place = body.choice("place", Place, required="required")
    due_on = body.day("due_on", required="required")
    starts_on = body.day("starts_on")
    purpose = body.text("purpose", required="purpose_required")
    agency, detail = body.text("agency"), body.text("place_detail")
    others = Parties(body.text("responsible"), body.text("outsider"), body.text("outsider_contact"))
    body.check()
    if items:
        raise NotFound(material=_material(items[0]))
    if place is None or due_on is None:
        raise Invalid(FieldError("due_on", "required"))
    wanted = LoanRequest(assets, purpose, place, due_on, starts_on, agency, detail, others)

    def work() -> Made:
        now = clock.now()
        made = service.request_loan(who, wanted, now=now)
        return 201, whole_loan(made, now), shapes.loan_url(made.number)

    return work


def _material(item: Any) -> str:
    return str(item.get("material", ""))[:100] if isinstance(item, dict) else ""


# --- acts on a loan -------------------------------------------------------------------------------------------------

Act = Callable[[Actor, LoanAct, datetime], Loan]


def _act(name: str, audience: Audience, summary: str, do: Act, *, reason: str = "reason", body: str = "Act") -> None:
    """One act on the whole loan or on `lines`; `reason` is the field that carries its words."""
    op = Operation(
        name.replace("-", "_"),
        "POST",
        f"/loans/{{number}}/{name}",
        audience,
        summary,
        "Loan",
        200,
        body,
        refusals=(403, 404, 409, 422),
    )

    @writes(op)
    def _handler(read_body: Any, number: str) -> Work:
        who, given = actor(), Body(read_body)
        lines = given.texts("lines", most=rules.MOST_LINES)
        lines += given.texts("assets", most=rules.MOST_LINES)
        act = LoanAct(number, lines, _words(given, reason))
        given.check()

        def work() -> Made:
            now = clock.now()
            return 200, whole_loan(do(who, act, now), now), ""

        return work


def _words(given: Body, field: str) -> str:
    """What was said, under the name the contract gives it or as a note; "good" alone is nothing to note."""
    told = [word for word in (given.text(field), given.text("note") if field != "note" else "") if word.strip()]
    return "\n".join(word for word in told if word != ReturnCondition.GOOD.value)


_act(
    "approve",
    "signed_in",
    "Approve the lines and changes that wait for one (never one's own); the receiver of a transfer accepts it",
    lambda who, act, now: answering.approve(who, act, now=now),
)
_act(
    "reject",
    "signed_in",
    "Refuse with a reason; the receiver of a transfer declines it",
    lambda who, act, now: answering.reject(who, act, now=now),
    body="ActWithReason",
)
_act(
    "cancel",
    "signed_in",
    "Take a request back, also one to change a loan; who approved may withdraw the approval, with a reason",
    lambda who, act, now: answering.cancel(who, act, now=now),
)
_act(
    "hand-over",
    Permission.LOAN_HAND_OVER,
    "Give the approved things to the borrower",
    lambda who, act, now: service.hand_over_loan(who, act, now=now),
    reason="condition",
    body="HandOver",
)
_act(
    "declare-return",
    Permission.RETURN_DECLARE,
    "The borrower says that things are back",
    lambda who, act, now: service.declare_return(who, act, now=now),
)
_act(
    "send-back",
    Permission.RETURN_APPROVE,
    "Ask the officer to look again, with a reason",
    lambda who, act, now: service.send_back(who, act, now=now),
    body="ActWithReason",
)
_act(
    "approve-return",
    Permission.RETURN_APPROVE,
    "Close clean returns (never by the one who received)",
    lambda who, act, now: service.approve_return(who, act, now=now),
)


@writes(
    Operation(
        "receive",
        "POST",
        "/loans/{number}/receive",
        Permission.LOAN_RECEIVE,
        "Take things back, each with its condition",
        "Loan",
        200,
        "Receipts",
        refusals=(403, 404, 409, 422),
    )
)
def receive(read_body: Any, number: str) -> Work:
    """Receive the things of the bare array."""
    who = actor()
    receipts, faults = [], []
    for row in rows_of(read_body, most=rules.MOST_LINES):
        asset = row.text("asset", required="required")
        condition = row.choice("condition", ReturnCondition, required="condition_required")
        note = row.text("note")
        faults += row.faults
        receipts.append(Receipt(asset, condition or ReturnCondition.GOOD, note))
    if faults:
        raise Invalid(*faults)

    def work() -> Made:
        now = clock.now()
        return 200, whole_loan(service.receive_lines(who, number, receipts, now=now), now), ""

    return work


@bp.post("/loans/<path:number>/<string:later>")
@access("signed_in")
def no_such_act(number: str, later: str) -> ResponseReturnValue:
    """An act that does not exist (yet): 404, where the reading route alone would say 405."""
    raise NotFound(loan=number, action=later)
