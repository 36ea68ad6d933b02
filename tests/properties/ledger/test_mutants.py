"""Each invariant has a mutant that turns it red: the check that would not notice is no check."""

from __future__ import annotations

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.properties.ledger.draws import UNTIL_RED
from tests.properties.ledger.invariants import INVARIANTS
from tests.properties.ledger.machine import Bookkeeping
from tests.properties.ledger.mutants import MUTANTS, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.invariant}: {mutant.what}")
def test_the_invariant_turns_red(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    class Watched(Bookkeeping):
        checked = (mutant.invariant,)

    mutant.make(monkeypatch)
    with pytest.raises(AssertionError) as caught:
        run_state_machine_as_test(Watched, settings=UNTIL_RED)
    assert caught.traceback[-1].frame.code.name == INVARIANTS[mutant.invariant].__name__


def test_every_invariant_has_a_mutant() -> None:
    assert {mutant.invariant for mutant in MUTANTS} == set(INVARIANTS)
