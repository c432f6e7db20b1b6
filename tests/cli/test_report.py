"""`report monthly` as a person calls it: JSON on standard output, files, and what is wrong use."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from tests.cli.running import answer, run


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with two units and nobody lending anything."""
    folder = tmp_path_factory.mktemp("report")
    units = folder / "units.csv"
    units.write_text("code,name,parent,kind\nDEP,กรม,,agency\nกยผ,กองยุทธศาสตร์,DEP,division\n", encoding="utf-8")
    assert run(folder, "import", "units", str(units)).returncode == 0
    return folder


def test_json_goes_to_standard_output_alone(data: Path) -> None:
    done = run(data, "report", "monthly", "--month", "2569-10", "--unit", "กยผ")
    assert done.returncode == 0, done.stderr
    told = answer(done)
    assert (told["month"], told["unit"]["code"], told["lines"]) == ("2569-10", "กยผ", [])
    agency = answer(run(data, "report", "monthly", "--month", "2569-10", "--format", "json"))
    assert agency["unit"] is None
    assert [row["unit"]["code"] for row in agency["units"]] == ["กยผ"]
    assert agency["summary"] == agency["units"][0]["summary"]


def test_files_are_written_whole(data: Path) -> None:
    for form in ("xlsx", "csv", "json"):
        out = data / f"month.{form}"
        done = run(
            data, "report", "monthly", "--month", "2569-10", "--unit", "กยผ", "--format", form, "--out", str(out)
        )
        assert (done.returncode, out.stat().st_size > 0) == (0, True), done.stderr
    assert "ไม่มีการยืมในเดือนนี้" in [row[0].value for row in openpyxl.load_workbook(data / "month.xlsx").worksheets[0]]
    assert json.loads((data / "month.json").read_text(encoding="utf-8"))["state"] == "open"
    assert [item.name for item in data.iterdir() if item.name.startswith(".month")] == []


@pytest.mark.parametrize(
    "words",
    [
        ("--month", "2569-13"),
        ("--month", "2026-10"),
        ("--month", "2699-10"),
        ("--month", "2569-10", "--unit", "ไม่มี"),
        ("--month", "2569-10", "--format", "xlsx"),
        ("--month", "2569-10", "--format", "pdf", "--out", "x.pdf"),
        ("--month", "2569-10", "--format", "docx"),
        (),
    ],
)
def test_wrong_use(data: Path, words: tuple[str, ...]) -> None:
    done = run(data, "report", "monthly", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_a_folder_that_is_not_there_is_refused(data: Path) -> None:
    done = run(data, "report", "monthly", "--month", "2569-10", "--out", str(data / "none" / "x.json"))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
