"""Job: read a table file into lines of JSON, one a row; sheets one after another. Runs inside the child."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Iterable
from typing import Any, BinaryIO

from assetloan.documents.errors import FileRefused
from assetloan.documents.inside import csvtext, fills, htmltables, zipcheck
from assetloan.documents.inside.kinds import sheet_kind

BLANK_ROWS = 100
SHEETS = 200


def read(source: BinaryIO, args: dict[str, Any], out: BinaryIO) -> dict[str, Any]:
    """Write every row of every sheet as a line of JSON; return the kind, the sheets and the workbook's marks."""
    kind = sheet_kind(source)
    source.seek(0)
    if kind == "csv":
        data = source.read()
        count = _write_rows(csvtext.rows(csvtext.decode(data)), 0, out)
        return {"kind": kind, "sheets": [{"name": "", "hidden": False, "rows": count, "merged": []}], "marks": {}}
    if kind == "html":
        rows, merged = htmltables.rows_of(csvtext.decode(source.read()))
        count = _write_rows(htmltables.cells(rows), 0, out)
        return {"kind": kind, "sheets": [{"name": "", "hidden": False, "rows": count, "merged": merged}], "marks": {}}
    marks = zipcheck.check(source) if kind == "xlsx" else {}
    source.seek(0)
    sheets = _read_workbook(source, out)
    if kind == "xlsx" and not marks:  # what we wrote ourselves tells everything in words
        coloured = fills.rows_coloured(source)
        sheets = [facts | {"colours": coloured.get(facts["name"], {})} for facts in sheets]
    return {"kind": kind, "sheets": sheets, "marks": marks}


def _read_workbook(source: BinaryIO, out: BinaryIO) -> list[dict[str, Any]]:
    import python_calamine as calamine

    broken = (calamine.CalamineError, calamine.XmlError, calamine.ZipError, OSError, ValueError)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(source.read()))
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == calamine.SheetTypeEnum.WorkSheet]
        if len(sheets) > SHEETS:
            raise FileRefused("file_too_many_sheets", sheets=len(sheets), most=SHEETS)
        return [
            _read_sheet(book.get_sheet_by_name(sheet.name), sheet.visible != calamine.SheetVisibleEnum.Visible, out)
            for sheet in sheets
        ]
    except calamine.PasswordError:
        raise FileRefused("file_encrypted") from None
    except broken:
        raise FileRefused("file_broken") from None


def _read_sheet(sheet: Any, hidden: bool, out: BinaryIO) -> dict[str, Any]:
    first = sheet.start[1] if sheet.start else 0
    width = first + sheet.width
    if width > zipcheck.Limits.COLUMNS:
        raise _too_wide(sheet.name, width)
    count = _write_rows(sheet.iter_rows(), first, out)
    merged = [(*start, *end) for start, end in sheet.merged_cell_ranges or ()]
    return {"name": sheet.name, "hidden": hidden, "rows": count, "merged": merged}


def _write_rows(rows: Iterable[list[Any]], first: int, out: BinaryIO) -> int:
    """Write rows up to the last one that holds anything; a hundred blank ones end the table."""
    written = blank = 0
    for row in rows:
        cells = [_cell(value) for value in row]
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            blank += 1
            if blank >= BLANK_ROWS:
                break
            continue
        if len(cells) + first > zipcheck.Limits.COLUMNS:
            raise _too_wide("", len(cells) + first)
        out.write(b"[]\n" * blank)
        written += blank + 1
        blank = 0
        if written > zipcheck.Limits.MOST_ROWS:
            raise FileRefused("file_too_many_rows", rows=written, **zipcheck.limits())
        out.write(json.dumps([None] * first + cells, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    return written


def _too_wide(sheet: str, columns: int) -> FileRefused:
    return FileRefused("file_too_many_columns", sheet=sheet, columns=columns, **zipcheck.limits())


def _cell(value: Any) -> Any:
    """A value JSON can carry: dates are tagged, whole numbers lose their .0, blanks are None, the rest is text."""
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, bool | int) or value is None:
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, datetime.datetime):
        return {"at": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"on": value.isoformat()}
    return str(value)
