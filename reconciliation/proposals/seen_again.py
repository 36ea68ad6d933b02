"""Proposes what follows if a file shows payments that are booked already, from files of other formats."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final, cast

import polars as pl

from ledger.domain.bank.file import RecordSeenAgain, Seen
from ledger.domain.cash.allocation import AllocateReceipt
from ledger.domain.cash.receipt_reclassification import ReclassifyReceipt
from ledger.domain.chart_of_accounts import BANK_DETAILS
from ledger.domain.fact import PolicyRef
from ledger.execution.submission import Submission
from reconciliation.matching.exact_match import RULE, RULE_VERSION
from reconciliation.proposals.proposal import Setting

_NAMED: Final = ("seen_as", "request_id", "key", "booked_on", "raw_position")
_POLICY: Final = PolicyRef("cash_application", RULE_VERSION, RULE)


def sums(entries: pl.DataFrame, untouched: Collection[str], setting: Setting) -> tuple[Submission, ...]:
    """Take sums that were booked as receipts off the payers' money, because the file has the payments themselves.

    Only receipts that are `untouched` were nobody's payment for sure.
    """
    found = entries.filter(pl.col("sum_booked_as").is_in(list(untouched)))
    made = []
    for receipt, key, on, where in found.select("sum_booked_as", "key", "booked_on", "raw_position").iter_rows():
        command = ReclassifyReceipt(receipt_id=receipt, role=BANK_DETAILS, reason_code="PAID_IN_DETAIL")
        made.append(setting.submission(command, f"detail:{key}", on, where))
    return tuple(made)


def propose(
    again: pl.DataFrame, format: str, named: pl.DataFrame, setting: Setting, chunk: int
) -> tuple[Submission, ...]:
    """Record the payments of a chunk that were seen again, and apply those receipts whose reference this file gives.

    `again` are entries with `seen_as`, the receipt or part as which each is booked. `named` are those of them that are
    receipts without a reference until now, with the request_id that matches the reference in this file.
    """
    columns = again.select("key", "bank_id_key", "seen_as", "booked_on", "statement_no", "raw_position").iter_rows()
    command = RecordSeenAgain(sha256=setting.sha256, format=format, seen=tuple(Seen(*one) for one in columns))
    on = again["booked_on"].min()
    made = [setting.submission(command, f"seen:{setting.sha256}:{chunk}", cast("date", on), None)]
    for receipt, request_id, key, booked_on, where in named.select(*_NAMED).iter_rows():
        allocation = AllocateReceipt(allocation_id=receipt, receipt_id=receipt, request_id=request_id, rule=RULE)
        made.append(setting.submission(allocation, f"match:{key}", booked_on, where, _POLICY))
    return tuple(made)
