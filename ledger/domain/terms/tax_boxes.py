"""The boxes of a VAT return: which tax codes are in which box, and how amounts are given; dated data with a source.

Only the boxes of the Swedish return (momsdeklaration) that this book can fill are here: sales and output tax.
Purchases, input tax (box 48) and the sum to pay (box 49) are the general ledger's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, Literal, NamedTuple

from ledger.domain.money import minor_in_unit
from ledger.domain.terms.tax_codes import TAX_CODES

# A box has the net of what is taxed, the tax itself, or sales without tax.
Holds = Literal["base", "tax", "sales"]


class TaxBox(NamedTuple):
    """A box of the return of a country, for periods between two days; null if there is no last day."""

    box: str
    name: str
    holds: Holds
    tax_codes: tuple[str, ...]
    from_on: date
    until_on: date | None
    country: str
    currency: str
    source: str
    confirmed: bool = True


class WholeUnits(NamedTuple):
    """How a return gives amounts in whole units of its currency: what is below a unit is left out."""

    currency: str
    source: str
    confirmed: bool

    def of(self, amount_minor: int) -> int:
        """The amount in whole units, nearer to zero, also below it."""
        unit = minor_in_unit(self.currency)
        return amount_minor // unit if amount_minor >= 0 else -(-amount_minor // unit)


# The day from which the tax procedure act (SFL 2011:1244) asks for this return.
_FROM: Final = date(2012, 1, 1)
_SOURCE: Final = "Skatteverket, SKV 4700 and Fylla i momsdeklarationen"


def _swedish(box: str, name: str, holds: Holds, tax_codes: tuple[str, ...]) -> TaxBox:
    return TaxBox(box, name, holds, tax_codes, _FROM, None, "SE", "SEK", _SOURCE)


def _of_kind(kind: str) -> tuple[str, ...]:
    return tuple(row.code for row in TAX_CODES if row.country == "SE" and row.kind == kind)


# What a loss on a customer or a lower price takes off the tax, it takes off box 05 as well (Skatteverket, the same
# page). Losses on exempt sales take nothing off box 42, because no tax is in them.
TAX_BOXES: Final[tuple[TaxBox, ...]] = (
    _swedish("05", "Taxable sales, without tax", "base", _of_kind("taxable")),
    _swedish("10", "Output tax 25 %", "tax", ("SE-25",)),
    _swedish("11", "Output tax 12 %", "tax", ("SE-12",)),
    _swedish("12", "Output tax 6 %", "tax", ("SE-6",)),
    _swedish("42", "Other sales, exempt from tax", "sales", _of_kind("exempt")),
)

# The return has whole kronor. That öre are dropped and not rounded is practice; no text of a law was found for it.
WHOLE: Final = WholeUnits("SEK", "practice of the Swedish return: öretal are dropped", confirmed=False)


def boxes_of(from_on: date, through_on: date) -> Iterator[TaxBox]:
    """The boxes that are in force on all of these days, in the order of the return."""
    return (row for row in TAX_BOXES if row.from_on <= from_on and (row.until_on is None or through_on <= row.until_on))
