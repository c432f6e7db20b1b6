"""What Alembic does not see: triggers, full text, the exclusion of overlapping claims, extensions. One list for both.

A batch copy of a table loses its triggers silently, so every migration drops all of these first and recreates them
after (migrations/env.py); a test compares the catalogues of both databases with this list. The texts that SQLite raises
are the names of the constraints, so errors are mapped by name on both.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

APPEND_ONLY = (
    "audit_entry",
    "loan_event",
    "loan_due",
    "asset_event",
    "chase",
    "label_print",
    "label_print_line",
    "former_number",
    "book_line",
    "book_explanation",
    "agency_letter",
)
NO_DELETE = (
    "asset",
    "person",
    "unit",
    "unit_version",
    "loan",
    "loan_line",
    "code",
    "compensation",
    "delegation",
    "standing_approval",
    "role_grant",
    "import_batch",
    "attachment",
    "barcode",
    "labelling_round",
    "labelling_act",
    "book",
    "code_batch",
    "custody",
    "move",
    "move_line",
    "repair",
    "sighting",
    "unit_closure",
    "calendar_feed",
    "loan_change",
    "loan_change_line",
    "loan_party",
)
# Write-once facts: once set they stay (a correction is a new fact, never an edit).
WRITE_ONCE = {
    "loan_line": (
        "submitted_at",
        "decided_at",
        "decided_by_id",
        "handed_over_at",
        "handed_over_by_id",
        "handed_over_on",
        "first_received_at",
        "first_received_on",
        "lost_at",
        "closed_at",
        "closed_by_id",
        "closed_on",
        "unit_id",
        "borrower_id",
        "borrower_unit_id",
        "asset_id",
    ),
    "loan": ("number", "unit_id", "borrower_id", "borrower_unit_id", "submitted_at"),
    "loan_change": (
        *("loan_id", "unit_id", "borrower_id", "kind", "due_on", "to_person_id", "reason", "requested_at"),
        *("accepted_at", "decided_at", "decided_by_id", "approved", "ended_at", "new_loan_id"),
    ),
    "loan_change_line": ("change_id", "line_id", "old_due_on", "dropped_at"),
}
EXTENSIONS = ("btree_gist", "pg_trgm")
CLAIM = "ex_loan_line_claim"


@dataclass(frozen=True, slots=True)
class DatabaseObject:
    """One object: its name in the catalogue, its table, and how each database makes it."""

    name: str
    table: str
    sqlite: str
    postgres: str


def _refuse(name: str, table: str, verb: str, when: str = "") -> DatabaseObject:
    """A trigger that refuses a verb on a table, raising its own name."""
    condition = f" WHEN {when}" if when else ""
    return DatabaseObject(
        name,
        table,
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table}{condition} BEGIN SELECT RAISE(ABORT, '{name}'); END",
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW{f' WHEN ({when})' if when else ''} "
        f"EXECUTE FUNCTION assetloan_refuse('{name}')",
    )


def _changed(columns: tuple[str, ...]) -> tuple[str, str]:
    sqlite = " OR ".join(f"(OLD.{c} IS NOT NULL AND NEW.{c} IS NOT OLD.{c})" for c in columns)
    postgres = " OR ".join(f"(OLD.{c} IS NOT NULL AND NEW.{c} IS DISTINCT FROM OLD.{c})" for c in columns)
    return sqlite, postgres


def _write_once(table: str, columns: tuple[str, ...]) -> DatabaseObject:
    name = f"tr_{table}_write_once"
    sqlite, postgres = _changed(columns)
    return DatabaseObject(
        name,
        table,
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN {sqlite} BEGIN SELECT RAISE(ABORT, '{name}'); END",
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({postgres}) "
        f"EXECUTE FUNCTION assetloan_refuse('{name}')",
    )


def _claim_triggers() -> list[DatabaseObject]:
    """SQLite's exclusion of overlapping periods claimed on one asset ([10, 11) and [11, 12) both fit)."""
    body = (
        f"WHEN NEW.claims_period BEGIN SELECT RAISE(ABORT, '{CLAIM}') WHERE EXISTS ("
        "SELECT 1 FROM loan_line AS other WHERE other.asset_id = NEW.asset_id AND other.claims_period "
        "AND other.id IS NOT NEW.id AND other.claim_from < NEW.claim_until AND NEW.claim_from < other.claim_until); END"
    )
    return [
        DatabaseObject(
            f"tr_loan_line_claim_{verb.split()[0].lower()}",
            "loan_line",
            f"CREATE TRIGGER tr_loan_line_claim_{verb.split()[0].lower()} BEFORE {verb} ON loan_line {body}",
            "",
        )
        for verb in ("INSERT", "UPDATE OF asset_id, claims_period, claim_from, claim_until")
    ]


