"""The invoice: what was billed for care, who owes which share of it, and what is still open."""

from __future__ import annotations

from datetime import date

import msgspec

from ledger.domain import invoice_parts, reminder
from ledger.domain.account import account_of
from ledger.domain.fact import Command, Decision, Fact, NewFact, State, States, stream_of
from ledger.domain.invoice_parts import CreditedLine, CreditedShare, InvoiceLine, Share, ShareAsked, ar_role_of
from ledger.domain.number_series import series_of
from ledger.domain.refusals import Refused
from ledger.domain.reminder import RemindInvoice

# Facts


class InvoiceIssued(Fact, frozen=True):
    """An invoice was issued: lines, rounding and shares; lines with VAT and rounding sum to the shares."""

    invoice_id: str
    series: str
    number: int
    currency: str
    issued_on: date
    due_on: date
    lines: tuple[InvoiceLine, ...]
    rounding_minor: int
    shares: tuple[Share, ...]
    care_unit: str | None
    care_case: str | None


class AllocationApplied(Fact, frozen=True):
    """Money was applied to a share: the item's side of a receipt's allocation, or of customer credit."""

    allocation_id: str
    source: str
    account_id: str
    share: int
    amount_minor: int
    currency: str


class AllocationWithdrawn(Fact, frozen=True):
    """An allocation was reversed; the share is open again by the same amount."""

    allocation_id: str
    source: str
    account_id: str
    share: int
    amount_minor: int
    currency: str


class InvoiceCredited(Fact, frozen=True):
    """A credit note took back part of the invoice: the item's side of the credit note."""

    credit_note_id: str
    currency: str
    lines: tuple[CreditedLine, ...]
    rounding_minor: int
    shares: tuple[CreditedShare, ...]


class BalanceWrittenOff(Fact, frozen=True):
    """What was open on a share was given up as a loss; the claim itself may live on."""

    write_off_id: str
    account_id: str
    share: int
    amount_minor: int
    currency: str
    ar_role: str


class WriteOffReversed(Fact, frozen=True):
    """A write-off was taken back; the share is open again by the same amount."""

    write_off_id: str
    account_id: str
    share: int
    amount_minor: int
    currency: str
    ar_role: str


InvoiceFact = (
    InvoiceIssued
    | AllocationApplied
    | AllocationWithdrawn
    | InvoiceCredited
    | BalanceWrittenOff
    | WriteOffReversed
    | reminder.ReminderSent
    | reminder.ReminderSuppressed
)

# State


class Invoice(State, frozen=True):
    """An issued invoice: what is open by share, creditable by line, written off by id."""

    invoice_id: str
    currency: str
    due_on: date
    shares: tuple[Share, ...]
    open_minor: tuple[int, ...]
    creditable_minor: tuple[int, ...]
    creditable_lines: dict[int, tuple[int, int]]
    creditable_rounding_minor: int
    written_off: dict[str, tuple[int, int]]
    reminders: reminder.Reminders

    def share(self, number: int) -> Share:
        """The share of that number, or a refusal."""
        for share in self.shares:
            if share.share == number:
                return share
        raise Refused("share_unknown", f"{self.invoice_id} share {number}")

    def open_on(self, number: int) -> int:
        """What is open on a share, minor units."""
        return self.open_minor[self.shares.index(self.share(number))]

    def creditable_on(self, number: int) -> int:
        """What is left to credit on a share, minor units."""
        return self.creditable_minor[self.shares.index(self.share(number))]

    def written_off_on(self, number: int) -> int:
        """What is written off on a share and not reversed, minor units."""
        return sum(amount for share, amount in self.written_off.values() if share == number)

    def ar_role(self, number: int) -> str:
        """The control account's role for a share: patients' receivables apart from other payers'."""
        return ar_role_of(self.share(number).payer)

    def remindable(self, number: int) -> reminder.Remindable:
        """What the reminder rule needs to know of a share."""
        share = self.share(number)
        return reminder.Remindable(
            invoice_id=self.invoice_id,
            account_id=share.account_id,
            share=number,
            payer=share.payer,
            open_minor=self.open_on(number),
            currency=self.currency,
            due_on=self.due_on,
            reminders=self.reminders,
        )


# Evolve


