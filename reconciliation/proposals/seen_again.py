"""Proposes what follows if a file shows payments that are booked already, from files of other formats."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final, cast

import polars as pl

from ledger.domain.bank.file import RecordSeenAgain, Seen
from ledger.domain.cash.receipt_reclassification import ReclassifyReceipt
from ledger.domain.cash.reclassification import ReclassifyMovement
from ledger.domain.chart_of_accounts import BANK_DETAILS
from ledger.domain.fact import Command
from ledger.execution.submission import Submission
from reconciliation.proposals.applied import applied, parts_of
from reconciliation.proposals.proposal import Setting

_IN_DETAIL: Final = "PAID_IN_DETAIL"
_OTHERWISE: Final = "STATED_OTHERWISE"
_NAMED: Final = ("named_as", "key", "booked_on", "raw_position")


def sums(
    entries: pl.DataFrame, receipts: Collection[str], debits: Collection[str], setting: Setting
) -> tuple[Submission, ...]:
    """Take sums off the payers' money or out of suspense, because the file has the payments themselves.

    Only those of the untouched `receipts` and `debits` were nobody's payment for sure.
    """
    found = entries.filter(pl.col("sum_booked_as").is_in([*receipts, *debits]))
    made = []
    for money, key, on, where in found.select("sum_booked_as", "key", "booked_on", "raw_position").iter_rows():
        command: Command = ReclassifyReceipt(receipt_id=money, role=BANK_DETAILS, reason_code=_IN_DETAIL)
        if money in debits:
            command = ReclassifyMovement(part_id=money, role=BANK_DETAILS, reason_code=_IN_DETAIL)
        made.append(setting.submission(command, f"detail:{key}", on, where))
    return tuple(made)


def withdrawn(entries: pl.DataFrame, setting: Setting) -> tuple[Submission, ...]:
    """Take back what detail files have beside payments of these entries: their statement has it elsewhere."""
    found = entries.filter(pl.col("withdraws").is_not_null()).explode("withdraws")
    made = []
    for part, on, where in found.select("withdraws", "booked_on", "raw_position").iter_rows():
        command = ReclassifyMovement(part_id=part, role=BANK_DETAILS, reason_code=_OTHERWISE)
        made.append(setting.submission(command, f"withdrawn:{part}", on, where))
    return tuple(made)


def propose(
    again: pl.DataFrame, format: str, named: pl.DataFrame, setting: Setting, chunk: int
) -> tuple[Submission, ...]:
    """Record the payments of a chunk that were seen again, and apply those receipts whose reference this file gives.

    `again` are entries with `seen_as`, the receipt or part as which each is booked. `named` are entries that are
    receipts without a reference until now (`named_as`), with what matching answers to the reference in this file.
    """
    made = []
    if not again.is_empty():
        columns = again.select("key", "bank_id_key", "seen_as", "booked_on", "statement_no", "raw_position").iter_rows()
        shown = RecordSeenAgain(sha256=setting.sha256, format=format, seen=tuple(Seen(*one) for one in columns))
        on = again["booked_on"].min()
        made.append(setting.submission(shown, f"seen:{setting.sha256}:{chunk}", cast("date", on), None))
    for row in named.iter_rows(named=True):
        receipt, key, booked_on, where = (row[name] for name in _NAMED)
        for command, policy, suffix in applied(receipt, parts_of(row)):
            made.append(setting.submission(command, f"match:{key}{suffix}", booked_on, where, policy))
    return tuple(made)
