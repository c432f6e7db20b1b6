"""Pages as a browser uses them: the token of the session, a fresh key for each form, the sentence that people read."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from assetloan.core import ids


def token(client: FlaskClient) -> str:
    """The CSRF token of this session, from the page that everyone may open."""
    page = client.get("/account")
    if page.status_code != 200:
        page = client.get("/sign-in")
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def post(client: FlaskClient, url: str, *, key: str = "", **fields: Any) -> TestResponse:
    """Send a form with everything a form carries. Names with dashes: valid_from__day → valid_from-day."""
    data = {name.replace("__", "-"): value for name, value in fields.items()}
    return client.post(url, data={"csrf_token": token(client), "key": key or ids.new_token()} | data)


def seen(page: TestResponse) -> str:
    """The text of a page without its markup."""
    body = re.sub(r"<(script|style).*?</\1>", " ", page.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))
