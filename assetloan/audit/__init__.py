"""Append-only, hash-chained record of who did what, written in the transaction of the change itself."""

from assetloan.audit.chain import ActorRef, ObjectRef, plain, record
from assetloan.audit.queries import Place, changed_since, place_now

__all__ = ["ActorRef", "ObjectRef", "Place", "changed_since", "place_now", "plain", "record"]
