"""The share of an item in an allocation, and the loss that it recovers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from ledger.domain.cash.receipt_facts import ReceiptAllocated, Target
from ledger.domain.fact import NewFact, stream_of
from ledger.domain.receivables.item import mirrored
from ledger.domain.receivables.item_facts import ItemRestored
from ledger.domain.receivables.loss_facts import LossRecovered


class Share(NamedTuple):
    """What an item gets: for what is open, or for what one of its write-offs gave up."""

    target: Target
    write_off_id: str | None


def recovered(allocated: ReceiptAllocated, document: str, share: Share, on: date) -> Iterator[NewFact]:
    """The loss that a share recovers: the amount is owed again on the day on which it is paid."""
    if share.write_off_id is None:
        return
    target = share.target
    regained = LossRecovered(
        document=document,
        allocation_id=allocated.allocation_id,
        amount_minor=target.amount_minor,
        currency=allocated.currency,
        ar_role=target.ar_role,
    )
    restored = ItemRestored(
        write_off_id=share.write_off_id,
        document=document,
        allocation_id=allocated.allocation_id,
        amount_minor=target.amount_minor,
        currency=allocated.currency,
    )
    yield NewFact(stream_of("writeoff", share.write_off_id), regained, on)
    yield mirrored(target.item_id, restored, on)
