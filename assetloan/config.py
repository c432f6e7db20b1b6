"""Settings from the environment, read once into a frozen value. A weak secret is refused."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "ASSETLOAN_"
LEAST_SECRET = 32
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# The same data wherever a command is started from.
DEFAULT_DATA_DIR = Path(__file__).resolve().parent.parent / "instance"


class BadSetting(ValueError):
    """A setting that cannot be used; the text names it."""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The mail server that takes our messages, and in whose name they go."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: str
    tls: str  # starttls, ssl, none


@dataclass(frozen=True, slots=True)
class LineSettings:
    """The agency's LINE account."""

    token: str = field(repr=False)
    secret: str = field(repr=False)
    url: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between installations."""

    data_dir: Path
    database_url: str
    secret_key: str
    base_url: str
    port: int
    demo: bool
    demo_password: str | None
    demo_date: date | None
    trusted_proxies: int
    session_hours: int
    max_upload_mib: int
    mail: MailSettings | None = None
    line: LineSettings | None = None

    @property
    def production(self) -> bool:
        """http on loopback is a trial, anything else is production (contract.md section 7)."""
        parts = urlsplit(self.base_url)
        return not (parts.scheme == "http" and (parts.hostname or "") in LOOPBACK)

    @property
    def https(self) -> bool:
        return urlsplit(self.base_url).scheme == "https"

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or "127.0.0.1"

    @property
    def trusted_hosts(self) -> list[str]:
        return sorted({self.host, "127.0.0.1", "localhost"})

    @property
    def files_dir(self) -> Path:
        return self.data_dir / "files"


def load(environ: Mapping[str, str] | None = None, *, demo: bool | None = None, port: int | None = None) -> Settings:
    """Read the settings. Raises BadSetting with the name of the one that cannot be used."""
    env = os.environ if environ is None else environ

    def get(name: str, default: str = "") -> str:
        return env.get(PREFIX + name, default).strip()

    def number(name: str, default: int, least: int, most: int) -> int:
        text = get(name) or str(default)
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise BadSetting(f"{PREFIX}{name} must be a whole number from {least} to {most}")
        return int(text)

    def day(name: str) -> date | None:
        try:
            return date.fromisoformat(get(name)) if get(name) else None
        except ValueError:
            raise BadSetting(f"{PREFIX}{name} must be a day like 2026-11-23") from None

    is_demo = (get("DEMO") not in ("", "0")) if demo is None else demo
    data_dir = Path(get("DATA_DIR") or DEFAULT_DATA_DIR).absolute()
    at_port = port if port is not None else number("PORT", 5000, 1, 65535)
    base_url = (get("BASE_URL") or f"http://127.0.0.1:{at_port}").rstrip("/")
    if urlsplit(base_url).scheme not in ("http", "https") or not urlsplit(base_url).hostname:
        raise BadSetting(f"{PREFIX}BASE_URL must be an http or https address")
    settings = Settings(
        data_dir=data_dir,
        database_url=get("DATABASE_URL") or f"sqlite:///{data_dir / ('demo.db' if is_demo else 'assetloan.db')}",
        secret_key=get("SECRET_KEY"),
        base_url=base_url,
        port=at_port,
        demo=is_demo,
        demo_password=get("DEMO_PASSWORD") or None,
        demo_date=day("DEMO_DATE"),
        trusted_proxies=number("TRUSTED_PROXIES", 0, 0, 5),
        session_hours=number("SESSION_HOURS", 12, 1, 72),
        max_upload_mib=number("MAX_UPLOAD_MIB", 20, 1, 100),
        mail=_mail(get, number),
        line=_line(get),
    )
    if settings.secret_key and len(settings.secret_key) < LEAST_SECRET:
        raise BadSetting(f"{PREFIX}SECRET_KEY must have at least {LEAST_SECRET} characters")
    return settings


ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
PORTS = {"starttls": 587, "ssl": 465, "none": 25}


def _mail(get: Callable[..., str], number: Callable[[str, int, int, int], int]) -> MailSettings | None:
    """The mail server, when one is named. A password goes over an encrypted line or to this very computer."""
    host, tls, sender = get("SMTP_HOST"), get("SMTP_TLS") or "starttls", get("SMTP_FROM")
    if not host:
        return None
    if tls not in PORTS:
        raise BadSetting(f"{PREFIX}SMTP_TLS must be starttls, ssl or none")
    if not ADDRESS.fullmatch(sender):
        raise BadSetting(f"{PREFIX}SMTP_FROM must be the mail address from which messages come")
    if not (get("SMTP_USER") + get("SMTP_PASSWORD")).isascii():
        raise BadSetting(f"{PREFIX}SMTP_USER and {PREFIX}SMTP_PASSWORD must be in plain letters")
    if get("SMTP_PASSWORD") and tls == "none" and host not in LOOPBACK:
        raise BadSetting(f"{PREFIX}SMTP_TLS=none would send the password in the open; use starttls or ssl")
    port = number("SMTP_PORT", PORTS[tls], 1, 65535)
    return MailSettings(host, port, get("SMTP_USER"), get("SMTP_PASSWORD"), sender, tls)


def _line(get: Callable[..., str]) -> LineSettings | None:
    """The LINE account, when its token is given."""
    url = urlsplit(get("LINE_URL") or "https://api.line.me")
    if not get("LINE_TOKEN"):
        return None
    if url.scheme != "https" and not (url.scheme == "http" and url.hostname in LOOPBACK):
        raise BadSetting(f"{PREFIX}LINE_URL must be an https address")
    if not get("LINE_TOKEN").isascii() or not get("LINE_TOKEN").isprintable():
        raise BadSetting(f"{PREFIX}LINE_TOKEN has characters that no token has")
    return LineSettings(get("LINE_TOKEN"), get("LINE_SECRET"), url.geturl().rstrip("/"))


def with_secret(settings: Settings) -> Settings:
    """The settings with a key: the given one, else one made once and kept in the data folder (mode 0600)."""
    if settings.secret_key:
        return settings
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    path = settings.data_dir / "secret_key"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return replace(settings, secret_key=path.read_text().strip())
