"""Labelling a room without a network: opened once, scanned offline, page closed and opened again, sent in order."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from assetloan.assets import codes
from assetloan.assets.labelling import rounds
from assetloan.assets.labelling.models import LabellingAct
from assetloan.assets.models import Asset, Code
from assetloan.assets.rules import CodeState
from assetloan.core import clock
from assetloan.core.db import db, transaction
from assetloan.identity import queries
from assetloan.identity.rules import console
from tests.factories import PASSWORD
from tests.journeys.conftest import Walk
from tests.journeys.house import House


def prepared(home: House) -> tuple[str, list[str]]:
    """An open round of the unit: the address of its room, and blank codes."""
    with home.server.app.app_context():
        unit = queries.unit_by_code(home.unit, clock.today())
        with transaction():
            rounds.start_round(console(), unit.id, now=clock.now())
            codes.create_blank_codes(console(), unit.id, 2, now=clock.now())
        blank = sa.select(Code.code).where(Code.unit_id == unit.id, Code.state == CodeState.BLANK)
        found = list(db.session.scalars(blank))
        place = db.session.scalar(sa.select(Asset.place_id).where(Asset.asset_no == home.numbers[0])) or 0
        db.session.remove()
    return f"/labelling/{home.unit}/rooms/{place}", found


def labelled(home: House) -> list[tuple[str, str]]:
    """What the server knows, in its order: kind and number."""
    with home.server.app.app_context():
        query = sa.select(LabellingAct.kind, Asset.asset_no).join(Asset, Asset.id == LabellingAct.asset_id)
        rows = db.session.execute(query.where(Asset.asset_no.in_(home.numbers)).order_by(LabellingAct.id))
        found = [(kind, number) for kind, number in rows]
        db.session.remove()
    return found


def test_U12_a_room_is_labelled_without_a_network(walk: Walk, home: House) -> None:
    address, blank = prepared(home)
    walker = walk()
    walker.sign_in(home.people["officer"], PASSWORD)
    page, context = walker.page, walker.context
    page.goto(walker.base + address)
    page.evaluate("navigator.serviceWorker.ready.then(() => caches.match('/labelling/offline')).then((kept) => !!kept)")
    expect(page.locator("input[name=asset]")).to_have_count(len(home.numbers))

    context.set_offline(True)
    page.check(f"input[value='{home.numbers[0]}']")
    page.fill("#code", blank[0])
    page.keyboard.press("Enter")
    expect(page.locator("#unsent")).to_contain_text("ยังไม่ส่ง 1 รายการ")
    page.close()

    page = context.new_page()
    page.goto(walker.base + address)
    expect(page.locator("#unsent")).to_contain_text("ยังไม่ส่ง 1 รายการ")
    page.check(f"input[value='{home.numbers[1]}']")
    page.fill("#code", "SN-OFFLINE-1")
    page.check("input[name=adopt]")
    page.press("#code", "Enter")
    expect(page.locator("#unsent")).to_contain_text("ยังไม่ส่ง 2 รายการ")
    page.fill("#code", home.codes[2])
    page.keyboard.press("Enter")
    expect(page.locator("#unsent")).to_contain_text("ยังไม่ส่ง 3 รายการ")
    assert labelled(home) == []

    context.set_offline(False)
    expect(page.locator("#unsent")).to_be_hidden()
    first, second, third = home.numbers[:3]
    assert labelled(home) == [("linked", first), ("adopted", second), ("attached", third)]

    page.goto(walker.base + address)
    expect(page.locator("#room .bar")).to_contain_text("ยืนยันป้ายของ")
    page.click("#room .bar button")
    expect(page.locator("#room li")).to_have_count(2)
    shell = page.evaluate("caches.match('/labelling/offline').then((kept) => kept.text())")
    assert home.numbers[0] not in shell
    assert home.people["officer"] not in shell
    assert kept(page, address) == [True, 0]
    page.goto(walker.base + "/account")
    page.locator("form[action$='/sign-out'] button").click()
    page.wait_for_url("**/sign-in**")
    page.wait_for_function("address => labellingStore.list(address).then((list) => !list)", arg=address)
    assert kept(page, address) == [False, 0]


def kept(page: Page, address: str) -> list[Any]:
    """Is the list on the telephone, and how many acts are?"""
    found: list[Any] = page.evaluate(
        "async (address) => [!!(await labellingStore.list(address)), (await labellingStore.acts()).length]", address
    )
    return found


def test_U12_unsent_acts_outlive_a_session_and_stay_with_their_person(walk: Walk, home: House) -> None:
    address, blank = prepared(home)
    walker = walk()
    walker.sign_in(home.people["officer"], PASSWORD)
    page, context = walker.page, walker.context
    page.goto(walker.base + address)
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    expect(page.locator("input[name=asset]")).to_have_count(len(home.numbers))
    context.set_offline(True)
    page.check(f"input[value='{home.numbers[0]}']")
    page.fill("#code", blank[0])
    page.press("#code", "Enter")
    expect(page.locator("#unsent")).to_contain_text("ยังไม่ส่ง 1 รายการ")

    context.clear_cookies()
    context.set_offline(False)
    expect(page.locator("[data-said-here]")).to_contain_text("รายการยังอยู่ในเครื่อง")
    page.goto(walker.base + "/sign-in")
    page.wait_for_function("address => labellingStore.list(address).then((list) => !list)", arg=address)
    assert kept(page, address) == [False, 1]

    walker.sign_in(home.people["head"], PASSWORD)
    page.goto(walker.base + address)
    page.wait_for_load_state("networkidle")
    assert labelled(home) == []
    context.clear_cookies()
    walker.sign_in(home.people["officer"], PASSWORD)
    page.goto(walker.base + address)
    expect(page.locator("#unsent")).to_be_hidden()
    expect(page.locator("#room li")).to_have_count(1)
    assert labelled(home) == [("linked", home.numbers[0])]


def test_U12_a_new_release_replaces_the_kept_page_and_loses_nothing(walk: Walk, home: House) -> None:
    """The telephone holds the page of an older release and an act that was not sent: the page goes, the act is sent."""
    address, blank = prepared(home)
    walker = walk()
    walker.sign_in(home.people["officer"], PASSWORD)
    page, context = walker.page, walker.context
    page.goto(walker.base + address)
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    expect(page.locator("input[name=asset]")).to_have_count(len(home.numbers))
    context.set_offline(True)
    page.check(f"input[value='{home.numbers[0]}']")
    page.fill("#code", blank[0])
    page.press("#code", "Enter")
    expect(page.locator("#unsent")).to_contain_text("ยังไม่ส่ง 1 รายการ")
    page.evaluate(
        """async () => {
          for (const name of await caches.keys()) await caches.delete(name);
          await (await navigator.serviceWorker.getRegistration()).unregister();
          const old = await caches.open("labelling-0");
          await old.put("/labelling/offline", new Response("<p>old</p>", { headers: { "content-type": "text/html" } }));
        }"""
    )
    page.close()
    page = context.new_page()
    context.set_offline(False)
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        page.goto(walker.base + address)
    page.wait_for_function("caches.keys().then((names) => names.length === 1 && names[0] !== 'labelling-0')")
    expect(page.locator("#unsent")).to_be_hidden()
    assert labelled(home) == [("linked", home.numbers[0])]
    context.set_offline(True)
    page.goto(walker.base + address)
    expect(page.locator("#room")).to_contain_text(home.numbers[1])
