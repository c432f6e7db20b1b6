"""One good request for every route that changes something: who sends it, from which page, with which words.

The audit test (G9), the test of double clicks and the auditor's test (D19) walk this table; a new route needs its line
here or in `NOTHING_CHANGES`.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from PIL import Image
from sqlalchemy import update
from werkzeug.test import TestResponse

from assetloan.assets import service as assets
from assetloan.assets.custody import moving
from assetloan.assets.labelling import rounds
from assetloan.assets.queries import by_number
from assetloan.assets.reconciling import queries as books
from assetloan.assets.reconciling import service as reconciling
from assetloan.assets.rules import AssetStatus
from assetloan.core.db import db, transaction
from assetloan.identity import service, sign_in, upkeep
from assetloan.identity.queries import unit_by_code
from assetloan.identity.rules import Place, console
from assetloan.lending import service as lending
from assetloan.lending.models import Loan
from assetloan.lending.rules import Outcome, ReturnCondition, Route
from assetloan.lending.service import LoanAct, Proposal, Receipt
from assetloan.lending.settling import queries as settling
from assetloan.notices.models import Channel, Delivery, DeliveryState
from tests.architecture.stage import OTHER, OWN, TODAY, UNITS, Stage
from tests.browsing import day, fill, send, the_form
from tests.conftest import NOW
from tests.factories import PASSWORD, actor_named


def refused_letter(_stage: Stage) -> None:
    """A letter of today that the mail server did not take."""
    person = actor_named("staff").person_id
    with transaction() as session:
        session.add(
            Delivery(
                key="one",
                dedupe_key="one",
                person_id=person,
                channel=Channel.MAIL,
                day=TODAY,
                state=DeliveryState.FAILED,
                attempts=1,
                next_try_at=NOW,
                error="recipient_refused",
                created_at=NOW,
                ended_at=NOW,
            )
        )


# Routes that take a POST and change no row, and why they are POSTs all the same.
NOTHING_CHANGES = {
    "lending.check_approvals": "shows what would be approved; the chosen rows are too many for an address",
    "returns.check": "shows what would be closed; the chosen rows are too many for an address",
    "labels.choose": "leads to the sheet that was chosen",
    "lending.basket": "the basket lies in the signed cookie",
    "lending.remove_from_basket": "the basket lies in the signed cookie",
    "web.put_aside": "a reader's own mark that a notice was read: no fact of the office",
    "imports.stage": "keeps a file and what it would do, for its bringer alone; the import is audited when confirmed",
    "imports.read": "reads a kept file again as a job, for its bringer alone; the import is audited when confirmed",
    "imports.answer": "said about a staged file, by its bringer; the import is audited when confirmed",
    "imports.suggestions": "said about a staged file, by its bringer; the import is audited when confirmed",
    "imports.change_columns": "said about a staged file, by its bringer; remembered and audited when confirmed",
    "imports.correct": "said about a staged file, by its bringer; the import is audited when confirmed",
    "imports.take_back": "said about a staged file, by its bringer; the import is audited when confirmed",
    "api.no_such_act": "says that an act belongs to a later version",
}


NEW_PASSWORD = "ม้าลายวิ่งข้ามถนน-2570"
Fields = Callable[[Stage], Any]
Address = Callable[[Stage], str]


def of(text: str) -> Address:
    """A page with {loan}, {asset}, {code}, {person}, {unit} … of the own side filled in."""

    def made(stage: Stage) -> str:
        return text.format(
            loan=stage.loan[OWN],
            asset=stage.asset[OWN],
            code=stage.code[OWN],
            free=stage.free_code[OWN],
            blank=stage.blank[OWN],
            printer=stage.printer[OWN],
            place=stage.place[OWN],
            filter=stage.filter[OWN],
            change=stage.change[OWN],
            person=stage.person[OWN],
            unit=UNITS[OWN],
            thing=stage.kept.thing[OWN],
            plan=stage.kept.plan[OWN],
            paper=stage.kept.paper[OWN],
            custody=stage.kept.custody[OWN],
            sighting=stage.kept.sighting[OWN],
            offer=stage.kept.offer[OWN],
            taken=stage.kept.taken,
            grant=stage.grant[OWN],
            standing=stage.standing[OWN],
            token=stage.token[OWN],
            alias=stage.alias[OWN],
            delegation=stage.delegation,
            link=stage.link,
            book=stage.book,
            batch=stage.batch[OWN],
        )

    return made


def given(**fields: Any) -> Fields:
    return lambda _stage: fields


@dataclass(frozen=True)
class Act:
    """A good request: from a page, whose form is filled in, or to the API."""

    endpoint: str
    who: str
    page: Address
    fields: Fields = given()
    action: Address = of("")
    state: Callable[[Stage], Any] | None = None
    visit: Callable[[Stage], Any] | None = None  # what a browser must have done before
    method: str = "POST"
    days: int = 0  # how long after NOW it happens
    then: Address | None = None  # the form of a second page, which the first one leads to
    then_fields: Fields = given()

    @property
    def is_api(self) -> bool:
        return self.endpoint.startswith("api.")

    def prepare(self, stage: Stage) -> None:
        """Bring the stage into the state that the act needs."""
        if self.state is not None:
            with stage.app.app_context():
                self.state(stage)
                db.session.remove()
        if self.visit is not None:
            self.visit(stage)

    def send(self, stage: Stage, who: str = "") -> TestResponse:
        """Send it as its person, or as somebody else (who then needs to see the page)."""
        sender = who or self.who
        if self.is_api:
            address = f"/api/v1{self.page(stage)}"
            client = stage.app.test_client()
            return client.open(address, method=self.method, json=self.fields(stage), headers=stage.bearer(sender))
        client = stage.client(sender)
        first = fill(client, self.page(stage), action=self.action(stage), fields=self.fields(stage))
        if self.then is None:
            return first
        assert first.status_code == 200, first.status_code
        return send(client, the_form(first.text, self.then(stage)), self.then(stage), self.then_fields(stage))


# --- bringing the stage into a state, through the services -----------------------------------------------------------


def _by(name: str, work: Callable[..., Any], stage: Stage) -> None:
    actor = actor_named(name)
    with transaction():
        work(actor, LoanAct(stage.loan[OWN]), now=NOW)


def approved(stage: Stage) -> None:
    _by("head", lending.approve_loan, stage)


def to_another_agency(stage: Stage) -> None:
    """The loan is for another agency."""
    with transaction() as session:
        session.execute(
            update(Loan)
            .where(Loan.number == stage.loan[OWN])
            .values(place=Place.AGENCY, agency="กรมการข้าว", route=Route.DIRECTOR)
        )


def out(stage: Stage) -> None:
    approved(stage)
    _by("officer", lending.hand_over_loan, stage)


def received(stage: Stage, condition: ReturnCondition = ReturnCondition.GOOD) -> None:
    out(stage)
    receipt = [Receipt(stage.asset[OWN], condition, "" if condition is ReturnCondition.GOOD else "ฝาแตก")]
    officer = actor_named("officer")
    with transaction():
        lending.receive_lines(officer, stage.loan[OWN], receipt, now=NOW)


def damaged(stage: Stage) -> None:
    received(stage, ReturnCondition.DAMAGED)


def proposed(stage: Stage) -> None:
    damaged(stage)
    secretariat = actor_named("secretariat")
    row = settling.open_compensations(secretariat)[0].id
    with transaction():
        lending.propose_compensation(secretariat, Proposal(row, Outcome.REPAIRED, "ใบเสร็จ"), now=NOW)


def lost(stage: Stage) -> None:
    """The free thing of the own side is known to be lost."""
    officer = actor_named("officer")
    with transaction():
        thing = by_number(officer, stage.free[OWN])
        assets.set_state(console(), thing, status=AssetStatus.LOST, condition=None, now=NOW)


def a_link(stage: Stage) -> None:
    with transaction():
        stage.link = sign_in.issue_password_link(console(), "staff", now=NOW)


def an_empty_unit(_stage: Stage) -> None:
    with transaction():
        service.create_unit(console(), service.UnitData("ว่าง", "กองที่ว่าง", parent="DEP"), now=NOW)


def a_holiday(_stage: Stage) -> None:
    with transaction():
        upkeep.add_holiday(console(), DAY_OFF, "วันหยุดพิเศษ", "มติ ครม.", now=NOW)


def without_number(_stage: Stage) -> None:
    """A thing of the unit waits for its number."""
    with transaction():
        data = assets.AssetData(asset_no="-", name="พัดลม")
        assets.create_asset(console(), unit_by_code(UNITS[OWN], TODAY).id, data, now=NOW)


def labelling(stage: Stage) -> None:
    """A labelling round of the unit goes on."""
    with transaction():
        rounds.start_round(actor_named("officer"), unit_by_code(UNITS[OWN], TODAY).id, now=NOW)


def one_labelled(stage: Stage) -> None:
    """The officer has just confirmed a label."""
    labelling(stage)
    with transaction():
        seen = rounds.RoundAct("one", stage.code[OWN])
        rounds.take_act(actor_named("officer"), unit_by_code(UNITS[OWN], TODAY).id, seen, now=NOW)


def offered(stage: Stage) -> None:
    """The officer has offered a thing to the other unit."""
    with transaction():
        offer = moving.Moving([stage.kept.thing[OWN]], "ว่าง", UNITS[OTHER])
        stage.kept.taken = moving.move_assets(console(), offer, now=NOW).number


def in_basket(stage: Stage) -> None:
    """Something to ask for lies in the basket of the borrower."""
    fill(stage.client("staff"), "/loans/basket", action="/loans/basket", fields={"code": stage.free[OWN]})


def confirmed(stage: Stage) -> None:
    """The register that waited was written."""
    page = of("/assets/import/{batch}")(stage)
    assert fill(stage.client("officer"), page, action=f"{page}/confirm").status_code == 303


def explained(stage: Stage) -> None:
    """Every difference of the list from the accounts has its explanation."""
    secretariat = actor_named("secretariat")
    found = books.reconcile(secretariat, books.book_of(stage.book)).differences
    with transaction():
        reconciling.explain(secretariat, stage.book, [item.key for item in found], "กำลังตรวจ", now=NOW)


def a_book() -> tuple[io.BytesIO, str]:
    """A list from the accounts."""
    return io.BytesIO("เลขที่สินทรัพย์,มูลค่าการได้มา\n100000000001,45000\n".encode()), "gfmis.csv"


def picture() -> tuple[io.BytesIO, str]:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(file, "PNG")
    file.seek(0)
    return file, "photo.png"


DAY_OFF = (NOW + timedelta(days=30)).date()
TOMORROW = (NOW + timedelta(days=1)).date().isoformat()
BORROW = {"place": "inside", "purpose_text": "ประชุม", "purpose": None, "due": TOMORROW}

ACTS = (
    # one's own account
    Act("identity.set_language", "staff", of("/account"), given(language="en"), of("/account/language")),
    Act(
        "identity.change_password",
        "staff",
        of("/account/password"),
        given(old_password=PASSWORD, new_password=NEW_PASSWORD),
    ),
    Act("identity.create_token", "staff", of("/account"), given(name="รายงาน"), of("/account/tokens")),
    Act("identity.revoke_token", "staff", of("/account"), action=of("/account/tokens/{token}/revoke")),
    Act("identity.sign_in_page", "visitor", of("/sign-in"), given(username="staff", password=PASSWORD)),
    Act("identity.sign_out", "staff", of("/account"), action=of("/sign-out")),
    Act("identity.password_link", "visitor", of("/password/{link}"), given(new_password=NEW_PASSWORD), state=a_link),
    # people, units, settings
    Act("identity.new_person", "admin", of("/people/new"), given(username="new", name="นางใหม่ ใจดี", unit=UNITS[OWN])),
    Act("identity.edit_person", "admin", of("/people/{person}/edit"), given(position="นักวิชาการพัสดุ")),
    Act("identity.set_active", "admin", of("/people/{person}"), action=of("/people/{person}/active")),
    Act("identity.password_link_for", "admin", of("/people/{person}"), action=of("/people/{person}/link")),
    Act(
        "identity.grant_role",
        "admin",
        of("/people/{person}/roles"),
        given(role="inspector", unit=UNITS[OWN], order_no="1/2570", **day("valid_from", "23 11 2569")),
    ),
    Act("identity.revoke_role", "admin", of("/people/{person}"), action=of("/people/{person}/roles/{grant}/revoke")),
    Act(
        "identity.new_unit", "admin", of("/units/new"), given(code="NEW", name="กองใหม่", kind="division", parent="DEP")
    ),
    Act("identity.edit_unit", "admin", of("/units/{unit}/edit"), given(name="กองที่เปลี่ยนชื่อ")),
    Act("identity.add_alias", "admin", of("/units/{unit}"), given(name="ชื่อเดิมของกอง"), of("/units/{unit}/aliases")),
    Act("identity.remove_alias", "admin", of("/units/{unit}/aliases/{alias}/remove")),
    Act(
        "identity.close_unit",
        "admin",
        of("/units/ว่าง/close"),
        lambda _stage: day("last_day", "23 11 2569") | {"order": "คำสั่ง 12/2570"},
        state=an_empty_unit,
    ),
    Act("identity.set_holding", "secretariat", of("/units/{unit}"), given(holding="hold"), of("/units/{unit}/holding")),
    Act(
        "identity.new_delegation",
        "admin",
        of("/delegations/new"),
        given(
            role="director",
            unit="",
            to="staff",
            order_no="2/2570",
            **day("valid_from", "23 11 2569"),
            **day("valid_until", "30 11 2569"),
        ),
    ),
    Act(
        "identity.cover",
        "head",
        of("/delegations/cover"),
        given(
            to="officer",
            order_no="3/2570",
            **day("valid_from", "23 11 2569"),
            **day("valid_until", "30 11 2569"),
        ),
    ),
    Act("identity.revoke_delegation", "admin", of("/delegations"), action=of("/delegations/{delegation}/revoke")),
    Act(
        "identity.holidays",
        "secretariat",
        of("/holidays"),
        given(name="วันหยุดพิเศษ", source="มติ ครม.", **day("day", "28 12 2569")),
        of("/holidays"),
    ),
    Act(
        "categories.set_life",
        "admin",
        of("/categories/7440/lives/new"),
        given(years="5", rate="20", authority="คำสั่ง 3/2570", **day("valid_from", "1 10 2569")),
    ),
    Act("identity.fill_holidays", "secretariat", of("/holidays"), given(year="2571"), of("/holidays/fill")),
    Act(
        "identity.remove_holiday",
        "secretariat",
        of("/holidays"),
        action=of(f"/holidays/{DAY_OFF}/remove"),
        state=a_holiday,
    ),
    Act(
        "identity.change_setting",
        "admin",
        of("/settings/agency_phone"),
        given(value="02 000 0000", **day("valid_from", "23 11 2569")),
    ),
    # the register
    Act("assets.new", "officer", of("/assets/new"), given(asset_no="7440-009-0001", name="จอภาพ")),
    Act("assets.edit", "officer", of("/assets/{asset}/edit"), given(name="จอภาพใหม่", reason="แก้คำผิด")),
    Act(
        "assets.put_photo",
        "officer",
        of("/assets/{asset}/photo"),
        lambda _stage: {"photo": [picture()], "description": "ด้านหน้า"},
    ),
    Act("codes.another", "officer", of("/assets/{asset}/new-code"), given(reason="ป้ายหลุด")),
    Act("codes.revoke", "officer", of("/assets/{asset}/codes/{code}/revoke"), given(reason="ป้ายหาย")),
    Act("codes.revoke_barcode", "officer", of("/assets/{asset}/barcodes/1/revoke"), given(reason="บาร์โค้ดลอก")),
    Act(
        "numbers.give",
        "officer",
        of("/numbers"),
        given(number="7440-009-0002"),
        action=of("/numbers"),
        state=without_number,
    ),
    Act(
        "numbers.paste",
        "officer",
        of("/numbers"),
        given(column="7440-009-0003", sure="1"),
        action=of("/numbers/paste"),
        state=without_number,
    ),
    Act("rounds.start", "officer", of("/labelling/{unit}"), action=of("/labelling/{unit}/start")),
    Act("rounds.end", "officer", of("/labelling/{unit}"), action=of("/labelling/{unit}/end"), state=labelling),
    Act(
        "rounds.scan",
        "officer",
        of("/labelling/{unit}/rooms/0"),
        lambda stage: {"code": stage.code[OWN]},
        action=of("/labelling/{unit}/rooms/0"),
        state=labelling,
    ),
    Act(
        "rounds.undo",
        "officer",
        of("/labelling/{unit}/rooms/0"),
        action=of("/labelling/{unit}/undo"),
        state=one_labelled,
    ),
    Act("codes.blank", "officer", of("/codes/blank"), given(count="2")),
    Act("codes.places", "officer", of("/codes/places"), lambda stage: {"places": str(stage.place[OWN])}),
    Act(
        "codes.pair",
        "officer",
        of("/codes/link"),
        lambda stage: {"code": stage.blank[OWN], "asset": stage.asset[OWN]},
    ),
    Act(
        "codes.relink",
        "officer",
        of("/codes/{code}/relink"),
        lambda stage: {"asset": stage.free[OWN], "reason": "ติดสลับ"},
    ),
    Act(
        "labels.lost",
        "officer",
        of("/labels/lost"),
        lambda stage: {"numbers": stage.asset[OWN], "reason": "หลุด"},
    ),
    Act("labels.sheet", "officer", of("/labels/sheet?which=codes&codes={free}")),
    Act("printers.index", "officer", of("/labels/printers"), given(name="เครื่องสำรอง")),
    Act("printers.edit", "officer", of("/labels/printers/{printer}"), given(name="เก่า"), of("/printers/{printer}")),
    Act(
        "printers.measure",
        "officer",
        of("/labels/printers/{printer}"),
        given(length="148.5", left="31", top="42"),
        of("/measure"),
    ),
    Act("printers.end", "officer", of("/labels/printers/{printer}"), action=of("/end")),
    Act("codes.link", "officer", of("/codes/{blank}/link"), lambda stage: {"asset": stage.asset[OWN]}),
    Act(
        "categories.new",
        "admin",
        of("/categories/new"),
        given(
            code="6730",
            name="เครื่องฉาย",
            asset_class="ครุภัณฑ์โฆษณา",
            least_years="3",
            most_years="5",
            years="4",
            rate="25",
        ),
    ),
    Act("categories.edit", "admin", of("/categories/7440/edit"), given(name="คอมพิวเตอร์")),
    Act("finding.keep", "staff", of("/filters?query=status%3Dlost"), given(name="ของหาย"), of("/filters")),
    Act("finding.rename", "staff", of("/filters/{filter}/rename"), given(name="ว่างอยู่")),
    Act("finding.remove", "staff", of("/filters"), action=of("/filters/{filter}/delete")),
    Act("books.new", "secretariat", of("/books/new"), lambda _stage: {"file": [a_book()], **day("as_of", "30 9 2569")}),
    Act(
        "books.explain",
        "secretariat",
        of("/books/{book}"),
        given(words="กำลังตรวจ", every="y"),
        of("/books/{book}/explain"),
    ),
    Act("books.sign", "secretariat", of("/books/{book}"), given(sure="y"), of("/books/{book}/sign"), explained),
    Act("exports.make", "officer", of("/assets/export"), given(form="csv"), of("/assets/export")),
    Act("imports.confirm", "officer", of("/assets/import/{batch}"), action=of("/assets/import/{batch}/confirm")),
    Act(
        "imports.undo",
        "officer",
        of("/assets/import/{batch}"),
        given(sure="y"),
        of("/assets/import/{batch}/undo"),
        visit=confirmed,
    ),
    # borrowing
    Act("scan.borrow", "staff", of("/q/{free}"), given(**BORROW), of("/borrow")),
    Act("scan.found", "staff", of("/q/{free}"), given(where="ห้องประชุม 2"), of("/found"), state=lost),
    Act("scan.link", "officer", of("/q/{blank}"), lambda stage: {"asset": stage.asset[OWN]}, of("/link")),
    Act("lending.request_basket", "staff", of("/loans/basket/request"), given(**BORROW), visit=in_basket),
    Act("lending.cancel", "borrower", of("/loans/{loan}/cancel")),
    Act("lending.declare", "borrower", of("/loans/{loan}/declare"), given(where="โต๊ะพัสดุ"), state=out),
    Act("changing.extend", "borrower", of("/loans/{loan}/extend"), state=out),
    Act(
        "changing.transfer",
        "borrower",
        of("/loans/{loan}/transfer?q=นายstaff"),
        given(to="staff", reason="รับงานต่อ"),
        of("/transfer"),
        state=out,
    ),
    Act("changing.approve", "head", of("/changes/{change}"), action=of("/approve")),
    Act(
        "changing.reject",
        "head",
        of("/changes/{change}/reject"),
        given(preset="needed"),
        then=of("/changes/{change}/reject"),
        then_fields=given(step="send"),
    ),
    Act("changing.accept", "staff", of("/changes/{change}"), action=of("/accept")),
    Act("changing.decline", "staff", of("/changes/{change}/decline")),
    Act("changing.cancel", "borrower", of("/changes/{change}"), action=of("/cancel")),
    Act(
        "changing.swap",
        "officer",
        of("/desk/hand-over/{loan}/swap"),
        given(to="7440-016-own", preset="broken"),
        state=approved,
    ),
    Act("lending.approve", "head", of("/approvals/{loan}"), action=of("/approvals/{loan}/approve")),
    Act(
        "lending.reject",
        "head",
        of("/approvals/{loan}/reject"),
        given(preset="other", words="ใช้ในกอง"),
        then=of("/approvals/{loan}/reject"),
        then_fields=given(step="send"),
    ),
    Act(
        "lending.approve_all",
        "head",
        of("/approvals"),
        lambda stage: {"loan": stage.loan[OWN]},
        of("/approvals/check"),
        then=of("/approvals/approve"),
    ),
    Act("lending.expire", "officer", of("/desk/hand-over"), action=of("/desk/expire/{loan}"), state=approved, days=5),
    Act(
        "authority.letter",
        "officer",
        of("/loans/{loan}/letter"),
        given(number="กษ 01/1", **day("dated_on", "20 11 2569")),
        state=to_another_agency,
    ),
    Act("lending.chase", "officer", of("/loans/{loan}/chase"), given(how="phone"), state=out, days=5),
    Act(
        "returns.approve",
        "secretariat",
        of("/returns"),
        action=of("/returns/check"),
        then=of("/returns/approve"),
        state=received,
    ),
    Act("lending.hand_over", "officer", of("/desk/hand-over/{loan}"), given(complete="y"), state=approved),
    Act("lending.receive", "officer", of("/desk/returns/{loan}"), given(condition_1="good"), state=out),
    Act(
        "returns.approve_one",
        "secretariat",
        of("/returns/{loan}/1"),
        action=of("/returns/{loan}/1/approve"),
        state=received,
    ),
    Act(
        "returns.send_back",
        "secretariat",
        of("/returns/{loan}/1/send-back"),
        given(reason="ไม่มีรูป"),
        of("/send-back"),
        state=received,
    ),
    Act(
        "returns.propose",
        "secretariat",
        of("/returns/{loan}/1"),
        given(outcome="repaired", evidence="ใบเสร็จ 1/2570"),
        of("/propose"),
        state=damaged,
    ),
    Act("returns.decide", "director", of("/returns/{loan}/1"), given(accept="yes"), of("/decide"), state=proposed),
    Act(
        "standing.create",
        "head",
        of("/standing-approvals/"),
        lambda _stage: {
            "unit": UNITS[OWN],
            "order_no": "9/2570",
            "most_days": "5",
            **day("valid_from", "23 11 2569"),
            **day("valid_until", "30 11 2569"),
        },
        of("/standing-approvals/"),
    ),
    Act("standing.revoke", "head", of("/standing-approvals/"), action=of("/standing-approvals/{standing}/revoke")),
    # booking
    Act(
        "booking.ask",
        "staff",
        lambda stage: f"/assets/{stage.free[OWN]}/book",
        given(place="inside", purpose_text="ประชุม", purpose=None),
        of("/book"),
    ),
    Act(
        "booking.ask_kind",
        "staff",
        of("/book/request?unit={unit}&q=ฉายภาพ&count=1&first=2026-11-24&last=2026-11-25"),
        given(place="inside", purpose_text="ประชุม", purpose=None),
    ),
    Act("booking.set_opening", "head", of("/units/{unit}/opening"), given(days=["0", "6"]), of("/opening")),
    Act(
        "booking.add_closure",
        "head",
        of("/units/{unit}/opening"),
        given(reason="ย้ายห้อง", **day("first_day", "1 12 2569")),
        of("/closures"),
    ),
    Act("booking.remove_closure", "head", of("/units/{unit}/opening"), action=of("/remove")),
    Act("booking.create_feed", "staff", of("/calendar"), action=of("/calendar")),
    Act("booking.revoke_feed", "staff", of("/calendar"), action=of("/revoke")),
    # care, custody, moves and sightings
    Act("care.repair", "officer", of("/assets/{asset}/repair"), given(work="เลนส์ฝืด")),
    Act("care.finish", "officer", of("/assets/{thing}/repairs/1/finish"), given(result="good")),
    Act("care.cancel", "officer", of("/assets/{thing}/repairs/1/cancel"), given(reason="ใช้ได้เอง")),
    Act(
        "care.plan",
        "officer",
        of("/assets/{asset}/maintenance"),
        lambda _stage: {"work": "ล้าง", "every_months": "6"} | day("next_on", "1 12 2569"),
    ),
    Act("care.done", "officer", of("/assets/{thing}/maintenance/{plan}/done")),
    Act("care.end", "officer", of("/assets/{thing}/maintenance/{plan}/end"), given(reason="เลิกใช้")),
    Act(
        "care.attach",
        "officer",
        of("/assets/{asset}/papers"),
        lambda _stage: {"file": [picture()], "title": "ใบเสร็จ"},
    ),
    Act("care.remove", "officer", of("/assets/{thing}/papers/{paper}/remove"), given(reason="ผิดฉบับ")),
    Act(
        "custody.give",
        "officer",
        of("/custody/give"),
        lambda stage: {"assets": stage.free[OWN], "keeper": "staff"},
    ),
    Act("custody.accept", "staff", of("/custody/mine"), action=of("/custody/{custody}/accept")),
    Act("custody.seen", "staff", of("/seen/{code}"), given(place="โถงชั้น 1"), of("/seen/{code}")),
    Act("custody.confirm", "officer", of("/sightings"), action=of("/sightings/{sighting}/confirm")),
    Act("custody.dismiss", "officer", of("/sightings/{sighting}/dismiss"), given(reason="อ่านผิด")),
    Act(
        "moves.new",
        "officer",
        of("/moves/new"),
        lambda stage: {"assets": stage.free[OWN], "place": "ห้อง 7", "reason": "จัดห้อง"},
    ),
    Act("moves.accept", "officer", of("/moves/{offer}/accept"), given(place="คลัง")),
    Act("moves.decline", "officer", of("/moves/{offer}/decline"), given(reason="ไม่มีที่เก็บ")),
    Act("moves.withdraw", "officer", of("/moves/{taken}/withdraw"), given(reason="ยังใช้อยู่"), state=offered),
    # notices
    Act("identity.telling", "staff", of("/account/notices"), given(channel="none")),
    Act("outbox.again", "secretariat", of("/outbox"), action=of("/outbox/1/again"), state=refused_letter),
    # the API
    Act(
        "api.create_asset",
        "officer",
        of("/assets"),
        lambda _stage: {
            "asset_no": "7440-010-0001",
            "name": "จอภาพ",
            "unit": UNITS[OWN],
            "category": "7440",
        },
    ),
    Act("api.edit_asset", "officer", of("/assets/{asset}"), given(version=1, name="จอใหม่"), method="PATCH"),
    Act(
        "api.request_loan",
        "staff",
        of("/loans"),
        lambda stage: {
            "assets": [stage.free[OWN]],
            "purpose": "ประชุม",
            "place": "inside",
            "due_on": TOMORROW,
        },
    ),
    Act("api.approve", "head", of("/loans/{loan}/approve")),
    Act("api.reject", "head", of("/loans/{loan}/reject"), given(reason="ใช้ในกอง")),
    Act("api.cancel", "borrower", of("/loans/{loan}/cancel")),
    Act("api.extend", "borrower", of("/loans/{loan}/extend"), given(due_on="2026-12-01", reason="x"), state=out),
    Act("api.transfer", "borrower", of("/loans/{loan}/transfer"), given(to="staff", reason="x"), state=out),
    Act("api.hand_over", "officer", of("/loans/{loan}/hand-over"), state=approved),
    Act("api.declare_return", "borrower", of("/loans/{loan}/declare-return"), state=out),
    Act(
        "api.receive",
        "officer",
        of("/loans/{loan}/receive"),
        lambda stage: [{"asset": stage.asset[OWN], "condition": "good"}],
        state=out,
    ),
    Act("api.send_back", "secretariat", of("/loans/{loan}/send-back"), given(reason="ไม่มีรูป"), state=received),
    Act("api.approve_return", "secretariat", of("/loans/{loan}/approve-return"), state=received),
)
