"""A mail server and LINE's address on this computer: real conversations, with faults on demand."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.cli.running import free_port

USER, PASSWORD = "assetloan", "a secret of the system"


@dataclass
class MailServer:
    """What a mail server was given, and how it is to misbehave."""

    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)  # address → answer to RCPT
    answer_to_data: str = ""
    hang: threading.Event | None = None  # DATA is answered when this is set
    port: int = 0

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.hang is not None:
            await server.loop.run_in_executor(None, self.hang.wait, 30)
        if self.answer_to_data:
            return self.answer_to_data
        content = envelope.content
        assert isinstance(content, bytes)
        parsed = message_from_bytes(content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.letters.append(parsed)
        self.recipients += envelope.rcpt_tos
        return "250 taken"

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["To"].addresses[0].addr_spec == address]


def check_password(_server: SMTP, _session: Session, _envelope: Envelope, _way: str, given: Any) -> AuthResult:
    known = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=given == known, handled=False)


@contextmanager
def mail_server(**options: Any) -> Iterator[MailServer]:
    """A mail server on a free port of this computer."""
    server = MailServer()
    server.port = options.pop("port", 0) or free_port()
    controller = Controller(server, hostname="127.0.0.1", port=server.port, **options)
    controller.start()
    try:
        yield server
    finally:
        if server.hang is not None:
            server.hang.set()
        controller.stop()


def words_of(letter: EmailMessage, kind: str = "plain") -> str:
    """The text of a letter, as a mail reader shows it."""
    part = letter.get_body(preferencelist=(kind,))
    assert part is not None
    text: str = part.get_content()
    return text


def certificate(folder: Path) -> Path:
    """A certificate for this computer that nobody signed but itself, with its key in one file."""
    made = folder / "server.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(made) + ".key", "-out", str(made)),
        ],
        check=True,
        capture_output=True,
    )
    return made


def server_context(made: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, f"{made}.key")
    return context


@dataclass
class LineHost:
    """What LINE was asked, and what it answers."""

    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)  # taken one by one; then 200
    location: str = ""
    url: str = ""


@contextmanager
def line_host() -> Iterator[LineHost]:
    """LINE's push address on a free port of this computer."""
    host = LineHost()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            host.asked.append(json.loads(body) | {"path": self.path})
            host.keys.append(self.headers["X-Line-Retry-Key"])
            host.tokens.append(self.headers["Authorization"])
            self.send_response(host.answers.pop(0) if host.answers else 200)
            if host.location:
                self.send_header("Location", host.location)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        do_GET = do_POST

        def log_message(self, *_words: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        host.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def signature(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
