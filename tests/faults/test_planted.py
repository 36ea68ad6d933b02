"""The runs find what they are there to find: each planted defect turns one red, and it says how to see it again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.planted_defects import PLANTS
from tests.faults.run import Run, RunFailed
from tests.faults.strikes import play

SEED = 7


@pytest.mark.parametrize("planted", PLANTS, ids=lambda planted: planted.__name__)
def test_a_planted_defect_turns_the_run_red(new_run: Callable[..., Run], planted: type) -> None:
    plant = planted()
    run = new_run(SEED, plant)
    # A defect may hold what the other threads of a process wait for.
    run.together = False

    with pytest.raises(RunFailed, match=plant.found_as) as caught:
        play(run, [plant.fault])

    told = str(caught.value)
    assert f"seed {SEED}" in told
    assert f"fault: {plant.fault.kind} at {plant.fault.step}" in told
    assert "IssueInvoice invoice-i" in told
