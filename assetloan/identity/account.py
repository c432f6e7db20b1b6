"""What people decide about their own account."""

from __future__ import annotations

from datetime import datetime

from assetloan import audit
from assetloan.core.db import db
from assetloan.core.errors import invalid
from assetloan.core.i18n import LANGUAGES
from assetloan.identity.models import Person
from assetloan.identity.rules import Actor
from assetloan.identity.sign_in import actor_ref


def language_of(actor: Actor) -> str:
    """The language the person chose; Thai before they did."""
    person = db.session.get(Person, actor.person_id)
    return (person.language if person is not None else "") or LANGUAGES[0]


def choose_language(actor: Actor, language: str, *, now: datetime) -> None:
    """Remember the language of one's pages and messages. Raises Invalid."""
    if language not in LANGUAGES:
        raise invalid("language", "unknown_value", value=language)
    person = db.session.get_one(Person, actor.person_id)
    before = person.language
    person.language = language
    audit.record(
        actor_ref(actor),
        "person.language_chosen",
        person.ref,
        at=now,
        before={"language": before},
        after={"language": language},
    )
