"""The first schema: core, audit, identity, register, lending."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column(
            "sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("actor_unit_id", sa.Integer(), nullable=True),
        sa.Column("acting_for", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("object_type", sa.String(), nullable=False),
        sa.Column("object_key", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_actor", ["actor_id", "sequence"], unique=False)
        batch_op.create_index("ix_audit_entry_object", ["object_type", "object_key", "sequence"], unique=False)
        batch_op.create_index("ix_audit_entry_occurred_at", ["occurred_at"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "beat",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("ran_at", sa.DateTime(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_beat")),
    )
    op.create_table(
        "category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("sort_key", sa.String(), nullable=False),
        sa.Column("fsn_class", sa.String(), nullable=False),
        sa.Column("gfmis_class", sa.String(), nullable=False),
        sa.Column("asset_class", sa.String(), nullable=False),
        sa.Column("least_years", sa.Integer(), nullable=False),
        sa.Column("most_years", sa.Integer(), nullable=False),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.Column("rate_hundredths", sa.Integer(), nullable=False),
        sa.Column("vehicle", sa.Boolean(), nullable=False),
        sa.Column("picture", sa.String(), nullable=False),
        sa.Column("longest_loan_days", sa.Integer(), nullable=True),
        sa.Column("lead_days", sa.Integer(), nullable=True),
        sa.Column("most_extensions", sa.Integer(), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_category_name_given")),
        sa.CheckConstraint("least_years <= years AND years <= most_years", name=op.f("ck_category_life_in_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("code", name=op.f("uq_category_code")),
    )
    with op.batch_alter_table("category", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_category_name_key"), ["name_key"], unique=False)

    op.create_table(
        "counter",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "scope", "year", name=op.f("pk_counter")),
    )
    op.create_table(
        "holiday",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_holiday_name_given")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_holiday")),
    )
    op.create_table(
        "idempotency",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_idempotency")),
    )
    with op.batch_alter_table("idempotency", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_created_at"), ["created_at"], unique=False)

    op.create_table(
        "setting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.CheckConstraint("key <> ''", name=op.f("ck_setting_key_given")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
        sa.UniqueConstraint("key", "valid_from", name=op.f("uq_setting_key_valid_from")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_key", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_attempt_account", ["account_key", "at"], unique=False)
        batch_op.create_index("ix_sign_in_attempt_source", ["source", "at"], unique=False)

    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closing_order", sa.String(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("holds_clean_returns", sa.Boolean(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.CheckConstraint("closed_on IS NULL OR closing_order <> ''", name=op.f("ck_unit_closed_by_order")),
        sa.CheckConstraint("code <> ''", name=op.f("ck_unit_code_given")),
        sa.ForeignKeyConstraint(["successor_id"], ["unit.id"], name=op.f("fk_unit_successor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index(
            "uq_unit_code",
            ["code"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.create_table(
        "category_life",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.Column("rate_hundredths", sa.Integer(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.CheckConstraint("authority <> ''", name=op.f("ck_category_life_authority_given")),
        sa.CheckConstraint("rate_hundredths BETWEEN 0 AND 10000", name=op.f("ck_category_life_rate_possible")),
        sa.CheckConstraint("years BETWEEN 1 AND 100", name=op.f("ck_category_life_years_possible")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_category_life_category_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_life")),
        sa.UniqueConstraint("category_id", "valid_from", name=op.f("uq_category_life_category_id_valid_from")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(), nullable=True),
        sa.Column("username_key", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("auth_epoch", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("contractor", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_person_name_given")),
        sa.CheckConstraint("withdrawn_at IS NULL OR NOT active", name=op.f("ck_person_withdrawn_is_closed")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_person_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index("ix_person_name_key", ["name_key"], unique=False)
        batch_op.create_index("ix_person_unit_id", ["unit_id"], unique=False)
        batch_op.create_index(
            "uq_person_username_key",
            ["username_key"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("sort_key", sa.String(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_place_name_given")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_place_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("unit_id", "name_key", name=op.f("uq_place_unit_id_name_key")),
    )
    op.create_table(
        "printer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("layout", sa.String(), nullable=False),
        sa.Column("scale_hundredths", sa.Integer(), nullable=False),
        sa.Column("right_hundredths", sa.Integer(), nullable=False),
        sa.Column("down_hundredths", sa.Integer(), nullable=False),
        sa.Column("measured_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_printer_name_given")),
        sa.CheckConstraint(
            "right_hundredths BETWEEN -500 AND 500 AND down_hundredths BETWEEN -500 AND 500",
            name=op.f("ck_printer_offset_possible"),
        ),
        sa.CheckConstraint("scale_hundredths BETWEEN 9400 AND 10600", name=op.f("ck_printer_scale_possible")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_printer_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printer")),
        sa.UniqueConstraint("unit_id", "name", name=op.f("uq_printer_unit_id_name")),
    )
    op.create_table(
        "unit_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_alias_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_alias")),
    )
    with op.batch_alter_table("unit_alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_alias_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(
            "uq_unit_alias_name_key",
            ["name_key"],
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        )

    op.create_table(
        "unit_closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_unit_closure_ends_after_start")),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_unit_closure_reason_given")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_closure_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_closure")),
    )
    with op.batch_alter_table("unit_closure", schema=None) as batch_op:
        batch_op.create_index("ix_unit_closure_unit", ["unit_id", "last_day"], unique=False)

    op.create_table(
        "unit_opening",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.String(), nullable=False),
        sa.Column("on_holidays", sa.Boolean(), nullable=False),
        sa.Column("refuses", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(days) = 7 AND days LIKE '%1%'", name=op.f("ck_unit_opening_some_day_open")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_opening_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_unit_opening")),
    )
    op.create_table(
        "unit_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "agency",
                "division",
                "group",
                "centre",
                "home",
                "other",
                name="unitkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("head_post", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_unit_version_name_given")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_unit_version_ends_after_start")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_version_parent_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_version_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_version")),
        sa.UniqueConstraint("unit_id", "valid_from", name=op.f("uq_unit_version_unit_id_valid_from")),
    )
    with op.batch_alter_table("unit_version", schema=None) as batch_op:
        batch_op.create_index(
            "uq_unit_version_current",
            ["unit_id"],
            unique=True,
            sqlite_where=sa.text("valid_until IS NULL"),
            postgresql_where=sa.text("valid_until IS NULL"),
        )

    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_api_token_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_token_person_id"), ["person_id"], unique=False)

    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_calendar_feed_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
    )
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.create_index(
            "uq_calendar_feed_own",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL AND unit_id IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND unit_id IS NULL"),
        )
        batch_op.create_index("uq_calendar_feed_token_hash", ["token_hash"], unique=True)
        batch_op.create_index(
            "uq_calendar_feed_unit",
            ["person_id", "unit_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL AND unit_id IS NOT NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND unit_id IS NOT NULL"),
        )

    op.create_table(
        "code_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("size BETWEEN 1 AND 5000", name=op.f("ck_code_batch_size_possible")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_code_batch_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_code_batch_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_batch")),
        sa.UniqueConstraint("unit_id", "number", name=op.f("uq_code_batch_unit_id_number")),
    )
    op.create_table(
        "column_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("header_key", sa.String(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_column_mapping_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_column_mapping_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_mapping")),
        sa.UniqueConstraint("unit_id", "kind", "header_key", name=op.f("uq_column_mapping_unit_id_kind_header_key")),
    )
    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("delegated", "acting", name="delegationkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "role",
            sa.Enum(
                "staff",
                "officer",
                "head",
                "secretariat",
                "director",
                "inspector",
                "auditor",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("from_post", sa.String(), nullable=False),
        sa.Column("from_person_id", sa.Integer(), nullable=True),
        sa.Column("to_person_id", sa.Integer(), nullable=False),
        sa.Column("places", sa.String(), nullable=False),
        sa.Column("categories", sa.String(), nullable=False),
        sa.Column("most_days", sa.Integer(), nullable=True),
        sa.Column("most_value", sa.BigInteger(), nullable=True),
        sa.Column("order_no", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("order_no <> ''", name=op.f("ck_delegation_order_given")),
        sa.CheckConstraint("role IN ('head', 'director')", name=op.f("ck_delegation_approving_post")),
        sa.CheckConstraint(
            "from_person_id IS NULL OR from_person_id <> to_person_id", name=op.f("ck_delegation_not_to_oneself")
        ),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_delegation_ends_after_start")),
        sa.ForeignKeyConstraint(["from_person_id"], ["person.id"], name=op.f("fk_delegation_from_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_delegation_recorded_by_id")),
        sa.ForeignKeyConstraint(["to_person_id"], ["person.id"], name=op.f("fk_delegation_to_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_delegation_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegation_to_person_id"), ["to_person_id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("mail", "line", "none", name="channel", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sent",
                "failed",
                "dropped",
                name="deliverystate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(), nullable=False),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name=op.f("ck_delivery_ended_unless_waiting")),
        sa.CheckConstraint(
            "state NOT IN ('failed', 'dropped') OR error <> ''", name=op.f("ck_delivery_failure_has_reason")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_delivery_attempts_not_negative")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delivery_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_delivery_dedupe_key")),
        sa.UniqueConstraint("key", name=op.f("uq_delivery_key")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_delivery_state", ["state", "next_try_at"], unique=False)

    op.create_table(
        "file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("object_type", sa.String(), nullable=False),
        sa.Column("object_key", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_file_size_not_negative")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_file_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_file_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file")),
    )
    with op.batch_alter_table("file", schema=None) as batch_op:
        batch_op.create_index("ix_file_object", ["object_type", "object_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_file_sha256"), ["sha256"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "failed",
                name="jobstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.Column("steps_all", sa.Integer(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.CheckConstraint("steps_done >= 0 AND steps_done <= steps_all", name=op.f("ck_job_steps_in_range")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_job_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_job_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_person", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_job_state", ["state", "lease_until"], unique=False)

    op.create_table(
        "kept_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("had_files", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_kept_form_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_form")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_kept_form_token_hash")),
    )
    with op.batch_alter_table("kept_form", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_form_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_kept_form_person_id"), ["person_id"], unique=False)

    op.create_table(
        "label_print",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("printed_at", sa.DateTime(), nullable=False),
        sa.Column("layout", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("printer_id", sa.Integer(), nullable=True),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("labels >= 1", name=op.f("ck_label_print_labels_counted")),
        sa.CheckConstraint("start >= 1", name=op.f("ck_label_print_start_counts_from_one")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_label_print_person_id")),
        sa.ForeignKeyConstraint(["printer_id"], ["printer.id"], name=op.f("fk_label_print_printer_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_label_print_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_print")),
    )
    with op.batch_alter_table("label_print", schema=None) as batch_op:
        batch_op.create_index("ix_label_print_unit", ["unit_id", "printed_at"], unique=False)

    op.create_table(
        "labelling_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_labelling_round_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_labelling_round_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labelling_round")),
    )
    with op.batch_alter_table("labelling_round", schema=None) as batch_op:
        batch_op.create_index(
            "uq_labelling_round_open",
            ["unit_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "line_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_line_code_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_line_code_code_hash")),
    )
    with op.batch_alter_table("line_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_line_code_person_id"), ["person_id"], unique=False)

    op.create_table(
        "move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("from_unit_id", sa.Integer(), nullable=False),
        sa.Column("to_unit_id", sa.Integer(), nullable=False),
        sa.Column("to_place_id", sa.Integer(), nullable=True),
        sa.Column("to_place_text", sa.String(), nullable=False),
        sa.Column("to_person_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("order_no", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "offered",
                "accepted",
                "declined",
                "withdrawn",
                name="movestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("offered_at", sa.DateTime(), nullable=False),
        sa.Column("offered_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'offered') = (decided_at IS NULL)", name=op.f("ck_move_decided_has_time")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_move_reason_given")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_move_decided_by_id")),
        sa.ForeignKeyConstraint(["from_unit_id"], ["unit.id"], name=op.f("fk_move_from_unit_id")),
        sa.ForeignKeyConstraint(["offered_by_id"], ["person.id"], name=op.f("fk_move_offered_by_id")),
        sa.ForeignKeyConstraint(["to_person_id"], ["person.id"], name=op.f("fk_move_to_person_id")),
        sa.ForeignKeyConstraint(["to_place_id"], ["place.id"], name=op.f("fk_move_to_place_id")),
        sa.ForeignKeyConstraint(["to_unit_id"], ["unit.id"], name=op.f("fk_move_to_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move")),
        sa.UniqueConstraint("number", name=op.f("uq_move_number")),
    )
    with op.batch_alter_table("move", schema=None) as batch_op:
        batch_op.create_index("ix_move_from_unit", ["from_unit_id", "state"], unique=False)
        batch_op.create_index("ix_move_to_unit", ["to_unit_id", "state"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("about_type", sa.String(), nullable=False),
        sa.Column("about_key", sa.String(), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=True),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_notice_dedupe_key")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_about", ["event", "about_key"], unique=False)
        batch_op.create_index("ix_notice_person_open", ["person_id", "seen_at", "id"], unique=False)
        batch_op.create_index(
            "ix_notice_untold",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("told_at IS NULL AND seen_at IS NULL"),
            postgresql_where=sa.text("told_at IS NULL AND seen_at IS NULL"),
        )

    op.create_table(
        "notice_choice",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("mail", "line", "none", name="channel", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("line_user_id", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("channel <> 'line' OR line_user_id <> ''", name=op.f("ck_notice_choice_line_is_linked")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_choice_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_choice")),
    )
    with op.batch_alter_table("notice_choice", schema=None) as batch_op:
        batch_op.create_index(
            "uq_notice_choice_line_user_id",
            ["line_user_id"],
            unique=True,
            sqlite_where=sa.text("line_user_id <> ''"),
            postgresql_where=sa.text("line_user_id <> ''"),
        )

    op.create_table(
        "one_time_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("setup", "password", name="linkkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_one_time_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_link_token_hash")),
    )
    op.create_table(
        "place_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_place_alias_person_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_place_alias_place_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_place_alias_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_alias")),
        sa.UniqueConstraint("unit_id", "name_key", name=op.f("uq_place_alias_unit_id_name_key")),
    )
    with op.batch_alter_table("place_alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_alias_place_id"), ["place_id"], unique=False)

    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "staff",
                "officer",
                "head",
                "secretariat",
                "director",
                "inspector",
                "auditor",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("with_below", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("order_no", sa.String(), nullable=False),
        sa.CheckConstraint("role <> 'staff'", name=op.f("ck_role_grant_staff_is_implied")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_role_grant_ends_after_start")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_role_grant_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_grant_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_saved_filter_name_given")),
        sa.CheckConstraint("query <> ''", name=op.f("ck_saved_filter_query_given")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_filter_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_filter_person_id_name")),
    )
    op.create_table(
        "user_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("auth_epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("device", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_user_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_session_token_hash")),
    )
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "book",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_hash", sa.String(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("open", "signed", name="bookstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(), nullable=False),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_at", sa.DateTime(), nullable=True),
        sa.Column("signed_note", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name=op.f("ck_book_signed_has_time")),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_book_file_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_book_person_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["person.id"], name=op.f("fk_book_signed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book")),
    )
    with op.batch_alter_table("book", schema=None) as batch_op:
        batch_op.create_index("ix_book_year", ["fiscal_year", "id"], unique=False)

    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_hash", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("undo", sa.JSON(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_import_batch_file_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_import_batch_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_import_batch_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sa.UniqueConstraint("key", name=op.f("uq_import_batch_key")),
    )
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_batch_file_hash"), ["file_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_batch_person_id"), ["person_id"], unique=False)

    op.create_table(
        "asset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_no", sa.String(), nullable=False),
        sa.Column("number_key", sa.String(), nullable=False),
        sa.Column("piece", sa.Integer(), nullable=False),
        sa.Column("temporary_no", sa.Boolean(), nullable=False),
        sa.Column("gfmis_no", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("responsible_unit_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("custodian_id", sa.Integer(), nullable=True),
        sa.Column("custodian_text", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("received_precision", sa.String(), nullable=False),
        sa.Column("document_no", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("vendor_address", sa.String(), nullable=False),
        sa.Column("vendor_phone", sa.String(), nullable=False),
        sa.Column("warranty_until", sa.Date(), nullable=True),
        sa.Column("warranty_note", sa.String(), nullable=False),
        sa.Column("life_years", sa.Integer(), nullable=True),
        sa.Column("life_reason", sa.String(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("below_threshold", sa.Boolean(), nullable=False),
        sa.Column("unit_of_count", sa.String(), nullable=False),
        sa.Column("accessories", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("loanable", sa.Boolean(), nullable=False),
        sa.Column("loan_rule", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "available",
                "on_loan",
                "return_pending",
                "repair",
                "lost",
                "pending_disposal",
                "disposed",
                name="assetstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "condition",
            sa.Enum(
                "good",
                "damaged",
                "deteriorated",
                "incomplete",
                "lost",
                "unneeded",
                name="condition",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("photo_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("original", sa.JSON(), nullable=True),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("card_text", sa.String(), nullable=False),
        sa.Column("sort_key", sa.String(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(life_years IS NULL) = (life_reason = '')", name=op.f("ck_asset_own_life_has_reason")),
        sa.CheckConstraint("asset_no <> ''", name=op.f("ck_asset_number_given")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_asset_name_given")),
        sa.CheckConstraint("life_years IS NULL OR life_years BETWEEN 1 AND 100", name=op.f("ck_asset_life_possible")),
        sa.CheckConstraint("piece >= 1", name=op.f("ck_asset_piece_counts_from_one")),
        sa.CheckConstraint("price IS NULL OR price >= 0", name=op.f("ck_asset_price_not_negative")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_asset_batch_id")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_asset_category_id")),
        sa.ForeignKeyConstraint(["custodian_id"], ["person.id"], name=op.f("fk_asset_custodian_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["file.id"], name=op.f("fk_asset_photo_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_asset_place_id")),
        sa.ForeignKeyConstraint(["responsible_unit_id"], ["unit.id"], name=op.f("fk_asset_responsible_unit_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_asset_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
    )
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asset_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            "ix_asset_category_sort",
            ["category_id", "sort_key", "id", "unit_id", "loanable"],
            unique=False,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.create_index(
            "ix_asset_custodian_id",
            ["custodian_id"],
            unique=False,
            sqlite_where=sa.text("custodian_id IS NOT NULL"),
            postgresql_where=sa.text("custodian_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_asset_place_sort",
            ["place_id", "sort_key", "id", "unit_id", "loanable"],
            unique=False,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.create_index(
            "ix_asset_sort",
            ["sort_key", "id", "unit_id", "loanable"],
            unique=False,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.create_index(
            "ix_asset_status_sort",
            ["status", "sort_key", "id", "unit_id", "loanable"],
            unique=False,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.create_index(
            "ix_asset_unit_sort",
            ["unit_id", "sort_key", "id", "loanable"],
            unique=False,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.create_index(
            "uq_asset_gfmis_no",
            ["gfmis_no"],
            unique=True,
            sqlite_where=sa.text("gfmis_no IS NOT NULL AND withdrawn_at IS NULL AND piece = 1"),
            postgresql_where=sa.text("gfmis_no IS NOT NULL AND withdrawn_at IS NULL AND piece = 1"),
        )
        batch_op.create_index(
            "uq_asset_number",
            ["number_key", "piece"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.create_table(
        "book_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("gfmis_no", sa.String(), nullable=False),
        sa.Column("sub_no", sa.String(), nullable=False),
        sa.Column("class_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("unit_text", sa.String(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("accumulated", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["book.id"], name=op.f("fk_book_line_book_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_book_line_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_line")),
    )
    with op.batch_alter_table("book_line", schema=None) as batch_op:
        batch_op.create_index("ix_book_line_book", ["book_id", "gfmis_no"], unique=False)

    op.create_table(
        "import_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("warned", sa.Boolean(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_import_row_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
        sa.UniqueConstraint("batch_id", "place", name=op.f("uq_import_row_batch_id_place")),
    )
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_row_batch_id_label_place"), ["batch_id", "label", "place"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_import_row_batch_id_warned_place"), ["batch_id", "warned", "place"], unique=False
        )

    op.create_table(
        "loan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("number_key", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("borrower_id", sa.Integer(), nullable=False),
        sa.Column("borrower_name", sa.String(), nullable=False),
        sa.Column("borrower_position", sa.String(), nullable=False),
        sa.Column("borrower_unit_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column(
            "place",
            sa.Enum("inside", "outside", "agency", name="place", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("place_detail", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column(
            "source",
            sa.Enum("system", "paper", name="loansource", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "route",
            sa.Enum("head", "director", name="route", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("route_unit_id", sa.Integer(), nullable=True),
        sa.Column("approver_post", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("place <> 'agency' OR agency <> '' OR source = 'paper'", name=op.f("ck_loan_agency_given")),
        sa.CheckConstraint("due_on >= starts_on", name=op.f("ck_loan_due_after_start")),
        sa.CheckConstraint("length(trim(purpose)) > 0", name=op.f("ck_loan_purpose_given")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_loan_batch_id")),
        sa.ForeignKeyConstraint(["borrower_id"], ["person.id"], name=op.f("fk_loan_borrower_id")),
        sa.ForeignKeyConstraint(["borrower_unit_id"], ["unit.id"], name=op.f("fk_loan_borrower_unit_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_loan_recorded_by_id")),
        sa.ForeignKeyConstraint(["route_unit_id"], ["unit.id"], name=op.f("fk_loan_route_unit_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_loan_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan")),
    )
    with op.batch_alter_table("loan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_loan_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index("ix_loan_borrower", ["borrower_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_loan_submitted_on"), ["submitted_on"], unique=False)
        batch_op.create_index("ix_loan_unit", ["unit_id", "id"], unique=False)
        batch_op.create_index(
            "uq_loan_number",
            ["number_key"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.create_table(
        "agency_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("loan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("signer", sa.String(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("number <> ''", name=op.f("ck_agency_letter_number_given")),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_agency_letter_file_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_agency_letter_loan_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_agency_letter_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_letter")),
    )
    with op.batch_alter_table("agency_letter", schema=None) as batch_op:
        batch_op.create_index("ix_agency_letter_loan_id", ["loan_id", "id"], unique=False)

    op.create_table(
        "asset_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "registered",
                "imported",
                "edited",
                "moved",
                "status",
                "condition",
                "code",
                "withdrawn",
                "found",
                name="asseteventkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("occurred_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("person_name", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_asset_event_asset_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_asset_event_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_asset_event_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_event")),
    )
    with op.batch_alter_table("asset_event", schema=None) as batch_op:
        batch_op.create_index("ix_asset_event_asset", ["asset_id", "id"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.Column("removed_reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (removed_reason = '')", name=op.f("ck_attachment_removal_has_reason")
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_attachment_title_given")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_attachment_asset_id")),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_attachment_file_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attachment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index("ix_attachment_asset_id", ["asset_id"], unique=False)

    op.create_table(
        "barcode",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("text_key", sa.String(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("adopted_at", sa.DateTime(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_reason", sa.String(), nullable=False),
        sa.CheckConstraint("text_key <> ''", name=op.f("ck_barcode_text_given")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_barcode_asset_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_barcode_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_barcode")),
    )
    with op.batch_alter_table("barcode", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_barcode_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index(
            "uq_barcode_text",
            ["text_key"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "book_explanation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("gfmis_no", sa.String(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "only_books",
                "only_register",
                "cost",
                "accumulated",
                "double",
                name="differencekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("explained_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_book_explanation_text_given")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_book_explanation_asset_id")),
        sa.ForeignKeyConstraint(["book_id"], ["book.id"], name=op.f("fk_book_explanation_book_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_book_explanation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_explanation")),
    )
    with op.batch_alter_table("book_explanation", schema=None) as batch_op:
        batch_op.create_index("ix_book_explanation_book", ["book_id", "gfmis_no"], unique=False)

    op.create_table(
        "code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "blank", "linked", "revoked", name="codestate", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("attached_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(state = 'blank') = (asset_id IS NULL AND place_id IS NULL) OR state = 'revoked'",
            name=op.f("ck_code_linked_has_target"),
        ),
        sa.CheckConstraint("asset_id IS NULL OR place_id IS NULL", name=op.f("ck_code_one_target")),
        sa.CheckConstraint("length(code) = 8", name=op.f("ck_code_eight_characters")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_code_asset_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["code_batch.id"], name=op.f("fk_code_batch_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_code_place_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_code_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code")),
        sa.UniqueConstraint("code", name=op.f("uq_code_code")),
    )
    with op.batch_alter_table("code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_code_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_code_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_code_place_id"), ["place_id"], unique=False)

    op.create_table(
        "custody",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("person_text", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("document_no", sa.String(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("person_id IS NOT NULL OR person_text <> ''", name=op.f("ck_custody_keeper_given")),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_custody_ends_after_start")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_custody_asset_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_custody_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_custody_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody")),
    )
    with op.batch_alter_table("custody", schema=None) as batch_op:
        batch_op.create_index("ix_custody_asset", ["asset_id", "from_on"], unique=False)
        batch_op.create_index("ix_custody_person_id", ["person_id"], unique=False)
        batch_op.create_index(
            "uq_custody_open",
            ["asset_id"],
            unique=True,
            sqlite_where=sa.text("until_on IS NULL"),
            postgresql_where=sa.text("until_on IS NULL"),
        )

    op.create_table(
        "former_number",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("number_key", sa.String(), nullable=False),
        sa.Column("piece", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_former_number_asset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_number")),
    )
    with op.batch_alter_table("former_number", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_former_number_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index("ix_former_number_key", ["number_key", "piece"], unique=False)

    op.create_table(
        "loan_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("loan_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("borrower_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("extension", "transfer", name="changekind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "accepted",
                "endorsed",
                "approved",
                "rejected",
                "declined",
                "cancelled",
                "overtaken",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("to_person_id", sa.Integer(), nullable=True),
        sa.Column("to_name", sa.String(), nullable=False),
        sa.Column("to_position", sa.String(), nullable=False),
        sa.Column("to_unit_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("requested_at", sa.DateTime(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "route",
            sa.Enum("head", "director", name="route", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("route_unit_id", sa.Integer(), nullable=True),
        sa.Column("approver_post", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_name", sa.String(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("new_loan_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(kind = 'extension') = (due_on IS NOT NULL)", name=op.f("ck_loan_change_due_of_extension")),
        sa.CheckConstraint(
            "(kind = 'transfer') = (to_person_id IS NOT NULL)", name=op.f("ck_loan_change_receiver_of_transfer")
        ),
        sa.CheckConstraint(
            "state <> 'approved' OR (approved AND decided_at IS NOT NULL)", name=op.f("ck_loan_change_approval_decided")
        ),
        sa.CheckConstraint(
            "state <> 'approved' OR kind <> 'transfer' OR (accepted_at IS NOT NULL AND new_loan_id IS NOT NULL)",
            name=op.f("ck_loan_change_transfer_whole"),
        ),
        sa.CheckConstraint(
            "state <> 'rejected' OR length(trim(decision_reason)) > 0", name=op.f("ck_loan_change_rejection_has_reason")
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR (decided_by_id <> borrower_id AND (to_person_id IS NULL OR decided_by_id <> to_person_id))",
            name=op.f("ck_loan_change_decider_not_party"),
        ),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_loan_change_reason_given")),
        sa.CheckConstraint(
            "to_person_id IS NULL OR to_person_id <> borrower_id", name=op.f("ck_loan_change_receiver_not_borrower")
        ),
        sa.ForeignKeyConstraint(["borrower_id"], ["person.id"], name=op.f("fk_loan_change_borrower_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_loan_change_decided_by_id")),
        sa.ForeignKeyConstraint(["delegation_id"], ["delegation.id"], name=op.f("fk_loan_change_delegation_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_loan_change_loan_id")),
        sa.ForeignKeyConstraint(["new_loan_id"], ["loan.id"], name=op.f("fk_loan_change_new_loan_id")),
        sa.ForeignKeyConstraint(["requested_by_id"], ["person.id"], name=op.f("fk_loan_change_requested_by_id")),
        sa.ForeignKeyConstraint(["route_unit_id"], ["unit.id"], name=op.f("fk_loan_change_route_unit_id")),
        sa.ForeignKeyConstraint(["to_person_id"], ["person.id"], name=op.f("fk_loan_change_to_person_id")),
        sa.ForeignKeyConstraint(["to_unit_id"], ["unit.id"], name=op.f("fk_loan_change_to_unit_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_loan_change_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_change")),
    )
    with op.batch_alter_table("loan_change", schema=None) as batch_op:
        batch_op.create_index("ix_loan_change_loan", ["loan_id", "id"], unique=False)
        batch_op.create_index("ix_loan_change_new_loan", ["new_loan_id"], unique=False)
        batch_op.create_index("ix_loan_change_receiver", ["to_person_id", "state"], unique=False)
        batch_op.create_index("ix_loan_change_state", ["state", "unit_id"], unique=False)

    op.create_table(
        "loan_party",
        sa.Column("loan_id", sa.Integer(), nullable=False),
        sa.Column("responsible_id", sa.Integer(), nullable=True),
        sa.Column("responsible_name", sa.String(), nullable=False),
        sa.Column("responsible_position", sa.String(), nullable=False),
        sa.Column("outsider", sa.String(), nullable=False),
        sa.Column("outsider_contact", sa.String(), nullable=False),
        sa.CheckConstraint(
            "outsider = '' OR outsider_contact <> ''", name=op.f("ck_loan_party_outsider_can_be_reached")
        ),
        sa.CheckConstraint("responsible_id IS NOT NULL OR outsider <> ''", name=op.f("ck_loan_party_party_given")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_loan_party_loan_id")),
        sa.ForeignKeyConstraint(["responsible_id"], ["person.id"], name=op.f("fk_loan_party_responsible_id")),
        sa.PrimaryKeyConstraint("loan_id", name=op.f("pk_loan_party")),
    )
    with op.batch_alter_table("loan_party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_loan_party_responsible_id"), ["responsible_id"], unique=False)

    op.create_table(
        "maintenance_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("work", sa.String(), nullable=False),
        sa.Column("every_months", sa.Integer(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("work <> ''", name=op.f("ck_maintenance_plan_work_given")),
        sa.CheckConstraint("every_months BETWEEN 1 AND 120", name=op.f("ck_maintenance_plan_period_possible")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_maintenance_plan_asset_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_maintenance_plan_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_plan")),
    )
    with op.batch_alter_table("maintenance_plan", schema=None) as batch_op:
        batch_op.create_index("ix_maintenance_plan_asset_id", ["asset_id"], unique=False)
        batch_op.create_index("ix_maintenance_plan_next_on", ["next_on"], unique=False)

    op.create_table(
        "move_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("move_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("from_place_id", sa.Integer(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_move_line_asset_id")),
        sa.ForeignKeyConstraint(["from_place_id"], ["place.id"], name=op.f("fk_move_line_from_place_id")),
        sa.ForeignKeyConstraint(["move_id"], ["move.id"], name=op.f("fk_move_line_move_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move_line")),
        sa.UniqueConstraint("move_id", "asset_id", name=op.f("uq_move_line_move_id_asset_id")),
    )
    with op.batch_alter_table("move_line", schema=None) as batch_op:
        batch_op.create_index("ix_move_line_asset_id", ["asset_id"], unique=False)
        batch_op.create_index(
            "uq_move_line_open",
            ["asset_id"],
            unique=True,
            sqlite_where=sa.text("open"),
            postgresql_where=sa.text("open"),
        )

    op.create_table(
        "scan_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_scan_log_asset_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_scan_log_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_log")),
    )
    with op.batch_alter_table("scan_log", schema=None) as batch_op:
        batch_op.create_index("ix_scan_log_asset", ["asset_id", "at"], unique=False)

    op.create_table(
        "sighting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("place_text", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "confirmed",
                "dismissed",
                name="sightingstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decision_note", sa.String(), nullable=False),
        sa.CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_sighting_decided_has_time")),
        sa.CheckConstraint("place_id IS NOT NULL OR place_text <> ''", name=op.f("ck_sighting_place_given")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_sighting_asset_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_sighting_decided_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sighting_person_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_sighting_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting")),
    )
    with op.batch_alter_table("sighting", schema=None) as batch_op:
        batch_op.create_index("ix_sighting_asset", ["asset_id", "seen_at"], unique=False)
        batch_op.create_index("ix_sighting_state", ["state", "seen_at"], unique=False)

    op.create_table(
        "standing_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("most_days", sa.Integer(), nullable=False),
        sa.Column("order_no", sa.String(), nullable=False),
        sa.Column("signed_by_id", sa.Integer(), nullable=False),
        sa.Column("signed_post", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("order_no <> ''", name=op.f("ck_standing_approval_order_given")),
        sa.CheckConstraint("most_days >= 0", name=op.f("ck_standing_approval_days_not_negative")),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_standing_approval_ends_after_start")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_standing_approval_asset_id")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_standing_approval_category_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_standing_approval_recorded_by_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["person.id"], name=op.f("fk_standing_approval_signed_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_standing_approval_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_approval")),
    )
    with op.batch_alter_table("standing_approval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standing_approval_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "label_print_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("print_id", sa.Integer(), nullable=False),
        sa.Column("code_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name=op.f("fk_label_print_line_code_id")),
        sa.ForeignKeyConstraint(["print_id"], ["label_print.id"], name=op.f("fk_label_print_line_print_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_print_line")),
    )
    with op.batch_alter_table("label_print_line", schema=None) as batch_op:
        batch_op.create_index("ix_label_print_line_code", ["code_id", "print_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_label_print_line_print_id"), ["print_id"], unique=False)

    op.create_table(
        "labelling_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code_id", sa.Integer(), nullable=True),
        sa.Column("barcode_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("acted_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'adopted') = (barcode_id IS NOT NULL)", name=op.f("ck_labelling_act_barcode_of_adopted")
        ),
        sa.CheckConstraint("(kind = 'adopted') = (code_id IS NULL)", name=op.f("ck_labelling_act_code_of_others")),
        sa.CheckConstraint("kind IN ('linked', 'attached', 'adopted')", name=op.f("ck_labelling_act_kind_known")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_labelling_act_asset_id")),
        sa.ForeignKeyConstraint(["barcode_id"], ["barcode.id"], name=op.f("fk_labelling_act_barcode_id")),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name=op.f("fk_labelling_act_code_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_labelling_act_person_id")),
        sa.ForeignKeyConstraint(["round_id"], ["labelling_round.id"], name=op.f("fk_labelling_act_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labelling_act")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_labelling_act_person_id_key")),
    )
    with op.batch_alter_table("labelling_act", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_labelling_act_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_labelling_act_barcode_id"), ["barcode_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_labelling_act_code_id"), ["code_id"], unique=False)
        batch_op.create_index("ix_labelling_act_round", ["round_id", "id"], unique=False)

    op.create_table(
        "loan_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("loan_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("borrower_id", sa.Integer(), nullable=False),
        sa.Column("borrower_unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "place",
            sa.Enum("inside", "outside", "agency", name="place", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum("system", "paper", name="loansource", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "submitted",
                "approved",
                "rejected",
                "cancelled",
                "expired",
                "handed_over",
                "return_declared",
                "received",
                "sent_back",
                "lost_reported",
                "closed",
                name="linestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("holds_asset", sa.Boolean(), nullable=False),
        sa.Column("claims_period", sa.Boolean(), nullable=False),
        sa.Column("claim_from", sa.Date(), nullable=False),
        sa.Column("claim_until", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("price_at_loan", sa.BigInteger(), nullable=True),
        sa.Column("condition_out", sa.String(), nullable=False),
        sa.Column("note_out", sa.String(), nullable=False),
        sa.Column(
            "condition_in",
            sa.Enum(
                "good",
                "damaged",
                "incomplete",
                "lost",
                name="returncondition",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("note_in", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("standing_approval_id", sa.Integer(), nullable=True),
        sa.Column("delegation_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(), nullable=True),
        sa.Column("handed_over_by_id", sa.Integer(), nullable=True),
        sa.Column("handed_over_on", sa.Date(), nullable=True),
        sa.Column("handed_over_month", sa.Integer(), nullable=True),
        sa.Column("handed_over_year", sa.Integer(), nullable=True),
        sa.Column("declared_at", sa.DateTime(), nullable=True),
        sa.Column("first_received_at", sa.DateTime(), nullable=True),
        sa.Column("first_received_on", sa.Date(), nullable=True),
        sa.Column("first_received_month", sa.Integer(), nullable=True),
        sa.Column("first_received_year", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.DateTime(), nullable=True),
        sa.Column("received_by_id", sa.Integer(), nullable=True),
        sa.Column("lost_at", sa.DateTime(), nullable=True),
        sa.Column("lost_on", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_month", sa.Integer(), nullable=True),
        sa.Column("closed_year", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "source = 'paper' OR closed_by_id IS NULL OR (closed_by_id <> borrower_id AND (received_by_id IS NULL OR closed_by_id <> received_by_id))",
            name=op.f("ck_loan_line_closer_not_receiver"),
        ),
        sa.CheckConstraint(
            "source = 'paper' OR decided_by_id IS NULL OR decided_by_id <> borrower_id",
            name=op.f("ck_loan_line_approver_not_borrower"),
        ),
        sa.CheckConstraint(
            "source = 'paper' OR handed_over_by_id IS NULL OR handed_over_by_id <> borrower_id",
            name=op.f("ck_loan_line_giver_not_borrower"),
        ),
        sa.CheckConstraint(
            "source = 'paper' OR received_by_id IS NULL OR received_by_id <> borrower_id",
            name=op.f("ck_loan_line_receiver_not_borrower"),
        ),
        sa.CheckConstraint(
            "state <> 'rejected' OR length(trim(reason)) > 0", name=op.f("ck_loan_line_rejection_has_reason")
        ),
        sa.CheckConstraint("claim_until > claim_from", name=op.f("ck_loan_line_claim_not_empty")),
        sa.CheckConstraint(
            "first_received_at IS NULL OR first_received_at >= handed_over_at", name=op.f("ck_loan_line_back_after_out")
        ),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_loan_line_quantity_positive")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_loan_line_asset_id")),
        sa.ForeignKeyConstraint(["borrower_id"], ["person.id"], name=op.f("fk_loan_line_borrower_id")),
        sa.ForeignKeyConstraint(["borrower_unit_id"], ["unit.id"], name=op.f("fk_loan_line_borrower_unit_id")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["person.id"], name=op.f("fk_loan_line_closed_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_loan_line_decided_by_id")),
        sa.ForeignKeyConstraint(["delegation_id"], ["delegation.id"], name=op.f("fk_loan_line_delegation_id")),
        sa.ForeignKeyConstraint(["handed_over_by_id"], ["person.id"], name=op.f("fk_loan_line_handed_over_by_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_loan_line_loan_id")),
        sa.ForeignKeyConstraint(["received_by_id"], ["person.id"], name=op.f("fk_loan_line_received_by_id")),
        sa.ForeignKeyConstraint(
            ["standing_approval_id"], ["standing_approval.id"], name=op.f("fk_loan_line_standing_approval_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_loan_line_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_line")),
        sa.UniqueConstraint("loan_id", "position", name=op.f("uq_loan_line_loan_id_position")),
    )
    with op.batch_alter_table("loan_line", schema=None) as batch_op:
        batch_op.create_index("ix_loan_line_asset_id", ["asset_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_loan_line_borrower_id"), ["borrower_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_loan_line_cancelled_on"), ["cancelled_on"], unique=False)
        batch_op.create_index(
            "ix_loan_line_claim",
            ["asset_id", "claim_from"],
            unique=False,
            sqlite_where=sa.text("claims_period"),
            postgresql_where=sa.text("claims_period"),
        )
        batch_op.create_index(batch_op.f("ix_loan_line_decided_on"), ["decided_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_loan_line_lost_on"), ["lost_on"], unique=False)
        batch_op.create_index(
            "ix_loan_line_out",
            ["unit_id", "due_on"],
            unique=False,
            sqlite_where=sa.text("handed_over_on IS NOT NULL AND first_received_on IS NULL AND closed_on IS NULL"),
            postgresql_where=sa.text("handed_over_on IS NOT NULL AND first_received_on IS NULL AND closed_on IS NULL"),
        )
        batch_op.create_index("ix_loan_line_received", ["unit_id", "first_received_on"], unique=False)
        batch_op.create_index(
            "ix_loan_line_report",
            ["unit_id", "handed_over_on", "first_received_on", "closed_on", "due_on"],
            unique=False,
        )
        batch_op.create_index("ix_loan_line_state", ["state", "unit_id"], unique=False)
        batch_op.create_index(
            "uq_loan_line_holder",
            ["asset_id"],
            unique=True,
            sqlite_where=sa.text("holds_asset"),
            postgresql_where=sa.text("holds_asset"),
        )

    op.create_table(
        "repair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("repair", "maintenance", name="repairkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open", "done", "cancelled", name="repairstate", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("work", sa.String(), nullable=False),
        sa.Column("supplier", sa.String(), nullable=False),
        sa.Column("document_no", sa.String(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("under_warranty", sa.Boolean(), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("finished_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'open') = (finished_on IS NULL)", name=op.f("ck_repair_finished_has_day")),
        sa.CheckConstraint("work <> ''", name=op.f("ck_repair_work_given")),
        sa.CheckConstraint("cost IS NULL OR cost >= 0", name=op.f("ck_repair_cost_not_negative")),
        sa.CheckConstraint("finished_on IS NULL OR finished_on >= begun_on", name=op.f("ck_repair_ends_after_start")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_repair_asset_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_repair_person_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["maintenance_plan.id"], name=op.f("fk_repair_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair")),
        sa.UniqueConstraint("asset_id", "number", name=op.f("uq_repair_asset_id_number")),
    )
    with op.batch_alter_table("repair", schema=None) as batch_op:
        batch_op.create_index(
            "uq_repair_open",
            ["asset_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "chase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("chased_at", sa.DateTime(), nullable=False),
        sa.Column("chased_on", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["loan_line.id"], name=op.f("fk_chase_line_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_chase_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_chase_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chase")),
    )
    with op.batch_alter_table("chase", schema=None) as batch_op:
        batch_op.create_index("ix_chase_line", ["line_id", "chased_on"], unique=False)
        batch_op.create_index("ix_chase_unit", ["unit_id", "chased_on"], unique=False)

    op.create_table(
        "compensation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "condition",
            sa.Enum(
                "good",
                "damaged",
                "incomplete",
                "lost",
                name="returncondition",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "proposed",
                "decided",
                "withdrawn",
                name="compensationstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "repaired",
                "replaced",
                "paid",
                "not_liable",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "not_liable",
            sa.Enum(
                "normal_wear",
                "no_gross_negligence",
                name="notliable",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decision_note", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "outcome <> 'not_liable' OR not_liable IS NOT NULL", name=op.f("ck_compensation_not_liable_has_reason")
        ),
        sa.CheckConstraint(
            "state NOT IN ('proposed', 'decided') OR outcome IS NOT NULL", name=op.f("ck_compensation_outcome_given")
        ),
        sa.CheckConstraint("amount IS NULL OR amount >= 0", name=op.f("ck_compensation_amount_not_negative")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_compensation_decided_by_id")),
        sa.ForeignKeyConstraint(["line_id"], ["loan_line.id"], name=op.f("fk_compensation_line_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_compensation_proposed_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_compensation_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compensation")),
    )
    with op.batch_alter_table("compensation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_compensation_line_id"), ["line_id"], unique=False)
        batch_op.create_index(
            "uq_compensation_line",
            ["line_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'withdrawn'"),
            postgresql_where=sa.text("state <> 'withdrawn'"),
        )

    op.create_table(
        "line_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum("out", "in", name="stage", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("counted_at", sa.DateTime(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_line_check_name_given")),
        sa.ForeignKeyConstraint(["line_id"], ["loan_line.id"], name=op.f("fk_line_check_line_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_line_check_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_check")),
        sa.UniqueConstraint(
            "line_id", "stage", "counted_at", "position", name=op.f("uq_line_check_line_id_stage_counted_at_position")
        ),
    )
    op.create_table(
        "loan_change_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("old_due_on", sa.Date(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("dropped_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("dropped_at IS NULL OR NOT open", name=op.f("ck_loan_change_line_dropped_not_open")),
        sa.ForeignKeyConstraint(["change_id"], ["loan_change.id"], name=op.f("fk_loan_change_line_change_id")),
        sa.ForeignKeyConstraint(["line_id"], ["loan_line.id"], name=op.f("fk_loan_change_line_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_change_line")),
        sa.UniqueConstraint("change_id", "line_id", name=op.f("uq_loan_change_line_change_id_line_id")),
    )
    with op.batch_alter_table("loan_change_line", schema=None) as batch_op:
        batch_op.create_index("ix_loan_change_line_line", ["line_id", "id"], unique=False)
        batch_op.create_index(
            "uq_loan_change_line_open",
            ["line_id"],
            unique=True,
            sqlite_where=sa.text("open"),
            postgresql_where=sa.text("open"),
        )

    op.create_table(
        "loan_due",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("approved_at", sa.DateTime(), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["approved_by_id"], ["person.id"], name=op.f("fk_loan_due_approved_by_id")),
        sa.ForeignKeyConstraint(["line_id"], ["loan_line.id"], name=op.f("fk_loan_due_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_due")),
    )
    with op.batch_alter_table("loan_due", schema=None) as batch_op:
        batch_op.create_index("ix_loan_due_line", ["line_id", "id"], unique=False)

    op.create_table(
        "loan_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "submit",
                "approve",
                "reject",
                "cancel",
                "withdraw",
                "expire",
                "hand_over",
                "declare_return",
                "receive",
                "report_lost",
                "send_back",
                "approve_return",
                "settle",
                name="lineaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "before",
            sa.Enum(
                "submitted",
                "approved",
                "rejected",
                "cancelled",
                "expired",
                "handed_over",
                "return_declared",
                "received",
                "sent_back",
                "lost_reported",
                "closed",
                name="before",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "after",
            sa.Enum(
                "submitted",
                "approved",
                "rejected",
                "cancelled",
                "expired",
                "handed_over",
                "return_declared",
                "received",
                "sent_back",
                "lost_reported",
                "closed",
                name="after",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("person_name", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column(
            "source",
            sa.Enum("system", "paper", name="loansource", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "condition",
            sa.Enum(
                "good",
                "damaged",
                "incomplete",
                "lost",
                name="returncondition",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["loan_line.id"], name=op.f("fk_loan_event_line_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_loan_event_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_loan_event_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_event")),
    )
    with op.batch_alter_table("loan_event", schema=None) as batch_op:
        batch_op.create_index("ix_loan_event_line", ["line_id", "id"], unique=False)
        batch_op.create_index("ix_loan_event_occurred_at", ["occurred_at"], unique=False)

    # The chain of the audit begins here.
    op.execute(sa.text(f"INSERT INTO audit_head (id, sequence, hash) VALUES (1, 0, '{'0' * 64}')"))


def downgrade() -> None:
    with op.batch_alter_table("loan_event", schema=None) as batch_op:
        batch_op.drop_index("ix_loan_event_occurred_at")
        batch_op.drop_index("ix_loan_event_line")

    op.drop_table("loan_event")
    with op.batch_alter_table("loan_due", schema=None) as batch_op:
        batch_op.drop_index("ix_loan_due_line")

    op.drop_table("loan_due")
    with op.batch_alter_table("loan_change_line", schema=None) as batch_op:
        batch_op.drop_index("uq_loan_change_line_open", sqlite_where=sa.text("open"), postgresql_where=sa.text("open"))
        batch_op.drop_index("ix_loan_change_line_line")

    op.drop_table("loan_change_line")
    op.drop_table("line_check")
    with op.batch_alter_table("compensation", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_compensation_line",
            sqlite_where=sa.text("state <> 'withdrawn'"),
            postgresql_where=sa.text("state <> 'withdrawn'"),
        )
        batch_op.drop_index(batch_op.f("ix_compensation_line_id"))

    op.drop_table("compensation")
    with op.batch_alter_table("chase", schema=None) as batch_op:
        batch_op.drop_index("ix_chase_unit")
        batch_op.drop_index("ix_chase_line")

    op.drop_table("chase")
    with op.batch_alter_table("repair", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_repair_open", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )

    op.drop_table("repair")
    with op.batch_alter_table("loan_line", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_loan_line_holder", sqlite_where=sa.text("holds_asset"), postgresql_where=sa.text("holds_asset")
        )
        batch_op.drop_index("ix_loan_line_state")
        batch_op.drop_index("ix_loan_line_report")
        batch_op.drop_index("ix_loan_line_received")
        batch_op.drop_index(
            "ix_loan_line_out",
            sqlite_where=sa.text("handed_over_on IS NOT NULL AND first_received_on IS NULL AND closed_on IS NULL"),
            postgresql_where=sa.text("handed_over_on IS NOT NULL AND first_received_on IS NULL AND closed_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_loan_line_lost_on"))
        batch_op.drop_index(batch_op.f("ix_loan_line_decided_on"))
        batch_op.drop_index(
            "ix_loan_line_claim", sqlite_where=sa.text("claims_period"), postgresql_where=sa.text("claims_period")
        )
        batch_op.drop_index(batch_op.f("ix_loan_line_cancelled_on"))
        batch_op.drop_index(batch_op.f("ix_loan_line_borrower_id"))
        batch_op.drop_index("ix_loan_line_asset_id")

    op.drop_table("loan_line")
    with op.batch_alter_table("labelling_act", schema=None) as batch_op:
        batch_op.drop_index("ix_labelling_act_round")
        batch_op.drop_index(batch_op.f("ix_labelling_act_code_id"))
        batch_op.drop_index(batch_op.f("ix_labelling_act_barcode_id"))
        batch_op.drop_index(batch_op.f("ix_labelling_act_asset_id"))

    op.drop_table("labelling_act")
    with op.batch_alter_table("label_print_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_label_print_line_print_id"))
        batch_op.drop_index("ix_label_print_line_code")

    op.drop_table("label_print_line")
    with op.batch_alter_table("standing_approval", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_standing_approval_unit_id"))

    op.drop_table("standing_approval")
    with op.batch_alter_table("sighting", schema=None) as batch_op:
        batch_op.drop_index("ix_sighting_state")
        batch_op.drop_index("ix_sighting_asset")

    op.drop_table("sighting")
    with op.batch_alter_table("scan_log", schema=None) as batch_op:
        batch_op.drop_index("ix_scan_log_asset")

    op.drop_table("scan_log")
    with op.batch_alter_table("move_line", schema=None) as batch_op:
        batch_op.drop_index("uq_move_line_open", sqlite_where=sa.text("open"), postgresql_where=sa.text("open"))
        batch_op.drop_index("ix_move_line_asset_id")

    op.drop_table("move_line")
    with op.batch_alter_table("maintenance_plan", schema=None) as batch_op:
        batch_op.drop_index("ix_maintenance_plan_next_on")
        batch_op.drop_index("ix_maintenance_plan_asset_id")

    op.drop_table("maintenance_plan")
    with op.batch_alter_table("loan_party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_loan_party_responsible_id"))

    op.drop_table("loan_party")
    with op.batch_alter_table("loan_change", schema=None) as batch_op:
        batch_op.drop_index("ix_loan_change_state")
        batch_op.drop_index("ix_loan_change_receiver")
        batch_op.drop_index("ix_loan_change_new_loan")
        batch_op.drop_index("ix_loan_change_loan")

    op.drop_table("loan_change")
    with op.batch_alter_table("former_number", schema=None) as batch_op:
        batch_op.drop_index("ix_former_number_key")
        batch_op.drop_index(batch_op.f("ix_former_number_asset_id"))

    op.drop_table("former_number")
    with op.batch_alter_table("custody", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_custody_open", sqlite_where=sa.text("until_on IS NULL"), postgresql_where=sa.text("until_on IS NULL")
        )
        batch_op.drop_index("ix_custody_person_id")
        batch_op.drop_index("ix_custody_asset")

    op.drop_table("custody")
    with op.batch_alter_table("code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_code_place_id"))
        batch_op.drop_index(batch_op.f("ix_code_batch_id"))
        batch_op.drop_index(batch_op.f("ix_code_asset_id"))

    op.drop_table("code")
    with op.batch_alter_table("book_explanation", schema=None) as batch_op:
        batch_op.drop_index("ix_book_explanation_book")

    op.drop_table("book_explanation")
    with op.batch_alter_table("barcode", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_barcode_text",
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_barcode_asset_id"))

    op.drop_table("barcode")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index("ix_attachment_asset_id")

    op.drop_table("attachment")
    with op.batch_alter_table("asset_event", schema=None) as batch_op:
        batch_op.drop_index("ix_asset_event_asset")

    op.drop_table("asset_event")
    with op.batch_alter_table("agency_letter", schema=None) as batch_op:
        batch_op.drop_index("ix_agency_letter_loan_id")

    op.drop_table("agency_letter")
    with op.batch_alter_table("loan", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_loan_number",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.drop_index("ix_loan_unit")
        batch_op.drop_index(batch_op.f("ix_loan_submitted_on"))
        batch_op.drop_index("ix_loan_borrower")
        batch_op.drop_index(batch_op.f("ix_loan_batch_id"))

    op.drop_table("loan")
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_row_batch_id_warned_place"))
        batch_op.drop_index(batch_op.f("ix_import_row_batch_id_label_place"))

    op.drop_table("import_row")
    with op.batch_alter_table("book_line", schema=None) as batch_op:
        batch_op.drop_index("ix_book_line_book")

    op.drop_table("book_line")
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_asset_number",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.drop_index(
            "uq_asset_gfmis_no",
            sqlite_where=sa.text("gfmis_no IS NOT NULL AND withdrawn_at IS NULL AND piece = 1"),
            postgresql_where=sa.text("gfmis_no IS NOT NULL AND withdrawn_at IS NULL AND piece = 1"),
        )
        batch_op.drop_index(
            "ix_asset_unit_sort",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_asset_status_sort",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_asset_sort",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_asset_place_sort",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_asset_custodian_id",
            sqlite_where=sa.text("custodian_id IS NOT NULL"),
            postgresql_where=sa.text("custodian_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_asset_category_sort",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_asset_batch_id"))

    op.drop_table("asset")
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_batch_person_id"))
        batch_op.drop_index(batch_op.f("ix_import_batch_file_hash"))

    op.drop_table("import_batch")
    with op.batch_alter_table("book", schema=None) as batch_op:
        batch_op.drop_index("ix_book_year")

    op.drop_table("book")
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_session_person_id"))

    op.drop_table("user_session")
    op.drop_table("saved_filter")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grant_unit_id"))
        batch_op.drop_index(batch_op.f("ix_role_grant_person_id"))

    op.drop_table("role_grant")
    with op.batch_alter_table("place_alias", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_place_alias_place_id"))

    op.drop_table("place_alias")
    op.drop_table("one_time_link")
    with op.batch_alter_table("notice_choice", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_notice_choice_line_user_id",
            sqlite_where=sa.text("line_user_id <> ''"),
            postgresql_where=sa.text("line_user_id <> ''"),
        )

    op.drop_table("notice_choice")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_notice_untold",
            sqlite_where=sa.text("told_at IS NULL AND seen_at IS NULL"),
            postgresql_where=sa.text("told_at IS NULL AND seen_at IS NULL"),
        )
        batch_op.drop_index("ix_notice_person_open")
        batch_op.drop_index("ix_notice_about")

    op.drop_table("notice")
    with op.batch_alter_table("move", schema=None) as batch_op:
        batch_op.drop_index("ix_move_to_unit")
        batch_op.drop_index("ix_move_from_unit")

    op.drop_table("move")
    with op.batch_alter_table("line_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_line_code_person_id"))

    op.drop_table("line_code")
    with op.batch_alter_table("labelling_round", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_labelling_round_open",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.drop_table("labelling_round")
    with op.batch_alter_table("label_print", schema=None) as batch_op:
        batch_op.drop_index("ix_label_print_unit")

    op.drop_table("label_print")
    with op.batch_alter_table("kept_form", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_form_person_id"))
        batch_op.drop_index(batch_op.f("ix_kept_form_expires_at"))

    op.drop_table("kept_form")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_state")
        batch_op.drop_index("ix_job_person")

    op.drop_table("job")
    with op.batch_alter_table("file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_file_sha256"))
        batch_op.drop_index("ix_file_object")

    op.drop_table("file")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_state")
        batch_op.drop_index(batch_op.f("ix_delivery_person_id"))

    op.drop_table("delivery")
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delegation_to_person_id"))

    op.drop_table("delegation")
    op.drop_table("column_mapping")
    op.drop_table("code_batch")
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_calendar_feed_unit",
            sqlite_where=sa.text("revoked_at IS NULL AND unit_id IS NOT NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND unit_id IS NOT NULL"),
        )
        batch_op.drop_index("uq_calendar_feed_token_hash")
        batch_op.drop_index(
            "uq_calendar_feed_own",
            sqlite_where=sa.text("revoked_at IS NULL AND unit_id IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND unit_id IS NULL"),
        )

    op.drop_table("calendar_feed")
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_token_person_id"))

    op.drop_table("api_token")
    with op.batch_alter_table("unit_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_unit_version_current",
            sqlite_where=sa.text("valid_until IS NULL"),
            postgresql_where=sa.text("valid_until IS NULL"),
        )

    op.drop_table("unit_version")
    op.drop_table("unit_opening")
    with op.batch_alter_table("unit_closure", schema=None) as batch_op:
        batch_op.drop_index("ix_unit_closure_unit")

    op.drop_table("unit_closure")
    with op.batch_alter_table("unit_alias", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_unit_alias_name_key",
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_unit_alias_unit_id"))

    op.drop_table("unit_alias")
    op.drop_table("printer")
    op.drop_table("place")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_person_username_key",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.drop_index("ix_person_unit_id")
        batch_op.drop_index("ix_person_name_key")

    op.drop_table("person")
    op.drop_table("category_life")
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_unit_code",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.drop_table("unit")
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_attempt_source")
        batch_op.drop_index("ix_sign_in_attempt_account")

    op.drop_table("sign_in_attempt")
    op.drop_table("setting")
    with op.batch_alter_table("idempotency", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_created_at"))

    op.drop_table("idempotency")
    op.drop_table("holiday")
    op.drop_table("counter")
    with op.batch_alter_table("category", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_category_name_key"))

    op.drop_table("category")
    op.drop_table("beat")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_occurred_at")
        batch_op.drop_index("ix_audit_entry_object")
        batch_op.drop_index("ix_audit_entry_actor")

    op.drop_table("audit_entry")
