"""The step that finds the sums of our orders of direct debits: in a file, and among those that wait.

A sum waits if it is not what its order asks for: the bank left out a payment, say, and its rejection is not loaded yet.
Once the book knows which payments of the order failed, the sum is what is left. A debit that takes payments of an order
back waits in the same way, until it is all that the book has of the order.
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
from reconciliation.matching.debit_sums import DIFFERS, TAKEN_BACK, OrderSum, Returned, SumBack
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
# What a debit that a detail file shows is known by, besides what is booked of it.
_OF_DEBIT: Final = ("order_id", "collection_id")


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

    def returns(self, entries: pl.DataFrame, named: Collection[str]) -> pl.DataFrame:
        """What those debits among these entries take back, as entries, that do not name one receipt (`named`)."""
        mine = set(entries["key"]) - set(named)
        return debit_sums.returns([one for key, one in self.backs.items() if key in mine], entries.schema)

    @property
    def explained(self) -> dict[str, OrderSum | SumBack | Returned]:
        """What all these lines are, and what the debits take back of each payment."""
        returns = {key: Returned() for one in self.backs.values() for key, _ in one.returns}
        return {**self.sums, **self.backs, **returns}

    def recalls(self, entries: pl.DataFrame, setting: Setting, named: Collection[str]) -> Iterator[Submission]:
        """The recalls of all receipts of an order that a debit among these entries takes back for certain.

        The debits with the keys `named` name one receipt themselves.
        """
        for key in entries.filter(pl.col("key").is_in(list(self.backs.keys() - set(named))))["key"]:
            yield from _recalls(self.backs[key], setting)

    def reviews(self, entries: pl.DataFrame, named: Collection[str]) -> list[Review]:
        """What a person is told of the sums among these entries, and of the debits that take some back."""
        lines = {**self.sums, **self.backs}.keys() - set(named)
        rows = statement.with_ids(entries.filter(pl.col("key").is_in(list(lines))))
        found = dict(rows.select("key", "money_id").iter_rows())
        told = [one for key, id in found.items() if key in self.sums for one in words.of_sum(self.sums[key], id)]
        return told + [words.of_back(self.backs[key], id) for key, id in found.items() if _waits(self.backs.get(key))]


def _recalls(back: SumBack, setting: Setting) -> Iterator[Submission]:
    """The recalls of the receipts that a debit takes back for certain."""
    on, where = back.line["booked_on"], back.line["raw_position"]
    reason = reason_code(back.line["return_reason"]) or NO_REASON
    for key, one in back.returns:
        part, items = money_id(on, key), tuple(one["items"])
        command = RecallReceipt(receipt_id=one["receipt_id"], part_id=part, reason_code=reason, item_ids=items)
        yield setting.submission(command, f"recall:{key}", on, where)


def of_orders(
    day: BankDay, loading: FileLoad, whole: pl.DataFrame, said: Collection[str] = (), again: Collection[str] = ()
) -> OfOrders:
    """The sums of our orders among the entries of a file, but those of which a person said what they are (`said`).

    Of a file in the book, `again` are the debits that are looked at again; the book says which of its sums wait.
    """
    lines = [one for one in debit_sums.quoting(whole).to_dicts() if one["key"] not in said]
    collections = day.books.store.collections
    known = collections.of_orders(sorted({one["our_order"] for one in lines})) if lines else []
    elsewhere = frozenset(one["key"] for one in lines if one["in_detail"])
    lines = [one for one in lines if not one["in_detail"]]
    credits = [one for one in lines if one["amount_minor"] > 0]
    debits = [one for one in lines if one["amount_minor"] < 0 and (not again or one["key"] in again)]
    found = debit_sums.sums(credits, known, _shown(day, loading, credits))
    shown = _shown_back(day, loading, debits, known)
    backs = _backs(day, debits, known, () if again else found.values(), shown)
    return OfOrders(found, backs, debit_sums.payments(list(found.values()), whole.schema), elsewhere)


def together(day: BankDay, entries: pl.DataFrame) -> list[Review]:
    """What is said of the receipts among these entries whose texts quote several orders of ours."""
    paid = statement.with_ids(statement.receipts(entries))
    quoted = quoted_orders.together(paid, day.books.store.matching)
    if not quoted:
        return []
    known = day.books.store.collections.of_orders(sorted({one for orders in quoted.values() for one in orders}))
    rows = paid.filter(pl.col("key").is_in(list(quoted))).iter_rows(named=True)
    return [words.of_orders(row, quoted[row["key"]], known) for row in rows]


def _backs(
    day: BankDay, debits: Sequence[Row], known: Sequence[Row], sums: Iterable[OrderSum], shown: Collection[str]
) -> dict[str, SumBack]:
    """What these debits take back, by their keys; `shown` are the keys of those that detail files have shown."""
    if not debits:
        return {}
    quoted = Counter(one["our_order"] for one in debits if one["key"] not in shown)
    waits = {one.line["our_order"] for one in sums} | _unexplained(day) | {one for one in quoted if quoted[one] > 1}
    orders = {one["end_to_end_id"]: one["order_id"] for one in known}
    receipts: dict[str, list[Row]] = {one["our_order"]: [] for one in debits}
    for one in day.books.store.collections.collected([id for id, of in orders.items() if of in receipts]):
        receipts[orders[one["end_to_end_id"]]].append(one)
    return {
        line["key"]: debit_sums.taken_back(
            line,
            receipts[line["our_order"]],
            sum_waits=line["our_order"] in waits,
            shown=line["key"] in shown or line["part"] == "lump",
        )
        for line in debits
    }


def _waits(back: SumBack | None) -> bool:
    return back is not None and back.waits


def _shown(day: BankDay, loading: FileLoad, lines: Sequence[Row]) -> frozenset[str]:
    """The keys of those of these sums of which detail files have shown the payments."""
    look_up = day.books.store.collections
    receipts = look_up.shown(sorted({one["our_order"] for one in lines})) if lines else []
    return _shown_of(day, loading, lines, receipts, (debit_sums.SUM, DIFFERS))


def _shown_back(day: BankDay, loading: FileLoad, lines: Sequence[Row], known: Sequence[Row]) -> frozenset[str]:
    """The keys of those of these debits of which detail files have shown what they take back."""
    if not lines:
        return frozenset()
    first = min(one["booked_on"] for one in lines) - NEAR
    of = {id_key(one["bank_account"], one["end_to_end_id"]): one for one in known if one["end_to_end_id"]}
    found = day.books.store.collections.shown_back(list(of), sorted({one["account"] for one in lines}), first)
    debits = [{**one, **{name: of[one["end_to_end_key"]][name] for name in _OF_DEBIT}} for one in found]
    mine = [{**one, "amount_minor": -one["amount_minor"]} for one in lines]
    return _shown_of(day, loading, mine, debits, (debit_sums.BACK, TAKEN_BACK))


def _shown_of(
    day: BankDay,
    loading: FileLoad,
    lines: Sequence[Row],
    shown: Sequence[Row],
    rules: tuple[str, str],
) -> frozenset[str]:
    """The keys of those of these lines that are what detail files have `shown`; such lines are booked by these rules.

    All amounts are above zero.
    """
    if not shown:
        return frozenset()
    accounts, first = {one["bank_account"] for one in shown}, min(one["booked_on"] for one in shown)
    booked = day.books.store.collections.sums_booked(rules, sorted(accounts), first - NEAR)
    # What a sum itself has brought is in the book because of it, and no detail file has shown it.
    brought = {
        one["receipt_id"]: line["part_id"]
        for line in booked
        for one in shown
        if one["booked_on"] == line["booked_on"]
        and one["receipt_id"] == money_id(line["booked_on"], id_key(line["line_key"], one["collection_id"]))
    }
    rest = [one for one in shown if one["receipt_id"] not in brought]
    asked = {one["key"] for one in lines}
    others = [one for one in booked if one["file"] != loading.sha256 or one["line_key"] not in asked]
    others = [one for one in others if one["part_id"] not in set(brought.values())]
    return shown_debits.shown(lines, rest, _taken(day, others) if rest else {})


def _taken(day: BankDay, booked: Sequence[Row]) -> Counter[str]:
    """How much of each order these booked sums have; the book has no word of a line, so their files say which."""
    taken: Counter[str] = Counter()
    for file in sorted({one["file"] for one in booked}):
        loading = loaded(day, file)
        if loading is None:
            continue
        shown = quoted_orders.named(loading.plain, day.books.store.matching)
        quoted = shown.filter(pl.col("our_order").is_not_null()).select("statement_no", "raw_position", "our_order")
        orders = {(number, where): order for number, where, order in quoted.iter_rows()}
        for one in (one for one in booked if one["file"] == file):
            if order := orders.get((one["statement_no"], one["raw_position"])):
                taken[order] += abs(one["amount_minor"])
    return taken


def _unexplained(day: BankDay) -> set[str]:
    """The orders of which sums wait, or were something else than payments of the order."""
    return set(_taken(day, day.books.store.collections.sums_unexplained(DIFFERS)))


def loaded(day: BankDay, file: str) -> FileLoad | None:
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
    for rule in (DIFFERS, TAKEN_BACK):
        for row in day.books.store.collections.sums_waiting(rule):
            loading = loaded(day, row["file"])
            settle = _settle if rule == DIFFERS else _take_back
            executed = None if loading is None else settle(day, loading, row["part_id"], row["line_key"])
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
    submissions = (_in_detail(of.line, part_id, setting), *proposal.submissions, *settlements)
    returned = propose_collections.returned(day, submissions, setting)
    reviews += words.of_sum(of, part_id)
    return record(day, loading.sha256, Proposal((*submissions, *returned), (*proposal.reviews, *reviews), ()))


def _take_back(day: BankDay, loading: FileLoad, part_id: str, key: str) -> Executed | None:
    look_up = day.books.store.matching
    whole = loading.entries(look_up)
    of_file = of_orders(day, loading, whole, again=(key,))
    back = of_file.backs.get(key)
    if back is None or back.waits:
        return None
    setting = Setting(loading.sha256, day.actor, day.recorded_at, day.correlation, sums=of_file.explained)
    gone = debit_sums.returns([back], whole.schema).with_row_index("no")
    nothing = matched(look_up, statement.receipts(gone))
    proposal = statement.propose(gone, nothing, suggested(look_up, nothing), setting)
    submissions = (_in_detail(back.line, part_id, setting), *proposal.submissions, *_recalls(back, setting))
    returned = propose_collections.returned(day, submissions, setting)
    return record(day, loading.sha256, Proposal((*submissions, *returned), proposal.reviews, ()))


def _in_detail(line: Row, part_id: str, setting: Setting) -> Submission:
    """What moves a sum that waited to `bank_details`, because it is known of which payments it is."""
    command = ReclassifyMovement(part_id=part_id, role=BANK_DETAILS, reason_code=_IN_DETAIL)
    return setting.submission(command, f"detail:{line['key']}", line["booked_on"], line["raw_position"])
