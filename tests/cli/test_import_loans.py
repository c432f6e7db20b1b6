"""`import loans` as a person runs it: a year of paper, twice, with a bad row, and taken back."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from tests.assets.importing import csv_of, xlsx_of
from tests.cli.running import answer, run
from tests.tools.reading import rows_of

HEADER = ("ใบยืมเลขที่", "เลขครุภัณฑ์", "ผู้ยืม", "สถานที่ใช้", "วันที่ขอยืม", "วันที่อนุมัติ", "ผู้อนุมัติ", "วันที่ส่งมอบ",
          "กำหนดส่งคืน", "วันที่คืน", "สภาพเมื่อคืน", "วันที่อนุมัติการคืน")  # fmt: skip
APPROVED = ("ภายใน", "1 ต.ค. 68", "1 ต.ค. 68", "นายสมชาย ใจดี", "2 ต.ค. 68", "9 ต.ค. 68")
LOANS = [
    ("1/2569", "A-1", "somchai", *APPROVED, "8 ต.ค. 68", "ดี", "9 ต.ค. 68"),
    ("1/2569", "A-2", "somchai", *APPROVED, "20/10/2568", "ชำรุด", ""),
    ("2/2569", "A-1", "นายสมชาย ใจดี", "", "", "", "", "1/11/2568 09:00", "5/11/2568", "", "", ""),
]
BAD = ("3/2569", "A-1", "somchai", "", "", "", "", "2/11/2568", "5/11/2568", "3/11/2568", "", "")


def test_a_year_of_paper(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for kind, content in (
        ("units", "code,name,parent,kind\nDEP,กรม,,agency\nA,กอง ก,DEP,division\n".encode()),
        ("people", "username,name,unit\nsomchai,นายสมชาย ใจดี,A\n".encode()),
        ("assets", csv_of([("A-1", "จอ", "5"), ("A-2", "กล้อง", "5")])),
    ):
        file = tmp_path / f"{kind}.csv"
        file.write_bytes(content)
        assert run(data, "import", kind, str(file), *(["--unit", "A"] if kind == "assets" else [])).returncode == 0
    file = tmp_path / "ยืม 2569.xlsx"
    file.write_bytes(xlsx_of([["ทะเบียนคุมการยืม ปีงบประมาณ 2569"], [], HEADER, *LOANS, BAD]))

    done = run(data, "import", "loans", str(file), "--json")
    told = answer(done)
    assert (done.returncode, told["rows"], told["created"], told["rejected"], told["batch"]) == (1, 4, 0, 1, None)
    assert [(error["row"], error["column"], error["code"]) for error in told["errors"]] == [(7, "วันที่ส่งมอบ", "overlap")]
    sheet = openpyxl.load_workbook(tmp_path / "ยืม 2569.xlsx.errors.xlsx").active
    assert sheet is not None
    assert "3/2569" in [cell.value for cell in sheet[2]]
    assert rows_of(data, "SELECT count(*) FROM loan") == [(0,)]

    done = run(data, "import", "loans", str(file), "--partial", "--json")
    told = answer(done)
    assert (done.returncode, told["created"], told["rejected"]) == (1, 3, 1)
    states = "SELECT number, state, source FROM loan_line JOIN loan ON loan.id = loan_id ORDER BY loan_line.id"
    assert rows_of(data, states.replace("source", "loan.source")) == [
        ("1/2569", "closed", "paper"), ("1/2569", "received", "paper"), ("2/2569", "handed_over", "paper")
    ]  # fmt: skip
    assert rows_of(data, "SELECT asset_no, status FROM asset ORDER BY id") == [
        ("A-1", "on_loan"), ("A-2", "return_pending")
    ]  # fmt: skip

    key = told["batch"]
    again = answer(run(data, "import", "loans", str(file), "--partial", "--json"))
    assert (again["created"], again["unchanged"], again["rejected"], again["batch"]) == (0, 3, 1, None)
    assert answer(run(data, "import", "undo", key, "--json")) == {"batch": key, "kind": "loans", "undone": 3}
    assert rows_of(data, "SELECT status FROM asset") == [("available",), ("available",)]
