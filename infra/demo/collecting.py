"""The office orders the direct debits of the next bank day, with a file for the clearing house."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Final

from infra.demo.accounts import GIRO_ACCOUNT
from infra.demo.staff import FINANCE
from infra.desk import collection
from infra.desk.desk import Occasion
from infra.desk.vault import VaultDoor
from infra.postgres import connect_urls

if TYPE_CHECKING:
    from infra.demo.month import Month
    from infra.desk.desk import Desk
    from infra.settings import Settings

_ORDERED_AT: Final = time(18, 30, tzinfo=UTC)
# The group's customer number at the clearing house, which is that of the manual's examples.
_CUSTOMER: Final = "471117"


def order_debits(desk: Desk, settings: Settings, month: Month, day: date) -> int:
    """Order what is to be collected on the next bank day, on the evening of a day; again, it orders nothing.

    Returns how many direct debits are new. Raises RuntimeError if one of them was left out.
    """
    wanted = month.direct_debits.ordered_on(day)
    if not wanted:
        return 0
    key = f"demo-collection:{day}"
    at = datetime.combine(day, _ORDERED_AT)
    finance = replace(desk, user=FINANCE.name, now=at, command_key=key)
    door = VaultDoor(connect_urls(settings, settings.entity).vault, settings.vault_key, settings.archive)
    asked = collection.Asked(
        GIRO_ACCOUNT.number, "autogiro", wanted[0].due_on, [one.owed.reference for one in wanted], _CUSTOMER
    )
    made = collection.order(finance, door, settings.direct_debits, asked, Occasion(key))
    if made.left_out:
        raise RuntimeError(f"{len(made.left_out)} of the demo's direct debits were left out on {day}")
    return len(made.rows)
