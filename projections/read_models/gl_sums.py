"""Sums of general-ledger postings by accounting date, day of the fact and block of positions. Reports read these sums
instead of every posting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Final

from projections.read_models.gl_postings import Posting
from projections.read_models.model import Derived, Row

# Positions per block. In a report, only the postings after the last whole block are summed one by one.
BLOCK: Final = 1 << 15


class PostingSum(Row, frozen=True):
    """The sums of one block's postings that have the same role, bank account, tax code, unit, currency and dates."""

    block: Annotated[int, f"Number of the block: the position divided by {BLOCK:,}."]
    role: Annotated[str, "Role of the ledger account."]
    bank_account: Annotated[str, "Our bank account whose money is summed; empty for all other postings."]
    tax_code: Annotated[str, "Tax code of what is summed; empty for all other postings."]
    unit: Annotated[str, "Care unit of what is summed; empty for all other postings."]
    currency: Annotated[str, "ISO 4217 code of the amounts."]
    accounting_date: Annotated[date, "Day on which the postings count in the general ledger."]
    occurred_on: Annotated[date, "Day on which the facts happened."]
    debit_minor: Annotated[int, "Sum of the debits, minor units."]
    credit_minor: Annotated[int, "Sum of the credits, minor units, as a positive amount."]
    base_minor: Annotated[int, "Sum of the nets that tax is the tax of, minor units: below zero beside credits."]


class Tally:
    """Sums the postings that pass through it."""

    def __init__(self) -> None:
        self._sums: dict[tuple[int, str, str, str, str, str, date, date], list[int]] = {}

    def passing(self, postings: Iterable[Row]) -> Iterator[Row]:
        """Yield the postings unchanged, and add each of them to the sums."""
        sums = self._sums
        for one in postings:
            assert isinstance(one, Posting)
            block, bank_account = one.ledger_position // BLOCK, one.bank_account or ""
            of = (block, one.role, bank_account, one.tax_code or "", one.unit or "", one.currency)
            key = (*of, one.accounting_date, one.occurred_on)
            amounts = sums.get(key)
            if amounts is None:
                amounts = sums[key] = [0, 0, 0]
            if one.amount_minor > 0:
                amounts[0] += one.amount_minor
            else:
                amounts[1] -= one.amount_minor
            amounts[2] += one.base_minor
            yield one

    def rows(self) -> list[PostingSum]:
        """The sums of these postings, to be added to the sums in the table."""
        return [PostingSum(*key, *amounts) for key, amounts in self._sums.items()]


GL_SUMS: Final = Derived(
    "gl_sums",
    "Sums of the postings, by role, bank account, tax code, unit, currency, both days and block of positions.",
    PostingSum,
    ("block", "role", "bank_account", "tax_code", "unit", "currency", "accounting_date", "occurred_on"),
)
