"""The payouts of a provider's file, and what came back of payouts."""

from __future__ import annotations

from typing import Final, NamedTuple

import polars as pl

RETURNED: Final = "payout_returned"
KINDS: Final = ("payout", RETURNED)


class PayoutRow(NamedTuple):
    """A payout of a provider's file, or one that came back."""

    key: str
    account: str
    currency: str
    amount_minor: int
    bank_ref: str | None
    settlement: str | None
    kind: str
    payment_ref: str | None

    @property
    def ref(self) -> str | None:
        """The provider's id of the payout; what comes back is of the payout that it names."""
        return (self.payment_ref if self.kind == RETURNED else None) or self.bank_ref or self.settlement

    @property
    def names_payout(self) -> bool:
        """Whether it came back of a payout that it names."""
        return self.kind == RETURNED and self.payment_ref is not None


def payouts_of(entries: pl.DataFrame) -> pl.DataFrame:
    """The entries of a provider's file that are payouts, or payouts that came back."""
    return entries.filter(pl.col("kind").is_in(KINDS))


def rows_of(entries: pl.DataFrame) -> list[PayoutRow]:
    """The payouts of a provider's file, one by one."""
    return [PayoutRow(*one) for one in payouts_of(entries).select(PayoutRow._fields).iter_rows()]
