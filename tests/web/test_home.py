"""The home page by role: what waits, the three most done, notices until they are put aside."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.lending.scene import Scene, main_of, post, scene

__all__ = ["scene"]

Counting = Callable[[], AbstractContextManager[list[str]]]


def test_a_visitor_is_sent_to_sign_in(scene: Scene) -> None:
    assert scene.client().get("/").status_code == 303


def test_nothing_waits(scene: Scene) -> None:
    main = main_of(scene.client("guest").get("/"))
    assert "วันนี้ไม่มีเรื่องรอคุณ" in main
    assert "แจ้งให้ทราบ" not in main
    assert 'name="code"' in main


def test_each_role_sees_its_own_work(scene: Scene) -> None:
    scene.ask(scene.numbers[0])
    scene.approve(scene.ask(scene.numbers[1]))
    scene.declare(scene.out(scene.numbers[2]))
    scene.receive(scene.out(scene.numbers[3]), scene.numbers[3])
    expected = {
        "head": ("คำขอรอคุณพิจารณา", "/approvals"),
        "officer": ("ของที่อนุมัติแล้วรอส่งมอบ", "/desk/hand-over"),
        "secretariat": ("การคืนรออนุมัติ", "/returns"),
        "staff": ("ของที่คุณขอ อนุมัติแล้ว ไปรับได้", "/loans"),
    }
    for who, (words, address) in expected.items():
        main = main_of(scene.client(who).get("/"))
        assert re.search(rf'<a href="{address}"><span>{words}</span>', main), who
        for other, (strange, _address) in expected.items():
            if other != who:
                assert strange not in main, (who, strange)


def test_counts_stand_in_the_header_and_cost_one_statement(scene: Scene, count_queries: Counting) -> None:
    scene.ask(scene.numbers[0])
    page = scene.client("head").get("/loans").text
    assert re.search(r'href="/approvals">รออนุมัติ <span class="count"><span aria-hidden="true">1</span>', page)
    plain, busy = scene.client("guest"), scene.client("officer")
    plain.get("/accessibility")
    busy.get("/accessibility")
    with count_queries() as few:
        plain.get("/accessibility")
    with count_queries() as one_more:
        busy.get("/accessibility")
    assert len(one_more) == len(few) + 1


def test_notices_stay_until_put_aside(scene: Scene) -> None:
    loan = scene.ask(scene.numbers[0])
    scene.approve(loan)
    client = scene.client("staff")
    main = main_of(client.get("/"))
    assert "คำขอยืมของคุณได้รับอนุมัติแล้ว ติดต่อรับของได้" in main
    assert f"/loans/{loan}" in main.replace("%E0%B8%81%E0%B8%A2%E0%B8%9C", "กยผ")
    upto = re.search(r'name="upto" value="(\d+)"', main)
    assert upto is not None
    assert post(client, "/", "/notices/seen", upto="x").status_code == 303
    assert "แจ้งให้ทราบ" in client.get("/").text
    assert post(client, "/", "/notices/seen", upto=upto[1]).status_code == 303
    assert "แจ้งให้ทราบ" not in client.get("/").text


def test_equal_notices_are_one_with_a_count(scene: Scene) -> None:
    for number in scene.numbers[:3]:
        scene.ask(number)
    main = main_of(scene.client("head").get("/"))
    told = main.split("แจ้งให้ทราบ")[1]
    assert told.count("มีคำขอยืมรอคุณพิจารณา") == 1
    assert "3 รายการ" in told
    assert '<a href="/approvals"><span>มีคำขอยืมรอคุณพิจารณา</span>' in told
    assert "ล่าสุด" in told


def test_putting_aside_touches_only_ones_own(scene: Scene) -> None:
    scene.ask(scene.numbers[0])  # tells the head
    client = scene.client("staff")
    scene.approve(scene.ask(scene.numbers[1]))
    assert post(client, "/", "/notices/seen", upto="99999").status_code == 303
    assert "มีคำขอยืมรอคุณพิจารณา" in scene.client("head").get("/").text


@pytest.mark.parametrize("who", ["staff", "officer", "head", "secretariat", "director", "auditor"])
def test_every_link_of_home_and_menu_opens(scene: Scene, who: str) -> None:
    client = scene.client(who)
    for page in ("/", "/menu"):
        for address in set(re.findall(r'href="(/[^"#]*)"', main_of(client.get(page)))):
            assert client.get(address, follow_redirects=True).status_code == 200, (who, address)


def test_home_and_menu_have_the_same_groups(scene: Scene) -> None:
    client = scene.client("officer")
    found = {}
    for page, level in (("/", "h3"), ("/menu", "h2")):
        groups = main_of(client.get(page)).split('<div class="groups">')[1]
        found[page] = re.findall(rf"<section><{level}>([^<]+)</{level}>", groups)
        assert all("<a " in part for part in groups.split("<section>")[1:]), "no heading without a link"
    assert found["/"] == found["/menu"] == ["ยืมและคืน", "ทะเบียนและป้าย", "ดูแลทรัพย์สิน", "หน่วยงานและระบบ"]


@pytest.mark.parametrize("who", ["staff", "officer", "head"])
def test_no_link_of_the_menu_stands_there_twice(scene: Scene, who: str) -> None:
    addresses = re.findall(r'href="(/[^"#]*)"', main_of(scene.client(who).get("/menu")))
    assert len(addresses) == len(set(addresses))


def test_the_register_says_who_has_a_thing_by_right(scene: Scene) -> None:
    scene.out(scene.numbers[0])
    number = scene.numbers[0]
    officer = scene.client("officer").get(f"/assets/{number}").text
    assert "ถูกยืม ถึง 26 พ.ย. 2569" in officer
    assert "ผู้ยืม: นายstaff ใจดี" in officer
    assert "ประวัติการยืม" in officer
    guest = scene.client("guest").get(f"/assets/{number}").text
    assert "ถูกยืม ถึง 26 พ.ย. 2569" in guest
    assert "นายstaff" not in guest
    assert "ประวัติการยืม" not in guest
    assert "ถูกยืม ถึง 26 พ.ย. 2569" in scene.client("guest").get("/assets").text


@pytest.mark.parametrize("address", ["/files/{}", "/returns/A-2570-00001/{}"])
def test_a_number_that_no_row_can_have_is_not_found(scene: Scene, address: str) -> None:
    for number in (2**31, 2**63, 10**30):
        assert scene.client("secretariat").get(address.format(number)).status_code == 404


@pytest.mark.parametrize("address", ["/account/tokens/{}/revoke", "/delegations/{}/revoke"])
def test_a_number_that_no_row_can_have_is_not_found_by_a_form_either(scene: Scene, address: str) -> None:
    assert post(scene.client("head"), "/account", address.format(10**30)).status_code == 404
