"""Templates stay clean: no raw markup, no inline code or style, every form through the macros (K21, J of ux.md)."""

from __future__ import annotations

import re

import pytest

from tests.architecture.source import ROOT, templates

# Forms that post are written here and nowhere else, so that token and key cannot be forgotten.
FORM_MACROS = frozenset({"components/form.html", "components/camera.html"})
THAI = r"[\u0e01-\u0e5b]"


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"\|\s*safe\b|\bautoescape\s+false|\bMarkup\b", "text is data, never markup"),
        (r"\sstyle\s*=", "styles stand in files"),
        (r"\son[a-z]+\s*=\s*[\"']", "scripts stand in files"),
        (r"type\s*=\s*[\"'](date|number|datetime-local|month|week)[\"']", "dates and numbers are typed as text"),
        (r"javascript:", "no code in addresses"),
        (r"(src|href|action)\s*=\s*[\"'](https?:)?//", "nothing comes from another host"),
        (r"<(b|i|font|center|marquee)>", "structure, not looks"),
        (r"<script(?![^>]*(\bsrc=|nonce=))", "every script has its address or its nonce"),
        (r"<style(?![^>]*nonce=)", "every style block has its nonce"),
        (r"\{%-?\s*(set|if|for)[^%]*\.(query|session)\b", "templates never query"),
        (r"<img(?![^>]*\balt=)", "every picture has its words"),
        (r"\btarget\s*=\s*[\"']_blank", "links open where the reader is"),
    ],
)
def test_nothing_forbidden_is_in_a_template(pattern: str, why: str) -> None:
    hits = [
        f"{name}:{source[: found.start()].count(chr(10)) + 1} {found.group(0)!r}"
        for name, source in templates().items()
        for found in re.finditer(pattern, _without_comments(source), re.IGNORECASE)
    ]
    assert hits == [], why


def test_U27_no_line_break_between_thai_words() -> None:
    """A line break in the source shows as a space, and Thai has none between words."""
    hits = [
        f"{name}:{source[: found.start()].count(chr(10)) + 1}"
        for name, source in templates().items()
        for found in re.finditer(rf"{THAI}[ \t]*\n[ \t]*{THAI}", _without_comments(source))
    ]
    assert hits == []


def test_thai_words_are_marked_for_translation() -> None:
    """Thai letters stand inside {{ _("…") }} or a lang attribute, else English readers get Thai."""
    hits = []
    for name, source in templates().items():
        bare = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", _without_comments(source), flags=re.DOTALL)
        bare = re.sub(r"<[^>]*lang=\"th\"[^>]*>[^<]*", "", bare)
        hits += [f"{name}: {found.group(0)}" for found in re.finditer(rf"{THAI}[^<\n]*", bare)]
    assert hits == []


def test_forms_that_post_go_through_the_macros() -> None:
    strays = [
        name
        for name, source in templates().items()
        if name not in FORM_MACROS and re.search(r"<form[^>]*method=[\"']post", source, re.IGNORECASE)
    ]
    assert strays == []
    for name in FORM_MACROS & set(templates()):
        for found in re.finditer(r"<form[^>]*method=\"post\".*?</form>", templates()[name], re.IGNORECASE | re.DOTALL):
            assert "csrf_token" in found.group(0), f"{name}: a form without its token"
            assert "key" in found.group(0), f"{name}: a form without its key"


def test_every_template_is_used() -> None:
    """A template nobody names is a page nobody opens."""
    sources = "\n".join(templates().values()) + "\n".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "assetloan").rglob("*.py"))
    )
    unused = [name for name in templates() if f'"{name}"' not in sources and f"'{name}'" not in sources]
    assert unused == []


def _without_comments(source: str) -> str:
    """Jinja comments blanked, line breaks kept."""
    return re.sub(r"\{#.*?#\}", lambda found: re.sub(r"[^\n]", " ", found.group(0)), source, flags=re.DOTALL)
