"""`tokens create`: a bearer token for the JSON API, shown once."""

from __future__ import annotations

import argparse
from typing import Any

from assetloan.cli import answers
from assetloan.core import clock
from assetloan.core.db import transaction
from assetloan.core.errors import DomainError
from assetloan.core.i18n import _
from assetloan.identity import queries, sign_in
from assetloan.identity.rules import console


def register(subparsers: Any) -> None:
    """tokens create --username U [--name N] [--json]"""
    kinds = subparsers.add_parser("tokens", help="API tokens", allow_abbrev=False).add_subparsers(
        dest="act", metavar="create", required=True
    )
    parser = kinds.add_parser("create", help="make a token for a person and print it once", allow_abbrev=False)
    parser.add_argument("--username", required=True, help="whose token it is")
    parser.add_argument("--name", default="", help="what the token is for")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make the token. Raises DomainError when there is no such active person."""
    person = queries.person_by_username(args.username)
    if person is None or not person.active:
        raise DomainError("person_unknown", value=args.username)
    username = person.key
    with transaction():
        token = sign_in.create_token(console(), username, name=args.name, now=clock.now())
    if args.json:
        answers.show_json({"username": username, "token": token})
    else:
        answers.show(_("โทเคนของ %(username)s แสดงครั้งเดียว เก็บไว้ในที่ปลอดภัย", username=username), token)
    return answers.DONE
