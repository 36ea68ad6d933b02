"""The invoice: the document that says what was billed for care, and what each payer's share is."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final

from msgspec.structs import replace

from ledger.domain.chart_of_accounts import Leg
from ledger.domain.fact import (
    Command,
    Decision,
    Envelope,
    Fact,
    Mirror,
    NewFact,
    State,
    States,
    known_stream,
    stream_of,
)
from ledger.domain.noun import Noun
from ledger.domain.receivables.given_reference import give, streams_of_given
from ledger.domain.receivables.invoice_days import DUE_FAR, MOST_AHEAD, require_due
from ledger.domain.receivables.invoice_parts import (
    PARTS_REFUSALS,
    BilledLine,
    CreditedItem,
    CreditedLine,
    InvoiceLine,
    Owed,
    PayerAsked,
    billed,
    require_sound,
    tax_legs,
)
from ledger.domain.receivables.invoice_rounding import ROUNDING_REFUSALS, rounded
from ledger.domain.receivables.item import ar_role_of, mirrored
from ledger.domain.receivables.item_facts import Due, ItemPart, ItemRaised, ItemTerms
from ledger.domain.receivables.item_parts import parts_of
from ledger.domain.receivables.mark import payer_of
from ledger.domain.receivables.number_series import Series, series_of
from ledger.domain.receivables.request import PaymentRequested
from ledger.domain.references import without_padding
from ledger.domain.refusals import Refused
from ledger.domain.terms.entity import STREAM as TERMS
from ledger.domain.terms.entity import Terms, require_kept, tax_role_of, terms_of
from ledger.domain.terms.tax_codes import TAX_REFUSALS

# An item's id is the invoice's id, a point, and the payer's digit.
_LONGEST_ID: Final = 62

# Facts


class InvoiceIssued(Fact, frozen=True):
    """An invoice was issued; its payers owe the sum of its lines, tax and rounding.

    Each payer who owes something has one item. `tax_role` is the account role of the tax: with the cash method, it is
    not due before the payment.
    """

    invoice_id: str
    series: str
    number: int
    currency: str
    issued_on: date
    due_on: date
    lines: tuple[BilledLine, ...]
    rounding_minor: int
    owed: tuple[Owed, ...]
    care_unit: str | None
    care_case: str | None
    tax_role: str


class InvoiceCredited(Mirror, frozen=True):
    """Mirrors CreditNoteIssued: a part of the invoice was credited."""

    credit_note_id: str
    currency: str
    lines: tuple[CreditedLine, ...]
    rounding_minor: int
    items: tuple[CreditedItem, ...]


InvoiceFact = InvoiceIssued | InvoiceCredited

# State


class Invoice(State, frozen=True):
    """An issued invoice, the shares that are items, and what can still be credited on each line."""

    invoice_id: str
    currency: str
    issued_on: date
    owed: tuple[Owed, ...]
    creditable_lines: dict[int, CreditedLine]
    creditable_rounding_minor: int
    care_unit: str | None
    tax_role: str


# Evolve


def evolve(state: Invoice | None, fact: InvoiceFact, on: date) -> Invoice:
    """The invoice after one more fact."""
    match fact:
        case InvoiceIssued():
            return _issued(fact)
        case InvoiceCredited():
            assert state is not None, "an invoice's first fact is InvoiceIssued"
            return _credited(state, fact)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _issued(fact: InvoiceIssued) -> Invoice:
    return Invoice(
        invoice_id=fact.invoice_id,
        currency=fact.currency,
        issued_on=fact.issued_on,
        owed=tuple(one for one in fact.owed if one.amount_minor),
        creditable_lines={line.line_id: line.creditable for line in fact.lines},
        creditable_rounding_minor=fact.rounding_minor,
        care_unit=fact.care_unit,
        tax_role=fact.tax_role,
    )


def _credited(state: Invoice, fact: InvoiceCredited) -> Invoice:
    lines = {line.line_id: state.creditable_lines[line.line_id].less(line) for line in fact.lines}
    rounding = state.creditable_rounding_minor - fact.rounding_minor
    return replace(state, creditable_lines=state.creditable_lines | lines, creditable_rounding_minor=rounding)


# Commands


class IssueInvoice(Command, frozen=True):
    """Issue an invoice with the next number of its series.

    The payers' shares sum to the lines and their VAT, and are rounded as the terms say. With a `rounding_minor` they
    are rounded already, so they sum to the lines, VAT and rounding; 0 means that this invoice is not rounded.
    """

    begins: ClassVar[int] = 1
    most_ahead: ClassVar[int | None] = MOST_AHEAD

    invoice_id: str
    series: str
    currency: str
    issued_on: date
    due_on: date
    lines: tuple[InvoiceLine, ...]
    payers: tuple[PayerAsked, ...]
    rounding_minor: int | None = None
    care_unit: str | None = None
    care_case: str | None = None

    def streams(self) -> tuple[str, ...]:
        """The invoice, its series, accounts and terms, and given references; its items and requests are new."""
        accounts = (stream_of("account", payer.account_id) for payer in self.payers)
        given = streams_of_given(self.payers)
        return (stream_of("invoice", self.invoice_id), stream_of("series", self.series), *accounts, TERMS, *given)

    def days_said(self) -> tuple[date, ...]:
        """The day of issue, and those of the services."""
        return (self.issued_on, *[line.service_on for line in self.lines])


# Decide


def issue(states: States, command: IssueInvoice, envelope: Envelope) -> Decision:
    """Issue the invoice once, if its lines sum to what its payers owe and every payer has an account."""
    stream = stream_of("invoice", command.invoice_id)
    if states.get(stream) is not None:
        raise Refused("invoice_already_issued", command.invoice_id)
    if len(command.invoice_id) > _LONGEST_ID:
        raise Refused("id_malformed", f"invoice id of {len(command.invoice_id)} characters")
    # An invoice is a document of its day of issue, on whatever day it is recorded.
    terms, on = terms_of(states), command.issued_on
    require_kept(states, command.currency)
    require_due(command.issued_on, command.due_on)
    require_sound(command.lines, command.payers, command.rounding_minor or 0, command.invoice_id)
    lines = billed(command.lines, command.invoice_id)
    payers, rounding = rounded(command.payers, command.rounding_minor, terms, command.currency, on, command.invoice_id)
    series = series_of(states, command.series)
    owed = tuple([_owed(states, command, number, asked) for number, asked in enumerate(payers, 1)])
    issued = InvoiceIssued(
        invoice_id=command.invoice_id,
        series=command.series,
        number=series.next,
        currency=command.currency,
        issued_on=command.issued_on,
        due_on=command.due_on,
        lines=lines,
        rounding_minor=rounding,
        owed=owed,
        care_unit=command.care_unit,
        care_case=command.care_case,
        tax_role=tax_role_of(terms.vat_method),
    )
    parts = parts_of(lines, payers, rounding, command.currency, command.invoice_id)
    facts = [series.take(stream, on), NewFact(stream, issued, on)]
    owing = [(number, one) for number, one in enumerate(owed, 1) if one.amount_minor]
    facts += [mirrored(one.item_id, _raised(issued, stream, one, parts[n - 1], terms), on) for n, one in owing]
    asked = [(one.item_id, _requested(stream, series, n, command.payers[n - 1], one)) for n, one in owing]
    facts += [NewFact(known_stream("request", item_id), requested, on) for item_id, requested in asked]
    return (*facts, *give(states, command.payers, owed, on))


def _owed(states: States, command: IssueInvoice, number: int, asked: PayerAsked) -> Owed:
    payer = payer_of(states, asked.account_id).payer
    return Owed(f"{command.invoice_id}.{number}", asked.account_id, payer, asked.amount_minor)


def _raised(issued: InvoiceIssued, document: str, one: Owed, parts: tuple[ItemPart, ...], terms: Terms) -> ItemRaised:
    return ItemRaised(
        item_id=one.item_id,
        kind="principal",
        document=document,
        parent=None,
        account_id=one.account_id,
        payer=one.payer,
        parts=parts,
        amount_minor=one.amount_minor,
        currency=issued.currency,
        unit=issued.care_unit,
        arose_on=issued.issued_on,
        due=(Due(issued.due_on, one.amount_minor),),
        terms=ItemTerms(terms.jurisdiction, vat_method=terms.vat_method),
    )


def _requested(document: str, series: Series, number: int, asked: PayerAsked, one: Owed) -> PaymentRequested:
    """The payment request: its id is the item's id, and its reference is the given one or is made from `number`."""
    if asked.reference is None:
        kind, reference = series.reference(number)
    else:
        kind, reference = asked.reference_kind, without_padding(asked.reference)
    return PaymentRequested(
        request_id=one.item_id,
        document=document,
        account_id=one.account_id,
        reference=reference,
        reference_kind=kind,
        items=(one.item_id,),
        pay_to=None,
    )


