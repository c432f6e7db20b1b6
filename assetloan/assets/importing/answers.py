"""What people say about one register file beside the file itself: answers asked once, corrections, what columns mean.

Plain data: a page or a command passes it to `read_assets`, and `import_service` keeps it with the staged import. The
file itself never changes, so that the original cells stay what the office wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

PriceMeans = Literal["unit", "total"]
CenturyMeans = Literal["be", "ce"]
RangeMeans = Literal["pieces", "one"]
LotMeans = Literal["pieces", "one"]
RowKey = tuple[str, int]  # the name of the sheet, and the row as a spreadsheet numbers it

CHOICES: Mapping[str, tuple[str, ...]] = {
    "price": ("unit", "total"),
    "century": ("be", "ce"),
    "ranges": ("pieces", "one"),
    "lots": ("pieces", "one"),
}


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one file; everything may be left unsaid.

    `price`: what a price means in a row of several pieces: of each ("unit") or of all of them ("total").
    `century`: years written 00–42: พ.ศ. 2500–2542 ("be") or ค.ศ. 2000–2042 ("ce"); 43–99 are always พ.ศ. 25xx.
    `ranges`: a number like 7440-001-0001/1-15 without a quantity: fifteen pieces, or one thing with that number.
    `lots`: a quantity above one without numbers of its own: a record for each piece, or one for the lot.
    `columns`: key of a header (`SeenTable.key`) → column from 0 → field, "" for a column that is left out.
    `header_rows`: sheet → the row of its header, when the one that was found is wrong.
    `left_out`: sheets that are not to be read.
    `corrections`: row → field → the text that stands for the cell ("" empties it).
    `skipped`: rows that are not to be taken.
    `colours`: colour of a row → what it means (`colours.CHOICES`).
    `meant`: field → what the file says → what is meant, for all rows: a suggestion that somebody accepted.
    """

    price: PriceMeans | None = None
    century: CenturyMeans | None = None
    ranges: RangeMeans | None = None
    lots: LotMeans | None = None
    columns: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    header_rows: Mapping[str, int] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    corrections: Mapping[RowKey, Mapping[str, str]] = field(default_factory=dict)
    skipped: frozenset[RowKey] = frozenset()
    meant: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    colours: Mapping[str, str] = field(default_factory=dict)

    def corrected(self, sheet: str, row: int, fields: Mapping[str, str]) -> Self:
        """These answers and a correction of one row more; what was corrected before in that row stays."""
        key = (sheet, row)
        return replace(self, corrections={**self.corrections, key: {**self.corrections.get(key, {}), **fields}})

    def meaning(self, name: str, said: str, meant: str) -> Self:
        """These answers and an accepted suggestion more."""
        return replace(self, meant={**self.meant, name: {**self.meant.get(name, {}), said: meant}})

    def with_columns(self, key: str, columns: Mapping[int, str]) -> Self:
        """These answers with another meaning of the columns under one header."""
        return replace(self, columns={**self.columns, key: dict(columns)})

    def to_json(self) -> dict[str, Any]:
        """As JSON keeps it; `from_json` reads it back."""
        return {
            **{name: getattr(self, name) for name in CHOICES},
            "columns": {
                key: {str(place): name for place, name in columns.items()} for key, columns in self.columns.items()
            },
            "header_rows": dict(self.header_rows),
            "left_out": sorted(self.left_out),
            "corrections": [
                {"sheet": sheet, "row": row, "fields": dict(fields)}
                for (sheet, row), fields in sorted(self.corrections.items())
            ],
            "skipped": [[sheet, row] for sheet, row in sorted(self.skipped)],
            "meant": {name: dict(words) for name, words in self.meant.items()},
            "colours": dict(self.colours),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> Self:
        """What `to_json` wrote; nothing reads as nothing said. A choice that is none is left unsaid."""
        data = data or {}
        chosen = {name: data.get(name) for name, choices in CHOICES.items() if data.get(name) in choices}
        columns = {
            key: {int(place): name for place, name in columns.items()}
            for key, columns in data.get("columns", {}).items()
        }
        corrections = {(one["sheet"], int(one["row"])): dict(one["fields"]) for one in data.get("corrections", ())}
        return cls(
            **chosen,
            columns=columns,
            header_rows={sheet: int(row) for sheet, row in data.get("header_rows", {}).items()},
            left_out=frozenset(data.get("left_out", ())),
            corrections=corrections,
            skipped=_rows(data.get("skipped", ())),
            meant={name: dict(words) for name, words in data.get("meant", {}).items()},
            colours=dict(data.get("colours", {})),
        )


def _rows(pairs: Iterable[tuple[str, int]]) -> frozenset[RowKey]:
    return frozenset((sheet, int(row)) for sheet, row in pairs)


NOTHING_SAID = Answers()
