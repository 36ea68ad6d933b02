"""The deposits and batches of a file that came before with other payments: nothing of them is booked, and a person is
told what differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from ledger.domain.chart_of_accounts import UNALLOCATED
from ledger.vault.refusals import VaultRefused
from reconciliation.archive import ArchiveRefused
from reconciliation.matching.changed_lines import Changed, Row, changed
from reconciliation.matching.pairing import CHANGED
from reconciliation.proposals.proposal import Review, said_hash

if TYPE_CHECKING:
    from projections.store.matching_lookups import KnownStatement

CODE: Final = "transaction_contradicts"
# So many places of a file are named.
_MOST: Final = 5
_SAID: Final = ("amount_minor", "reference", "counterparty", "counterparty_account", "end_to_end_id")


def apart(
    entries: pl.DataFrame,
    booked: pl.DataFrame,
    format: str | None,
    stated: Sequence[KnownStatement],
    known: Sequence[KnownStatement],
    shown: Callable[[str], pl.DataFrame],
) -> tuple[pl.DataFrame, tuple[Changed, ...]]:
    """The entries, where what came before with other payments is not known from before, and what that is."""

    def readable(sha256: str) -> pl.DataFrame | None:
        try:
            return shown(sha256)
        except (ArchiveRefused, VaultRefused):
            # The file was erased, for example.
            return None

    found = changed(entries, booked.filter(pl.col("format") == format), stated, known, readable)
    differs = pl.col("key").is_in([row["key"] for one in found for row in one.payments])
    return entries.with_columns(decision=pl.when(differs).then(pl.lit(CHANGED)).otherwise("decision")), found


def reviews(found: Sequence[Changed], chunk: pl.DataFrame) -> Iterator[Review]:
    """A review for each of these lines that begins in a chunk of the file."""
    begun = set(chunk["key"])
    for one in found:
        first = one.payments[0]
        if first["key"] not in begun:
            continue
        about = said_hash(*sorted(str([row[name] for name in _SAID]) for row in one.payments))
        money = {"bank_account": first["account"], "currency": first["currency"], "booked_on": str(first["booked_on"])}
        money |= {"amount_minor": first["line_minor"]}
        booked = tuple(in_book(row, first["currency"]) for row in one.gone)
        yield Review(None, f"line-{about}", CODE, (_SENTENCE, _differs(one)), booked, first["raw_position"], money)


def _differs(one: Changed) -> str:
    places = [str(row["raw_position"]) for row in one.new]
    more = f" and {len(places) - _MOST} more" if len(places) > _MOST else ""
    new = f"the file of before does not have {', '.join(places[:_MOST])}{more}" if places else "none is new"
    number = f"{one.before} {'payment' if one.before == 1 else 'payments'} before, {len(one.payments)} now"
    return f"{number}; of those now, {new}. Of those before, {len(one.gone)} in the book are gone."


def in_book(row: Row, currency: str) -> dict[str, Any]:
    """What a review says of money that is booked: the receipt or the part, its amount and its day."""
    id = "receipt_id" if row["role"] == UNALLOCATED else "part_id"
    money = {"amount_minor": row["amount_minor"], "currency": currency, "booked_on": str(row["booked_on"])}
    return {id: row["money_id"], **money}


_SENTENCE: Final = (
    "This sum is in the book with the same number, day and amount, but with other payments: another number of them, or "
    "other payers, references or amounts. Nothing of it was booked, because its money is in the book already. Ask who "
    "made the file which is right. If this file is, undo what the receipts of before were allocated to with `reskontra "
    "allocate RECEIPT --reverse ALLOCATION`, and allocate their money to what is paid by now; a direct debit is said "
    "with `reskontra collection settle`, `fail` or `reopen`. Then close this with `reskontra doubt close`."
)
