"""The English catalogue: extracted from the code, compared, brought up to date (`make i18n`, `make check`).

Thai is the source text; English must be whole: no missing, empty, fuzzy or left-over entry, the same placeholders.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "assetloan" / "translations"
ENGLISH = FOLDER / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%|%")
THAI = re.compile(r"[\u0e01-\u0e5b]")
HEADER = (
    "# English words of assetloan. The Thai source text stands in the code; `make i18n` brings this file up to date."
)


def extracted() -> Catalog:
    """All words of the code and the templates, with the files they stand in."""
    found = Catalog(project="assetloan", header_comment=HEADER, fuzzy=False)
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    for name, _line, text, comments, context in extract_from_dir(
        ROOT, methods, options, KEYWORDS, directory_filter=lambda path: not Path(path).name.startswith((".", "_"))
    ):
        found.add(text, None, [(name, 0)], auto_comments=comments, context=context)
    for message in found:
        message.locations = sorted({(name, None) for name, _line in message.locations})
    return found


def english() -> Catalog:
    """The catalogue as it is in the repository; empty when there is none."""
    if not ENGLISH.is_file():
        return Catalog(locale="en", project="assetloan", header_comment=HEADER, fuzzy=False)
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def update() -> int:
    """Write the catalogue with today's words; what is no longer said is dropped. Returns how many lack English."""
    wanted, have = extracted(), english()
    made = Catalog(locale="en", project="assetloan", header_comment=HEADER, fuzzy=False)
    for message in sorted((item for item in wanted if item.id), key=_place):
        old = have.get(message.id, message.context)
        made.add(
            message.id,
            old.string if old is not None and not old.fuzzy else None,
            message.locations,
            auto_comments=message.auto_comments,
            context=message.context,
        )
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    out = io.BytesIO()
    write_po(out, made, width=0, omit_header=False, include_lineno=False)
    # Dates of extraction would make two branches differ for nothing.
    lines = [line for line in out.getvalue().decode().splitlines() if not re.match(r'"(POT|PO)-[\w-]+-Date:', line)]
    ENGLISH.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return sum(1 for message in made if message.id and not _strings(message)[0])


def problems() -> Iterator[str]:
    """What is wrong with the English catalogue, one sentence each."""
    wanted, have = extracted(), english()
    for message in sorted((item for item in wanted if item.id), key=_place):
        there = have.get(message.id, message.context)
        if there is None:
            yield f"not in the catalogue (make i18n): {_first(message)}"
            continue
        yield from _faults(there)
    known = {(_first(item), item.context) for item in wanted}
    for message in have:
        if message.id and (_first(message), message.context) not in known:
            yield f"no longer said (make i18n): {_first(message)}"


def _faults(message: Message) -> Iterator[str]:
    words = _strings(message)
    if message.fuzzy:
        yield f"fuzzy: {_first(message)}"
    if not all(words):
        yield f"without English: {_first(message)}"
        return
    for text in words:
        if _placeholders(text) != _placeholders(_first(message)):
            yield f"other placeholders: {_first(message)} → {text}"
        if THAI.search(text) and "lang-name" not in message.auto_comments:
            yield f"Thai letters in English: {text}"


def _placeholders(text: str) -> set[str]:
    return {found.group(0) for found in PLACEHOLDER.finditer(text)}


def _first(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, (list, tuple)) else message.id)


def _strings(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, (list, tuple)) else [message.string or ""]


def _place(message: Message) -> tuple[str, str]:
    return (message.locations[0][0] if message.locations else "", _first(message))


def main(arguments: list[str]) -> int:
    if arguments == ["update"]:
        sys.stderr.write(f"{ENGLISH.relative_to(ROOT)}: {update()} entries lack English\n")
        return 0
    found = list(problems())
    for line in found:
        sys.stdout.write(f"{line}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
