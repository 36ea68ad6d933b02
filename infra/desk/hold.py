"""The use cases of holds: place and lift them; no reminder is sent for an item on hold."""

from __future__ import annotations

from datetime import date

from infra.desk import names
from infra.desk.desk import Desk, Done, Occasion


def place(
    desk: Desk, item: str, reason: str, occasion: Occasion, until: date | None = None, id: str | None = None
) -> Done:
    """Put an item on hold: no reminder is sent up to and including the last day, or until the hold is lifted."""
    from ledger.domain.dunning.hold import PlaceHold

    item_id, hold_id = names.item(desk, item), desk.id(id, occasion)
    command = PlaceHold(item_id=item_id, hold_id=hold_id, reason_code=reason, until_on=until)
    return desk.record(command, occasion, item_id=item_id, hold_id=hold_id)


def lift(desk: Desk, item: str, hold: str, reason: str, occasion: Occasion) -> Done:
    """End a hold: reminders are sent for the item again, unless another hold is on it."""
    from ledger.domain.dunning.hold import LiftHold

    item_id = names.item(desk, item)
    hold_id = names.hold(desk, item_id, hold)
    command = LiftHold(item_id=item_id, hold_id=hold_id, reason_code=reason)
    return desk.record(command, occasion, item_id=item_id, hold_id=hold_id)
