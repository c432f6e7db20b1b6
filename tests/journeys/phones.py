"""Many phones at once without browsers: cookies, forms and keep-alive over plain HTTP."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.browsing import the_form, values_of
from tests.factories import PASSWORD


@dataclass
class Answer:
    """What came back, and how long it took."""

    status: int
    headers: dict[str, str]
    text: str
    seconds: float

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


@dataclass
class Phone:
    """One browser session."""

    base: str
    cookies: dict[str, str] = field(default_factory=dict)
    connection: http.client.HTTPConnection | None = None

    def _ask(self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None) -> Answer:
        if self.connection is None:
            self.connection = http.client.HTTPConnection(urlsplit(self.base).netloc, timeout=60)
        given = {"Accept-Language": "th", **(headers or {})}
        if self.cookies:
            given["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        start = time.monotonic()
        try:
            self.connection.request(method, path, body, given)
            answer = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self.connection.close()  # a kept connection that the server closed in the meantime
            self.connection = http.client.HTTPConnection(urlsplit(self.base).netloc, timeout=60)
            self.connection.request(method, path, body, given)
            answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _equals, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        lower = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, lower, text, time.monotonic() - start)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, values: dict[str, Any]) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(values, doseq=True), headers)

    def form(self, path: str, action: str = "") -> tuple[str, dict[str, Any]]:
        """Open a page; the address of its form and what an untouched one would send."""
        page = self.get(path)
        assert page.status == 200, (path, page.status)
        form = the_form(page.text, action)
        return str(form.action or path), dict(values_of(form))

    def hang_up(self) -> None:
        if self.connection is not None:
            self.connection.close()

    def sign_in(self, username: str) -> Phone:
        action, values = self.form("/sign-in")
        answer = self.post(action, values | {"username": username, "password": PASSWORD})
        assert answer.status == 303, answer.text[:500]
        return self


def at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """All of them at the same instant; values or the exceptions they ended with."""
    outcomes: list[Any] = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(place: int) -> None:
        try:
            start.wait(timeout=60)
            outcomes[place] = works[place]()
        except Exception as error:  # the outcome of a race is looked at by the test
            outcomes[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return outcomes
