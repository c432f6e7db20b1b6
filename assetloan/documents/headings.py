"""The header of a table in a sheet: what columns are called, and in which row it stands.

The header is found, not assumed (contract.md 5): within the first 15 rows, in one row or in two, under titles and
blank rows, in Thai or English, spelled with or without spaces, dots and brackets (domain.md 8.1 and 8.3 item 1).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assetloan.core.text import search_key
from assetloan.documents.cells import Cell, is_blank

HEADER_WITHIN = 15
LONGEST_HEADING = 200

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NOISE = re.compile(r"[\s._:*\"'“”]+")

Names = dict[str, tuple[str, int]]
Meanings = Mapping[str, Mapping[int, str]]  # key of a header → column → field, "" for none


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its field, the heading we write ourselves, the other headings we understand (best first).

    With `join` several such columns are read together; else the best named one counts. `fill_merged`: a cell merged
    over several rows holds for all of them.
    """

    field: str
    heading: str
    aliases: tuple[str, ...] = ()
    join: str | None = None
    fill_merged: bool = False


@dataclass(frozen=True, slots=True)
class TableSpec:
    """The columns of one kind of file; a header needs at least one of `needs`.

    `printed`: the sheets are laid out for paper, with section, total and signature rows among the data. `instead`:
    a field and the one whose column stands for it in a sheet that has no other ("รายละเอียด" beside no "รายการ").
    """

    kind: str
    columns: tuple[Column, ...]
    needs: tuple[str, ...]
    printed: bool = False
    instead: tuple[tuple[str, str], ...] = ()

    def column(self, name: str) -> Column:
        """The column of a field."""
        return next(column for column in self.columns if column.field == name)

    def names(self) -> Names:
        """Heading key → field and rank of the alias (0 is best)."""
        names: Names = {}
        for column in self.columns:
            for rank, alias in enumerate((column.field, column.heading, *column.aliases)):
                names.setdefault(header_key(alias), (column.field, rank))
        return names


@dataclass(frozen=True, slots=True)
class Header:
    """Where the headings stand (rows from 0) and field → its columns, the best named first."""

    first_row: int
    last_row: int
    fields: dict[str, tuple[int, ...]]

    @property
    def known_columns(self) -> int:
        return sum(map(len, self.fields.values()))


@lru_cache(maxsize=2048)
def header_key(text: str) -> str:
    """A heading without case, spaces, line breaks, dots and what stands in brackets."""
    key = search_key(text)
    bare = _NOISE.sub("", _BRACKETS.sub("", key)).strip("-/")
    return bare or _NOISE.sub("", key).strip("-/()[]")


def key_of(rows: Sequence[Sequence[Cell]], header: Header) -> str:
    """The key under which the meaning of a header's columns is remembered: its words, whatever their form."""
    stacked = (labels(rows[index]) for index in range(header.first_row, header.last_row + 1))
    words = "\x1e".join("\x1f".join(f"{column}={key}" for column, key in row.items()) for row in stacked)
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def meant(header: Header, columns: Mapping[int, str]) -> Header:
    """The header with what somebody said about its columns; about the others it stays as understood."""
    fields: dict[str, tuple[int, ...]] = {}
    for column, name in sorted(columns.items()):
        if name:
            fields[name] = (*fields.get(name, ()), column)
    for name, places in header.fields.items():
        left = tuple(place for place in places if place not in columns)
        if left:
            fields[name] = (*fields.get(name, ()), *left)
    return replace(header, fields=fields)


def header_at(rows: Sequence[Sequence[Cell]], index: int, spec: TableSpec) -> Header | None:
    """The header that stands in the row that somebody named, however little of it is understood."""
    if not 0 <= index < len(rows):
        return None
    found = max(_candidates(rows, index, spec), key=lambda header: header.known_columns, default=None)
    return found or Header(index, index, {})


def find_header(rows: Sequence[Sequence[Cell]], spec: TableSpec, chosen: Meanings | None = None) -> Header | None:
    """The header of a sheet, None when none is understood. `chosen`: headers that somebody explained."""
    best: Header | None = None
    for index in range(min(HEADER_WITHIN, len(rows))):
        for header in _candidates(rows, index, spec):
            if chosen and key_of(rows, header) in chosen:
                return header
            enough = len(header.fields) >= min(2, len(spec.columns)) and not header.fields.keys().isdisjoint(spec.needs)
            if enough and (best is None or header.known_columns > best.known_columns):
                best = header
    return best


def labels(row: Sequence[Cell]) -> dict[int, str]:
    """Column → heading key of the cells that hold text."""
    texts = ((column, cell) for column, cell in enumerate(row) if isinstance(cell, str) and not is_blank(cell))
    return {column: header_key(text[:LONGEST_HEADING]) for column, text in texts}


def _candidates(rows: Sequence[Sequence[Cell]], index: int, spec: TableSpec) -> Iterator[Header]:
    for header in _read(rows, index, spec.names()):
        fields = header.fields
        for name, other in spec.instead:
            if other in fields and name not in fields:
                fields = {name if field == other else field: places for field, places in fields.items()}
        yield replace(header, fields=fields)


def _read(rows: Sequence[Sequence[Cell]], index: int, names: Names) -> Iterator[Header]:
    top = labels(rows[index])
    if not top:
        return
    yield _header(index, index, {column: (text,) for column, text in top.items()}, names)
    if index + 1 == len(rows):
        return
    below = labels(rows[index + 1])
    filled = sum(not is_blank(cell) for cell in rows[index + 1])
    if not below or len(below) != filled:  # a number or a date: a row of data
        return
    if not any(key in names and column not in below for column, key in top.items()):  # only a title above
        return
    texts = _two_rows(top, below)
    known = sum(any(key in names for key in texts[column]) for column in below)
    if known * 2 >= len(below):
        yield _header(index, index + 1, texts, names)


def _two_rows(top: dict[int, str], below: dict[int, str]) -> dict[int, tuple[str, ...]]:
    """The possible headings of each column; one merged over several columns stands in the first of them only."""
    texts: dict[int, tuple[str, ...]] = {}
    group = ""
    for column in range(max(*top, *below) + 1):
        group = top.get(column, group)
        if column in below:
            texts[column] = (group + below[column], below[column])
        elif column in top:
            texts[column] = (top[column],)
    return texts


def _header(first: int, last: int, texts: dict[int, tuple[str, ...]], names: Names) -> Header:
    found: dict[str, list[tuple[int, int]]] = {}
    for column, keys in texts.items():
        name = next((names[key] for key in keys if key in names), None)
        if name is not None:
            found.setdefault(name[0], []).append((name[1], column))
    return Header(first, last, {name: tuple(column for _, column in sorted(at)) for name, at in found.items()})
