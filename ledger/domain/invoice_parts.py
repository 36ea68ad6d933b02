"""What an invoice is made of: lines, payers' shares, and what a credit note takes back of a line."""

from __future__ import annotations

from datetime import date

from ledger.domain.account import Payer
from ledger.domain.fact import Part
from ledger.domain.references import ReferenceKind


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


def ar_role_of(payer: Payer) -> str:
    """Receivables of patients and guardians, and of all other payers, are two control accounts."""
    return "ar_patient" if payer in ("patient", "guardian") else "ar_payer"
