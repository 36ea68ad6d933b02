"""The step that finds the sums of our orders of direct debits: in a file, and among those that wait.

A sum waits if it is not what its order asks for: the bank left out a payment, say, and its rejection is not loaded yet.
Once the book knows which payments of the order failed, the sum is what is left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from ledger.domain.cash.recall import RecallReceipt
from ledger.domain.cash.reclassification import ReclassifyMovement
from ledger.domain.chart_of_accounts import BANK_DETAILS
from ledger.vault.refusals import VaultRefused
from reconciliation.archive import ArchiveRefused
from reconciliation.matching import debit_sums, quoted_orders, shown_debits
from reconciliation.matching.debit_sums import DIFFERS, OrderSum, SumBack
from reconciliation.matching.identity import id_key
from reconciliation.proposals import statement
from reconciliation.proposals.proposal import Proposal, Review, Setting
from reconciliation.proposals.recalled import NO_REASON, reason_code
from reconciliation.proposals.statement import money_id
from reconciliation.steps import debit_sum_words as words
from reconciliation.steps import propose_collections
from reconciliation.steps.matched import matched, suggested
from reconciliation.steps.other_feeds import NEAR
from reconciliation.steps.recalled import recalled_in
from reconciliation.steps.record import record
from reconciliation.steps.settlement_load import load

if TYPE_CHECKING:
    from ledger import Submission
    from reconciliation.steps.day import BankDay
    from reconciliation.steps.file_load import FileLoad
    from reconciliation.steps.outcomes import Executed

Row = Mapping[str, Any]

_IN_DETAIL: Final = "PAID_IN_DETAIL"


@dataclass(frozen=True, slots=True)
class OfOrders:
    """The lines of a file that quote orders of ours, by their keys, and the payments of those that fit, as entries.

    `backs` are the debits that take payments of such an order back. `shown_elsewhere` are the keys of such sums in
    detail files: the account's statements book the same money.
    """

    sums: dict[str, OrderSum]
    backs: dict[str, SumBack]
    payments: pl.DataFrame
    shown_elsewhere: frozenset[str]

    def of(self, entries: pl.DataFrame) -> pl.DataFrame:
        """The payments of the sums among these entries."""
        mine = [one for key, one in self.sums.items() if key in set(entries["key"])]
        return debit_sums.payments(mine, entries.schema)

    @property
    def explained(self) -> dict[str, OrderSum | SumBack]:
        """What all these lines are."""
        return {**self.sums, **self.backs}

    def recalls(self, entries: pl.DataFrame, setting: Setting, named: Collection[str]) -> Iterator[Submission]:
        """The recalls of all receipts of an order that a debit among these entries takes back for certain.

        The debits with the keys `named` name one receipt themselves.
        """
        for key in entries.filter(pl.col("key").is_in(list(self.backs.keys() - set(named))))["key"]:
            line, receipts, certain = self.backs[key]
            reason, part = reason_code(line["return_reason"]) or NO_REASON, money_id(line["booked_on"], key)
            for one in receipts if certain else ():
                command = RecallReceipt(receipt_id=one["receipt_id"], part_id=part, reason_code=reason)
                name = f"recall:{key}:{one['receipt_id']}"
                yield setting.submission(command, name, line["booked_on"], line["raw_position"])

    def reviews(self, entries: pl.DataFrame, named: Collection[str]) -> list[Review]:
        """What a person is told of the sums among these entries, and of the debits that take some back."""
        rows = statement.with_ids(entries.filter(pl.col("key").is_in(list(self.explained.keys() - set(named)))))
        found = dict(rows.select("key", "money_id").iter_rows())
        told = [one for key, id in found.items() if key in self.sums for one in words.of_sum(self.sums[key], id)]
        return told + [words.of_back(self.backs[key], id) for key, id in found.items() if _waits(self.backs.get(key))]


def of_orders(day: BankDay, loading: FileLoad, whole: pl.DataFrame, said: Collection[str] = ()) -> OfOrders:
    """The sums of our orders among the entries of a file, but those of which a person said what they are (`said`)."""
    lines = [one for one in debit_sums.quoting(whole).to_dicts() if one["key"] not in said]
    collections = day.books.store.collections
    known = collections.of_orders(sorted({one["our_order"] for one in lines})) if lines else []
    elsewhere = frozenset(one["key"] for one in lines if one["in_detail"])
    lines = [one for one in lines if not one["in_detail"]]
    credits = [one for one in lines if one["amount_minor"] > 0]
    found = debit_sums.sums(credits, known, _shown(day, loading, credits, said))
    backs = _backs(day, [one for one in lines if one["amount_minor"] < 0], known, found.values())
    return OfOrders(found, backs, debit_sums.payments(list(found.values()), whole.schema), elsewhere)


def _backs(day: BankDay, debits: Sequence[Row], known: Sequence[Row], sums: Iterable[OrderSum]) -> dict[str, SumBack]:
    """What these debits take back, by their keys."""
    if not debits:
        return {}
    quoted = Counter(one["our_order"] for one in debits)
    waits = {one.line["our_order"] for one in sums} | _unexplained(day) | {one for one in quoted if quoted[one] > 1}
    orders = {one["end_to_end_id"]: one["order_id"] for one in known if one["order_id"] in quoted}
    receipts: dict[str, list[Row]] = {order: [] for order in quoted}
    for one in day.books.store.collections.collected(list(orders)):
        receipts[orders[one["end_to_end_id"]]].append(one)
    return {
        line["key"]: debit_sums.taken_back(line, receipts[line["our_order"]], sum_waits=line["our_order"] in waits)
        for line in debits
    }


def _waits(back: SumBack | None) -> bool:
    return back is not None and not back.certain


def _shown(day: BankDay, loading: FileLoad, lines: Sequence[Row], said: Collection[str]) -> frozenset[str]:
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
        if receipt["booked_on"] == one["booked_on"]
        and receipt["receipt_id"] == money_id(one["booked_on"], id_key(one["line_key"], receipt["collection_id"]))
    }
    rest = [one for one in receipts if one["receipt_id"] not in brought]
    others = [one for one in booked if one["file"] != loading.sha256 or one["line_key"] in said]
    others = [one for one in others if one["part_id"] not in set(brought.values())]
    return shown_debits.shown(lines, rest, _taken(day, others) if rest else {})


def _taken(day: BankDay, booked: Sequence[Row]) -> Counter[str]:
    """How much of each order these booked sums have; the book has no word of a line, so their files say which."""
    taken: Counter[str] = Counter()
    for file in sorted({one["file"] for one in booked}):
        loading = _loaded(day, file)
        if loading is None:
            continue
        shown = quoted_orders.named(loading.plain, day.books.store.matching)
        quoted = shown.filter(pl.col("our_order").is_not_null()).select("statement_no", "raw_position", "our_order")
        orders = {(number, where): order for number, where, order in quoted.iter_rows()}
        for one in (one for one in booked if one["file"] == file):
            if order := orders.get((one["statement_no"], one["raw_position"])):
                taken[order] += one["amount_minor"]
    return taken


def _unexplained(day: BankDay) -> set[str]:
    """The orders of which sums wait, or were something else than payments of the order."""
    return set(_taken(day, day.books.store.collections.sums_unexplained(DIFFERS)))


def _loaded(day: BankDay, file: str) -> FileLoad | None:
    """A file of the archive; None if it cannot be read, because it was erased, for example: a person decides."""
    try:
        return load(file, day.archive, day.on, day.books.terms(), day.our_accounts(), day.mappings())
    except (ArchiveRefused, VaultRefused):
        return None


def settle_waiting(day: BankDay) -> Counter[str]:
    """Settle the sums that wait and are by now what is left of their orders, or what detail files have shown.

    Returns what that says the bank has answered, by the words of `answered`.
    """
    answered: Counter[str] = Counter()
    for row in day.books.store.collections.sums_waiting(DIFFERS):
        loading = _loaded(day, row["file"])
        executed = None if loading is None else _settle(day, loading, row["part_id"], row["line_key"])
        if executed is not None:
            answered.update(executed.answered)
            day.books.follow()
    return answered


def _settle(day: BankDay, loading: FileLoad, part_id: str, key: str) -> Executed | None:
    look_up, collections = day.books.store.matching, day.books.store.collections
    whole = loading.entries(look_up)
    of = of_orders(day, loading, whole, collections.sums_said(loading.sha256, DIFFERS, _IN_DETAIL)).sums.get(key)
    if of is None or of.differs:
        return None
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
    reviews += words.of_sum(of, part_id)
    return record(day, loading.sha256, Proposal((*submissions, *returned), (*proposal.reviews, *reviews), ()))
