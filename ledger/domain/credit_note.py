"""The credit note: takes back an invoice in full, or some of its lines; what was paid becomes customer credit."""

from __future__ import annotations

from typing import Literal

from ledger.domain.account import CustomerCreditCreated, account_of
from ledger.domain.fact import Command, Decision, Fact, NewFact, Part, State, States, require_reason, stream_of
from ledger.domain.invoice import Invoice, InvoiceCredited, invoice_of
from ledger.domain.invoice_parts import CreditedLine, CreditedShare
from ledger.domain.money import require_positive, round_half_up
from ledger.domain.number_series import series_of
from ledger.domain.refusals import Refused

Mode = Literal["full", "lines"]

# Facts


class CreditNoteIssued(Fact, frozen=True):
    """A credit note was issued against one invoice, with its own number."""

    credit_note_id: str
    series: str
    number: int
    invoice_id: str
    currency: str
    mode: Mode
    lines: tuple[CreditedLine, ...]
    rounding_minor: int
    shares: tuple[CreditedShare, ...]
    reason_code: str


# State


class CreditNote(State, frozen=True):
    """An issued credit note."""

    issued: CreditNoteIssued


# Evolve


def evolve(state: CreditNote | None, fact: CreditNoteIssued) -> CreditNote:
    """A credit note is one fact."""
    assert state is None, "a credit note is issued once"
    return CreditNote(issued=fact)


# Commands


class LineToCredit(Part, frozen=True):
    """A line of the invoice and how much of it, VAT included, to take back."""

    line_id: int
    amount_minor: int


class IssueCreditNote(Command, frozen=True):
    """Credit an invoice: all that is left of it (`lines` empty), or some of its lines on one payer's share."""

    credit_note_id: str
    series: str
    invoice_id: str
    accounts: tuple[str, ...]
    reason_code: str
    lines: tuple[LineToCredit, ...] = ()
    share: int = 1

    def streams(self) -> tuple[str, ...]:
        """The credit note, its series, the invoice and its payers' accounts."""
        accounts = tuple(stream_of("account", account) for account in self.accounts)
        return (
            stream_of("creditnote", self.credit_note_id),
            stream_of("series", self.series),
            stream_of("invoice", self.invoice_id),
            *accounts,
        )


# Decide


def issue(states: States, command: IssueCreditNote) -> Decision:
    """Credit no more than is left by line and by share; the last one closes the invoice to zero."""
    stream = stream_of("creditnote", command.credit_note_id)
    if states.get(stream) is not None:
        raise Refused("fact_already_recorded", command.credit_note_id)
    require_reason(command.reason_code, command.credit_note_id)
    invoice = invoice_of(states, command.invoice_id)
    lines, rounding, shares = _in_full(invoice) if not command.lines else _by_line(invoice, command)
    if not lines or not shares:
        raise Refused("amount_exceeds_creditable", command.invoice_id)
    series = series_of(states, command.series)
    issued = CreditNoteIssued(
        credit_note_id=command.credit_note_id,
        series=command.series,
        number=series.next,
        invoice_id=command.invoice_id,
        currency=invoice.currency,
        mode="lines" if command.lines else "full",
        lines=lines,
        rounding_minor=rounding,
        shares=shares,
        reason_code=command.reason_code,
    )
    credited = InvoiceCredited(
        credit_note_id=command.credit_note_id,
        currency=invoice.currency,
        lines=lines,
        rounding_minor=rounding,
        shares=shares,
    )
    item = NewFact(stream_of("invoice", command.invoice_id), credited)
    return (series.take(stream), NewFact(stream, issued), item, *_excess(states, issued, stream))


def _in_full(invoice: Invoice) -> tuple[tuple[CreditedLine, ...], int, tuple[CreditedShare, ...]]:
    lines = tuple(
        CreditedLine(line_id=line_id, amount_minor=net, vat_minor=vat)
        for line_id, (net, vat) in sorted(invoice.creditable_lines.items())
        if net or vat
    )
    shares = tuple(
        _of_share(invoice, share.share, left)
        for share, left in zip(invoice.shares, invoice.creditable_minor, strict=True)
        if left
    )
    return lines, invoice.creditable_rounding_minor, shares


def _by_line(
    invoice: Invoice, command: IssueCreditNote
) -> tuple[tuple[CreditedLine, ...], int, tuple[CreditedShare, ...]]:
    require_positive((line.amount_minor for line in command.lines), command.invoice_id)
    if len({line.line_id for line in command.lines}) != len(command.lines):
        raise Refused("line_repeated", command.invoice_id)
    lines = tuple(_of_line(invoice, line) for line in command.lines)
    total = sum(line.amount_minor for line in command.lines)
    # The last credit note takes the invoice's rounding along, so that lines and shares reach zero together.
    rest = sum(invoice.creditable_minor)
    last = total == rest or total == sum(net + vat for net, vat in invoice.creditable_lines.values())
    if (rest if last else total) > invoice.creditable_on(command.share):
        raise Refused("amount_exceeds_creditable", f"{command.invoice_id} share {command.share}")
    return _in_full(invoice) if last else (lines, 0, (_of_share(invoice, command.share, total),))


def _of_line(invoice: Invoice, line: LineToCredit) -> CreditedLine:
    net, vat = invoice.creditable_lines.get(line.line_id, (0, 0))
    if line.amount_minor > net + vat:
        raise Refused("amount_exceeds_creditable", f"{invoice.invoice_id} line {line.line_id}")
    taken_vat = round_half_up(vat * line.amount_minor, net + vat)
    return CreditedLine(line_id=line.line_id, amount_minor=line.amount_minor - taken_vat, vat_minor=taken_vat)


def _of_share(invoice: Invoice, number: int, amount_minor: int) -> CreditedShare:
    # What was given up as a loss was never paid, so crediting it too would make customer credit of nothing.
    if amount_minor > invoice.creditable_on(number) - invoice.written_off_on(number):
        raise Refused("write_off_in_force", f"{invoice.invoice_id} share {number}")
    opened = min(invoice.open_on(number), amount_minor)
    return CreditedShare(
        share=number,
        account_id=invoice.share(number).account_id,
        ar_role=invoice.ar_role(number),
        open_minor=opened,
        excess_minor=amount_minor - opened,
    )


def _excess(states: States, issued: CreditNoteIssued, source: str) -> Decision:
    facts: list[NewFact] = []
    for share in issued.shares:
        if share.excess_minor:
            account_of(states, share.account_id)
            created = CustomerCreditCreated(amount_minor=share.excess_minor, currency=issued.currency, source=source)
            facts.append(NewFact(stream_of("account", share.account_id), created))
    return tuple(facts)
