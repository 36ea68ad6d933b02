"""Rules of refunds made wrong on purpose, each of which turns one invariant of refunds red."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from msgspec.structs import replace

from ledger.domain.bank import bookable_roles
from ledger.domain.bank.movement_facts import MovementReclassified
from ledger.domain.cash import reclassification, refund_movement
from ledger.domain.cash.refund_facts import RefundMovementAdded, RefundReturned
from ledger.domain.cash.refund_state import Refund
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.fact import Fact, NewFact, State, States
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.credit_facts import RefundReservationEnded, RefundReserved
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


def _a_line_pays_as_often_as_it_comes(monkey: Monkey) -> None:
    monkey.setattr(Refund, "paid_minor", property(lambda self: 0))


def _a_return_by_hand_posts_nothing(monkey: Monkey) -> None:
    monkey.delitem(CATALOGUE.posting, RefundReturned)


def _a_movement_is_booked_on_clearing_by_its_role(monkey: Monkey) -> None:
    monkey.setattr(bookable_roles, "BOOKABLE", bookable_roles.BOOKABLE | {"cash_in_transit"})


def _a_line_counts_from_the_day_of_the_steps(monkey: Monkey) -> None:
    right = refund_movement.steps_of

    def steps(states: States, refund: Refund, told: Any) -> list[NewFact]:
        decided = right(states, refund, told)
        return [new._replace(on=decided[-1].on) for new in decided]

    monkey.setattr(refund_movement, "steps_of", steps)


def _a_movement_is_moved_from_where_it_was_first(monkey: Monkey) -> None:
    right = CATALOGUE.posting[MovementReclassified]
    monkey.setitem(
        CATALOGUE.posting, MovementReclassified, lambda fact: right(replace(fact, from_role="bank_suspense"))
    )


def _a_movement_stays_the_refunds(monkey: Monkey) -> None:
    monkey.setattr(reclassification, "without_document", lambda states, movement, command, moved, *more: (moved, *more))


MUTANTS: Final[tuple[Mutant, ...]] = (
    Mutant("a refund reserves nothing", "I15", _forgotten("account", RefundReserved, RefundReservationEnded)),
    Mutant(
        "what a rejected or cancelled refund reserved stays so", "I15", _forgotten("account", RefundReservationEnded)
    ),
    Mutant("reserved credit serves other needs", "I15", _reserved_credit_serves_other_needs),
    Mutant("a return by hand posts nothing", "I16", _a_return_by_hand_posts_nothing),
    Mutant("any movement is booked on a clearing account", "I16", _a_movement_is_booked_on_clearing_by_its_role),
    Mutant(
        "a bank's line takes effect when its refund was settled",
        "I16",
        _a_line_counts_from_the_day_of_the_steps,
    ),
    Mutant("a refund is paid by each line that comes", "I17", _a_line_pays_as_often_as_it_comes),
    Mutant("a movement keeps its first role", "I18", _a_movement_is_moved_from_where_it_was_first),
    Mutant("a movement that was something else stays the refund's", "I18", _a_movement_stays_the_refunds),
    Mutant("a refund forgets its lines", "I16", _forgotten("refund", RefundMovementAdded)),
)
