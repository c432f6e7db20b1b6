"""What packages above the register add to its pages: who has a thing until when, loan history, what one may do now.

A package above appends its functions once, when its blueprints are made (`add`); each is asked once per page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement

from assetloan.assets.models import Asset
from assetloan.identity.rules import Actor


@dataclass(frozen=True, slots=True)
class Status:
    """How a thing stands, in words with a tone; `detail` is a second sentence (until when, for whom)."""

    tone: str
    words: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """A link to something this person may do; tone primary (one on a page), second or danger."""

    url: str
    text: str
    tone: str = "second"
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the asset page with its own in-page link; its template finds it as `section`, its values in `data`."""

    id: str
    title: str
    template: str
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def link(self) -> tuple[str, str]:
        """Its in-page link."""
        return self.id, self.title


# Status by asset id, for one page of the list or for one asset; what is left out keeps its stored status.
statuses: list[Callable[[Actor, Sequence[Asset]], Mapping[int, Status]]] = []
sections: list[Callable[[Actor, Asset], Section | None]] = []
acts: list[Callable[[Actor, Asset], Sequence[Act]]] = []
list_acts: list[Callable[[Actor], Act | None]] = []
# WHERE of what may be asked for over [first, until), as of today.
free: list[Callable[[date, date, date], ColumnElement[bool]]] = []

# What a thing may have (repairs, papers …), as a clause on the asset: asked of all at once with the asset itself, so
# that a part reads only what is there.
traces: dict[str, Callable[[], ColumnElement[bool]]] = {}

Part = TypeVar("Part")


def add(parts: list[Part], part: Part) -> None:
    """Append a part once, however often an application is made."""
    if part not in parts:
        parts.append(part)


def may_have(asset: Asset, trace: str) -> bool:
    """Is there anything of this kind? Yes as long as nobody has asked."""
    return asset.traces is None or trace in asset.traces


def statuses_of(actor: Actor, assets: Sequence[Asset]) -> dict[int, Status]:
    """What the packages above know of these assets; a later one wins."""
    found: dict[int, Status] = {}
    if assets:
        for part in statuses:
            found.update(part(actor, assets))
    return found
