"""`labels`: which labels, on what, where to; and what is refused how."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest
from flask import Flask

from assetloan.assets import codes, queries
from assetloan.cli import labels
from assetloan.cli.answers import WrongUse
from assetloan.cli.main import COMMANDS
from assetloan.core.db import transaction
from assetloan.core.errors import DomainError, NotFound
from assetloan.identity.rules import console
from tests.conftest import NOW
from tests.documents.seeing import codes_on, pages_of, picture_of, squeezed, text_of
from tests.factories import a_unit, an_agency, an_asset


@pytest.fixture
def agency(ctx: Flask) -> None:
    an_agency()
    for code in ("A", "B"):
        unit = a_unit(code, parent="DEP", name=f"กอง {code}")
        for number in range(1, 4):
            an_asset(unit, asset_no=f"{code}-{number}", name=f"ตั้งแต่ครั้งที่ {number}", loanable=number == 1)


def call(*words: str) -> int:
    """Parse and run, inside the application of the test."""
    parser = argparse.ArgumentParser()
    labels.register(parser.add_subparsers())
    args = parser.parse_args(["labels", *words])
    return int(args.run(args))


def code_of(number: str) -> str:
    return queries.by_number(console(), number).codes[-1].code


@pytest.mark.usefixtures("agency")
def test_the_labels_of_a_unit_are_a_pdf_that_scans(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "a.pdf"
    assert call("--unit", "A", "--out", str(out), "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said == {"labels": 3, "layout": "a4-24", "files": [str(out)]}
    pdf = out.read_bytes()
    found = {address.rsplit("/", 1)[1] for address in codes_on(picture_of(pdf))}
    assert found == {code_of(f"A-{number}") for number in (1, 2, 3)}
    words = squeezed(text_of(pdf))
    assert "A-1" in words
    assert "B-1" not in words
    assert squeezed("ตั้งแต่ครั้งที่ 2") in words
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.usefixtures("agency")
def test_given_assets_come_in_their_order_from_the_cell_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    assert call("--asset", "b-3", code_of("A-2"), "--start", "24", "--out", str(out)) == 0
    pdf = out.read_bytes()
    assert pages_of(pdf) == 2
    assert [codes_on(picture_of(pdf, page))[0][-8:] for page in (0, 1)] == [code_of("B-3"), code_of("A-2")]


@pytest.mark.usefixtures("agency")
def test_a_roll_has_one_label_a_page_and_without_a_unit_all_are_printed(tmp_path: Path) -> None:
    out = tmp_path / "all.pdf"
    assert call("--layout", "roll-62x29", "--out", str(out)) == 0
    assert pages_of(out.read_bytes()) == 6


@pytest.mark.usefixtures("agency")
def test_the_newest_code_is_printed_and_a_thing_without_one_is_named(tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    old = code_of("A-1")
    with transaction():
        new = codes.add_code(console(), "A-1", now=NOW)
    assert call("--asset", "A-1", "--out", str(out)) == 0
    assert codes_on(picture_of(out.read_bytes()))[0].endswith(new)
    for code in (old, new):
        with transaction():
            codes.revoke_code(console(), "A-1", code, reason="หาย", now=NOW)
    with pytest.raises(DomainError, match="asset_without_code"):
        call("--asset", "A-1", "--out", str(out))


@pytest.mark.usefixtures("agency")
@pytest.mark.parametrize(
    "words",
    [
        ("--unit", "X"),
        ("--layout", "a5-1"),
        ("--start", "0"),
        ("--start", "25"),
        ("--layout", "roll-62x29", "--start", "2"),
    ],
)
def test_wrong_use_writes_nothing(tmp_path: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(WrongUse):
        call(*words, "--out", str(tmp_path / "a.pdf"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("agency")
def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    out = str(tmp_path / "a.pdf")
    with pytest.raises(NotFound):
        call("--asset", "A-1", "X-9", "--out", out)
    with pytest.raises(NotFound):
        call("--asset", "A-1", "B-1", "--unit", "A", "--out", out)
    with pytest.raises(DomainError, match="no_labels"):
        call("--unit", "SLK", "--out", out)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("agency")
def test_more_than_one_file_holds_become_several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "MOST_LABELS", 4)
    assert call("--start", "24", "--out", str(tmp_path / "a.pdf")) == 0
    made = {file.name: file.read_bytes() for file in sorted(tmp_path.iterdir())}
    assert {name: pages_of(pdf) for name, pdf in made.items()} == {"a.pdf": 2, "a-2.pdf": 1}


def test_without_a_file_the_call_is_wrong(ctx: Flask) -> None:
    with pytest.raises(WrongUse):
        call("--unit", "A")


def test_the_layouts_are_listed(ctx: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--list") == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("a4-24\t")
    assert call("--list", "--json") == 0
    listed = {item["name"]: item["per_page"] for item in json.loads(capsys.readouterr().out)["layouts"]}
    assert (listed["a4-65"], listed["roll-62x29"], listed["small-12"]) == (65, 1, 1)


def test_the_command_is_in_the_table() -> None:
    assert COMMANDS["labels"] is labels