def invoice_of(states: States, invoice_id: str) -> Invoice:
    """The issued invoice, or a refusal."""
    state = states.get(stream_of("invoice", invoice_id))
    if not isinstance(state, Invoice):
        raise Refused("invoice_unknown", invoice_id)
    return state


# Registration


def _posted(fact: InvoiceIssued) -> tuple[Leg, ...]:
    return (
        *(Leg(ar_role_of(one.payer), one.amount_minor, fact.currency) for one in fact.owed),
        *tax_legs([line.creditable for line in fact.lines], fact.currency, -1, fact.tax_role, fact.care_unit),
        Leg("rounding", -fact.rounding_minor, fact.currency),
    )


_REFUSALS: Final = {
    "due_before_issue": "The due date is before the issue date.",
    "due_far_after_issue": DUE_FAR,
    "invoice_already_issued": "An invoice, this one with another key or another one, has this id; see it first.",
    "invoice_unknown": "There is no invoice with that id.",
}

NOUN: Final = Noun(
    "invoice",
    facts=InvoiceFact,
    evolve=evolve,
    rules={IssueInvoice: issue},
    duties={IssueInvoice: ("billing", "finance", "integrator")},
    legs={InvoiceIssued: _posted},
    amounts={
        InvoiceIssued: lambda fact: sum(one.amount_minor for one in fact.owed),
        InvoiceCredited: lambda fact: sum(one.open_minor + one.excess_minor for one in fact.items),
    },
    refusals=dict(sorted((_REFUSALS | PARTS_REFUSALS | ROUNDING_REFUSALS | TAX_REFUSALS).items())),
    sentences={
        InvoiceIssued: lambda fact: f"Invoice {fact.series} {fact.number} issued, due {fact.due_on}",
        InvoiceCredited: lambda fact: f"Credited by credit note {fact.credit_note_id}",
    },
    title="Invoice",
)
