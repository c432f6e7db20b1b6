"""The one place that reads the clock. Instants are UTC, days are Asia/Bangkok (no daylight saving)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

BANGKOK = ZoneInfo("Asia/Bangkok")


def now() -> datetime:
    """The present instant, UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The present day in Bangkok."""
    return bangkok_date(now())


def bangkok_date(instant: datetime) -> date:
    """The Bangkok day on which an instant falls. A naive time is a programming error."""
    if instant.tzinfo is None:
        raise ValueError("a naive time has no day")
    return instant.astimezone(BANGKOK).date()


def bangkok_midnight(day: date) -> datetime:
    """The instant (UTC) at which a Bangkok day begins."""
    return datetime.combine(day, time(), BANGKOK).astimezone(UTC)


def bangkok_time(day: date, hour: int, minute: int = 0) -> datetime:
    """The instant (UTC) of an hour of a Bangkok day."""
    return datetime.combine(day, time(hour, minute), BANGKOK).astimezone(UTC)


def in_bangkok(instant: datetime) -> datetime:
    """The same instant, written in Bangkok time (+07:00)."""
    if instant.tzinfo is None:
        raise ValueError("a naive time has no zone")
    return instant.astimezone(BANGKOK)
