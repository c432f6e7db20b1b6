"""Who may do what, how far: the one permission table and the value that carries a person's rights.

Everything not in the table is refused. The rights page, the route guard, the services and the matrix test read it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from assetloan.core.errors import Forbidden
from assetloan.core.money import Money


class Role(StrEnum):
    """The roles of architecture.md section 4. Every active person with a unit is staff."""

    STAFF = "staff"
    OFFICER = "officer"
    HEAD = "head"
    SECRETARIAT = "secretariat"
    DIRECTOR = "director"
    INSPECTOR = "inspector"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Reach(StrEnum):
    """How far a grant goes: one's own things, the unit of the grant, or the whole agency."""

    OWN = "own"
    UNIT = "unit"
    ALL = "all"


class Permission(StrEnum):
    """scope:action. Reading and writing are separate permissions."""

    ASSET_CARD = "asset:card"  # number, name, unit, availability of lendable assets
    ASSET_VIEW = "asset:view"  # holder, price, history
    ASSET_EDIT = "asset:edit"
    ASSET_IMPORT = "asset:import"
    ASSET_SIGHT = "asset:sight"  # say where a thing was seen
    CUSTODY_ACCEPT = "custody:accept"
    BOOK_VIEW = "book:view"  # the register against the accounts
    BOOK_EDIT = "book:edit"  # bring the list in, explain differences
    BOOK_SIGN = "book:sign"
    LABEL_PRINT = "label:print"
    SCAN_LOG_VIEW = "scan-log:view"
    LOAN_REQUEST = "loan:request"
    LOAN_VIEW = "loan:view"
    LOAN_CANCEL = "loan:cancel"
    LOAN_CHANGE = "loan:change"  # more time, or another borrower
    TRANSFER_ACCEPT = "transfer:accept"
    LOAN_APPROVE_INSIDE = "loan:approve-inside"
    LOAN_APPROVE_OUTSIDE = "loan:approve-outside"  # outside the premises and to other agencies
    LOAN_HAND_OVER = "loan:hand-over"
    RETURN_DECLARE = "return:declare"
    LOAN_RECEIVE = "loan:receive"
    RETURN_APPROVE = "return:approve"
    COMPENSATION_PROPOSE = "compensation:propose"
    COMPENSATION_DECIDE = "compensation:decide"
    STANDING_APPROVAL_MANAGE = "standing-approval:manage"
    REPORT_VIEW = "report:view"
    PEOPLE_VIEW = "people:view"
    PEOPLE_MANAGE = "people:manage"
    UNIT_MANAGE = "unit:manage"
    UNIT_SETTINGS = "unit:settings"
    DELEGATION_MANAGE = "delegation:manage"
    DELEGATION_OWN = "delegation:own"  # lend one's own post while away
    SETTINGS_MANAGE = "settings:manage"
    HOLIDAY_MANAGE = "holiday:manage"
    NOTICES_MANAGE = "notices:manage"  # what left the house and what could not
    AUDIT_VIEW = "audit:view"
    LOANS_IMPORT = "loans:import"


P, R = Permission, Role

READS = frozenset(
    {P.ASSET_CARD, P.ASSET_VIEW, P.BOOK_VIEW, P.LOAN_VIEW, P.REPORT_VIEW, P.PEOPLE_VIEW, P.AUDIT_VIEW, P.SCAN_LOG_VIEW}
)

