"""The parts of an invoice: its lines, each payer's share, and the amounts that a credit note credits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from ledger.domain.chart_of_accounts import Leg
from ledger.domain.fact import Part
from ledger.domain.money import require_positive
from ledger.domain.receivables.account import Payer
from ledger.domain.receivables.item_facts import ItemPart
from ledger.domain.references import ReferenceKind
from ledger.domain.refusals import Refused
from ledger.domain.terms.tax_codes import Tax, by_code, is_taxable, require_tax, tax_on

# The payload of a reference ends with exactly one digit for the payer: with more digits, two invoices could share a
# reference.
MOST_PAYERS: Final = 9
PARTS_REFUSALS: Final = {
    "line_repeated": "A line id occurs more than once; each line needs its own.",
    "lines_missing": "The invoice has no lines; it needs at least one.",
    "parts_do_not_sum": (
        "The payers' parts do not sum to a line or to what a payer owes. Give others, or none: then the lines are "
        "divided by what the payers owe."
    ),
    "payers_do_not_sum": "The payers' shares do not sum to the invoice's total.",
    "too_many_payers": (
        f"An invoice can have at most {MOST_PAYERS} payers, because a reference has one digit for the payer."
    ),
}


class InvoiceLine(Part, frozen=True):
    """A service to bill, or a discount, which is below zero: net and tax in minor units, and the tax code.

    The quantity is in thousandths of the unit. `price_ref` says where the price is written.
    """

    line_id: int
    service_code: str
    service_on: date
    amount_minor: int
    vat_code: str
    vat_minor: int
    quantity_milli: int = 1000
    unit: str | None = None
    price_ref: str | None = None


class CreditedLine(Part, frozen=True):
    """The credited amount of a line, net and tax."""

    line_id: int
    net_minor: int
    tax_minor: int
    tax_code: str

    def more(self, other: CreditedLine, sign: int = 1) -> CreditedLine:
        """This and another amount of the line together."""
        net, tax = self.net_minor + sign * other.net_minor, self.tax_minor + sign * other.tax_minor
        return CreditedLine(self.line_id, net, tax, self.tax_code)

    def less(self, other: CreditedLine) -> CreditedLine:
        """What is left of the line after another amount of it."""
        return self.more(other, -1)


class BilledLine(Part, frozen=True):
    """A billed service, or a discount: net and tax in minor units, and the tax as it was on the day of the service.

    The quantity is in thousandths of the unit.
    """

    line_id: int
    service_code: str
    service_on: date
    quantity_milli: int
    unit: str | None
    price_ref: str | None
    net_minor: int
    tax: Tax
    tax_minor: int

    @property
    def creditable(self) -> CreditedLine:
        """All that can be credited of the line."""
        return CreditedLine(self.line_id, self.net_minor, self.tax_minor, self.tax.code)


class Owed(Part, frozen=True):
    """One payer's share of an invoice; each share above zero is an item of its own.

    A share of zero, such as that of a patient whom the high-cost protection frees from fees, is on the invoice only.
    """

    item_id: str
    account_id: str
    payer: Payer
    amount_minor: int


class CreditedItem(Part, frozen=True):
    """The credited amount of an item: the part that was still open, and the excess that had already been paid.

    `parts` are what was credited of which line.
    """

    item_id: str
    account_id: str
    ar_role: str
    open_minor: int
    excess_minor: int
    parts: tuple[ItemPart, ...]


class PartAsked(Part, frozen=True):
    """What a payer will owe of a line, net and tax."""

    line_id: int
    net_minor: int
    tax_minor: int


class PayerAsked(Part, frozen=True):
    """The share that one payer will owe, zero or above.

    A `reference` is given only for an invoice that was numbered elsewhere. `parts` say what the payer owes of which
    line; if no payer has them, the lines are divided by the payers' amounts.
    """

    account_id: str
    amount_minor: int
    reference: str | None = None
    reference_kind: ReferenceKind = "ocr"
    parts: tuple[PartAsked, ...] | None = None


def require_sound(
    lines: Sequence[InvoiceLine], payers: Sequence[PayerAsked], rounding_minor: int, invoice_id: str
) -> None:
    """Refuse an invoice whose lines, VAT and rounding do not sum to the payers' shares, or that has no lines."""
    if not lines:
        raise Refused("lines_missing", invoice_id)
    if len(lines) > 1 and len({line.line_id for line in lines}) != len(lines):
        raise Refused("line_repeated", invoice_id)
    if len(payers) > MOST_PAYERS:
        raise Refused("too_many_payers", invoice_id)
    total = rounding_minor
    for line in lines:
        total += line.amount_minor + line.vat_minor
    for payer in payers:
        if payer.amount_minor < 0:
            raise Refused("share_negative", invoice_id)
        total -= payer.amount_minor
    if not payers or total:
        raise Refused("payers_do_not_sum", invoice_id)


def billed(lines: Sequence[InvoiceLine], invoice_id: str) -> tuple[BilledLine, ...]:
    """The lines as the invoice has them; refuses a tax code or a tax that is wrong, and a quantity of zero or below."""
    found = []
    for line in lines:
        require_positive((line.quantity_milli,), invoice_id)
        tax = tax_on(line.vat_code, line.service_on)
        require_tax(tax, line.amount_minor, line.vat_minor, f"{invoice_id} line {line.line_id}")
        found.append(
            BilledLine(
                line.line_id,
                line.service_code,
                line.service_on,
                line.quantity_milli,
                line.unit,
                line.price_ref,
                line.amount_minor,
                tax,
                line.vat_minor,
            )
        )
    return tuple(found)


def tax_legs(
    lines: Iterable[CreditedLine], currency: str, sign: int, tax_role: str, unit: str | None
) -> tuple[Leg, ...]:
    """The legs of revenue and tax of some lines, one of each for a tax code; a debit if the sign is above zero."""
    summed = [(code, sign * net, sign * tax) for code, (net, tax) in by_code(lines).items()]
    revenue = (Leg("revenue", net, currency, None, code, unit) for code, net, _ in summed)
    taxed = ((code, tax, net if is_taxable(code) else 0) for code, net, tax in summed)
    return (*revenue, *(Leg(tax_role, tax, currency, None, code, unit, base) for code, tax, base in taxed))
