"""How far the bank's files are loaded: the last day up to which all expected statements are in the book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

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

    A statement breaks the chain if it begins after the chain's end and its opening balance is not the chain's closing
    balance: something in between is missing. A statement without balances never breaks the chain, because it cannot
    show that something is missing. If the account has statements with balances, only these count.
    """
    reached: date | None = None
    closing: int | None = None
    dated = [one for one in statements if one["to_on"] is not None]
    # Details come earlier than the statement that has all of the account's money.
    dated = [one for one in dated if one["opening_minor"] is not None] or dated
    for one in sorted(dated, key=lambda one: (one["from_on"] or one["to_on"], one["to_on"])):
        starts, opening = one["from_on"] or one["to_on"], one["opening_minor"]
        chained = opening is None or closing is None or opening == closing
        if reached is None or chained:
            reached = one["to_on"] if reached is None else max(reached, one["to_on"])
            closing = one["closing_minor"]
        elif starts > reached:
            break
        elif one["to_on"] > reached:
            # The bank divided the days differently here: this statement overlaps earlier ones and extends the chain.
            reached, closing = one["to_on"], one["closing_minor"]
    return reached
