"""What Alembic does not see: triggers, full text, the stamp, the exclusion of overlapping claims. One list for both.

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
    "line_check",
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
# itself stays in `asset`; assets are never deleted, so two triggers keep it right, whoever writes. Two spaces stand at
# its end, so that its last letters begin a trigram too: whatever occurs in a text, be it one letter, is the beginning
# of a trigram, and TRIGRAMS (every trigram in order, with the row it stands in) tells the rows.
FULL_TEXT, FULL_TEXT_VIEW = "asset_find", "asset_find_text"
TRIGRAMS = f"{FULL_TEXT}_trigrams"
_ENDED = "search_text || '  '"
SQLITE_FULL_TEXT = (
    f"CREATE VIEW {FULL_TEXT_VIEW} AS SELECT id, {_ENDED} AS search_text FROM asset",
    f"CREATE VIRTUAL TABLE {FULL_TEXT} USING fts5"
    f"(search_text, content='{FULL_TEXT_VIEW}', content_rowid='id', tokenize='trigram case_sensitive 1')",
    f"INSERT INTO {FULL_TEXT} ({FULL_TEXT}) VALUES ('rebuild')",
    f"CREATE VIRTUAL TABLE {TRIGRAMS} USING fts5vocab('{FULL_TEXT}', 'instance')",
)


def _full_text_triggers() -> list[DatabaseObject]:
    add = f"INSERT INTO {FULL_TEXT} (rowid, search_text) VALUES (NEW.id, NEW.{_ENDED});"
    take = f"INSERT INTO {FULL_TEXT} ({FULL_TEXT}, rowid, search_text) VALUES ('delete', OLD.id, OLD.{_ENDED});"
    changed = "UPDATE OF search_text ON asset WHEN NEW.search_text IS NOT OLD.search_text"
    return [
        DatabaseObject(name, "asset", f"CREATE TRIGGER {name} AFTER {when} BEGIN {body} END", "")
        for name, when, body in (
            ("tr_asset_find_insert", "INSERT ON asset", add),
            ("tr_asset_find_update", changed, f"{take} {add}"),
        )
    ]


# One number that becomes another with every change of the units and the settings: what a process remembers of them
# holds as long as the number does (core/stamps.py). It is drawn anew, not counted: a restored database has its own.
STAMP = "stamp"
SQLITE_STAMP = (f"CREATE TABLE {STAMP} (number BIGINT NOT NULL)", f"INSERT INTO {STAMP} VALUES (random())")
POSTGRES_STAMP = (
    f"CREATE TABLE {STAMP} (number BIGINT NOT NULL)",
    f"INSERT INTO {STAMP} VALUES ((random() * 9e15)::bigint)",
)
POSTGRES_STAMP_FUNCTION = f"""
CREATE OR REPLACE FUNCTION assetloan_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE {STAMP} SET number = (random() * 9e15)::bigint;
    RETURN NULL;
