"""The use cases of write-offs: give up an open amount as a loss, and reverse that if the amount is paid after all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.desk import names
from infra.desk.amounts import minor_units
from infra.desk.desk import Desk, Done, Occasion
from infra.desk.item import currency_of

if TYPE_CHECKING:
    from ledger.domain.approval import Because


def request(
    desk: Desk, item: str, reason: str, occasion: Occasion, amount: str | None = None, id: str | None = None
) -> Done:
    """Request to write off an item's open amount, or some of it; another person must approve the write-off."""
    from ledger.domain.disputes_and_relief.write_off import RequestWriteOff

    item_id, write_off_id = names.item(desk, item), desk.id(id, occasion)
    command = RequestWriteOff(
        write_off_id=write_off_id,
        item_id=item_id,
        reason_code=reason,
        amount_minor=None if amount is None else minor_units(amount, currency_of(desk, item_id)),
    )
    return desk.with_amount(
        desk.record(command, occasion, write_off_id=write_off_id),
        f"writeoff-{write_off_id}",
        "item_id",
    )


def approve(desk: Desk, write_off: str, occasion: Occasion) -> Done:
    """Approve a write-off that somebody else requested; the loss is booked."""
    from ledger.domain.disputes_and_relief.write_off import ApproveWriteOff

    id = names.write_off(desk, write_off, "requested")
    return desk.with_amount(
        desk.record(ApproveWriteOff(write_off_id=id), occasion, write_off_id=id), f"writeoff-{id}", "item_id"
    )


def reject(desk: Desk, write_off: str, reason: str, occasion: Occasion) -> Done:
    """Reject a write-off that somebody else requested."""
    from ledger.domain.disputes_and_relief.write_off import RejectWriteOff

    id = names.write_off(desk, write_off, "requested")
    done = desk.record(RejectWriteOff(write_off_id=id, reason_code=reason), occasion, write_off_id=id)
    return desk.with_amount(done, f"writeoff-{id}", "item_id")


def reverse(desk: Desk, write_off: str, reason: str, because: Because, occasion: Occasion) -> Done:
    """Reverse an approved write-off; the item is open again."""
    from ledger.domain.disputes_and_relief.write_off import ReverseWriteOff

    id = names.write_off(desk, write_off, "approved")
    command = ReverseWriteOff(write_off_id=id, reason_code=reason, because=because)
    done = desk.record(command, occasion, write_off_id=id)
    return desk.with_amount(done, f"writeoff-{id}", "item_id")
