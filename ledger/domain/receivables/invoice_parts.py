"""The parts of an invoice: its lines, each payer's share, and the amounts that a credit note credits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from ledger.domain.fact import Part, require_code
from ledger.domain.money import require_positive
from ledger.domain.receivables.account import Payer
from ledger.domain.references import ReferenceKind
from ledger.domain.refusals import Refused

# The payload of a reference ends with exactly one digit for the payer: with more digits, two invoices could share a
# reference.
MOST_PAYERS: Final = 9


class InvoiceLine(Part, frozen=True):
    """One billed service: net and VAT in minor units; `vat_code` is the legal ground for the VAT."""

    line_id: int
    service_code: str
    service_on: date
    amount_minor: int
    vat_code: str
    vat_minor: int


class Owed(Part, frozen=True):
    """One payer's share of an invoice; each share above zero is an item of its own.

    A share of zero, such as that of a patient whom the high-cost protection frees from fees, is on the invoice only.
    """

    item_id: str
    account_id: str
    payer: Payer
    amount_minor: int


class CreditedLine(Part, frozen=True):
    """The credited amount of a line, net and VAT."""

    line_id: int
    amount_minor: int
    vat_minor: int


class CreditedItem(Part, frozen=True):
    """The credited amount of an item: the part that was still open, and the excess that had already been paid."""

    item_id: str
    account_id: str
    ar_role: str
    open_minor: int
    excess_minor: int


class PayerAsked(Part, frozen=True):
    """The share that one payer will owe, zero or above.

    A `reference` is given only for an invoice that was numbered elsewhere.
    """

    account_id: str
    amount_minor: int
    reference: str | None = None
    reference_kind: ReferenceKind = "ocr"


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
        require_positive((line.amount_minor,), invoice_id)
        total += line.amount_minor + line.vat_minor
    for payer in payers:
        if payer.amount_minor < 0:
            raise Refused("share_negative", invoice_id)
        total -= payer.amount_minor
    for line in lines:
        if line.vat_minor < 0:
            raise Refused("vat_negative", invoice_id)
    if not payers or total:
        raise Refused("payers_do_not_sum", invoice_id)


def require_codes(lines: Sequence[InvoiceLine], care_case: str | None, invoice_id: str) -> None:
    """Refuse an invoice that says in words what was done and in which case, instead of by codes."""
    for line in lines:
        require_code(line.service_code, invoice_id)
        require_code(line.vat_code, invoice_id)
    if care_case is not None:
        require_code(care_case, invoice_id)
