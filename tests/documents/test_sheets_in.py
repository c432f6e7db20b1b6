"""Reading table files: what is read comes through unchanged, what cannot be read is refused with its own reason."""

from __future__ import annotations

import datetime
import io
import os
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from assetloan.core.errors import DomainError
from assetloan.documents import sheets
from assetloan.documents.child import run_limited
from assetloan.documents.errors import WorkStopped
from assetloan.documents.sheets import read_table_file
from tests.documents import makers
from tests.documents.makers import memory_of_this_process

MOMENT = datetime.datetime(2024, 1, 2, 3, 4)  # noqa: DTZ001 - a spreadsheet knows no zones
THAI = [["รหัสครุภัณฑ์", "รายการ"], ["๗๔๔๐-๐๐๑-๐๐๐๑", "เก้าอี้, ผู้บริหาร"], ["7440-001-0002", 'โต๊ะ "ใหญ่"\r\nสองบรรทัด']]


def refusal(data: bytes | Path, name: str = "ทะเบียน.xlsx") -> DomainError:
    with pytest.raises(DomainError) as caught:
        read_table_file(data, name)
    return caught.value


def rows_of(data: bytes, name: str = "ทะเบียน.xlsx") -> list[list[sheets.Cell]]:
    return read_table_file(data, name).sheets[0].rows


@pytest.fixture
def child_jobs(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).with_name("childjobs")))


