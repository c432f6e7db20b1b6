"""Where a page may send people: only to this site."""

from __future__ import annotations

from urllib.parse import urlsplit


def local_path(target: str | None) -> str:
    """A path on this site, or "/": anything that could lead elsewhere is refused (F5)."""
    wanted = (target or "").strip()
    if not wanted.startswith("/") or any(ch in wanted for ch in "\\\r\n\t\0") or wanted.startswith("//"):
        return "/"
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or "//" in parts.path.replace("%2f", "/").replace("%2F", "/")[:3]:
        return "/"
    return wanted
