"""The headers of every answer: CSP with a nonce, no framing, no sniffing, nothing cached that is private."""

from __future__ import annotations

import secrets

from flask import Flask, Response, current_app, g, request

# Pages that may open the camera and compile the self-hosted decoder.
SCANNING = frozenset({"lending.basket", "rounds.room", "rounds.scan", "rounds.undo", "rounds.shell"})
# What somebody uploaded: never a page, whether it is shown or saved.
UPLOADS = frozenset({"files.show"})
SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox"


def nonce() -> str:
    """The nonce of this answer."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def policy(*, scanning: bool) -> str:
    """The Content-Security-Policy."""
    wasm = " 'wasm-unsafe-eval'" if scanning else ""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce()}'{wasm}",
            f"style-src 'self' 'nonce-{nonce()}'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "media-src 'self' blob:",
            "manifest-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
        )
    )


def put(response: Response) -> Response:
    """Set them all; a test compares them with a literal table."""
    scanning = request.endpoint in SCANNING
    headers = response.headers
    # Nothing may run in what is handed out as a file, whatever a browser makes of it.
    handed_out = headers.get("Content-Disposition", "").startswith("attachment") or (
        request.endpoint in UPLOADS and "Content-Disposition" in headers
    )
    headers["Content-Security-Policy"] = SANDBOX if handed_out else policy(scanning=scanning)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = f"camera={'(self)' if scanning else '()'}, geolocation=(), microphone=()"
    if current_app.config["SETTINGS"].https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint == "static" and response.status_code in (200, 304):
        headers["Cache-Control"] = "public, max-age=31536000, immutable" if request.args.get("v") else "no-cache"
    else:
        headers["Cache-Control"] = "no-store"
        headers.add("Vary", "Cookie, Accept-Language")
    return response


def init(app: Flask) -> None:
    app.after_request(put)
