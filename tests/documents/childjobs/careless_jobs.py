"""Jobs beside the real one: one that hands an unchecked workbook to the parser, one that weighs the child."""

import io

import python_calamine

from assetloan.documents.errors import FileRefused
from assetloan.documents.inside import sheets


def read_without_check(source, args, out):
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(source.read()))
    return len(list(book.get_sheet_by_index(0).iter_rows()))


def read_and_weigh(source, args, out):
    """The code of the refusal, and the most memory the child ever held, in bytes."""
    try:
        sheets.read(source, args, out)
        code = "read"
    except FileRefused as refused:
        code = refused.code
    with open("/proc/self/status") as status:
        peak = next(line for line in status if line.startswith("VmHWM"))
    return code, int(peak.split()[1]) * 1024
