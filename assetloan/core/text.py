"""Thai text: the one place that cleans, folds, searches and sorts what people type, paste and import.

Sources: domain.md 6.4 (normalising, sort key), 8.3 items 6, 9, 12 and 19 (dirty cells), contract.md 7 "Numbers",
reliability.md E8–E11. Pure Python; NFC throughout. NFKC is never used: it takes ำ apart.
"""

import re
import unicodedata
from functools import lru_cache

_TO_ARABIC = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_TO_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_FULL_WIDTH: dict[int, int] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HYPHENS: dict[int, str] = dict.fromkeys(map(ord, "‐‑‒–—―−⁃﹘﹣－"), "-")
_SLASHES: dict[int, str] = dict.fromkeys(map(ord, "⁄∕／"), "/")
_SEPARATORS: dict[int, int | str] = {**_HYPHENS, **_SLASHES}
_FORMS: dict[int, int | str] = {**_FULL_WIDTH, **_SEPARATORS}

# Control, zero-width, bidi and other format characters, blank fillers, variation selectors, lone surrogates and
# non-characters: nothing of this is ever meant by someone who types a name.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
)
_TONES = "\u0e48-\u0e4b"
_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_ALL_MARKS = f"{_MARKS}\u0300-\u036f"
_REPAIRS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"\u0e4d([{_TONES}]?)\u0e32"), "\\1\u0e33"),  # nikhahit (+ tone) + aa is sara am
    (re.compile(rf"\u0e33([{_TONES}])"), "\\1\u0e33"),  # the tone mark is typed before sara am
    (re.compile(rf"([{_TONES}\u0e4c])([\u0e31\u0e34-\u0e3a])"), r"\2\1"),  # the vowel is typed before the tone mark
    (re.compile("\u0e40\u0e40"), "\u0e41"),  # เเ looks like แ
    (re.compile(rf"([{_TONES}])[{_TONES}]+"), r"\1"),  # one tone mark is enough
    (re.compile(rf"([{_MARKS}])\1+"), r"\1"),
    (re.compile(rf"([{_MARKS}]{{3}})[{_MARKS}]+"), r"\1"),  # no Thai letter carries more than three
    (re.compile("([\u0300-\u036f]{4})[\u0300-\u036f]+"), r"\1"),
    (re.compile(rf"(?:^|(?<=\s))[{_ALL_MARKS}]+"), ""),  # a mark that stands on nothing
)
_MAY_NEED_REPAIR = re.compile(
    rf"\u0e4d|[\u0e33{_TONES}\u0e4c][{_MARKS}]|\u0e40\u0e40|([{_MARKS}])\1|[{_MARKS}]{{3}}|[\u0300-\u036f]{{4}}"
    rf"|(?:^|\s)[{_ALL_MARKS}]"
)

# Only printable ASCII and Thai letters and marks: nothing to fold but case.
_PLAIN = re.compile("[\x20-\x7e\u0e01-\u0e4f\u0e5a\u0e5b]*")
_PLAIN_NUMBER = re.compile(r"[0-9A-Za-z]+(?:[-/._#][0-9A-Za-z]+)*")

_STRAY_IN_NUMBER = re.compile(rf"(?<![\u0e01-\u0e4e])[{_ALL_MARKS}]+")
_ROUND_SEPARATOR = re.compile(r"\s*([-/._#])\s*")
_SPACE_IN_KEY = re.compile(r"(?<!\d)\s|\s(?!\d)")
_ZERO_AS_LETTER = re.compile(r"(?<![a-z0-9])[0-9o]*[0-9][0-9o]*(?![a-z0-9])")

_PLACEHOLDER = re.compile(
    r"[-.…?*]+|n\s?/?\s?a|n\.\s?a\.?|null|none|nil"
    r"|(?:ยัง)?ไม่(?:มี|ระบุ|ทราบ|ปรากฏ)\s?(?:เลข|เลขที่|หมายเลข|รหัส)?(?:ครุภัณฑ์|ทรัพย์สิน|พัสดุ|ทะเบียน)?"
    r"|รอ(?:เลข|หมายเลข|รหัส|ออกเลข).*"
)

_LEADING_VOWEL = re.compile("([\u0e40-\u0e44])([\u0e01-\u0e2e])")
_LIGHT_MARKS = re.compile("[\u0e47-\u0e4e]")
_INTEGER = re.compile(r"-?(?:[0-9]{1,18}|[0-9]{1,3}(?:,[0-9]{3}){1,5})")


_SHORT = 60


def clean(text: str) -> str:
    """One line of text as it is stored: NFC, nothing invisible, Thai marks in order, white space collapsed."""
    return _clean_short(text) if len(text) <= _SHORT else _clean(text)


