"""The net amounts that the bank's balances prove beyond the booked lines; with them, the ledger equals the bank."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from ledger.domain.bank.file import StatementProven
    from projections.store.matching_lookups import KnownStatement

# Why an amount is booked: a statement contradicts the book, or statements that join show that a difference was wrong,
# or the bank corrected a statement.
CONTRADICTS: Final = "difference"
CORRECTS: Final = "correction"
CORRECTED: Final = "corrected"


class Difference(NamedTuple):
    """A net amount that a statement, or the statements that it joins, prove to be missing in the book."""

    statement: KnownStatement
    amount_minor: int
    booked_on: date
    key: str
    part: str = CONTRADICTS

    def as_row(self) -> dict[str, Any]:
        """The difference as a booked movement."""
        return {
            "movement_id": self.key,
            "bank_account": self.statement.proven.bank_account,
            "booked_on": self.booked_on,
            "amount_minor": self.amount_minor,
            "file": self.statement.sha256,
            "statement_no": self.statement.number,
            "bank_id_key": None,
            "keys": [self.key],
        }


def key_of(proven: StatementProven, part: str = CONTRADICTS) -> str:
    """The key of the difference of a statement, or of statements that join: the same in each file that has them."""
    balances = proven.opening_minor, proven.closing_minor
    said = (proven.bank_account, proven.currency, proven.from_on, proven.to_on, *balances)
    return hashlib.blake2b(repr((part, *said)).encode(), digest_size=12).hexdigest()


def beside(entries: pl.DataFrame, differences: Sequence[Difference]) -> pl.DataFrame:
    """The entries of a file, and after them each difference, which is booked like a line of its statement."""
    rows = [_entry(one) for one in differences]
    return pl.concat([entries, pl.DataFrame(rows)], how="diagonal_relaxed") if rows else entries


def _entry(one: Difference) -> dict[str, Any]:
    proven = one.statement.proven
    return {
        "statement_no": one.statement.number,
        "line_no": 0,
        "detail_no": 0,
        "part": one.part,
        "account": proven.bank_account,
        "currency": proven.currency,
        "amount_minor": one.amount_minor,
        "booked_on": one.booked_on,
        "dated_on": one.booked_on,
        "raw_position": f"statement {one.statement.number}",
        "line_minor": one.amount_minor,
        "members": 0,
        "unsplit": False,
        "contradicted": False,
        "is_charge": False,
        "in_detail": False,
        "key": one.key,
        "movement_key": one.key,
        "has_id": True,
        "decision": "book",
    }
