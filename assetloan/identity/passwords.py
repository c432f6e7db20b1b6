"""Passwords: argon2id (t=2, 19 MiB, p=1), 12 to 200 characters, none of the common ones; Thai passphrases are fine."""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assetloan.core.errors import invalid

LEAST, MOST = 12, 200
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Compared with when there is no such account, so that both answers take the same time. Written down, because making it
# would cost every process 50 ms at its start.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$oCIb/jVLGmLKt7fHIiVEdg$nNBm+Ku84/db5JUcXORTbpJPRl2InACF37mnoP7NZDg"

COMMON = frozenset(
    {
        "password1234",
        "passwordpassword",
        "123456789012",
        "1234567890123",
        "qwertyuiopas",
        "qwertyuiop123",
        "administrator",
        "iloveyou1234",
        "111111111111",
        "000000000000",
        "abcdefghijkl",
        "letmeinletmein",
        "changeme1234",
        "welcome12345",
        "assetloan1234",
        "thailand1234",
        "secretariat12",
    }
)


def _plain(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def check_new(password: str, *, username: str = "", field: str = "password") -> None:
    """Raises Invalid when a new password is too short, too long or easy to guess."""
    plain = _plain(password)
    if len(plain) < LEAST:
        raise invalid(field, "password_too_short", least=LEAST)
    if len(plain) > MOST:
        raise invalid(field, "too_long", most=MOST)
    folded = plain.casefold()
    if folded in COMMON or len(set(folded)) < 4 or (username and folded == username.casefold() * 2):
        raise invalid(field, "password_common")


def hashed(password: str) -> str:
    return _hasher.hash(_plain(password))


def matches(stored: str, password: str) -> bool:
    """Compare in the same time whether the account exists or not."""
    try:
        _hasher.verify(stored or _NOBODY, _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return bool(stored)
