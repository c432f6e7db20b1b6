"""The demo agency: about 800 things in 28 units and fourteen months of lending up to today, told through the services.

The same day gives the same content on every machine. Who and what they are stands in the folder seed/; what happens to
them is decided by one seeded source of chance. Every act is done by the person whose task it is, at its own instant, so
that rights, separations, numbers and the audit chain are those of real use; the acts of one day share a transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random, SystemRandom

from assetloan.assets import chance
from assetloan.cli.demo_agency import accounts
from assetloan.cli.demo_agency.accounts import DemoAccounts
from assetloan.cli.demo_agency.story import Story
from assetloan.config import Settings
from assetloan.core import clock
from assetloan.core.db import transaction

SEED = 2569
Tell = Callable[[date], None]


def fill(settings: Settings, tell: Tell = lambda _day: None) -> list[str]:
    """Fill an empty database with the agency as of the demo's day. Returns the acts of the story that were refused."""
    today = settings.demo_date or clock.today()
    chance.seed(SEED)
    try:
        refused = Story(today, Random(SEED)).tell(tell)  # noqa: S311 - a story, not a secret
    finally:
        chance.source = SystemRandom()
    with transaction():
        accounts.set_password(accounts.password_of(settings), now=clock.bangkok_midnight(today - timedelta(days=1)))
    return refused


def sign_ins(settings: Settings) -> DemoAccounts:
    """The accounts of a filled demo and their password of today."""
    return accounts.ensure_password(settings)
