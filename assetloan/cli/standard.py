"""What every new system starts with: the categories of the register with their lives and rates (domain.md 4.2)."""

from __future__ import annotations

from assetloan.assets import queries
from assetloan.cli.demo_agency.register import save_categories
from assetloan.core import clock
from assetloan.core.db import transaction


def ensure() -> None:
    """Enter the standard categories into a register that has none; the agency changes them as it likes."""
    if not queries.categories():
        with transaction():
            save_categories(clock.now())
