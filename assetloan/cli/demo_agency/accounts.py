"""The demo accounts and the one password they share."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from assetloan import audit
from assetloan.cli.demo_agency.cast import ACCOUNTS
from assetloan.config import Settings
from assetloan.core import clock
from assetloan.core.db import db, transaction
from assetloan.identity import passwords, queries
from assetloan.identity.models import Person
from assetloan.identity.rules import console
from assetloan.identity.sign_in import actor_ref, bump_epoch

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else


@dataclass(frozen=True, slots=True)
class DemoAccounts:
    """Who can sign in to the demo, and with what."""

    usernames: tuple[str, ...]
    password: str


def password_of(settings: Settings) -> str:
    """The password that was set, else one made once and kept in the data folder (mode 0600)."""
    if settings.demo_password:
        return settings.demo_password
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    path = settings.data_dir / "demo_password"
    _write_once(path, "demo-" + "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3)))
    return path.read_text(encoding="utf-8").strip()


def _write_once(path: Path, text: str) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        pass


def ensure_password(settings: Settings) -> DemoAccounts:
    """Give the accounts the password of the day, when they have another one."""
    password = password_of(settings)
    first = queries.person_by_username(ACCOUNTS[0])
    if first is not None and not passwords.matches(first.password_hash, password):
        with transaction():
            set_password(password, now=clock.now())
    return DemoAccounts(ACCOUNTS, password)


def set_password(password: str, *, now: datetime) -> None:
    """One password for all demo accounts; their sessions end."""
    hashed = passwords.hashed(password)
    for person in db.session.scalars(select(Person).where(Person.username_key.in_(ACCOUNTS)).order_by(Person.id)):
        person.password_hash = hashed
        bump_epoch(person)
        audit.record(actor_ref(console()), "person.password_set", person.ref, at=now)
