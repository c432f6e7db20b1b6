"""`import assets` and `import undo` as a person runs them: real files, exit codes, the JSON object, the error sheet."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.assets.importing import csv_of, xlsx_of
from tests.cli.running import answer, run
from tests.tools.reading import rows_of


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with an agency and two units, made once."""
    folder = tmp_path_factory.mktemp("installed")
    units = folder / "units.csv"
    units.write_text("code,name,parent,kind\nDEP,กรมตัวอย่าง,,agency\nA,กอง ก,DEP,division\nB,กอง ข,DEP,division\n")
    assert run(folder, "import", "units", str(units)).returncode == 0
    return folder


@pytest.fixture
def data(installed: Path, tmp_path: Path) -> Path:
    """A copy of the installation."""
    return Path(shutil.copytree(installed, tmp_path / "data"))


def bring(data: Path, file: Path, *more: str) -> tuple[int, dict[str, Any]]:
    done = run(data, "import", "assets", str(file), "--json", *more)
    return done.returncode, answer(done)


def counts(told: dict[str, Any]) -> dict[str, int]:
    return {name: told[name] for name in ("created", "updated", "unchanged", "skipped", "rejected") if told[name]}


def test_a_register_as_units_keep_it(data: Path, tmp_path: Path) -> None:
    """Title rows, spacer, header aliases, every form of a date, Thai digits, totals and signatures."""
    file = tmp_path / "ทะเบียน 2566.xlsx"
    file.write_bytes(
        xlsx_of(
            [
                ["ทะเบียนครุภัณฑ์"],
                ["กรมตัวอย่าง กอง ก"],
                [],
                ["ที่", "รหัสครุภัณฑ์", "รายการ (ชนิด/ยี่ห้อ)", "วัน เดือน ปี\nที่ได้มา", "ราคาต่อหน่วย (บาท)", "ห้อง"],
                [1, "๗๔๔๐-๐๐๑-๐๐๐๑", "โน้ตบุ๊ก", "12 ม.ค. 66", "22,000.00", "201"],
                [2, "7440–001–0002", "โน้ตบุ๊ก", "๑๒ มกราคม ๒๕๖๖", "12,500.-", "201"],
                [3, "7440-001-0003", "จอ", "ปีงบ 66", 4500, "ห้อง ๒"],
                ["ที่", "รหัสครุภัณฑ์", "รายการ", None, None, None],
                [4, "7440-001-0004", "เมาส์", "30-ก.ย.-65", "฿350", None],
                [5, "-", "เก้าอี้", "2566", None, None],
                [None, "รวมทั้งสิ้น", None, None, 39350, None],
                [None, "ลงชื่อ ........ ผู้ตรวจนับ", None, None, None, None],
            ]
        )
    )
    code, told = bring(data, file, "--unit", "a")
    assert (code, counts(told), told["rows"]) == (0, {"created": 5, "skipped": 3}, 8)
    assert told["errors"] == []
    assert told["batch"]
    assert sorted(rows_of(data, "SELECT asset_no, received_on, received_precision, price FROM asset")) == [
        ("7440-001-0001", "2023-01-12", "day", 2_200_000),
        ("7440-001-0002", "2023-01-12", "day", 1_250_000),
        ("7440-001-0003", "2022-10-01", "fiscal_year", 450_000),
        ("7440-001-0004", "2022-09-30", "day", 35_000),
        ("ชค.A-2570-00001", "2023-01-01", "year", None),
    ]
    assert bring(data, file, "--unit", "A") == (0, told | {"created": 0, "unchanged": 5, "batch": None})


@pytest.mark.case("E6")
def test_E6_the_same_data_in_every_encoding(data: Path, tmp_path: Path) -> None:
    forms = [("utf-8", ","), ("utf-8-sig", ";"), ("cp874", ";"), ("tis-620", ","), ("utf-16", "\t")]
    for number, (encoding, separator) in enumerate(forms):
        lines = [["เลขครุภัณฑ์", "รายการ", "หมายเหตุ"], [str(number), "เก้าอี้ทำงาน", '"ขา\nหัก, ""ซ่อมแล้ว"""']]
        file = tmp_path / f"ทะเบียน {number}.csv"
        file.write_bytes("\r\n".join(separator.join(line) for line in lines).encode(encoding))
        assert bring(data, file, "--unit", "A")[0] == 0
    found = rows_of(data, "SELECT asset_no, name, note FROM asset ORDER BY asset_no")
    assert found == [(str(number), "เก้าอี้ทำงาน", 'ขา\nหัก, "ซ่อมแล้ว"') for number in range(len(forms))]


