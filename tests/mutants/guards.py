"""The guards that are taken away one at a time, and the test that must turn red for each."""

from __future__ import annotations

from dataclasses import dataclass

SERVICE = "tests/lending/test_service.py"
RACES = "tests/lending/test_races.py"
ROUTES = "tests/architecture"


@dataclass(frozen=True)
class Mutant:
    """A guard: where it stands, what stands there instead, which test notices."""

    guard: str
    file: str
    old: str
    new: str
    test: str


MUTANTS = (
    Mutant(
        "holder index (one open line per thing)",
        "migrations/versions/0001_first_schema.py",
        """            "uq_loan_line_holder",
            ["asset_id"],
            unique=True,""",
        """            "uq_loan_line_holder",
            ["asset_id"],
            unique=False,""",
        f"{SERVICE}::test_the_database_refuses_a_second_holder_by_itself[sqlite]",
    ),
    Mutant(
        "exclusion of overlapping claims, SQLite",
        "assetloan/core/db_objects.py",
        "WHEN NEW.claims_period BEGIN",
        "WHEN NEW.claims_period AND 1 = 0 BEGIN",
        f"{SERVICE}::test_the_database_refuses_an_overlap_by_itself[sqlite]",
    ),
    Mutant(
        "exclusion of overlapping claims, PostgreSQL",
        "assetloan/core/db_objects.py",
        "WHERE (claims_period)",
        "WHERE (claims_period AND false)",
        f"{SERVICE}::test_the_database_refuses_an_overlap_by_itself[postgres]",
    ),
    Mutant(
        "write-once facts",
        "assetloan/core/db_objects.py",
        "*(_write_once(table, columns) for table, columns in WRITE_ONCE.items()),",
        "",
        f"{SERVICE}::test_facts_are_write_once[sqlite]",
    ),
    Mutant(
        "write transactions begin at once",
        "assetloan/core/db.py",
        '"BEGIN IMMEDIATE" if _writing.get() else "BEGIN"',
        '"BEGIN"',
        f"{RACES}::test_A1_fifty_ask_for_one_thing_and_one_gets_it[sqlite]",
    ),
    Mutant(
        "scope (the reach of an actor)",
        "assetloan/lending/queries.py",
        "    if scope.everything:\n        return seen[0]\n    visible",
        "    if True:\n        return seen[0]\n    visible",
        f"{SERVICE}::test_someone_of_another_unit_does_not_see_the_loan[sqlite]",
    ),
    Mutant(
        "scope (the matrix sees it too)",
        "assetloan/lending/queries.py",
        "    if scope.everything:\n        return seen[0]\n    visible",
        "    if True:\n        return seen[0]\n    visible",
        f"{ROUTES}/test_matrix.py::test_D1_every_cell_is_as_written[sqlite]",
    ),
    Mutant(
        "permission of a route",
        "assetloan/identity/guards.py",
        "if isinstance(audience, Permission) and not who.has(audience):",
        "if False:",
        f"{ROUTES}/test_matrix.py::test_D1_every_cell_is_as_written[sqlite]",
    ),
    Mutant(
        "permission on the object",
        "assetloan/identity/rules.py",
        "if not self.may(permission, unit_id=unit_id, owner_id=owner_id):",
        "if False:",
        f"{ROUTES}/test_matrix.py::test_D1_every_cell_is_as_written[sqlite]",
    ),
    Mutant(
        "deny by default",
        "assetloan/identity/guards.py",
        "    if audience is None:\n        abort(403)",
        "    if audience is None:\n        return",
        f"{ROUTES}/test_routes.py::test_D2_a_route_that_declares_nothing_answers_403[sqlite]",
    ),
    Mutant(
        "nobody approves their own",
        "assetloan/lending/rules.py",
        "if facts.actor_id is not None and facts.actor_id == facts.borrower_id:",
        "if False:",
        f"{SERVICE}::test_borrower_is_never_giver_receiver_or_closer[sqlite]",
    ),
    Mutant(
        "CSRF token",
        "assetloan/__init__.py",
        "csrf = CSRFProtect(app)",
        "csrf = CSRFProtect()",
        f"{ROUTES}/test_csrf.py::test_F3_without_its_token_no_form_does_anything[sqlite-officer]",
    ),
    Mutant(
        "audit trail",
        "assetloan/audit/chain.py",
        '    core_db.require_writing()\n    pending: list[Pending] = core_db.db.session.info.setdefault("audit", [])',
        '    return\n    pending: list[Pending] = core_db.db.session.info.setdefault("audit", [])',
        f"{ROUTES}/test_audit.py::test_G9_an_act_leaves_its_row[sqlite-lending.approve]",
    ),
    Mutant(
        "idempotency key",
        "assetloan/core/idempotency.py",
        "if stored is not None and stored.created_at > now - KEPT:",
        "if False:",
        f"{RACES}::test_A13_one_key_five_times_two_of_them_in_parallel_is_one_loan[sqlite]",
    ),
    Mutant(
        "child limits: memory",
        "assetloan/documents/child_main.py",
        '    resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))\n',
        "",
        "tests/documents/test_child.py::test_memory_is_limited",
    ),
    Mutant(
        "child limits: processor time",
        "assetloan/documents/child_main.py",
        '    resource.setrlimit(resource.RLIMIT_CPU, (order["cpu"], order["cpu"] + 1))\n',
        "",
        "tests/documents/test_child.py::test_cpu_time_is_limited",
    ),
    Mutant(
        "security headers",
        "assetloan/web/headers.py",
        "    app.after_request(put)",
        "    app.before_request(lambda: None)",
        f"{ROUTES}/test_headers.py::test_F1_errors_have_the_same_headers[sqlite-GET-/no-such-page-404]",
    ),
)
