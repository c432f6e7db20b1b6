"""Spellings in a file that nearly match what the register knows: suggested, never merged (domain.md 8.3.18)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from assetloan.assets.import_judge import Judged, Judgement, NewPlace, Verdict
from assetloan.assets.models import Asset, Category, Site
from assetloan.core.bulk import pieces
from assetloan.core.db import db
from assetloan.core.likeness import Likeness
from assetloan.documents.tables import ParsedRow
from assetloan.identity.models import Person
from assetloan.identity.queries import unit_tree

MOST_NAMES = 20_000
OFTEN = 3  # a spelling of the file itself must stand so many times as often as the one that may be a slip


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a file says, what it may mean, in how many rows, and the first of them."""

    field: str
    said: str
    meant: str
    rows: int
    sheet: str
    row: int


def suggestions(judgement: Judgement) -> list[Suggestion]:
    """What a person may want to change before confirming; also noted on each row as `suggested`."""
    unit_ids = {item.unit_id for item in judgement.rows if item.unit_id}
    found: list[Suggestion] = []
    found += _units(judgement)
    found += _categories(judgement)
    for unit_id in sorted(unit_ids):
        found += _places(judgement, unit_id)
        found += _custodians(judgement, unit_id)
    found += _names(judgement, unit_ids)
    return found


def _units(judgement: Judgement) -> Iterator[Suggestion]:
    rows = [item.row for item in judgement.rows if any(problem.code == "unit_unknown" for problem in item.row.errors)]
    if rows:
        cards = [card for card in unit_tree(judgement.today).ordered() if card.closed_on is None]
        words = (word for card in cards for word in (card.name, card.short_name) if word)
        yield from _near("unit", ((row.values.get("unit", ""), row) for row in rows), Likeness(words))


def _categories(judgement: Judgement) -> Iterator[Suggestion]:
    open_ones = [
        (item.row.values["category"], item.row)
        for item in judgement.rows
        if item.row.values.get("category") and item.row.ok and "category_id" not in item.values
        and item.verdict is Verdict.CREATED
    ]  # fmt: skip
    if open_ones:
        rows = db.session.execute(select(Category.name, Category.asset_class).order_by(Category.id))
        words = [word for row in rows for word in (row.name, row.asset_class, row.asset_class.removeprefix("ครุภัณฑ์"))]
        yield from _near("category", open_ones, Likeness(word for word in words if word))


def _places(judgement: Judgement, unit_id: int) -> Iterator[Suggestion]:
    new = [
        (place.name, item.row)
        for item in judgement.rows
        if isinstance(place := item.values.get("place_id"), NewPlace) and place.unit_id == unit_id
    ]
    if new:
        known = db.session.scalars(select(Site.name).where(Site.unit_id == unit_id).order_by(Site.id))
        yield from _near_known_or_often("place", new, list(known))


def _custodians(judgement: Judgement, unit_id: int) -> Iterator[Suggestion]:
    new = [
        (name, item.row)
        for item in judgement.rows
        if item.unit_id == unit_id and (name := item.values.get("custodian_text")) and "," not in name
    ]
    if new:
        query = select(Person.name).where(Person.unit_id == unit_id, Person.active).order_by(Person.id)
        yield from _near("custodian", new, Likeness(db.session.scalars(query), person=True))


def _names(judgement: Judgement, unit_ids: Collection[int]) -> Iterator[Suggestion]:
    new = [(item.row.values["name"], item.row) for item in _made(judgement)]
    if not new:
        return
    known: list[str] = []
    for some in pieces(sorted(unit_ids)):
        query = select(Asset.name).where(Asset.unit_id.in_(some), Asset.withdrawn_at.is_(None)).group_by(Asset.name)
        known += db.session.scalars(query.order_by(func.count().desc(), Asset.name).limit(MOST_NAMES))
    yield from _near_known_or_often("name", new, known[:MOST_NAMES])


def _made(judgement: Judgement) -> Iterator[Judged]:
    return (item for item in judgement.rows if item.verdict is Verdict.CREATED)


def _near_known_or_often(field: str, said: list[tuple[str, ParsedRow]], known: list[str]) -> Iterator[Suggestion]:
    """Near to a word that the register knows, else to one that stands far more often in the file itself."""
    yield from _near(field, said, Likeness(known))
    count = Counter(word for word, row in said if field not in row.suggested)
    often = [word for word, times in count.most_common(MOST_NAMES) if times >= OFTEN]
    rare = [(word, row) for word, row in said if count[word] < OFTEN and field not in row.suggested]
    if often and rare:
        yield from _near(field, rare, Likeness([*known, *often]))


def _near(field: str, said: Iterable[tuple[str, ParsedRow]], known: Likeness) -> Iterator[Suggestion]:
    rows: dict[str, list[ParsedRow]] = defaultdict(list)
    for word, row in said:
        rows[word].append(row)
    for word, those in rows.items():
        meant = known.nearest(word)
        if meant is None:
            continue
        for row in those:
            row.suggested[field] = meant
        yield Suggestion(field, word, meant, len(those), those[0].sheet, those[0].row)
