"""Migrations: the models equal the head, up and down again, triggers as listed; on both databases (G6)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask

from assetloan import schema
from assetloan.core import db_objects
from assetloan.core.db import Base, db

pytestmark = pytest.mark.both_databases


def catalogue(connection: sa.Connection) -> dict[str, list[str]]:
    inspector = sa.inspect(connection)
    tables = inspector.get_table_names()
    return {table: sorted(column["name"] for column in inspector.get_columns(table)) for table in tables}


def test_G6_models_equal_the_migrations(ctx: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_object": lambda _item, name, kind, *_rest: not db_objects.unseen(kind, name)},
        )
        assert compare_metadata(context, Base.metadata) == []


def test_G6_triggers_are_those_of_the_list(ctx: Flask) -> None:
    with db.engine.connect() as connection:
        assert db_objects.actual_names(connection) == db_objects.expected_names(connection.dialect.name)


def test_G6_down_and_up_gives_the_same_schema(ctx: Flask) -> None:
    with db.engine.connect() as connection:
        before = catalogue(connection)
    schema.downgrade(db.engine, "base")
    with db.engine.connect() as connection:
        assert set(catalogue(connection)) <= {"alembic_version"}
    schema.upgrade(db.engine)
    with db.engine.connect() as connection:
        assert catalogue(connection) == before
        assert db_objects.actual_names(connection) == db_objects.expected_names(connection.dialect.name)


def test_a_newer_schema_is_refused(ctx: Flask) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(schema.NewerSchema):
        schema.upgrade(db.engine)
