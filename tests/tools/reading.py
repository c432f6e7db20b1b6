"""Looking into the database of a command that has ended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite


def rows_of(data: Path, statement: str) -> list[tuple[Any, ...]]:
    """The rows of a statement on the database in a data folder."""
    connection = sqlite.connect(data / "assetloan.db")
    try:
        return [tuple(row) for row in connection.execute(statement)]
    finally:
        connection.close()
