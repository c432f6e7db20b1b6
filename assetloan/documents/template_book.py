"""A workbook to be filled in: columns with drop-downs, an example, a sheet that explains, one with the choices."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assetloan.documents.sheets import FONT

ROWS = 2000  # how far down the drop-downs reach
_MOST_MESSAGE = 255  # characters of a message beside a cell in Excel
_MOST_TITLE = 32


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """A column: its heading, what to write there, an example, and the choices of its drop-down.

    `only_choices`: nothing else may be written; else Excel asks whether it is meant.
    """

    heading: str
    help: str
    example: str = ""
    choices: Sequence[str] = ()
    only_choices: bool = False
    width: float = 18


@dataclass(frozen=True, slots=True)
class TemplateBook:
    """The three sheets. `not_data` stands in the first cell of those that are not to be read."""

    sheet: str
    columns: Sequence[TemplateColumn]
    help_sheet: str
    help_headings: tuple[str, str, str]
    choice_sheet: str
    not_data: str
    notes: Sequence[str] = ()


def write_template(book: TemplateBook) -> bytes:
    """The workbook as bytes."""
    import xlsxwriter

    target = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    made = xlsxwriter.Workbook(target, plain)
    look = {"font_name": FONT, "font_size": 16, "valign": "top"}
    styles = {
        "head": made.add_format({**look, "bold": True, "text_wrap": True, "border": 1, "bg_color": "#E3F1F5"}),
        "text": made.add_format({**look, "num_format": "@"}),
        "example": made.add_format({**look, "num_format": "@", "italic": True, "font_color": "#595959"}),
        "wrap": made.add_format({**look, "text_wrap": True}),
        "bold": made.add_format({**look, "bold": True}),
    }
    page = made.add_worksheet(book.sheet)
    _write_help(made.add_worksheet(book.help_sheet), book, styles)
    places = _write_choices(made.add_worksheet(book.choice_sheet), book, styles)
    _write_data(page, book, styles, places)
    page.activate()
    made.close()
    return target.getvalue()


def _write_data(page: Any, book: TemplateBook, styles: dict[str, Any], places: dict[str, str]) -> None:
    for number, column in enumerate(book.columns):
        page.set_column(number, number, column.width, styles["text"])
        page.write_string(0, number, column.heading, styles["head"])
        page.write_string(1, number, column.example, styles["example"])
        check: dict[str, Any] = {
            "validate": "any",
            "input_title": column.heading[:_MOST_TITLE],
            "input_message": column.help[:_MOST_MESSAGE],
        }
        if column.heading in places:
            check |= {
                "validate": "list",
                "source": places[column.heading],
                "error_type": "stop" if column.only_choices else "warning",
                "error_title": column.heading[:_MOST_TITLE],
                "error_message": column.help[:_MOST_MESSAGE],
            }
        page.data_validation(1, number, ROWS, number, check)
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _write_help(page: Any, book: TemplateBook, styles: dict[str, Any]) -> None:
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 80)
    page.set_column(2, 2, 30)
    page.write_string(0, 0, book.not_data, styles["bold"])
    for row, note in enumerate(book.notes, 1):
        page.write_string(row, 0, note, styles["text"])
    top = len(book.notes) + 2
    for number, heading in enumerate(book.help_headings):
        page.write_string(top, number, heading, styles["head"])
    for row, column in enumerate(book.columns, top + 1):
        for number, words in enumerate((column.heading, column.help, column.example)):
            page.write_string(row, number, words, styles["wrap"])


def _write_choices(page: Any, book: TemplateBook, styles: dict[str, Any]) -> dict[str, str]:
    """Each column's choices one below the other; returns where those of each heading stand."""
    page.write_string(0, 0, book.not_data, styles["bold"])
    places: dict[str, str] = {}
    offered = [column for column in book.columns if column.choices]
    for number, column in enumerate(offered):
        letter = chr(ord("A") + number)
        page.set_column(number, number, 30)
        page.write_string(1, number, column.heading, styles["head"])
        for row, choice in enumerate(column.choices, 2):
            page.write_string(row, number, choice, styles["text"])
        places[column.heading] = f"='{book.choice_sheet}'!${letter}$3:${letter}${len(column.choices) + 2}"
    return places
