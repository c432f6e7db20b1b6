"""The database: types, connection rules, and the one way to write.

Every change happens inside `transaction()`: it ends the read transaction first, begins a write transaction at once
(BEGIN IMMEDIATE on SQLite), runs what must happen last (the audit chain) and commits once. See docs/adr/0004.
"""

from __future__ import annotations

import enum
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import pysqlite3.dbapi2
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session

from assetloan.core.errors import DomainError
from assetloan.core.money import Money

log = logging.getLogger(__name__)

# SQLite 3.7.0 to 3.51.2 can corrupt a WAL file on reset; the backports are named in reliability.md section 1.
WAL_SAFE_FROM = (3, 51, 3)
WAL_SAFE_BACKPORTS = {(3, 44, 6), (3, 50, 7)}

_writing: ContextVar[bool] = ContextVar("writing", default=False)
_only_shown: ContextVar[bool] = ContextVar("only_shown", default=False)


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database. Refuses naive times."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class MoneyType(sa.types.TypeDecorator[Money]):
    """An amount, stored as whole satang (Numeric on SQLite is REAL and loses satang without a word)."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: Dialect) -> int | None:
        return None if value is None else value.satang

    def process_result_value(self, value: int | None, dialect: Dialect) -> Money | None:
        return None if value is None else Money(value)


def value_enum(members: type[enum.Enum], name: str) -> sa.Enum:
    """A column of an enum with a CHECK of its own name (for two columns of one enum in one table)."""
    return sa.Enum(
        members,
        name=name,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=32,
        values_callable=lambda items: [str(item.value) for item in items],
    )


NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of all tables. Enums are stored by value, with a named CHECK."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: UTCDateTime,
        Money: MoneyType,
        dict[str, Any]: sa.JSON,
        enum.Enum: sa.Enum(
            enum.Enum,
            native_enum=False,
            create_constraint=True,
            validate_strings=True,
            length=32,
            values_callable=lambda members: [str(member.value) for member in members],
        ),
    }


db = SQLAlchemy(metadata=Base.metadata)


def engine_options(url: str) -> dict[str, Any]:
    """Options for create_engine by kind of database. Thai in JSON stays Thai: as escapes it takes twice the room."""
    shared = {"json_serializer": json.JSONEncoder(ensure_ascii=False).encode}
    if url.startswith("sqlite"):
        return shared | {"module": pysqlite3.dbapi2, "connect_args": {"timeout": 8, "check_same_thread": False}}
    return shared | {"pool_pre_ping": True, "pool_size": 4, "max_overflow": 4, "connect_args": {"connect_timeout": 5}}


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """True when this SQLite library is free of the WAL-reset fault."""
    return version[:3] >= WAL_SAFE_FROM or version[:3] in WAL_SAFE_BACKPORTS


def prepare(engine: Engine) -> None:
    """Hang the connection rules on an engine: pragmas, and which BEGIN a transaction gets."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "connect", _prepare_postgres)
        return
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _prepare_postgres(connection: Any, _record: Any) -> None:
    connection.execute("SET TIME ZONE 'UTC'")
    connection.commit()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # our own BEGIN, else savepoints are lost
    safe = wal_is_safe(pysqlite3.dbapi2.sqlite_version_info)
    for pragma in (
        "busy_timeout=8000",
        f"journal_mode={'WAL' if safe else 'TRUNCATE'}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-16000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


# What must run last before COMMIT, in this order; `audit` hangs its chain here.
before_commit: list[Callable[[Session], None]] = []


@contextmanager
def transaction() -> Iterator[Session]:
    """One write transaction: everything in it is kept, or nothing is. They do not nest.

    Objects loaded before are expired: a read transaction that turned into a write would meet "database is locked".
    """
    if _writing.get():
        raise RuntimeError("a write transaction is open already")
    if _only_shown.get():
        raise DomainError("form_not_sent")
    session: Session = db.session()
    session.rollback()
    session.info.clear()
    token = _writing.set(True)
    try:
        session.connection()
        yield session
        session.flush()
        for last in before_commit:
            last(session)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.clear()
        _writing.reset(token)


@contextmanager
def nothing_is_written() -> Iterator[None]:
    """A form is drawn again, not sent: `transaction()` refuses meanwhile, and forms do not pass for valid."""
    token = _only_shown.set(True)
    try:
        yield
    finally:
        _only_shown.reset(token)


def only_shown() -> bool:
    """Inside `nothing_is_written()`?"""
    return _only_shown.get()


@contextmanager
def savepoint() -> Iterator[None]:
    """One of several changes inside a transaction: when it fails it is taken back alone, its audit notes too."""
    session: Session = db.session()
    noted = {key: len(value) for key, value in session.info.items() if isinstance(value, list)}
    try:
        with session.begin_nested():
            yield
    except BaseException:
        for key, value in session.info.items():
            if isinstance(value, list):
                del value[noted.get(key, 0) :]
        raise


@contextmanager
def writing_connection(engine: Engine) -> Iterator[Connection]:
    """A bare connection whose transactions are write transactions (migrations)."""
    token = _writing.set(True)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        _writing.reset(token)


def require_writing() -> None:
    """Services call this through audit: a change outside `transaction()` would be lost or unaudited."""
    if not _writing.get():
        raise RuntimeError("changes need an open transaction()")


def constraint_name(error: IntegrityError) -> str:
    """The name of the constraint that refused, on either database ("" when it cannot be told)."""
    original: Any = error.orig
    name = getattr(getattr(original, "diag", None), "constraint_name", None)
    return str(name) if name else str(original)


def violates(error: IntegrityError, *names: str) -> bool:
    """Did one of these constraints refuse? SQLite names columns for unique indexes: `table.column` is taken too."""
    text = constraint_name(error)
    return any(name in text for name in names)
