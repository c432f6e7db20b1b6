"""Hand-made files for the tests: workbooks no program would write, and a small writer of the old .xls format."""

from __future__ import annotations

import io
import struct
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
ROOT_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
WORKBOOK = (
    f'<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>'
    '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
WORKBOOK_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)


def memory_of_this_process() -> int:
    """What the process holds, in bytes: it must not grow with a hostile file."""
    with open("/proc/self/status") as status:
        return int(next(line for line in status if line.startswith("VmRSS")).split()[1]) * 1024


def sheet_xml(rows: str, dimension: str = "") -> str:
    """A worksheet part around the given rows."""
    stated = f'<dimension ref="{dimension}"/>' if dimension else ""
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}">{stated}<sheetData>{rows}</sheetData></worksheet>'


def xlsx(sheet: str, extra: dict[str, str | bytes] | None = None) -> bytes:
    """A workbook of hand-made parts."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": ROOT_RELS,
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": WORKBOOK_RELS,
        "xl/worksheets/sheet1.xml": sheet,
        **(extra or {}),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return packed.getvalue()


def far_cell(cell: str = "XFD1048576", dimension: str = "") -> bytes:
    """A tiny workbook with one cell at the far end of the sheet."""
    row = "".join(ch for ch in cell if ch.isdigit())
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{cell}"><v>1</v></c></row>'
    return xlsx(sheet_xml(rows, dimension))


def lie_about_sizes(data: bytes, name: str) -> bytes:
    """The same zip, whose directory claims that one member unfolds to 100 bytes."""
    changed = bytearray(data)
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(name.encode()))
    struct.pack_into("<I", changed, at + 24, 100)
    local = (
        data.index(b"PK\x03\x04", 0)
        if data.index(name.encode()) < 30
        else data.rindex(b"PK\x03\x04", 0, data.index(name.encode()))
    )
    struct.pack_into("<I", changed, local + 22, 100)
    return bytes(changed)


def xls(rows: list[list[str | float]], *, password: bool = False) -> bytes:
    """An .xls of Excel 97 (BIFF8 in an OLE container) with one sheet of texts and numbers."""
    body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    width = max((len(row) for row in rows), default=0)
    body += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, str):
                text = value.encode("utf-16-le")
                body += _record(0x0204, struct.pack("<HHHHB", r, c, 0, len(value), 1) + text)
            else:
                body += _record(0x0203, struct.pack("<HHHd", r, c, 0, value))
    body += _record(0x000A, b"")
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    if password:
        head += _record(0x002F, struct.pack("<HHH", 0, 0x1234, 0x5678))
    head += _record(0x0042, struct.pack("<H", 1200))
    name = "ทะเบียน"
    entry_size = 4 + 8 + len(name) * 2
    start = len(head) + entry_size + 4
    head += _record(0x0085, struct.pack("<IBBBB", start, 0, 0, len(name), 1) + name.encode("utf-16-le"))
    head += _record(0x000A, b"")
    return ole({"Workbook": head + body})


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def ole(streams: dict[str, bytes]) -> bytes:
    """An OLE container with streams of at least 4,096 bytes, sectors of 512."""
    free, end, fat_mark = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    padded = {name: data + bytes(max(4096 - len(data), -len(data) % 512)) for name, data in streams.items()}
    padded = {name: data + bytes(-len(data) % 512) for name, data in padded.items()}
    sectors = sum(len(data) for data in padded.values()) // 512
    fat_sectors = -(-(sectors + 2) // 127)
    fat = [fat_mark] * fat_sectors + [end]
    entries = [_entry("Root Entry", 5, free, 0, child=1)]
    body = b""
    for number, (name, data) in enumerate(padded.items(), 1):
        first, count = len(fat), len(data) // 512
        fat += [*range(first + 1, first + count), end]
        right = number + 1 if number < len(padded) else free
        entries.append(_entry(name, 2, first, len(data), right=right))
        body += data
    fat += [free] * (fat_sectors * 128 - len(fat))
    entries += [bytes(128)] * (4 - len(entries))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, fat_sectors, fat_sectors, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", *range(fat_sectors), *[free] * (109 - fat_sectors))
    return header + struct.pack(f"<{len(fat)}I", *fat) + b"".join(entries) + body


def _entry(name: str, kind: int, first: int, size: int, *, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    start = 0xFFFFFFFE if kind == 5 else first
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, right, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
