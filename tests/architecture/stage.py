"""One small agency with every role in it and two units, and the arguments of every route on each side of the border.

Unit กยผ is "own": staff, officer, head and inspector of the cast belong to it. Unit กคพ is "other": nobody of the cast
does. A route that is new with an argument must be given its two values in `arguments()`, else the tests name it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from assetloan.assets import codes, label_queries, queries
from assetloan.assets.finding.service import save_filter
from assetloan.assets.import_service import ImportOptions, stage_assets
from assetloan.assets.importing import read_assets
from assetloan.assets.labelling import barcodes, printers, printing
from assetloan.assets.models import Asset, Code
from assetloan.assets.reconciling import service as reconciling
from assetloan.assets.reconciling.reading import BookRow, ReadBook
from assetloan.assets.service import place_named
from assetloan.core.db import db, transaction
from assetloan.core.job_models import Job
from assetloan.core.money import Money
from assetloan.documents.files import store_bytes
from assetloan.documents.sheets import read_table_file
from assetloan.documents.tables import Parsed
from assetloan.identity import delegations, service, sign_in
from assetloan.identity.models import ApiToken, Delegation, RoleGrant, UnitAlias
from assetloan.identity.queries import unit_by_code
from assetloan.identity.rules import DelegationKind, Place, Role, console
from assetloan.lending import service as lending
from assetloan.lending.booking import service as booking
from assetloan.lending.booking.queries import feeds_of
from assetloan.lending.models import StandingApproval
from tests.architecture.care_stage import Kept, keep
from tests.architecture.change_stage import passed_on
from tests.conftest import NOW
from tests.factories import a_category, a_person, a_unit, actor_named, an_agency, an_asset
from tests.factories import sign_in as sign_in_page

TODAY = date(2026, 11, 23)
OWN, OTHER = "own", "other"
SIDES = (OWN, OTHER)
UNITS = {OWN: "กยผ", OTHER: "กคพ"}

# Who walks the routes: user name and roles. `borrower` borrowed the loans of both sides; `unitless` has no unit.
CAST: dict[str, tuple[tuple[Role, ...], str]] = {
    "unitless": ((), ""),
    "staff": ((), "กยผ"),
    "borrower": ((), "กยผ"),
    "officer": ((Role.OFFICER,), "กยผ"),
    "head": ((Role.HEAD,), "กยผ"),
    "secretariat": ((Role.SECRETARIAT,), "SLK"),
    "director": ((Role.DIRECTOR,), "DEP"),
    "inspector": ((Role.INSPECTOR,), "กยผ"),
    "auditor": ((Role.AUDITOR,), "DEP"),
    "admin": ((Role.ADMIN,), "DEP"),
}
VISITOR = "visitor"
WALKERS = (VISITOR, *CAST)


@dataclass
class Stage:
    """The agency and where things are in it."""

    app: Flask
    asset: dict[str, str] = field(default_factory=dict)
    free: dict[str, str] = field(default_factory=dict)
    code: dict[str, str] = field(default_factory=dict)
    free_code: dict[str, str] = field(default_factory=dict)
    blank: dict[str, str] = field(default_factory=dict)
    loan: dict[str, str] = field(default_factory=dict)
    person: dict[str, str] = field(default_factory=dict)
    grant: dict[str, int] = field(default_factory=dict)
    standing: dict[str, int] = field(default_factory=dict)
    delegation: int = 0
    book: int = 0
    link: str = ""
    batch: dict[str, str] = field(default_factory=dict)
    place: dict[str, int] = field(default_factory=dict)
    filter: dict[str, int] = field(default_factory=dict)
    change: dict[str, int] = field(default_factory=dict)
    closure: dict[str, int] = field(default_factory=dict)
    feed: dict[str, int] = field(default_factory=dict)
    holder: dict[str, int] = field(default_factory=dict)
    printer: dict[str, int] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)
    api: dict[str, str] = field(default_factory=dict)
    token: dict[str, int] = field(default_factory=dict)
    alias: dict[str, int] = field(default_factory=dict)
    job: dict[str, str] = field(default_factory=dict)
    barcode: dict[str, int] = field(default_factory=dict)
    kept: Kept = field(default_factory=Kept)
    clients: dict[str, FlaskClient] = field(default_factory=dict)

    def client(self, who: str) -> FlaskClient:
        """The browser of one of the cast, signed in through the real page."""
        if who not in self.clients:
            made = self.app.test_client()
            made.environ_base["HTTP_ACCEPT_LANGUAGE"] = "th"
            self.clients[who] = made if who == VISITOR else sign_in_page(made, who)
        return self.clients[who]

    def bearer(self, who: str) -> dict[str, str]:
        """The header of one of the cast for the API."""
        return {} if who == VISITOR else {"Authorization": f"Bearer {self.api[who]}"}

    def address(self, rule: Rule, side: str) -> str:
        """The address of a route with the arguments of one side."""
        given = {name: arguments(self, rule.endpoint, name, side) for name in rule.arguments}
        with self.app.test_request_context("/"):
            adapter = self.app.url_map.bind("127.0.0.1:5000")
            return str(adapter.build(rule.endpoint, given, method=next(iter(rule.methods or {"GET"}))))


def set_stage(app: Flask) -> Stage:
    """Build it through the services."""
    stage = Stage(app)
    with app.app_context():
        an_agency()
        units = {side: a_unit(code, parent="DEP", name=f"กอง {side}") for side, code in UNITS.items()}
        for name, (roles, unit) in CAST.items():
            a_person(*roles, unit=unit, username=name, name=f"นาย{name} ใจดี", password=True)
        category = a_category(longest_loan_days=10).id
        for side in SIDES:
            unit = units[side]
            stage.asset[side] = an_asset(unit, asset_no=f"7440-001-{side}", category_id=category).number
            stage.free[side] = an_asset(unit, asset_no=f"7440-002-{side}", price=Money(100)).number
            stage.person[side] = a_person(Role.OFFICER, unit=unit.code, username=f"officer-{side}")
            a_person(Role.HEAD, unit=unit.code, username=f"head-{side}")
            with transaction():
                service.add_alias(console(), unit.code, f"ชื่อเก่าของ {side}", now=NOW)
                stage.blank[side] = codes.create_blank_codes(console(), unit.id, 1, now=NOW)[0]
            _lend(stage, side)
            _stage_import(stage, side, unit.id)
            _decide_beforehand(stage, side)
        with transaction():
            order = delegations.DelegationData(
                DelegationKind.DELEGATED, Role.DIRECTOR, "head", "พม 1/2570", TODAY, TODAY + timedelta(days=9)
            )
            stage.delegation = delegations.create_delegation(console(), order, now=NOW).id
        for name in CAST:
            if name != "unitless":
                with transaction():
                    stage.api[name] = sign_in.create_token(console(), name, name="test", now=NOW)
        _bring_book(stage)
        _find_ids(stage)
        stage.kept = keep(UNITS, {OWN: "staff", OTHER: stage.person[OTHER]}, UNITS[OTHER])
        _make_labels(stage)
        _keep_filters(stage)
        stage.change = passed_on(UNITS, {OWN: "staff", OTHER: stage.person[OTHER]}, category)
        _open_desks(stage)
        db.session.remove()
    return stage


def _lend(stage: Stage, side: str) -> None:
    """A loan that waits for its decision, by the borrower of the cast."""
    wanted = lending.LoanRequest((stage.asset[side],), "ประชุมคณะทำงาน", Place.INSIDE, TODAY + timedelta(days=2))
    borrower = actor_named("borrower")
    with transaction():
        stage.loan[side] = lending.request_loan(borrower, wanted, now=NOW).number


@cache
def _register_file() -> tuple[bytes, Parsed]:
    """A small register as its officer has it, read once by the limited child."""
    data = "เลขครุภัณฑ์,รายการ\n7440-020-0001,จอภาพ\n".encode()
    return data, read_assets(read_table_file(data, "register.csv").sheets, price=None)


def _stage_import(stage: Stage, side: str, unit_id: int) -> None:
    """A register that its officer has brought and not yet confirmed."""
    data, parsed = _register_file()
    officer = actor_named("officer" if side == OWN else stage.person[OTHER])
    sha256 = store_bytes(data)
    with transaction():
        options = ImportOptions(unit_id, False, False, "register.csv", sha256)
        stage.batch[side] = stage_assets(officer, parsed, options, now=NOW).key


def _decide_beforehand(stage: Stage, side: str) -> None:
    """A standing approval for another thing of the unit."""
    head = actor_named(f"head-{side}")
    data = lending.StandingData(
        UNITS[side], f"{side} 7/2570", 5, TODAY, TODAY + timedelta(days=30), asset=stage.free[side]
    )
    with transaction():
        lending.create_standing_approval(head, data, now=NOW)


def _bring_book(stage: Stage) -> None:
    """A list from the accounts with one thing that the register does not have."""
    line = BookRow(2, "100000000001", "", "12061000", "โต๊ะ", "", Money(4_500_000), Money(0))
    with transaction():
        file = reconciling.BookFile(date(2026, 9, 30), "gfmis.csv", "0" * 64)
        stage.book = reconciling.bring_book(console(), ReadBook([line]), file, now=NOW).id


def _find_ids(stage: Stage) -> None:
    for side in SIDES:
        stage.code[side], stage.free_code[side] = (
            db.session.scalars(sa.select(Code.code).join(Asset).where(Asset.asset_no == number)).one()
            for number in (stage.asset[side], stage.free[side])
        )
        stage.standing[side] = db.session.scalars(
            sa.select(StandingApproval.id).where(StandingApproval.order_no == f"{side} 7/2570")
        ).one()
        named = sa.select(UnitAlias.id).where(UnitAlias.name == f"ชื่อเก่าของ {side}")
        stage.alias[side] = db.session.scalars(named).one()
        person = service.queries.person_by_username(stage.person[side])
        assert person is not None
        stage.grant[side] = db.session.scalars(sa.select(RoleGrant.id).where(RoleGrant.person_id == person.id)).one()
        owner = service.queries.person_by_username("staff" if side == OWN else "auditor")
        assert owner is not None
        stage.token[side] = db.session.scalars(sa.select(ApiToken.id).where(ApiToken.person_id == owner.id)).one()
        stage.job[side] = f"job of {side}"
        with transaction():
            job = Job(key=stage.job[side], kind="count", person_id=owner.id, payload={}, result={}, created_at=NOW)
            db.session.add(job)
    assert db.session.get(Delegation, stage.delegation) is not None


def _keep_filters(stage: Stage) -> None:
    """Filters of the staff member and of the auditor, a place of each unit, a person to ask about."""
    for side in SIDES:
        owner = actor_named("staff" if side == OWN else "auditor")
        with transaction():
            stage.filter[side] = save_filter(owner, "ของว่าง", "status=available", now=NOW).id
            unit = unit_by_code(UNITS[side], TODAY)
            stage.place[side] = place_named(unit.id, "ห้อง 1").id
        # Oneself, and somebody of whom nobody of the cast sees that they have anything.
        stage.holder[side] = actor_named("staff" if side == OWN else stage.person[OTHER]).person_id or 0


def _open_desks(stage: Stage) -> None:
    """Each unit is closed some day; the staff member and the borrower have their loans in their calendars."""
    closed = TODAY + timedelta(days=20)
    for side in SIDES:
        owner = actor_named("staff" if side == OWN else "borrower")
        with transaction():
            row = booking.add_closure(console(), UNITS[side], closed, closed, "ตรวจนับพัสดุ", now=NOW)
            booking.create_feed(owner, "", now=NOW)
            stage.closure[side], stage.feed[side] = row.id, feeds_of(owner)[None].id


def _make_labels(stage: Stage) -> None:
    """A printer of each unit, and a making of a label."""
    for side in SIDES:
        officer = actor_named("officer" if side == OWN else stage.person[OTHER])
        lines = label_queries.lines_of(officer, label_queries.LabelChoice("codes", codes=(stage.code[side],)))
        with transaction():
            unit_id = unit_by_code(UNITS[side], TODAY).id
            stage.printer[side] = printers.add_printer(officer, unit_id, "เครื่องหลัก", "a4-24", now=NOW).id
            thing = queries.by_number(officer, stage.asset[side])
            stage.barcode[side] = barcodes.adopt_barcode(officer, thing, f"EAN {side}", now=NOW).id
            stage.labels[side] = printing.record_print(officer, lines, printing.PrintOrder("a4-24"), now=NOW).id


def arguments(stage: Stage, endpoint: str, name: str, side: str) -> Any:
    """The value of one argument of a route on one side. A new argument is added here."""
    package = endpoint.partition(".")[0]
    values: dict[str, Any] = {
        "position": 1,
        "place": 0,
        "nth": 0,
        "file_id": 1,
        "key": stage.person[side] if package == "identity" else "",
        "grant_id": stage.grant[side],
        "delegation_id": stage.delegation,
        "book_id": stage.book,
        "token_id": stage.token[side],
        "place_id": stage.place[side],
        "filter_id": stage.filter[side],
        "change_id": stage.change[side],
        "closure_id": stage.closure[side],
        "feed_id": stage.feed[side],
        "person_id": stage.holder[side],
        "printer_id": stage.printer[side],
        "print_id": stage.labels[side],
        "alias_id": stage.alias[side],
        "delivery_id": 1,
        "barcode_id": stage.barcode[side],
        "row": stage.standing[side],
        "day": "2026-12-31",
        "month": "2569-11",
        "form": "csv",
        "unit": UNITS[side],
        "asset_no": stage.asset[side],
        "text": stage.code[side],
        "anything": stage.code[side],
        "wanted": "en",
        "later": "renew",
        "token": "no-such-token",
        "filename": "app.css",
    }
    if endpoint == "identity.change_setting":
        values["key"] = "agency_phone"
    if package == "jobs":
        values["key"] = stage.job[side]
    if package == "imports":
        values["key"] = stage.batch[side]
    lending_pages = (
        package not in ("assets", "cards", "codes", "labels", "files", "booking") and endpoint != "api.asset"
    )
    values["number"] = stage.loan[side] if lending_pages else stage.asset[side]
    values["code"] = {"identity": UNITS[side], "booking": UNITS[side], "categories": "7440"}.get(
        package, stage.code[side]
    )
    if package in ("care", "custody", "moves"):
        values |= stage.kept.arguments(package, endpoint, side)
    if endpoint == "codes.link":
        values["code"] = stage.blank[side]
    return values[name]
