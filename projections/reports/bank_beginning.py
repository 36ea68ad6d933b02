"""What the book has of a bank account from before its first statement, beside the balance with which that one opens.

The opening balance contains what files showed before, and nothing ever shows it again. Whether it does, the balance
itself says: it must be exactly what the book has by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from projections.reports.bank_chain import Chain
from projections.reports.detail_days import DetailDay
from projections.reports.gap import Gap


class Beginning(NamedTuple):
    """How an account's comparison with the bank begins.

    `not_in_ledger_minor` is the balance that the bank had before everything that is in the ledger. `gaps` are what is
    missing, without what the ledger has. `contained` are the days of detail files whose payments are in the opening
    balance of the first statement.
    """

    not_in_ledger_minor: int
    gaps: tuple[Gap, ...]
    contained: frozenset[DetailDay]


def first_day(statements: Iterable[Mapping[str, Any]], opening_on: date | None) -> date | None:
    """The first day of an account's statements with balances, after the day of its opening balance."""
    days = (
        one["from_on"] or one["to_on"]
        for one in statements
        if one["to_on"] is not None and (opening_on is None or one["to_on"] > opening_on)
    )
    return min(days, default=None)


def beginning(
    found: Chain,
    first_on: date | None,
    opening_on: date | None,
    through_minor: int,
    before_minor: int,
    days: Sequence[DetailDay],
) -> Beginning:
    """How the account's comparison with the bank begins.

    `through_minor` is the ledger's money through the last day of the statements, and `before_minor` what of it was
    booked before `first_on` and is in no recorded opening balance. `days` are those on which detail files and
    statements differ.
    """
    missing = found.balance_minor - through_minor - sum(gap.amount_minor for gap in found.gaps)
    early = frozenset(one for one in days if first_on is not None and one.on < first_on)
    shown = before_minor + sum(one.amount_minor for one in early)
    if opening_on is None:
        # What was booked before is in the opening balance, or on the statements, which may date it later.
        in_ledger = before_minor != 0 and missing != found.begun_minor
        contained = early if shown == found.begun_minor else frozenset[DetailDay]()
        return Beginning(0 if in_ledger else found.begun_minor, found.gaps, contained)
    first = next((gap for gap in found.gaps if gap.after_on == opening_on and gap.before_on == first_on), None)
    if first is None:
        return Beginning(0, found.gaps, frozenset())
    in_ledger = before_minor != 0 and missing == -first.amount_minor
    gaps = tuple(gap for gap in found.gaps if not (in_ledger and gap == first))
    return Beginning(0, gaps, early if shown == first.amount_minor else frozenset())
