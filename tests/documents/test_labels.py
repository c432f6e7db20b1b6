"""Label sheets: every code is read again from the printed page, every text is right and stays in its cell."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from random import Random

import pypdfium2
import pytest
from PIL import Image

from assetloan.core.errors import DomainError
from assetloan.core.ids import code_url, new_code
from assetloan.documents import labels as sheets
from assetloan.documents.inside import labels as inside
from assetloan.documents.labels import (
    LAYOUTS,
    NOTHING_TO_CORRECT,
    Correction,
    LabelData,
    measured,
    render_labels,
    render_test_page,
)
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


def in_process(
    labels: list[LabelData], layout: str = "a4-24", start: int = 1, correction: Correction = NOTHING_TO_CORRECT
) -> bytes:
    data = json.loads(json.dumps(sheets.sheet_data(labels, layout=layout, start=start, correction=correction)))
    return inside.make_sheet(data, int(NOW.timestamp()))


@pytest.mark.parametrize("base_url", HOSTS.values(), ids=HOSTS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_code_of_a_sheet_is_read_from_the_print(layout, base_url):
    labels = some_labels(min(26, LAYOUTS[layout].per_page + 2), base_url=base_url)
    pdf = render_labels(labels, at=NOW, layout=layout)
    read = [text for page in range(pages_of(pdf)) for text in codes_on(picture_of(pdf, page))]
    assert sorted(read) == sorted(label.url for label in labels)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_full_sheet_is_read_from_the_print(layout):
    labels = some_labels(LAYOUTS[layout].per_page)
    assert sorted(codes_on(picture_of(in_process(labels, layout)))) == sorted(label.url for label in labels)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_code_number_and_name_is_in_the_text(layout):
    labels = [label for label in some_labels(12) if len(label.asset_no) < 20]
    text = squeezed(text_of(render_labels(labels, at=NOW, layout=layout, correction=Correction())))
    for label in labels:
        assert label.code in text
        assert squeezed(label.asset_no)[: 16 if layout != "roll-40x20" else 9] in text
        assert squeezed(label.name[:4]) in text
    assert "พก." in text


@pytest.mark.parametrize("layout", ["a4-24", "a4-21", "a4-10", "roll-62x29", "roll-50x30"])
def test_labels_with_room_say_whose_and_since_when(layout):
    text = squeezed(text_of(in_process(some_labels(6, asset_no="7440-001-1"), layout)))
    for word in ("คำสั่งแต่งตั้ง", "ตั้งแต่ครั้งที่", "รุ่นที่ห้า", "เก้าอี้สำนักงาน", "พก.·", "ปีงบ2569", "เงินงบ"):
        assert squeezed(word) in text


def test_the_code_stands_in_two_groups_of_four():
    label = some_labels(1)[0]
    assert f"{label.code[:4]} {label.code[4:]}" in text_of(in_process([label]))


# Sizes of the symbol in millimetres (15 the least, 12 for small things) and how far its modules then are apart.
SIZES = {
    "a4-24": 18.4, "a4-21": 20, "a4-10": 30, "a4-65": 12, "roll-62x29": 20, "roll-50x30": 20, "roll-50x25": 17,
    "roll-40x20": 15, "small-12": 12,
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_symbol_has_its_size_and_its_quiet_zone(layout):
    place = LAYOUTS[layout].geometry
    modules = 25 if place.small else 29
    quiet = 4 * place.qr / modules
    assert place.qr == SIZES[layout]
    assert place.drawn_for == 1
    assert place.small == (place.qr < 15)
    assert place.qr / modules >= 0.48
    assert place.text_x >= place.qr_x + place.qr + quiet - 0.1
    assert min(place.qr_x, place.qr_y) >= quiet - 0.1 or place.columns > 1  # the neighbour's edge is white too
    if place.code_below:
        assert place.code_y >= place.qr_y + place.qr + quiet
    picture = picture_of(in_process(some_labels(1), layout, correction=Correction()), dpi=254)  # ten dots a millimetre
    left, top = (round(edge * 10) for edge in LAYOUTS[layout].cell(0))
    right, bottom = place.text_x - 1, place.qr_y + place.qr + 1
    dark = picture.crop((left, top, left + round(right * 10), top + round(bottom * 10)))
    box = dark.point(lambda value: 255 if value < 128 else 0).getbbox()
    wanted = (place.qr_x, place.qr_y, place.qr_x + place.qr, place.qr_y + place.qr)
    assert box == pytest.approx([edge * 10 for edge in wanted], abs=2)


def test_only_the_sheet_of_65_is_drawn_closer_for_a_printer_nobody_measured():
    """12 mm cannot stay in its cell there: outer rows move by 8 mm of 21 between 94 and 100 %."""
    assert [layout.name for layout in LAYOUTS.values() if layout.unmeasured] == ["a4-65"]
    place = LAYOUTS["a4-65"].drawn(measured=False)
    assert (place.qr, place.small) == (9.6, True)
    assert place.text_x >= place.qr_x + place.qr + 4 * place.qr / 25 - 0.1
    assert (place.qr_y + place.qr / 2, place.text_y, place.text_height) == (place.cell_height / 2, place.qr_y, place.qr)
    labels = [label for label in some_labels(12) if len(label.asset_no) < 18]
    text = squeezed(text_of(in_process(labels, "a4-65")))
    assert text.count("พก.") == len(labels)
    assert all(squeezed(label.asset_no) in text and label.code in text for label in labels)


# --- printers that shrink and paper that drifts -----------------------------------------------------------------------


def printed(picture: Image.Image, scale: float = 1.0, right: float = 0.0, down: float = 0.0, dpi: float = 203):
    """The page as a printer brings it to paper: shrunk about its middle, then shifted by millimetres."""
    width, height = picture.size
    off = (right * dpi / 25.4, down * dpi / 25.4)
    # The transform asks where on the page each point of the paper comes from.
    matrix = (
        1 / scale, 0, width / 2 - (width / 2 + off[0]) / scale,
        0, 1 / scale, height / 2 - (height / 2 + off[1]) / scale,
    )  # fmt: skip
    return picture.transform(picture.size, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC, fillcolor=255)


def dark_box(picture: Image.Image, dpi: float) -> tuple[float, ...]:
    """Left, top, right, bottom of everything printed, in millimetres."""
    box = picture.point(lambda value: 255 if value < 160 else 0).getbbox()
    assert box is not None
    return tuple(edge * 25.4 / dpi for edge in box)


FULL = {"name": "เครื่องคอมพิวเตอร์" * 9, "unit": "ศูนย์พัฒนา" * 9, "fund": "เงินนอกงบประมาณ" * 3}
LONG = {"asset_no": "7440-001-0001-0123456789/2569-00001-00002-00003"} | FULL
DRIFT = 2.0
SCALES = (1.0, 0.97, 0.94)


def corners_of(layout: str) -> list[int]:
    """The outermost cells and one in the middle."""
    count, columns = LAYOUTS[layout].per_page, LAYOUTS[layout].geometry.columns
    return sorted({0, columns - 1, count // 2, count - columns, count - 1})


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("words", [LONG, FULL], ids=["long number", "long words"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_measured_printer_keeps_every_label_in_its_cell(layout, words, scale):
    shift = (1.5, -2.5) if scale == 1.0 else (0.0, 0.0)
    correction = Correction(scale, *shift)
    for at in corners_of(layout):
        pdf = in_process(some_labels(1, **words), layout, at + 1, correction)
        paper = printed(picture_of(pdf, dpi=254), scale, *shift, dpi=254)
        left, top, right, bottom = dark_box(paper, 254)
        place = LAYOUTS[layout].geometry
        x, y = LAYOUTS[layout].cell(at)
        assert min(left - x, top - y, x + place.cell_width - right, y + place.cell_height - bottom) >= DRIFT - 0.15
        assert right - left == pytest.approx(place.text_x + place.text_width - place.qr_x, abs=6)  # nothing was cut off


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_printer_nobody_measured_keeps_every_label_in_its_cell(layout, scale):
    for at in corners_of(layout):
        paper = printed(picture_of(in_process(some_labels(1, **LONG), layout, at + 1), dpi=254), scale, dpi=254)
        left, top, right, bottom = dark_box(paper, 254)
        place = LAYOUTS[layout].geometry
        x, y = LAYOUTS[layout].cell(at)
        assert min(left - x, top - y, x + place.cell_width - right, y + place.cell_height - bottom) >= DRIFT - 0.15


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_label_is_read_at_203_dpi_from_shrunk_and_drifted_paper(layout, scale):
    labels = some_labels(LAYOUTS[layout].per_page)
    wanted = sorted(label.url for label in labels)
    for correction in {NOTHING_TO_CORRECT, Correction(scale)}:
        page = picture_of(in_process(labels, layout, correction=correction))
        for right, down in ((DRIFT, DRIFT), (-DRIFT, -DRIFT)):
            assert sorted(codes_on(printed(page, scale, right, down))) == wanted


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_drifted_label_is_read_on_a_dark_thing(layout):
    """The quiet zone is on the label itself: what lies around it may be black."""
    labels = some_labels(LAYOUTS[layout].per_page)
    page = printed(picture_of(in_process(labels, layout)), 1.0, 1.0, -1.0)
    place, dot = LAYOUTS[layout].geometry, 203 / 25.4
    for at, label in enumerate(labels):
        x, y = LAYOUTS[layout].cell(at)
        edges = tuple(round(edge * dot) for edge in (x, y, x + place.cell_width, y + place.cell_height))
        thing = Image.new("L", (600, 600), 0)
        thing.paste(page.crop(edges), (20, 20))
        assert codes_on(thing) == [label.url], at


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_ruler_of_the_test_page_measures_the_printer(layout):
    """Someone measures the paper with a real ruler; what they type undoes what the printer did."""
    chosen = LAYOUTS[layout]
    pdf = render_test_page(layout, agency="พก.", words="ไม้บรรทัดยาว", at=NOW)
    assert pages_of(pdf) == 1
    ruler, place = chosen.ruler, chosen.geometry
    scale, right, down = 0.96, 1.2, -0.8
    length = ruler.length * scale
    left = place.page_width / 2 + right + (ruler.x - place.page_width / 2) * scale
    top = place.page_height / 2 + down + (ruler.y - place.page_height / 2) * scale
    found = measured(chosen, length, left, top)
    assert (found.scale, found.right, found.down) == pytest.approx((scale, right, down))
    again = render_test_page(layout, agency="พก.", words="x", at=NOW, correction=found)
    paper = printed(picture_of(again, dpi=254), scale, right, down, dpi=254)
    for at in (ruler.x, ruler.x + ruler.length):
        spot = (round(at * 10) - 3, round(ruler.y * 10) + 6, round(at * 10) + 4, round(ruler.y * 10) + 10)
        assert paper.crop(spot).getextrema()[0] < 160


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
    assert codes_on(picture_of(pdf))
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
    shown = squeezed(text_of(in_process(some_labels(1, name=text, asset_no=text, unit=text, fund=text), "a4-10")))
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
    assert [layout.name for layout in sheets.list_layouts()] == list(SIZES)
    assert all("มม." in str(layout.title) for layout in sheets.list_layouts())
