"""Things in repair, in custody, on offer and seen somewhere, on each side of the border of the stage."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from assetloan.assets.care import papers
from assetloan.assets.care import service as care
from assetloan.assets.custody import moving, sighting
from assetloan.assets.custody import service as custody
from assetloan.assets.custody.models import Custody
from assetloan.core.db import db, transaction
from assetloan.identity.queries import unit_by_code
from assetloan.identity.rules import console
from tests.conftest import NOW
from tests.factories import actor_named, an_asset

TODAY = date(2026, 11, 23)
PDF = b"%PDF-1.4\n%%EOF\n"


@dataclass
class Kept:
    """By side: a thing in repair, its plan and paper, a custody, an offer to the side, a sighting."""

    thing: dict[str, str] = field(default_factory=dict)
    plan: dict[str, int] = field(default_factory=dict)
    paper: dict[str, int] = field(default_factory=dict)
    custody: dict[str, int] = field(default_factory=dict)
    offer: dict[str, str] = field(default_factory=dict)
    sighting: dict[str, int] = field(default_factory=dict)
    taken: str = ""

    def arguments(self, package: str, endpoint: str, side: str) -> dict[str, object]:
        """The values of arguments in the routes of care, custody and moves."""
        row = self.custody if endpoint == "custody.accept" else self.sighting
        values: dict[str, object] = {"entry": 1, "plan_id": self.plan[side], "paper_id": self.paper[side]}
        if package == "care":
            return values | {"number": self.thing[side]}
        if package == "moves":
            return values | {"number": self.offer[side]}
        return values | ({"row": row[side]} if package == "custody" else {})


def keep(units: dict[str, str], people: dict[str, str], giver: str) -> Kept:
    """Build it through the services. `people` keep the things, `giver` is the unit that offers to both sides."""
    kept, paper = Kept(), papers.take_in(PDF, "สัญญา.pdf")
    for side, code in units.items():
        unit = unit_by_code(code, TODAY)
        thing = kept.thing[side] = an_asset(unit, asset_no=f"7440-003-{side}", loanable=False).number
        seen = an_asset(unit, asset_no=f"7440-004-{side}").number
        finder = actor_named("borrower")
        with transaction():
            care.begin_repair(console(), thing, care.Sending("จอแตก", TODAY), now=NOW)
            kept.plan[side] = care.create_plan(console(), thing, care.Plan("ทำความสะอาด", 6, TODAY), now=NOW).id
            kept.paper[side] = papers.attach(console(), thing, paper, title="สัญญา", now=NOW).id
            custody.give_custody(console(), [seen], custody.Handing(people[side], TODAY), now=NOW)
            seen_there = sighting.Seen(place="ห้องประชุม")
            kept.sighting[side] = sighting.report_sighting(finder, seen, seen_there, now=NOW).id
        with transaction():
            kept.custody[side] = db.session.scalars(sa.select(sa.func.max(Custody.id))).one()
        offered = an_asset(unit_by_code(giver, TODAY), asset_no=f"7440-005-{side}").number
        with transaction():
            target = code if code != giver else "SLK"
            kept.offer[side] = moving.move_assets(console(), moving.Moving([offered], "ว่าง", target), now=NOW).number
    return kept
