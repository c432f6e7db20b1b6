"""What a search of the register finds: one clause for both databases, by index, with the reader's right in it.

Words of three characters and more are looked up by their trigrams: an FTS5 table on SQLite (core/db_objects.py), a GIN
index of pg_trgm on PostgreSQL. Shorter words make no trigram, but they begin some: on SQLite those are walked in their
order, on PostgreSQL a second GIN index knows every one and two letters. A short word that is frequent is looked for in
the texts themselves, in the order of the list: a page of it is soon full.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, has_app_context
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    String,
    Text,
    and_,
    cast,
    false,
    func,
    literal_column,
    or_,
    select,
    table,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, aliased

from assetloan.assets.labelling.adopted import keys_of
from assetloan.assets.labelling.models import Barcode, FormerNumber
from assetloan.assets.models import Asset, Code
from assetloan.assets.rules import CodeState, split_number
from assetloan.core import ids, text
from assetloan.core.db import db
from assetloan.core.db_objects import FULL_TEXT, GRAMS, TRIGRAMS
from assetloan.identity.rules import Actor, Permission

LONGEST_SEARCH = 200
SHORTEST_INDEXED = 3
MOST_COUNTED = 10_000  # of a list that nobody searched: counted by its index alone
MOST_FOUND = 2_000  # of a search: each has to be looked at
FREQUENT = 20_000  # a short word that stands in the register more often is not looked up
MOST_ASKED = 5  # and of many short words only the first are
_AFTER_ALL = "\U0010ffff"
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


# --- what the indexes know ------------------------------------------------------------------------------------------


def _has_grams(column: Any, words: Sequence[str]) -> ColumnElement[bool]:
    """PostgreSQL: the text holds these words of one or two letters."""
    grams: ColumnElement[Any] = getattr(func, GRAMS)(column, type_=ARRAY(Text))
    return grams.op("@>", is_comparison=True, return_type=Boolean())(cast(list(words), ARRAY(Text)))


def _rows_with(word: str) -> Select[int]:
    """SQLite: the rows with a trigram that begins like this, a row once for each."""
    term = literal_column("term", String)
    return (
        select(literal_column("doc", Integer))
        .select_from(table(TRIGRAMS))
        .where(term >= word, term < word + _AFTER_ALL)
    )


def _counting(word: str) -> ScalarSelect[int]:
    """How often a short word stands in the register; counting stops where it is frequent."""
    there = _rows_with(word) if _is_sqlite() else select(Asset.id).where(_has_grams(Asset.search_text, [word]))
    return select(func.count()).select_from(there.limit(FREQUENT + 1).subquery()).scalar_subquery()


def _rare(words: Sequence[str]) -> list[str]:
    """Those of some short words that are worth looking up; asked once for an answer."""
    known: dict[str, bool] = g.setdefault("rare_words", {}) if has_app_context() else {}
    asked = [word for word in words[:MOST_ASKED] if word not in known]
    if asked:
        counts = db.session.execute(select(*(_counting(word) for word in asked))).one()
        known.update((word, count <= FREQUENT) for word, count in zip(asked, counts, strict=True))
    return [word for word in words[:MOST_ASKED] if known[word]]


def _gathered(sought: Sought) -> list[Select[int]] | None:
    """The rows that may hold what is sought, by index, a query for each alternative; None when no index narrows it."""
    found = [_texts_with(words) for words in sought.alternatives]
    return None if None in found else [query for query in found if query is not None]


def _texts_with(words: tuple[str, ...]) -> Select[int] | None:
    """The rows with all of these words as far as an index tells; the user's text is only ever a quoted phrase."""
    other, long = aliased(Asset), _indexed(words)
    if long and _is_sqlite():
        phrases = " AND ".join('"' + word.replace('"', '""') + '"' for word in long)
        matching = select(literal_column("rowid", Integer)).select_from(table(FULL_TEXT))
        return matching.where(literal_column(FULL_TEXT).match(phrases))
    if long:
        return select(other.id).where(*(_occurs(other.search_text, word) for word in long))
    rare = _rare(words)
    if not rare:
        return None
    if not _is_sqlite():
        return select(other.id).where(_has_grams(other.search_text, rare))
    first, *more = (_rows_with(word) for word in rare)
    return first.where(*(literal_column("doc", Integer).in_(rows) for rows in more))


# --- what a search finds --------------------------------------------------------------------------------------------


def _within(actor: Actor, sought: Sought) -> ColumnElement[bool]:
    """What of the text this reader may search: everything of granted units, of others what stands on the card.

    `card_text` is the beginning of `search_text`: one index serves both, and the card decides for a stranger.
    """
    full = actor.scope(Permission.ASSET_VIEW)
    everything = seen = _contains(Asset.search_text, sought)
    if not full.everything:
        seen = _contains(Asset.card_text, sought)
        seen = or_(seen, Asset.unit_id.in_(full.units) & everything) if full.units else seen
    return seen


def search_clause(actor: Actor, words: str, *, frequent: bool = False) -> ColumnElement[bool]:
    """What a search finds: Thai substrings, Thai digits, a code or a number in any spelling. One for both databases.

    Those who see only the card of a thing find it by what stands on the card. `frequent` says that there are many:
    then walking the list in its order until a page is full is quicker than fetching all of them by the index.
    """
    sought = Sought.of(words)
    if not sought.words:
        return false()
    gathered = None if frequent else _gathered(sought)
    found = _within(actor, sought)
    if gathered is not None and _is_sqlite():
        found = and_(Asset.id.in_(gathered[0] if len(gathered) == 1 else union_all(*gathered)), found)
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
    if gathered is not None and not _is_sqlite():
        # PostgreSQL would scan for an OR of text and numbers: all that may match is gathered by index, then judged.
        found = and_(Asset.id.in_(union_all(*gathered, *exact)), found)
    return found
