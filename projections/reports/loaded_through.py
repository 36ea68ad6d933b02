"""How far the bank's files are loaded: the last day up to which all expected statements are in the book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from projections.reports.bank_chain import chain

_ONE_DAY: Final = timedelta(days=1)


def loaded_through(accounts: Iterable[Mapping[str, Any]], statements: Sequence[Mapping[str, Any]]) -> date | None:
    """Return the last day fully loaded; None if no account is declared or some account has no complete statement yet.

    Each of `accounts` has bank_account, from_on and until_on; statements are expected from `from_on` to `until_on`.
    Each of `statements` comes from a complete file and has bank_account, from_on, to_on, opening_minor and
    closing_minor.
    """
    reached: list[date] = []
    holding: list[date] = []
    for account in accounts:
        mine = [one for one in statements if one["bank_account"] == account["bank_account"]]
        day = _of_account(mine)
        if day is not None:
            reached.append(day)
        if day is not None and account["until_on"] is not None and day >= account["until_on"]:
            continue
        if day is None and account["from_on"] is None:
            return None
        holding.append(day if day is not None else account["from_on"] - _ONE_DAY)
    if holding and reached:
        return min(holding)
    return max(reached, default=None)


def _of_account(statements: Iterable[Mapping[str, Any]]) -> date | None:
    """Return the last day of the unbroken chain of statements that begins with the first one.

    The chain ends where the balances show that something is missing; if it is missing in the middle of a day, that day
    is not loaded. A statement without balances cannot show this. If the account has statements with balances, only
    these count, because details come earlier than the statement that has all of the account's money.
    """
    dated = [one for one in statements if one["to_on"] is not None]
    found = chain((one for one in dated if one["opening_minor"] is not None), None)
    if found is None:
        return max((one["to_on"] for one in dated), default=None)
    if not found.gaps:
        return found.through_on
    gap = found.gaps[0]
    return min(gap.after_on, gap.before_on - _ONE_DAY)
