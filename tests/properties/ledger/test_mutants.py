"""Each invariant has a mutant that turns it red: the check that would not notice is no check."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from tests.properties.ledger.invariants import INVARIANTS
from tests.properties.ledger.machine import at_random
from tests.properties.ledger.mutants import MUTANTS as OF_ALL
from tests.properties.ledger.mutants import Mutant
from tests.properties.ledger.refund_mutants import MUTANTS as OF_REFUNDS
from tests.properties.ledger.reminder_mutants import MUTANTS as OF_REMINDERS
from tests.properties.ledger.tax_mutants import MUTANTS as OF_TAXES

MUTANTS = (*OF_ALL, *OF_REFUNDS, *OF_REMINDERS, *OF_TAXES)
# Most mutants are found within a few days at random, the rarest after more than five hundred.
DAYS = 800


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.invariant}: {mutant.what}")
def test_the_invariant_turns_red(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant.make(monkeypatch)
    with pytest.raises(AssertionError) as caught:
        days_at_random(DAYS, (mutant.invariant,))
    assert caught.traceback[-1].frame.code.name == INVARIANTS[mutant.invariant].__name__


def test_every_invariant_has_a_mutant() -> None:
    assert {mutant.invariant for mutant in MUTANTS} == set(INVARIANTS)


def test_without_a_mutant_no_invariant_turns_red() -> None:
    days_at_random(DAYS // 32, tuple(INVARIANTS))


def days_at_random(days: int, checked: Collection[str]) -> None:
    for seed in range(days):
        at_random(seed, checked)
