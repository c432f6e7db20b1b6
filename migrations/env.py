"""How a migration runs: triggers away, tables changed, triggers back, foreign keys checked (docs/adr/0006)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context
from sqlalchemy import text
from sqlalchemy.engine import Connection

import assetloan.schema  # noqa: F401 - all tables register themselves
from assetloan.core import db_objects
from assetloan.core.db import Base, MoneyType, UTCDateTime


def render_item(kind: str, item: Any, _autogen: Any) -> str | bool:
    """Our own types appear in migrations as plain ones, so old migrations never import new code."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, MoneyType):
        return "sa.BigInteger()"
    return False


def include_object(_item: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    return not db_objects.unseen(kind, name)


def run(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.rollback()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=sqlite,
        render_item=render_item,
        include_object=include_object,
        compare_type=True,
        transaction_per_migration=False,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if not sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(7440001)"))
        db_objects.drop_all(connection)
        context.run_migrations()
        db_objects.create_all(connection)
        if sqlite and connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
            raise RuntimeError("foreign keys are broken after the migration")
    if sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.rollback()


given: sa.Connection = context.config.attributes["connection"]
run(given)
