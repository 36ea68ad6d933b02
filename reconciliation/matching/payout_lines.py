"""Lines of our bank that may be payouts: what they say, and our accounts at providers that they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import polars as pl

from reconciliation.matching.entries import PAYMENTS
from reconciliation.matching.payouts import Sender, has_words, quoted, squeezed, texts_of, words_of

# By what a line names a provider.
_NAMING: Final = ("currency", "counterparty", "text", "counterparty_account")


class PayoutLine(NamedTuple):
    """A line of our bank: our accounts at providers that it names, and whether the bank says that it takes money back.

    `quoted` are the long ids of payouts that it quotes.
    """

    row: Mapping[str, Any]
    said: tuple[str, ...]
    by: list[str]
    back: bool
    quoted: set[str]

    @property
    def key(self) -> str:
        return str(self.row["key"])

    @property
    def currency(self) -> str:
        return str(self.row["currency"])

    @property
    def amount_minor(self) -> int:
        return int(self.row["amount_minor"])


def lines_of(
    entries: pl.DataFrame, ids: Sequence[str], under_way: Sequence[str], senders: Sequence[Sender]
) -> Iterable[PayoutLine]:
    """A bank's lines with what they say; `ids` are the long ids of payouts, `under_way` those of payouts on the way."""
    for row in entries.filter(pl.col("part").is_in(PAYMENTS) & pl.col("kind").is_null()).to_dicts():
        said, by = texts_of(row), named(row, senders)
        back = bool(row["reversal"]) or row["return_reason"] is not None
        # Of what has arrived, only such lines can be.
        yield PayoutLine(row, said, by, back, quoted(said, ids if by or back else under_way))


def of_providers(entries: pl.DataFrame, senders: Sequence[Sender]) -> pl.DataFrame:
    """Those lines of a bank's file that may be a payout, or take one back, whatever is known of payouts."""
    lines = entries.filter(pl.col("part").is_in(PAYMENTS) & pl.col("kind").is_null())
    names = [bool(named(row, senders)) for row in lines.select(_NAMING).iter_rows(named=True)]
    naming = lines.filter(pl.Series(names, dtype=pl.Boolean))
    money = set(naming.select("currency", "amount_minor").iter_rows())
    back = lines.filter(pl.col("reversal").fill_null(value=False) | pl.col("return_reason").is_not_null())
    takes = [(currency, -minor) in money for currency, minor in back.select("currency", "amount_minor").iter_rows()]
    both = pl.concat([naming, back.filter(pl.Series(takes, dtype=pl.Boolean))])
    return both.unique("key", maintain_order=True)


def named(row: Mapping[str, Any], senders: Sequence[Sender]) -> list[str]:
    """Our accounts at the providers that a line of our bank names, in its currency."""
    words = [word for name in ("counterparty", "text") for word in words_of(row[name])]
    account = squeezed(row["counterparty_account"])
    return [
        one.provider_account
        for one in senders
        if one.currency == row["currency"]
        and any(squeezed(name) == account or has_words(words, name) for name in one.senders)
    ]
