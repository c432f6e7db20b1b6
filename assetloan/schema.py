"""All tables in one import, and bringing a database up to date."""

from __future__ import annotations

import json
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine

import assetloan.assets.care.models
import assetloan.assets.custody.models
import assetloan.assets.finding.models
import assetloan.assets.importing.models
import assetloan.assets.labelling.models
import assetloan.assets.models
import assetloan.assets.reconciling.models
import assetloan.assets.valuation.models
import assetloan.audit.models
import assetloan.core.beat_models
import assetloan.core.counters
import assetloan.core.holidays
import assetloan.core.idempotency
import assetloan.core.job_models
import assetloan.core.settings
import assetloan.documents.files
import assetloan.identity.models
import assetloan.lending.authority.models
import assetloan.lending.booking.models
import assetloan.lending.changing.models
import assetloan.lending.chasing.models
import assetloan.lending.models
import assetloan.lending.settling.models
import assetloan.notices.models  # noqa: F401
from assetloan.core.db import writing_connection

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


class NewerSchema(RuntimeError):
    """The database was made by a newer version of the program."""


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    return made


def head() -> str:
    """The revision this program wants."""
    found = ScriptDirectory.from_config(config()).get_current_head()
    if found is None:
        raise RuntimeError("there are no migrations")
    return found


def current(engine: Engine) -> str | None:
    """The revision the database has; None when it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Create or migrate. Two processes may start at once: the second waits, then finds nothing to do.

    Raises NewerSchema when the database is ahead of the program.
    """
    known = {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}
    now = current(engine)
    if now is not None and now not in known:
        raise NewerSchema(json.dumps({"database": now, "program": head()}))
    if now == head() and revision == "head":
        return
    with writing_connection(engine) as connection:
        made = config()
        made.attributes["connection"] = connection
        command.upgrade(made, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to a revision (tests only; production restores a backup)."""
    with writing_connection(engine) as connection:
        made = config()
        made.attributes["connection"] = connection
        command.downgrade(made, revision)
