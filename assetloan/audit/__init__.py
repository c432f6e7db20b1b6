"""Append-only, hash-chained record of who did what, written in the transaction of the change itself."""

from assetloan.audit.chain import ActorRef, ObjectRef, plain, record

__all__ = ["ActorRef", "ObjectRef", "plain", "record"]
