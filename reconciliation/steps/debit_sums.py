"""The step that finds the sums of our orders of direct debits: in a file, and among those that wait.

A sum waits if it is not what its order asks for: the bank left out a payment, say, and its rejection is not loaded yet.
Once the book knows which payments of the order failed, the sum is what is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from ledger.domain.cash.reclassification import ReclassifyMovement
from ledger.domain.chart_of_accounts import BANK_DETAILS
from ledger.vault.refusals import VaultRefused
from reconciliation.archive import ArchiveRefused
from reconciliation.matching import debit_sums
from reconciliation.matching.debit_sums import DIFFERS, OrderSum
from reconciliation.proposals import statement
from reconciliation.proposals.proposal import Proposal, Review, Setting
from reconciliation.statements.values import in_currency
from reconciliation.steps import propose_collections
from reconciliation.steps.file_load import FileLoad
from reconciliation.steps.matched import matched, suggested
from reconciliation.steps.recalled import recalled_in
from reconciliation.steps.record import record
from reconciliation.steps.settlement_load import load

if TYPE_CHECKING:
    from reconciliation.steps.day import BankDay

_IN_DETAIL: Final = "PAID_IN_DETAIL"


@dataclass(frozen=True, slots=True)
class OfOrders:
    """The lines of a file that quote orders of ours, by their keys, and the payments of those that fit, as entries.

    `shown_elsewhere` are the keys of such sums in detail files: the account's statements book the same money.
    """

    sums: dict[str, OrderSum]
    payments: pl.DataFrame
    shown_elsewhere: frozenset[str]

    def of(self, entries: pl.DataFrame) -> pl.DataFrame:
        """The payments of the sums among these entries."""
        mine = [one for key, one in self.sums.items() if key in set(entries["key"])]
        return debit_sums.payments(mine, entries.schema)

    def reviews(self, entries: pl.DataFrame) -> list[Review]:
        """What a person is told of the sums among these entries that are not what their orders ask for."""
        rows = statement.with_ids(
            entries.filter(pl.col("key").is_in([key for key, one in self.sums.items() if not one.fits]))
        )
        return [_review(self.sums[key], money_id) for key, money_id in rows.select("key", "money_id").iter_rows()]


def of_orders(day: BankDay, whole: pl.DataFrame) -> OfOrders:
    """The sums of our orders among the entries of a file."""
    quoting = debit_sums.quoting(whole)
    lines = quoting.to_dicts()
    known = day.books.store.collections.of_orders(sorted({one["order_id"] for one in lines})) if lines else []
    ours = {one["order_id"] for one in known}
    elsewhere = frozenset(one["key"] for one in lines if one["in_detail"] and one["order_id"] in ours)
    found = debit_sums.sums([one for one in lines if not one["in_detail"]], known)
    return OfOrders(found, debit_sums.payments(list(found.values()), whole.schema), elsewhere)


def settle_waiting(day: BankDay) -> tuple[str, ...]:
    """Settle the sums that wait and are by now what is left of their orders; returns their movements."""
    settled: list[str] = []
    for row in day.books.store.collections.sums_waiting(DIFFERS):
        try:
            loading = load(row["file"], day.archive, day.on, day.books.terms(), day.our_accounts(), day.mappings())
        except (ArchiveRefused, VaultRefused):
            # The file was erased, for example; a person decides.
            continue
        if isinstance(loading, FileLoad) and _settle(day, loading, row["part_id"], row["line_key"]):
            settled.append(row["part_id"])
            day.books.follow()
    return tuple(settled)


def _settle(day: BankDay, loading: FileLoad, part_id: str, key: str) -> bool:
    whole = loading.entries(day.books.store.matching)
    found = of_orders(day, whole)
    of = found.sums.get(key)
    if of is None or not of.fits:
        return False
    paid = debit_sums.payments([of], whole.schema).with_row_index("no")
    known = propose_collections.known_of(day.books.store.collections, paid.to_dicts())
    paid = propose_collections.with_references(paid, known)
    setting = Setting(loading.sha256, day.actor, day.recorded_at, day.correlation)
    look_up = day.books.store.matching
    answered = matched(look_up, paid)
    taken = recalled_in(day, loading, paid, paid, 0)
    proposal = statement.propose(paid, answered, suggested(look_up, answered), setting, taken)
    settlements, reviews = propose_collections.settled(paid.to_dicts(), known, setting)
    command = ReclassifyMovement(part_id=part_id, role=BANK_DETAILS, reason_code=_IN_DETAIL)
    moved = setting.submission(command, f"detail:{key}", of.line["booked_on"], of.line["raw_position"])
    submissions = (moved, *proposal.submissions, *settlements)
    returned = propose_collections.returned(day, submissions, setting)
    record(day, loading.sha256, Proposal((*submissions, *returned), (*proposal.reviews, *reviews), ()))
    return True


def _review(of: OrderSum, money_id: str) -> Review:
    line, number = of.line, of.line["declared_details"]
    said = f"The bank's line: {in_currency(line['amount_minor'], line['currency'])} {line['currency']}"
    said += "." if number is None else f", payments: {number}."
    waits = f"The direct debits that wait: {in_currency(of.waiting_minor, line['currency'])} {line['currency']}"
    waits += f", payments: {len(of.debits)}."
    return Review(None, money_id, DIFFERS, (_SENTENCE, said, waits), (), line["raw_position"])


_SENTENCE: Final = (
    "The bank booked direct debits of one order as a sum that is not what waits of this order. Load the bank's file "
    "that rejects the payment that it left out, or record that with `reskontra collection fail`: the next `reskontra "
    "reconcile` settles the others. If the bank took too much or twice, ask it, and say what the line is with "
    "`reskontra movement reclassify`."
)
