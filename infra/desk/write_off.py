"""Write-offs at the desk: what is open given up as a loss, and taken back when it is paid after all."""

from __future__ import annotations

from infra.desk import names
from infra.desk.amounts import minor_units
from infra.desk.desk import Desk, Done, Entry
from infra.desk.item import currency_of


def request(desk: Desk, item: str, reason: str, entry: Entry, amount: str | None = None, id: str | None = None) -> Done:
    """Ask to write off an amount of an item, or all that is open on it; another person approves it."""
    from ledger.domain.relief.write_off import RequestWriteOff

    item_id, write_off_id = names.item(desk.books, item), desk.id(id, entry)
    command = RequestWriteOff(
        write_off_id=write_off_id,
        item_id=item_id,
        reason_code=reason,
        amount_minor=None if amount is None else minor_units(amount, currency_of(desk, item_id)),
    )
    return desk.record(command, entry, write_off_id=write_off_id)


def approve(desk: Desk, write_off: str, entry: Entry) -> Done:
    """Approve a write-off another asked for; the loss is booked."""
    from ledger.domain.relief.write_off import ApproveWriteOff

    id = names.write_off(desk.books, write_off)
    return desk.record(ApproveWriteOff(write_off_id=id), entry, write_off_id=id)


def reject(desk: Desk, write_off: str, reason: str, entry: Entry) -> Done:
    """Reject a write-off another asked for."""
    from ledger.domain.relief.write_off import RejectWriteOff

    id = names.write_off(desk.books, write_off)
    return desk.record(RejectWriteOff(write_off_id=id, reason_code=reason), entry, write_off_id=id)


def reverse(desk: Desk, write_off: str, reason: str, entry: Entry) -> Done:
    """Take an approved write-off back; the item is open again."""
    from ledger.domain.relief.write_off import ReverseWriteOff

    id = names.write_off(desk.books, write_off)
    return desk.record(ReverseWriteOff(write_off_id=id, reason_code=reason), entry, write_off_id=id)
