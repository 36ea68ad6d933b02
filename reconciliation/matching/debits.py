"""Which of our direct debits a payment of a bank's file is: by its end-to-end id, or by payer number and reference.

Never by its amount alone. What a payment of Autogiro names is the mandate's number, our reference and the amount; of
several such debits, the one that waits for an answer and was due last is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import polars as pl

from reconciliation.matching.entries import is_payment

Row = Mapping[str, Any]
# A payment of Autogiro that was made, and one that was stopped or rejected.
_AUTOGIRO: Final = "82-"
# Records of Autogiro with a payer number beside a payment: those, and payments that were cancelled with their mandate.
_NUMBERED: Final = ("82-", "03-", "11-")

# What is said of a payment that was not made.
STOPPED: Final = (
    *("statement_no", "status"),
    "end_to_end_id",
    "counterparty_account",
    "reference",
    "amount_minor",
    "value_on",
    "bank_code",
    "return_reason",
    "raw_position",
)


class Debit(NamedTuple):
    """What a file says of a direct debit: who pays, with which ids, how much, and on which day."""

    payer: str | None
    reference: str | None
    end_to_end_id: str | None
    amount_minor: int | None
    on: date | None


def payments(entries: pl.DataFrame) -> pl.DataFrame:
    """The entries that may be payments of direct debits."""
    of_autogiro = pl.col("bank_code").str.starts_with(_AUTOGIRO) & pl.col("counterparty_account").is_not_null()
    named = pl.col("end_to_end_id").is_not_null() | of_autogiro.fill_null(value=False)
    return entries.filter(is_payment() & named)


def payers(rows: Iterable[Row]) -> list[str]:
    """The payer numbers of Autogiro that these rows name."""
    found = (row["counterparty_account"] for row in rows if (row["bank_code"] or "").startswith(_NUMBERED))
    return sorted({one for one in found if one})


def debit_of(row: Row, on: date | None) -> Debit:
    """What an entry or a line says of a direct debit."""
    autogiro = (row["bank_code"] or "").startswith(_NUMBERED)
    payer = row["counterparty_account"] if autogiro else None
    return Debit(payer, row["reference"], row["end_to_end_id"], row["amount_minor"], on)


def quoted(row: Row, collections: Sequence[Row]) -> list[Row]:
    """The collections of the request that a payment quotes, the one that was due last first."""
    plain = (row["reference"] or "").lstrip("0")
    found = [one for one in collections if plain and one["reference"].lstrip("0") == plain]
    return sorted(found, key=lambda one: -one["due_on"].toordinal())


def named(debit: Debit, collections: Sequence[Row]) -> list[Row]:
    """The collections that a payment names, those that wait first, and of these the one that was due last.

    `collections` are all of which something is named, whatever their amounts.
    """
    if debit.end_to_end_id is not None:
        found = [one for one in collections if one["end_to_end_id"] == debit.end_to_end_id]
        if found:
            return found
    if debit.payer is None or debit.reference is None:
        return []
    plain = debit.reference.lstrip("0")
    found = [
        one
        for one in collections
        if one["mandate_id"] == debit.payer
        and one["reference"].lstrip("0") == plain
        and (debit.on is None or one["due_on"] <= debit.on)
    ]
    return sorted(found, key=lambda one: (one["status"] != "ordered", -one["due_on"].toordinal()))
