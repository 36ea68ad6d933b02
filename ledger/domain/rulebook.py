"""Every command and the rule that decides it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol

from ledger.domain import (
    account,
    bank_account,
    bank_file,
    bank_movement,
    cash_application,
    credit_note,
    invoice,
    number_series,
    receipt,
    refund,
    reminder,
    write_off,
)
from ledger.domain.fact import Command, Decision, States


class Boundary(Protocol):
    """A command names every stream its rule reads or writes, so that they are loaded at once."""

    def streams(self) -> tuple[str, ...]:
        """Names of the streams."""
        ...


Rule = Callable[[States, Any], Decision]

RULES: Final[dict[type[Command], Rule]] = {
    account.OpenAccount: account.open_account,
    bank_account.DeclareBankAccount: bank_account.declare,
    bank_file.CompleteFile: bank_file.complete,
    bank_file.IngestFile: bank_file.ingest,
    bank_file.RejectFile: bank_file.reject,
    bank_movement.ClassifyBankMovement: bank_movement.classify,
    cash_application.AllocateReceipt: cash_application.allocate,
    cash_application.ApplyCredit: cash_application.apply_credit,
    cash_application.ReverseAllocation: cash_application.reverse,
    credit_note.IssueCreditNote: credit_note.issue,
    invoice.IssueInvoice: invoice.issue,
    number_series.OpenSeries: number_series.open_series,
    receipt.IdentifyReceipt: receipt.identify,
    receipt.RecordReceipt: receipt.record,
    refund.ApproveRefund: refund.approve,
    refund.FailRefund: refund.fail,
    refund.RejectRefund: refund.reject,
    refund.RequestRefund: refund.request,
    refund.SendRefund: refund.send,
    refund.SettleRefund: refund.settle,
    reminder.RemindInvoice: invoice.remind,
    write_off.ApproveWriteOff: write_off.approve,
    write_off.RejectWriteOff: write_off.reject,
    write_off.RequestWriteOff: write_off.request,
    write_off.ReverseWriteOff: write_off.reverse,
}


def decide(states: States, command: Command) -> Decision:
    """The facts a command leads to; none where it is nothing new; raises Refused where it may not be."""
    return RULES[type(command)](states, command)
