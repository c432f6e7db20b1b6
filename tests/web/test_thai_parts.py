"""Thai inside English pages is marked as Thai; in Thai pages what belongs together stays on one line."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assetloan.identity.rules import Role
from assetloan.web.thai_parts import kept, marked
from tests.factories import a_person, a_unit, an_agency, sign_in

THAI = re.compile(r"[\u0e01-\u0e3a\u0e40-\u0e5b]")


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<h1>Edit</h1>", "<h1>Edit</h1>"),
        ("<td>กองหนึ่ง</td>", '<td><span lang="th">กองหนึ่ง</span></td>'),
        ("<td> กอง 1 ชั้น </td>", '<td> <span lang="th">กอง 1 ชั้น</span> </td>'),
        ("<h1>Edit กองหนึ่ง</h1>", '<h1><span>Edit <span lang="th">กองหนึ่ง</span></span></h1>'),
        ("<p>Borrow–return พก.</p>", '<p><span>Borrow–return <span lang="th">พก.</span></span></p>'),
        ("<p>จอ LED ใหญ่</p>", '<p><span><span lang="th">จอ</span> LED <span lang="th">ใหญ่</span></span></p>'),
        ("<p>“กอง” &amp; ฝ่าย</p>", '<p><span>“<span lang="th">กอง</span>” &amp; <span lang="th">ฝ่าย</span></span></p>'),
        ("<p>฿100</p>", "<p>฿100</p>"),
        ('<a lang="th">ภาษาไทย</a>ไทย', '<a lang="th">ภาษาไทย</a><span lang="th">ไทย</span>'),
        ('<p lang="th">ก<p>ข</p></p><i>ค</i>', '<p lang="th">ก<p>ข</p></p><i><span lang="th">ค</span></i>'),
        ('<option value="x" selected>กอง</option>', '<option value="x" selected lang="th">กอง</option>'),
        ("<option>All กอง</option>", "<option>All กอง</option>"),
        ("<title>กล้อง – พก.</title>", '<title lang="th">กล้อง – พก.</title>'),
        ("<textarea>\nก</textarea>", '<textarea lang="th">\nก</textarea>'),
        ('<script>f("ก")</script><p>ก</p>', '<script>f("ก")</script><p><span lang="th">ก</span></p>'),
        ('<td data-label="ก">x</td>', '<td data-label="ก">x</td>'),
        ('<input name="q" value="กอง">', '<input name="q" value="กอง" lang="th">'),
        ('<input value="ก > ข"><img alt="กล้อง"/>', '<input value="ก > ข" lang="th"><img alt="กล้อง" lang="th">'),
        ("<!-- ก --><p>5 < 6 ก", '<!-- ก --><p>5 < <span>6 <span lang="th">ก</span></span>'),
    ],
)  # fmt: skip
def test_thai_is_marked(page: str, expected: str) -> None:
    once = marked(page)
    assert once == expected
    assert marked(once) == once, "a stored answer that is sent again is not marked twice"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<p>ตามระเบียบฯ ข้อ 208 ได้</p>", '<p>ตาม<span class="keep">ระเบียบฯ ข้อ 208</span> ได้</p>'),
        ("<p>ข้อ 207–209</p>", '<p><span class="keep">ข้อ 207–209</span></p>'),
        ("<li>สิ่งอื่น ๆ</li>", '<li>สิ่ง<span class="keep">อื่น ๆ</span></li>'),
        ("<li>ปี พ.ศ. 2569</li>", '<li>ปี <span class="keep">พ.ศ. 2569</span></li>'),
        ("<p>ม้วน ขนาด 62 × 29 มม.</p>", '<p>ม้วน ขนาด <span class="keep">62 × 29 มม.</span></p>'),
        ("<p>หรือ 25 11 2569</p>", '<p>หรือ <span class="keep">25 11 2569</span></p>'),
        ("<p>ที่ต้องติดตาม (ข้อ 211)</p>", '<p>ที่ต้องติดตาม <span class="keep">(ข้อ 211)</span></p>'),
        ('<td data-label="ข้อ 208">ก</td>', '<td data-label="ข้อ 208">ก</td>'),
        ("<title>ข้อ 208</title>", "<title>ข้อ 208</title>"),
        ("<option>อื่น ๆ</option><a>ข้อ 211</a>", "<option>อื่น ๆ</option><a>ข้อ 211</a>"),
    ],
)  # fmt: skip
def test_what_belongs_together_is_kept(page: str, expected: str) -> None:
    assert kept(page) == expected
    assert kept(expected) == expected


def unmarked(page: str) -> list[str]:
    """Text with Thai letters that no element with lang="th" holds."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", page.split("</head>")[-1], flags=re.DOTALL)
    while True:
        body, count = re.subn(r'<(\w+)(?: [^<>]*)? lang="th"[^<>]*>[^<]*</\1>', "", body)
        if not count:
            break
    return [text.strip() for text in re.findall(r">([^<]+)", body) if THAI.search(text)]


PAGES = ("/people", "/people/somchai", "/units", "/units/A", "/account", "/audit", "/handbook")


@pytest.mark.parametrize("path", PAGES)
def test_english_pages_say_where_thai_stands(app: Flask, client: FlaskClient, path: str) -> None:
    with app.app_context():
        an_agency()
        a_unit("A", parent="DEP", name="กองหนึ่ง")
        a_person(unit="A", username="somchai", password=True)
        a_person(Role.ADMIN, unit="SLK", username="admin", password=True)
    sign_in(client, "admin")
    client.set_cookie("lang", "en")
    page = client.get(path)
    assert page.status_code == 200
    assert '<html lang="en">' in page.text
    assert 'lang="th"' in page.text
    assert unmarked(page.text) == []
    assert page.content_length == len(page.data)
