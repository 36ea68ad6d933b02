"""The commands of a clinic, with everything that a test does not care about filled in; other kits build on these.

An item is named by its id, or by its invoice's alone where it is the first of it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec.structs import replace

from ledger.domain.approval import Because
from ledger.domain.bank.account import DeclareBankAccount
from ledger.domain.bank.account_number import account_number
from ledger.domain.bank.alias import Alias
from ledger.domain.bank.declaration import BankAccount, Feed
from ledger.domain.cash.allocation import AllocateReceipt, ItemToPay
from ledger.domain.cash.handwork import BY_HAND
from ledger.domain.cash.receipt import RecordReceipt
from ledger.domain.cash.receipt_facts import Payment
from ledger.domain.cash.refund import ApproveRefund, RequestRefund
from ledger.domain.cash.reversal import ReverseAllocation
from ledger.domain.disputes_and_relief.write_off import ApproveWriteOff, RequestWriteOff
from ledger.domain.dunning.hold import LiftHold, PlaceHold
from ledger.domain.dunning.reminder import RemindItem
from ledger.domain.dunning.waiting_money import MayPay
from ledger.domain.money import round_half_up
from ledger.domain.personal_data.subject import ApproveErasure, RequestErasure
from ledger.domain.receivables.account import OpenAccount, Payer
from ledger.domain.receivables.credit_lines import LineToCredit
from ledger.domain.receivables.credit_note import IssueCreditNote
from ledger.domain.receivables.invoice import IssueInvoice
from ledger.domain.receivables.invoice_parts import InvoiceLine, PayerAsked
from ledger.domain.receivables.mark import EndMark, MarkAccount
from ledger.domain.receivables.mark_facts import Mark
from ledger.domain.receivables.number_series import OpenSeries, SeriesKind
from ledger.domain.terms.tax_codes import tax_on
from tests.kit.book import Asked, Book, by, on

VISIT = date(2024, 6, 3)
DUE = date(2024, 7, 3)
BOOKED = date(2024, 7, 10)


def open_clinic() -> Book:
    """A book with two number series, two patients and a region, whose accounts were opened when care was given."""
    return Book().given(
        open_series("inv"),
        open_series("cre", 1, kind="none"),
        on(VISIT, open_account("p1")),
        on(VISIT, open_account("p2")),
        on(VISIT, open_account("r1", "region")),
    )


def open_series(series: str, first: int = 1001, prefix: str = "", *, kind: SeriesKind = "ocr") -> OpenSeries:
    """Open a number series."""
    return OpenSeries(series=series, first=first, reference_kind=kind, reference_prefix=prefix)


def bank_account(id: str, currency: str = "SEK", *feeds: str, **said: Any) -> BankAccount:
    """A bank account whose only number is its id, unless said."""
    about: dict[str, Any] = {"name": id, "aliases": (Alias(account_number(id), "bban"),)}
    return BankAccount(bank_account=id, currency=currency, feeds=tuple(map(Feed, feeds)), **(about | said))


def declare_bank_account(account: str, *feeds: str, currency: str = "SEK", **said: Any) -> DeclareBankAccount:
    """Declare a bank account in kronor, for which camt.053 is expected unless said."""
    ledger_account = said.pop("ledger_account", None)
    declared = bank_account(account, currency, *(feeds or ("camt.053",)), **said)
    return DeclareBankAccount(account=declared, ledger_account=ledger_account)


def open_account(account_id: str, payer: Payer = "patient") -> OpenAccount:
    """Open an account, a patient's unless said."""
    return OpenAccount(account_id=account_id, payer=payer)


def item_id(name: str) -> str:
    """The item of that id, or the first one of the invoice of that id."""
    return name if "." in name else f"{name}.1"


def line(line_id: int, amount_minor: int, vat_minor: int = 0) -> InvoiceLine:
    """A line: a visit, exempt from VAT unless some is given."""
    vat_code = "SE-25" if vat_minor else "SE-EXEMPT"
    return InvoiceLine(line_id, "VISIT", VISIT, amount_minor, vat_code, vat_minor)


def taxed(line_id: int, net_minor: int, code: str) -> InvoiceLine:
    """A line with a tax code, and the tax that is its rate of the net."""
    tax_minor = round_half_up(net_minor * tax_on(code, VISIT).rate_ppm, 1_000_000)
    return InvoiceLine(line_id, "VISIT", VISIT, net_minor, code, tax_minor)


def invoice(
    invoice_id: str,
    *lines: InvoiceLine,
    payers: dict[str, int] | None = None,
    rounding_minor: int | None = 0,
    currency: str = "SEK",
    issued_on: date = VISIT,
    due_on: date = DUE,
    series: str = "inv",
) -> IssueInvoice:
    """Issue an invoice over lines (one of 250.00 unless given), all of it owed by patient p1 unless others are said."""
    lines = lines or (line(1, 250_00),)
    total = sum(one.amount_minor + one.vat_minor for one in lines) + (rounding_minor or 0)
    owed = {"p1": total} if payers is None else payers
    return IssueInvoice(
        invoice_id=invoice_id,
        series=series,
        currency=currency,
        issued_on=issued_on,
        due_on=due_on,
        lines=lines,
        payers=tuple(PayerAsked(account_id, amount) for account_id, amount in owed.items()),
        rounding_minor=rounding_minor,
    )


def payment(
    amount_minor: int,
    currency: str = "SEK",
    line_key: str | None = None,
    file: str | None = None,
    booked_on: date = BOOKED,
    bank_account: str = "b1",
) -> Payment:
    """A bankgiro payment, booked a week after the due date unless said."""
    return Payment(
        rail="bankgiro",
        bank_account=bank_account,
        amount_minor=amount_minor,
        currency=currency,
        booked_on=booked_on,
        line_key=line_key,
        file=file,
    )


