"""All changes of loans in one place to import from; the functions stand in modules by stage of the work."""

from assetloan.lending.authority.routing import RoutePlan, plan_route
from assetloan.lending.closing import (
    Proposal,
    approve_return,
    approve_returns,
    decide_compensation,
    propose_compensation,
    send_back,
)
from assetloan.lending.deciding import (
    StandingData,
    approve_loan,
    approve_loans,
    create_standing_approval,
    reject_loan,
    revoke_standing_approval,
)
from assetloan.lending.desk import (
    GoingOut,
    Receipt,
    StoredPhoto,
    declare_return,
    expire_loan,
    hand_over_loan,
    receive_lines,
    record_chase,
)
from assetloan.lending.moves import Done, LoanAct
from assetloan.lending.requesting import LoanRequest, cancel_loan, request_loan

__all__ = [
    "Done",
    "GoingOut",
    "LoanAct",
    "LoanRequest",
    "Proposal",
    "Receipt",
    "RoutePlan",
    "StandingData",
    "StoredPhoto",
    "approve_loan",
    "approve_loans",
    "approve_return",
    "approve_returns",
    "cancel_loan",
    "create_standing_approval",
    "decide_compensation",
    "declare_return",
    "expire_loan",
    "hand_over_loan",
    "plan_route",
    "propose_compensation",
    "receive_lines",
    "record_chase",
    "reject_loan",
    "request_loan",
    "revoke_standing_approval",
    "send_back",
]
