"""Which accounts are not loaded as far as their banks and providers should have brought them by now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from ledger.domain.terms.bank_days import after, before, is_bank_day
from projections.reports.bank_chain import chain

if TYPE_CHECKING:
    from projections import Books
    from reconciliation.places import Place

State = Literal["late", "missing"]


class Reach(NamedTuple):
    """The last day through which an account is loaded; null if nothing is, and no first day was declared.

    `is_before_gap` says whether later statements show that one is missing after that day.
    """

    through_on: date | None
    is_before_gap: bool = False


class Behind(NamedTuple):
    """An account that is behind: `since_on` is the first bank day that is not loaded, null if nothing ever was.

    It is `late` while only the day is lacking that was expected last, and `missing` if a day before it is. If days
    without a booking bring no file of the account, it is behind once it was silent for longer than its place says, or
    once a later file shows that one is missing.
    """

    place: str
    account: str
    state: State
    since_on: date | None
    expected_on: date


def expected_on(place: Place, now: datetime, zone: str, country: str) -> date:
    """The bank day through which the accounts of a place should be loaded at an instant."""
    local = now.astimezone(ZoneInfo(place.timezone or zone))
    day = local.date()
    if not is_bank_day(day, country) or local.time() < place.expected_by:
        day = before(day, 1, country)
    return before(day, place.behind, country)


def behind(
    places: Mapping[str, Place], reached: Mapping[str, Reach], now: datetime, zone: str, country: str
) -> list[Behind]:
    """The accounts that are behind, place by place; accounts that nothing is expected of are not in `reached`."""
    found = []
    for name, place in places.items():
        day = expected_on(place, now, zone, country)
        for account in place.accounts:
            if account not in reached:
                continue
            reach = reached[account]
            since = _since(reach, country)
            if since is None:
                found.append(Behind(name, account, "late", None, day))
                continue
            silence = 0 if reach.is_before_gap else place.longest_silence.get(account, 0)
            due = after(since, silence, country)
            if due <= day:
                found.append(Behind(name, account, "late" if due == day else "missing", since, day))
    return found


def _since(reach: Reach, country: str) -> date | None:
    """The first bank day that is not loaded."""
    return None if reach.through_on is None else after(reach.through_on, 1, country)


def reach_of(books: Books, today: date) -> dict[str, Reach]:
    """How far each account is loaded of which anything is awaited, at banks and at payment providers.

    Of a provider whose files have no balances that join, the last day of its files counts.
    """
    reached = books.bank_reached(today)
    found = {one.bank_account: Reach(one.through_on, one.gap is not None) for one in reached if one.awaited}
    now = books.store.now
    statements = [one for one in now.complete_statements() if one["to_on"] is not None and one["to_on"] <= today]
    for account in now.provider_accounts():
        id = account["bank_account"]
        found[id] = _at_provider([one for one in statements if one["bank_account"] == id])
    return found


def _at_provider(statements: Sequence[Mapping[str, Any]]) -> Reach:
    """How far an account at a provider is loaded; numbers say nothing, as they may count those of several accounts."""
    stated = [one for one in statements if one["from_on"] is not None]
    found = chain(stated, None, numbers_from=date.max)
    if found is not None and found.gaps:
        return Reach(found.gaps[0].after_on, is_before_gap=True)
    return Reach(max((one["to_on"] for one in statements), default=None))
