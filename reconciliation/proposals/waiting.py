"""What receipts that wait are for, as far as that is known now: allocations by rule, and reviews for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import polars as pl
from msgspec.structs import replace

from ledger.domain.cash.allocation import AllocateReceipt
from ledger.execution.submission import Submission
from reconciliation.matching.entries import PAYMENTS
from reconciliation.matching.exact_match import REASONS
from reconciliation.matching.own_numbers import OWN
from reconciliation.matching.quoted_requests import REFERENCE
from reconciliation.proposals.applied import applied, parts_of
from reconciliation.proposals.proposal import Review, Setting

# What is said of a receipt that has the reference of one request, and about which no rule may decide nevertheless.
TRANSFERRED: Final = "transferred"
NOT_READ: Final = "file_not_read"
WHY: Final[dict[str, str]] = {
    TRANSFERRED: "Another entity received the payment for us. Its reference is that of one payment request: allocate "
    "it to that.",
    NOT_READ: "The payment's file cannot be read again, so no rule decides. Its reference is that of one payment "
    "request.",
}
# The reviews that matching keeps: a newer one replaces the older ones of its receipt.
CODES: Final = (*REASONS, *WHY)

_PLACE: Final = ("statement_no", "raw_position")
# What files say of a payment, beside its amount and reference, as it is where no file can be read.
SAID: Final = {
    "reference_amount_minor": pl.lit(None, pl.Int64),
    "further_references": pl.lit([], pl.List(pl.Struct(REFERENCE))),
    OWN: pl.lit(None, pl.String),
    "text": pl.lit(None, pl.String),
    "return_reason": pl.lit(None, pl.String),
    "reversal": pl.lit(value=False),
    "unsplit": pl.lit(value=False),
    "contradicted": pl.lit(value=False),
    "kind": pl.lit(None, pl.String),
}
_REFERENCE: Final = ("reference", "reference_kind", "reference_valid")
_OF_RECEIPT: Final = (*_PLACE, "file", "rail", "unallocated_minor", "amount_minor", "currency", "bank_id_key")


def read_again(waiting: pl.DataFrame, entries: pl.DataFrame) -> pl.DataFrame:
    """Those of these receipts, all of one file, that its `entries` show, with all that the file says of them.

    Of a payment of an order's sum, as of a line with the id of a direct debit, the order says more than the file: the
    book has the reference.
    """
    shown = entries.filter(pl.col("part").is_in(PAYMENTS)).unique(_PLACE, keep="none")
    shown = shown.select(*_PLACE, "amount_minor", "currency", *_REFERENCE, *SAID)
    known = {f"{name}_known": name for name in _REFERENCE}
    receipts = waiting.select(*_OF_RECEIPT, key="receipt_id", **known)
    joined = receipts.join(shown, on=[*_PLACE, "amount_minor", "currency"], maintain_order="left")
    orders = entries.filter(pl.col("our_order").is_not_null()).select(*_PLACE, sum_minor="amount_minor").unique()
    of_sums = receipts.join(orders, on=_PLACE, maintain_order="left")
    of_sums = of_sums.filter(pl.col("amount_minor") < pl.col("sum_minor")).drop("sum_minor")
    nothing = {name: pl.lit(None, shown.schema[name]) for name in _REFERENCE}
    joined = pl.concat([joined, of_sums.with_columns(**nothing, **SAID).select(joined.columns)], how="vertical_relaxed")
    silent = pl.col("reference").is_null() & (pl.col("further_references").list.len().fill_null(0) == 0)
    said = (pl.when(silent).then(old).otherwise(name).alias(name) for old, name in known.items())
    return joined.with_columns(*said, read=pl.lit(value=True)).drop(known)


def not_read(waiting: pl.DataFrame) -> pl.DataFrame:
    """Receipts of which no file can be read, with what the book says of them."""
    receipts = waiting.select(*_OF_RECEIPT, *_REFERENCE, key="receipt_id")
    return receipts.with_columns(**SAID, read=pl.lit(value=False))


def reserved(matched: pl.DataFrame) -> pl.DataFrame:
    """What matching answers, with a reason also where only a person may decide."""
    code = pl.when(pl.col("rail") == "transfer").then(pl.lit(TRANSFERRED)).otherwise(pl.lit(NOT_READ))
    return matched.with_columns(reason=pl.coalesce("reason", pl.when(~pl.col("read")).then(code)))


def allocations(
    certain: pl.DataFrame, actor: str, correlation: str, now: datetime, on: date, run: str
) -> list[tuple[AllocateReceipt, Submission]]:
    """The commands for the receipts that are certain, in their envelopes; `run` makes the keys of this run."""
    made: list[tuple[AllocateReceipt, Submission]] = []
    for row in certain.iter_rows(named=True):
        setting = Setting(row["file"], actor, now, correlation)
        for command, policy, suffix in applied(row["key"], parts_of(row)):
            key = f"rematch:{row['key']}{suffix}:{run}"
            one = setting.submission(command, key, on, row["raw_position"], policy)
            # The request is why the receipt is allocated now.
            envelope = replace(one.envelope, cause=f"request-{command.request_id}")
            made.append((command, replace(one, envelope=envelope)))
    return made


def reviews(
    undecided: pl.DataFrame,
    suggested: Mapping[str, Sequence[dict[str, Any]]],
    refused: Mapping[str, str],
    recorded: Mapping[str, str],
) -> Iterator[tuple[Review, str | None]]:
    """A review for each receipt that waits, with its file; `refused` are the ledger's sentences, by receipt.

    `recorded` are the receipts that a person has recorded with another amount, by the receipt that the file shows.
    """
    for receipt, code, where, file in undecided.select("key", "reason", "raw_position", "file").iter_rows():
        why = refused.get(receipt) or REASONS.get(code) or WHY[code]
        told = beside_recorded((why,), recorded.get(receipt))
        yield Review(receipt, None, code, told, tuple(suggested.get(receipt, ())), where), file


def beside_recorded(why: tuple[str, ...], other: str | None) -> tuple[str, ...]:
    """Why a receipt waits, with the receipt as which a person has recorded it with another amount, if anybody has."""
    return why if other is None else (*why, f"The receipt that a person recorded: {other}.")


def money(receipts: pl.DataFrame, keys: Iterable[str]) -> dict[str, int]:
    """The unallocated money of some of these receipts, by currency, in minor units."""
    found = receipts.filter(pl.col("key").is_in(list(keys))).group_by("currency").agg(pl.col("unallocated_minor").sum())
    return {currency: int(amount) for currency, amount in found.sort("currency").iter_rows()}
