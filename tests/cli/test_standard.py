"""A new system knows the categories of the register; an old one keeps its own."""

from __future__ import annotations

from pathlib import Path

from assetloan.assets import categories, queries
from assetloan.cli import start
from assetloan.core import clock
from assetloan.core.db import db, transaction
from assetloan.identity.rules import console
from tests.conftest import make_settings


def test_the_first_start_enters_the_categories_and_the_next_changes_nothing(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    app = start.ready_app(settings)
    with app.app_context():
        found = {row.code: row for row in queries.categories()}
        assert found["7440"].asset_class == "ครุภัณฑ์คอมพิวเตอร์"
        assert (found["7440"].least_years, found["7440"].years, found["7440"].most_years) == (3, 3, 5)
        own = categories.CategoryData("7440", "เครื่องคอมพิวเตอร์ของกรม", "ครุภัณฑ์คอมพิวเตอร์", 3, 5, 5, 2000)
        with transaction():
            categories.save_category(console(), own, now=clock.now())
        db.session.remove()
        db.engine.dispose()
    again = start.ready_app(settings)
    with again.app_context():
        assert {row.code: row.years for row in queries.categories()}["7440"] == 5
        db.session.remove()
        db.engine.dispose()
