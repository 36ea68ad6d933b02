"""How far the bank's files are loaded: the last day up to which all expected statements are in the book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from projections.reports.bank_chain import chain

_ONE_DAY: Final = timedelta(days=1)


class Reached(NamedTuple):
    """How far a bank account's statements are loaded, and whether more of them are awaited.

    `through_on` is the last day without a gap; null if there is no statement and no first day from which any are
    expected. `ahead_on` is the last day of a statement that ends after the day on which it is looked at: a day that the
    bank, or somebody, mistyped. It does not count.
    """

    bank_account: str
    name: str
    currency: str
    through_on: date | None
    has_statement: bool
    awaited: bool
    ahead_on: date | None


def reached(
    accounts: Iterable[Mapping[str, Any]], statements: Sequence[Mapping[str, Any]], today: date = date.max
) -> list[Reached]:
    """How far each account is loaded, looked at on a day.

    Each of `accounts` has bank_account, name, currency, from_on, until_on and numbers_from; statements are expected
    from `from_on` to `until_on`, and their numbers count them from `numbers_from` on. Each of `statements` comes from a
    complete file and has bank_account, from_on, to_on, opening_minor, closing_minor and sequence.
    """
    return [_reached(account, statements, today) for account in accounts]


def _reached(account: Mapping[str, Any], statements: Sequence[Mapping[str, Any]], today: date) -> Reached:
    mine = [one for one in statements if one["bank_account"] == account["bank_account"]]
    ahead = [one["to_on"] for one in mine if one["to_on"] is not None and one["to_on"] > today]
    day = _of_account([one for one in mine if one["to_on"] is None or one["to_on"] <= today], account["numbers_from"])
    closed = day is not None and account["until_on"] is not None and day >= account["until_on"]
    through = account["from_on"] - _ONE_DAY if day is None and account["from_on"] is not None else day
    named = (account["bank_account"], account["name"], account["currency"])
    return Reached(*named, through, day is not None, not closed, max(ahead, default=None))


def that_matter(accounts: Sequence[Reached], currency: str) -> list[Reached]:
    """The accounts to which an item in a currency may be paid: those in the currency, or all if there is none."""
    return [one for one in accounts if one.currency == currency] or list(accounts)


def loaded_through(accounts: Sequence[Reached]) -> date | None:
    """The last day fully loaded; None if there is no account or some account has no complete statement yet."""
    holding = [one.through_on for one in accounts if one.awaited]
    if None in holding:
        return None
    days = [one.through_on for one in accounts if one.has_statement and one.through_on is not None]
    return min((day for day in holding if day is not None), default=max(days, default=None)) if days else None


def _of_account(statements: Iterable[Mapping[str, Any]], numbers_from: date | None) -> date | None:
    """Return the last day of the unbroken chain of statements that begins with the first one.

    The chain ends where the balances, or the numbers, show that something is missing; if it is missing in the middle of
    a day, that day is not loaded. A statement without balances cannot show this. If the account has statements with
    balances, only these count, because details come earlier than the statement that has all of the account's money.
    """
    dated = [one for one in statements if one["to_on"] is not None]
    proven = [one for one in dated if one["opening_minor"] is not None]
    found = chain(proven, None, numbers_from=numbers_from)
    if found is None:
        return max((one["to_on"] for one in dated), default=None)
    if not found.gaps:
        return found.through_on
    gap = found.gaps[0]
    return min(gap.after_on, gap.before_on - _ONE_DAY)