GRANTS: dict[Permission, dict[Role, Reach]] = {
    P.ASSET_CARD: {R.STAFF: Reach.ALL, R.AUDITOR: Reach.ALL, R.INSPECTOR: Reach.UNIT},
    P.ASSET_VIEW: {
        R.OFFICER: Reach.UNIT,
        R.HEAD: Reach.UNIT,
        R.INSPECTOR: Reach.UNIT,
        R.SECRETARIAT: Reach.ALL,
        R.DIRECTOR: Reach.ALL,
        R.AUDITOR: Reach.ALL,
    },
    P.ASSET_EDIT: {R.OFFICER: Reach.UNIT},
    P.ASSET_IMPORT: {R.OFFICER: Reach.UNIT},
    P.ASSET_SIGHT: {R.STAFF: Reach.ALL},
    P.CUSTODY_ACCEPT: {R.STAFF: Reach.OWN},
    P.BOOK_VIEW: {
        R.OFFICER: Reach.UNIT,
        R.HEAD: Reach.UNIT,
        R.SECRETARIAT: Reach.ALL,
        R.DIRECTOR: Reach.ALL,
        R.AUDITOR: Reach.ALL,
    },
    P.BOOK_EDIT: {R.OFFICER: Reach.UNIT, R.SECRETARIAT: Reach.ALL},
    P.BOOK_SIGN: {R.HEAD: Reach.UNIT, R.SECRETARIAT: Reach.ALL},
    P.LABEL_PRINT: {R.OFFICER: Reach.UNIT},
    P.SCAN_LOG_VIEW: {R.OFFICER: Reach.UNIT, R.AUDITOR: Reach.ALL, R.ADMIN: Reach.ALL},
    P.LOAN_REQUEST: {R.STAFF: Reach.OWN},
    P.LOAN_VIEW: {
        R.STAFF: Reach.OWN,
        R.OFFICER: Reach.UNIT,
        R.HEAD: Reach.UNIT,
        R.SECRETARIAT: Reach.ALL,
        R.DIRECTOR: Reach.ALL,
        R.AUDITOR: Reach.ALL,
    },
    P.LOAN_CANCEL: {R.STAFF: Reach.OWN},
    P.LOAN_CHANGE: {R.STAFF: Reach.OWN},
    P.TRANSFER_ACCEPT: {R.STAFF: Reach.OWN},
    P.LOAN_APPROVE_INSIDE: {R.HEAD: Reach.UNIT},
    P.LOAN_APPROVE_OUTSIDE: {R.DIRECTOR: Reach.ALL},
    P.LOAN_HAND_OVER: {R.OFFICER: Reach.UNIT},
    P.RETURN_DECLARE: {R.STAFF: Reach.OWN},
    P.LOAN_RECEIVE: {R.OFFICER: Reach.UNIT},
    P.RETURN_APPROVE: {R.SECRETARIAT: Reach.ALL},
    P.COMPENSATION_PROPOSE: {R.SECRETARIAT: Reach.ALL},
    P.COMPENSATION_DECIDE: {R.DIRECTOR: Reach.ALL},
    P.STANDING_APPROVAL_MANAGE: {R.HEAD: Reach.UNIT},
    P.REPORT_VIEW: {
        R.OFFICER: Reach.UNIT,
        R.HEAD: Reach.UNIT,
        R.SECRETARIAT: Reach.ALL,
        R.DIRECTOR: Reach.ALL,
        R.AUDITOR: Reach.ALL,
    },
    P.PEOPLE_VIEW: {R.ADMIN: Reach.ALL, R.AUDITOR: Reach.ALL, R.SECRETARIAT: Reach.ALL},
    P.PEOPLE_MANAGE: {R.ADMIN: Reach.ALL},
    P.UNIT_MANAGE: {R.ADMIN: Reach.ALL},
    P.UNIT_SETTINGS: {R.HEAD: Reach.UNIT, R.SECRETARIAT: Reach.ALL},
    P.DELEGATION_MANAGE: {R.ADMIN: Reach.ALL, R.SECRETARIAT: Reach.ALL},
    P.DELEGATION_OWN: {R.HEAD: Reach.UNIT, R.DIRECTOR: Reach.ALL},
    P.SETTINGS_MANAGE: {R.ADMIN: Reach.ALL},
    P.HOLIDAY_MANAGE: {R.ADMIN: Reach.ALL, R.SECRETARIAT: Reach.ALL},
    P.NOTICES_MANAGE: {R.ADMIN: Reach.ALL, R.SECRETARIAT: Reach.ALL},
    P.AUDIT_VIEW: {R.AUDITOR: Reach.ALL, R.ADMIN: Reach.ALL},
    P.LOANS_IMPORT: {},
}


# A delegation lends the power to decide loans, nothing else of the post (what one may read stays one's own).
DELEGABLE = frozenset({P.LOAN_APPROVE_INSIDE, P.LOAN_APPROVE_OUTSIDE})


class Place(StrEnum):
    """Where the thing is used; it picks the approver (ข้อ 208)."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    AGENCY = "agency"


class DelegationKind(StrEnum):
    """มอบอำนาจ (prints ปฏิบัติราชการแทน, no passing on) and รักษาราชการแทน (same powers, by law or order)."""

    DELEGATED = "delegated"
    ACTING = "acting"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a delegation goes beyond unit and role: places of use, days, value and kinds of the things."""

    places: frozenset[Place] = frozenset(Place)
    most_days: int | None = None
    most_value: Money | None = None
    categories: frozenset[int] | None = None  # None: things of every kind

    def cover(self, place: Place, days: int, value: Money | None, categories: frozenset[int | None]) -> bool:
        """Is a loan of this place, length, value and kinds inside?

        An unknown value or kind is inside only of a delegation without that limit.
        """
        if place not in self.places or (self.most_days is not None and days > self.most_days):
            return False
        if self.categories is not None and not categories <= self.categories:
            return False
        return self.most_value is None or (value is not None and value <= self.most_value)