def receipt(
    receipt_id: str,
    amount_minor: int,
    currency: str = "SEK",
    line_key: str | None = None,
    file: str | None = None,
    booked_on: date = BOOKED,
    bank_account: str = "b1",
) -> RecordReceipt:
    """Record such a payment, on a line of its own."""
    paid = payment(amount_minor, currency, line_key or f"line-{receipt_id}", file, booked_on, bank_account)
    return RecordReceipt(receipt_id=receipt_id, payment=paid)


def allocate(
    receipt_id: str,
    *items: ItemToPay | str,
    request_id: str | None = None,
    rest_to: str | None = None,
    allocation_id: str | None = None,
    rule: str = BY_HAND,
    amount_minor: int | None = None,
) -> AllocateReceipt:
    """Apply a receipt to items in order, all that is open of those that are only named, or to a request's."""
    return AllocateReceipt(
        allocation_id=allocation_id or f"a-{receipt_id}",
        receipt_id=receipt_id,
        items=tuple(ItemToPay(item_id(item)) if isinstance(item, str) else item for item in items),
        request_id=request_id,
        credit_account=rest_to,
        rule=rule,
        amount_minor=amount_minor,
    )


def reverse(receipt_id: str, because: Because = "moved") -> ReverseAllocation:
    """Take the allocation of a receipt back."""
    return ReverseAllocation(allocation_id=f"a-{receipt_id}", receipt_id=receipt_id, because=because)


def credit(
    credit_note_id: str,
    invoice_id: str,
    *lines: LineToCredit,
    item: str | None = None,
    reason_code: str = "SERVICE",
) -> IssueCreditNote:
    """Credit some lines of an invoice on one item, or in full where no line is named."""
    return IssueCreditNote(
        credit_note_id=credit_note_id,
        series="cre",
        invoice_id=invoice_id,
        reason_code=reason_code,
        lines=tuple(replace(one, item_id=one.item_id or item) for one in lines),
    )


def request_write_off(write_off_id: str, item: str, amount_minor: int | None = None) -> RequestWriteOff:
    """Ask to write off what is open, or some of it."""
    return RequestWriteOff(
        write_off_id=write_off_id, item_id=item_id(item), reason_code="UNECONOMIC", amount_minor=amount_minor
    )


def approve_write_off(write_off_id: str, approver: str = "bo") -> Asked:
    """Bo approves."""
    return by(approver, ApproveWriteOff(write_off_id=write_off_id))


def request_refund(refund_id: str, amount_minor: int, account_id: str = "p1", currency: str = "SEK") -> RequestRefund:
    """Ask to pay customer credit back."""
    return RequestRefund(
        refund_id=refund_id,
        account_id=account_id,
        amount_minor=amount_minor,
        currency=currency,
        reason_code="OVERPAID",
        payee_ref="vault-1",
    )


def approve_refund(refund_id: str, approver: str = "bo") -> Asked:
    """Bo approves."""
    return by(approver, ApproveRefund(refund_id=refund_id))


def remind(
    item: str,
    on: date = DUE,
    loaded_through: date | None = DUE,
    *,
    level: int = 0,
    file_half_loaded: bool = False,
    facts_set_aside: bool = False,
    bank_differs: bool = False,
    money: tuple[MayPay, ...] = (),
) -> RemindItem:
    """Remind on the due date, with the bank loaded through that day."""
    return RemindItem(
        item_id=item_id(item),
        on=on,
        ledger_position=42,
        bank_loaded_through=loaded_through,
        file_half_loaded=file_half_loaded,
        facts_set_aside=facts_set_aside,
        bank_differs=bank_differs,
        level=level,
        money=money,
    )


def hold(item: str, until: date | None = None, hold_id: str = "h") -> PlaceHold:
    """Hold an item that the patient disputes."""
    return PlaceHold(item_id=item_id(item), hold_id=hold_id, reason_code="DISPUTED", until_on=until)


def mark(account_id: str, kind: Mark, guardian_id: str | None = None, items: tuple[str, ...] = ()) -> MarkAccount:
    """Mark a payer as the population register says."""
    return MarkAccount(
        account_id=account_id, mark=kind, reason_code="REGISTER", guardian_id=guardian_id, item_ids=items
    )


def unmark(account_id: str, kind: Mark, items: tuple[str, ...] = ()) -> EndMark:
    """The register says otherwise now."""
    return EndMark(account_id=account_id, mark=kind, reason_code="CHANGED", item_ids=items)


def request_erasure(
    subject_id: str, account_id: str | None = None, last_on: date | None = None, streams: tuple[str, ...] = ()
) -> RequestErasure:
    """Ask to erase a person of whom the book has this."""
    return RequestErasure(
        subject_id=subject_id,
        account_id=account_id,
        last_on=last_on,
        ledger_position=42,
        streams_of=streams,
        reason_code="SUBJECT_ASKED",
    )


def approve_erasure(
    subject_id: str, account_id: str | None = None, last_on: date | None = None, streams: tuple[str, ...] = ()
) -> ApproveErasure:
    """Approve it."""
    return ApproveErasure(
        subject_id=subject_id, account_id=account_id, last_on=last_on, ledger_position=43, streams_of=streams
    )


def lift(item: str, hold_id: str = "h") -> LiftHold:
    """The dispute is over."""
    return LiftHold(item_id=item_id(item), hold_id=hold_id, reason_code="SETTLED")
