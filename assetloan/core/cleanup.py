"""What nobody needs any more, taken away by the tick: old answers of forms, ended jobs."""

from __future__ import annotations

from datetime import datetime

from assetloan.core import beat, idempotency, jobs
from assetloan.core.db import transaction


@beat.step("clean-up", place=95)
def _clean_up(now: datetime) -> dict[str, int]:
    jobs.forget_old(now)
    with transaction():
        idempotency.forget_old(now)
    return {}
