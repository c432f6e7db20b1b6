"""A scene whose people have addresses, an application that knows a mail server, and instants to try."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from assetloan.config import LineSettings, MailSettings
from assetloan.core import beat
from assetloan.core.beat import Beaten
from assetloan.core.db import db, transaction
from assetloan.identity.models import Person
from assetloan.notices.models import Delivery
from tests.lending.scene import Scene, build
from tests.notices.post_office import LineHost, MailServer, line_host, mail_server

BASE = "https://pp.example.go.th"
SENDER = "assetloan@pp.example.go.th"


class Post:
    """The scene with a mail server: let time pass, see what left."""

    def __init__(self, scene: Scene, server: MailServer) -> None:
        self.scene, self.server, self.app = scene, server, scene.app

    def tick(self, at: datetime) -> Beaten:
        """Everything that is due as of an instant, which is also what the clock says."""
        self.scene.now = at
        with self.app.app_context():
            try:
                return beat.run(at)
            finally:
                db.session.remove()

    def rows(self, who: str = "") -> list[Delivery]:
        """The messages of a person (or all), oldest first."""
        with self.app.app_context():
            query = sa.select(Delivery).join(Person, Person.id == Delivery.person_id).order_by(Delivery.id)
            rows = list(db.session.scalars(query.where(Person.username == who) if who else query))
            db.session.expunge_all()
            db.session.remove()
        return rows

    def change(self, who: str, **values: object) -> None:
        """Write something about a person into the register, whatever the pages would say to it."""
        with self.app.app_context(), transaction() as session:
            session.execute(sa.update(Person).where(Person.username == who).values(values))


def address(who: str) -> str:
    return f"{who}@pp.example.go.th"


@pytest.fixture
def scene(app: Flask, set_clock: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch) -> Scene:
    from assetloan.core import clock

    made = build(app)
    monkeypatch.setattr(clock, "now", lambda: made.now)
    with app.app_context(), transaction() as session:
        for person in session.scalars(sa.select(Person)):
            person.email = address(person.username or "")
    return made


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as made:
        yield made


@pytest.fixture
def post(scene: Scene, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Post:
    given = replace(
        scene.app.config["SETTINGS"],
        base_url=BASE,
        mail=MailSettings("127.0.0.1", server.port, "", "", SENDER, "none"),
        line=None,
    )
    monkeypatch.setitem(scene.app.config, "SETTINGS", given)
    return Post(scene, server)


@pytest.fixture
def line(post: Post, monkeypatch: pytest.MonkeyPatch) -> Iterator[LineHost]:
    """LINE's address, known to the application."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with line_host() as host:
        given = replace(post.app.config["SETTINGS"], line=LineSettings("token-of-the-agency", "secret", host.url))
        monkeypatch.setitem(post.app.config, "SETTINGS", given)
        yield host
