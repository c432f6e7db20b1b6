"""Categories of the register (FSN and depreciation classes): data, kept by administrators and the seed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select

from assetloan import audit
from assetloan.assets.models import Category
from assetloan.core import text
from assetloan.core.db import db
from assetloan.core.errors import invalid
from assetloan.identity.rules import Actor, Permission
from assetloan.identity.sign_in import actor_ref


@dataclass(frozen=True, slots=True)
class CategoryData:
    """A category as the seed or an administrator gives it; the rate is in hundredths of a per cent."""

    code: str
    name: str
    asset_class: str
    least_years: int
    most_years: int
    years: int
    rate_hundredths: int
    fsn_class: str = ""
    gfmis_class: str = ""
    vehicle: bool = False
    picture: str = "thing"
    longest_loan_days: int | None = None
    lead_days: int | None = None
    most_extensions: int | None = None


def save_category(actor: Actor, data: CategoryData, *, now: datetime) -> Category:
    """Create or change a category. Raises Forbidden, Invalid."""
    actor.require(Permission.SETTINGS_MANAGE, unit_id=None)
    name = text.clean(data.name)
    if not name or not text.clean(data.code):
        raise invalid("name", "required")
    if not 0 < data.least_years <= data.years <= data.most_years:
        raise invalid("years", "number_out_of_range", least=data.least_years, most=data.most_years)
    values = {item.name: getattr(data, item.name) for item in fields(data)} | {"name": name}
    values |= {"name_key": text.search_key(name), "sort_key": text.sort_key(name)}
    category = db.session.scalars(select(Category).where(Category.code == data.code)).one_or_none()
    before: dict[str, Any] = {}
    if category is None:
        category = Category(**values)
        db.session.add(category)
    else:
        before = {key: getattr(category, key) for key in values}
        for key, value in values.items():
            setattr(category, key, value)
    db.session.flush()
    ref = audit.ObjectRef("category", category.code)
    audit.record(actor_ref(actor), "category.saved", ref, at=now, before=before, after=values)
    return category
