"""Photos and stored files: taken in as pixels, shown to those who may see the thing, to nobody else (D8, E15)."""

from __future__ import annotations

import io
import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from assetloan.assets import queries
from assetloan.core.db import transaction
from assetloan.documents.files import add_file, path_of, store_bytes
from assetloan.identity.rules import Role, console
from tests.assets.pages import send
from tests.conftest import NOW
from tests.factories import a_person, a_unit, an_agency, an_asset, sign_in
from tests.installation import Once

PAGE = "/assets/A-1/photo"


def filled_desk(_app: Flask) -> None:
    an_agency()
    unit = a_unit("A", parent="DEP")
    a_unit("B", parent="DEP")
    a_person(Role.OFFICER, unit="A", username="officer", password=True)
    a_person(Role.OFFICER, unit="B", username="stranger", password=True)
    a_person(unit="B", username="staff", password=True)
    a_person(username="nobody", password=True)
    an_asset(unit, asset_no="A-1", name="กล้อง", loanable=True)
    an_asset(unit, asset_no="A-keep", name="ตู้", loanable=False)


@pytest.fixture
def desk(once: Once) -> None:
    once(filled_desk)


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (10, 120, 60)).save(out, kind)
    return out.getvalue()


def upload(client: FlaskClient, data: bytes, *, page: str = PAGE, description: str = "ด้านหน้า") -> TestResponse:
    return send(client, page, page, photo=(io.BytesIO(data), "../รูป.png"), description=description)


def photo_addresses(client: FlaskClient, number: str = "A-1") -> tuple[str, str]:
    """The addresses of the thumbnail and of the photo."""
    found = [re.search(r'<img src="(/files/\d+)"', client.get(page).text) for page in
             (f"/assets/{number}", f"/assets/{number}/photo")]  # fmt: skip
    assert all(found)
    return found[0][1], found[1][1]  # type: ignore[index]


@pytest.mark.usefixtures("desk")
def test_a_photo_is_made_anew_and_shown_with_its_words(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "officer")
    answer = upload(client, picture())
    assert answer.status_code == 303
    assert "บันทึกรูปแล้ว" in client.get(answer.location or "").text
    text = client.get("/assets/A-1").text
    assert 'alt="ด้านหน้า"' in text
    assert "รูปถ่าย: ด้านหน้า" in text
    for address in photo_addresses(client):
        shown = client.get(address)
        assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
        assert shown.data.startswith(b"\xff\xd8")
        assert (shown.headers["X-Content-Type-Options"], shown.headers["Cache-Control"]) == ("nosniff", "no-store")
        assert "sandbox" in shown.headers["Content-Security-Policy"]
        assert shown.headers["Content-Disposition"].startswith("inline")


@pytest.mark.usefixtures("desk")
def test_a_new_photo_takes_the_place_of_the_old_one_and_no_edit_is_disturbed(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "officer")
    upload(client, picture())
    first = photo_addresses(client)
    with app.app_context():
        version = queries.by_number(console(), "A-1").version
    upload(client, picture("JPEG"), description="ด้านหลัง")
    assert photo_addresses(client) != first
    assert client.get(first[0]).status_code == 200
    with app.app_context():
        assert queries.by_number(console(), "A-1").version == version


@pytest.mark.usefixtures("desk")
@pytest.mark.case("D8")
def test_D8_files_are_shown_by_the_reach_of_their_thing(client: FlaskClient) -> None:
    sign_in(client, "officer")
    upload(client, picture())
    upload(client, picture("JPEG"), page="/assets/A-keep/photo")
    lent, kept = photo_addresses(client), photo_addresses(client, "A-keep")
    visitor = client.application.test_client()
    for address in (*lent, *kept):
        assert visitor.get(address).status_code == 303
        assert "sign-in" in (visitor.get(address).location or "")
    for username, sees in (("staff", True), ("stranger", True), ("nobody", False)):
        other = client.application.test_client()
        sign_in(other, username)
        assert [other.get(address).status_code for address in lent] == [200 if sees else 404] * 2
        assert [other.get(address).status_code for address in kept] == [404] * 2
        assert other.get("/assets/A-keep/photo").status_code in (403, 404)


