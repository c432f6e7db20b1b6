"""Identifiers that travel on paper or in letters: label codes with a check character, secret tokens.

A code is 8 characters of Crockford base 32, 7 random and 1 check character (architecture.md 4, stack.md 4). The
check character is a weighted sum in GF(32) with eight different weights: a single wrong character, two neighbours
swapped and two characters swapped round a third are always noticed. Reading undoes what scanners, keyboards and
people do to a code (ux.md 1.3 and U06).
"""

import hashlib
import re
import secrets
from collections.abc import Iterator
from random import Random
from urllib.parse import unquote

from assetloan.core.text import arabic_digits, ascii_forms, visible

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8

_VALUE = {ch: value for value, ch in enumerate(CODE_ALPHABET)}
_FOLD = str.maketrans("OIL", "011")
_SHAPE = re.compile(f"[{CODE_ALPHABET}]{{{CODE_LENGTH}}}")
_LABEL_URL = re.compile(r"(?:^|/)Q/([^/?#]*)", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s\-_.]+")
# So that the check character of 0000000 is not 0: a row of one key is no code.
_OFFSET = 21

# The Thai Kedmanee layout, key by key: what a US scanner or typist means, what Windows and phones then receive.
_KEYS = "1234567890-=qwertyuiop[]asdfghjkl;'zxcvbnm,./"
_KEDMANEE = "ๅ/-ภถุึคตจขชๆไำพะัีรนยบลฟหกดเ้่าสวงผปแอิืทมใฝ"
_SHIFT_KEYS = '!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?'
_SHIFT_KEDMANEE = '+๑๒๓๔ู฿๕๖๗๘๙๐"ฎฑธํ๊ณฯญฐ,ฤฆฏโฌ็๋ษศซ.()ฉฮฺ์?ฒฬฦ'
_ON_KEY = str.maketrans("!@#$%^&*()_+", "1234567890-=")  # Caps Lock shifts the digits too
_UNMAP = {
    **{ord(thai): key for thai, key in zip(_KEDMANEE, _KEYS, strict=True)},
    **{ord(thai): key.translate(_ON_KEY) for thai, key in zip(_SHIFT_KEDMANEE, _SHIFT_KEYS, strict=True)},
}
_UNMAP_LETTERS = {code: key for code, key in _UNMAP.items() if code >= 0x0E01 and not 0x0E50 <= code <= 0x0E59}
_THAI_LETTER = re.compile("[\u0e01-\u0e4f]")
_LATIN = re.compile("[0-9A-Za-z]")


def new_code(rng: Random) -> str:
    """A fresh code of 8 characters; the caller gives the source of chance (SystemRandom outside tests)."""
    chance = rng.getrandbits(5 * (CODE_LENGTH - 1))
    body = "".join(CODE_ALPHABET[chance >> 5 * place & 31] for place in range(CODE_LENGTH - 1))
    return body + check_char(body)


def check_char(body: str) -> str:
    """The check character of the first 7 characters of a code."""
    total = _OFFSET
    for ch in body:
        total = _times_alpha(total ^ _VALUE[ch])
    return CODE_ALPHABET[total]


def read_code(text: str) -> str | None:
    """The code that a scan, a key stroke or a whole label address means, or None when no reading checks.

    Give the text as it came: cleaning it as Thai first would reorder the marks of a Thai keyboard layout.
    """
    return next((code for code in _shaped(text) if check_char(code[:-1]) == code[-1]), None)


def looks_like_code(text: str) -> bool:
    """Whether the text has the shape of a code, but its check character is wrong: a typing mistake."""
    return read_code(text) is None and any(True for _ in _shaped(text))


def key_strokes(text: str) -> list[str]:
    """The text as the Latin keys a scanner pressed, when the computer wrote Thai for them."""
    return list(_readings(visible(text)))


def code_url(base_url: str, code: str) -> str:
    """What the label's QR holds, in capitals so that it fits QR's smaller alphanumeric mode."""
    return f"{base_url.rstrip('/')}/Q/{code}".upper()


def new_token() -> str:
    """A secret for a link or a program, 256 bits, fit for an address."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the database keeps of a token: SHA-256, since the token itself has full entropy."""
    return hashlib.sha256(token.encode()).hexdigest()


def _times_alpha(value: int) -> int:
    """Multiply by the generator of GF(32), x⁵ + x² + 1; its powers are the eight weights."""
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value


def _shaped(text: str) -> Iterator[str]:
    """Every reading of the text that has eight characters of the alphabet, the likeliest first."""
    for keys in _readings(visible(text)):
        address = _LABEL_URL.search(keys)
        segment = unquote(address[1]) if address else keys
        code = _BETWEEN.sub("", visible(segment)).upper().translate(_FOLD)
        if _SHAPE.fullmatch(code):
            yield code


def _readings(text: str) -> Iterator[str]:
    """The text as Latin key strokes: as written, off a Thai layout, and mixed (number pad, Thai digits)."""
    if not _THAI_LETTER.search(text):
        yield arabic_digits(ascii_forms(text))
    # A Thai layout leaves no Latin letter and no digit, and gives / and - for the keys 2 and 3.
    if not _LATIN.search(text):
        yield text.translate(_UNMAP)
    if _THAI_LETTER.search(text):
        yield arabic_digits(ascii_forms(text)).translate(_UNMAP_LETTERS)
