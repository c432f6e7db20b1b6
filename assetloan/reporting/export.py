"""The month as files: XLSX with both parts of the form (domain.md 2.8), CSV of its rows; official papers, in Thai."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assetloan.core import clock
from assetloan.core.calendar import thai_date
from assetloan.core.i18n import in_language
from assetloan.documents.sheets import Column, OutCell, OutSheet, write_csv, write_xlsx
from assetloan.identity.labels import PLACES
from assetloan.lending.labels import CONDITIONS
from assetloan.reporting import shape
from assetloan.reporting.labels import FIGURES, NOTHING, PART_A, PART_B, SHEETS, TITLE
from assetloan.reporting.monthly import LineRow, MonthlyReport, Summary

MIME = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file to be sent or written."""

    data: bytes
    name: str
    mime: str


def export(report: MonthlyReport, form: str) -> MadeFile:
    """The report as xlsx, csv or json."""
    whose = report.unit.code if report.unit is not None else "all"
    name = f"report-{report.month}-{whose}.{form}"
    with in_language("th"):
        made = {"xlsx": _xlsx, "csv": _csv, "json": _json}[form](report)
    return MadeFile(made, name, MIME[form])


def title_of(report: MonthlyReport) -> list[str]:
    """The lines above the tables: what it is, whose, which fiscal year, as of when; a nil month says so."""
    whose = report.unit.name if report.unit is not None else "ทุกหน่วยงาน"
    lines = [str(TITLE) % {"month": report.month.words()}, f"{whose} ปีงบประมาณ พ.ศ. {report.month.fiscal_year}"]
    lines.append(f"ข้อมูล ณ {_moment(report.period.as_of)}")
    if not report.summary["lines"]:
        lines.append(str(NOTHING))
    return lines


def _moment(instant: datetime) -> str:
    local = clock.in_bangkok(instant)
    return f"{thai_date(local.date())} เวลา {local:%H:%M} น."


def _json(report: MonthlyReport) -> bytes:
    return json.dumps(shape.monthly(report), ensure_ascii=False, indent=2).encode()


def _xlsx(report: MonthlyReport) -> bytes:
    title = title_of(report)
    sheets = [
        OutSheet(str(SHEETS["summary"]), [Column("หน่วยงาน", 40), *_part_a()], list(_summaries(report)), title),
        OutSheet(str(SHEETS["lines"]), _part_b(), list(_lines(report.lines)), title),
    ]
    if report.unit is not None:
        elsewhere = [Column("หน่วยงานผู้ให้ยืม", 34), *_part_b()]
        rows = [
            [row.unit.name if row.unit else "", *cells]
            for row, cells in zip(report.elsewhere, _lines(report.elsewhere), strict=True)
        ]
        sheets.append(OutSheet(str(SHEETS["elsewhere"]), elsewhere, rows, title))
    columns = [Column("ชื่อ", 26), Column("ตัวเลข", 12), Column("ชื่อในข้อมูล", 26), Column("ความหมาย", 80)]
    sheets.append(OutSheet(str(SHEETS["figures"]), columns, list(_figures(report.summary)), title))
    return write_xlsx(sheets)


def _csv(report: MonthlyReport) -> bytes:
    """Of a unit its lines; of the agency the figures of each unit."""
    if report.unit is not None:
        return write_csv([[column.heading for column in _part_b()], *_lines(report.lines)])
    head = ["รหัสหน่วยงาน", "หน่วยงาน", *(str(words) for words, _told in FIGURES.values())]
    rows = [[card.code, card.name, *_values(summary)] for card, summary in report.units]
    return write_csv([head, *rows, ["", "รวมทุกหน่วยงาน", *_values(report.summary)]])


def _values(summary: Summary) -> list[OutCell]:
    return [summary[name] for name in FIGURES]


def _part_a() -> list[Column]:
    return [Column(str(FIGURES[name][0]), 14) for name in PART_A]


def _part_b() -> list[Column]:
    return [Column(str(heading), width) for heading, width in PART_B]


def _summaries(report: MonthlyReport) -> Iterator[list[OutCell]]:
    for card, summary in report.units:
        yield [card.name, *(summary[name] for name in PART_A)]
    whose = report.unit.name if report.unit is not None else "รวมทุกหน่วยงาน"
    yield [whose, *(report.summary[name] for name in PART_A)]


def _figures(summary: Summary) -> Iterator[list[OutCell]]:
    for name, (words, meaning) in FIGURES.items():
        yield [str(words), summary[name], name, str(meaning)]


def _lines(rows: Sequence[LineRow]) -> Iterator[list[OutCell]]:
    """Part B: one row per line, numbered."""
    for number, row in enumerate(rows, 1):
        unit = row.borrower_unit.name if row.borrower_unit is not None else ""
        yield [
            number,
            row.loan,
            _day(row.handed_over_on),
            " / ".join(part for part in (row.borrower, row.borrower_position, unit) if part),
            row.name,
            row.asset_no,
            row.quantity,
            row.purpose,
            str(PLACES[row.place]),
            _day(row.due_on),
            _day(row.returned_on),
            str(CONDITIONS[row.condition]) if row.condition is not None else "",
            row.days_late or "",
            ", ".join(part for part in (row.agency, row.note) if part),
        ]


def _day(day: date | None) -> str:
    return thai_date(day, "short") if day is not None else ""
