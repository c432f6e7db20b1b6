"""What every page gets: the agency, the way around, the language, addresses of static files with their hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, request, url_for

from assetloan.core import clock, settings
from assetloan.core.i18n import _, language
from assetloan.identity import queries
from assetloan.identity.guards import current_actor
from assetloan.identity.nav import NavItem, nav_sources
from assetloan.web import headers, vendor


@dataclass(frozen=True, slots=True)
class Agency:
    """The agency as pages name it."""

    name: str
    short_name: str
    phone: str
    email: str
    help_text: str
    emblem_url: str = ""


def agency() -> Agency:
    """The agency's names and help line: from the settings, else from the unit tree."""
    cached: Agency | None = g.get("agency")
    if cached is None:
        today = clock.today()
        root = queries.unit_tree(today).agency()
        name = settings.text("agency_name", today) or (root.name if root else "")
        short = settings.text("agency_short_name", today) or (root.short_name if root else "")
        cached = Agency(
            name=name,
            short_name=short,
            phone=settings.text("agency_phone", today),
            email=settings.text("agency_email", today),
            help_text=_("ติดต่องานพัสดุของหน่วยงาน"),
        )
        g.agency = cached
    return cached


@cache
def _digest(path: str, _modified: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


def asset_url(name: str) -> str:
    """The address of a static file with the hash of its content, so that it may be cached for good."""
    path = Path(current_app.static_folder or "") / name
    if not path.is_file():
        return url_for("static", filename=name)
    return url_for("static", filename=name, v=_digest(str(path), path.stat().st_mtime_ns))


def language_url(wanted: str) -> str:
    """Where the other language is chosen; it comes back to this page."""
    here = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return url_for("web.choose_language", wanted=wanted, next=here)


def nav_items() -> list[NavItem]:
    """The links of the person's header; none for visitors."""
    who = current_actor()
    if who is None:
        return []
    made = [source(who) for source in nav_sources]
    return [
        NavItem(item.url, item.label, item.endpoint, item.count, item.endpoint == request.endpoint)
        for item in made
        if item is not None
    ]


NOBODY = Agency("", "", "", "", "")


def _context() -> dict[str, Any]:
    # An error page must stand when the database does not: it asks for nothing but words.
    bare = bool(g.get("bare_page"))
    return {
        "lang": language(),
        "language_url": language_url,
        "agency": NOBODY if bare else agency(),
        "asset_url": asset_url,
        "csp_nonce": headers.nonce,
        "notices": g.get("notices", ()),
        "nav_items": nav_items() if not bare and g.get("with_nav", True) else [],  # the scan page has its own two links
        "fonts_ready": vendor.fonts_ready(),
        "decoder_ready": vendor.decoder_ready,
        "actor": None if bare else current_actor(),
    }


def init(app: Flask) -> None:
    """Hang the context on the application."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(_context)