END $$
"""


def _stamp_triggers() -> list[DatabaseObject]:
    return [
        DatabaseObject(
            f"tr_{table}_stamp_{verb.lower()}",
            table,
            f"CREATE TRIGGER tr_{table}_stamp_{verb.lower()} AFTER {verb} ON {table} "
            f"BEGIN UPDATE {STAMP} SET number = random(); END",
            f"CREATE TRIGGER tr_{table}_stamp_{verb.lower()} AFTER {verb} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION assetloan_stamp()",
        )
        for table in ("unit", "unit_version", "setting")
        for verb in ("INSERT", "UPDATE", "DELETE")
    ]


OBJECTS: tuple[DatabaseObject, ...] = (
    *(_refuse(f"tr_{table}_no_update", table, "UPDATE") for table in APPEND_ONLY),
    *(_refuse(f"tr_{table}_no_delete", table, "DELETE") for table in (*APPEND_ONLY, *NO_DELETE)),
    *(_write_once(table, columns) for table, columns in WRITE_ONCE.items()),
    *_claim_triggers(),
    *_full_text_triggers(),
    *_stamp_triggers(),
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
# pg_trgm knows no words of one or two letters: their index is of every letter and every two letters that follow each
# other. Never compute them row by row: the cost says so to the planner.
GRAMS = "assetloan_grams"
POSTGRES_GRAMS = f"""
CREATE OR REPLACE FUNCTION {GRAMS}(said text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100000 AS $$
    SELECT coalesce(array_agg(DISTINCT gram), '{{}}') FROM (
        SELECT unnest(ARRAY[letter, letter || lead(letter) OVER (ORDER BY place)]) AS gram
        FROM unnest(string_to_array(said, NULL)) WITH ORDINALITY AS letters (letter, place)
    ) AS grams WHERE gram IS NOT NULL
$$
"""
POSTGRES_INDEXES = {
    "ix_asset_search_trigram": (
        "asset",
        "CREATE INDEX ix_asset_search_trigram ON asset USING gin (search_text gin_trgm_ops)",
    ),
    "ix_asset_search_gram": (
        "asset",
        f"CREATE INDEX ix_asset_search_gram ON asset USING gin ({GRAMS}(search_text))",
    ),
}


def drop_all(connection: Connection) -> None:
    """Take all of them away, before a migration changes tables."""
    if connection.dialect.name == "sqlite":
        for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        for table in (TRIGRAMS, FULL_TEXT, STAMP):
            connection.execute(text(f"DROP TABLE IF EXISTS {table}"))
        connection.execute(text(f"DROP VIEW IF EXISTS {FULL_TEXT_VIEW}"))
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
    connection.execute(text(f"DROP TABLE IF EXISTS {STAMP}"))


def create_all(connection: Connection) -> None:
    """Make all of them whose table exists (a downgrade may have taken the table away)."""
    sqlite = connection.dialect.name == "sqlite"
    there = set(inspect(connection).get_table_names())
    if not sqlite:
        for extension in EXTENSIONS:
            connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension}"))
        for function in (POSTGRES_FUNCTION, POSTGRES_STAMP_FUNCTION, POSTGRES_GRAMS):
            connection.execute(text(function))
    wanted = [(item.table, item.sqlite if sqlite else item.postgres) for item in OBJECTS]
    if sqlite:
        wanted += [("asset", statement) for statement in SQLITE_FULL_TEXT]
    else:
        wanted += [("loan_line", POSTGRES_CLAIM), *POSTGRES_INDEXES.values()]
    wanted += [("unit", statement) for statement in (SQLITE_STAMP if sqlite else POSTGRES_STAMP)]
    for table, statement in wanted:
        if statement and table in there:
            connection.execute(text(statement))


def expected_names(dialect: str) -> frozenset[str]:
    """The names of the triggers and search indexes a database must have."""
    triggers = frozenset(item.name for item in OBJECTS if dialect == "sqlite" or item.postgres)
    return triggers | ({FULL_TEXT, TRIGRAMS} if dialect == "sqlite" else frozenset(POSTGRES_INDEXES))


def actual_names(connection: Connection) -> frozenset[str]:
    """The names of those it has."""
    statement = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' OR sql LIKE 'CREATE VIRTUAL TABLE%'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "JOIN pg_namespace ON pg_namespace.oid = relnamespace "
        "WHERE NOT tgisinternal AND nspname = current_schema() "
        "UNION ALL SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() "
        f"AND (indexdef LIKE '%gin_trgm_ops%' OR indexdef LIKE '%{GRAMS}%')"
    )
    return frozenset(connection.scalars(text(statement)))


def unseen(kind: str, name: str | None) -> bool:
    """What comparing models with a database must pass over: the search indexes and the tables behind full text."""
    if kind == "index":
        return name in POSTGRES_INDEXES
    if kind != "table" or name is None:
        return False
    return name in (FULL_TEXT, STAMP) or name.startswith(f"{FULL_TEXT}_")


def _has_table(connection: Connection, table: str) -> bool:
    return connection.dialect.has_table(connection, table)
