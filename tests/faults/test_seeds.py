"""Whatever goes wrong, wherever: nothing acknowledged is lost, nothing is doubled, readers carry on without help."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.faults.run import Run
from tests.faults.strikes import FAULTS, KINDS, of_seed, play
from tests.kit.steps import STEPS

EACH = 6
SEEDS = range(-(-len(FAULTS) // EACH))
SOAK_SEEDS = int(os.environ.get("RESKONTRA_SOAK_SEEDS", "300"))


@pytest.mark.parametrize("seed", SEEDS)
def test_after_any_fault_the_books_hold_what_was_acknowledged(new_run: Callable[..., Run], seed: int) -> None:
    play(new_run(seed), of_seed(seed, EACH))


def test_the_seeds_strike_every_fault_at_every_step() -> None:
    struck = {fault for seed in SEEDS for fault in of_seed(seed, EACH)}

    assert struck == set(FAULTS)
    assert {fault.step for fault in struck} == set(STEPS)
    assert {fault.kind for fault in struck} == set(KINDS)


@pytest.mark.soak
def test_after_many_faults_in_any_order_the_books_hold_what_was_acknowledged(new_run: Callable[..., Run]) -> None:
    for seed in range(1000, 1000 + SOAK_SEEDS):
        run = new_run(seed)
        play(run, run.rng.choices(FAULTS, k=8), pace=12, thorough=True)
        run.close()
