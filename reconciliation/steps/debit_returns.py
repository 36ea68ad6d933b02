"""The step that looks again at returns of direct debits that wait: what each takes back now, or why it still waits.

A return names its direct debit by an end-to-end id of ours, so it is never in doubt which. It waits for the payment,
or because it is of more than is left of that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from ledger.domain.cash.recall import RecallReceipt
from reconciliation.matching import recalls
from reconciliation.matching.movements import RECALL_RULES, RECALL_UNEXPLAINED
from reconciliation.proposals.proposal import Proposal, Review, Setting
from reconciliation.proposals.recalled import NO_REASON, reason_code
from reconciliation.steps import debit_return_words as words
from reconciliation.steps import propose_collections
from reconciliation.steps.debit_sums import loaded
from reconciliation.steps.record import record

if TYPE_CHECKING:
    from reconciliation.steps.day import BankDay

Row = Mapping[str, Any]

_PLACE: Final = ("statement_no", "raw_position")


def take_back(day: BankDay) -> Counter[str]:
    """Record what returns that wait take back by now, and say of the others what is known.

    Returns what that says the bank has answered, by the words of `answered`.
    """
    answered: Counter[str] = Counter()
    returns = _named(day)
    for file, rows in groupby(_covered(day, returns), key=lambda one: str(one["file"])):
        executed = record(day, file, _taken(day, file, list(rows)))
        answered.update(executed.answered)
    if returns:
        day.books.follow()
        _say_again(day, {one["part_id"]: one["end_to_end_id"] for one in returns})
    return answered


def _named(day: BankDay) -> list[Row]:
    """The returns that wait, each with the end-to-end id of ours and the reason that its file gives."""
    collections = day.books.store.collections
    found: list[Row] = []
    for file, rows in groupby(collections.returns_waiting(RECALL_RULES), key=lambda one: str(one["file"])):
        loading = loaded(day, file)
        if loading is None:
            continue
        shown = recalls.recalls(loading.plain).filter(pl.col("end_to_end_id").is_not_null())
        said = shown.select(*_PLACE, "end_to_end_id", "return_reason").unique(_PLACE, keep="none")
        at = {(number, where): rest for number, where, *rest in said.iter_rows()}
        for row in rows:
            id, reason = at.get((row["statement_no"], row["raw_position"]), (None, None))
            found.append({**row, "end_to_end_id": id, "reason": reason_code(reason) or NO_REASON})
    ours = {one["end_to_end_id"] for one in collections.of_ids([one["end_to_end_id"] for one in found])}
    return [one for one in found if one["end_to_end_id"] in ours]


def _covered(day: BankDay, returns: Sequence[Row]) -> list[Row]:
    """Those of these returns that take no more than is left of their receipts, by their files."""
    receipts = _receipts(day, returns)
    rows: list[Row] = [
        {
            **one,
            **{name: receipts[one["end_to_end_id"]][name] for name in ("receipt_id", "items")},
            "free": receipts[one["end_to_end_id"]]["left_minor"],
            "end_to_end_key": one["end_to_end_id"],
            "recalled_on": one["booked_on"],
            "minor": -one["left_minor"],
            "no": -1,
        }
        for one in returns
        if one["end_to_end_id"] in receipts and not one["cleared_minor"] and not one["by_hand"]
    ]
    if not rows:
        return rows
    return list(recalls.covered(pl.DataFrame(rows)).sort("file", maintain_order=True).iter_rows(named=True))


def _receipts(day: BankDay, returns: Sequence[Row]) -> dict[str, Row]:
    """The receipts of the direct debits that these returns name, by end-to-end id, if they are of one currency."""
    currencies = {one["end_to_end_id"]: one["currency"] for one in returns}
    found = day.books.store.collections.collected(sorted(currencies))
    return {one["end_to_end_id"]: one for one in found if one["currency"] == currencies[one["end_to_end_id"]]}


def _taken(day: BankDay, file: str, rows: Sequence[Row]) -> Proposal:
    setting = Setting(file, day.actor, day.recorded_at, day.correlation)
    taken = tuple(
        setting.submission(
            RecallReceipt(
                receipt_id=one["receipt_id"],
                part_id=one["part_id"],
                reason_code=one["reason"],
                item_ids=tuple(one["items"]),
            ),
            f"recall:{one['line_key']}:{one['receipt_id']}",
            one["booked_on"],
            one["raw_position"],
        )
        for one in rows
    )
    return Proposal((*taken, *propose_collections.returned(day, taken, setting)), (), ())


def _say_again(day: BankDay, ids: Mapping[str, str]) -> None:
    """Say of those of these returns that still wait which direct debit they name, and what to do."""
    waiting = day.books.store.collections.returns_waiting(RECALL_RULES)
    returns = [{**one, "end_to_end_id": ids[one["part_id"]]} for one in waiting if one["part_id"] in ids]
    receipts = _receipts(day, returns)
    known = {one["end_to_end_id"]: one for one in day.books.store.collections.of_ids(list(ids.values()))}
    told = [
        (
            Review(
                None,
                one["part_id"],
                RECALL_UNEXPLAINED,
                words.of_return(one, known[one["end_to_end_id"]], receipts.get(one["end_to_end_id"])),
                words.fitting(receipts.get(one["end_to_end_id"])),
                one["raw_position"],
            ),
            one["file"],
        )
        for one in returns
    ]
    day.desk.renew_reviews(told, (), day.recorded_at)