@pytest.mark.usefixtures("desk")
@pytest.mark.case("D8")
def test_D8_files_of_objects_without_a_rule_are_shown_to_nobody(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        digest = store_bytes(b"rows")
        with transaction():
            row = add_file(
                digest, size=4, mime="text/csv", name="x.csv", kind="import", unit_id=None, object_type="import",
                object_key="1", person_id=None, at=NOW,
            ).id  # fmt: skip
    sign_in(client, "officer")
    assert client.get(f"/files/{row}").status_code == 404
    assert client.get("/files/999999").status_code == 404
    assert client.get(f"/static/files/{digest[:2]}/{digest}").status_code == 404


@pytest.mark.usefixtures("desk")
def test_what_is_no_photo_leaves_as_a_download(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        key = str(queries.by_number(console(), "A-1").id)
        with transaction():
            row = add_file(
                store_bytes(b"<script>"), size=8, mime="text/html", name='ก"\r\nX: y.html', kind="letter", unit_id=None,
                object_type="asset", object_key=key, person_id=None, at=NOW,
            ).id  # fmt: skip
    sign_in(client, "officer")
    shown = client.get(f"/files/{row}")
    assert shown.status_code == 200
    assert shown.headers["Content-Disposition"].startswith("attachment")
    assert "X" not in shown.headers
    assert shown.headers["Content-Security-Policy"].endswith("sandbox")


@pytest.mark.usefixtures("desk")
def test_a_row_without_its_bytes_is_not_found(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "officer")
    upload(client, picture())
    address = photo_addresses(client)[1]
    with app.app_context():
        asset = queries.by_number(console(), "A-1")
        file = queries.stored_file(asset.photo_id or 0)
        assert file is not None
        path_of(file.sha256).unlink()
    assert client.get(address).status_code == 404


@pytest.mark.usefixtures("desk")
@pytest.mark.case("E15")
@pytest.mark.parametrize("data", [b"<html>", b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture()[:200]])
def test_E15_what_is_no_picture_is_refused_beside_the_field(app: Flask, client: FlaskClient, data: bytes) -> None:
    sign_in(client, "officer")
    answer = upload(client, data)
    assert answer.status_code == 422
    assert 'id="photo-error"' in answer.text
    assert 'value="ด้านหน้า"' in answer.text
    with app.app_context():
        assert queries.by_number(console(), "A-1").photo_id is None


@pytest.mark.usefixtures("desk")
def test_a_photo_needs_words_for_those_who_do_not_see_it(client: FlaskClient) -> None:
    sign_in(client, "officer")
    answer = upload(client, picture(), description=" ")
    assert answer.status_code == 422
    assert "กรุณาบอกว่าในรูปคืออะไร" in answer.text
    answer = send(client, PAGE, PAGE, description="ด้านหน้า")
    assert answer.status_code == 422
    assert "กรุณาเลือกรูป" in answer.text


@pytest.mark.usefixtures("desk")
@pytest.mark.case("D4")
def test_D4_only_the_officer_of_the_unit_changes_the_photo(app: Flask, client: FlaskClient, now: datetime) -> None:
    sign_in(client, "stranger")
    assert "<form" not in client.get(PAGE).text.split("<main")[1].split("</main")[0]
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/assets/new").text)
    assert token
    for page, status in ((PAGE, 403), ("/assets/A-keep/photo", 404)):
        given = {"csrf_token": token[1], "photo": (io.BytesIO(picture()), "x.png"), "description": "x"}
        assert client.post(page, data=given, content_type="multipart/form-data").status_code == status
    with app.app_context():
        assert queries.by_number(console(), "A-1").photo_id is None
