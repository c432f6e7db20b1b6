"""Setting the life and rate of a category from a day on, by an authority that is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from assetloan import audit
from assetloan.assets import queries as register
from assetloan.assets.valuation import labels, queries  # noqa: F401 - labels registers the sentences
from assetloan.assets.valuation.models import CategoryLife
from assetloan.core import text
from assetloan.core.db import db
from assetloan.core.errors import NotFound, invalid
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref

LONGEST_AUTHORITY = 300


@dataclass(frozen=True, slots=True)
class LifeData:
    """Years of use and the stated rate, from a day on, and who set them; the rate is in hundredths of a per cent."""

    years: int
    rate_hundredths: int
    valid_from: date
    authority: str


def set_life(actor: Actor, code: str, data: LifeData, *, now: datetime) -> CategoryLife:
    """The life of what is received from a day on. The same day again corrects it; the record keeps both.

    Raises Forbidden, NotFound, Invalid.
    """
    actor.require(Permission.SETTINGS_MANAGE, unit_id=None)
    category = register.category_of(code)
    if category is None:
        raise NotFound(category=code)
    authority = text.clean(data.authority)
    if not authority:
        raise invalid("authority", "required")
    if len(authority) > LONGEST_AUTHORITY:
        raise invalid("authority", "too_long", most=LONGEST_AUTHORITY)
    if not category.least_years <= data.years <= category.most_years:
        raise invalid("years", "life_out_of_range", least=category.least_years, most=category.most_years)
    if not 1857 <= data.valid_from.year <= 2157:
        raise invalid("valid_from", "date_out_of_range")
    values: dict[str, Any] = {"years": data.years, "rate_hundredths": data.rate_hundredths, "authority": authority}
    row = queries.life_from(category.id, data.valid_from)
    before: dict[str, Any] = {}
    if row is None:
        row = CategoryLife(category_id=category.id, valid_from=data.valid_from, **values)
        db.session.add(row)
    else:
        before = {name: getattr(row, name) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
    db.session.flush()
    after = values | {"valid_from": data.valid_from}
    ref = audit.ObjectRef("category", category.code)
    audit.record(actor_ref(actor), "category.life_set", ref, at=now, before=before, after=after)
    return row