# The register's full text on SQLite: trigrams of asset.search_text, which is folded and in lower case already. The text
# itself stays in `asset`; assets are never deleted, so two triggers keep it right, whoever writes.
FULL_TEXT = "asset_find"
SQLITE_FULL_TEXT = (
    f"CREATE VIRTUAL TABLE {FULL_TEXT} USING fts5"
    "(search_text, content='asset', content_rowid='id', tokenize='trigram case_sensitive 1')",
    f"INSERT INTO {FULL_TEXT} ({FULL_TEXT}) VALUES ('rebuild')",
)


def _full_text_triggers() -> list[DatabaseObject]:
    add = f"INSERT INTO {FULL_TEXT} (rowid, search_text) VALUES (NEW.id, NEW.search_text);"
    take = f"INSERT INTO {FULL_TEXT} ({FULL_TEXT}, rowid, search_text) VALUES ('delete', OLD.id, OLD.search_text);"
    changed = "UPDATE OF search_text ON asset WHEN NEW.search_text IS NOT OLD.search_text"
    return [
        DatabaseObject(name, "asset", f"CREATE TRIGGER {name} AFTER {when} BEGIN {body} END", "")
        for name, when, body in (
            ("tr_asset_find_insert", "INSERT ON asset", add),
            ("tr_asset_find_update", changed, f"{take} {add}"),
        )
    ]


OBJECTS: tuple[DatabaseObject, ...] = (
    *(_refuse(f"tr_{table}_no_update", table, "UPDATE") for table in APPEND_ONLY),
    *(_refuse(f"tr_{table}_no_delete", table, "DELETE") for table in (*APPEND_ONLY, *NO_DELETE)),
    *(_write_once(table, columns) for table, columns in WRITE_ONCE.items()),
    *_claim_triggers(),
    *_full_text_triggers(),
)

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION assetloan_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_ARGV[0];
END $$
"""
POSTGRES_CLAIM = (
    f"ALTER TABLE loan_line ADD CONSTRAINT {CLAIM} EXCLUDE USING gist "
    "(asset_id WITH =, daterange(claim_from, claim_until) WITH &&) WHERE (claims_period)"
)
POSTGRES_INDEXES = {
    "ix_asset_search_trigram": (
        "asset",
        "CREATE INDEX ix_asset_search_trigram ON asset USING gin (search_text gin_trgm_ops)",
    ),
}


def drop_all(connection: Connection) -> None:
    """Take all of them away, before a migration changes tables."""
    if connection.dialect.name == "sqlite":
        for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text(f"DROP TABLE IF EXISTS {FULL_TEXT}"))
        return
    rows = connection.execute(
        text(
            "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "JOIN pg_namespace ON pg_namespace.oid = relnamespace "
            "WHERE NOT tgisinternal AND nspname = current_schema()"
        )
    ).all()
    for name, table in rows:
        connection.execute(text(f"DROP TRIGGER {name} ON {table}"))
    if _has_table(connection, "loan_line"):
        connection.execute(text(f"ALTER TABLE loan_line DROP CONSTRAINT IF EXISTS {CLAIM}"))
    for name in POSTGRES_INDEXES:
        connection.execute(text(f"DROP INDEX IF EXISTS {name}"))


def create_all(connection: Connection) -> None:
    """Make all of them whose table exists (a downgrade may have taken the table away)."""
    sqlite = connection.dialect.name == "sqlite"
    there = set(inspect(connection).get_table_names())
    if not sqlite:
        for extension in EXTENSIONS:
            connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension}"))
        connection.execute(text(POSTGRES_FUNCTION))
    wanted = [(item.table, item.sqlite if sqlite else item.postgres) for item in OBJECTS]
    if sqlite:
        wanted += [("asset", statement) for statement in SQLITE_FULL_TEXT]
    else:
        wanted += [("loan_line", POSTGRES_CLAIM), *POSTGRES_INDEXES.values()]
    for table, statement in wanted:
        if statement and table in there:
            connection.execute(text(statement))


def expected_names(dialect: str) -> frozenset[str]:
    """The names of the triggers and search indexes a database must have."""
    triggers = frozenset(item.name for item in OBJECTS if dialect == "sqlite" or item.postgres)
    return triggers | ({FULL_TEXT} if dialect == "sqlite" else frozenset(POSTGRES_INDEXES))


def actual_names(connection: Connection) -> frozenset[str]:
    """The names of those it has."""
    statement = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' OR sql LIKE 'CREATE VIRTUAL TABLE%'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "JOIN pg_namespace ON pg_namespace.oid = relnamespace "
        "WHERE NOT tgisinternal AND nspname = current_schema() "
        "UNION ALL SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() "
        "AND indexdef LIKE '%gin_trgm_ops%'"
    )
    return frozenset(connection.scalars(text(statement)))


def unseen(kind: str, name: str | None) -> bool:
    """What comparing models with a database must pass over: the search indexes and the tables behind full text."""
    if kind == "index":
        return name in POSTGRES_INDEXES
    return kind == "table" and name is not None and (name == FULL_TEXT or name.startswith(f"{FULL_TEXT}_"))


def _has_table(connection: Connection, table: str) -> bool:
    return connection.dialect.has_table(connection, table)
