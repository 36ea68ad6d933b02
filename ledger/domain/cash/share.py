"""The share of an item in an allocation, and the loss that it recovers."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from ledger.domain.cash.receipt_facts import Target


class Share(NamedTuple):
    """What an item gets: for what is open, or for what one of its write-offs gave up.

    A loss is recovered on a day of its own, because the money may pay the item before its rest is written off.
    """

    target: Target
    write_off_id: str | None
    recovered_on: date | None = None
