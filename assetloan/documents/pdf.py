"""PDFs from fixed Typst templates, made in the limited child: PDF/A-2b and PDF/UA-1 with a right text layer (K20)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from assetloan.documents.child import MIB, Limits, run_limited

# Typst needs about 85 MB per 1,000 rows or labels and reserves address space for its threads.
LIMITS = Limits(memory=1024 * MIB, cpu=60, wall=90.0, output=128 * MIB)


def render(template: str, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """The document `documents/typst/TEMPLATE.typ` with the data; `at` is its fixed time stamp, so the same data
    and time give the same bytes. Raises WorkStopped."""
    return run_job("assetloan.documents.inside.pdf:compile", data, {"template": template}, at=at)


def run_job(job: str, data: Mapping[str, Any], args: dict[str, Any], *, at: datetime) -> bytes:
    """A PDF made by a job of its own in the child."""
    payload = json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")
    with run_limited(job, payload, args | {"stamp": int(at.timestamp())}, limits=LIMITS) as answer:
        return answer.data()
