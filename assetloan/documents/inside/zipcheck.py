"""A look at an xlsx before a parser opens it: how big it unfolds, what it holds, how far its cells lie.

Every part is unfolded in small pieces and thrown away, whatever sizes the file claims. This gives a clear reason; the
limits of the child remain the wall behind it.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree import ElementTree

from assetloan.documents.errors import FileRefused

MEMBERS = 2000
UNFOLDED = 300 * 2**20
RATIO = 150
RATIO_FROM = 8 * 2**20
PIECE = 2**18

_DTD = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\b[^>]*?\bref=[\"']([A-Z]+\d+:)?([A-Z]+)(\d+)[\"']")
_ROW = re.compile(rb"<(?:\w+:)?(row)\b(?:[^>]*?\br=[\"'](\d+)[\"'])?")
_KEEP = 400  # longer than any tag that matters, so that one cut between two pieces is seen whole


class Limits:
    """The largest table that is read: rows and columns a sheet. Titles, header and sums are no rows of data."""

    ROWS = 50_000
    AROUND = 100
    MOST_ROWS = ROWS + AROUND
    COLUMNS = 60


def check(source: BinaryIO) -> dict[str, str]:
    """Refuse a workbook that is no workbook, encrypted, a bomb, or too large. Returns its own marks (properties)."""
    try:
        with zipfile.ZipFile(source) as archive:
            members = archive.infolist()
            _check_members(members)
            names = {member.filename for member in members}
            if "xl/workbook.xml" not in names:
                raise FileRefused("file_not_sheet")
            budget = _Budget(sum(member.compress_size for member in members))
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    _check_part(source, member, budget)
            return _marks(archive) if "docProps/custom.xml" in names else {}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ElementTree.ParseError, ValueError):
        raise FileRefused("file_broken") from None


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if any(member.flag_bits & 1 for member in members):
        raise FileRefused("file_encrypted")
    if len(members) > MEMBERS or sum(member.file_size for member in members) > UNFOLDED:
        raise FileRefused("file_bomb")
    if len({member.filename for member in members}) < len(members):
        raise FileRefused("file_broken")


class _Budget:
    """How much all parts together may unfold to."""

    def __init__(self, packed: int) -> None:
        self.packed = max(packed, 1)
        self.unfolded = 0

    def spend(self, size: int) -> None:
        self.unfolded += size
        too_dense = self.unfolded > RATIO_FROM and self.unfolded > RATIO * self.packed
        if self.unfolded > UNFOLDED or too_dense:
            raise FileRefused("file_bomb")


def _check_part(source: BinaryIO, member: zipfile.ZipInfo, budget: _Budget) -> None:
    sheet = _Sheet() if member.filename.startswith("xl/worksheets/") else None
    tail = b""
    for piece in _unfold(source, member):
        budget.spend(len(piece))
        text = tail + piece
        # UTF-16 is legal XML that no spreadsheet program writes; in it a DTD would hide from the search.
        if _DTD.search(text) or text.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")):
            raise FileRefused("file_unsafe")
        if sheet is not None:
            sheet.see(text, len(tail))
        tail = text[-_KEEP:]


def _unfold(source: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of one part, unfolded without believing the sizes in the directory."""
    source.seek(member.header_offset)
    header = source.read(30)
    if header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile
    source.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    if member.compress_type == zipfile.ZIP_STORED:
        left = member.compress_size
        while left > 0 and (piece := source.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile
    inflate = zlib.decompressobj(-15)
    while not inflate.eof:
        packed = inflate.unconsumed_tail or source.read(PIECE)
        if not packed:
            raise EOFError
        yield inflate.decompress(packed, PIECE)


class _Sheet:
    """What one worksheet says of its size, seen piece by piece."""

    def __init__(self) -> None:
        self.rows = 0
        self.first = True

    def see(self, text: bytes, known: int) -> None:
        if self.first:
            self.first = False
            self._dimension(text)
        far = _FAR.search(text)
        while far is not None:
            column, row = far[1].decode(), int(far[2])
            beyond = row > Limits.MOST_ROWS or column_number(column) > Limits.COLUMNS
            if beyond and _filled(text, far.end()):
                raise FileRefused("file_far_cell", cell=f"{column}{row}", **limits())
            far = _FAR.search(text, far.end())
        for tag in _ROW.finditer(text):
            self._row(tag, fresh=tag.end(1) > known)

    def _dimension(self, text: bytes) -> None:
        stated = _DIMENSION.search(text)
        if stated is None:
            return
        rows, columns = int(stated[3]), column_number(stated[2].decode())
        if rows > Limits.MOST_ROWS:
            raise FileRefused("file_too_many_rows", rows=rows, **limits())
        if rows * columns > Limits.MOST_ROWS * Limits.COLUMNS:
            raise FileRefused("file_far_cell", cell=f"{stated[2].decode()}{rows}", **limits())

    def _row(self, tag: re.Match[bytes], *, fresh: bool) -> None:
        self.rows += fresh
        number = int(tag[2] or 0)
        if max(self.rows, number) > Limits.MOST_ROWS:
            raise FileRefused("file_too_many_rows", rows=max(self.rows, number), **limits())


# A cell beyond column BH (the 60th) or below row 50,000, found without looking at each of the near ones.
_FAR = re.compile(
    rb"<(?:\w+:)?c\b[^>]*?\br=[\"']((?:B[I-Z]|[C-Z][A-Z]|[A-Z]{3,})(?=\d)|[A-Z]{1,2}(?=[5-9]\d{4}|\d{6}))(\d+)[\"']"
)


def _filled(text: bytes, start: int) -> bool:
    """Whether a cell holds something: programs write empty ones far out to carry a format, and those do no harm."""
    end = text.find(b">", start)
    if end < 0 or end + 20 > len(text) or text[end - 1 : end] == b"/":
        return False  # an empty one, or cut here: then the next piece shows it whole
    return not re.match(rb"\s*</(?:\w+:)?c>", text[end + 1 : end + 20])


def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def limits() -> dict[str, int]:
    """The facts for the sentences about size."""
    return {"most_rows": Limits.ROWS, "most_columns": Limits.COLUMNS}


def _marks(archive: zipfile.ZipFile) -> dict[str, str]:
    """Custom properties of the workbook: our own exports carry what they are."""
    with archive.open("docProps/custom.xml") as part:
        root = ElementTree.fromstring(part.read(64 * 1024))  # noqa: S314 - a part with a DTD was refused above
    return {str(item.get("name")): "".join(item.itertext()) for item in root}
