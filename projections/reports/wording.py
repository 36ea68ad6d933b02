"""What each fact says in one plain sentence, without amounts: those have columns of their own."""

from __future__ import annotations

from ledger.domain import account, bank_file, credit_note, invoice, number_series, receipt, refund, reminder, write_off
from ledger.domain.bank_account import BankAccountDeclared
from ledger.domain.bank_movement import BankMovementClassified
from ledger.domain.fact import Fact


def sentence(fact: Fact) -> str:
    """The sentence of a fact; every fact of the catalogue has one."""
    for of_noun in (_of_invoice, _of_receipt, _of_account, _of_adjustment, _of_bank):
        found = of_noun(fact)
        if found is not None:
            return found
    raise AssertionError(f"no sentence for {type(fact).__name__}")


def _of_invoice(fact: Fact) -> str | None:
    match fact:
        case invoice.InvoiceIssued():
            return f"Invoice {fact.series} {fact.number} issued, due {fact.due_on}"
        case invoice.AllocationApplied():
            return f"Share {fact.share} paid from {fact.source}"
        case invoice.AllocationWithdrawn():
            return f"Payment of share {fact.share} from {fact.source} taken back"
        case invoice.InvoiceCredited():
            return f"Credited by credit note {fact.credit_note_id}"
        case invoice.BalanceWrittenOff():
            return f"Share {fact.share} written off by {fact.write_off_id}"
        case invoice.WriteOffReversed():
            return f"Write-off {fact.write_off_id} of share {fact.share} taken back"
        case reminder.ReminderSent():
            return (
                f"Reminder {fact.level} for share {fact.share} sent by {fact.channel}, "
                f"bank loaded through {fact.bank_loaded_through}"
            )
        case reminder.ReminderSuppressed():
            return f"Reminder {fact.level} for share {fact.share} not sent: {fact.why}"
    return None


def _of_receipt(fact: Fact) -> str | None:
    match fact:
        case receipt.ReceiptRecorded():
            return f"Payment received on {fact.bank_account} by {fact.rail}, booked {fact.booked_on}"
        case receipt.ReceiptIdentified():
            return f"Identified as account {fact.account_id}'s ({fact.method})"
        case receipt.ReceiptAllocated():
            return f"Applied to {len(fact.targets)} items ({fact.rule})"
        case receipt.AllocationReversed():
            return f"Allocation {fact.allocation_id} taken back"
    return None


def _of_account(fact: Fact) -> str | None:
    match fact:
        case account.AccountOpened():
            return f"Account opened for a payer of kind {fact.payer}"
        case account.CustomerCreditCreated():
            return f"Customer credit from {fact.source}"
        case account.CustomerCreditWithdrawn():
            return f"Customer credit from {fact.source} taken back"
        case account.CustomerCreditApplied():
            return f"Customer credit used on invoice {fact.invoice_id} share {fact.share}"
        case account.CustomerCreditRefunded():
            return f"Customer credit left for refund {fact.refund_id}"
        case account.CustomerCreditRestored():
            return f"Customer credit back: refund {fact.refund_id} failed"
    return None


def _of_adjustment(fact: Fact) -> str | None:
    match fact:
        case credit_note.CreditNoteIssued():
            return f"Credit note {fact.series} {fact.number} on invoice {fact.invoice_id} ({fact.reason_code})"
        case refund.RefundRequested():
            return f"Refund asked for by {fact.requester} ({fact.reason_code})"
        case refund.RefundApproved():
            return f"Refund approved by {fact.approver}"
        case refund.RefundRejected():
            return f"Refund rejected by {fact.approver} ({fact.reason_code})"
        case refund.RefundSent():
            return f"Refund sent by {fact.rail}"
        case refund.RefundSettled():
            return "Refund paid by the bank"
        case refund.RefundFailed():
            return f"Refund failed ({fact.reason_code})"
        case write_off.WriteOffRequested():
            return f"Write-off of invoice {fact.invoice_id} share {fact.share} asked for by {fact.requester}"
        case write_off.WriteOffApproved():
            return f"Write-off approved by {fact.approver}"
        case write_off.WriteOffRejected():
            return f"Write-off rejected by {fact.approver} ({fact.reason_code})"
        case write_off.WriteOffTakenBack():
            return f"Write-off taken back ({fact.reason_code})"
    return None


def _of_bank(fact: Fact) -> str | None:
    match fact:
        case BankAccountDeclared():
            return f"Bank account declared, its movements come from {fact.source}"
        case BankMovementClassified():
            return f"Bank movement booked as {fact.role} ({fact.rule})"
        case bank_file.FileIngested():
            return f"File of {fact.lines} lines proven, loading begun"
        case bank_file.FileCompleted():
            return f"File loaded: {fact.receipts} receipts, {fact.movements} other movements"
        case bank_file.FileRejected():
            return f"File refused: {', '.join(fact.reasons)}"
        case number_series.SeriesOpened():
            return f"Number series opened at {fact.first}"
        case number_series.NumberTaken():
            return f"Number {fact.number} given to {fact.holder}"
    return None