def openpyxl_bytes(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


# --- what comes through --------------------------------------------------------------------------------------------


def test_values_keep_their_kind_and_their_place():
    book = openpyxl.Workbook()
    page = book.active
    page.title = "ห้อง 204"
    page["B3"], page["C3"], page["D3"], page["E3"] = "007", 22000, 1.5, True
    page["F3"], page["G3"] = datetime.date(2566, 1, 12), MOMENT
    page["B5"] = "  เว้นวรรค "
    page.merge_cells("B5:C7")
    read = read_table_file(openpyxl_bytes(book), "x.xlsx")
    assert read.kind == "xlsx"
    assert read.sheets[0] == sheets.Sheet(
        "ห้อง 204",
        [
            [], [],
            [None, "007", 22000, 1.5, True, datetime.date(2566, 1, 12), MOMENT],
            [],
            [None, "  เว้นวรรค "],
        ],
        False,
        ((4, 1, 6, 2),),
    )  # fmt: skip


def test_hidden_sheets_are_told():
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    book.create_sheet("ซ่อน").sheet_state = "hidden"
    book.create_sheet("ซ่อนลึก").sheet_state = "veryHidden"
    book.create_chartsheet("กราฟ")
    read = read_table_file(openpyxl_bytes(book))
    assert [(sheet.name, sheet.hidden) for sheet in read.sheets] == [("Sheet", False), ("ซ่อน", True), ("ซ่อนลึก", True)]


def test_a_path_and_an_open_file_are_read_alike(tmp_path):
    data = "ก,ข\n1,2\n".encode()
    path = tmp_path / "แปลก'; .csv"
    path.write_bytes(data)
    assert read_table_file(path) == read_table_file(io.BytesIO(data)) == read_table_file(data)


def test_reading_stops_after_a_hundred_blank_rows():
    row = '<row r="{0}"><c r="A{0}"><v>{0}</v></c></row>'
    near = makers.xlsx(makers.sheet_xml(row.format(1) + row.format(100)))
    assert [index for index, cells in enumerate(rows_of(near)) if cells] == [0, 99]
    far = makers.xlsx(makers.sheet_xml(row.format(1) + row.format(102)))
    assert rows_of(far) == [[1]]


def test_empty_cells_that_only_carry_a_format_do_no_harm():
    styled = '<c r="XFD1" s="1"/><c r="BZ1" s="1"></c>'
    assert rows_of(makers.xlsx(makers.sheet_xml(f'<row r="1"><c r="A1"><v>5</v></c>{styled}</row>', "A1:XFD1"))) == [
        [5]
    ]


def test_ten_thousand_rows_in_a_second_or_so():
    rows = [[f"7440-001-{n:04d}", f"เครื่องคอมพิวเตอร์โน้ตบุ๊ก {n}", n, "กองยุทธศาสตร์และแผนงาน"] for n in range(10_000)]
    columns = [sheets.Column(str(n)) for n in range(4)]
    read = rows_of(sheets.write_xlsx([sheets.OutSheet("x", columns, rows)]))
    assert read[1:] == rows


# --- E1 zip bombs --------------------------------------------------------------------------------------------------


def _zip(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def _bombs() -> dict[str, bytes]:
    big = makers.xlsx("<worksheet>" + " " * (200 * 2**20) + "</worksheet>")
    inner = _zip({f"{n}.xml": bytes(2**20) for n in range(20)})
    return {
        "200 MB from 200 KB": big,
        "false sizes": makers.lie_about_sizes(big, "xl/worksheets/sheet1.xml"),
        "10,000 members": _zip({"xl/workbook.xml": b"<workbook/>", **{f"xl/{n}.xml": b"" for n in range(10_000)}}),
        "nested": _zip({"xl/workbook.xml": b"<workbook/>", "inner.zip": inner, "xl/inner.xml": inner}),
        "shared strings": makers.xlsx(makers.sheet_xml(""), {"xl/sharedStrings.xml": b"<sst>" + b"x" * (100 * 2**20)}),
    }


def test_E1_zip_bombs_are_refused_in_time_and_in_bounds(child_jobs):
    for name, bomb in _bombs().items():
        before, started = memory_of_this_process(), time.monotonic()
        assert refusal(bomb).code == ("file_broken" if name == "nested" else "file_bomb"), name
        assert time.monotonic() - started < 5, name
        assert memory_of_this_process() - before < 30 * 2**20, name
        with run_limited("careless_jobs:read_and_weigh", bomb, limits=sheets._LIMITS) as weighed:
            assert weighed.value[1] < 300 * 2**20, name


# --- E2 far cells --------------------------------------------------------------------------------------------------


def test_E2_far_cell_bomb_is_refused_and_the_server_lives():
    bomb = makers.far_cell()
    assert len(bomb) < 2000
    before, process, started = memory_of_this_process(), os.getpid(), time.monotonic()
    error = refusal(bomb)
    assert (error.code, error.details["cell"]) == ("file_far_cell", "XFD1048576")
    assert time.monotonic() - started < 5
    assert os.getpid() == process
    assert memory_of_this_process() - before < 20 * 2**20
    assert rows_of(b"a,b\n1,2\n") == [["a", "b"], ["1", "2"]]


def test_E2_without_the_check_the_child_dies_alone(child_jobs):
    """The wall behind the check: the parser meets the bomb itself, and only the child pays."""
    before = memory_of_this_process()
    with (
        pytest.raises(WorkStopped) as caught,
        run_limited("careless_jobs:read_without_check", makers.far_cell(), limits=sheets._LIMITS),
    ):
        pass
    assert caught.value.code == "work_too_large"
    assert memory_of_this_process() - before < 20 * 2**20


@pytest.mark.parametrize(
    ("cell", "code"), [("A1048576", "file_far_cell"), ("XFD2", "file_far_cell"), ("BI2", "file_far_cell")]
)
def test_E2_other_far_cells(cell, code):
    assert refusal(makers.far_cell(cell)).code == code


def test_E2_the_last_allowed_cell_is_read():
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="BH2"><v>2</v></c></row>'
    assert len(rows_of(makers.xlsx(makers.sheet_xml(rows)))[1]) == 60


def test_E2_declared_dimension_alone_is_refused():
    assert refusal(makers.far_cell("B2", "A1:XFD1048576")).code == "file_too_many_rows"
    assert refusal(makers.far_cell("B2", "A1:XFD9000")).code == "file_far_cell"


def test_E2_a_million_blank_rows():
    rows = "".join(f'<row r="{n}"/>' for n in range(1, 1_000_001))
    error = refusal(makers.xlsx(makers.sheet_xml(rows)))
    assert (error.code, error.details["most_rows"]) == ("file_too_many_rows", 50_000)
    assert refusal(makers.xlsx(makers.sheet_xml("<row/>" * 1_000_000))).code in ("file_too_many_rows", "file_bomb")


def test_E2_sixteen_thousand_columns():
    cells = "<c><v>1</v></c>" * 16_384
    error = refusal(makers.xlsx(makers.sheet_xml(f"<row>{cells}</row>")))
    assert (error.code, error.details["columns"]) == ("file_too_many_columns", 16_384)


def test_E2_a_csv_has_the_same_bounds():
    assert refusal(b"1\n" * 50_101).code == "file_too_many_rows"
    assert refusal(b",".join([b"1"] * 61) + b"\n").code == "file_too_many_columns"
    assert len(rows_of(b"title\nheader\n" + b"1\n" * 50_000)) == 50_002


# --- E3 XML tricks -------------------------------------------------------------------------------------------------

ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "trick",
    [
        ENTITIES,
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
        "<!doctype x>",
        "<!  DOCTYPE x>",
    ],
)
def test_E3_entities_and_dtd_are_refused(trick):
    sheet = makers.sheet_xml('<row r="1"><c r="A1" t="inlineStr"><is><t>&f;&b;</t></is></c></row>')
    head = '<?xml version="1.0"?>'
    assert refusal(makers.xlsx(sheet.replace(head, head + trick))).code == "file_unsafe"
    assert refusal(makers.xlsx(sheet, {"xl/styles.xml": head + trick + "<styleSheet/>"})).code == "file_unsafe"
    assert refusal(makers.xlsx(sheet, {"docProps/custom.xml": head + trick + "<x/>"})).code == "file_unsafe"


def test_E3_a_dtd_cannot_hide_in_utf16_or_between_two_pieces():
    sheet = makers.sheet_xml("")
    hidden = (ENTITIES + "<styleSheet/>").encode("utf-16")
    assert refusal(makers.xlsx(sheet, {"xl/styles.xml": hidden})).code == "file_unsafe"
    for gap in range(2**18 - 12, 2**18 + 2):
        assert refusal(makers.xlsx(sheet, {"xl/styles.xml": " " * gap + ENTITIES})).code == "file_unsafe"


# --- E4 kinds of files ---------------------------------------------------------------------------------------------


def test_E4_old_xls_is_read():
    read = read_table_file(makers.xls([["รหัสครุภัณฑ์", "ราคา"], ["๗๔๔๐/1", 22000.0, 1.5]]), "x.xls")
    assert (read.kind, read.sheets[0].name) == ("xls", "ทะเบียน")
    assert read.sheets[0].rows == [["รหัสครุภัณฑ์", "ราคา"], ["๗๔๔๐/1", 22000, 1.5]]


def test_E4_xlsm_is_read_without_its_macros():
    sheet = makers.sheet_xml('<row r="1"><c r="A1"><v>5</v></c></row>')
    assert rows_of(makers.xlsx(sheet, {"xl/vbaProject.bin": b"macro"}), "x.xlsm") == [[5]]


def test_E4_csv_named_xlsx_is_read():
    assert rows_of("รหัส,ชื่อ\n1,โต๊ะ\n".encode(), "x.xlsx") == [["รหัส", "ชื่อ"], ["1", "โต๊ะ"]]


def _encrypted_zip() -> bytes:
    data = bytearray(makers.xlsx(makers.sheet_xml("")))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b" \r\n\t", "file_empty"),
        (b"\xef\xbb\xbf", "file_empty"),
        (b",,,\n,,\n", "file_empty"),
        (makers.xlsx(makers.sheet_xml("")), "file_empty"),
        (makers.ole({"EncryptedPackage": bytes(5000), "EncryptionInfo": bytes(5000)}), "file_encrypted"),
        (makers.xls([["x"]], password=True), "file_encrypted"),
        (_encrypted_zip(), "file_encrypted"),
        (makers.ole({"WordDocument": bytes(5000)}), "file_not_sheet"),
        (b"<html><body><p>No table here</p></body></html>", "file_web_page"),
        ("\ufeff<!DOCTYPE html><table>".encode(), "file_empty"),
        ("<html><table>".encode("utf-16"), "file_empty"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<table>", "file_web_page"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "file_web_page"),
        (b"%PDF-1.7 ...", "file_not_sheet"),
        (b"\x89PNG\r\n\x1a\n....", "file_not_sheet"),
        (b"a,b\x00,c\n", "file_not_sheet"),
        (_zip({"word/document.xml": b"<document/>"}), "file_not_sheet"),
        (_zip({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "file_not_sheet"),
        (makers.xlsx(makers.sheet_xml(""))[:-200], "file_broken"),
        (makers.xlsx("<worksheet><sheetData><row><c"), "file_broken"),
        (b"PK\x03\x04" + bytes(500), "file_broken"),
        (makers.ole({"Workbook": b"\xff" * 5000}), "file_broken"),
    ],
)  # fmt: skip
def test_E4_whatever_else_comes_has_its_own_reason(data, code):
    assert refusal(data).code == code


def test_E4_too_large_is_told_before_anything_is_opened(tmp_path):
    file = tmp_path / "x.xlsx"
    with file.open("wb") as opened:
        opened.truncate(sheets.MOST_BYTES + 1)
    error = refusal(file)
    assert (error.code, error.details["most_mib"]) == ("file_too_large", 20)


# --- web pages named .xls ------------------------------------------------------------------------------------------

PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><title>no cell</title>
<style>td {mso-number-format:"\\@"}</style></head><body><h3>ทะเบียน&nbsp;ครุภัณฑ์</h3>
<table border=1><tr><th rowspan="2">รหัส<br>ครุภัณฑ์</th><th colspan=2>ราคา</th></tr><tr><td>หน่วย<td>รวม</tr>
<TR><TD>7440&#45;001</TD><TD> 22,000.00
 บาท</TD><TD>&lt;b&gt;</TD></TR><tr><td>x<table><tr><td>in</td></tr></table>y<script>alert(1)</script></td></tr></table>
<p>ลงชื่อ</p></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874", "utf-16"])
def test_E4_a_web_page_named_xls_is_read(encoding):
    page = PAGE.replace("&nbsp;", " ")
    read = read_table_file(page.encode(encoding), "ทะเบียน.xls")
    assert (read.kind, len(read.sheets)) == ("html", 1)
    assert read.sheets[0].rows == [
        ["ทะเบียน ครุภัณฑ์"], ["รหัส\nครุภัณฑ์", "ราคา"], [None, "หน่วย", "รวม"],
        ["7440-001", "22,000.00 บาท", "<b>"], ["xiny"], ["ลงชื่อ"],
    ]  # fmt: skip
    assert read.sheets[0].merged == ((1, 0, 2, 0),)


def test_E4_marks_of_characters_are_read():
    assert rows_of("<table><td>ก&nbsp;ข &amp; &#3588;".encode()) == [["ก\u00a0ข & ค"]]


@pytest.mark.parametrize(
    "trick",
    [
        '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE html SYSTEM "x" [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
        "<!-- x --><!entity a 'b'>",
    ],
)
def test_E3_entities_in_a_web_page_are_refused(trick):
    page = f"{trick}<html><table><tr><td>&b;&f;</td></tr></table></html>"
    assert refusal(page.encode(), "x.xls").code == "file_unsafe"


def test_E3_what_a_web_page_does_not_declare_stays_text():
    assert rows_of(b"<table><tr><td>&lol9; <img src='http://127.0.0.1:9/x'>1</td></tr></table>") == [["&lol9; 1"]]


def test_E2_a_web_page_has_the_same_bounds():
    assert refusal(b"<table>" + b"<tr><td>1" * 50_101).code == "file_too_many_rows"
    assert refusal(b"<table><tr>" + b"<td>1" * 61).code == "file_too_many_columns"
    assert refusal(b"<table><tr><td colspan=9999>1").code == "file_too_many_columns"
    assert rows_of(b"<table><tr><td rowspan=99999 colspan='-1'>1<td>2<tr><td>3") == [["1", "2"], [None, "3"]]


def test_E1_a_page_made_to_be_slow_ends_in_time():
    started = time.monotonic()
    for bomb in (b"<table><tr><td>" + b"<" * 2_000_000, b"<table>" + b"<!--" * 400_000):
        assert refusal(bomb).code == "file_broken"
    assert refusal(b"<table><td " + b"a=" * 900_000).code == "file_empty"
    assert refusal(b"<table>" * 200_000).code == "file_empty"
    assert time.monotonic() - started < 15


# --- E16 names of files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "ก\x00ข.xlsx",
        "ก" * 300 + ".xlsx",
        "\u202excod.exe",
        "CON",
        "a\"';\r\n.csv",
        "",
    ],
)
def test_E16_the_name_of_a_file_decides_nothing(name):
    assert rows_of(b"a,b\n1,2\n", name) == [["a", "b"], ["1", "2"]]


# --- E6 characters and separators ----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp874", "tis-620"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_E6_every_usual_csv_gives_the_same_table(encoding, separator):
    lines = [separator.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in THAI]
    assert rows_of("\r\n".join(lines).encode(encoding), "x.csv") == THAI


def test_E6_unquoted_separators_and_excel_s_own_hint():
    assert rows_of("เลข;ราคา\n1;22,000.00\n2;3,500.00\n".encode()) == [
        ["เลข", "ราคา"],
        ["1", "22,000.00"],
        ["2", "3,500.00"],
    ]
    assert rows_of(b"sep=;\r\na;b,c\r\n") == [["a", "b,c"]]


@pytest.mark.parametrize("text", ["é,è,ü,ß\nça,où,là,ô\n", "日本語,表\n"])
def test_E6_other_characters_are_asked_for_and_never_guessed(text):
    encoding = "latin-1" if "é" in text else "shift-jis"
    assert refusal(text.encode(encoding)).code == "file_encoding"


def test_leading_zeros_and_long_numbers_stay_text_in_csv():
    assert rows_of(b"007,1e5,12345678901234567890\n") == [["007", "1e5", "12345678901234567890"]]
