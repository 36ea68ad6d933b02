"""Closed periods: the totals that were recorded when a period was closed hard, beside the general ledger's sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from ledger.domain.terms.period_facts import ControlTotal, PeriodClosed, PeriodReopened
from projections.reports.report import Control

if TYPE_CHECKING:
    from ledger import Recorded

_SIDES = ("debit", "credit")
# Account role, bank account and currency.
_Key = tuple[str, str | None, str]


def totals_in_force(periods: Iterable[Recorded], through_on: date, known_at: int) -> tuple[ControlTotal, ...] | None:
    """The totals of the last hard close through this day; None if there was none by then, or it was reopened since."""
    found: tuple[ControlTotal, ...] | None = None
    for one in periods:
        match one.fact:
            case PeriodClosed(kind="hard", through_on=closed_on, totals=totals) if one.position <= known_at:
                found = totals if closed_on == through_on else found
            case PeriodReopened(through_on=opened_on) if one.position <= known_at and opened_on <= through_on:
                found = None
    return found


def controls(totals: Iterable[ControlTotal], ledger: Iterable[Mapping[str, Any]]) -> tuple[Control, ...]:
    """Compare the recorded totals with the general ledger: the sums by currency, and each account role that differs."""
    recorded = {(one.role, one.bank_account, one.currency): (one.debit_minor, one.credit_minor) for one in totals}
    shown: dict[_Key, tuple[int, int]] = {}
    # A role has several rows if its ledger account changed.
    for row in ledger:
        key = (row["role"], row["bank_account"], row["currency"])
        debit, credit = shown.get(key, (0, 0))
        shown[key] = (debit + row["debit_minor"], credit + row["credit_minor"])
    sums: Counter[tuple[str, str, str]] = Counter()
    differing = []
    for key in sorted({*recorded, *shown}, key=lambda key: (key[2], key[0], key[1] or "")):
        role, bank_account, currency = key
        for side, book, now in zip(_SIDES, recorded.get(key, (0, 0)), shown.get(key, (0, 0)), strict=True):
            sums[side, currency, "book"] += book
            sums[side, currency, "shown"] += now
            if book != now:
                named = f"{role} {bank_account}" if bank_account else role
                differing.append(Control(f"closed {side} of {named}", currency, book, now))
    currencies = sorted({currency for _, _, currency in {*recorded, *shown}})
    whole = [
        Control(f"closed {side}", currency, sums[side, currency, "book"], sums[side, currency, "shown"])
        for currency in currencies
        for side in _SIDES
    ]
    return (*whole, *differing)
