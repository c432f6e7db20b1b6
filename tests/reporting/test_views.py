"""The month as pages and files: who opens them, figures that open to their rows, the same numbers everywhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import quote

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from assetloan.core.db import transaction
from assetloan.identity.rules import Place, Role
from assetloan.lending import service
from assetloan.lending.rules import ReturnCondition
from assetloan.lending.service import LoanAct, LoanRequest, Receipt
from assetloan.reporting.labels import FIGURES, PART_A, PART_B
from tests.conftest import NOW
from tests.factories import a_person, a_unit, actor_named, an_agency, an_asset, sign_in

DAY = timedelta(days=1)
HERE = f"/reports/2569-11/{quote('กยผ')}"


@pytest.fixture
def month(app: Flask, set_clock: Callable[[datetime], None]) -> Flask:
    """A unit with three lines in November 2569: one back late and damaged, one out and overdue, one waiting."""
    with app.app_context():
        an_agency()
        unit = a_unit("กยผ", parent="DEP", name="กองยุทธศาสตร์และแผนงาน")
        numbers = [an_asset(unit, asset_no=f"N-{n}", name=f"=กล้อง {n}").number for n in range(3)]
        roles = {"officer": Role.OFFICER, "head": Role.HEAD, "secretariat": Role.SECRETARIAT, "auditor": Role.AUDITOR}
        for name, role in roles.items():
            a_person(role, unit="กยผ", username=name, password=True)
        a_person(unit="กยผ", username="staff", password=True)
        a_person(Role.OFFICER, unit="SLK", username="stranger", password=True)
        staff, officer, head = (actor_named(name) for name in ("staff", "officer", "head"))
        due = NOW.date() + DAY
        for wanted in (numbers[:2], numbers[2:]):
            with transaction():
                request = LoanRequest(tuple(wanted), "ประชุม", Place.INSIDE, due)
                loan = service.request_loan(staff, request, now=NOW).number
        first = "กยผ-2570-00001"
        assert loan == "กยผ-2570-00002"
        with transaction():
            service.approve_loan(head, LoanAct(first), now=NOW + timedelta(hours=2))
        with transaction():
            service.hand_over_loan(officer, LoanAct(first), now=NOW + timedelta(hours=3))
        with transaction():
            receipt = Receipt(numbers[0], ReturnCondition.DAMAGED, "จอแตก")
            service.receive_lines(officer, first, [receipt], now=NOW + 3 * DAY)
    set_clock(NOW + 5 * DAY)
    return app


def opened(app: Flask, username: str) -> FlaskClient:
    return sign_in(app.test_client(), username)


class Figures(HTMLParser):
    """The last table of the page: words, meaning and number of each figure."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = self.silent = False
        self.feed(page.split("<table")[-1].split("</table>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        self.inside = tag in ("th", "td", "a", "small")
        self.silent = ("class", "vh") in attrs

    def handle_endtag(self, tag: str) -> None:
        self.silent = False

    def handle_data(self, data: str) -> None:
        if self.inside and self.rows and not self.silent and data.strip():
            self.rows[-1].append(data.strip())


def test_the_page_says_it_in_sentences_and_shows_every_figure(month: Flask) -> None:
    page = opened(month, "officer").get(HERE)
    assert page.status_code == 200
    assert "ให้ยืม 1 ครั้ง รวม 2 รายการ" in page.text
    assert "ได้รับคืน 1 รายการ ตรงกำหนด 0 รายการ เกินกำหนด 1 รายการ" in page.text
    assert "ยังค้างส่งคืน 1 รายการ เกินกำหนด 1 รายการ" in page.text
    shown = {row[0]: row[2] for row in Figures(page.text).rows if len(row) == 3}
    assert shown["คำขอยืม"] == "2"
    assert shown["ชำรุด"] == "1"
    assert shown["เวลาพิจารณา (ชั่วโมง)"] == "2.0"
    assert len(shown) == len(FIGURES)


def test_each_figure_opens_to_as_many_rows_as_it_says(month: Flask) -> None:
    officer = opened(month, "officer")
    told = officer.get(f"{HERE}/report.json").json["summary"]
    for name, value in told.items():
        page = officer.get(f"{HERE}?show={name}").text.split('id="rows"')[1].split("<h2>")[0]
        rows = page.count("<tr>") - 1 if "<tr>" in page else 0
        expected = {"requests": 3, "loans": 2, "approval_hours_median": 2}.get(name, value or 0)  # lines of those loans
        assert rows == expected, name
    assert officer.get(f"{HERE}?show=nothing").status_code == 400


def test_a_month_without_loans_says_so(month: Flask) -> None:
    page = opened(month, "officer").get(HERE.replace("2569-11", "2569-10"))
    assert "ไม่มีการยืมในเดือนนี้" in page.text
    assert "ณ สิ้นเดือนค้างส่งคืน 0 รายการ" in page.text


def test_who_opens_what(month: Flask) -> None:
    for name, unit, agency in (
        ("officer", 200, 403),
        ("head", 200, 403),
        ("secretariat", 200, 200),
        ("auditor", 200, 200),
        ("stranger", 404, 403),
        ("staff", 403, 403),
    ):
        client = opened(month, name)
        for suffix in ("", "/report.xlsx", "/report.csv", "/report.json"):
            assert client.get(HERE + suffix).status_code == unit, (name, suffix)
            assert client.get("/reports/2569-11" + suffix).status_code == agency, (name, suffix)
    assert month.test_client().get(HERE).status_code == 303


def test_reports_open_at_what_one_answers_for(month: Flask) -> None:
    assert opened(month, "officer").get("/reports").location == HERE
    secretariat = opened(month, "secretariat")
    assert secretariat.get("/reports").location == "/reports/2569-11"
    assert secretariat.get(f"/reports?month=2569-10&unit={quote('กยผ')}").location == HERE.replace("11", "10", 1)
    assert secretariat.get("/reports?month=2569-13").status_code == 422
    assert secretariat.get("/reports/2569-12").status_code == 422
    assert secretariat.get("/reports/nonsense").status_code == 422
    assert "/reports" in secretariat.get("/reports/2569-11").text.split("</header>")[0]


def test_the_workbook_has_both_parts_and_text_stays_text(month: Flask) -> None:
    answer = opened(month, "officer").get(f"{HERE}/report.xlsx")
    assert "report-2569-11-" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    summary, lines, elsewhere, figures = (book[name] for name in book.sheetnames)
    head = [cell.value for cell in summary[4]]
    assert head == ["หน่วยงาน", *(str(FIGURES[name][0]) for name in PART_A)]
    assert dict(zip(head, [cell.value for cell in summary[5]], strict=True))["ยืมใหม่ (รายการ)"] == 2
    assert summary["A1"].value == "รายงานการยืมวัสดุ/อุปกรณ์ ประจำเดือน พฤศจิกายน 2569"
    assert [cell.value for cell in lines[4]] == [str(words) for words, _width in PART_B]
    row = [cell.value for cell in lines[5]]
    assert row[:3] == [1, "กยผ-2570-00001", "23 พ.ย. 2569"]
    assert (row[4], row[12]) == ("=กล้อง 0", 2)
    assert lines["E5"].data_type == "s"
    assert elsewhere.max_row == 4
    assert figures.max_row == 4 + len(FIGURES)


def test_the_csv_is_one_table_and_runs_nothing(month: Flask) -> None:
    data = opened(month, "officer").get(f"{HERE}/report.csv").data
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert len(rows) == 3
    assert rows[1][4] == "'=กล้อง 0"
    agency = opened(month, "secretariat").get("/reports/2569-11/report.csv").data.decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(agency)))
    assert {row[0] for row in table[1:]} == {"กยผ", "SLK", ""}
    assert table[-1][2:] == next(row for row in table if row[0] == "กยผ")[2:]


def test_pages_take_the_same_statements_however_many_lines(month: Flask, count_queries: Callable[..., object]) -> None:
    client = opened(month, "secretariat")
    for address, most in ((HERE, 12), ("/reports/2569-11", 10)):
        with count_queries() as seen:  # type: ignore[attr-defined]
            assert client.get(address).status_code == 200
        assert len(seen) <= most, "\n".join(seen)
