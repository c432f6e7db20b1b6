"""The links of the header: packages offer theirs here, the shell in `web` draws them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assetloan.core.i18n import ngettext
from assetloan.identity.rules import Actor


@dataclass(frozen=True, slots=True)
class NavItem:
    """One link of the header. `count` is what waits there; `count_words` says so to a screen reader."""

    url: str
    label: str
    endpoint: str
    count: int = 0
    current: bool = False

    @property
    def count_words(self) -> str:
        return ngettext("%(num)s รายการรออยู่", "%(num)s รายการรออยู่", self.count) if self.count else ""


# In the order of the header; each is asked once per page and gives None to those who have nothing there.
NavSource = Callable[[Actor], "NavItem | None"]
nav_sources: list[NavSource] = []
