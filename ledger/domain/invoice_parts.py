"""What an invoice is made of: lines, payers' shares, and what a credit note takes back of a line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from ledger.domain.account import Payer
from ledger.domain.fact import Part
from ledger.domain.money import require_positive
from ledger.domain.references import ReferenceKind, make
from ledger.domain.refusals import Refused

# Half a unit of the currency: more is no rounding. Source: Swedish Rounding Act (1970:1029).
MOST_ROUNDING: Final = 50
# A reference ends with one digit for the share, so that two invoices never share a reference.
MOST_SHARES: Final = 9


class InvoiceLine(Part, frozen=True):
    """One service billed: net and VAT in minor units; `vat_code` says on which legal ground."""

    line_id: int
    service_code: str
    service_on: date
    amount_minor: int
    vat_code: str
    vat_minor: int


class Share(Part, frozen=True):
    """What one payer owes of an invoice, and the reference they quote when paying it."""

    share: int
    account_id: str
    payer: Payer
    amount_minor: int
    reference: str
    reference_kind: ReferenceKind


class CreditedLine(Part, frozen=True):
    """How much of a line a credit note takes back, net and VAT."""

    line_id: int
    amount_minor: int
    vat_minor: int


class CreditedShare(Part, frozen=True):
    """How much of a payer's share is taken back: what was still open, and the excess that was paid already."""

    share: int
    account_id: str
    ar_role: str
    open_minor: int
    excess_minor: int


class ShareAsked(Part, frozen=True):
    """What one payer shall owe; a `reference` is given only for invoices numbered elsewhere."""

    account_id: str
    amount_minor: int
    reference: str | None = None
    reference_kind: ReferenceKind = "ocr"


def require_sound(
    lines: Sequence[InvoiceLine], shares: Sequence[ShareAsked], rounding_minor: int, invoice_id: str
) -> None:
    """Refuse lines and shares that make no invoice; lines with VAT and rounding sum to the shares."""
    if not lines:
        raise Refused("lines_missing", invoice_id)
    if len({line.line_id for line in lines}) != len(lines):
        raise Refused("line_repeated", invoice_id)
    if len(shares) > MOST_SHARES:
        raise Refused("too_many_shares", invoice_id)
    require_positive((line.amount_minor for line in lines), invoice_id)
    require_positive((share.amount_minor for share in shares), invoice_id)
    if any(line.vat_minor < 0 for line in lines):
        raise Refused("vat_negative", invoice_id)
    if abs(rounding_minor) > MOST_ROUNDING:
        raise Refused("rounding_too_large", invoice_id)
    total = sum(line.amount_minor + line.vat_minor for line in lines) + rounding_minor
    if not shares or total != sum(share.amount_minor for share in shares):
        raise Refused("shares_do_not_sum", invoice_id)


def share_of(asked: ShareAsked, number: int, payer: Payer, kind: ReferenceKind, digits: str) -> Share:
    """The share a payer is asked for, with the reference given or one made of the invoice's digits and its own."""
    made = asked.reference is None
    return Share(
        share=number,
        account_id=asked.account_id,
        payer=payer,
        amount_minor=asked.amount_minor,
        reference=asked.reference if asked.reference is not None else make(kind, f"{digits}{number}"),
        reference_kind=kind if made else asked.reference_kind,
    )


def ar_role_of(payer: Payer) -> str:
    """Receivables of patients and guardians, and of all other payers, are two control accounts."""
    return "ar_patient" if payer in ("patient", "guardian") else "ar_payer"
