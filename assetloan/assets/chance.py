"""Where label codes get their chance from: the system, or a seeded source while a demo agency is built."""

from __future__ import annotations

from random import Random, SystemRandom

source: Random = SystemRandom()


def seed(value: int) -> None:
    """Make the codes of a demo or synthetic agency the same on every machine."""
    global source
    source = Random(value)  # noqa: S311 - codes are locators, not secrets
