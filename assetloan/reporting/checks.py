"""The invariants of the system, read from the rows (`python run.py check`). Each check names its number and the rows.

Numbers are those of the reliability catalogue; what belongs to parts that do not exist yet is not listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from assetloan.reporting import checks_care as care
from assetloan.reporting import checks_changes as changes
from assetloan.reporting import checks_loans as loans
from assetloan.reporting import checks_records as records
from assetloan.reporting import checks_values as values
from assetloan.reporting.violations import Violation

CHECKS: tuple[Callable[[], Iterator[Violation]], ...] = (
    loans.one_holder,
    loans.status_follows_lines,
    loans.approvals_are_whole,
    loans.receipts_are_whole,
    loans.claims_do_not_overlap,
    loans.units_are_frozen,
    loans.events_replay,
    loans.facts_follow_events,
    changes.changes_are_decided,
    changes.changes_fit_their_lines,
    changes.changes_are_in_order,
    changes.due_dates_are_chained,
    changes.transfers_are_one_instant,
    care.repairs_follow_status,
    care.custody_follows_custodian,
    care.offers_hold_their_lines,
    records.numbers_are_unique,
    records.chain_is_whole,
    records.changes_are_audited,
    records.files_are_there,
    records.people_are_told,
    records.no_dead_rights,
    records.dates_are_sane,
    records.database_is_sound,
    values.values_can_be_told,
)


def run_all(*, schema: str | None = None, wanted: str | None = None) -> list[Violation]:
    """Every violation there is, in the order of the checks; `schema` and `wanted` are the revisions to be equal."""
    violations = [violation for check in CHECKS for violation in check()]
    if schema != wanted:
        violations.append(Violation("I20", "alembic_version", [schema], f"the program wants {wanted}"))
    return violations


def as_json(violations: list[Violation]) -> dict[str, Any]:
    """The answer of `check --json`."""
    names = sorted({(check.__doc__ or "").partition(":")[0] for check in CHECKS}, key=lambda name: int(name[1:]))
    return {"ok": not violations, "checked": names, "violations": [asdict(item) for item in violations]}