def evolve(state: Invoice | None, fact: InvoiceFact) -> Invoice:
    """The invoice after one more fact."""
    if isinstance(fact, InvoiceIssued):
        return _issued(fact)
    assert state is not None, "an invoice's first fact is InvoiceIssued"
    match fact:
        case AllocationApplied():
            return _open_changed(state, fact.share, -fact.amount_minor)
        case AllocationWithdrawn():
            return _open_changed(state, fact.share, fact.amount_minor)
        case InvoiceCredited():
            return _credited(state, fact)
        case BalanceWrittenOff():
            written_off = state.written_off | {fact.write_off_id: (fact.share, fact.amount_minor)}
            return _open_changed(
                msgspec.structs.replace(state, written_off=written_off), fact.share, -fact.amount_minor
            )
        case WriteOffReversed():
            written_off = {id: kept for id, kept in state.written_off.items() if id != fact.write_off_id}
            return _open_changed(msgspec.structs.replace(state, written_off=written_off), fact.share, fact.amount_minor)
        case reminder.ReminderSent() | reminder.ReminderSuppressed():
            return msgspec.structs.replace(state, reminders=reminder.evolve(state.reminders, fact))
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _issued(fact: InvoiceIssued) -> Invoice:
    return Invoice(
        invoice_id=fact.invoice_id,
        currency=fact.currency,
        due_on=fact.due_on,
        shares=fact.shares,
        open_minor=tuple(share.amount_minor for share in fact.shares),
        creditable_minor=tuple(share.amount_minor for share in fact.shares),
        creditable_lines={line.line_id: (line.amount_minor, line.vat_minor) for line in fact.lines},
        creditable_rounding_minor=fact.rounding_minor,
        written_off={},
        reminders=reminder.Reminders(),
    )


def _open_changed(state: Invoice, share: int, change: int) -> Invoice:
    opened = tuple(
        amount + change if one.share == share else amount
        for one, amount in zip(state.shares, state.open_minor, strict=True)
    )
    return msgspec.structs.replace(state, open_minor=opened)


def _credited(state: Invoice, fact: InvoiceCredited) -> Invoice:
    lines = dict(state.creditable_lines)
    for line in fact.lines:
        net, vat = lines[line.line_id]
        lines[line.line_id] = (net - line.amount_minor, vat - line.vat_minor)
    taken = {credited.share: credited for credited in fact.shares}
    creditable = tuple(
        left - (taken[one.share].open_minor + taken[one.share].excess_minor if one.share in taken else 0)
        for one, left in zip(state.shares, state.creditable_minor, strict=True)
    )
    state = msgspec.structs.replace(
        state,
        creditable_minor=creditable,
        creditable_lines=lines,
        creditable_rounding_minor=state.creditable_rounding_minor - fact.rounding_minor,
    )
    for credited in fact.shares:
        state = _open_changed(state, credited.share, -credited.open_minor)
    return state


# Commands


class IssueInvoice(Command, frozen=True):
    """Issue an invoice, with the next number of its series."""

    invoice_id: str
    series: str
    currency: str
    issued_on: date
    due_on: date
    lines: tuple[InvoiceLine, ...]
    shares: tuple[ShareAsked, ...]
    rounding_minor: int = 0
    care_unit: str | None = None
    care_case: str | None = None

    def streams(self) -> tuple[str, ...]:
        """The invoice, its series and the accounts of its payers."""
        accounts = tuple(stream_of("account", share.account_id) for share in self.shares)
        return (stream_of("invoice", self.invoice_id), stream_of("series", self.series), *accounts)


# Decide


def issue(states: States, command: IssueInvoice) -> Decision:
    """Issue it once, when its lines sum to its shares and every payer has an account."""
    stream = stream_of("invoice", command.invoice_id)
    if states.get(stream) is not None:
        raise Refused("invoice_already_issued", command.invoice_id)
    if command.due_on < command.issued_on:
        raise Refused("due_before_issue", command.invoice_id)
    invoice_parts.require_sound(command.lines, command.shares, command.rounding_minor, command.invoice_id)
    series = series_of(states, command.series)
    taken = series.take(stream)
    digits = f"{series.reference_prefix}{series.next}"
    shares = tuple(
        invoice_parts.share_of(asked, number, account_of(states, asked.account_id).payer, series.reference_kind, digits)
        for number, asked in enumerate(command.shares, 1)
    )
    issued = InvoiceIssued(
        invoice_id=command.invoice_id,
        series=command.series,
        number=series.next,
        currency=command.currency,
        issued_on=command.issued_on,
        due_on=command.due_on,
        lines=command.lines,
        rounding_minor=command.rounding_minor,
        shares=shares,
        care_unit=command.care_unit,
        care_case=command.care_case,
    )
    return (taken, NewFact(stream, issued))


def remind(states: States, command: RemindInvoice) -> Decision:
    """Remind of a share of an issued invoice."""
    return reminder.remind(invoice_of(states, command.invoice_id).remindable(command.share), command)


def invoice_of(states: States, invoice_id: str) -> Invoice:
    """The issued invoice, or a refusal."""
    state = states.get(stream_of("invoice", invoice_id))
    if not isinstance(state, Invoice):
        raise Refused("invoice_unknown", invoice_id)
    return state
