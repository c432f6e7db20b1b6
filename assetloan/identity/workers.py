"""Whose rights long work has: those that the person who asked for it has when it is done."""

from __future__ import annotations

from assetloan.core import clock
from assetloan.core.db import db
from assetloan.core.errors import NotFound
from assetloan.core.jobs import Task
from assetloan.identity import queries
from assetloan.identity.models import Person
from assetloan.identity.rules import Actor


def actor_of_task(task: Task) -> Actor:
    """The rights, as of now, of whoever asked. Raises NotFound when nobody did or they were deactivated."""
    person = db.session.get(Person, task.person_id) if task.person_id is not None else None
    if person is None or not person.active:
        raise NotFound
    return queries.actor_of(person, today=clock.today())
