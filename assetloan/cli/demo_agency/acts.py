"""What people do with loans, each act by the person whose task it is, through the services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from assetloan.cli.demo_agency import seed
from assetloan.cli.demo_agency.cast import Cast, Member
from assetloan.cli.demo_agency.diary import Diary
from assetloan.cli.demo_agency.register import Register, Thing
from assetloan.core import clock
from assetloan.core.money import Money
from assetloan.documents.files import store_bytes
from assetloan.documents.photos import reencode
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Actor, Place, Role
from assetloan.lending import queries, service
from assetloan.lending.changing import service as changing
from assetloan.lending.changing.service import ExtensionAsk, TransferAsk
from assetloan.lending.models import Loan
from assetloan.lending.moves import authority_over
from assetloan.lending.rules import Outcome, ReturnCondition, Route
from assetloan.lending.service import LoanAct, LoanRequest, Proposal, Receipt, StoredPhoto
from assetloan.lending.settling.rules import NotLiable

MORE_TIME = timedelta(days=5)
DELEGATE_DECIDES = 0.7  # of the loans that a delegate may decide


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for."""

    borrower: Member
    things: tuple[Thing, ...]
    purpose: str
    place: Place
    starts_on: date
    due_on: date
    detail: str = ""
    agency: str = ""

    @property
    def unit(self) -> str:
        return self.things[0].unit


@dataclass(frozen=True, slots=True)
class Damage:
    """What came back not as it went out, and how that was settled."""

    condition: ReturnCondition
    note: str
    outcome: Outcome
    evidence: str
    amount: Money | None
    photo: str = ""
    photo_shows: str = ""


def damages(thing: Thing) -> list[Damage]:
    """What can happen to a thing of this kind; what can happen to anything comes last."""
    return [
        Damage(
            ReturnCondition(row["condition"]),
            row["note"],
            Outcome(row["outcome"]),
            row["evidence"],
            Money(int(row["cost"]) * 100) if row["outcome"] == Outcome.PAID else None,
            row["photo"],
            row["photo_shows"],
        )
        for row in seed.table("damage")
        if thing.category.startswith(row["things"])
    ]


def store_photo(path: Path) -> StoredPhoto:
    """A photo as the desk would keep it: made anew, in the store. Not for inside a transaction."""
    photo = reencode(path)
    return StoredPhoto(store_bytes(photo.jpeg), len(photo.jpeg))


