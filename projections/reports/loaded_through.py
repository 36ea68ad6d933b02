"""How far the bank is loaded: the last day through which every declared bank account's statements are in the book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any


def loaded_through(bank_accounts: Iterable[str], statements: Sequence[Mapping[str, Any]]) -> date | None:
    """The day, or None while some declared account has no complete statement, or none is declared.

    `statements` are of complete files, each with bank_account, from_on, to_on, opening_minor, closing_minor.
    """
    days = [_of_account([one for one in statements if one["bank_account"] == account]) for account in bank_accounts]
    known = [day for day in days if day is not None]
    return min(known) if known and len(known) == len(days) else None


def _of_account(statements: Iterable[Mapping[str, Any]]) -> date | None:
    """The end of the unbroken chain from the first statement on.

    A statement that begins later than the chain's end and opens with another balance than the chain closed
    with says that something between them is missing. Where a format has no balances nothing can be said.
    """
    reached: date | None = None
    closing: int | None = None
    dated = [one for one in statements if one["to_on"] is not None]
    for one in sorted(dated, key=lambda one: (one["from_on"] or one["to_on"], one["to_on"])):
        starts, opening = one["from_on"] or one["to_on"], one["opening_minor"]
        chained = opening is None or closing is None or opening == closing
        if reached is None or chained:
            reached = one["to_on"] if reached is None else max(reached, one["to_on"])
            closing = one["closing_minor"]
        elif starts > reached:
            break
        elif one["to_on"] > reached:
            # It overlaps what is loaded already: cut differently, it leads further.
            reached, closing = one["to_on"], one["closing_minor"]
    return reached
