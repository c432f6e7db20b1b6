"""Booking pages: the calendar of a thing, a request for later, any piece of a kind, opening days, calendar feeds."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from assetloan.core.db import db, transaction
from assetloan.identity import grants
from assetloan.identity import queries as people
from assetloan.identity.queries import unit_by_code
from assetloan.identity.rules import console
from assetloan.lending import queries, service
from assetloan.lending.booking import feed_views
from assetloan.lending.booking import service as booking
from assetloan.lending.booking.service import OpeningData
from assetloan.lending.service import LoanAct
from tests.browsing import day, fill, the_form
from tests.conftest import NOW
from tests.factories import a_category, an_asset
from tests.lending.scene import OWNER, TODAY, Scene, actor_named_now, primaries, scene, words_of

__all__ = ["scene"]
BORROW = {"place": "inside", "purpose_text": "ประชุมคณะทำงาน"}
TITLE = "เครื่องฉายภาพ"


def cells(page: str) -> dict[str, tuple[str, str]]:
    """The days of the month on a page: number → (state, what is read out)."""
    found = re.findall(
        r'<td class="(\w+)"[^>]*><(?:a|div)[^>]*><span class="vh">(.*?)</span><span class="n"[^>]*>(\d+)', page
    )
    return {number: (state, " ".join(words.split())) for state, words, number in found}


def link_of(page: str, words: str) -> str:
    """Where the link with these words leads."""
    found = re.search(rf'href="([^"]+)"[^>]*>(?:<svg.*?</svg>)?{words}', page)
    assert found is not None, words
    return found[1].replace("&amp;", "&")


def due_days(scene: Scene, number: str) -> tuple[date, date]:
    with scene.app.app_context():
        loan = queries.loan_for(console(), number)
        return loan.starts_on, loan.due_on


def newest(scene: Scene) -> Any:
    with scene.app.app_context():
        return queries.LoanList(console()).page(1, 1)[0]


def set_days(scene: Scene, **more: Any) -> None:
    with scene.app.app_context(), transaction():
        booking.set_opening(console(), OWNER, OpeningData(**({"days": frozenset(range(5))} | more)), now=NOW)


# --- one thing --------------------------------------------------------------------------------------------------------


def test_the_calendar_says_each_day_in_a_word_and_leads_to_the_request(scene: Scene) -> None:
    number = scene.numbers[0]
    scene.ask(number, starts_on=TODAY + timedelta(days=2), days=3, who="guest")
    page = scene.client("staff").get(f"/assets/{number}/calendar")
    days = cells(page.text)
    assert [days[str(n)][0] for n in (22, 23, 24, 25, 26, 27, 28, 30)] == [
        *("past", "free", "free", "reserved", "reserved", "free", "closed", "free")
    ]
    assert days["27"][1] == "จองตั้งแต่ ศุกร์ 27 พฤศจิกายน 2569 ว่าง ยืมได้"
    assert days["23"][1].endswith("วันนี้")
    words = words_of(page)
    assert "ว่าง วันนี้ ถึง 24 พ.ย. 2569" in words
    assert "มีผู้จองแล้ว 25 พ.ย. 2569 ถึง 26 พ.ย. 2569" in words
    assert "ว่าง ตั้งแต่ 27 พ.ย. 2569 เป็นต้นไป" in words
    assert "guest" not in words, "whose reservation it is, is not for everybody"
    assert "นายguest ใจดี" in words_of(scene.client("officer").get(f"/assets/{number}/calendar"))
    assert "26 พ.ย. 2569คุณ" in words_of(scene.client("guest").get(f"/assets/{number}/calendar"))


def test_what_is_out_and_what_is_overdue(scene: Scene) -> None:
    number = scene.numbers[0]
    scene.out(number, days=2)
    page = scene.client("guest").get(f"/assets/{number}/calendar")
    assert [cells(page.text)[str(n)][0] for n in (23, 25, 26)] == ["out", "out", "free"]
    scene.later(days=4)
    page = scene.client("guest").get(f"/assets/{number}/calendar")
    assert [cells(page.text)[str(n)][0] for n in (26, 27, 30)] == ["past", "out", "out"]
    assert "ยังบอกวันว่างไม่ได้" in words_of(page)


def test_months_around_and_no_farther(scene: Scene) -> None:
    client, page = scene.client("staff"), f"/assets/{scene.numbers[0]}/calendar"
    first = client.get(page).text
    assert 'rel="prev"' not in first
    following = client.get(link_of(first, "เดือนถัดไป"))
    assert "ธันวาคม 2569" in following.text
    assert 'rel="prev"' in following.text
    assert 'rel="next"' not in client.get(f"{page}?month=2571-05").text
    for wrong in ("2569-10", "2571-06", "2569-13", "x", "2026-12"):
        assert client.get(f"{page}?month={wrong}").status_code == 400, wrong


@pytest.mark.parametrize("which", ["car", "closed"])
def test_what_is_not_lent_has_no_day_to_book(scene: Scene, which: str) -> None:
    number = scene.special[which]
    page = scene.client("officer").get(f"/assets/{number}/calendar")
    assert {state for state, _words in cells(page.text).values()} <= {"past", "blocked"}
    assert "/book?" not in page.text
    assert scene.client("officer").get(f"/assets/{number}/book").status_code == 303


def test_a_thing_is_booked_from_a_day_of_its_calendar(scene: Scene) -> None:
    number, client = scene.numbers[0], scene.client("guest")
    calendar = client.get(f"/assets/{number}/calendar?month=2569-12").text
    url = re.search(r'<a href="([^"]+first=2026-12-10)"', calendar)
    assert url is not None
    page = url[1]
    opened = the_form(client.get(page).text, "/book")
    assert [opened.fields[f"starts_on-{part}"] for part in ("day", "month", "year")] == ["10", "12", "2569"]
    answer = fill(client, page, action="/book", fields=BORROW | day("due_on", "11 12 2569"))
    assert answer.status_code == 303
    assert "ส่งคำขอ" in client.get(answer.headers["Location"]).text
    assert due_days(scene, newest(scene).number) == (date(2026, 12, 10), date(2026, 12, 11))


def test_the_due_day_offered_ends_before_the_next_one_begins(scene: Scene) -> None:
    number = scene.numbers[0]
    scene.ask(number, starts_on=TODAY + timedelta(days=9), days=10)
    form = the_form(scene.client("guest").get(f"/assets/{number}/book?first=2026-11-30").text, "/book")
    assert form.fields["due_on-day"] == "1"


def test_closed_days_are_said_once_and_then_taken(scene: Scene) -> None:
    client, page = scene.client("staff"), f"/assets/{scene.numbers[0]}/book?first=2026-11-27"
    fields = BORROW | day("due_on", "28 11 2569")  # a Saturday
    warned = fill(client, page, action="/book", fields=fields)
    assert warned.status_code == 200
    assert "วันคืนของ เสาร์ 28 พฤศจิกายน 2569 หน่วยงานปิดทำการ วันเปิดถัดไปคือ จันทร์ 30 พฤศจิกายน 2569" in words_of(warned)
    form = the_form(warned.text, "/book")
    sent = client.post(form.action, data=dict(form.form_values()))
    assert sent.status_code == 303
    assert due_days(scene, newest(scene).number)[1] == date(2026, 11, 28)


def test_other_days_are_warned_of_anew(scene: Scene) -> None:
    client, page = scene.client("staff"), f"/assets/{scene.numbers[0]}/book?first=2026-11-27"
    warned = fill(client, page, action="/book", fields=BORROW | day("due_on", "28 11 2569"))
    form = the_form(warned.text, "/book")
    again = client.post(form.action, data=dict(form.form_values()) | day("due_on", "29 11 2569"))
    assert again.status_code == 200
    assert "อาทิตย์ 29 พฤศจิกายน 2569" in words_of(again)


def test_a_unit_may_refuse_its_closed_days(scene: Scene) -> None:
    set_days(scene, refuses=True)
    client, number = scene.client("staff"), scene.numbers[0]
    answer = fill(client, f"/assets/{number}/book?first=2026-11-27", fields=BORROW | day("due_on", "28 11 2569"))
    assert answer.status_code == 422
    assert "เลือกวันเปิด เช่น 30 พ.ย. 2569" in words_of(answer)
    calendar = client.get(f"/assets/{number}/calendar").text
    assert cells(calendar)["28"][0] == "closed"
    assert "first=2026-11-28" not in calendar


def test_taken_meanwhile_says_until_when(scene: Scene) -> None:
    client, number = scene.client("guest"), scene.numbers[0]
    scene.ask(number, starts_on=date(2026, 12, 10), days=18)
    answer = fill(client, f"/assets/{number}/book?first=2026-12-09", fields=BORROW | day("due_on", "10 12 2569"))
    assert answer.status_code == 422
    assert "มีผู้ยืมหรือจองไว้แล้ว" in words_of(answer)


@pytest.mark.parametrize("wrong", ["first=x", "first=2026-13-01", "first=31/12/2569"])
def test_a_day_that_is_none_is_a_bad_request(scene: Scene, wrong: str) -> None:
    assert scene.client("staff").get(f"/assets/{scene.numbers[0]}/book?{wrong}").status_code == 400


def test_the_scan_page_and_the_thing_lead_to_the_calendar(scene: Scene) -> None:
    client, number = scene.client("staff"), scene.numbers[0]
    assert f'href="/assets/{number}/calendar"' in client.get(f"/q/{scene.code(number)}").text
    assert f'href="/assets/{number}/calendar"' in client.get(f"/assets/{number}").text


# --- a kind -----------------------------------------------------------------------------------------------------------

ASKED = "/book?category=6730&count=3&free_from-day=10&free_from-month=12&free_from-year=2569" + (
    "&free_until-day=12&free_until-month=12&free_until-year=2569"
)


def test_any_three_of_a_kind(scene: Scene) -> None:
    for number in scene.numbers[:4]:
        scene.ask(number, starts_on=date(2026, 12, 11), days=19)
    client = scene.client("guest")
    page = client.get(ASKED)
    words = words_of(page)
    assert "ว่าง 4 ชิ้น จากทั้งหมด 8 ชิ้น" in words
    assert primaries(page) == ["จอง 3 ชิ้น"]
    assert cells(page.text)["10"] == ("free", "พฤหัสบดี 10 ธันวาคม 2569 ว่าง 8 ชิ้น")
    assert cells(page.text)["11"] == ("free", "ศุกร์ 11 ธันวาคม 2569 ว่าง 4 ชิ้น")
    request = client.get(link_of(page.text, "จอง 3 ชิ้น"))
    form = the_form(request.text)
    assert form.form_values().count(("pieces", scene.numbers[4])) == 1
    assert sorted(value for name, value in form.form_values() if name == "pieces") == scene.numbers[4:7]
    values = [*form.form_values(), ("place", "inside")]
    values = [(name, "ประชุม" if name == "purpose_text" else value) for name, value in values]
    data: dict[str, list[str]] = {}
    for name, value in [*values, ("closed_known", "2026-12-10|2026-12-12")]:
        data.setdefault(name, []).append(str(value))
    sent = client.post(form.action, data=data)
    assert sent.status_code == 303, words_of(sent)
    loan = newest(scene)
    assert sorted(line.asset.number for line in loan.lines) == scene.numbers[4:7]
    assert (loan.starts_on, loan.due_on) == (date(2026, 12, 10), date(2026, 12, 12))


def test_other_pieces_may_be_taken_and_none_is_refused(scene: Scene) -> None:
    client = scene.client("guest")
    page = link_of(client.get(ASKED).text, "จอง 3 ชิ้น")
    wanted = {"pieces": scene.numbers[6:8], "closed_known": "2026-12-10|2026-12-12"}
    assert "กรุณาเลือกของอย่างน้อยหนึ่งชิ้น" in words_of(fill(client, page, fields=BORROW | {"pieces": None}))
    longer = day("due_on", "13 12 2569")  # a Sunday that was not spoken of
    warned = fill(client, page, fields=BORROW | {"pieces": scene.numbers[6:8]} | longer)
    assert "จอง 2 ชิ้น" in words_of(warned), "the pieces as they were changed"
    assert fill(client, page, fields=BORROW | wanted).status_code == 303
    assert sorted(line.asset.number for line in newest(scene).lines) == scene.numbers[6:8]


def test_a_unit_without_enough_is_named_and_cannot_be_asked(scene: Scene) -> None:
    page = scene.client("guest").get(ASKED.replace("count=3", "count=9"))
    assert "ว่าง 8 ชิ้น" in words_of(page)
    assert primaries(page) == []
    assert {state for state, _words in cells(page.text).values()} <= {"past", "reserved"}


def test_ones_own_unit_comes_first(scene: Scene) -> None:
    with scene.app.app_context():
        unit = unit_by_code("กคพ", TODAY)
        for piece in range(3):
            an_asset(unit, asset_no=f"6730-008-000{piece}", name="เครื่องฉายภาพ")
        db.session.remove()
    for who, first in (("guest", "กองคุ้มครอง"), ("staff", "กองยุทธศาสตร์และแผนงาน")):
        page = scene.client(who).get(ASKED.replace("category=6730", "q=ฉายภาพ"))
        assert re.findall(r"<strong>(.*?)</strong>", page.text)[0] == first


def test_without_days_there_is_the_month_and_without_a_kind_only_the_question(scene: Scene) -> None:
    client = scene.client("guest")
    empty = client.get("/book").text
    assert "<table" not in empty
    assert 'name="count" value="1"' in empty
    page = client.get("/book?q=ฉายภาพ")
    assert cells(page.text)["23"] == ("free", "จันทร์ 23 พฤศจิกายน 2569 ว่าง 8 ชิ้น วันนี้")
    day_page = client.get(
        re.findall(r'<a href="(/book[^"]+free_from-day=25[^"]+)"', page.text)[0].replace("&amp;", "&")
    )
    assert "หน่วยงานที่มีว่าง 1 ชิ้นขึ้นไป" in words_of(day_page)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("q=x&count=abc", "ใส่ตัวเลขจำนวนเต็ม"),
        ("q=x&free_from-day=31&free_from-month=2&free_from-year=2570", "ไม่มีวันที่นี้ในปฏิทิน"),
        ("q=x&free_from-day=1&free_from-month=11&free_from-year=2569", "ต้องไม่ก่อนวันนี้"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field(scene: Scene, question: str, words: str) -> None:
    page = scene.client("guest").get(f"/book?{question}")
    assert page.status_code == 200
    assert words in words_of(page)
    assert "ข้อผิดพลาด:" in page.text.split("</title>")[0]


def test_an_unknown_unit_is_a_bad_request(scene: Scene) -> None:
    assert scene.client("guest").get("/book?unit=ไม่มี").status_code == 400


def test_all_gone_meanwhile_leads_back_to_the_question(scene: Scene) -> None:
    client = scene.client("guest")
    url = link_of(client.get(ASKED).text, "จอง 3 ชิ้น")
    for number in scene.numbers:
        scene.ask(number, starts_on=date(2026, 12, 10), days=18)
    answer = client.get(url)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/book?category=6730")


def test_fewer_than_wanted_are_offered_as_they_are(scene: Scene) -> None:
    client = scene.client("guest")
    url = link_of(client.get(ASKED).text, "จอง 3 ชิ้น")
    for number in scene.numbers[:6]:
        scene.ask(number, starts_on=date(2026, 12, 10), days=18)
    page = client.get(url)
    assert "ว่างไม่ครบ ขาดอีก 1 ชิ้น" in words_of(page)


def test_without_its_question_the_request_has_no_page(scene: Scene) -> None:
    client = scene.client("guest")
    assert client.get("/book/request").headers["Location"] == "/book"
    assert client.get("/book/request?unit=กยผ&first=2026-12-12&last=2026-12-10").status_code == 303


def test_a_page_asks_the_same_number_of_questions_however_much_is_booked(scene: Scene, count_queries: Any) -> None:
    client = scene.client("guest")
    pages = (f"/assets/{scene.numbers[0]}/calendar", ASKED, link_of(client.get(ASKED).text, "จอง 3 ชิ้น"))

    def counted() -> list[int]:
        found = []
        for page in pages:
            with count_queries() as seen:
                assert client.get(page).status_code == 200
            found.append(len(seen))
        return found

    before = counted()
    for step in range(3):
        for number in scene.numbers[:4]:
            scene.ask(number, starts_on=TODAY + timedelta(days=2 * step + 1), days=2 * step + 2)
    assert counted() == before
    assert max(before) <= 16, before


# --- opening days -----------------------------------------------------------------------------------------------------


def test_the_head_sets_open_days_and_closures(scene: Scene) -> None:
    head, page = scene.client("head"), f"/units/{OWNER}/opening"
    assert "จันทร์ อังคาร พุธ พฤหัสบดี ศุกร์" in words_of(head.get(page))
    fields = {"days": ["0", "1", "2", "3", "4", "5"], "on_holidays": "y"}
    assert fill(head, page, action="/opening", fields=fields).status_code == 303
    fields = day("first_day", "1 12 2569") | {"reason": "ย้ายห้องพัสดุ"}
    assert fill(head, page, action="/closures", fields=fields).status_code == 303
    words = words_of(scene.client("guest").get(page))
    assert "เสาร์" in words
    assert "1 ธ.ค. 2569" in words
    assert "ย้ายห้องพัสดุ" in words
    assert "เปลี่ยนวันเปิดทำการ" not in words
    assert fill(head, page, action="/remove").status_code == 303
    assert "ย้ายห้องพัสดุ" not in words_of(head.get(page))


def test_what_is_wrong_stands_beside_its_field(scene: Scene) -> None:
    head, page = scene.client("head"), f"/units/{OWNER}/opening"
    none = fill(head, page, action="/opening", fields={"days": None})
    assert none.status_code == 422
    assert "เลือกวันเปิดทำการอย่างน้อยหนึ่งวัน" in words_of(none)
    past = fill(head, page, action="/closures", fields=day("first_day", "1 11 2569") | {"reason": "x"})
    assert past.status_code == 422
    assert "วันแรกที่ปิดต้องไม่ก่อนวันนี้" in words_of(past)


def test_a_closure_of_another_unit_is_not_found(scene: Scene) -> None:
    with scene.app.app_context(), transaction():
        row = booking.add_closure(console(), "กคพ", TODAY, TODAY, "ย้ายห้อง", now=NOW).id
    head = scene.client("head")
    token = the_form(head.get(f"/units/{OWNER}/opening").text, "/opening").fields["csrf_token"]
    assert head.post(f"/units/{OWNER}/closures/{row}/remove", data={"csrf_token": token}).status_code == 404
    assert head.post(f"/units/กคพ/closures/{row}/remove", data={"csrf_token": token}).status_code == 403


# --- feeds ------------------------------------------------------------------------------------------------------------


def address_of(client: FlaskClient, unit: str = "") -> str:
    made = fill(client, "/calendar", action="/calendar", fields={"unit": unit})
    assert made.status_code == 200
    found = re.search(r"http://[^<]+(/calendar/[\w-]+\.ics)", made.text)
    assert found is not None, words_of(made)
    return found[1]


def events(text: bytes) -> list[tuple[str, date, date]]:
    """Summary, first day and the day after the last, by first day."""
    found = Calendar.from_ical(text).walk("VEVENT")
    return sorted((str(one["summary"]), one["dtstart"].dt, one["dtend"].dt) for one in found)


def test_ones_own_loans_in_a_calendar(scene: Scene) -> None:
    scene.approve(scene.ask(scene.numbers[0], starts_on=date(2026, 12, 10), days=18))
    scene.ask(scene.numbers[1], who="guest")
    address = address_of(scene.client("staff"))
    answer = scene.client().get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert answer.headers["Cache-Control"] == "no-store"
    assert events(answer.data) == [
        (f"ครบกำหนดคืน: {TITLE}", date(2026, 12, 11), date(2026, 12, 12)),
        (f"ยืม: {TITLE}", date(2026, 12, 10), date(2026, 12, 12)),
    ]
    again = scene.client().get(address)
    assert sorted(re.findall(rb"UID:.*", again.data)) == sorted(re.findall(rb"UID:.*", answer.data))


def test_the_desk_in_a_calendar_without_names(scene: Scene) -> None:
    scene.approve(scene.ask(scene.numbers[0], starts_on=date(2026, 12, 10), days=18, who="guest"))
    answer = scene.client().get(address_of(scene.client("officer"), OWNER))
    number = scene.numbers[0]
    assert [words for words, _first, _until in events(answer.data)] == [
        f"รับคืน: {TITLE} {number}",
        f"ส่งมอบ: {TITLE} {number}",
    ]
    assert "guest" not in answer.text


def test_an_address_dies_with_the_next_one_with_its_end_and_with_the_right(scene: Scene) -> None:
    officer = scene.client("officer")
    first, own = address_of(officer, OWNER), address_of(officer)
    second = address_of(officer, OWNER)
    assert scene.client().get(first).status_code == 404
    assert scene.client().get(second).status_code == 200
    with scene.app.app_context(), transaction():
        person = people.person_by_username("officer")
        assert person is not None
        grants.revoke_role(console(), "officer", person.grants[0].id, now=NOW)
    scene.later(days=1)
    assert scene.client().get(second).status_code == 404, "the right to the desk has ended"
    assert scene.client().get(own).status_code == 200
    page = scene.client("officer").get("/calendar")
    assert "การยืมของฉัน" in words_of(page)
    assert fill(scene.client("officer"), "/calendar", action="/revoke").status_code == 303


def test_whoever_guesses_addresses_waits(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_views, "throttle", feed_views.Throttle())
    address = address_of(scene.client("staff"))
    stale = [scene.client().get("/calendar/ended.ics").status_code for _try in range(25)]
    assert stale == [404] * 25, "one calendar that asks on and on is no guesser"
    guesses = [scene.client().get(f"/calendar/guess{n}.ics").status_code for n in range(21)]
    assert guesses == [404] * 19 + [429] * 2
    assert scene.client().get(address).status_code == 200, "an address that exists answers all the same"
    scene.later(minutes=11)
    assert scene.client().get("/calendar/guess30.ics").status_code == 404


def test_the_desk_of_a_unit_that_is_not_ones_own(scene: Scene) -> None:
    assert fill(scene.client("staff"), "/calendar", action="/calendar", fields={"unit": OWNER}).status_code == 404


# --- the desk ---------------------------------------------------------------------------------------------------------


def test_what_nobody_collected_is_ended_at_the_desk_before_it_is_due(scene: Scene) -> None:
    loan = scene.approve(scene.ask(scene.numbers[0], days=9))
    scene.later(days=3)
    assert "พ้นกำหนดรับแล้ว" not in scene.client("officer").get("/desk/hand-over").text
    scene.later(days=4)
    assert fill(scene.client("officer"), "/desk/hand-over", action=f"/desk/expire/{loan}").status_code == 303
    assert scene.states(loan) == ["expired"]


def test_the_next_in_the_queue_reads_it_at_home(scene: Scene) -> None:
    loan = scene.ask(scene.numbers[0], days=2)
    scene.ask(scene.numbers[0], who="guest", starts_on=TODAY + timedelta(days=4), days=5)
    with scene.app.app_context(), transaction():
        service.cancel_loan(actor_named_now("staff"), LoanAct(loan), now=NOW)
        db.session.flush()
    assert "ถึงคิวของคุณ" in words_of(scene.client("guest").get("/"))


def test_lead_days_make_the_scan_page_ask_for_later(scene: Scene) -> None:
    with scene.app.app_context():
        kind = a_category("8340", name="เต็นท์", lead_days=3).id
        number = an_asset(unit_by_code(OWNER, TODAY), asset_no="8340-1", name="เต็นท์", category_id=kind).number
        db.session.remove()
    client = scene.client("staff")
    form = the_form(client.get(f"/q/{scene.code(number)}").text, "/borrow")
    assert form.fields["starts_on-day"] == "26"
    early = fill(client, f"/q/{scene.code(number)}", action="/borrow", fields=BORROW | day("starts_on", "24 11 2569"))
    assert early.status_code == 422
    assert "ต้องขอล่วงหน้าอย่างน้อย 3 วัน" in words_of(early)
    assert fill(client, f"/q/{scene.code(number)}", action="/borrow", fields=BORROW).status_code == 303
