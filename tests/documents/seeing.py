"""How tests look at a PDF: as text, as a picture, and with the eyes of a scanner."""

from __future__ import annotations

import re

import pypdfium2
import zxingcpp
from PIL import Image

# A label printer of the usual kind.
PRINTER_DPI = 203


def text_of(pdf: bytes, page: int | None = None) -> str:
    """The text of a PDF as a reader copies it."""
    document = pypdfium2.PdfDocument(pdf)
    numbers = range(len(document)) if page is None else [page]
    return "\n".join(document[number].get_textpage().get_text_range() for number in numbers)


def squeezed(text: str) -> str:
    """Without white space and without characters of no width, as texts are compared."""
    return re.sub("[\\s\u200b\ufffe\u0002]", "", text)


def picture_of(pdf: bytes, page: int = 0, dpi: float = PRINTER_DPI) -> Image.Image:
    """A page as a printer or a screen shows it."""
    return pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72).to_pil().convert("L")


def codes_on(picture: Image.Image) -> list[str]:
    """Every QR code a decoder finds in a picture."""
    return [found.text for found in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]


def pages_of(pdf: bytes) -> int:
    """How many pages."""
    return len(pypdfium2.PdfDocument(pdf))
