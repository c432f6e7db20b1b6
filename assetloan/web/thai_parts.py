"""Thai in finished pages: marked as Thai where the page is English, not torn at the end of a line where it is Thai.

Names, units, purposes and sentences without a translation stand in seventy templates, in headings, tables, lists and
options, so the finished page is gone through once instead of each template: a screen reader changes its voice wherever
Thai letters stand (WCAG 3.1.2). Browsers find the ends of Thai words by a dictionary and stumble over ฯ: Chromium
breaks ตามระเบียบฯ after ตา. What belongs together is kept by the class that also keeps dates and numbers.
"""

from __future__ import annotations

import re

from flask import Flask, Response

from assetloan.core.i18n import language

_LETTER = "\\u0e01-\\u0e3a\\u0e40-\\u0e5b"  # without the sign of the baht
_THAI = re.compile(f"[{_LETTER}]")
# From the first Thai letter to the last, over spaces, digits and signs, but not over Latin letters and entities.
_RUN = re.compile(f"[{_LETTER}]+(?:[^A-Za-z<>&{_LETTER}]{{1,20}}[{_LETTER}]+)*\\.?")
_PIECE = re.compile(r"<!.*?>|<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>|[^<]+|<", re.DOTALL)
_LANG = re.compile(r"\slang=")
_WORDS = re.compile(r"\s(?:value|alt)=(?:\"([^\"]*)\"|'([^']*)')")
_LATIN = re.compile(r"[A-Za-z]")
_RAW = frozenset({"script", "style"})
# They hold bare text, so the element itself is marked.
_BARE = frozenset({"option", "title", "textarea"})
_SPOKEN = frozenset({"img", "input"})

_TOGETHER = re.compile(
    r"\(?(?:ระเบียบฯ(?: ข้อ \d+(?:–\d+)?)?|ข้อ \d+(?:–\d+)?)\)?|\(?พ\.ศ\. \d{4}\)?|(?:ต่าง|อื่น|ทุก|อย่าง) ๆ"
    r"|\d+(?:\.\d+)? × \d+(?:\.\d+)? มม\.|\b\d\d \d\d 25\d\d\b"
)
# Bare text, or children laid out one by one: nothing is put in here.
_CLOSED = re.compile(r"<(?:option|title|textarea|script|style|a|button|label|summary|span class=.keep)\b")


def kept(html: str) -> str:
    """The page with what belongs together kept on one line."""

    def wrapped(found: re.Match[str]) -> str:
        opened = html.rfind("<", 0, found.start())
        if html.rfind(">", 0, found.start()) < opened or _CLOSED.match(html, opened):  # in a tag, or not to be touched
            return found[0]
        return f'<span class="keep">{found[0]}</span>'

    return _TOGETHER.sub(wrapped, html)


def marked(html: str) -> str:
    """The page with its Thai parts marked; what stands inside an element with a language of its own stays."""
    walk = _Walk()
    for piece in _PIECE.finditer(html):
        walk.take(piece[0], (piece[2] or "").lower(), piece[3] or "", closing=bool(piece[1]))
    return "".join(walk.done)


class _Walk:
    """The way through a page, piece by piece."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.inside, self.depth = "", 0  # the element whose inside stays as it is, and how deep in it
        self.bare = -1  # where the element of bare text began, while in it

    def take(self, text: str, name: str, attributes: str, *, closing: bool) -> None:
        """One tag, or one stretch of text."""
        if self.inside:
            if name == self.inside:
                self.depth += -1 if closing else 1
                self.inside = self.inside if self.depth else ""
        elif name:
            text = text if closing else self._opened(text, name, attributes)
            self.bare = len(self.done) if name in _BARE and not closing else -1
        elif not text.startswith("<") and _THAI.search(text):
            text = self._text(text)
        self.done.append(text)

    def _opened(self, tag: str, name: str, attributes: str) -> str:
        if name in _SPOKEN:
            return _spoken(tag, attributes)
        if name in _RAW or (name != "html" and _LANG.search(attributes)):
            self.inside, self.depth = name, 1
        return tag

    def _text(self, text: str) -> str:
        if self.bare < 0:
            return _wrapped(text)
        if not _LATIN.search(text):
            self.done[self.bare] = self.done[self.bare][:-1] + ' lang="th">'
        return text


def _wrapped(text: str) -> str:
    bare = text.strip()
    whole = _RUN.fullmatch(bare)
    if whole:
        return text.replace(bare, f'<span lang="th">{bare}</span>')
    # One element outside keeps the sentence together where children are laid out one by one (buttons, tasks).
    inner = _RUN.sub(r'<span lang="th">\g<0></span>', bare)
    return text.replace(bare, f"<span>{inner}</span>")


def _spoken(tag: str, attributes: str) -> str:
    words = _WORDS.search(attributes)
    if words is None or _LANG.search(attributes) or not _THAI.search(words[1] or words[2] or ""):
        return tag
    return f'{tag[:-1].rstrip("/")} lang="th">'


def finish(response: Response) -> Response:
    """Go through a finished page once."""
    if response.mimetype == "text/html" and not response.is_streamed:
        body = response.get_data(as_text=True)
        response.set_data(marked(body) if language() == "en" else kept(body))
    return response


def init(app: Flask) -> None:
    """Hang it on the application."""
    app.after_request(finish)