class Acts:
    """The acts of the story. Each is called inside the transaction of its day, with the instant at which it happens."""

    def __init__(self, cast: Cast, diary: Diary, register: Register, rng: Random) -> None:
        self.cast, self.diary, self.register, self.rng = cast, diary, register, rng
        self.received: dict[str, str] = {}  # loans with returns that wait for the Secretariat, and their borrowers
        self.photos = {name: store_photo(path) for name, path in seed.photos().items()}

    def say(self, kind: str) -> str:
        return self.rng.choice(seed.remarks(kind))

    def request(self, wish: Wish, now: datetime) -> Loan:
        """The borrower asks."""
        wanted = LoanRequest(
            assets=tuple(thing.number for thing in wish.things),
            purpose=wish.purpose,
            place=wish.place,
            due_on=wish.due_on,
            starts_on=wish.starts_on,
            agency=wish.agency,
            place_detail=wish.detail,
        )
        return service.request_loan(self.cast.actor(wish.borrower, now), wanted, now=now)

    def decider(self, number: str, now: datetime) -> Actor:
        """Who decides: the post, or who acts for it; never the borrower."""
        loan = queries.loan_for(self.cast.actor(self.cast["secretariat"], now), number)
        for member in self._deciders(loan, now):
            actor = self.cast.actor(member, now)
            if member.id != loan.borrower_id and authority_over(actor, loan) is not None:
                return actor
        raise LookupError(f"nobody decides {number}")

    def _deciders(self, loan: Loan, now: datetime) -> list[Member]:
        """The post that the route leads to, and the people of that unit who may act for it by an order."""
        if loan.route is Route.DIRECTOR:
            role, unit = Role.DIRECTOR, self.cast.agency
        else:
            role, unit = Role.HEAD, unit_tree(clock.bangkok_date(now))[loan.route_unit_id or loan.unit_id].code
        people = self.cast.of(unit)
        others = [member for member in people if not member.is_(role)]
        holders = [member for member in people if member.is_(role)]
        return [*others, *holders] if self.rng.random() < DELEGATE_DECIDES else [*holders, *others]

    def approve(self, number: str, now: datetime) -> None:
        service.approve_loan(self.decider(number, now), LoanAct(number), now=now)

    def reject(self, number: str, now: datetime) -> None:
        service.reject_loan(self.decider(number, now), LoanAct(number, reason=self.say("reject")), now=now)

    def withdraw(self, number: str, now: datetime) -> None:
        """The approver takes an approval back."""
        service.cancel_loan(self.decider(number, now), LoanAct(number, reason=self.say("withdraw")), now=now)

    def cancel(self, wish: Wish, number: str, now: datetime) -> None:
        act = LoanAct(number, reason=self.say("cancel"))
        service.cancel_loan(self.cast.actor(wish.borrower, now), act, now=now)

    def _officer(self, wish: Wish, now: datetime) -> Actor:
        return self.cast.actor(self.rng.choice(self.cast.officers(wish.unit, wish.borrower)), now)

    def expire(self, wish: Wish, number: str, now: datetime) -> None:
        service.expire_loan(self._officer(wish, now), LoanAct(number), now=now)

    def hand_over(self, wish: Wish, number: str, now: datetime) -> None:
        note = self.say("give") if self.rng.random() < 0.4 else ""
        service.hand_over_loan(self._officer(wish, now), LoanAct(number, reason=note), now=now)

    def declare(self, wish: Wish, number: str, now: datetime) -> None:
        act = LoanAct(number, reason=self.say("declare"))
        service.declare_return(self.cast.actor(wish.borrower, now), act, now=now)

    def extend(self, wish: Wish, number: str, now: datetime) -> None:
        """The borrower asks for some days more."""
        ask = ExtensionAsk(number, wish.due_on + MORE_TIME, "งานยังไม่เสร็จ")
        changing.request_extension(self.cast.actor(wish.borrower, now), ask, now=now)

    def transfer(self, wish: Wish, number: str, now: datetime) -> None:
        """The borrower asks to pass things on to the person whose account everybody tries."""
        ask = TransferAsk(number, self.cast["staff"].key, "ย้ายไปช่วยงานอื่น ให้ผู้รับโอนใช้งานต่อ")
        changing.request_transfer(self.cast.actor(wish.borrower, now), ask, now=now)

    def chase(self, wish: Wish, number: str, now: datetime) -> None:
        act = LoanAct(number, reason=self.say("chase"))
        service.record_chase(self._officer(wish, now), act, self.say("chase_by"), now=now)

    def receive(
        self, wish: Wish, number: str, now: datetime, *, damage: Damage | None = None, things: Sequence[Thing] = ()
    ) -> None:
        """Things come back; a damage concerns the first of them."""
        receipts = [Receipt(thing.number, ReturnCondition.GOOD) for thing in things or wish.things]
        if damage is not None:
            receipts[0] = Receipt(receipts[0].asset, damage.condition, damage.note, self._photos_of(damage))
        service.receive_lines(self._officer(wish, now), number, receipts, now=now)
        if len(receipts) > 1 or damage is None:
            self.received[number] = wish.borrower.key

    def _photos_of(self, damage: Damage) -> tuple[StoredPhoto, ...]:
        kept = self.photos.get(damage.photo)
        return (StoredPhoto(kept.sha256, kept.size, damage.photo_shows),) if kept else ()

    def send_back(self, wish: Wish, number: str, now: datetime) -> None:
        """The Secretariat wants it looked at again."""
        act = LoanAct(number, reason=self.say("send_back"))
        service.send_back(self.cast.actor(self.cast["secretariat"], now), act, now=now)
        self.received.pop(number, None)

    def receive_again(self, wish: Wish, number: str, now: datetime) -> None:
        receipts = [Receipt(thing.number, ReturnCondition.GOOD, self.say("recheck")) for thing in wish.things]
        service.receive_lines(self._officer(wish, now), number, receipts, now=now)
        self.received[number] = wish.borrower.key

    def close_clean_returns(self, now: datetime) -> None:
        """The Secretariat approves all clean returns that wait, in one act. Raises DomainError when one is refused."""
        waiting, self.received = self.received, {}
        if waiting:
            actor = self.cast.actor(self.cast["secretariat"], now)
            for done in service.approve_returns(actor, [LoanAct(number) for number in waiting], now=now):
                if done.error is not None:
                    raise done.error

    def propose(self, number: str, damage: Damage, now: datetime) -> None:
        actor = self.cast.actor(self.cast["secretariat"], now)
        lost = damage.condition is ReturnCondition.LOST
        reason = NotLiable.NO_GROSS_NEGLIGENCE if lost else NotLiable.NORMAL_WEAR
        proposal = Proposal(
            self._compensation(number, now),
            damage.outcome,
            damage.evidence,
            damage.amount,
            reason if damage.outcome is Outcome.NOT_LIABLE else None,
        )
        service.propose_compensation(actor, proposal, now=now)

    def settle(self, number: str, now: datetime, *, accept: bool = True) -> None:
        note = "" if accept else self.say("propose_again")
        director = self.cast.actor(self.cast["director"], now)
        service.decide_compensation(director, self._compensation(number, now), accept=accept, note=note, now=now)

    def _compensation(self, number: str, now: datetime) -> int:
        loan = queries.loan_for(self.cast.actor(self.cast["secretariat"], now), number)
        return next(iter(queries.compensations_of(loan).values())).id

    def holds(self, unit: str, now: datetime) -> bool:
        """Does the unit keep clean returns until the Secretariat has approved them?"""
        card = unit_tree(clock.bangkok_date(now)).by_code[unit.casefold()]
        return card.holds_clean_returns

    def free_things(self, unit: str, day: date) -> list[Thing]:
        return [thing for thing in self.register.things[unit] if thing.free_from <= day]

    def take(self, wish: Wish, until: date) -> None:
        """The story knows these things to be taken up to a day."""
        for thing in wish.things:
            thing.free_from = until + timedelta(days=1)
