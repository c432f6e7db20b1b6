"""Repairs, regular work, warranty and papers, through the services, on both databases."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from assetloan.assets import queries as register
from assetloan.assets import service as assets
from assetloan.assets.care import papers, queries, rules, service
from assetloan.assets.care.models import Repair
from assetloan.assets.care.rules import RepairAction, RepairKind, RepairState, Result
from assetloan.assets.care.service import Done, Finish, Plan, Sending
from assetloan.assets.rules import AssetStatus, Condition
from assetloan.audit.models import AuditEntry
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError, Forbidden, Invalid, NotFound
from assetloan.core.money import Money
from assetloan.documents import sheets
from assetloan.documents.files import path_of
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor, Role, console
from assetloan.reporting import checks
from tests.conftest import NOW
from tests.factories import a_unit, an_actor, an_agency, an_asset

pytestmark = pytest.mark.both_databases
TODAY = date(2026, 11, 23)


@pytest.fixture
def officer(ctx: Flask) -> Actor:
    an_agency()
    unit = a_unit("กยผ", parent="DEP")
    a_unit("กคพ", parent="DEP")
    an_asset(unit, asset_no="1-1", name="เครื่องพิมพ์")
    return an_actor(Role.OFFICER, unit="กยผ")


def _begin(actor: Actor, number: str = "1-1", work: str = "จอไม่ติด", **more: Any) -> Repair:
    with transaction():
        return service.begin_repair(actor, number, Sending(work, TODAY, **more), now=NOW)


def _finish(actor: Actor, result: Result, entry: int = 1, **more: Any) -> Repair:
    with transaction():
        return service.finish_repair(actor, "1-1", entry, Finish(result, TODAY, **more), now=NOW)


def _state(number: str = "1-1") -> tuple[AssetStatus, Condition]:
    db.session.rollback()
    asset = register.by_number(console(), number)
    return asset.status, asset.condition


def _violations() -> list[str]:
    return [item.message for item in checks.run_all()]


def test_every_step_of_a_repair_is_in_the_table() -> None:
    for state in RepairState:
        for action in RepairAction:
            if state is RepairState.OPEN:
                assert rules.next_state(state, action) is not RepairState.OPEN
            else:
                with pytest.raises(DomainError, match="repair_closed"):
                    rules.next_state(state, action)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 23), 12, date(2027, 11, 23)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_end_where_the_shorter_month_ends(day: date, months: int, later: date) -> None:
    assert rules.add_months(day, months) == later


def test_a_repair_takes_the_thing_away_and_brings_it_back(officer: Actor) -> None:
    repair = _begin(officer, supplier="ร้านช่าง", expected_on=TODAY + timedelta(days=7))
    assert (repair.number, repair.state) == (1, RepairState.OPEN)
    assert _state()[0] is AssetStatus.REPAIR
    _finish(officer, Result.GOOD, cost=Money(150_000), document_no="บ.12")
    assert _state() == (AssetStatus.AVAILABLE, Condition.GOOD)
    entry = queries.repairs_of(register.by_number(officer, "1-1").id)[0]
    assert (entry.cost, entry.supplier, entry.document_no, entry.finished_on) == (
        Money(150_000),
        "ร้านช่าง",
        "บ.12",
        TODAY,
    )
    told = set(db.session.scalars(sa.select(AuditEntry.action)))
    assert {"asset.repair_begun", "asset.repair_finished"} <= told
    assert _begin(officer).number == 2
    assert _violations() == []


@pytest.mark.parametrize(
    ("result", "after"),
    [
        (Result.STILL_DAMAGED, (AssetStatus.AVAILABLE, Condition.DAMAGED)),
        (Result.BEYOND_REPAIR, (AssetStatus.PENDING_DISPOSAL, Condition.DAMAGED)),
    ],
)
def test_what_is_not_mended_says_why(officer: Actor, result: Result, after: tuple[AssetStatus, Condition]) -> None:
    _begin(officer)
    with pytest.raises(Invalid) as refused:
        _finish(officer, result)
    assert [error.field for error in refused.value.errors] == ["note"]
    assert _state()[0] is AssetStatus.REPAIR
    _finish(officer, result, note="ไม่มีอะไหล่")
    assert _state() == after
    assert _violations() == []


def test_a_repair_given_up_leaves_the_thing_as_it_was(officer: Actor) -> None:
    _begin(officer)
    with transaction():
        service.cancel_repair(officer, "1-1", 1, reason="ใช้งานได้เอง", now=NOW)
    assert _state() == (AssetStatus.AVAILABLE, Condition.GOOD)
    with pytest.raises(DomainError, match="repair_closed"):
        _finish(officer, Result.GOOD)
    assert _violations() == []


@pytest.mark.parametrize(("status", "code"), sorted(rules.NOT_SENT.items()))
def test_what_is_out_or_gone_is_not_sent(officer: Actor, status: AssetStatus, code: str) -> None:
    with transaction():
        thing = register.by_number(console(), "1-1")
        assets.set_state(console(), thing, status=status, condition=None, now=NOW)
    with pytest.raises(DomainError) as refused:
        _begin(officer)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("field", "sending"),
    [
        ("work", Sending(" ", TODAY)),
        ("begun_on", Sending("x", TODAY + timedelta(days=1))),
        ("expected_on", Sending("x", TODAY, expected_on=TODAY - timedelta(days=1))),
        ("supplier", Sending("x", TODAY, supplier="ก" * 201)),
    ],
)
def test_a_repair_is_refused_field_by_field(officer: Actor, field: str, sending: Sending) -> None:
    with pytest.raises(Invalid) as refused, transaction():
        service.begin_repair(officer, "1-1", sending, now=NOW)
    assert [error.field for error in refused.value.errors] == [field]


def test_nothing_is_done_to_a_thing_before_it_is_there(officer: Actor) -> None:
    an_asset(unit_tree(TODAY).by_code["กยผ"], asset_no="8-8", received_on=TODAY)
    with transaction():
        plan = service.create_plan(officer, "8-8", Plan("ล้างแผ่นกรอง", 6, TODAY), now=NOW).id
    before = TODAY - timedelta(days=1)
    with pytest.raises(Invalid) as sent, transaction():
        service.begin_repair(officer, "8-8", Sending("จอไม่ติด", before), now=NOW)
    with pytest.raises(Invalid) as done, transaction():
        service.record_maintenance(officer, "8-8", plan, Done(before), now=NOW)
    found = [(fault.field, fault.code) for refused in (sent, done) for fault in refused.value.errors]
    assert found == [("begun_on", "date_before_received"), ("done_on", "date_before_received")]


def test_another_unit_neither_sends_nor_sees(officer: Actor) -> None:
    stranger = an_actor(Role.OFFICER, unit="กคพ")
    with pytest.raises(Forbidden):
        _begin(stranger)
    _begin(officer)
    assert queries.open_repairs(stranger) == []
    assert [row.asset.number for row in queries.open_repairs(officer)] == ["1-1"]


def test_a_status_that_came_another_way_has_its_repair(officer: Actor) -> None:
    """A return that ends in repair, or a file that says so, opens the entry; the status leaving it closes it."""
    with transaction():
        thing = register.by_number(console(), "1-1")
        assets.set_state(console(), thing, status=AssetStatus.REPAIR, condition=None, now=NOW, reason="กยผ-2570-00001")
    entry = queries.open_repairs(officer)[0]
    assert (entry.state, entry.note) == (RepairState.OPEN, "กยผ-2570-00001")
    assert _violations() == []
    with transaction():
        thing = register.by_number(console(), "1-1")
        assets.set_state(console(), thing, status=AssetStatus.AVAILABLE, condition=None, now=NOW)
    assert queries.open_repairs(officer) == []
    assert _violations() == []


def test_late_repairs_stand_first(officer: Actor) -> None:
    for number, days in (("2-1", 9), ("2-2", None), ("2-3", 2)):
        _made(officer, number)
        _begin(officer, number, expected_on=None if days is None else TODAY + timedelta(days=days))
    assert [row.asset.number for row in queries.open_repairs(officer)] == ["2-3", "2-1", "2-2"]
    assert queries.late_repairs(officer, TODAY + timedelta(days=3)) == 1


def _made(officer: Actor, number: str, **more: Any) -> None:
    assert officer.unit_id is not None
    an_asset(unit_tree(TODAY)[officer.unit_id], asset_no=number, **more)


def test_check_finds_a_status_without_its_repair(officer: Actor) -> None:
    with transaction():
        db.session.execute(sa.text("UPDATE asset SET status = 'repair'"))
    assert _violations() == ["status repair does not agree with an open repair"]


# --- regular work ----------------------------------------------------------------------------------------------------


def test_work_that_is_done_moves_the_next_day(officer: Actor) -> None:
    with transaction():
        plan = service.create_plan(officer, "1-1", Plan("ล้างเครื่อง", 6, TODAY - timedelta(days=3)), now=NOW)
    assert [row.work for row in queries.due_plans(officer, TODAY)] == ["ล้างเครื่อง"]
    plan_id = plan.id
    with transaction():
        done = Done(TODAY, Money(50_000), "ร้านแอร์")
        entry = service.record_maintenance(officer, "1-1", plan_id, done, now=NOW)
    assert (entry.kind, entry.state, entry.cost) == (RepairKind.MAINTENANCE, RepairState.DONE, Money(50_000))
    assert queries.plans_of(entry.asset_id)[0].next_on == date(2027, 5, 23)
    assert queries.due_plans(officer, TODAY) == []
    assert _state()[0] is AssetStatus.AVAILABLE
    with transaction():
        service.end_plan(officer, "1-1", plan_id, reason="เปลี่ยนเครื่อง", now=NOW)
    with pytest.raises(Invalid), transaction():
        service.record_maintenance(officer, "1-1", plan_id, Done(TODAY), now=NOW)
    assert queries.due_plans(officer, date(2027, 6, 1)) == []


def test_a_plan_of_another_thing_is_not_found(officer: Actor) -> None:
    _made(officer, "9-9")
    with transaction():
        plan_id = service.create_plan(officer, "1-1", Plan("ล้าง", 6, TODAY), now=NOW).id
    with pytest.raises(NotFound), transaction():
        service.end_plan(officer, "9-9", plan_id, reason="x", now=NOW)


def test_warranties_that_end_soon(officer: Actor) -> None:
    for number, days in (("3-1", -1), ("3-2", 0), ("3-3", 60), ("3-4", 61)):
        _made(officer, number, warranty_until=TODAY + timedelta(days=days))
    assert [asset.number for asset in queries.ending_warranties(officer, TODAY)] == ["3-2", "3-3"]


# --- papers ----------------------------------------------------------------------------------------------------------


def _picture() -> bytes:
    """A photo that says where it was taken."""
    file = io.BytesIO()
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (13.0, 45.0, 0.0)
    exif[0x8825] = exif.get_ifd(0x8825)
    exif[0x010F] = "SecretMaker"
    Image.new("RGB", (60, 40), "white").save(file, "JPEG", exif=exif)
    assert b"SecretMaker" in file.getvalue()
    return file.getvalue()


def _sheet() -> bytes:
    return sheets.write_xlsx([sheets.OutSheet("ใบ", [sheets.Column("รายการ"), sheets.Column("ราคา")], [["จอ", 100]])])


PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def test_a_picture_is_made_anew_without_its_place(ctx: Flask) -> None:
    paper = papers.take_in(_picture(), "ใบเสร็จ.png")
    kept = path_of(paper.sha256).read_bytes()
    assert (paper.mime, paper.name) == ("image/jpeg", "ใบเสร็จ.jpg")
    assert b"SecretMaker" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert not picture.getexif()


def test_papers_are_judged_by_their_content(ctx: Flask) -> None:
    assert papers.take_in(PDF, "x.exe").name == "x.pdf"
    sheet = _sheet()
    paper = papers.take_in(sheet, "../../ราคา.pdf")
    assert (paper.name, paper.size) == ("ราคา.xlsx", len(sheet))
    assert path_of(paper.sha256).read_bytes() == sheet


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "x.pdf", "paper_empty"),
        (b"%PDF-1.4 cut off", "x.pdf", "paper_unknown"),
        (b"<html><script>alert(1)</script></html>", "x.pdf", "paper_unknown"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "x.pdf", "paper_unknown"),
        (b"just some words\nof a person\n", "x.txt", "paper_unknown"),
        (b"\xff\xd8\xffnot a picture", "x.jpg", "photo_not_image"),
        (b"%PDF-" + b" " * papers.MOST_BYTES + b"%%EOF", "x.pdf", "paper_too_large"),
    ],
)
def test_what_is_no_paper_is_refused(ctx: Flask, data: bytes, name: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        papers.take_in(data, name)
    assert refused.value.code == code


def test_a_paper_is_read_by_right_and_taken_away_with_a_reason(officer: Actor) -> None:
    stranger, paper = an_actor(Role.OFFICER, unit="กคพ"), papers.take_in(PDF, "สัญญา.pdf")
    with pytest.raises(Forbidden), transaction():
        papers.attach(stranger, "1-1", paper, title="สัญญา", now=NOW)
    with transaction():
        row = papers.attach(officer, "1-1", paper, title="สัญญา", now=NOW)
        row_id, file_id = row.id, row.file_id
    file = register.stored_file(file_id)
    assert file is not None
    assert papers.sees_paper(officer, file)
    assert not papers.sees_paper(stranger, file)
    assert not papers.sees_paper(an_actor(unit="กยผ"), register.stored_file(file_id) or file)
    with pytest.raises(Invalid), transaction():
        papers.remove_paper(officer, "1-1", row_id, reason=" ", now=NOW)
    with transaction():
        papers.remove_paper(officer, "1-1", row_id, reason="แนบผิดฉบับ", now=NOW)
    file = register.stored_file(file_id)
    assert file is not None
    assert not papers.sees_paper(officer, file)
    with pytest.raises(NotFound), transaction():
        papers.remove_paper(officer, "1-1", row_id, reason="อีกครั้ง", now=NOW)
    assert _violations() == []
