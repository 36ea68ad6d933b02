"""The terms of payout of an account at a payment provider, as of a day: what is in time, late and missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from ledger.domain.terms.bank_days import after, on_or_after


class Terms:
    """The terms of payout of one account: what is in time, late and missing on a day."""

    def __init__(self, terms: Sequence[Mapping[str, Any]], as_of: date, country: str) -> None:
        self._terms, self._as_of, self._country = terms, as_of, country

    def due_on(self, since: date, within: str) -> date | None:
        """The last day in time for what began on a day; null without terms."""
        found = self._on(since)
        return None if found is None else after(since, found[within], self._country)

    def paid_out_on(self, since: date) -> date | None:
        """The last day on which a payment of a day is paid out in time; null without terms, or if we withdraw it."""
        by_hand = (self._on(since) or {}).get("by_hand")
        return None if by_hand else self.due_on(since, "settled_within")

    def released_on(self, since: date) -> date | None:
        """The last day on which a reserve of a day is released in time; null without terms that say it."""
        days = (self._on(since) or {}).get("released_after")
        return None if days is None else on_or_after(since + timedelta(days), self._country)

    def status(self, since: date, due_on: date | None) -> str:
        """What something that has not come yet is on the day."""
        found = self._on(since)
        if found is None or due_on is None or self._as_of <= due_on:
            return "expected"
        return "late" if self._as_of <= after(due_on, found["late_for"], self._country) else "missing"

    def _on(self, day: date) -> Mapping[str, Any] | None:
        begun = [one for one in self._terms if one["from_on"] <= day]
        return max(begun, key=lambda one: one["from_on"]) if begun else None
