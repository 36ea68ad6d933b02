"""The bank files that say who somebody is, or may: those of the person's payments and of the days of these payments."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from infra.desk.desk import Desk
    from ledger.domain.fact import Fact


def payers_of(desk: Desk, receipt_ids: Collection[str]) -> dict[str, frozenset[str]]:
    """For each receipt, the accounts of all payers of whom it, or another receipt of the same line, ever was."""
    from ledger.domain.cash.receipt_facts import payers_named

    desk.books.follow()
    of_the_line = desk.books.store.bank_lines.receipts_of_the_lines(receipt_ids)
    streams = dict.fromkeys(f"receipt-{id}" for one in receipt_ids for id in (one, *of_the_line.get(one, ())))
    facts: dict[str, list[Fact]] = {stream: [] for stream in streams}
    for stream, _, dated in desk.books.journal.facts(streams):
        facts[stream].append(dated.fact)
    named = {stream.removeprefix("receipt-"): payers_named(theirs) for stream, theirs in facts.items()}
    return {one: named[one].union(*(named[id] for id in of_the_line.get(one, ()))) for one in receipt_ids}


def files_naming(desk: Desk, subject_id: str) -> list[dict[str, Any]]:
    """The bank files that are not erased and may name a person, each with the last day on which the law keeps it.

    The read tables must be up to date.
    """
    now = desk.books.store.now
    streams = now.streams_of_account(subject_id)
    streams += [f"refund-{row['refund_id']}" for row in now.refunds() if row["payee_ref"] == subject_id]
    money = {stream.partition("-")[2] for stream in streams if stream.startswith("receipt-")}
    money |= {fact.part_id for fact in desk.facts(streams) if getattr(fact, "part_id", None)}  # type: ignore[attr-defined]
    erased = {row["subject_id"] for row in now.erasures("erased")}
    files = sorted(set(desk.books.store.bank_lines.files_showing(sorted(money))) - erased)
    return [{"sha256": one, "kept_through": _kept_through(desk, one)} for one in files]


def last_day_of(desk: Desk, sha256: str) -> date:
    """The last day that a bank file is about, or on which it was loaded: its vouchers are of no later day."""
    from ledger.domain.bank.file import FileIngested

    recorded = desk.books.journal.read([f"file-{sha256}"])[f"file-{sha256}"]
    days = [max(one.envelope.occurred_on, one.envelope.accounting_date) for one in recorded]
    proven = [one.fact.file for one in recorded if isinstance(one.fact, FileIngested)]
    return max(days + [one.to_on for file in proven for one in file.statements if one.to_on is not None])


def _kept_through(desk: Desk, sha256: str) -> date | None:
    from ledger.domain.personal_data.retention import kept_through, retention_in

    law = retention_in(desk.terms.jurisdiction, desk.today)
    return None if law is None else kept_through(law, last_day_of(desk, sha256), desk.terms)
