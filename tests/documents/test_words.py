"""Every error code of this package has its sentence, in which all facts find their place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import assetloan.documents.table_words
import assetloan.documents.words
from assetloan.core import i18n
from assetloan.core.errors import DomainError

PACKAGE = Path(assetloan.documents.words.__file__).parent
RAISED = re.compile(r'(?:FileRefused|WorkStopped|DomainError)\(\s*"(\w+)"')
MAPPED = re.compile(r'"((?:file|photo|work)_\w+)"')
FACTS = {
    "name": "x", "known": "a4-24", "most": 9, "count": 10, "cell": "XFD1", "rows": 9, "columns": 9, "most_rows": 9,
    "most_columns": 9, "sheet": "ก", "sheets": 9, "most_mib": 20, "width": 9, "height": 9, "start": 9, "length": 9,
    "needs": "ก",
}  # fmt: skip


def codes() -> set[str]:
    texts = [path.read_text() for path in PACKAGE.rglob("*.py") if path.name not in ("words.py", "table_words.py")]
    return {code for text in texts for code in RAISED.findall(text) + MAPPED.findall(text)}


def test_codes_are_found_in_the_source():
    assert {"file_bomb", "file_far_cell", "photo_heic", "work_timeout", "no_labels", "base_url_too_long"} <= codes()


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_code_has_a_sentence(code, app):
    assert code in i18n.registered_codes()
    with app.test_request_context():
        sentence = i18n.word(DomainError(code, **FACTS))
    assert re.search("[ก-ฮ]", sentence)
    assert "%(" not in sentence
