"""The recovery of a loss by the money of an allocation: the write-off's fact, and the item's that mirrors it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from ledger.domain.approval import Undone
from ledger.domain.fact import Decision, NewFact, known_stream
from ledger.domain.receivables.item import Item, mirrored
from ledger.domain.receivables.item_facts import ItemRestored, ItemWrittenOff
from ledger.domain.receivables.loss_facts import LossRecovered, RecoveryReversed


class Recovery(NamedTuple):
    """What an allocation recovers of a write-off: the stream of its document, its id, the write-off and the item."""

    document: str
    allocation_id: str
    write_off_id: str
    item: Item

    def made(self, amount_minor: int, on: date) -> Decision:
        """The amount is owed again, because it is paid."""
        recovered = LossRecovered(
            document=self.document,
            allocation_id=self.allocation_id,
            amount_minor=amount_minor,
            currency=self.item.raised.currency,
            ar_role=self.item.ar_role,
            tax_code=self.item.loss_code,
            unit=self.item.raised.unit,
        )
        restored = ItemRestored(
            write_off_id=self.write_off_id,
            document=self.document,
            allocation_id=self.allocation_id,
            amount_minor=amount_minor,
            currency=self.item.raised.currency,
        )
        return self._both(recovered, restored, on)

    def undone(self, amount_minor: int, because: Undone, on: date) -> Decision:
        """The amount is a loss again."""
        reversed_ = RecoveryReversed(
            document=self.document,
            allocation_id=self.allocation_id,
            because=because,
            amount_minor=amount_minor,
            currency=self.item.raised.currency,
            ar_role=self.item.ar_role,
            tax_code=self.item.loss_code,
            unit=self.item.raised.unit,
        )
        lost = ItemWrittenOff(
            write_off_id=self.write_off_id,
            document=self.document,
            allocation_id=self.allocation_id,
            amount_minor=amount_minor,
            currency=self.item.raised.currency,
        )
        return self._both(reversed_, lost, on)

    def _both(
        self, fact: LossRecovered | RecoveryReversed, mirror: ItemRestored | ItemWrittenOff, on: date
    ) -> Decision:
        own = NewFact(known_stream("writeoff", self.write_off_id), fact, on)
        return own, mirrored(self.item.raised.item_id, mirror, on)


def lost_before(item: Item, write_off_id: str, on: date) -> int:
    """What a write-off gives up on a day, and what was recovered of it on that day."""
    days = [lost[write_off_id] for lost in item.recovered.values() if write_off_id in lost]
    return item.written_off[write_off_id].on(on) + sum(one.on(on) - one.on(on - timedelta(days=1)) for one in days)


def never_recovered(item: Item, write_off_id: str, from_on: date) -> Iterator[NewFact]:
    """The facts after which money recovered nothing of a write-off from a day on; it simply pays the item.

    A recovery that was undone since then is undone no more, so that both cancel on each of their days.
    """
    for (document, allocation_id), lost in item.recovered.items():
        recovery, before = Recovery(document, allocation_id, write_off_id, item), 0
        for day, recovered in lost[write_off_id].steps if write_off_id in lost else ():
            more = recovered - before
            before = recovered
            if day >= from_on and more > 0:
                yield from recovery.undone(more, "mistake", day)
            elif day >= from_on and more < 0:
                yield from recovery.made(-more, day)
