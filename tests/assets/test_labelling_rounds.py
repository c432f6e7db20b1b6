"""Labelling rounds: each thing gets its label once, whatever is scanned and however often it is sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from assetloan.assets import codes, queries
from assetloan.assets.labelling import barcodes, round_queries, rounds
from assetloan.assets.labelling.adopted import keys_of
from assetloan.assets.labelling.models import LabellingAct
from assetloan.assets.labelling.rounds import RoundAct
from assetloan.assets.models import Asset, Code
from assetloan.assets.queries import AssetList
from assetloan.assets.rules import CodeState
from assetloan.assets.service import AssetData, edit_asset
from assetloan.audit.models import AuditEntry
from assetloan.core.db import db, transaction
from assetloan.core.errors import DomainError, Forbidden
from assetloan.identity.queries import UnitCard
from assetloan.identity.rules import Actor, Role
from assetloan.lending import scanning
from tests.conftest import NOW
from tests.factories import a_unit, an_actor, an_agency, an_asset

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("ctx")]


@pytest.fixture
def unit(ctx: None) -> UnitCard:
    an_agency()
    return a_unit("กยผ", parent="DEP")


@pytest.fixture
def officer(unit: UnitCard) -> Actor:
    return an_actor(Role.OFFICER, unit=unit.code)


def opened(officer: Actor, unit: UnitCard) -> None:
    with transaction():
        rounds.start_round(officer, unit.id, now=NOW)


def blank(officer: Actor, unit: UnitCard) -> str:
    with transaction():
        codes.create_blank_codes(officer, unit.id, 1, now=NOW)
    found = sa.select(Code.code).where(Code.state == CodeState.BLANK).order_by(Code.id.desc())
    return str(db.session.scalars(found).first())


def scan(officer: Actor, unit: UnitCard, code: str, asset: str = "", *, key: str = "", adopt: bool = False) -> str:
    """What became of an act, or the code of its refusal."""
    try:
        with transaction():
            act = RoundAct(key or f"{code}-{asset}-{adopt}", code, asset, adopt)
            return rounds.take_act(officer, unit.id, act, now=NOW).kind
    except DomainError as error:
        return error.code


def label_of(asset: Asset) -> str:
    return str(db.session.scalars(sa.select(Code.code).where(Code.asset_id == asset.id)).first())


def missing(unit: UnitCard) -> list[str]:
    _progress, things = round_queries.things_of(unit.id, round_queries.NO_PLACE)
    return [thing.number for thing in things if not thing.labelled]


def actions() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.sequence)))


def test_one_open_round_to_a_unit(officer: Actor, unit: UnitCard) -> None:
    opened(officer, unit)
    with pytest.raises(DomainError, match="round_open"), transaction():
        rounds.start_round(officer, unit.id, now=NOW)
    with transaction():
        rounds.end_round(officer, unit.id, now=NOW + timedelta(days=1))
    opened(officer, unit)
    assert actions()[-3:] == ["labelling.started", "labelling.ended", "labelling.started"]


def test_only_the_officer_of_the_unit_labels(officer: Actor, unit: UnitCard) -> None:
    opened(officer, unit)
    asset = an_asset(unit)
    for stranger in (
        an_actor(Role.HEAD, unit=unit.code),
        an_actor(Role.OFFICER, unit=a_unit("กคพ", parent="DEP").code),
    ):
        with pytest.raises(Forbidden), transaction():
            rounds.take_act(stranger, unit.id, RoundAct("k", label_of(asset)), now=NOW)
        with pytest.raises(Forbidden), transaction():
            rounds.end_round(stranger, unit.id, now=NOW)
        with pytest.raises(Forbidden), transaction():
            rounds.undo_last(stranger, unit.id, now=NOW)


def test_a_blank_code_is_tied_to_the_chosen_thing_and_is_on_it(officer: Actor, unit: UnitCard) -> None:
    opened(officer, unit)
    asset, code = an_asset(unit), blank(officer, unit)
    assert missing(unit) == [asset.number]
    assert scan(officer, unit, code) == "choose_thing"
    assert scan(officer, unit, code.lower(), asset.number) == "linked"
    assert missing(unit) == []
    assert queries.by_reference(officer, code).id == asset.id
    assert actions()[-1] == "code.linked"


def test_a_printed_label_is_confirmed_by_scanning_it(officer: Actor, unit: UnitCard) -> None:
    opened(officer, unit)
    asset, other = an_asset(unit, name="กล้อง"), an_asset(unit, name="จอภาพ")
    assert scan(officer, unit, label_of(asset), other.number) == "label_of_another"
    assert scan(officer, unit, label_of(asset)) == "attached"
    assert scan(officer, unit, label_of(asset), key="again") == "already"
    assert missing(unit) == [other.number]
    assert actions()[-1] == "code.attached"


def test_sending_again_changes_nothing(officer: Actor, unit: UnitCard) -> None:
    opened(officer, unit)
    asset, code = an_asset(unit), blank(officer, unit)
    assert scan(officer, unit, code, asset.number, key="one") == "linked"
    told = actions()
    assert scan(officer, unit, code, asset.number, key="one") == "linked"
    with transaction():
        rounds.undo_last(officer, unit.id, now=NOW)
    assert scan(officer, unit, code, asset.number, key="one") == "linked"  # told again, not done again
    assert missing(unit) == [asset.number]
    assert actions() == [*told, "code.unlinked"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LabellingAct)) == 1


def test_what_cannot_be_a_label_is_refused(officer: Actor, unit: UnitCard) -> None:
    asset, elsewhere = an_asset(unit), a_unit("กคพ", parent="DEP")
    theirs = an_asset(elsewhere)
    assert scan(officer, unit, label_of(asset)) == "round_not_open"
    opened(officer, unit)
    assert scan(officer, unit, "S/N 778", asset.number) == "label_unknown"
    assert scan(officer, unit, label_of(theirs)) == "label_unknown"
    assert scan(officer, unit, "S/N 778", theirs.number, adopt=True) == "not_found"
    with transaction():
        codes.revoke_code(officer, asset.number, label_of(asset), reason="ป้ายหาย", now=NOW)
    assert scan(officer, unit, label_of(asset), asset.number) == "code_revoked"
    outside = an_actor(Role.OFFICER, unit=elsewhere.code)
    assert scan(officer, unit, blank(outside, elsewhere), asset.number) == "label_unknown"


def test_an_adopted_barcode_finds_the_thing_wherever_a_code_is_read(officer: Actor, unit: UnitCard) -> None:
    opened(officer, unit)
    asset, other = an_asset(unit), an_asset(unit)
    assert scan(officer, unit, "SN 12-345/ab", asset.number, adopt=True) == "adopted"
    assert missing(unit) == [other.number]
    for written in ("sn12-345/AB", "SN 12-345/ab", " sn 12-345/ab "):
        assert queries.by_reference(officer, written).id == asset.id
        assert [found.id for found in queries.by_references(officer, [written, other.number])] == [asset.id, other.id]
        assert scanning.scanned(officer, written).found.asset is not None
        assert [found.id for found in AssetList(officer, words=written).page(1, 5)] == [asset.id]
    with pytest.raises(DomainError, match="not_found"):
        queries.by_reference(officer, "SN 12-345")
    assert scan(officer, unit, "sn12-345/ab", other.number, adopt=True) == "label_of_another"
    assert scan(officer, unit, "sn12-345/ab") == "already"
    assert actions()[-1] == "barcode.adopted"


def test_a_barcode_out_of_reach_stays_unknown(officer: Actor, unit: UnitCard) -> None:
    opened(officer, unit)
    asset = an_asset(unit, loanable=False)
    assert scan(officer, unit, "SN-778", asset.number, adopt=True) == "adopted"
    stranger = an_actor(unit=unit.code)
    found = scanning.scanned(stranger, "SN-778").found
    assert (found.code, found.state, found.asset) == (None, None, None)
    with pytest.raises(DomainError, match="not_found"):
        queries.by_reference(stranger, "SN-778")


def test_a_text_is_one_things_while_it_holds(officer: Actor, unit: UnitCard) -> None:
    opened(officer, unit)
    asset, other = an_asset(unit), an_asset(unit, asset_no="7440-001-0001")
    assert scan(officer, unit, "7440-001-0001", asset.number, adopt=True) == "barcode_is_number"
    with transaction():
        first = barcodes.adopt_barcode(officer, asset, "EAN 885", now=NOW)
    with pytest.raises(DomainError, match="barcode_taken"), transaction():
        barcodes.adopt_barcode(officer, db.session.get_one(Asset, other.id), "ean885", now=NOW)
    with pytest.raises(DomainError, match="barcode_is_label"), transaction():
        barcodes.adopt_barcode(officer, db.session.get_one(Asset, other.id), label_of(asset), now=NOW)
    with transaction():
        barcodes.revoke_barcode(officer, db.session.get_one(Asset, asset.id), first.id, reason="ลอก", now=NOW)
    with transaction():
        barcodes.adopt_barcode(officer, db.session.get_one(Asset, other.id), "ean885", now=NOW)
    assert queries.by_reference(officer, "EAN 885").id == other.id


@pytest.mark.parametrize("written", ["8851234", "๘๘๕๑๒๓๔", "คคถๅ/-ภ", " 885 1234 "])
def test_a_scanner_on_a_thai_keyboard_gives_the_same_key(written: str) -> None:
    assert "8851234" in keys_of(written)


def test_the_last_act_is_taken_back_by_its_person(officer: Actor, unit: UnitCard) -> None:
    opened(officer, unit)
    first, second, third = an_asset(unit), an_asset(unit), an_asset(unit)
    code, printed = blank(officer, unit), label_of(second)
    scan(officer, unit, code, first.number)
    scan(officer, unit, printed)
    scan(officer, unit, "SN-9", third.number, adopt=True)
    colleague = an_actor(Role.OFFICER, unit=unit.code)
    with pytest.raises(DomainError, match="nothing_to_undo"), transaction():
        rounds.undo_last(colleague, unit.id, now=NOW)
    for left in ([third], [second, third], [first, second, third]):
        with transaction():
            rounds.undo_last(officer, unit.id, now=NOW)
        assert sorted(missing(unit)) == sorted(asset.number for asset in left)
    with pytest.raises(DomainError, match="nothing_to_undo"), transaction():
        rounds.undo_last(officer, unit.id, now=NOW)
    assert db.session.scalars(sa.select(Code.state).where(Code.code == code)).one() is CodeState.BLANK
    assert actions()[-3:] == ["barcode.revoked", "code.detached", "code.unlinked"]


def test_progress_by_room_unit_and_agency(officer: Actor, unit: UnitCard) -> None:
    opened(officer, unit)
    inside = an_asset(unit, place="ห้อง 204")
    an_asset(unit, place="ห้อง 101")
    an_asset(unit)
    theirs = a_unit("กคพ", parent="DEP")
    an_asset(theirs)
    scan(officer, unit, label_of(inside))
    told = [(room.name, room.progress.labelled, room.progress.total) for room in round_queries.rooms_of(unit.id)]
    assert told == [("ห้อง 101", 0, 1), ("ห้อง 204", 1, 1), ("", 0, 1)]
    assert round_queries.by_unit(officer) == {unit.id: round_queries.Progress(3, 1)}
    whole = round_queries.by_unit(an_actor(Role.SECRETARIAT, unit="SLK"))
    assert whole == {unit.id: round_queries.Progress(3, 1), theirs.id: round_queries.Progress(1, 0)}


def test_a_former_number_still_finds_the_thing(officer: Actor, unit: UnitCard) -> None:
    asset = an_asset(unit, asset_no="-")
    temporary = asset.number
    assert temporary.startswith("ชค.")
    with transaction():
        edit_asset(officer, temporary, AssetData(asset_no="7440-001-0009"), version=asset.version, reason="", now=NOW)
    for search in (queries.by_reference(officer, temporary), AssetList(officer, words=temporary).page(1, 2)[0]):
        assert search.number == "7440-001-0009"
    assert queries.by_references(officer, [temporary])[0].number == "7440-001-0009"
    assert label_of(asset)
    assert queries.by_reference(officer, label_of(asset)).number == "7440-001-0009"
    opened(officer, unit)
    assert scan(officer, unit, blank(officer, unit), temporary) == "linked"
