"""The step that finds the sums of our orders of direct debits: in a file, and among those that wait.

A sum waits if it is not what its order asks for: the bank left out a payment, say, and its rejection is not loaded yet.
Once the book knows which payments of the order failed, the sum is what is left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from ledger.domain.cash.reclassification import ReclassifyMovement
from ledger.domain.chart_of_accounts import BANK_DETAILS
from ledger.vault.refusals import VaultRefused
from reconciliation.archive import ArchiveRefused
from reconciliation.matching import debit_sums, quoted_orders, shown_debits
from reconciliation.matching.debit_sums import DIFFERS, OrderSum
from reconciliation.matching.identity import id_key
from reconciliation.proposals import statement
from reconciliation.proposals.proposal import Proposal, Review, Setting
from reconciliation.proposals.statement import money_id
from reconciliation.statements.values import in_currency
from reconciliation.steps import propose_collections
from reconciliation.steps.file_load import FileLoad
from reconciliation.steps.matched import matched, suggested
from reconciliation.steps.other_feeds import NEAR
from reconciliation.steps.recalled import recalled_in
from reconciliation.steps.record import record
from reconciliation.steps.settlement_load import load

if TYPE_CHECKING:
    from reconciliation.steps.day import BankDay

Row = Mapping[str, Any]

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
        """What a person is told of the sums among these entries."""
        rows = statement.with_ids(entries.filter(pl.col("key").is_in(list(self.sums))))
        found = [(self.sums[key], money_id) for key, money_id in rows.select("key", "money_id").iter_rows()]
        return [one for of, money_id in found for one in _reviews(of, money_id)]


def of_orders(day: BankDay, loading: FileLoad, whole: pl.DataFrame, said: Collection[str] = ()) -> OfOrders:
    """The sums of our orders among the entries of a file, but those of which a person said what they are (`said`)."""
    lines = [one for one in debit_sums.quoting(whole).to_dicts() if one["key"] not in said]
    collections = day.books.store.collections
    known = collections.of_orders(sorted({one["our_order"] for one in lines})) if lines else []
    elsewhere = frozenset(one["key"] for one in lines if one["in_detail"])
    lines = [one for one in lines if not one["in_detail"]]
    found = debit_sums.sums(lines, known, _shown(day, loading, lines))
    return OfOrders(found, debit_sums.payments(list(found.values()), whole.schema), elsewhere)


def _shown(day: BankDay, loading: FileLoad, lines: Sequence[Row]) -> frozenset[str]:
    """The keys of those of these lines of which detail files have shown the payments."""
    look_up = day.books.store.collections
    receipts = look_up.shown(sorted({one["our_order"] for one in lines})) if lines else []
    if not receipts:
        return frozenset()
    accounts, first = {one["bank_account"] for one in receipts}, min(one["booked_on"] for one in receipts)
    booked = look_up.sums_booked((debit_sums.SUM, DIFFERS), sorted(accounts), first - NEAR)
    # What a sum itself has brought is in the book because of it, and no detail file has shown it.
    brought = {
        receipt["receipt_id"]: one["part_id"]
        for one in booked
        for receipt in receipts
        if receipt["receipt_id"] == money_id(one["booked_on"], id_key(one["line_key"], receipt["collection_id"]))
    }
    rest = [one for one in receipts if one["receipt_id"] not in brought]
    others = [one for one in booked if one["file"] != loading.sha256 and one["part_id"] not in set(brought.values())]
    return shown_debits.shown(lines, rest, _taken(day, loading, others) if rest else {})


def _taken(day: BankDay, loading: FileLoad, booked: Sequence[Row]) -> Counter[str]:
    """How much of each order these booked sums have; the book has no word of a line, so their files say which."""
    taken: Counter[str] = Counter()
    for file in sorted({one["file"] for one in booked}):
        try:
            shown = quoted_orders.named(loading.shown(file), day.books.store.matching)
        except (ArchiveRefused, VaultRefused):
            continue
        quoted = shown.filter(pl.col("our_order").is_not_null()).select("statement_no", "raw_position", "our_order")
        orders = {(number, where): order for number, where, order in quoted.iter_rows()}
        for one in (one for one in booked if one["file"] == file):
            if order := orders.get((one["statement_no"], one["raw_position"])):
                taken[order] += one["amount_minor"]
    return taken


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
    look_up, collections = day.books.store.matching, day.books.store.collections
    whole = loading.entries(look_up)
    of = of_orders(day, loading, whole, collections.sums_said(loading.sha256, DIFFERS)).sums.get(key)
    if of is None or of.differs:
        return False
    paid = debit_sums.payments([of], whole.schema).with_row_index("no")
    known = propose_collections.known_of(collections, paid.to_dicts())
    paid = propose_collections.with_references(paid, known)
    setting = Setting(loading.sha256, day.actor, day.recorded_at, day.correlation)
    answered = matched(look_up, paid)
    taken = recalled_in(day, loading, paid, paid, 0)
    proposal = statement.propose(paid, answered, suggested(look_up, answered), setting, taken)
    settlements, reviews = propose_collections.settled(paid.to_dicts(), known, setting)
    command = ReclassifyMovement(part_id=part_id, role=BANK_DETAILS, reason_code=_IN_DETAIL)
    moved = setting.submission(command, f"detail:{key}", of.line["booked_on"], of.line["raw_position"])
    submissions = (moved, *proposal.submissions, *settlements)
    returned = propose_collections.returned(day, submissions, setting)
    reviews += _reviews(of, part_id)
    record(day, loading.sha256, Proposal((*submissions, *returned), (*proposal.reviews, *reviews), ()))
    return True


def _reviews(of: OrderSum, money_id: str) -> list[Review]:
    if of.differs:
        return [_review(of, money_id)]
    where = of.line["raw_position"]
    return [propose_collections.shown_elsewhere(one, of.line["key"], where) for one in of.debits if of.shown]


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