@dataclass(frozen=True, slots=True)
class Authority:
    """One grant in force: a role over some units (None: the whole agency), by post or by delegation."""

    role: Role
    units: frozenset[int] | None
    bounds: Bounds | None = None
    delegation_id: int | None = None
    acting_for: str = ""
    kind: DelegationKind | None = None  # of the delegation; None: by post

    def covers(self, reach: Reach, unit_id: int | None) -> bool:
        """Does it reach this unit? A thing without a unit is reached by agency-wide grants only."""
        if reach is Reach.ALL or self.units is None:
            return reach is not Reach.OWN
        return reach is Reach.UNIT and unit_id is not None and unit_id in self.units


@dataclass(frozen=True, slots=True)
class Scope:
    """What a person may see under one permission, ready for a WHERE."""

    everything: bool
    units: frozenset[int]
    own: bool

    @property
    def nothing(self) -> bool:
        return not (self.everything or self.units or self.own)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts and with which rights, as of now; a value, never a row."""

    person_id: int | None
    username: str
    name: str
    position: str
    unit_id: int | None
    authorities: tuple[Authority, ...] = ()
    source: str = "web"
    address: str = ""
    request_id: str = ""
    console: bool = False
    contractor: bool = False  # [จ้างเหมา] asks with an official who answers for the loan
    roles: frozenset[Role] = field(default=frozenset())

    @property
    def writes(self) -> bool:
        """Whoever holds the auditor's role writes nothing."""
        return self.console or Role.AUDITOR not in self.roles

    def _serving(self, permission: Permission) -> list[tuple[Authority, Reach]]:
        if permission not in READS and not self.writes:
            return []
        table = GRANTS.get(permission, {})
        return [
            (authority, table[authority.role])
            for authority in self.authorities
            if authority.role in table and (authority.delegation_id is None or permission in DELEGABLE)
        ]

    def has(self, permission: Permission) -> bool:
        """May this person do it anywhere at all? The coarse check of the route guard."""
        return self.console or bool(self._serving(permission))

    def may(self, permission: Permission, *, unit_id: int | None, owner_id: int | None = None) -> bool:
        """May this person do it to a thing of this unit, which belongs to this person (`owner_id`)?"""
        return self.authority(permission, unit_id=unit_id, owner_id=owner_id) is not None

    def authority(
        self, permission: Permission, *, unit_id: int | None, owner_id: int | None = None
    ) -> Authority | None:
        """The first grant by post that allows it, else by delegation without bounds, else None."""
        if self.console:
            return Authority(Role.ADMIN, None)
        for authority, reach in self._serving(permission):
            if authority.bounds is not None:
                continue
            own = reach is Reach.OWN and owner_id is not None and owner_id == self.person_id
            if own or authority.covers(reach, unit_id):
                return authority
        return None

    def approving_authority(
        self,
        permission: Permission,
        *,
        unit_id: int | None,
        place: Place,
        days: int,
        value: Money | None,
        categories: frozenset[int | None] = frozenset(),
        own_post: bool = False,
    ) -> Authority | None:
        """The grant under which this person may decide a loan, delegations with bounds included.

        `own_post`: the borrower holds the post that decides. Whoever uses that person's powers by order does not
        decide for them; who acts in the post [รักษาราชการแทน] does (domain.md 10).
        """
        if self.console:
            return Authority(Role.ADMIN, None)
        for authority, reach in self._serving(permission):
            if own_post and authority.kind is DelegationKind.DELEGATED:
                continue
            inside = authority.bounds is None or authority.bounds.cover(place, days, value, categories)
            # A delegation of the director's powers may be limited to units, the post itself never is.
            limited = authority.delegation_id is not None and authority.units is not None
            if inside and authority.covers(Reach.UNIT if limited else reach, unit_id):
                return authority
        return None

    def require(self, permission: Permission, *, unit_id: int | None, owner_id: int | None = None) -> None:
        """Raises Forbidden("not_allowed") when the table does not allow it."""
        if not self.may(permission, unit_id=unit_id, owner_id=owner_id):
            raise Forbidden(permission=permission.value)

    def scope(self, permission: Permission) -> Scope:
        """What to show under this permission. No grant: nothing."""
        if self.console:
            return Scope(True, frozenset(), False)
        everything, own = False, False
        units: set[int] = set()
        for authority, reach in self._serving(permission):
            if reach is Reach.OWN:
                own = True
            elif reach is Reach.ALL or authority.units is None:
                everything = True
            else:
                units |= authority.units
        return Scope(everything, frozenset(units), own)


def console(*, request_id: str = "") -> Actor:
    """The actor of a command: every right, audited as `console`."""
    return Actor(
        person_id=None,
        username="console",
        name="console",
        position="",
        unit_id=None,
        source="console",
        request_id=request_id,
        console=True,
    )
