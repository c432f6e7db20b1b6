"""`people add`: a person with roles, and the one-time link with which they set a password."""

from __future__ import annotations

import argparse
from typing import Any

from flask import current_app

from assetloan.cli import answers
from assetloan.cli.answers import WrongUse
from assetloan.core import clock
from assetloan.core.db import transaction
from assetloan.core.errors import DomainError
from assetloan.core.i18n import _
from assetloan.identity import labels, queries, service, sign_in
from assetloan.identity.rules import Role, console


def register(subparsers: Any) -> None:
    """people add --username U --name N --unit CODE [--role R …] [--position P] [--email E] [--json]"""
    acts = subparsers.add_parser("people", help="people", allow_abbrev=False).add_subparsers(
        dest="act", metavar="add", required=True
    )
    parser = acts.add_parser("add", help="add a person and print a link to set the password", allow_abbrev=False)
    parser.add_argument("--username", required=True)
    parser.add_argument("--name", required=True, help="full name")
    parser.add_argument("--unit", required=True, help="code of the home unit; it must exist")
    parser.add_argument(
        "--role",
        action="append",
        type=role,
        default=[],
        help=f"ROLE or ROLE@UNIT, may be repeated: {', '.join(item.value for item in Role)}",
    )
    parser.add_argument("--position", default="")
    parser.add_argument("--email", default="")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def role(text: str) -> tuple[Role, str]:
    """A role and, after @, the unit it is over."""
    word, _at, unit = text.partition("@")
    try:
        return Role(word.strip().casefold()), unit.strip()
    except ValueError:
        raise argparse.ArgumentTypeError(f"there is no role “{word}”") from None


def run(args: argparse.Namespace) -> int:
    """Add the person; an unknown unit is wrong use, a taken user name is refused."""
    today = clock.today()
    for code in (args.unit, *(unit for _role, unit in args.role if unit)):
        if queries.unit_by_any_name(code, today) is None:
            raise WrongUse(DomainError("unit_unknown", value=code))
    roles = tuple(pair for pair in args.role if pair[0] is not Role.STAFF)
    data = service.PersonData(args.username, args.name, args.unit, args.position, args.email, roles=roles)
    now = clock.now()
    with transaction():
        person = service.create_person(console(), data, now=now)
        token = sign_in.issue_password_link(console(), person.key, now=now)
    person = queries.person_for(console(), args.username)
    unit = queries.unit_tree(today)[person.unit_id or 0]
    actor = queries.actor_of(person, today=today)
    link = f"{current_app.config['SETTINGS'].base_url}/password/{token}"
    held = sorted(actor.roles, key=list(Role).index)
    if args.json:
        answers.show_json(
            {
                "username": person.username,
                "name": person.name,
                "unit": {"code": unit.code, "name": unit.name},
                "position": person.position,
                "email": person.email,
                "roles": [item.value for item in held],
                "password_link": link,
            }
        )
    else:
        words = ", ".join(str(labels.ROLES[item]) for item in held)
        answers.show(
            f"{person.username} · {person.name} · {unit.name} · {words}",
            _("ลิงก์ตั้งรหัสผ่าน ใช้ได้ครั้งเดียวภายใน 24 ชั่วโมง"),
            link,
        )
    return answers.DONE
