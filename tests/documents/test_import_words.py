"""Every code that an import can answer with has a sentence."""

import re
from pathlib import Path

import assetloan.core.words
import assetloan.documents.words
import assetloan.identity.importing
import assetloan.lending.importing
from assetloan.assets import importing
from assetloan.core.i18n import registered_codes
from assetloan.documents import cells, import_report, tables

RAISED = re.compile(r'(?:CellError|FileRefused|DateError|reject|warn)\(\s*(?:\w+, |"\w+", )?"(\w+)"')
MODULES = (
    *(cells, tables, import_report, importing.rows, importing.cells, assetloan.core.calendar),
    *(assetloan.identity.importing, assetloan.lending.importing),
)


def test_every_code_has_words():
    raised = {code for module in MODULES for code in RAISED.findall(Path(module.__file__).read_text("utf-8"))}
    assert {"duplicate", "number_missing", "price_ambiguous", "date_ambiguous", "times_out_of_order"} <= raised
    assert raised - registered_codes() == set()
