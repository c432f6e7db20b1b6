"""Near spellings: what is suggested, and what must never be taken for one another."""

import pytest

from assetloan.core.likeness import Likeness, distance


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("15ลิ้นชัก", "15 ลิ้นชัก"),
        ("๑๕ ลิ้นชัก", "15ลิ้นชัก"),
        ("ตู้ล้นชัก", "ตู้ลิ้นชัก"),
        ("Projecter", "Projector"),
        ("โทรศีพท์", "โทรศัพท์"),
        ("ถาด", "ถาด (Tray)"),
        ("เครืองคอมพิวเตอร์", "เครื่องคอมพิวเตอร์"),
        ("เครื่องคอมพิวเตอ", "เครื่องคอมพิวเตอร์"),
        ("ห้องปะชุม 1", "ห้องประชุม 1"),
        ("porjector", "Projector"),
    ],
)
def test_a_slip_is_near_to_what_was_meant(said: str, known: str) -> None:
    assert Likeness([known, "อย่างอื่นที่ยาวพอ"]).nearest(said) == known


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("ห้อง 101", "ห้อง 102"),
        ("ห้องประชุม 1", "ห้องประชุม 11"),
        ("อาคาร ก", "อาคาร ข"),
        ("อาคารเรียน A", "อาคารเรียน B"),
        ("โต๊ะ", "ตู้"),
        ("จอ", "จาน"),
        ("เก้าอี้", "เก้าอี้"),
        ("เครื่องพิมพ์", "เครื่องถ่ายเอกสาร"),
        ("", "จอ"),
        ("-", "จอ"),
    ],
)
def test_what_is_another_thing_is_not_near(said: str, known: str) -> None:
    assert Likeness([known]).nearest(said) is None


def test_a_person_is_near_whatever_the_title_and_two_who_may_be_meant_are_none() -> None:
    people = Likeness(["นายสมชาย ใจดี", "นางสาวสมหญิง รักงาน"], person=True)
    assert people.nearest("สมชาย ใจดี") == "นายสมชาย ใจดี"
    assert people.nearest("น.ส. สมหญิง รักงาน") == "นางสาวสมหญิง รักงาน"
    assert Likeness(["นายสมชาย ใจดี", "นายสมชาย ใจดำ"], person=True).nearest("สมชาย ใจดน") is None
    assert Likeness(["นายสมชาย ใจดี", "นางสมชาย ใจดี"], person=True).nearest("สมชาย ใจดี") is None


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [("กขค", "กขค", 0), ("กขค", "กข", 1), ("กขค", "ขกค", 1), ("กขค", "กคข", 1), ("กขค", "คขก", 2), ("ก", "กขคง", 3)],
)
def test_steps_between_two_words(one: str, other: str, steps: int) -> None:
    assert distance(one, other, 2) == distance(other, one, 2) == steps
