"""Rules of refunds made wrong on purpose, each of which turns one invariant of refunds red."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from ledger.domain.catalogue import CATALOGUE
from ledger.domain.fact import Fact, State
from ledger.domain.receivables.account import Account, RefundReservationEnded, RefundReserved
from tests.properties.ledger.mutants import Monkey, Mutant


def _forgotten(noun: str, *forgets: type[Fact]) -> Any:
    """A state that does not remember facts of some kinds."""

    def make(monkey: Monkey) -> None:
        right = CATALOGUE._evolve[noun]

        def evolve(state: Any, fact: Fact, on: date) -> State:
            assert right is not None
            return state if isinstance(fact, forgets) else right(state, fact, on)  # type: ignore[no-any-return]

        monkey.setitem(CATALOGUE._evolve, noun, evolve)

    return make


def _reserved_credit_serves_other_needs(monkey: Monkey) -> None:
    monkey.setattr(Account, "free_in", Account.credit_in)


MUTANTS: Final[tuple[Mutant, ...]] = (
    Mutant("a refund reserves nothing", "I15", _forgotten("account", RefundReserved, RefundReservationEnded)),
    Mutant(
        "what a rejected or cancelled refund reserved stays so", "I15", _forgotten("account", RefundReservationEnded)
    ),
    Mutant("reserved credit serves other needs", "I15", _reserved_credit_serves_other_needs),
)
