"""Write-offs at the desk: what is open given up as a loss, and taken back when it is paid after all."""

from __future__ import annotations

from infra.desk.desk import Desk, Done, Entry
from infra.desk.names import item_named


def request(
    desk: Desk, item: str, reason: str, entry: Entry, amount_minor: int | None = None, id: str | None = None
) -> Done:
    """Ask to write off an amount of an item, or all that is open on it; another person approves it."""
    from ledger.domain.relief.write_off import RequestWriteOff

    write_off_id = desk.id(id, entry)
    command = RequestWriteOff(
        write_off_id=write_off_id,
        item_id=item_named(desk.books, item),
        reason_code=reason,
        amount_minor=amount_minor,
    )
    return desk.record(command, entry, write_off_id=write_off_id)


def approve(desk: Desk, write_off: str, entry: Entry) -> Done:
    """Approve a write-off another asked for; the loss is booked."""
    from ledger.domain.relief.write_off import ApproveWriteOff

    return desk.record(ApproveWriteOff(write_off_id=write_off), entry, write_off_id=write_off)


def reject(desk: Desk, write_off: str, reason: str, entry: Entry) -> Done:
    """Reject a write-off another asked for."""
    from ledger.domain.relief.write_off import RejectWriteOff

    return desk.record(RejectWriteOff(write_off_id=write_off, reason_code=reason), entry, write_off_id=write_off)


def reverse(desk: Desk, write_off: str, reason: str, entry: Entry) -> Done:
    """Take an approved write-off back; the item is open again."""
    from ledger.domain.relief.write_off import ReverseWriteOff

    return desk.record(ReverseWriteOff(write_off_id=write_off, reason_code=reason), entry, write_off_id=write_off)
