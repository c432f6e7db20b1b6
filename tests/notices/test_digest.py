"""The digest: one letter a day at most, true when it leaves, by day, in the person's language, nothing smuggled in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from assetloan.assets.models import Asset
from assetloan.core.db import transaction
from assetloan.lending.rules import ReturnCondition
from assetloan.notices import delivery
from assetloan.notices.models import Channel, DeliveryState, NoticeChoice
from tests.conftest import NOW
from tests.notices.conftest import BASE, Post, address
from tests.notices.post_office import words_of
from tests.together import together

DAY = timedelta(days=1)
MORNING = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)  # Tuesday 24 พ.ย. 2569, 08:30 in Bangkok


def one(letters: list[EmailMessage]) -> EmailMessage:
    assert len(letters) == 1, [str(letter["Subject"]) for letter in letters]
    return letters[0]


def test_a_borrower_is_told_what_is_due_tomorrow_where_to_bring_it_and_how_to_get_there(post: Post) -> None:
    number = post.scene.out(days=2)
    done = post.tick(MORNING)
    letter = one(post.server.to(address("staff")))
    assert letter["Subject"] == "ของใกล้ครบกำหนดคืน (2 เรื่อง) 24 พ.ย. 2569"
    text = words_of(letter)
    assert "เรียน นายstaff ใจดี" in text
    assert "เครื่องฉายภาพ (6730-003-0001) พรุ่งนี้ (พุธ 25 พฤศจิกายน 2569)" in text
    assert "ส่งคืนที่ กองยุทธศาสตร์และแผนงาน" in text
    page = f"{BASE}/loans/{quote(number)}"
    assert page in text
    assert f'<a href="{page}">' in words_of(letter, "html")
    assert f"{BASE}/account/notices" in text
    assert done.failed == []
    assert post.rows("staff")[0].state is DeliveryState.SENT


def test_a_letter_says_who_sends_it_and_that_no_person_did(post: Post) -> None:
    post.scene.out(days=2)
    post.tick(MORNING)
    letter = one(post.server.to(address("staff")))
    assert letter["From"].addresses[0].addr_spec == "assetloan@pp.example.go.th"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"] == f"<{post.rows('staff')[0].key}@pp.example.go.th>"
    assert letter["Date"] == "Tue, 24 Nov 2026 08:30:00 +0700"
    assert [part.get_content_charset() for part in letter.iter_parts()] == ["utf-8", "utf-8"]
    raw = letter.as_bytes()
    assert raw.isascii()
    to = message_from_bytes(raw)["To"]  # as mail readers put the parts of a name together
    assert str(make_header(decode_header(to))) == f"นายstaff ใจดี <{address('staff')}>"
    assert max(map(len, raw.splitlines())) <= 998


@pytest.mark.both_databases
def test_a_second_tick_says_nothing_again(post: Post) -> None:
    post.scene.out(days=2)
    post.tick(MORNING)
    first = len(post.server.letters)
    assert first > 0
    for minutes in (0, 10, 300):
        post.tick(MORNING + timedelta(minutes=minutes))
    assert len(post.server.letters) == first


@pytest.mark.case("A19")
@pytest.mark.both_databases
def test_two_ticks_at_once_send_each_letter_once(post: Post) -> None:
    post.scene.out(days=2)
    post.scene.ask(post.scene.numbers[1], who="guest")
    post.scene.now = MORNING

    def tick() -> bool:
        return post.tick(MORNING).busy

    outcomes = together(post.app, [tick] * 4)
    assert set(map(type, outcomes)) == {bool}, outcomes
    post.tick(MORNING)
    to = sorted(post.server.recipients)
    assert to == sorted(set(to))
    assert address("staff") in to
    assert {row.state for row in post.rows()} == {DeliveryState.SENT}


@pytest.mark.both_databases
def test_two_senders_without_the_lease_of_the_tick_send_each_letter_once(post: Post) -> None:
    post.scene.out(days=2)
    post.scene.now = MORNING
    with post.app.app_context():
        assert delivery.plan(MORNING) > 0
    together(post.app, [lambda: delivery.send_waiting(MORNING)] * 4)
    to = sorted(post.server.recipients)
    assert to == sorted(set(to))
    assert {row.state for row in post.rows()} == {DeliveryState.SENT}


@pytest.mark.case("G18")
def test_a_tick_after_five_days_sends_one_letter_not_five(post: Post) -> None:
    post.scene.out(days=1)
    post.tick(NOW + 8 * DAY)
    assert "ของเกินกำหนดที่ต้องคืน" in words_of(one(post.server.to(address("staff"))))
    to = sorted(post.server.recipients)
    assert to == sorted(set(to))


@pytest.mark.case("G18")
def test_what_came_back_before_sending_is_not_told(post: Post) -> None:
    """The plan is made, then the thing comes back, then the letter would leave."""
    number = post.scene.out(days=1)
    post.scene.now = MORNING
    with post.app.app_context():
        assert delivery.plan(MORNING) > 0
    post.scene.receive(number, post.scene.numbers[0], ReturnCondition.GOOD)
    with post.app.app_context():
        delivery.send_waiting(MORNING)
    for letter in post.server.to(address("staff")):
        assert "ครบกำหนดวันนี้" not in words_of(letter)
        assert "เจ้าหน้าที่รับของคืนจากคุณแล้ว" in words_of(letter)


def test_a_letter_with_nothing_left_to_say_is_dropped_with_its_reason(post: Post) -> None:
    post.scene.ask(who="staff")
    post.scene.now = MORNING
    with post.app.app_context():
        assert delivery.plan(MORNING) > 0
    post.scene.approve(post.scene.ask(post.scene.numbers[1], who="guest"))
    with post.app.app_context(), transaction() as session:
        session.execute(sa.text("UPDATE loan_line SET state = 'cancelled', claims_period = false"))
    with post.app.app_context():
        delivery.send_waiting(MORNING)
    assert post.server.to(address("head")) == []
    row = post.rows("head")[0]
    assert (row.state, row.error) == (DeliveryState.DROPPED, "nothing_left")


@pytest.mark.parametrize(
    ("hour", "minute", "leaves"),
    [(6, 59, False), (7, 0, False), (8, 29, False), (8, 30, True), (19, 59, True), (20, 0, False), (23, 30, False)],
)
def test_nothing_leaves_at_night_and_the_digest_not_before_half_past_eight(
    post: Post, hour: int, minute: int, leaves: bool
) -> None:
    post.scene.out(days=2)
    post.tick(datetime(2026, 11, 24, hour, minute, tzinfo=UTC) - timedelta(hours=7))
    assert bool(post.server.letters) is leaves


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (27, True),  # Friday: due on Monday, the next working day
        (28, False),  # Saturday
        (29, False),  # Sunday
        (30, True),  # Monday, the day itself
    ],
)
def test_on_days_off_only_what_is_due_or_overdue_is_told(post: Post, day: int, told: bool) -> None:
    post.scene.out(days=7)  # Monday 30
    post.scene.ask(post.scene.numbers[1], who="guest", days=10)
    post.tick(datetime(2026, 11, day, 1, 30, tzinfo=UTC))
    assert bool(post.server.to(address("staff"))) is told
    assert bool(post.server.to(address("head"))) is (day in (27, 30))


def test_overdue_things_are_told_on_days_off_too(post: Post) -> None:
    post.scene.out(days=3)  # Thursday 26
    post.tick(datetime(2026, 11, 28, 1, 30, tzinfo=UTC))
    text = words_of(one(post.server.to(address("staff"))))
    assert "เกินกำหนด 2 วัน" in text
    assert post.server.to(address("officer")) == []


def test_posts_are_told_what_waits_for_them(post: Post) -> None:
    post.scene.ask()
    late = post.scene.out(post.scene.numbers[1], who="guest", days=0)
    post.tick(MORNING)
    head = words_of(one(post.server.to(address("head"))))
    assert "คำขอรอคุณพิจารณา 1 รายการ" in head
    assert f"{BASE}/approvals" in head
    officer = words_of(one(post.server.to(address("officer"))))
    assert "ของเกินกำหนดที่ต้องติดตาม (ข้อ 211) 1 รายการ" in officer
    assert late not in head


def test_news_is_told_once_and_only_while_it_is_so(post: Post) -> None:
    loan = post.scene.approve(post.scene.ask(days=20, starts_on=NOW.date() + 9 * DAY))
    post.tick(MORNING)
    assert "ได้รับอนุมัติแล้ว" in words_of(one(post.server.to(address("staff"))))
    assert loan in words_of(post.server.to(address("staff"))[0])
    post.tick(MORNING + DAY)
    assert len(post.server.to(address("staff"))) == 1


def test_what_was_put_aside_on_the_home_page_is_not_told(post: Post) -> None:
    post.scene.approve(post.scene.ask(days=20, starts_on=NOW.date() + 9 * DAY))
    with post.app.app_context(), transaction() as session:
        session.execute(sa.text("UPDATE notice SET seen_at = created_at"))
    post.tick(MORNING)
    assert post.server.to(address("staff")) == []


def test_whoever_wants_no_letters_gets_none(post: Post) -> None:
    post.scene.out(days=2)
    with post.app.app_context(), transaction() as session:
        person = session.scalar(sa.text("SELECT id FROM person WHERE username = 'staff'"))
        session.add(NoticeChoice(person_id=person, channel=Channel.NONE, changed_at=NOW))
    post.tick(MORNING)
    assert post.server.to(address("staff")) == []
    assert post.rows("staff") == []


def test_a_closed_account_gets_none(post: Post) -> None:
    post.scene.out(days=2)
    post.change("staff", active=False)
    post.tick(MORNING)
    assert post.rows("staff") == []


def test_the_letter_speaks_the_persons_language(post: Post) -> None:
    post.scene.out(days=2)
    post.change("staff", language="en")
    post.tick(MORNING)
    letter = one(post.server.to(address("staff")))
    assert "Wednesday 25 November 2026" in words_of(letter)
    assert '<html lang="en">' in words_of(letter, "html")


@pytest.mark.case("E17")
@pytest.mark.case("E18")
def test_what_people_typed_is_text_in_the_letter(post: Post) -> None:
    bad = "<script>alert(1)</script>{{7*7}}%(day)s"
    with post.app.app_context(), transaction() as session:
        session.execute(sa.update(Asset).where(Asset.asset_no == post.scene.numbers[0]).values(name=bad))
    post.change("staff", name=f"นาย {bad}")
    post.scene.out(days=2)
    post.tick(MORNING)
    letter = one(post.server.to(address("staff")))
    assert bad in words_of(letter)
    page = words_of(letter, "html")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}%(day)s" in page


@pytest.mark.case("E20")
@pytest.mark.parametrize(
    "bad",
    [
        "a@b.example\r\nBcc: thief@x.example",
        "a@b.example, c@d.example",
        "a@b.example\nDATA",
        "<a@b.example>",
        "นาย@ข.ไทย",
        "a b@c.example",
        ",".join(f"a{n}@b.example" for n in range(1000)),
    ],
)
def test_no_address_smuggles_a_header_or_a_second_recipient(post: Post, bad: str) -> None:
    post.scene.out(days=2)
    post.change("staff", email=bad)
    done = post.tick(MORNING)
    assert done.failed == []
    assert post.rows("staff") == []
    assert {name for name in post.server.recipients if not name.endswith("@pp.example.go.th")} == set()


@pytest.mark.case("E20")
def test_no_name_and_no_subject_smuggles_a_header(post: Post) -> None:
    post.scene.out(days=2)
    post.change("staff", name="นาย\r\nBcc: thief@x.example\r\n\r\nเนื้อความ")
    with post.app.app_context(), transaction() as session:
        agency = {"key": "agency_name", "day": NOW.date(), "value": "กรม\r\nX-Evil: 1"}
        session.execute(sa.text("INSERT INTO setting (key, value, valid_from) VALUES (:key, :value, :day)"), agency)
    post.tick(MORNING)
    letter = one(post.server.to(address("staff")))
    assert letter["Bcc"] is None
    assert letter["X-Evil"] is None
    assert post.server.recipients.count("thief@x.example") == 0
    assert letter["To"].addresses[0].addr_spec == address("staff")
