"""The use cases of limits: what each duty may decide, and exceptions for one document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from infra.desk import names
from infra.desk.amounts import minor_units
from infra.desk.desk import Desk, Done, Listed, Occasion
from infra.desk.first_time import first_time

if TYPE_CHECKING:
    from ledger.domain.duty import Duty
    from ledger.domain.people.limit import Limited

# What a limit is of; of several limits of the same, the one that began last counts.
_KEY: Final = ("duty", "kind", "currency")


def set_limit(
    desk: Desk,
    duty: Duty,
    kind: Limited,
    currency: str,
    occasion: Occasion,
    single: str | None = None,
    month: str | None = None,
    from_on: date | None = None,
) -> Done:
    """Set how much a duty may decide at once and in a month; without an amount, that one is unlimited.

    Nobody lifts a limit of a duty that they have themselves.
    """
    from ledger.domain.duty import person_of_actor
    from ledger.domain.people.limit import SetLimit

    command = SetLimit(
        set_by=person_of_actor(desk.actor) or "",
        duty=duty,
        kind=kind,
        currency=currency,
        single_minor=None if single is None else minor_units(single, currency),
        month_minor=None if month is None else minor_units(month, currency),
        from_on=from_on,
    )
    return desk.record(command, occasion, duty=duty, kind=kind)


def limits(desk: Desk) -> Listed:
    """List every limit that was set, with `held`: whether it counts now or from a later day on, or was replaced."""
    position = desk.books.follow()
    rows = desk.books.store.now.limits()
    return Listed([row | {"held": _held(row, rows, desk.today)} for row in rows], position)


def _held(row: dict[str, Any], rows: Sequence[dict[str, Any]], today: date) -> str:
    day = max(row["from_on"], today)
    begun = [one for one in rows if all(one[name] == row[name] for name in _KEY) and one["from_on"] <= day]
    if row is not max(reversed(begun), key=lambda one: one["from_on"]):
        return "replaced"
    return "now" if row["from_on"] <= today else "later"


def grant(
    desk: Desk,
    person: str,
    kind: Limited,
    document: str,
    amount: str,
    currency: str,
    reason: str,
    occasion: Occasion,
) -> Done:
    """Allow a person to decide up to an amount about one document this month, whatever their limits are."""
    from ledger.domain.people.authority import GrantException

    person_id = names.person(desk, person)
    command = GrantException(
        person_id=person_id,
        kind=kind,
        document=names.stream(desk, document),
        amount_minor=minor_units(amount, currency),
        currency=currency,
        reason_code=reason,
        month=first_time(desk, occasion.key).today,
    )
    return desk.record(command, occasion, person_id=person_id, document=command.document)
