"""Files of units and people: their columns, and their rows as values (contract.md 2 and 5)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assetloan.core.text import is_placeholder, search_key
from assetloan.documents.cells import Cell, CellError, line
from assetloan.documents.headings import Column, TableSpec
from assetloan.documents.tables import Parsed, ParsedRow, RowReader, SheetLike, read_tables
from assetloan.identity.models import UnitKind
from assetloan.identity.rules import Role

UNITS = TableSpec(
    kind="units",
    needs=("code", "name"),
    columns=(
        Column("code", "รหัสหน่วยงาน", ("รหัส", "รหัสย่อ", "unit code", "unit")),
        Column("name", "ชื่อหน่วยงาน", ("หน่วยงาน", "ชื่อ", "unit name")),
        Column("parent", "สังกัด", ("หน่วยงานแม่", "หน่วยงานต้นสังกัด", "รหัสหน่วยงานแม่", "ขึ้นตรงต่อ", "parent code")),
        Column("kind", "ประเภท", ("ประเภทหน่วยงาน", "ชนิด", "type")),
        Column("short_name", "ชื่อย่อ", ("ชื่อย่อหน่วยงาน", "short name")),
        Column("site", "ที่ตั้ง", ("สถานที่ตั้ง",)),
        Column("head_post", "ตำแหน่งหัวหน้าหน่วยงาน", ("หัวหน้าหน่วยงาน",)),
    ),
)
PEOPLE = TableSpec(
    kind="people",
    needs=("name", "username"),
    columns=(
        Column("username", "ชื่อผู้ใช้", ("ชื่อผู้ใช้งาน", "ผู้ใช้", "user", "user name", "login")),
        Column("name", "ชื่อ-สกุล", ("ชื่อสกุล", "ชื่อ-นามสกุล", "ชื่อและนามสกุล", "ชื่อ สกุล", "ชื่อ", "full name")),
        Column("unit", "หน่วยงาน", ("รหัสหน่วยงาน", "สังกัด", "กอง", "unit code")),
        Column("position", "ตำแหน่ง", ("post", "title")),
        Column("roles", "บทบาท", ("สิทธิ์", "หน้าที่", "role")),
        Column("email", "อีเมล", ("อีเมล์", "e-mail", "mail")),
        Column("phone", "โทรศัพท์", ("เบอร์โทร", "เบอร์โทรศัพท์", "โทร", "telephone", "tel")),
    ),
)

_KINDS = {
    UnitKind.AGENCY: ("กรม", "กรมหรือหน่วยงานหลัก", "หน่วยงานหลัก", "สำนักงานใหญ่"),
    UnitKind.DIVISION: ("กอง", "สำนัก", "กองหรือสำนัก", "สำนักงาน", "กอง/สำนัก"),
    UnitKind.GROUP: ("กลุ่ม", "กลุ่มงาน", "ฝ่าย"),
    UnitKind.CENTRE: ("ศูนย์", "center"),
    UnitKind.HOME: ("สถานคุ้มครอง", "สถาน", "สถานสงเคราะห์", "บ้าน"),
    UnitKind.OTHER: ("อื่น", "อื่นๆ", "อื่น ๆ"),
}
_ROLES = {
    Role.STAFF: ("เจ้าหน้าที่", "ผู้ยืม", "เจ้าหน้าที่ (ผู้ยืม)"),
    Role.OFFICER: ("เจ้าหน้าที่พัสดุ", "เจ้าหน้าที่พัสดุของหน่วยงาน", "พัสดุ"),
    Role.HEAD: ("หัวหน้าหน่วยงาน", "ผู้อำนวยการกอง", "ผอ.กอง", "ผู้อำนวยการ", "ผู้อนุมัติ"),
    Role.SECRETARIAT: ("สำนักงานเลขานุการกรม", "เลขานุการกรม", "สลก.", "สลก"),
    Role.DIRECTOR: ("อธิบดี", "อธิบดีหรือผู้รับมอบอำนาจ", "ผู้บริหาร"),
    Role.INSPECTOR: ("ผู้ตรวจสอบพัสดุ", "ผู้รับผิดชอบในการตรวจสอบพัสดุ"),
    Role.AUDITOR: ("ผู้ตรวจสอบภายใน", "สตง."),
    Role.ADMIN: ("ผู้ดูแลระบบ",),
}
_KIND_OF = {search_key(word): kind for kind, words in _KINDS.items() for word in (kind.value, *words)}
_ROLE_OF = {search_key(word): role for role, words in _ROLES.items() for word in (role.value, *words)}


def read_units(sheets: Iterable[SheetLike]) -> Parsed:
    """Values: code, name, and where the row says so parent, kind (UnitKind), short_name, site, head_post.

    A code that comes twice is refused the second time. Raises FileRefused.
    """
    parsed = Parsed([])
    tables, parsed.warnings = read_tables(sheets, UNITS)
    seen: dict[str, int] = {}
    for table in tables:
        parsed.skipped += table.skipped
        for raw in table.rows:
            reader = RowReader(table, raw)
            row = reader.parsed
            row.values |= {"code": reader.text("code", required=True), "name": reader.text("name", required=True)}
            _optional(reader, "parent", "short_name", "site", "head_post")
            kind = reader.read("kind", unit_kind)
            if kind is not None:
                row.values["kind"] = kind
            refuse_double(row, "code", row.values["code"].casefold(), seen)
            parsed.rows.append(row)
    return parsed


def read_people(sheets: Iterable[SheetLike]) -> Parsed:
    """Values: username, name, and where the row says so unit, position, email, phone, roles ((Role, unit), …).

    A user name that comes twice is refused the second time. Raises FileRefused.
    """
    parsed = Parsed([])
    tables, parsed.warnings = read_tables(sheets, PEOPLE)
    seen: dict[str, int] = {}
    for table in tables:
        parsed.skipped += table.skipped
        for raw in table.rows:
            reader = RowReader(table, raw)
            row = reader.parsed
            row.values |= {"username": reader.text("username"), "name": reader.text("name", required=True)}
            _optional(reader, "unit", "position", "email", "phone")
            granted = reader.read("roles", roles)
            if granted:
                row.values["roles"] = granted
            refuse_double(row, "username", row.values["username"].casefold(), seen)
            parsed.rows.append(row)
    return parsed


def unit_kind(cell: Cell) -> UnitKind | None:
    """A kind of unit by its word, None for nothing. Raises CellError("unknown_value")."""
    word = search_key(line(cell))
    if not word or is_placeholder(word):
        return None
    if word not in _KIND_OF:
        raise CellError("unknown_value", value=line(cell))
    return _KIND_OF[word]


def roles(cell: Cell) -> tuple[tuple[Role, str], ...]:
    """Roles separated by ";", ROLE@UNIT for another unit ("" is the own one). Raises CellError("unknown_value").

    Staff is not granted: every active person with a unit is staff.
    """
    granted: dict[tuple[Role, str], None] = {}
    text = line(cell)
    for part in () if is_placeholder(text) else re.split(r"[;；\n]", text):
        word, _, unit = (piece.strip() for piece in part.partition("@"))
        if not word and not unit:
            continue
        role = _ROLE_OF.get(search_key(word))
        if role is None:
            raise CellError("unknown_value", value=part.strip())
        if role is not Role.STAFF:
            granted[role, unit] = None
    return tuple(granted)


def refuse_double(row: ParsedRow, name: str, key: str, seen: dict[str, int]) -> None:
    """Reject a row whose key stood in an earlier row of the file."""
    if key and key in seen:
        row.reject(name, "duplicate", row=seen[key])
    elif key:
        seen[key] = row.row


def _optional(reader: RowReader, *names: str) -> None:
    for name in names:
        value = reader.text(name)
        if value and not is_placeholder(value):
            reader.parsed.values[name] = value
