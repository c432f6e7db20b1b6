"""A dirty register in a real browser: from the file to the register and back, corrected on the page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tests.factories import PASSWORD
from tests.journeys.conftest import DESK, PHONE, Walk
from tests.journeys.house import House
from tests.journeys.walker import Walker

pytestmark = pytest.mark.browser

WAYS: dict[str, dict[str, Any]] = {
    "on a phone": {"viewport": PHONE},
    "at a desk": {"viewport": DESK},
    "without JavaScript": {"viewport": PHONE, "js": False},
    "in the dark": {"viewport": DESK, "color_scheme": "dark"},
}


def dirty(folder: Path, mark: str) -> Path:
    """Title rows, Thai digits, a missing name, a day that is none, a two-digit year, a double, a sum, a stray sheet."""
    rows: Sequence[Sequence[Any]] = (
        ["ทะเบียนคุมครุภัณฑ์"],
        [],
        ["ลำดับ", "รหัสครุภัณฑ์", "รายการ", "จำนวน", "ราคา", "วันที่ได้มา", "ที่ใช้งานจริง"],
        [1, f"๗๔๔๐-{mark}-๙๐๐๑", "โน้ตบุ๊ก", 1, "22,000.00", "12 ม.ค. 66", "ห้อง 201"],
        [2, f"7110-{mark}-9001", "เก้าอี้ประชุม", 5, "22,000", "1 ต.ค. 2565", "ห้องประชุม"],
        [3, f"7440-{mark}-9003", "", 1, "9,000", "31/02/2566", "ห้อง 201"],
        [4, f"7440-{mark}-9001", "จอภาพ", 1, 4500, "5/6/2566", "ห้อง 201"],
        ["รวมทั้งสิ้น", "", "", 8, "57,500", "", ""],
    )
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    book.create_sheet("สรุป").append(["ตารางสรุปผล"])
    target = io.BytesIO()
    book.save(target)
    path = folder / "ทะเบียน.xlsx"
    path.write_bytes(target.getvalue())
    return path


def send(walker: Walker, act: str) -> None:
    walker.go(walker.page.locator(f"form[action$='{act}'] button.primary").first)


@pytest.mark.parametrize("how", list(WAYS.values()), ids=list(WAYS))
def test_a_dirty_register_goes_in_corrected_and_comes_out_again(
    home: House, walk: Walk, tmp_path: Path, how: dict[str, Any]
) -> None:
    officer = walk(**how)
    officer.sign_in(home.people["officer"], PASSWORD)
    officer.open("/assets/import")
    officer.page.locator("input[name=file]").set_input_files(dirty(tmp_path, home.unit[1:]))
    send(officer, "/assets/import")
    assert "ไม่มีชื่อครุภัณฑ์" in officer.text()

    officer.go("main a[href$='/columns']")
    officer.page.locator("select[name=c-0-6]").select_option("place")
    send(officer, "/columns")

    officer.tick("input[name=price][value=unit]")
    officer.tick("input[name=lots][value=one]")
    send(officer, "/answers")

    officer.page.locator("input[name$='-name']").first.fill("เครื่องพิมพ์")
    officer.page.locator("input[name$='-received_on']").first.fill("28/02/2566")
    send(officer, "/rows")
    assert "ต้องตรวจ 1 แถว พร้อมบันทึก 3 แถว" in officer.text()

    send(officer, "/confirm")
    assert officer.page.title().startswith("ข้อผิดพลาด")
    officer.tick("input[name=partial][value=yes]")
    send(officer, "/confirm")
    assert "นำเข้าเสร็จแล้ว" in officer.text()
    with officer.page.expect_download() as download:
        officer.page.locator("main a[href$='/errors.xlsx']").click()
    assert download.value.suggested_filename.startswith("errors-")

    officer.tick("input[name=sure]")
    send(officer, "/undo")
    assert "ถอนการนำเข้าแล้ว" in officer.text()


def test_a_row_is_corrected_by_keyboard_alone(home: House, walk: Walk, tmp_path: Path) -> None:
    officer = walk(viewport=DESK)
    officer.sign_in(home.people["officer"], PASSWORD)
    officer.open("/assets/import")
    officer.page.locator("input[name=file]").set_input_files(dirty(tmp_path, home.unit[1:]))
    send(officer, "/assets/import")
    name = officer.page.locator("input[name$='-name']").first
    for _press in range(60):
        officer.page.keyboard.press("Tab")
        if name.evaluate("field => field === document.activeElement"):
            break
    officer.page.keyboard.type("กล้อง")
    with officer.page.expect_navigation():
        officer.page.keyboard.press("Enter")
    officer.look()
    assert "กล้อง" in officer.page.locator("main").inner_text()
