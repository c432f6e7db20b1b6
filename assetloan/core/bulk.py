"""Many rows at once: identifiers reserved in one statement, rows inserted by one prepared statement.

Mapper events do not run here: the caller gives every column that the model fills by itself. Triggers and constraints
of the database hold as ever.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Dialect, text
from sqlalchemy.types import TypeEngine

from assetloan.core.db import Base, db, require_writing

T = TypeVar("T")
IN_ONE = 5000  # values of one IN list: below the limits of both databases


def pieces(items: Collection[T], size: int = IN_ONE) -> Iterator[list[T]]:
    """The items in lists of at most `size`, for statements that take only so many values."""
    waiting = list(items)
    for start in range(0, len(waiting), size):
        yield waiting[start : start + size]


def reserve_ids(model: type[Base], count: int) -> Sequence[int]:
    """Identifiers for `count` new rows, in order. On SQLite the write transaction itself keeps others out."""
    require_writing()
    table = model.__tablename__
    if db.session.get_bind().dialect.name == "postgresql":
        sequence = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
        return sorted(db.session.scalars(sequence, {"table": table, "count": count}))
    last = db.session.scalar(text(f"SELECT coalesce(max(id), 0) FROM {table}")) or 0  # noqa: S608 - a model's own name
    return range(last + 1, last + 1 + count)


def insert_rows(model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all give the same columns.

    The statement goes to the driver with values made ready here: compiling it for each row would take half the time
    of an import.
    """
    require_writing()
    if not rows:
        return
    connection = db.session.connection()
    dialect = connection.dialect
    names = list(rows[0])
    columns = model.__table__.c
    made = [_made([row[name] for row in rows], columns[name].type.dialect_impl(dialect), dialect) for name in names]
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    into = ", ".join(dialect.identifier_preparer.quote(columns[name].name) for name in names)
    statement = f"INSERT INTO {model.__tablename__} ({into}) VALUES ({', '.join([mark] * len(names))})"  # noqa: S608
    connection.exec_driver_sql(statement, list(zip(*made, strict=True)))


def _made(values: list[Any], kind: TypeEngine[Any], dialect: Dialect) -> list[Any]:
    """The values of one column as the driver takes them; None is NULL. One object many times is made ready once."""
    make = kind.bind_processor(dialect)
    if make is None:
        return values
    ready: list[Any] = []
    last, result = None, None
    for value in values:
        if value is not last:
            last, result = value, make(value)
        ready.append(None if value is None else result)
    return ready
