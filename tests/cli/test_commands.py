"""Commands from outside: exit codes, one JSON object, and the first hour of a new installation (contract.md 1, 2)."""

from __future__ import annotations

import argparse
import json
import stat
from pathlib import Path
from typing import BinaryIO

import openpyxl
import pytest
from babel.messages import Catalog, mofile

from assetloan.cli import serve, start
from assetloan.cli.main import main
from assetloan.config import Settings
from tests.cli.running import answer, get, run, serving

UNITS = "code,name,parent,kind\nA,กองหนึ่ง,DEP,division\nDEP,กรมตัวอย่าง,,agency\nB,กองสอง,กรมตัวอย่าง,กอง\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def units(tmp_path: Path) -> Path:
    file = tmp_path / "units.csv"
    file.write_text(UNITS, encoding="utf-8")
    return file


def test_units_and_people_of_a_file_are_taken_back_by_its_batch(data: Path, units: Path, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("username,name,unit\nnid,นางนิด ใจดี,A\n", encoding="utf-8")
    of_units = answer(run(data, "import", "units", str(units), "--json"))["batch"]
    of_people = answer(run(data, "import", "people", str(people), "--json"))["batch"]
    refused = run(data, "import", "undo", of_units)
    assert (refused.returncode, "A" in refused.stderr) == (1, True), refused.stderr
    for batch, rows in ((of_people, 1), (of_units, 3)):
        done = run(data, "import", "undo", batch, "--json")
        assert (done.returncode, answer(done)["undone"]) == (0, rows), done.stderr
    assert run(data, "import", "units", str(units)).returncode == 0


def test_the_first_hour_of_a_new_installation(data: Path, units: Path) -> None:
    done = run(data, "import", "units", str(units), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    batch = answer(done)["batch"]
    assert answer(done) == {
        "rows": 3,
        "created": 3,
        "updated": 0,
        "unchanged": 0,
        "skipped": 0,
        "rejected": 0,
        "batch": batch,
        "errors": [],
        "warnings": [],
    }
    done = run(
        data,
        "people",
        "add",
        "--username",
        "somying",
        "--name",
        "นางสมหญิง ใจดี",
        "--unit",
        "A",
        "--role",
        "officer",
        "--role",
        "head@B",
        "--position",
        "นักวิชาการพัสดุ",
        "--json",
    )
    assert done.returncode == 0, done.stderr
    person = answer(done)
    assert person["roles"] == ["staff", "officer", "head"]
    assert person["unit"] == {"code": "A", "name": "กองหนึ่ง"}
    done = run(data, "tokens", "create", "--username", "SomYing", "--json")
    assert done.returncode == 0
    assert answer(done).keys() == {"username", "token"}
    assert answer(done)["username"] == "somying"
    token = answer(done)["token"]
    with serving(data) as (url, said):
        assert get(f"{url}/readyz") == (200, '{"status":"ok"}\n')
        assert "/setup/" not in said.read_text()
        link = url + "/password/" + person["password_link"].rsplit("/", 1)[1]
        status, page = get(link)
        assert status == 200
        assert "ตั้งรหัสผ่าน" in page
        status, body = get(f"{url}/api/v1/me", token)
        assert status == 200
        assert json.loads(body)["unit"] == {"code": "A", "name": "กองหนึ่ง"}
        assert get(f"{url}/api/v1/me")[0] == 401
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_serve_is_the_default_and_prints_a_link_that_opens_the_set_up_page_once_there_is_nobody(data: Path) -> None:
    with serving(data) as (url, said):
        link = said.read_text().split()[-1]
        assert link.startswith(f"{url}/setup/")
        status, page = get(link)
        assert status == 200
        assert "ตั้งค่าครั้งแรก" in page
        assert get(f"{url}/setup/wrong")[0] == 404


@pytest.mark.parametrize(
    ("words", "environ", "wanted"),
    [
        (("--demo", "serve"), "", True),
        (("serve", "--demo"), "", True),
        (("--demo",), "", True),
        (("--port", "5001", "--demo"), "", True),
        (("serve",), "1", True),
        (("serve",), "0", False),
        ((), "", False),
    ],
)
def test_demo_stands_before_or_after_a_command_or_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, data: Path, words: tuple[str, ...], environ: str, wanted: bool
) -> None:
    started: list[Settings] = []

    def run_instead(args: argparse.Namespace) -> int:
        started.append(start.settings_for(args))
        return 0

    monkeypatch.setattr(serve, "run", run_instead)
    monkeypatch.setenv("ASSETLOAN_DATA_DIR", str(data))
    monkeypatch.setenv("ASSETLOAN_DEMO", environ)
    assert main(words) == 0
    assert started[0].demo is wanted
    assert started[0].database_url.endswith("demo.db" if wanted else "assetloan.db")


def test_a_port_that_is_taken_is_a_sentence(data: Path) -> None:
    with serving(data) as (url, _said):
        done = run(data, "serve", "--port", url.rsplit(":", 1)[1])
    assert done.returncode == 1
    assert "--port" in done.stderr
    assert done.stdout == "", "no link to a server that is not there"


def test_a_demo_never_goes_into_a_database_that_holds_something(data: Path, units: Path) -> None:
    assert run(data, "import", "units", str(units)).returncode == 0
    done = run(data, "--demo", "tokens", "create", "--username", "x", DATABASE_URL=f"sqlite:///{data}/assetloan.db")
    assert done.returncode == 2
    assert "not a demo" in done.stderr


def test_a_second_import_changes_nothing_and_a_dry_run_writes_nothing(data: Path, units: Path) -> None:
    done = run(data, "import", "units", str(units), "--dry-run", "--json")
    assert (done.returncode, answer(done)["created"]) == (0, 3)
    assert answer(run(data, "import", "units", str(units), "--json"))["created"] == 3
    assert answer(run(data, "import", "units", str(units), "--json"))["unchanged"] == 3


def test_all_or_nothing_unless_partial_and_a_file_that_says_why(data: Path, units: Path, tmp_path: Path) -> None:
    run(data, "import", "units", str(units))
    people = tmp_path / "people.csv"
    people.write_text(
        "username,name,unit,roles\nann,นางแอน,A,officer\nbob,นายบ๊อบ,กองลับ,\ncat,นายแมว,B,head@ไม่รู้\nann,ซ้ำ,A,\n",
        encoding="utf-8-sig",
    )
    done = run(data, "import", "people", str(people), "--json")
    assert done.returncode == 1
    report = answer(done)
    assert (report["created"], report["skipped"], report["rejected"]) == (0, 1, 3)
    assert [(item["row"], item["column"], item["code"]) for item in report["errors"]] == [
        (3, "unit", "unit_unknown"),
        (4, "roles", "unit_unknown"),
        (5, "username", "duplicate"),
    ]
    assert "ไม่รู้จักหน่วยงาน" in report["errors"][0]["message"]
    assert run(data, "tokens", "create", "--username", "ann").returncode == 1
    sheet = openpyxl.load_workbook(f"{people}.errors.xlsx").active
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["3", "4", "5"]

    done = run(data, "import", "people", str(people), "--partial", "--json")
    assert (done.returncode, answer(done)["created"], answer(done)["rejected"]) == (1, 1, 3)
    assert run(data, "tokens", "create", "--username", "ann").returncode == 0


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("backup", "x"), 2, "no command “backup”"),
        (("import", "materials", "x"), 2, "invalid choice"),
        (("serve", "--port", "70000"), 2, "whole number"),
        (("import", "units", "/no/such/file"), 2, "ไม่พบไฟล์"),
        (("import", "units", "/bin/sh"), 1, "ไม่ใช่ตาราง"),
        (("people", "add", "--username", "a1", "--name", "ก", "--unit", "ZZ"), 2, "ไม่รู้จักหน่วยงาน"),
        (("people", "add", "--username", "a1", "--name", "ก", "--unit", "A", "--role", "king"), 2, "no role"),
        (("tokens", "create", "--username", "nobody"), 1, "ไม่รู้จักบุคลากร"),
    ],
)
def test_wrong_use_and_refusals(data: Path, words: tuple[str, ...], code: int, sentence: str) -> None:
    done = run(data, *words)
    assert (done.returncode, done.stdout) == (code, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_refusal_with_json_is_one_object_too(data: Path) -> None:
    done = run(data, "import", "units", "/bin/sh", "--json")
    assert done.returncode == 1
    assert answer(done)["errors"][0]["code"] == "file_not_sheet"
    done = run(data, "tokens", "create", "--username", "nobody", "--json")
    assert json.loads(done.stdout)["code"] == "person_unknown"


def test_a_setting_that_cannot_be_used_is_named(data: Path) -> None:
    done = run(data, "tokens", "create", "--username", "x", SECRET_KEY="short")
    assert done.returncode == 2
    assert "ASSETLOAN_SECRET_KEY" in done.stderr


def test_a_database_that_is_not_there_is_a_sentence(data: Path) -> None:
    done = run(data, "tokens", "create", "--username", "x", DATABASE_URL="postgresql+psycopg://u:p@127.0.0.1:1/none")
    assert done.returncode == 1
    assert "database" in done.stderr
    assert "Traceback" not in done.stderr


def test_two_first_commands_at_once_compile_the_translations_beside_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text('msgid ""\nmsgstr ""\n\nmsgid "ยืม"\nmsgstr "Borrow"\n', encoding="utf-8")
    write_mo, other = mofile.write_mo, iter([True])

    def meanwhile(out: BinaryIO, catalogue: Catalog) -> None:
        write_mo(out, catalogue)
        if next(other, False):
            assert start.compile_catalogues(tmp_path) == [folder / "messages.mo"]

    monkeypatch.setattr(mofile, "write_mo", meanwhile)
    assert start.compile_catalogues(tmp_path) == [folder / "messages.mo"]
    assert sorted(path.name for path in folder.iterdir()) == ["messages.mo", "messages.po"]
    assert start.compile_catalogues(tmp_path) == []
