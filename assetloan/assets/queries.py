"""Reads of the register. Every query takes the actor; staff see the card of lendable assets, grants see more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import joinedload, load_only, selectinload

from assetloan.assets.labelling.adopted import assets_of
from assetloan.assets.models import Asset, AssetEvent, Category, Code, ImportBatch, Site
from assetloan.assets.rules import AssetStatus, CodeState
from assetloan.assets.searching import number_pair, search_clause
from assetloan.core import ids, text
from assetloan.core.db import db
from assetloan.core.errors import NotFound
from assetloan.documents.files import File
from assetloan.identity.models import Person
from assetloan.identity.rules import Actor, Permission


def reach(actor: Actor) -> ColumnElement[bool]:
    """The WHERE of what an actor may see of the register: granted units in full, lendable assets as a card."""
    full, card = actor.scope(Permission.ASSET_VIEW), actor.scope(Permission.ASSET_CARD)
    visible: list[ColumnElement[bool]] = []
    if full.everything:
        visible.append(Asset.id.is_not(None))
    elif full.units:
        visible.append(Asset.unit_id.in_(full.units))
    if card.everything:
        visible.append(Asset.loanable.is_(True))
    elif card.units:
        visible.append(Asset.loanable.is_(True) & Asset.unit_id.in_(card.units))
    return (or_(*visible) if visible else false()) & Asset.withdrawn_at.is_(None)


def sees_all_of(actor: Actor, asset: Asset) -> bool:
    """May the actor read holder, price and history of this asset, or only its card?"""
    return actor.may(Permission.ASSET_VIEW, unit_id=asset.unit_id)


ROW = (Asset.asset_no, Asset.piece, Asset.name, Asset.status, Asset.loanable, Asset.unit_id)
CARD = (joinedload(Asset.category), joinedload(Asset.place), joinedload(Asset.custodian))


def by_number(actor: Actor, reference: str, traces: Mapping[str, ColumnElement[bool]] | None = None) -> Asset:
    """One asset by its number in any spelling; with it, which of these traces it has. Raises NotFound, out of reach
    too."""
    key, piece = number_pair(reference)
    asked = traces or {}
    query = (
        select(Asset, *(clause.label(name) for name, clause in asked.items()))
        .options(*CARD, joinedload(Asset.codes))  # few codes to an asset: one statement
        .where(reach(actor), Asset.number_key == key, Asset.piece == piece)
    )
    row = db.session.execute(query).unique().one_or_none()
    if row is None:
        raise NotFound(asset=reference)
    asset: Asset = row[0]
    if traces is not None:
        asset.traces = frozenset(name for name, there in zip(asked, row[1:], strict=True) if there)
    return asset


@dataclass(frozen=True, slots=True)
class CodeFound:
    """What a code stands for, as far as the actor may know. `asset` is None for blank, unknown and out of reach."""

    code: str | None
    state: CodeState | None
    asset: Asset | None
    place_id: int | None = None


def by_code(actor: Actor, typed: str) -> CodeFound:
    """Look a code up in any spelling or as a whole label URL; scope first, then the answer.

    A blank code is known only to those who may link it; a foreign one is as good as unknown.
    """
    code = ids.read_code(typed)
    if code is None:
        return CodeFound(None, None, None)
    row = db.session.execute(code_select(actor, code)).unique().one_or_none()
    return code_found(actor, code, row[0] if row else None, row[1] if row else None)


def code_select(actor: Actor, code: str) -> Select[Code, Asset]:
    """The code and, within reach, its asset; a page may join what it needs besides."""
    return (
        select(Code, Asset)
        .outerjoin(Asset, (Asset.id == Code.asset_id) & reach(actor))
        .options(joinedload(Asset.category), joinedload(Asset.place))
        .where(Code.code == code)
    )


def code_found(actor: Actor, code: str, known: Code | None, asset: Asset | None) -> CodeFound:
    """What the actor may know of a code that was read."""
    if known is None:
        return CodeFound(code, None, None)
    if known.state is CodeState.BLANK:
        may_link = known.unit_id is None or actor.may(Permission.ASSET_EDIT, unit_id=known.unit_id)
        return CodeFound(code, CodeState.BLANK if may_link and actor.has(Permission.ASSET_EDIT) else None, None)
    if known.place_id is not None:
        in_use = known.state is CodeState.LINKED and actor.has(Permission.ASSET_CARD)
        return CodeFound(code, None, None, known.place_id if in_use else None)
    return CodeFound(code, known.state if asset is not None else None, asset)


def behind_label(actor: Actor, typed: str) -> Asset | None:
    """The thing whose label somebody holds, whatever they may see of it: only to note where it was seen.

    Nothing of it may be shown, nor whether there is one. Raises Forbidden.
    """
    actor.require(Permission.ASSET_SIGHT, unit_id=None)
    query = select(Asset).join(Code, Code.asset_id == Asset.id).where(Code.code == (ids.read_code(typed) or ""))
    return db.session.scalars(query.where(Code.state == CodeState.LINKED, Asset.withdrawn_at.is_(None))).one_or_none()


def by_reference(actor: Actor, reference: str) -> Asset:
    """One asset by code, label URL, number or adopted barcode, as programs and the typed-code box give it.

    Raises NotFound.
    """
    if ids.read_code(reference) is not None:
        found = by_code(actor, reference)
        if found.asset is not None and found.state is CodeState.LINKED:
            return found.asset
    try:
        return by_number(actor, reference)
    except NotFound:
        carrier = assets_of([reference]).get(reference)
        query = select(Asset).options(*CARD, joinedload(Asset.codes)).where(reach(actor), Asset.id == carrier)
        asset = db.session.scalars(query).unique().one_or_none() if carrier is not None else None
        if asset is None:
            raise
        return asset


def by_references(actor: Actor, references: Sequence[str], *, lock: bool = False) -> list[Asset]:
    """Several assets in the order given, each once. With `lock` their rows are locked in order of id.

    Raises NotFound for the first that is unknown or out of reach.
    """
    codes = {code for code in (ids.read_code(item) for item in references) if code is not None}
    coded: dict[str, int] = {}
    if codes:
        rows = db.session.execute(
            select(Code.code, Code.asset_id).where(
                Code.code.in_(codes), Code.state == CodeState.LINKED, Code.asset_id.is_not(None)
            )
        )
        coded = {code: asset_id for code, asset_id in rows if asset_id is not None}
    adopted = assets_of(item for item in references if ids.read_code(item) not in coded)
    pairs = {number_pair(item) for item in references}
    carriers = {*coded.values(), *adopted.values()}
    query = (
        select(Asset)
        .options(joinedload(Asset.category))
        .where(reach(actor), or_(Asset.id.in_(carriers), tuple_(Asset.number_key, Asset.piece).in_(pairs)))
        .order_by(Asset.id)
    )
    if lock:
        query = query.with_for_update(of=Asset).execution_options(populate_existing=True)
    found = db.session.scalars(query).unique().all()
    by_id = {asset.id: asset for asset in found}
    by_pair = {(asset.number_key, asset.piece): asset for asset in found}
    picked: dict[int, Asset] = {}
    for item in references:
        asset = by_id.get(coded.get(ids.read_code(item) or "", -1)) or by_pair.get(number_pair(item))
        asset = asset or by_id.get(adopted.get(item, -1))
        if asset is None:
            raise NotFound(asset=item)
        picked[asset.id] = asset
    return list(picked.values())


@dataclass(frozen=True, slots=True)
class AssetList:
    """The register as the actor may see it, filtered, in Thai order of names."""

    actor: Actor
    words: str = ""
    unit_id: int | None = None
    category_id: int | None = None
    category_code: str | None = None
    place_id: int | None = None
    status: AssetStatus | None = None
    loanable: bool | None = None
    batch_id: int | None = None
    extra: tuple[ColumnElement[bool], ...] = ()
    frequent: bool = False

    def _where(self) -> list[ColumnElement[bool]]:
        clauses = [reach(self.actor), *self.extra]
        for column, wanted in (
            (Asset.unit_id, self.unit_id),
            (Asset.category_id, self.category_id),
            (Asset.place_id, self.place_id),
            (Asset.status, self.status),
            (Asset.loanable, self.loanable),
            (Asset.batch_id, self.batch_id),
        ):
            if wanted is not None:
                clauses.append(column == wanted)
        if self.category_code is not None:
            of_code = select(Category.id).where(Category.code == self.category_code)
            clauses.append(Asset.category_id == of_code.scalar_subquery())
        if self.words.strip():
            clauses.append(search_clause(self.actor, self.words, frequent=self.frequent))
        return clauses

    def cards(self) -> Select[Asset]:
        """What a page of the list shows: one statement, without codes."""
        return (
            select(Asset)
            .options(joinedload(Asset.category), joinedload(Asset.place))
            .where(*self._where())
            .order_by(Asset.sort_key, Asset.id)
        )

    def only(self, *columns: Any) -> Select[Any]:
        """Some columns of all rows in the order of the list, for what is read row by row."""
        return select(*columns).where(*self._where()).order_by(Asset.sort_key, Asset.id)

    def select(self) -> Select[Asset]:
        return self.cards().options(selectinload(Asset.codes))

    def count(self) -> int:
        return db.session.scalar(select(func.count()).select_from(Asset).where(*self._where())) or 0

    def counting_at_most(self, most: int) -> Select[int]:
        """The count as a query that stops there: a list of 200,000 costs no more than one of 10,000."""
        some = select(literal(1)).select_from(Asset).where(*self._where()).limit(most)
        if not self.words.strip():
            # In the list's own order, so that its index is walked: it says who may see a row without reading the row.
            some = some.order_by(Asset.sort_key, Asset.id)
        return select(func.count()).select_from(some.subquery())

    def page(self, number: int, per_page: int) -> list[Asset]:
        query = self.select().limit(per_page).offset((number - 1) * per_page)
        return list(db.session.scalars(query).unique())

    def page_of_cards(self, number: int, per_page: int) -> list[Asset]:
        query = self.cards().limit(per_page).offset((number - 1) * per_page)
        return list(db.session.scalars(query).unique())

    def rows(self, number: int, per_page: int) -> Select[Asset]:
        """What a page of the list shows, and no other column; with nothing but the order, the page is cut first:
        whole rows of all that is found are never sorted."""
        found = self.only(Asset.id).limit(per_page).offset((number - 1) * per_page)
        return (
            select(Asset)
            .options(
                load_only(*ROW, raiseload=True),
                joinedload(Asset.category).load_only(Category.name, raiseload=True),
                joinedload(Asset.place).load_only(Site.name, raiseload=True),
            )
            .where(Asset.id.in_(found.correlate(None)))
            .order_by(Asset.sort_key, Asset.id)
        )

    def page_of_rows(self, number: int, per_page: int) -> list[Asset]:
        return list(db.session.scalars(self.rows(number, per_page)))

    def where(self, *clauses: ColumnElement[bool]) -> AssetList:
        """The same list, narrowed (a package above knows more, such as what is free)."""
        return replace(self, extra=(*self.extra, *clauses))


def history_of(actor: Actor, asset: Asset, *, most: int | None = None) -> list[AssetEvent]:
    """The dated facts of an asset, newest first; nothing for those who see only the card."""
    if not sees_all_of(actor, asset):
        return []
    query = select(AssetEvent).where(AssetEvent.asset_id == asset.id).order_by(AssetEvent.id.desc())
    return list(db.session.scalars(query.limit(most)))


def changes_since(actor: Actor, asset: Asset, event_id: int) -> list[AssetEvent]:
    """What others recorded after the event a person had seen, oldest first."""
    return [event for event in reversed(history_of(actor, asset)) if event.id > event_id]


def in_reach(actor: Actor, asset_id: int) -> bool:
    """Whether the actor may see this asset at all."""
    return db.session.scalar(select(Asset.id).where(reach(actor), Asset.id == asset_id)) is not None


def stored_file(file_id: int) -> File | None:
    """One stored file, for the view that then asks whether the reader may see the object it belongs to."""
    return db.session.get(File, file_id)


# --- what a row points at -------------------------------------------------------------------------------------------


def category_name(category_id: int) -> str | None:
    """The name of a category, None when there is none."""
    category = db.session.get(Category, category_id)
    return None if category is None else category.name


def place_name(place_id: int) -> str | None:
    """The name of a place, None when there is none."""
    site = db.session.get(Site, place_id)
    return None if site is None else site.name


def person_name(person_id: int) -> str | None:
    """The name of a person, None when there is none."""
    person = db.session.get(Person, person_id)
    return None if person is None else person.name


def may_keep(person_id: int, unit_ids: Iterable[int]) -> bool:
    """Whether this is an active person of one of the units, who may keep their things."""
    person = db.session.get(Person, person_id)
    return person is not None and person.active and person.unit_id in set(unit_ids)


def keepers(actor: Actor, unit_id: int) -> list[Person]:
    """The active people of a unit, for those who edit its register; nobody for others."""
    if not actor.may(Permission.ASSET_EDIT, unit_id=unit_id):
        return []
    query = select(Person).where(Person.unit_id == unit_id, Person.active).order_by(Person.name_key, Person.id)
    return list(db.session.scalars(query))


def categories() -> list[Category]:
    """All categories in Thai order (shared by the whole agency)."""
    return list(db.session.scalars(select(Category).order_by(Category.sort_key, Category.id)))


def category_of(code: str) -> Category | None:
    """The category of a code, None when there is none."""
    return db.session.scalars(select(Category).where(Category.code == code)).one_or_none()


def category_by_any_name(name: str) -> Category | None:
    """A category by code, name or FSN class, as files write it."""
    key = text.search_key(name)
    query = select(Category).where(
        or_(func.lower(Category.code) == key, Category.name_key == key, Category.fsn_class == key)
    )
    return db.session.scalars(query.order_by(Category.id)).first()


def places_of(unit_ids: Iterable[int]) -> list[Site]:
    """The places of some units, in Thai order."""
    return list(
        db.session.scalars(
            select(Site).where(Site.unit_id.in_(list(unit_ids))).order_by(Site.unit_id, Site.sort_key, Site.id)
        )
    )


def batch_for(actor: Actor, key: str) -> ImportBatch:
    """One import batch: one's own, or (console) any. Raises NotFound."""
    query = select(ImportBatch).where(ImportBatch.key == key)
    if not actor.console:
        query = query.where(ImportBatch.person_id == actor.person_id)
    batch = db.session.scalars(query).one_or_none()
    if batch is None:
        raise NotFound(batch=key)
    return batch