def test_refused_rows_stand_in_an_error_sheet_that_can_be_corrected_and_read_again(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    rows = [("1", "ก", "5"), ("2", "", "5"), ("1", "ค", "5"), ("3", "ง", "ห้าบาท")]
    file.write_bytes(csv_of(rows))
    code, told = bring(data, file, "--unit", "A")
    assert (code, counts(told), told["batch"]) == (1, {"skipped": 1, "rejected": 3}, None)
    assert [(error["row"], error["column"], error["value"], error["code"]) for error in told["errors"]] == [
        (3, "รายการ", "", "name_missing"), (4, "เลขครุภัณฑ์", "1", "duplicate"), (5, "ราคา", "ห้าบาท", "price_invalid")
    ]  # fmt: skip
    assert all(error["message"] for error in told["errors"])
    assert rows_of(data, "SELECT count(*) FROM asset") == [(0,)]
    sheet = openpyxl.load_workbook(tmp_path / "a.csv.errors.xlsx").active
    assert sheet is not None
    said = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert said[0] == ["แผ่นงาน", "แถวที่", "เหตุที่ไม่รับ", "เลขครุภัณฑ์", "รายการ", "ราคา"]
    assert [row[1] for row in said[1:]] == ["3", "4", "5"]

    code, told = bring(data, file, "--unit", "A", "--partial")
    assert (code, counts(told)) == (1, {"created": 1, "rejected": 3})
    sheet["E2"], sheet["D3"], sheet["F4"] = "ข", "9", "5 บาท"
    assert sheet.parent is not None
    corrected = tmp_path / "corrected.xlsx"
    sheet.parent.save(corrected)
    code, told = bring(data, corrected, "--unit", "A")
    assert (code, counts(told)) == (0, {"created": 3})
    assert not (tmp_path / "corrected.xlsx.errors.xlsx").exists()


def test_a_dry_run_says_the_same_and_writes_nothing(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(csv_of([("1", "ก", "5"), ("-", "ข", "5")]))
    code, told = bring(data, file, "--unit", "A", "--dry-run")
    assert (code, counts(told), told["batch"]) == (0, {"created": 2}, None)
    assert rows_of(data, "SELECT count(*) FROM asset") == [(0,)]
    assert rows_of(data, "SELECT count(*) FROM import_batch WHERE kind = 'assets'") == [(0,)]


def test_the_price_question_is_asked_and_answered(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(csv_of([("1", "เก้าอี้", "15", "22,000")], ("เลขครุภัณฑ์", "รายการ", "จำนวน", "ราคา")))
    code, told = bring(data, file, "--unit", "A")
    assert (code, counts(told), [item["code"] for item in told["warnings"]]) == (0, {"created": 1}, ["price_ambiguous"])
    assert rows_of(data, "SELECT price FROM asset") == [(None,)]
    code, told = bring(data, file, "--unit", "A", "--price", "unit")
    assert (code, counts(told), told["warnings"]) == (0, {"updated": 1}, [])
    assert rows_of(data, "SELECT price FROM asset") == [(2_200_000,)]


def test_undo(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(csv_of([("1", "ก", "5"), ("2", "ข", "5")]))
    key = bring(data, file, "--unit", "A")[1]["batch"]
    done = run(data, "import", "undo", key.lower(), "--json")
    assert (done.returncode, answer(done)) == (0, {"batch": key, "kind": "assets", "undone": 2})
    again = run(data, "import", "undo", key)
    assert (again.returncode, again.stdout) == (1, "")
    assert key in again.stderr
    assert run(data, "import", "undo", "NOSUCH").returncode == 1
    assert counts(bring(data, file, "--unit", "A")[1]) == {"created": 2}


@pytest.mark.parametrize(
    ("name", "content", "code", "reason"),
    [
        ("a.xls", b"<html><body><p>1</p></body></html>", 1, "file_web_page"),
        ("a.xlsx", b"%PDF-1.7 not a sheet", 1, "file_not_sheet"),
        ("a.csv", b"", 1, "file_empty"),
        ("a.csv", "ก,ข\n1,2\n".encode(), 1, "header_not_found"),
        ("a.xlsx", b"PK\x03\x04 broken", 1, "file_broken"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(
    data: Path, tmp_path: Path, name: str, content: bytes, code: int, reason: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    done = run(data, "import", "assets", str(file), "--unit", "A", "--json")
    assert (done.returncode, [item["code"] for item in answer(done)["errors"]]) == (code, [reason])
    assert "Traceback" not in done.stderr


def test_wrong_use(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(csv_of([("1", "ก", "5")]))
    for words in (["--unit", "NO"], ["--price", "maybe"], ["--bogus"]):
        assert run(data, "import", "assets", str(file), *words).returncode == 2
    missing = run(data, "import", "assets", str(tmp_path / "none.csv"), "--json")
    assert missing.returncode == 2
    assert json.loads(missing.stdout)["code"] == "file_missing"
