"""Label sheets: every code is read again from the printed page, every text is right and stays in its cell."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from random import Random

import pypdfium2
import pytest

from assetloan.core.errors import DomainError
from assetloan.core.ids import code_url, new_code
from assetloan.documents import labels as sheets
from assetloan.documents.inside import labels as inside
from assetloan.documents.labels import LAYOUTS, LabelData, render_labels
from tests.documents.seeing import codes_on, pages_of, picture_of, squeezed, text_of

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOSTS = {"3-H": "https://pp.dep.go.th", "4-H": "https://assetloan.dep.go.th"}
NAMES = [
    "เก้าอี้สำนักงาน", "คำสั่งแต่งตั้ง", "ตั้งแต่ครั้งที่", "รุ่นที่ห้า", "เครื่องพิมพ์ Epson L3250",
    "เครื่องคอมพิวเตอร์โน้ตบุ๊กสำหรับงานประมวลผลขั้นสูง ยี่ห้อ ABC รุ่นใหม่ล่าสุด 2569 พร้อมอุปกรณ์ครบชุดและกระเป๋า",
]  # fmt: skip
NUMBERS = ["7440-001-0001-008", "พก 7440-001-0001/1-66", "คว04/01/2569", "7440-001-0001-0123456789/2569-เพิ่มเติม-00001"]


def some_labels(count: int, *, base_url: str = HOSTS["3-H"], seed: int = 1, **fixed: object) -> list[LabelData]:
    rng = Random(seed)
    made = []
    for number in range(count):
        code = new_code(rng)
        words = {
            "asset_no": NUMBERS[number % len(NUMBERS)],
            "name": NAMES[number % len(NAMES)],
            "agency": "พก.",
            "unit": "ศูนย์พัฒนาศักยภาพและอาชีพคนพิการพระประแดง" if number % 2 else "กองยุทธศาสตร์และแผนงาน",
            "year": 2569,
            "fund": "เงินงบประมาณ",
        }
        made.append(LabelData(code, code_url(base_url, code), **(words | fixed)))
    return made


def in_process(labels: list[LabelData], layout: str = "a4-24", start: int = 1) -> bytes:
    data = json.loads(json.dumps(sheets.sheet_data(labels, layout=layout, start=start)))
    return inside.make_sheet(data, int(NOW.timestamp()))


@pytest.mark.parametrize("base_url", HOSTS.values(), ids=HOSTS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_code_of_a_sheet_is_read_from_the_print(layout, base_url):
    labels = some_labels(26, base_url=base_url)
    pdf = render_labels(labels, at=NOW, layout=layout)
    read = [text for page in range(pages_of(pdf)) for text in codes_on(picture_of(pdf, page))]
    assert sorted(read) == sorted(label.url for label in labels)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_code_number_and_word_is_in_the_text(layout):
    labels = some_labels(12)
    text = squeezed(text_of(render_labels(labels, at=NOW, layout=layout)))
    for label in labels:
        assert label.code in text
        assert squeezed(label.asset_no) in text
        assert squeezed(label.name[:12]) in text
    for word in ("คำสั่งแต่งตั้ง", "ตั้งแต่ครั้งที่", "รุ่นที่ห้า", "เก้าอี้สำนักงาน", "พก.·กองยุทธศาสตร์และแผนงาน", "ปีงบ2569", "เงินงบประมาณ"):
        assert squeezed(word) in text


def test_the_code_stands_in_two_groups_of_four():
    label = some_labels(1)[0]
    assert f"{label.code[:4]} {label.code[4:]}" in text_of(in_process([label]))


def test_the_symbol_is_twenty_millimetres_with_its_quiet_zone():
    for layout in LAYOUTS.values():
        place = layout.geometry
        quiet = 4 * place.qr / 29
        assert place.qr == 20
        assert place.text_x >= place.qr_x + place.qr + quiet - 0.1
        assert place.qr_x >= quiet
        assert place.qr_y >= quiet
        if place.code_below:
            assert place.code_y >= place.qr_y + place.qr + quiet
    picture = picture_of(in_process(some_labels(1)), dpi=254)  # ten dots a millimetre
    dark = picture.crop((0, 0, 280, 278)).point(lambda value: 255 if value < 128 else 0).getbbox()
    assert dark == pytest.approx((50, 50, 250, 250), abs=2)


def cell_of(place: sheets.Geometry, at: int) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a cell in millimetres."""
    left = place.left + at % place.columns * (place.cell_width + place.gap_x)
    top = place.top + at // place.columns * (place.cell_height + place.gap_y)
    return left, top, left + place.cell_width, top + place.cell_height


