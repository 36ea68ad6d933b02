"""A payment as a camt file shows it: its reference in a field or a text, and the invented name of its payer."""

from __future__ import annotations

from random import Random
from typing import Final

from infra.demo import fictions
from infra.demo.payments import Payment
from reconciliation.statements.camt.writer import CamtDetail, CamtEntry, CamtReference

# The price of a euro in öre; used only for the amount that a payer abroad typed, never for a booked amount.
_KRONOR_PER_100_EURO: Final = 1_120
_DETAIL_AMOUNT_PER_MILLE: Final = 400
_END_TO_END_PER_MILLE: Final = 150
_PAYER_ACCOUNT_PER_MILLE: Final = 300


def entry_of(payment: Payment, bank_ref: str | None, rng: Random) -> CamtEntry:
    """Return an entry with one payment; if the bank keeps a charge, the payment's details state it."""
    abroad = payment.charge_minor > 0
    amount = payment.amount_minor if abroad or rng.randrange(1000) < _DETAIL_AMOUNT_PER_MILLE else None
    detail = detail_of(
        payment,
        counterparty=fictions.person(rng, foreign_per_mille=1000 if abroad else 15),
        amount_minor=amount,
        text=text_of(payment, rng),
        end_to_end_id=f"E{rng.randrange(10**9):09}" if rng.randrange(1000) < _END_TO_END_PER_MILLE else None,
        counterparty_account=payer_account(rng) if rng.randrange(1000) < _PAYER_ACCOUNT_PER_MILLE else None,
    )
    day = payment.booked_on
    return CamtEntry(payment.amount_minor - payment.charge_minor, day, day, bank_ref, (detail,))


def detail_of(
    payment: Payment,
    *,
    counterparty: str,
    amount_minor: int | None,
    bank_ref: str | None = None,
    text: str | None = None,
    end_to_end_id: str | None = None,
    counterparty_account: str | None = None,
) -> CamtDetail:
    """The TxDtls element of a payment."""
    structured = payment.quoted if payment.form == "structured" else ()
    abroad = payment.charge_minor > 0
    return CamtDetail(
        amount_minor=amount_minor,
        end_to_end_id=end_to_end_id or "NOTPROVIDED",
        bank_ref=bank_ref,
        references=tuple(CamtReference(one.reference, amount_minor=one.amount_minor) for one in structured),
        text=text,
        counterparty=counterparty,
        counterparty_account=counterparty_account,
        instructed_minor=payment.amount_minor * 100 // _KRONOR_PER_100_EURO if abroad else None,
        instructed_currency="EUR" if abroad else None,
        charges_minor=payment.charge_minor or None,
    )


def text_of(payment: Payment, rng: Random) -> str | None:
    """The text that the payer typed, with or without a reference in it; null if there is no text."""
    match payment.form:
        case "structured":
            return None
        case "text":
            return f"{rng.choice(('OCR', 'Betalning', 'Faktura'))} {payment.quoted[0].reference}"
        case "loose":
            return rng.choice(fictions.LOOSE_NUMBERS).format(rng.randrange(1000, 10_000))
        case "none":
            return rng.choice((*fictions.TEXTS, None))


def payer_account(rng: Random) -> str:
    """An account number that no bank uses."""
    return f"9990{rng.randrange(10**10):010}"
