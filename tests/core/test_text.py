"""Cleaning, folding and sorting of Thai text (domain.md 6.4 and 8.3, contract.md 7, reliability.md E8–E11)."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetloan.core import text

THAI = st.text(alphabet=st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B), max_size=30)
MESSY = st.text(
    alphabet=st.one_of(
        st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B),
        st.sampled_from(" \t\n\u00a0\u200b\u200d\u202e\ufeff\x00\u0301\u0323-–/.#Oo0aÅ１Ａ\U0001f600"),
        st.characters(),
    ),
    max_size=30,
)

DICTIONARY = [
    "ก",
    "กล้อง",
    "กอง",
    "กา",
    "เก้า",
    "เก้าอี้",
    "เกาะ",
    "แก้ว",
    "ไก่",
    "ขนาบ",
    "ข้าง",
    "ไข่",
    "เครื่อง",
    "ตู้",
    "โต๊ะ",
    "โต๊ะทำงาน",
    "ศูนย์",
    "สำนักงาน",
]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  โต๊ะ \u00a0 ทำงาน\t1 ", "โต๊ะ ทำงาน 1"),
        ("บรรทัดแรก\r\nบรรทัดสอง", "บรรทัดแรก บรรทัดสอง"),
        ("สํานักงาน", "สำนักงาน"),
        ("น\u0e49\u0e4d\u0e32", "น้ำ"),
        ("น\u0e4d\u0e49\u0e32", "น้ำ"),
        ("น\u0e33\u0e49", "น้ำ"),
        ("เเก้ว", "แก้ว"),
        ("แก้้ว", "แก้ว"),
        ("ท\u0e48\u0e35", "ที่"),
        ("\u0e3aB001", "B001"),
        ("โน้ต\u200bบุ๊ก", "โน้ตบุ๊ก"),
        ("\ufeffชื่อ", "ชื่อ"),
        ("ab\u202ecd\u2066ef", "abcdef"),
        ("a\x00b\x7fc", "abc"),
        ("a\ud800b", "ab"),
        ("Cafe\u0301", "Café"),
        ("ก" + "\u0e48" * 50, "ก่"),
        ("😀 โต๊ะ", "😀 โต๊ะ"),
        ("", ""),
        ("\u200b\u3164", ""),
    ],
)
def test_e8_e9_text_is_stored_in_one_spelling(typed, stored):
    assert text.clean(typed) == stored


def test_fifty_marks_on_one_letter_become_at_most_three():
    cleaned = text.clean("ก" + "\u0e34\u0e38\u0e4c\u0e47" * 13 + "ข")
    assert len(cleaned) <= 5
    assert cleaned[0] == "ก"
    assert cleaned[-1] == "ข"


@given(MESSY)
def test_cleaning_twice_changes_nothing(messy):
    once = text.clean(messy)
    assert text.clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == " ".join(once.split())
    assert text.visible(once) == once
    once.encode()  # nothing that a database or a file could not hold


@given(MESSY)
def test_stored_and_search_forms_are_stable(messy):
    for form in (text.clean_multiline, text.asset_number, text.number_key, text.search_key):
        assert form(form(messy)) == form(messy)
    assert "\n" not in text.asset_number(messy)


def test_line_breaks_of_a_note_are_kept():
    assert text.clean_multiline("\r\nจอ  เสีย\u200b…\r\nย้ายไป OR\r\r\n") == "จอ เสีย…\nย้ายไป OR"


def test_digits_both_ways():
    assert text.arabic_digits("๗๔๔๐-๐๐๑ ２ ²") == "7440-001 ２ ²"
    assert text.thai_digits("22 พฤศจิกายน 2569") == "๒๒ พฤศจิกายน ๒๕๖๙"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Notebook ๑", "notebook 1"),
        ("7440–001", "7440-001"),
        ("สํานัก  งาน", "สำนัก งาน"),
        ("เเฟ้ม", "แฟ้ม"),
        ("ＡＢＣ", "abc"),
    ],
)
def test_search_does_not_see_differences_of_form(one, other):
    assert text.search_key(one) == text.search_key(other)


def test_words_sort_as_in_a_thai_dictionary():
    shuffled = DICTIONARY.copy()
    random.Random(4).shuffle(shuffled)
    assert sorted(shuffled, key=text.sort_key) == DICTIONARY


@pytest.mark.parametrize(
    ("earlier", "later"),
    [("ขาง", "ข้าง"), ("ข่าง", "ข้าง"), ("เกม", "ขม"), ("ก", "เกะ"), ("กก", "เก"), ("โต๊ะ", "โต๊ะ ทำงาน"), ("9", "ก")],
)
def test_pairs_in_dictionary_order(earlier, later):
    assert text.sort_key(earlier) < text.sort_key(later)


def test_punctuation_and_marks_only_break_ties():
    assert sorted(["ก.ข", "กข", "กค"], key=text.sort_key) == ["กข", "ก.ข", "กค"]


@given(THAI, THAI)
def test_a_word_sorts_before_its_continuation(word, more):
    start = text.clean(word).rstrip("เแโใไ")  # a leading vowel belongs to what follows
    assert text.sort_key(start) <= text.sort_key(start + "ก" + text.clean(more))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("๗๔๔๐-๐๐๑-๐๐๐๑", "7440-001-0001"),
        ("7440–001−0001", "7440-001-0001"),
        ("7440 - 001 - 0001 / 3", "7440-001-0001/3"),
        ("พก 7440-001-0001/1-66", "พก 7440-001-0001/1-66"),
        ("พก. 7440-001", "พก.7440-001"),
        ("พย7110-006-024-335", "พย7110-006-024-335"),
        ("คว04/01/2569", "คว04/01/2569"),
        ("\u0e3aB001", "B001"),
        ("744\u0e490-001", "7440-001"),
        ("ครุ\u200bภัณฑ์ 1", "ครุภัณฑ์ 1"),
        ("７４４０－００１", "7440-001"),
        ("7440-001-0001#2", "7440-001-0001#2"),
        ("กข-Ab/01", "กข-Ab/01"),
        (" ", ""),
    ],
)
def test_e10_asset_numbers_have_one_stored_form(typed, stored):
    assert text.asset_number(typed) == stored


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("พก 7440-001", "พก7440-001"),
        ("ab-01", "AB-01"),
        ("744O-OO1-0001", "7440-001-0001"),
        ("๗๔๔๐—๐๐๑", "7440-001"),
        ("7440 - 001", "7440-001"),
    ],
)
def test_e10_no_two_numbers_differ_only_by_form(one, other):
    assert text.number_key(one) == text.number_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("1 11", "11 1"), ("LOGO-1", "L0G0-1"), ("A-1", "A1"), ("7440/1", "7440-1")]
)
def test_numbers_that_differ_stay_apart(one, other):
    assert text.number_key(one) != text.number_key(other)


@pytest.mark.parametrize(
    "cell",
    [
        "-",
        "–",
        "—",
        "--",
        "ไม่มี",
        "ไม่มีเลข",
        "ไม่มีเลขครุภัณฑ์",
        "N/A",
        "n/a",
        "NA",
        "รอเลขจากพัสดุ",
        "รอหมายเลข",
        "ไม่ระบุ",
        "null",
        "NULL",
        "...",
        "ไม่ทราบ",
    ],
)
def test_placeholders_are_known(cell):
    assert text.is_placeholder(f" {cell}\u00a0")


@pytest.mark.parametrize("cell", ["", " ", "0", "7440-001", "ไม่มีเสียง", "ไม้", "-1", "นา", "มี"])
def test_real_values_are_no_placeholders(cell):
    assert not text.is_placeholder(cell)


@pytest.mark.parametrize(
    ("typed", "number"), [("15", 15), (" ๑๕ ", 15), ("1,250", 1250), ("0", 0), ("007", 7), ("๑,๐๐๐", 1000), ("-1", -1)]
)
def test_e11_thai_digits_are_numbers(typed, number):
    assert text.parse_int(typed, least=-5, most=9999) == number


@pytest.mark.parametrize(
    "typed",
    ["", "1_000", "１２", "²", "1e3", "0x10", "1.5", "1 000", "12,34", "+5", "--1", "NaN", "Infinity", "๑x", "9" * 30],
)
def test_e11_e13_anything_else_is_refused(typed):
    with pytest.raises(ValueError, match="not a whole number"):
        text.parse_int(typed, least=-(10**40), most=10**40)


@pytest.mark.parametrize("typed", ["-1", "0", "2147483648", "9223372036854775808"])
def test_e13_limits_hold(typed):
    with pytest.raises(ValueError, match="out of range|not a whole number"):
        text.parse_int(typed, least=1, most=2**31 - 1)
