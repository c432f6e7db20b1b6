"""Every link that a role can follow, followed twice: nothing changes, and no file tells of another unit."""

from __future__ import annotations

import re
from collections import Counter, deque
from html import unescape
from urllib.parse import parse_qs, urljoin, urlsplit

import pypdfium2
import pytest
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter, RequestRedirect
from werkzeug.test import TestResponse

from assetloan.core.db import Base, db
from assetloan.documents.sheets import read_table_file
from tests.architecture.stage import CAST, OTHER, OWN, VISITOR, Stage

LINK = re.compile(r'(?:href|src|action)="([^"]+)"')
MOST_OF_A_KIND = 2  # addresses of one route with the same names in the query
# What a GET may write (architecture.md 6.1): the scan log, and when a session was last seen.
MAY_CHANGE = {"scan_log": None, "user_session": {"last_seen_at"}}
WITHOUT_OTHERS = ("staff", "officer", "head", "inspector")


def rows(app: Flask) -> dict[str, list[str]]:
    """Everything the database says, table by table, without what a GET may write."""
    found = {}
    with app.app_context():
        for table in Base.metadata.sorted_tables:
            left_out = MAY_CHANGE.get(table.name, set())
            if left_out is None:
                continue
            columns = [column for column in table.columns if column.name not in left_out]
            found[table.name] = sorted(repr(tuple(row)) for row in db.session.execute(db.select(*columns)))
        db.session.remove()
    return found


def kind_of(adapter: MapAdapter, address: str) -> str:
    """The route behind an address, and which names its query has."""
    parts = urlsplit(address)
    try:
        endpoint = str(adapter.match(parts.path, "GET")[0])
    except (NotFound, MethodNotAllowed, RequestRedirect):
        endpoint = parts.path
    return f"{endpoint} {' '.join(sorted(parse_qs(parts.query, keep_blank_values=True)))}"


def crawl(stage: Stage, who: str) -> dict[str, TestResponse]:
    """Every address that can be reached by links from the home page, with its answer."""
    client, adapter = stage.client(who), stage.app.url_map.bind("127.0.0.1:5000")
    waiting, seen, met = deque(["/"]), {}, Counter[str]()
    while waiting:
        address = waiting.popleft()
        kind = kind_of(adapter, address)
        if address in seen or met[kind] >= MOST_OF_A_KIND:
            continue
        met[kind] += 1
        answer = seen[address] = client.get(address)
        if answer.location:
            links = [answer.location]
        else:
            links = LINK.findall(answer.text) if answer.mimetype == "text/html" else []
        for link in links:
            parts = urlsplit(urljoin(f"http://127.0.0.1:5000{address}", unescape(link)))
            if parts.hostname in ("127.0.0.1", "localhost") and not parts.path.startswith("/static/"):
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return seen


@pytest.mark.case("F4")
@pytest.mark.parametrize("who", [VISITOR, *CAST])
def test_F4_following_every_link_twice_changes_nothing(stage: Stage, who: str) -> None:
    stage.client(who)
    before = rows(stage.app)
    first = crawl(stage, who)
    assert len(first) >= (4 if who == VISITOR else 10)
    assert {address: answer.status_code for address, answer in first.items() if answer.status_code >= 500} == {}
    crawl(stage, who)
    after = rows(stage.app)
    assert {name for name in before if before[name] != after[name]} == set()


def words(answer: TestResponse) -> str:
    """The text of a page or of an unpacked file."""
    if answer.mimetype.startswith("text/") or answer.mimetype.endswith("json"):
        return answer.get_data(as_text=True)
    if answer.mimetype == "application/pdf":
        document = pypdfium2.PdfDocument(answer.data)
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    if answer.mimetype.endswith("sheet"):
        book = read_table_file(answer.data, "file.xlsx")
        return "\n".join(str(cell) for sheet in book.sheets for row in sheet.rows for cell in row)
    return ""


@pytest.mark.case("D6")
@pytest.mark.parametrize("who", WITHOUT_OTHERS)
def test_D6_no_page_and_no_file_tells_another_units_loans(stage: Stage, who: str) -> None:
    found = crawl(stage, who)
    files = [answer for answer in found.values() if answer.status_code == 200 and answer.mimetype != "text/html"]
    other = re.compile(rf"(?<!ย้าย-){re.escape(stage.loan[OTHER])}")  # a move that is offered to this unit is its matter
    telling = [address for address, answer in found.items() if other.search(words(answer))]
    assert telling == []
    if who in ("officer", "head"):
        assert files, "the crawl met no file"
        assert any(stage.loan[OWN] in words(answer) for answer in found.values())