def _clean(text: str) -> str:
    return " ".join(_repair(_INVISIBLE.sub("", text)).split())


# A register says the same things over and over: remembering them halves the time of an import.
_clean_short = lru_cache(maxsize=8192)(_clean)


def clean_multiline(text: str) -> str:
    """Like `clean`, but line breaks are kept (as LF); blank lines at both ends go."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(clean(line) for line in lines).strip("\n")


def arabic_digits(text: str) -> str:
    """๐–๙ as 0–9; every other character stays, foreign digits too, so that they are refused later."""
    return text.translate(_TO_ARABIC)


def thai_digits(text: str) -> str:
    """0–9 as ๐–๙, for official letters; never for codes, serials or addresses."""
    return text.translate(_TO_THAI)


def visible(text: str) -> str:
    """The text without control, zero-width, bidi and other invisible characters; nothing else changes."""
    return _INVISIBLE.sub("", text)


def plain_separators(text: str) -> str:
    """Every kind of hyphen, dash, minus and slash as the ASCII one."""
    return text.translate(_SEPARATORS)


def ascii_forms(text: str) -> str:
    """Full-width letters and digits, and every kind of hyphen and slash, as plain ASCII."""
    return text.translate(_FORMS)


def search_key(text: str) -> str:
    """What search compares: clean, lower case, Arabic digits, plain hyphens."""
    return _search_key_short(text) if len(text) <= _SHORT else _search_key(text)


def _search_key(text: str) -> str:
    cleaned = clean(text)
    if _PLAIN.fullmatch(cleaned):
        return cleaned.lower()
    return clean(arabic_digits(ascii_forms(clean(text))).lower())


_search_key_short = lru_cache(maxsize=8192)(_search_key)


def sort_key(text: str) -> str:
    """Thai dictionary order as a string to be compared by code point (collation "C" on PostgreSQL).

    A leading vowel weighs after its consonant, tone marks and the like only break ties, punctuation is ignored
    (domain.md 6.4; 175 of 62,106 words out of order against ICU, stack.md 6.3).
    """
    return _sort_key_short(text) if len(text) <= _SHORT else _sort_key(text)


def _sort_key(text: str) -> str:
    swapped = _LEADING_VOWEL.sub(r"\2\1", search_key(text))
    heavy = "".join(ch for ch in _LIGHT_MARKS.sub("", swapped) if unicodedata.category(ch)[0] in "LMN")
    return f"{heavy} {swapped}" if heavy != swapped else heavy


_sort_key_short = lru_cache(maxsize=8192)(_sort_key)


def asset_number(text: str) -> str:
    """An asset number as it is stored: Arabic digits, ASCII hyphen, no space round separators, stray marks gone.

    Nothing inside is removed and the case stays; an empty text stays empty.
    """
    if _PLAIN_NUMBER.fullmatch(text):
        return text
    folded = arabic_digits(ascii_forms(clean(text)))
    return clean(_ROUND_SEPARATOR.sub(r"\1", _STRAY_IN_NUMBER.sub("", folded)))


def number_key(text: str) -> str:
    """The key under which asset numbers are unique and found: no two numbers that differ only by form.

    Blind to case, to spaces (but between two digits) and to a letter O that stands for a zero.
    """
    key = _SPACE_IN_KEY.sub("", asset_number(text).casefold())
    return _ZERO_AS_LETTER.sub(lambda run: run[0].replace("o", "0"), key) if "o" in key else key


def is_placeholder(text: str) -> bool:
    """Whether the cell says "there is no value" in words or signs (-, ไม่มี, N/A …); an empty cell says nothing."""
    return _is_placeholder(search_key(text))


@lru_cache(maxsize=8192)
def _is_placeholder(key: str) -> bool:
    return _PLACEHOLDER.fullmatch(key) is not None


def parse_int(text: str, *, least: int, most: int) -> int:
    """A whole number in Arabic or Thai digits, thousands commas allowed.

    Raises ValueError for anything else (1_000, １２, ², 1e3, 0x10, 1.5) and outside least to most.
    """
    digits = arabic_digits(text.strip())
    if not _INTEGER.fullmatch(digits):
        raise ValueError("not a whole number")
    number = int(digits.replace(",", ""))
    if not least <= number <= most:
        raise ValueError("out of range")
    return number


def _repair(text: str) -> str:
    """NFC and the spelling repairs, again and again until nothing changes (a repair may uncover another)."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    while _MAY_NEED_REPAIR.search(text):
        before = text
        for pattern, replacement in _REPAIRS:
            text = pattern.sub(replacement, text)
        text = unicodedata.normalize("NFC", text)
        if text == before:
            break
    return text
