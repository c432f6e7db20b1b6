"""Booking ahead by the API: what is free when, and the refusals of open days and lead days."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from assetloan.core.db import db, transaction
from assetloan.identity.queries import unit_by_code
from assetloan.identity.rules import console
from assetloan.lending.booking import service as booking
from assetloan.lending.booking.service import OpeningData
from tests.api.conftest import Office, path
from tests.conftest import NOW
from tests.factories import a_category, an_asset

TODAY = date(2026, 11, 23)


def free(office: Office, first: str, last: str) -> list[str]:
    answer = office.staff.get(f"/assets?unit=กยผ&available_from={first}&available_to={last}").json
    return [item["asset_no"] for item in answer["items"]]


@pytest.mark.both_databases
def test_what_is_reserved_ahead_is_free_before_and_after(office: Office) -> None:
    number, whole = office.assets[0], office.assets[:4]
    assert office.request(number, starts_on="2026-12-10", due_on="2026-12-12").status_code == 201
    assert free(office, "2026-12-07", "2026-12-09") == whole
    assert free(office, "2026-12-09", "2026-12-10") == whole[1:]
    assert free(office, "2026-12-12", "2026-12-12") == whole[1:]
    assert free(office, "2026-12-13", "2026-12-20") == whole
    row = office.staff.get(f"/assets/{path(number)}").json
    assert (row["status"], row["due_on"], row["next_reservation"]) == ("available", None, "2026-12-10")
    assert office.request(number, starts_on="2026-12-13", due_on="2026-12-14").status_code == 201
    taken = office.request(number, starts_on="2026-12-08", due_on="2026-12-10")
    assert (taken.status_code, taken.json["code"]) == (409, "asset_not_available")


@pytest.mark.both_databases
def test_what_nobody_collected_is_free_again(app: Flask, office: Office) -> None:
    number = path(office.request(starts_on="2026-11-24", due_on="2026-12-04").json["number"])
    office.head.post(f"/loans/{number}/approve")
    with app.app_context(), transaction():
        assert booking.expire_no_shows(console(), now=NOW.replace(day=30)) == ["กยผ-2570-00001"]
    assert office.staff.get(f"/loans/{number}").json["state"] == "expired"
    assert free(office, "2026-12-01", "2026-12-04") == office.assets[:4]
    assert office.staff.get(f"/assets/{path(office.assets[0])}").json["next_reservation"] is None


def test_any_day_may_be_due_until_the_unit_refuses(app: Flask, office: Office) -> None:
    assert office.request(starts_on="2026-11-28", due_on="2026-11-29").status_code == 201
    with app.app_context(), transaction():
        booking.set_opening(console(), "กยผ", OpeningData(frozenset(range(5)), refuses=True), now=NOW)
    refused = office.request(office.assets[1], due_on="2026-11-28")
    assert (refused.status_code, refused.json["code"]) == (422, "invalid")
    assert [(fault["field"], fault["code"]) for fault in refused.json["errors"]] == [("due_on", "unit_not_open")]
    assert office.request(office.assets[1], due_on="2026-11-30").status_code == 201


def test_lead_days_name_the_first_day(app: Flask, office: Office) -> None:
    with app.app_context():
        tent = a_category("8340", name="เต็นท์", lead_days=3).id
        unit = unit_by_code("กยผ", TODAY)
        number = an_asset(unit, asset_no="8340-001-0001", name="เต็นท์", category_id=tent).number
        db.session.remove()
    refused = office.request(number, due_on="2026-11-26")
    assert refused.status_code == 422
    assert [(fault["field"], fault["code"]) for fault in refused.json["errors"]] == [("starts_on", "too_soon")]
    assert "26 พ.ย. 2569" in refused.json["errors"][0]["detail"]
    assert office.request(number, starts_on="2026-11-26", due_on="2026-11-27").status_code == 201