NASTY = {
    "long Thai": "เครื่องคอมพิวเตอร์" * 30, "no spaces": "W" * 300, "marks": "ที่" * 80, "digits": "1234567890" * 10,
    "one letter": "ก", "signs": "-/-/-/" * 40, "spaces": "ก " * 90, "other scripts": "日本語🪑" * 30,
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("words", NASTY.values(), ids=NASTY)
def test_no_text_leaves_its_cell(layout, words):
    labels = [
        *some_labels(1, asset_no=words, name=words, unit=words, fund=words, agency=words),
        *some_labels(1, seed=2),
    ]
    pdf = in_process(labels, layout)
    place = LAYOUTS[layout].geometry
    mm = 72 / 25.4
    assert sorted(codes_on(picture_of(pdf)))[-1:] or pages_of(pdf) == 2
    for page in pypdfium2.PdfDocument(pdf):
        text = page.get_textpage()
        cells = range(min(LAYOUTS[layout].per_page, 2))
        for index in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(index)
            if right - left < 0.01:
                continue
            spot = left / mm, place.page_height - top / mm, right / mm, place.page_height - bottom / mm
            assert any(_inside(spot, cell_of(place, at)) for at in cells), (text.get_text_range(index, 1), spot)


def _inside(spot: tuple[float, ...], cell: tuple[float, ...]) -> bool:
    return spot[0] >= cell[0] and spot[1] >= cell[1] and spot[2] <= cell[2] and spot[3] <= cell[3]


def test_long_names_are_cut_at_a_word_after_two_lines():
    words = ["เครื่อง", "คอมพิวเตอร์", "สำหรับ", "งาน", "ประมวล", "ผล", "แบบ", "ที่", "หนึ่ง", "จอ", "ขนาด", "ใหญ่", "พร้อม"]
    text = squeezed(text_of(in_process(some_labels(1, name="".join(words)))))
    shown = text[text.index(words[0]) : text.index("…")]
    assert shown in {"".join(words[:count]) for count in range(4, len(words))}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("number", NUMBERS)
def test_the_number_is_bold_and_never_smaller_than_ten_points(number, layout):
    text = pypdfium2.PdfDocument(in_process(some_labels(1, asset_no=number), layout))[0].get_textpage()
    at = text.get_text_range().index(number[:4])
    assert pypdfium2.raw.FPDFText_GetFontSize(text, at) >= 10
    assert pypdfium2.raw.FPDFText_GetFontWeight(text, at) >= 700


def test_a_sheet_begins_where_it_is_told_to():
    labels = some_labels(3)
    pdf = in_process(labels, start=23)
    assert pages_of(pdf) == 2
    assert sorted(codes_on(picture_of(pdf, 0))) == sorted(label.url for label in labels[:2])
    assert codes_on(picture_of(pdf, 1)) == [labels[2].url]


@pytest.mark.parametrize(
    ("count", "options", "code"),
    [
        (0, {}, "no_labels"), (2001, {}, "too_many_labels"), (1, {"layout": "a4-99"}, "unknown_layout"),
        (1, {"start": 0}, "label_start_out_of_range"), (1, {"start": 25}, "label_start_out_of_range"),
        (1, {"layout": "roll-62x29", "start": 2}, "label_start_out_of_range"),
    ],
)  # fmt: skip
def test_what_cannot_be_printed_is_refused(count, options, code):
    with pytest.raises(DomainError) as caught:
        render_labels(some_labels(1) * count, at=NOW, **options)
    assert caught.value.code == code


@pytest.mark.parametrize("text", ["{{7*7}}", "#import", "${7*7}", "\\input{x}", '"><svg>', "*x*", "#{7*7}", "{% x %}"])
def test_E18_markup_on_a_label_is_only_text(text):
    shown = squeezed(text_of(in_process(some_labels(1, name=text, asset_no=text, unit=text, fund=text))))
    assert shown.count(squeezed(text)) == 4


@pytest.mark.parametrize("count", [inside.WORTH_A_SERIES - 1, inside.WORTH_A_SERIES + 12])
def test_a_big_sheet_is_read_like_a_small_one(count):
    labels = some_labels(count)
    pdf = in_process(labels)
    read = [text for page in range(pages_of(pdf)) for text in codes_on(picture_of(pdf, page))]
    assert sorted(read) == sorted(label.url for label in labels)


def test_the_child_makes_what_the_process_would_make():
    labels = some_labels(3)
    assert render_labels(labels, at=NOW) == in_process(labels)


def test_layouts_have_thai_names():
    assert [layout.name for layout in sheets.list_layouts()] == ["a4-24", "roll-62x29"]
    assert all("มม." in str(layout.title) for layout in sheets.list_layouts())
