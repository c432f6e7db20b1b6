"""Documents: Thai text comes out of the PDF as it went in, text is never read as markup, same data, same bytes."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetloan.documents import fonts, pdf
from assetloan.documents.errors import WorkStopped
from assetloan.documents.inside import pdf as inside
from assetloan.documents.textlayer import repair
from tests.documents.seeing import picture_of, squeezed, text_of

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
THAI = [
    "คำสั่ง", "ตั้งแต่", "ครั้งที่", "รุ่นที่", "เก้าอี้", "ชั้นที่", "ปั๊มน้ำ", "กู้ยืม", "ญี่ปุ่น", "ที่นี้", "ตู้เก็บเอกสาร", "น้ำดื่ม", "ซื้อ",
    "เครื่อง", "โน้ตบุ๊ก", "สิ่งของ", "ยี่ห้อ", "หน่วยงานซึ่งรับผิดชอบ", "ผู้อนุมัติ", "พื้นที่", "เพิ่มเติม", "สั่งซื้อ", "ทั้งสิ้น", "ตั้งอยู่",
    "ฝั่งธนบุรี", "บั้นปลาย", "ปิ่นโต", "จี้", "จิ๋ว", "ผึ้ง", "ฐาน", "ญาติ", "ฎีกา", "ศูนย์", "ฤดู",
]  # fmt: skip


def lines(*texts: str) -> bytes:
    """A document that prints each text in a line of its own."""
    return inside.make("lines", inside.printable({"lines": list(texts)}), int(NOW.timestamp()))


@pytest.fixture(autouse=True)
def template_of_lines(monkeypatch, tmp_path):
    """The templates, and one more that only prints lines."""
    for file in inside.TEMPLATES.glob("*.typ"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "lines.typ").write_text(
        '#import "thai.typ": data, set-thai\n#set document(title: "x")\n#show: set-thai.with(11pt)\n'
        "#for line in data.lines { block(line) }\n"
    )
    monkeypatch.setattr(inside, "TEMPLATES", tmp_path)


@pytest.mark.parametrize("word", THAI)
def test_thai_words_extract_as_they_are(word):
    assert squeezed(text_of(lines(word, f"ก{word}ก"))) == f"{word}ก{word}ก"


def test_the_guarded_words_in_one_document():
    words = ["คำสั่ง", "ตั้งแต่", "ครั้งที่", "รุ่นที่", "เก้าอี้"]
    assert squeezed(text_of(lines(" ".join(words)))) == "".join(words)


def test_words_kept_on_one_line_extract_without_joiners():
    text = text_of(lines("ยี่ห้อ", "พฤศจิกายน", "กรุงเทพมหานคร", "โน้ตบุ๊ก", "ผู้อำนวยการ"))
    assert text.replace("\u200b", "").split() == ["ยี่ห้อ", "พฤศจิกายน", "กรุงเทพมหานคร", "โน้ตบุ๊ก", "ผู้อำนวยการ"]


def test_the_fault_is_really_there_without_the_repair(monkeypatch):
    monkeypatch.setattr(inside, "repair", lambda made: made)
    assert "สั่สั่" in squeezed(text_of(lines("คำสั่ง")))


def test_the_repair_changes_nothing_that_is_seen(monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(inside, "repair", lambda made: made)
        raw = lines(*THAI)
    assert picture_of(raw).tobytes() == picture_of(repair(raw)).tobytes()


def test_standards_language_and_tags_stay():
    with pikepdf.open(io.BytesIO(lines("คำสั่ง"))) as document:
        with document.open_metadata() as data:
            assert (data["pdfaid:part"], data["pdfaid:conformance"], data["pdfuaid:part"]) == ("2", "B", "1")
        assert str(document.Root.Lang) == "th-TH"
        assert document.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in document.Root


def test_the_same_data_and_time_give_the_same_bytes():
    assert lines(*THAI) == lines(*THAI)


@pytest.mark.parametrize(
    "text",
    [
        "{{7*7}}", "${7*7}", "#{7*7}", "#panic()", '#import "x.typ"', "{% if %}", "\\input{x}", "*หนา*", "_เอียง_",
        "$x$", "@ref", '#read("/etc/passwd")', "// หมายเหตุ", "= หัวเรื่อง", "<label>", "`raw`", "\\u{41}", "- ข้อ", '"\'',
    ],
)  # fmt: skip
def test_E18_markup_in_data_is_only_text(text):
    assert squeezed(text) in squeezed(text_of(lines("ก" + text + "ข")))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("เก้าอี้ 🪑 ตัว", "เก้าอี้?ตัว"), ("日本語", "???"), ("ก\x00ข\x07ค", "กขค"), ("\u202eกลับ", "กลับ"),
        ("ก\ud800ข", "กข"), ("ก\u200bข", "กข"), ("\ufeffข", "ข"), ("☐ ติ๊ก", "?ติ๊ก"),
    ],
)  # fmt: skip
def test_E9_characters_without_a_glyph_are_replaced(text, shown):
    assert squeezed(text_of(lines(text))) == shown


@pytest.mark.parametrize("text", ["ก" + "้" * 50, "้ก่", "เเก", "นํ้า", "ที่" * 30, "ุุูู", "่", "e\u0301\u0302\u0303" * 9])
def test_E8_strange_thai_makes_a_document_all_the_same(text):
    assert lines(text).startswith(b"%PDF")


@given(st.lists(st.sampled_from(sorted(fonts.covered())), min_size=1, max_size=40))
@settings(max_examples=150, deadline=None)
def test_E8_any_mix_of_covered_characters_makes_a_document(codes):
    text = "".join(map(chr, codes))
    assert inside.make("lines", {"lines": [text]}, 0).startswith(b"%PDF")


def test_the_font_has_what_thai_documents_need():
    needed = set(map(ord, "กขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรฤลฦวศษสหฬอฮะัาำิีึืฺุู฿เแโใไๅๆ็่้๊๋์ํ๐๑๒๓๔๕๖๗๘๙ฯ–—“”‘’…·×½°²"))
    assert needed <= fonts.covered()
    assert not {ord("日"), 0x1F600, 0x2610, 0} & fonts.covered()


def test_a_template_cannot_read_outside_its_folder(tmp_path):
    (inside.TEMPLATES / "reader.typ").write_text('#set document(title: "x")\n#read("/etc/passwd")\n#read("../x")')
    with pytest.raises(Exception, match="(?i)not found|denied|outside"):
        inside.make("reader", {}, 0)


def test_a_document_that_cannot_be_made_is_one_clear_error():
    with pytest.raises(WorkStopped) as caught:
        pdf.render("no_such_template", {}, at=NOW)
    assert caught.value.code == "work_crashed"
