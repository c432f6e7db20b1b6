"""All acts on changes in one place to import from; the functions stand in modules by stage of the work."""

from assetloan.lending.changing.acting import ChangeAct
from assetloan.lending.changing.deciding import (
    Decided,
    approve_change,
    approve_changes,
    cancel_change,
    overtake,
    reject_change,
)
from assetloan.lending.changing.extending import ExtensionAsk, request_extension
from assetloan.lending.changing.swapping import SwapAsk, swap_piece
from assetloan.lending.changing.transferring import TransferAsk, accept_transfer, decline_transfer, request_transfer

__all__ = [
    "ChangeAct",
    "Decided",
    "ExtensionAsk",
    "SwapAsk",
    "TransferAsk",
    "accept_transfer",
    "approve_change",
    "approve_changes",
    "cancel_change",
    "decline_transfer",
    "overtake",
    "reject_change",
    "request_extension",
    "request_transfer",
    "swap_piece",
]
