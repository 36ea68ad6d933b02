"""The rounding of an invoice: what the terms and the law make of each payer's share, or what was rounded elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from msgspec.structs import replace

from ledger.domain.receivables.invoice_parts import PayerAsked
from ledger.domain.refusals import Refused
from ledger.domain.terms.entity import Terms
from ledger.domain.terms.rounding import rounding_law

ROUNDING_REFUSALS: Final = {
    "rounding_not_lawful": (
        "No law rounds the shares so on the day of issue: amounts in SEK are rounded to whole kronor, from 0.50 "
        "upwards, and other currencies are not rounded. Give no rounding: then the entity's terms decide."
    ),
    "share_negative": "A payer's share is below zero; a share of zero is the least.",
}

Rounded = tuple[tuple[PayerAsked, ...], int]


def rounded(
    payers: Sequence[PayerAsked], given_minor: int | None, terms: Terms, currency: str, issued_on: date, invoice_id: str
) -> Rounded:
    """The shares as they are to be paid, and by how much they are more than the lines, in minor units.

    Each payer pays their share, so each share is rounded, if the terms say so and a law does. With a given rounding,
    the shares are rounded already; it is refused if no law rounds so.
    """
    law = rounding_law(terms.jurisdiction, currency, issued_on)
    if given_minor:
        if law is None or not law.may_give(given_minor, [one.amount_minor for one in payers]):
            raise Refused("rounding_not_lawful", invoice_id)
        return tuple(payers), given_minor
    if given_minor == 0 or law is None or not terms.rounds_invoices:
        return tuple(payers), 0
    shares = tuple(replace(one, amount_minor=law.rounded(one.amount_minor)) for one in payers)
    before, after = (sum(one.amount_minor for one in some) for some in (payers, shares))
    return shares, after - before
