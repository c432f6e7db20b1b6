"""What a search of the register finds: one clause for both databases, by index, with the reader's right in it.

Words of three characters and more are looked up by their trigrams: an FTS5 table on SQLite (core/db_objects.py), a GIN
index of pg_trgm on PostgreSQL. Shorter words make no trigram: they are looked for in the text itself, which is quick
where they are frequent, and short words are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, literal_column, or_, select, table, true, union_all
from sqlalchemy.orm import InstrumentedAttribute, aliased

from assetloan.assets.labelling.adopted import keys_of
from assetloan.assets.labelling.models import Barcode, FormerNumber
from assetloan.assets.models import Asset, Code
from assetloan.assets.rules import CodeState, split_number
from assetloan.core import ids, text
from assetloan.core.db import db
from assetloan.core.db_objects import FULL_TEXT
from assetloan.identity.rules import Actor, Permission

LONGEST_SEARCH = 200
SHORTEST_INDEXED = 3
MOST_COUNTED = 10_000
LIKE_A_NUMBER = re.compile(r"[0-9a-z\u0e01-\u0e4e/._# -]+")


def number_pair(reference: str) -> tuple[str, int]:
    """The key and piece of a number in any spelling ("NO#2" is piece 2)."""
    number, piece = split_number(text.asset_number(reference))
    return text.number_key(number), piece


@dataclass(frozen=True, slots=True)
class Sought:
    """What was typed, ready to be compared: words that must all occur, or the whole as one number run together."""

    words: tuple[str, ...]
    bare: str = ""

    @classmethod
    def of(cls, typed: str) -> Sought:
        whole = text.search_key(typed)[:LONGEST_SEARCH]
        bare = "".join(ch for ch in whole if ch.isalnum())
        is_number = bare != whole and any(ch.isdigit() for ch in bare) and LIKE_A_NUMBER.fullmatch(whole)
        return cls(tuple(dict.fromkeys(whole.split())), bare if is_number else "")

    @property
    def alternatives(self) -> list[tuple[str, ...]]:
        """One of these must occur, each with all its words."""
        return [self.words, (self.bare,)] if self.bare else [self.words]

    @property
    def short(self) -> bool:
        """Is there an alternative whose every word is too short for the index?"""
        return any(not _indexed(words) for words in self.alternatives)


def _indexed(words: tuple[str, ...]) -> list[str]:
    return [word for word in words if len(word) >= SHORTEST_INDEXED]


def _is_sqlite() -> bool:
    return bool(db.session.get_bind().dialect.name == "sqlite")


def _occurs(column: InstrumentedAttribute[str], word: str) -> ColumnElement[bool]:
    """The word is part of the column. LIKE on PostgreSQL, whose index reads it; instr is thrice as fast on SQLite."""
    return func.instr(column, word) > 0 if _is_sqlite() else column.contains(word, autoescape=True)


def _contains(column: InstrumentedAttribute[str], sought: Sought) -> ColumnElement[bool]:
    """The column itself holds what is sought."""
    return or_(
        *(and_(true(), *(_occurs(column, word) for word in words)) for words in sought.alternatives),
    )


def _by_trigrams(sought: Sought) -> ColumnElement[bool]:
    """Rows of the full-text table; the text of the user is only ever a quoted phrase."""
    phrases = (
        " AND ".join('"' + word.replace('"', '""') + '"' for word in _indexed(words)) for words in sought.alternatives
    )
    matches = literal_column(FULL_TEXT).match(" OR ".join(f"({phrase})" for phrase in phrases))
    return Asset.id.in_(select(literal_column("rowid")).select_from(table(FULL_TEXT)).where(matches))


def _within(actor: Actor, sought: Sought, *, indexed: bool) -> ColumnElement[bool]:
    """What of the text this reader may search: everything of granted units, of others what stands on the card.

    `card_text` is the beginning of `search_text`: one index serves both, and the card decides for a stranger.
    """
    full = actor.scope(Permission.ASSET_VIEW)
    everything = seen = _contains(Asset.search_text, sought)
    if not full.everything:
        seen = _contains(Asset.card_text, sought)
        seen = or_(seen, Asset.unit_id.in_(full.units) & everything) if full.units else seen
    return and_(_by_trigrams(sought), seen) if indexed and _is_sqlite() else seen


def search_clause(actor: Actor, words: str, *, frequent: bool = False) -> ColumnElement[bool]:
    """What a search finds: Thai substrings, Thai digits, a code or a number in any spelling. One for both databases.

    Those who see only the card of a thing find it by what stands on the card. `frequent` says that there are many:
    then walking the list in its order until a page is full is quicker than fetching all of them by the index.
    """
    sought = Sought.of(words)
    if not sought.words:
        return false()
    indexed = not frequent and not sought.short
    found = _within(actor, sought, indexed=indexed)
    number, piece = number_pair(words[:LONGEST_SEARCH])
    numbered = select(Asset.id).where(Asset.number_key == number, Asset.piece == piece, Asset.withdrawn_at.is_(None))
    exact: list[Select[Any]] = [numbered]
    code = ids.read_code(words[:LONGEST_SEARCH])
    if code is not None:
        coded = select(Code.asset_id).where(Code.code == code, Code.state == CodeState.LINKED)
        exact.append(coded)
    carried = Barcode.text_key.in_(keys_of(words[:LONGEST_SEARCH])) & Barcode.revoked_at.is_(None)
    adopted = select(Barcode.asset_id).where(carried).order_by(Barcode.id).limit(1)
    had = (FormerNumber.number_key == number) & (FormerNumber.piece == piece)
    former = select(FormerNumber.asset_id).where(had).order_by(FormerNumber.id.desc()).limit(1)
    exact += [adopted, former]
    found = or_(found, *(Asset.id == one.scalar_subquery() for one in exact))
    if indexed and not _is_sqlite():
        # PostgreSQL would scan for an OR of text and numbers: all that may match is gathered by index, then judged.
        other = aliased(Asset)
        texts = select(other.id).where(_contains(other.search_text, sought))
        found = and_(Asset.id.in_(union_all(texts, *exact)), found)
    return found
