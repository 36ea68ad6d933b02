"""What the book holds while nobody else may record anything: it is measured, never stored, and in no stream."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.fact import State, States, stream_of
from ledger.domain.terms.period_facts import ControlTotal

# The name under which rules find it among their states; nothing of it is read from the journal.
MEASURED: Final = stream_of("period", "measured")


class Measured(State, frozen=True):
    """The totals through a day and what is not done by then; and of the whole book, what some rules must not lose.

    `told` is what is not done either, but stops no close.
    `begins_on` is the first day that the book has, null if it is empty. `has_vouchers` says whether vouchers have
    numbers already, and `currencies` in which currencies anything was posted. `loaded_accounts` are the bank accounts
    among those asked about of which files were loaded. `first_days` has the first day of which a bank account that is
    asked about has a statement with balances, and `last_days` the last day of which it has statements or money; one
    that has none is left out.
    """

    totals: tuple[ControlTotal, ...] = ()
    open_points: tuple[str, ...] = ()
    begins_on: date | None = None
    has_vouchers: bool = False
    currencies: tuple[str, ...] = ()
    loaded_accounts: tuple[str, ...] = ()
    first_days: tuple[tuple[str, date], ...] = ()
    last_days: tuple[tuple[str, date], ...] = ()
    told: tuple[str, ...] = ()


def measured_of(states: States) -> Measured | None:
    """What was measured for this command, or None if nobody measured the book."""
    state = states.get(MEASURED)
    return state if isinstance(state, Measured) else None
