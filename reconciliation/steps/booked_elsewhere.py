"""What is booked on an account from other files, what these files say of it, and where they are found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from ledger.domain.chart_of_accounts import BANK_DETAILS, BANK_SUSPENSE
from reconciliation.matching import details, identity, quoted_orders
from reconciliation.matching.debit_sums import DIFFERS
from reconciliation.matching.entries import PAYMENTS
from reconciliation.matching.movements import OF_RESTS

if TYPE_CHECKING:
    from projections.store.matching_lookups import ForMatching, KnownStatement

# Finds the pairs of a file's payments and booked ones.
Pairs = Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]


class Elsewhere(NamedTuple):
    """Where other files are found: the format of this file, what was loaded, and the entries of archived files."""

    format: str | None
    known: Sequence[KnownStatement]
    look_up: ForMatching
    shown: Callable[[str], pl.DataFrame]


class BookedElsewhere:
    """What is booked on an account from other files: `theirs` from files of other formats, `alike` of this format."""

    def __init__(self, booked: pl.DataFrame, other: Elsewhere) -> None:
        booked = booked.filter(pl.col("file").is_not_null())
        self.theirs = booked.filter(pl.col("format").ne_missing(pl.lit(other.format)))
        self.alike = booked.filter(pl.col("format").eq_missing(pl.lit(other.format)))
        self._other = other

    @property
    def nothing(self) -> bool:
        """Whether no other file has booked anything."""
        return self.theirs.is_empty() and self.alike.is_empty()

    @cached_property
    def lines(self) -> pl.DataFrame:
        """All booked money of other files, and the bank's line to which it belongs."""
        return pl.concat([self.theirs, self.alike]).select("money_id", their_line="movement_id")

    @cached_property
    def divided(self) -> list[str]:
        """The lines of other files that have something beside their payments."""
        beside = pl.concat([self.theirs, self.alike]).filter(pl.col("rule").is_in(OF_RESTS))
        return beside["movement_id"].unique().sort().to_list()

    @cached_property
    def withdrawn(self) -> list[str]:
        """What detail files had beside payments, and was taken back, because statements do not have it there."""
        return self.theirs.filter(_is_withdrawn())["money_id"].to_list()

    def rests(self, lines: pl.Series) -> pl.DataFrame:
        """What is booked of these lines beside their payments, whatever a person said that it is."""
        booked = pl.concat([self.theirs, self.alike])
        return self.in_lines(booked.filter(pl.col("movement_id").is_in(lines.implode())))[1]

    @cached_property
    def paid(self) -> pl.DataFrame:
        """What is booked from files of other formats, without the sums of which other files have the payments."""
        return self.theirs.filter(~is_lump())

    @cached_property
    def seen(self) -> pl.DataFrame:
        """Payments in files of this format that are booked from files of other formats, with their days and places."""
        seen = pl.DataFrame(pl.from_arrow(self._other.look_up.seen(self.paid["money_id"].to_list())))
        return seen.filter(pl.col("format") == self._other.format)

    @cached_property
    def dated_later(self) -> list[timedelta]:
        """By how much later files of this format dated payments that files of other formats showed again."""
        if self.alike.is_empty():
            return []
        seen = pl.DataFrame(pl.from_arrow(self._other.look_up.seen(self.alike["money_id"].to_list())))
        seen = seen.filter(pl.col("format") != self._other.format).select("money_id", shown_on="booked_on")
        found = self.alike.select("money_id", "booked_on").join(seen, on="money_id")
        return found.select((pl.col("booked_on") - pl.col("shown_on")).unique()).to_series().to_list()

    def shown(self, payments: pl.DataFrame) -> pl.DataFrame:
        """What other files of this format have shown: what was booked from them, and what they showed again.

        Payments that this file itself has shown again, in a load that is taken up, are left out.
        """
        if payments.is_empty() or self.paid.is_empty():
            return self.alike
        theirs, seen = self.paid, self.seen.filter(~pl.col("line_key").is_in(payments["key"].implode()))
        seen = seen.sort("bank_id_key", nulls_last=True, maintain_order=True).unique("money_id", keep="first")
        seen = seen.join(theirs.drop(set(seen.columns) - {"money_id"}), on="money_id", maintain_order="left")
        return pl.concat([self.alike, seen.select(self.alike.columns).cast(self.alike.schema)])

    @cached_property
    def days(self) -> pl.DataFrame:
        """The days of which statements have sums, and the `room` that these leave beside the payments booked so far."""
        money = pl.concat([self.theirs, self.alike])
        stated = money.filter(is_lump()).group_by("booked_on").agg(stated=pl.col("amount_minor").sum())
        shown = (
            money.filter(pl.col("in_detail") & ~_is_withdrawn())
            .group_by("booked_on")
            .agg(shown=pl.col("amount_minor").sum())
        )
        days = stated.join(shown, on="booked_on", how="left")
        return days.select("booked_on", room=pl.col("stated") - pl.col("shown").fill_null(0))

    def unsaid(self, receipts: pl.Series) -> list[str]:
        """Those of these receipts without a reference of which nobody has said what they are."""
        return self._other.look_up.unnamed(receipts.to_list())

    def untouched(self, debits: pl.DataFrame) -> list[str]:
        """Those of these booked debits of which nothing was assigned to receipts."""
        return self._other.look_up.debits_assigned(debits["money_id"].to_list(), wholly=False)

    def assigned(self, debits: pl.DataFrame) -> list[str]:
        """Those of these booked debits of which all was assigned to receipts."""
        return self._other.look_up.debits_assigned(debits["money_id"].to_list(), wholly=True)

    def with_us(self, end_to_end_keys: pl.Series) -> list[str]:
        """Those of these hashes of ids that a receipt has of which the bank has taken nothing back."""
        asked = end_to_end_keys.drop_nulls().unique().sort().to_list()
        return self._other.look_up.recallable([], asked, [])["end_to_end_key"].to_pylist() if asked else []

    def debits(self, sums: pl.DataFrame) -> list[str]:
        """The hashes of the ids of all direct debits of the orders of which these are sums."""
        return quoted_orders.keys_of_debits(sums, self._other.look_up)

    def compared(self, payments: pl.DataFrame, theirs: pl.DataFrame, pairs: Pairs) -> pl.DataFrame:
        """The pairs of payments of this file and booked money of equal amounts."""
        if payments.is_empty() or theirs.is_empty():
            return details.NO_PAIRS
        theirs = theirs.filter(pl.col("amount_minor").is_in(payments["amount_minor"].implode()))
        if theirs.is_empty():
            return details.NO_PAIRS
        return pairs(details.said(payments, "key", pl.col("movement_key")), self.said(theirs))

    def said(self, booked: pl.DataFrame) -> pl.DataFrame:
        """What the files say of booked payments; what they say of payers is not in the book."""
        return self.in_lines(booked)[0]

    def in_lines(self, booked: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The same, and apart from the payments what their lines have beside them, of which nothing is said."""
        empty = details.said(booked.clear().with_columns(**UNSAID), "money_id", pl.col("movement_id"))
        payments, rests = [empty], [empty]
        for sha256 in booked["file"].unique().sort():
            shown = self._other.shown(sha256)
            mine = booked.filter(pl.col("file") == sha256)
            told = shown.filter(pl.col("part").is_in(PAYMENTS)).with_columns(own_id=details.own_id())
            told = told.select(*_PLACE, "end_to_end_id", *_SAID).unique(_PLACE, keep="first")
            paid = mine.join(told, on=_PLACE, maintain_order="left")
            # A payment that this file shows again is booked with what another file says of it.
            payers_id = identity.payers_ids(paid.with_columns(account="bank_account"))
            paid = paid.with_columns(end_to_end_key=pl.coalesce("end_to_end_key", payers_id))
            beside = mine.join(shown.filter(pl.col("part") == "rest"), on=_PLACE, how="semi", maintain_order="left")
            payments.append(details.said(paid, "money_id", pl.col("movement_id")))
            rests.append(details.said(beside.with_columns(**UNSAID), "money_id", pl.col("movement_id")))
        return pl.concat(payments), pl.concat(rests)


# Where a file has a line, or a detail of one.
_PLACE: Final = ("statement_no", "raw_position")
_SAID: Final = (
    "own_id",
    "reference",
    "reference_kind",
    "text",
    "counterparty",
    "counterparty_account",
    "giro",
    "origin",
)
UNSAID: Final = {name: pl.lit(None, pl.String) for name in _SAID}


def _is_withdrawn() -> pl.Expr:
    return pl.col("in_detail") & (pl.col("role") == BANK_DETAILS)


def is_lump() -> pl.Expr:
    """Whether booked money is a statement's amount for payments that other files show, or may show if it waits."""
    waits = (pl.col("role") == BANK_SUSPENSE) & pl.col("rule").eq_missing(pl.lit(DIFFERS))
    return ((pl.col("role") == BANK_DETAILS) | waits) & ~pl.col("in_detail")
