"""Commands of a small clinic, with everything that a test does not care about filled in."""

from __future__ import annotations

from datetime import date

from ledger.domain.account import OpenAccount, Payer
from ledger.domain.cash_application import AllocateReceipt, Item, ReverseAllocation
from ledger.domain.credit_note import IssueCreditNote, LineToCredit
from ledger.domain.invoice import IssueInvoice
from ledger.domain.invoice_parts import InvoiceLine, ShareAsked
from ledger.domain.number_series import OpenSeries
from ledger.domain.receipt import RecordReceipt
from ledger.domain.refund import ApproveRefund, RequestRefund
from ledger.domain.reminder import RemindInvoice
from ledger.domain.write_off import ApproveWriteOff, RequestWriteOff
from tests.kit.book import Book

VISIT = date(2024, 6, 3)
DUE = date(2024, 7, 3)


def open_clinic() -> Book:
    """A book with two number series, two patients and a region."""
    return Book().given(
        OpenSeries(series="inv", first=1001),
        OpenSeries(series="cre", first=1),
        open_account("p1"),
        open_account("p2"),
        open_account("r1", "region"),
    )


def open_account(account_id: str, payer: Payer = "patient") -> OpenAccount:
    """Open an account, a patient's unless said."""
    return OpenAccount(account_id=account_id, payer=payer)


def line(line_id: int, amount_minor: int, vat_minor: int = 0) -> InvoiceLine:
    """A line: a visit, exempt from VAT unless some is given."""
    vat_code = "SE25" if vat_minor else "SE-EXEMPT"
    return InvoiceLine(line_id, "VISIT", VISIT, amount_minor, vat_code, vat_minor)


def invoice(
    invoice_id: str,
    *lines: InvoiceLine,
    shares: dict[str, int] | None = None,
    rounding_minor: int = 0,
    currency: str = "SEK",
    due_on: date = DUE,
) -> IssueInvoice:
    """Issue an invoice over lines (one of 250.00 unless given), all of it owed by patient p1 unless shared out."""
    lines = lines or (line(1, 250_00),)
    total = sum(one.amount_minor + one.vat_minor for one in lines) + rounding_minor
    owed = {"p1": total} if shares is None else shares
    return IssueInvoice(
        invoice_id=invoice_id,
        series="inv",
        currency=currency,
        issued_on=VISIT,
        due_on=due_on,
        lines=lines,
        shares=tuple(ShareAsked(account_id, amount) for account_id, amount in owed.items()),
        rounding_minor=rounding_minor,
    )


def receipt(
    receipt_id: str, amount_minor: int, currency: str = "SEK", line_key: str | None = None, source: str | None = None
) -> RecordReceipt:
    """Record a bankgiro payment booked a week after the due date."""
    return RecordReceipt(
        receipt_id=receipt_id,
        rail="bankgiro",
        bank_account="b1",
        amount_minor=amount_minor,
        currency=currency,
        booked_on=date(2024, 7, 10),
        line_key=line_key or f"line-{receipt_id}",
        source=source,
    )


def allocate(
    receipt_id: str, *items: Item | str, rest_to: str | None = None, allocation_id: str | None = None
) -> AllocateReceipt:
    """Apply a receipt to items in order; an item named by its invoice alone is its first share, all of it."""
    return AllocateReceipt(
        allocation_id=allocation_id or f"a-{receipt_id}",
        receipt_id=receipt_id,
        items=tuple(Item(item) if isinstance(item, str) else item for item in items),
        credit_account=rest_to,
    )


def reverse(receipt_id: str, *invoices: str, rest_of: str | None = None) -> ReverseAllocation:
    """Take the allocation of a receipt back."""
    items = tuple(Item(invoice_id) for invoice_id in invoices)
    return ReverseAllocation(
        allocation_id=f"a-{receipt_id}", receipt_id=receipt_id, items=items, credit_account=rest_of
    )


def credit(
    credit_note_id: str,
    invoice_id: str,
    *lines: LineToCredit,
    accounts: tuple[str, ...] = ("p1",),
    share: int = 1,
    reason_code: str = "SERVICE",
) -> IssueCreditNote:
    """Credit some lines of an invoice on one share, or in full where none is named."""
    return IssueCreditNote(
        credit_note_id=credit_note_id,
        series="cre",
        invoice_id=invoice_id,
        accounts=accounts,
        reason_code=reason_code,
        lines=lines,
        share=share,
    )


def request_write_off(write_off_id: str, invoice_id: str, amount_minor: int | None = None) -> RequestWriteOff:
    """Anna asks to write off what is open, or some of it."""
    return RequestWriteOff(
        write_off_id=write_off_id,
        invoice_id=invoice_id,
        reason_code="UNECONOMIC",
        requester="anna",
        amount_minor=amount_minor,
    )


def approve_write_off(write_off_id: str, invoice_id: str, approver: str = "bo") -> ApproveWriteOff:
    """Bo approves."""
    return ApproveWriteOff(write_off_id=write_off_id, invoice_id=invoice_id, approver=approver)


def request_refund(refund_id: str, amount_minor: int, account_id: str = "p1") -> RequestRefund:
    """Anna asks to pay customer credit back."""
    return RequestRefund(
        refund_id=refund_id,
        account_id=account_id,
        amount_minor=amount_minor,
        currency="SEK",
        reason_code="OVERPAID",
        requester="anna",
        payee_ref="vault-1",
    )


def approve_refund(refund_id: str, approver: str = "bo", account_id: str = "p1") -> ApproveRefund:
    """Bo approves."""
    return ApproveRefund(refund_id=refund_id, account_id=account_id, approver=approver)


def remind(
    invoice_id: str,
    on: date = DUE,
    loaded_through: date | None = DUE,
    *,
    level: int = 0,
    share: int = 1,
    loading_incomplete: bool = False,
) -> RemindInvoice:
    """Remind on the due date, with the bank loaded through that day."""
    return RemindInvoice(
        invoice_id=invoice_id,
        on=on,
        ledger_position=42,
        bank_loaded_through=loaded_through,
        loading_incomplete=loading_incomplete,
        share=share,
        level=level,
    )
