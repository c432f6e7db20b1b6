"""What stands above a page of the list: the choices of its filters and how many rows there are, in one statement."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, String, cast, literal, select, union_all

from assetloan.assets.models import Category, Site
from assetloan.assets.queries import AssetList
from assetloan.assets.searching import MOST_COUNTED, MOST_FOUND
from assetloan.core.db import db


@dataclass(frozen=True, slots=True)
class ListHead:
    """What stands above a page of the list: categories (code, name), places of a unit (id, name), and how many rows.

    More rows than `most_counted` says are not counted out: `count` is then one more than that.
    """

    categories: list[tuple[str, str]]
    places: list[tuple[str, str]]
    count: int


def most_counted(listed: AssetList) -> int:
    """How far a list is counted: beyond that nobody turns pages, and to count on costs more than the page."""
    return MOST_FOUND if listed.words.strip() else MOST_COUNTED


def list_head(listed: AssetList, *, with_places: bool) -> ListHead:
    """The words of the filters and the count of a list, in one statement."""
    blank, nothing = literal(""), literal(0)
    counted = listed.counting_at_most(most_counted(listed) + 1).scalar_subquery()
    parts: list[Select[str, str, str, str, int]] = [
        select(literal("category"), Category.code, Category.name, Category.sort_key, nothing),
        select(literal("count"), blank, blank, blank, counted),
    ]
    if with_places:
        parts.append(
            select(literal("place"), cast(Site.id, String), Site.name, Site.sort_key, nothing).where(
                Site.unit_id == listed.unit_id
            )
        )
    found: dict[str, list[tuple[str, str]]] = {"category": [], "place": []}
    count = 0
    rows = sorted(db.session.execute(union_all(*parts)), key=lambda row: (row[3], row[1]))
    for kind, key, name, _sort_key, number in rows:
        if kind == "count":
            count = number
        else:
            found[kind].append((key, name))
    return ListHead(found["category"], found["place"], count)
