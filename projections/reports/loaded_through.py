"""How far the bank's files are loaded: the last day up to which all expected statements are in the book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from projections.reports.bank_chain import chain
from projections.reports.gap import Gap

_ONE_DAY: Final = timedelta(days=1)


class Reached(NamedTuple):
    """How far a bank account's statements are loaded, and whether more of them are awaited.

    `through_on` is the last day before the first `gap`, or else of all statements; null if there is no statement and no
    first day from which any are expected. `last_on` is the last day of any statement. `ahead_on` is the last day of a
    statement that ends after the day on which it is looked at: a day that the bank, or somebody, mistyped. It does not
    count. An account is `closed` if its statements reach its last day; then no more are awaited, unless one is missing
    between others.
    """

    bank_account: str
    name: str
    currency: str
    through_on: date | None
    has_statement: bool
    awaited: bool
    ahead_on: date | None
    gap: Gap | None = None
    last_on: date | None = None
    closed: bool = False

    @property
    def later_on(self) -> date | None:
        """The last day of files of the account, if it is later than the statements that are loaded without a gap."""
        later = self.last_on is not None and (self.through_on is None or self.last_on > self.through_on)
        return self.last_on if later else None


def reached(
    accounts: Iterable[Mapping[str, Any]],
    statements: Sequence[Mapping[str, Any]],
    today: date = date.max,
    known: Mapping[str, Sequence[Gap]] = MappingProxyType({}),
) -> list[Reached]:
    """How far each account is loaded, looked at on a day.

    Each of `accounts` has bank_account, name, currency, from_on, until_on, numbers_from and opening_on; statements are
    expected from `from_on` to `until_on`, and their numbers count them from `numbers_from` on. Each of `statements`
    comes from a complete file and has bank_account, from_on, to_on, opening_minor, closing_minor and sequence. `known`
    are the gaps of accounts with an opening balance, because the statements alone do not show them.
    """
    return [_reached(account, statements, today, known.get(account["bank_account"], ())) for account in accounts]


def _reached(
    account: Mapping[str, Any], statements: Sequence[Mapping[str, Any]], today: date, known: Sequence[Gap]
) -> Reached:
    mine = [one for one in statements if one["bank_account"] == account["bank_account"] and one["to_on"] is not None]
    ahead = [one["to_on"] for one in mine if one["to_on"] > today]
    last, shown = _of_account([one for one in mine if one["to_on"] <= today], account["numbers_from"])
    gaps = shown if account["opening_on"] is None else known
    gap = min(gaps, key=lambda one: one.first_on, default=None)
    day = last if gap is None or last is None else min(last, gap.first_on - _ONE_DAY)
    closed = last is not None and account["until_on"] is not None and last >= account["until_on"]
    through = account["from_on"] - _ONE_DAY if day is None and account["from_on"] is not None else day
    named = (account["bank_account"], account["name"], account["currency"])
    return Reached(
        *named,
        through_on=through,
        has_statement=day is not None,
        awaited=not closed or gap is not None,
        ahead_on=max(ahead, default=None),
        gap=gap,
        last_on=max((one["to_on"] for one in mine), default=None),
        closed=closed,
    )


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


def _of_account(dated: Sequence[Mapping[str, Any]], numbers_from: date | None) -> tuple[date | None, Sequence[Gap]]:
    """Return the last day of an account's statements, and what is missing between them.

    The balances, or the numbers, show that something is missing; if it is missing in the middle of a day, that day is
    not loaded. A statement without balances cannot show this. If the account has statements with balances, only these
    count, because details come earlier than the statement that has all of the account's money.
    """
    found = chain((one for one in dated if one["opening_minor"] is not None), None, numbers_from=numbers_from)
    if found is None:
        return max((one["to_on"] for one in dated), default=None), ()
    return found.through_on, found.gaps
