"""The shapes of bodies and answers as JSON Schema (2020-12), each under its name; tests hold answers against them."""

from __future__ import annotations

from typing import Any

from assetloan.assets.rules import Condition
from assetloan.identity.rules import Place, Role
from assetloan.lending.changing.rules import ChangeKind, ChangeState
from assetloan.lending.rules import (
    MOST_LINES,
    CompensationState,
    LineAction,
    LineState,
    LoanSource,
    Outcome,
    ReturnCondition,
)
from assetloan.reporting.monthly import COUNTS, MEDIAN

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
FLAG: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
DAY: Schema = {"type": "string", "format": "date"}
DAY_OR_NULL: Schema = {"type": ["string", "null"], "format": "date"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
INSTANT_OR_NULL: Schema = {"type": ["string", "null"], "format": "date-time"}
MONEY_OR_NULL: Schema = {"type": ["string", "null"], "pattern": r"^\d+\.\d{2}$"}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _enum(kind: Any, *, null: bool = False) -> Schema:
    values = [item.value for item in kind]
    return {"enum": [*values, None]} if null else {"type": "string", "enum": values}


def _object(required: dict[str, Schema], optional: dict[str, Schema] | None = None, *, closed: bool = True) -> Schema:
    """An answer has exactly these fields; a body may hold others, which are left alone."""
    schema: Schema = {"type": "object", "properties": required | (optional or {}), "required": list(required)}
    return schema | {"additionalProperties": False} if closed else schema


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _page(of: str) -> Schema:
    return _object({"items": _list(_ref(of)), "total": COUNT, "page": {"type": "integer", "minimum": 1}})


OUTWARD = ("available", "reserved", "on_loan", "return_pending", "repair", "lost", "pending_disposal", "disposed")
ACTIONS = (
    *("borrow", "reserve", "approve", "hand_over", "declare_return", "receive"),
    *("count", "link", "report_found"),
)
_UNIT = _ref("Unit")
_ROW: dict[str, Schema] = {
    "asset_no": TEXT,
    "name": TEXT,
    "category": TEXT_OR_NULL,
    "unit": _UNIT,
    "place": TEXT_OR_NULL,
    "status": {"type": "string", "enum": list(OUTWARD)},
    "condition": _enum(Condition),
    "loanable": FLAG,
    "code": TEXT_OR_NULL,
    "due_on": DAY_OR_NULL,
    "next_reservation": DAY_OR_NULL,
}
_ASSET = _ROW | {
    "gfmis_no": TEXT_OR_NULL,
    "brand": TEXT,
    "model": TEXT,
    "serial": TEXT_OR_NULL,
    "custodian": TEXT_OR_NULL,
    "received_on": DAY_OR_NULL,
    "price": MONEY_OR_NULL,
    **dict.fromkeys(("description", "document_no", "method", "fund", "vendor", "vendor_address"), TEXT_OR_NULL),
    **dict.fromkeys(("vendor_phone", "warranty_note", "life_reason", "unit_of_count", "note"), TEXT_OR_NULL),
    "accessories": TEXT,
    "warranty_until": DAY_OR_NULL,
    "life_years": {"type": ["integer", "null"], "minimum": 1, "maximum": 100},
    "below_threshold": {"type": ["boolean", "null"]},
    "holder": TEXT_OR_NULL,
    "version": {"type": "integer", "minimum": 1},
}
_FIELDS: dict[str, Schema] = {
    **dict.fromkeys(("brand", "model", "serial", "document_no", "method", "fund", "vendor"), TEXT_OR_NULL),
    **dict.fromkeys(("description", "vendor_address", "vendor_phone", "warranty_note", "life_reason"), TEXT_OR_NULL),
    **dict.fromkeys(
        ("unit_of_count", "accessories", "note", "gfmis_no", "category", "place", "custodian"), TEXT_OR_NULL
    ),
    "received_on": DAY_OR_NULL,
    "price": {"type": ["string", "integer", "null"]},
    "loanable": FLAG,
    "warranty_until": DAY_OR_NULL,
    "life_years": {"type": ["integer", "null"], "minimum": 1, "maximum": 100},
    "below_threshold": FLAG,
}
_LINE: dict[str, Schema] = {
    "asset_no": TEXT,
    "name": TEXT,
    "state": _enum(LineState),
    "quantity": {"type": "integer", "minimum": 1},
    "due_on": DAY,
    "days_late": COUNT,
    "decided_at": INSTANT_OR_NULL,
    "handed_over_at": INSTANT_OR_NULL,
    "returned_at": INSTANT_OR_NULL,
    "closed_at": INSTANT_OR_NULL,
    "condition": _enum(ReturnCondition, null=True),
    "note": TEXT_OR_NULL,
    "reason": TEXT_OR_NULL,
}
_EVENT: dict[str, Schema] = {
    "at": INSTANT,
    "action": _enum(LineAction),
    "state": _enum(LineState),
    "by": TEXT_OR_NULL,
    "condition": _enum(ReturnCondition, null=True),
    "note": TEXT_OR_NULL,
    "source": _enum(LoanSource),
}
_HEADER: dict[str, Schema] = {
    "number": TEXT,
    "state": _enum(LineState),
    "unit": _UNIT,
    "borrower": TEXT,
    "borrower_unit": _UNIT,
    "purpose": TEXT,
    "place": _enum(Place),
    "agency": TEXT_OR_NULL,
    "starts_on": DAY,
    "due_on": DAY,
    "submitted_at": INSTANT,
    "approver": _object({"post": TEXT, "name": TEXT_OR_NULL}),
    "legal_basis": TEXT,
    "overdue": FLAG,
}
_CHANGE: dict[str, Schema] = {
    "kind": _enum(ChangeKind),
    "state": _enum(ChangeState),
    "due_on": DAY_OR_NULL,
    "to": TEXT_OR_NULL,
    "reason": TEXT,
    "late": FLAG,
    "requested_at": INSTANT,
    "approver": _object({"post": TEXT, "name": TEXT_OR_NULL}),
    "legal_basis": TEXT,
    "accepted_at": INSTANT_OR_NULL,
    "decided_at": INSTANT_OR_NULL,
    "decision_reason": TEXT_OR_NULL,
    "ended_at": INSTANT_OR_NULL,
    "lines": {"type": "array", "items": TEXT},
    "new_loan": TEXT_OR_NULL,
}
_LINES: Schema = {"type": "array", "items": TEXT, "minItems": 1, "maxItems": MOST_LINES}

SCHEMAS: dict[str, Schema] = {
    "Unit": _object({"code": TEXT, "name": TEXT}),
    "Problem": _object(
        {"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "code": TEXT, "detail": TEXT},
        {"errors": _list(_object({"field": TEXT, "code": TEXT, "detail": TEXT}))},
        closed=False,
    ),
    "Me": _object({"username": TEXT, "name": TEXT, "unit": _or_null(_UNIT), "roles": _list(_enum(Role))}),
    "AssetRow": _object(_ROW),
    "AssetList": _page("AssetRow"),
    "Asset": _object(_ASSET),
    "NewAsset": _object({"name": TEXT}, {"asset_no": TEXT, "unit": TEXT, **_FIELDS}, closed=False),
    "AssetChange": _object(
        {"version": {"type": "integer", "minimum": 1}},
        # Fields that are only read may come back as they were; any other is refused.
        {**_ASSET, "reason": TEXT, "asset_no": TEXT, "name": TEXT, **_FIELDS},
    ),
    "Code": _object(
        {
            "code": TEXT,
            "asset": _or_null(_ref("Asset")),
            "actions": _list({"type": "string", "enum": list(ACTIONS)}),
        }
    ),
    "NewLoan": _object(
        {"assets": _LINES, "purpose": TEXT, "place": _enum(Place), "due_on": DAY},
        {
            "items": _list(_object({"material": TEXT, "quantity": COUNT}, closed=False)),
            "starts_on": DAY_OR_NULL,
            "agency": TEXT,
            "place_detail": TEXT,
            "responsible": TEXT,
            "outsider": TEXT,
            "outsider_contact": TEXT,
        },
        closed=False,
    ),
    "LoanLine": _object(_LINE),
    "LoanRow": _object(_HEADER | {"lines": _list(_ref("LoanLine"))}),
    "LoanList": _page("LoanRow"),
    "Event": _object(_EVENT),
    "Compensation": _object(
        {
            "state": _enum(CompensationState),
            "condition": _enum(ReturnCondition),
            "outcome": _enum(Outcome, null=True),
            "amount": MONEY_OR_NULL,
        }
    ),
    "Loan": _object(
        _HEADER
        | {
            "lines": _list(
                _object(_LINE | {"compensation": _or_null(_ref("Compensation")), "history": _list(_ref("Event"))})
            ),
            "history": _list(_object({"asset_no": TEXT} | _EVENT)),
            "changes": _list(_ref("Change")),
            "continues": TEXT_OR_NULL,
        }
    ),
    "Change": _object(_CHANGE),
    "Extension": _object({"due_on": DAY, "reason": TEXT}, {"lines": _LINES}, closed=False),
    "Transfer": _object({"to": TEXT, "reason": TEXT}, {"lines": _LINES}, closed=False),
    "Act": _object({}, {"lines": _LINES, "reason": TEXT, "note": TEXT}, closed=False),
    "ActWithReason": _object({"reason": TEXT}, {"lines": _LINES}, closed=False),
    "HandOver": _object({}, {"lines": _LINES, "assets": _LINES, "condition": TEXT, "note": TEXT}, closed=False),
    "Receipts": {
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_LINES,
        "items": _object({"asset": TEXT, "condition": _enum(ReturnCondition)}, {"note": TEXT}, closed=False),
    },
    "Summary": _object(dict.fromkeys(COUNTS, COUNT) | {MEDIAN: {"type": ["number", "null"]}}),
    "ReportLine": _object(
        {
            "loan": TEXT,
            "kind": {"type": "string", "enum": ["asset", "material"]},
            "asset_no": TEXT,
            "name": TEXT,
            "quantity": {"type": "integer", "minimum": 1},
            "unit_of_count": TEXT,
            "borrower": TEXT,
            "borrower_unit": _or_null(_UNIT),
            "purpose": TEXT,
            "place": _enum(Place),
            "handed_over_at": INSTANT,
            "due_on": DAY,
            "returned_at": INSTANT_OR_NULL,
            "condition": _enum(ReturnCondition, null=True),
            "days_late": COUNT,
        }
    ),
    "MonthlyReport": _object(
        {
            "month": {"type": "string", "pattern": r"^\d{4}-\d{2}$"},
            "unit": _or_null(_UNIT),
            "version": COUNT,
            "state": {
                "type": "string",
                "enum": ["open", "prepared", "certified", "submitted", "sent_back", "accepted"],
            },
            "as_of": INSTANT,
            "summary": _ref("Summary"),
            "lines": _list(_ref("ReportLine")),
        },
        {"units": _list(_object({"unit": _UNIT, "summary": _ref("Summary")}))},
    ),
}
