"""The stage on which the routes are walked, and other applications on the same database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from assetloan import create_app
from assetloan.core.db import db
from tests.architecture.stage import Stage, set_stage
from tests.conftest import make_settings
from tests.installation import Once


@pytest.fixture
def stage(once: Once) -> Stage:
    return once(set_stage)


@pytest.fixture
def another_app(app: Flask, data_dir: Path) -> Iterator[Callable[..., Flask]]:
    """`another_app(ASSETLOAN_BASE_URL=…)`: one more application on the database of the test."""
    made: list[Flask] = []

    def make(**environ: str) -> Flask:
        made.append(create_app(make_settings(data_dir, app.config["SQLALCHEMY_DATABASE_URI"], **environ)))
        return made[-1]

    yield make
    for one in made:
        with one.app_context():
            db.engine.dispose()
