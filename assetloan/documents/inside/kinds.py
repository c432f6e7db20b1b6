"""What a file really is, told from its bytes and never from its name. Runs inside the child."""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO

from assetloan.documents.errors import FileRefused

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_BIFF_START = re.compile(rb"\x09\x08[\x08\x10]\x00\x00[\x05\x06]\x05\x00")
_FILEPASS = b"\x2f\x00"
_MARKUP = re.compile(
    rb"\s*<(?:\?xml|!doctype|!--|html|head|body|table|meta|style|div|center|title|font|h\d)", re.IGNORECASE
)
# XML of another program, or a page that mail packed with its pictures.
_XML = re.compile(rb"\s*(?:<\?xml(?![^>]*>\s*<(?:!doctype html|html))|<\w+:|MIME-Version:)", re.IGNORECASE)


def sheet_kind(source: BinaryIO) -> str:
    """The kind of a table file: xlsx, xls, csv or html. Raises FileRefused for everything else."""
    head = source.read(8192)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise FileRefused("file_empty")
    if head.startswith(ZIP):
        return "xlsx"
    if head.startswith(OLE):
        return _ole_kind(head + source.read())
    if head.startswith(_BINARY) or (b"\x00" in head and not head.startswith(_BOMS)):
        raise FileRefused("file_not_sheet")
    bare = head.removeprefix(codecs.BOM_UTF8).replace(b"\x00", b"").lstrip(b"\xff\xfe")
    if _XML.match(bare):
        raise FileRefused("file_web_page")
    return "html" if _MARKUP.match(bare) else "csv"


def _ole_kind(data: bytes) -> str:
    if _utf16("EncryptedPackage") in data or _has_password(data):
        raise FileRefused("file_encrypted")
    if _utf16("Workbook") in data or _utf16("Book") in data:
        return "xls"
    raise FileRefused("file_not_sheet")


def _has_password(data: bytes) -> bool:
    """Whether a FILEPASS record follows the start of the workbook: its texts would be read as nonsense."""
    start = _BIFF_START.search(data)
    at = start.start() if start else len(data)
    for _ in range(20):
        record, size = data[at : at + 2], int.from_bytes(data[at + 2 : at + 4], "little")
        if record in (_FILEPASS, b""):
            return record == _FILEPASS
        at += 4 + size
    return False


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")
