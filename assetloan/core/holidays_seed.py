"""The government holidays that seed the editable table (domain.md 6.3)."""

from collections.abc import Iterable
from datetime import date

# Both stand in the library's "public" list, and neither closes a government office.
_NOT_OURS = ("วันแรงงานแห่งชาติ", "วันเด็กแห่งชาติ")


def government_holidays(years: Iterable[int]) -> dict[date, str]:
    """Day → Thai name for CE years: the library's public and government days, less Labour Day and Children's Day.

    Special days that the cabinet adds later are entered by the agency; the library knows only those announced.
    """
    import holidays  # 0.3 s and needed in the set-up only

    found = holidays.country_holidays(
        "TH", years=sorted(years), expand=False, language="th", categories=("public", "government")
    )
    days: dict[date, str] = {}
    for day, names in sorted(found.items()):
        ours = [name for name in names.split("; ") if not name.endswith(_NOT_OURS)]
        if ours:
            days[day] = "; ".join(ours)
    return days
