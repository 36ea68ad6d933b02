"""Commands in any order that hypothesis thinks of, with and without faults: three oracles give the same figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.faults.run import Run
from tests.faults.strikes import Fault, strike
from tests.kit.office.office import KINDS

QUICK: Final = settings(
    max_examples=3,
    stateful_step_count=10,
    derandomize=True,
    database=None,
    deadline=None,
    # The operation log tells of a failure; making it smaller would take many minutes.
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
MANY: Final = settings(QUICK, max_examples=150, stateful_step_count=40)

COMMANDS: Final = st.sampled_from([*KINDS])
# Those that need no server or process to be started again, so that many fit into a short run.
STRIKES: Final = st.sampled_from(
    [Fault("crash", step) for step in ("load", "decide", "append", "reply", "page", "apply")]
    + [Fault("lost", step) for step in ("load", "rows", "commit", "position", "settle")]
    + [Fault("full", "rows"), Fault("deadlocked", "commit"), Fault("clock back", "load")]
    + [Fault("delivered twice", "reply"), Fault("delivered twice", "commit"), Fault("reordered", "commit")]
)


class Bookkeeping(RuleBasedStateMachine):
    """Real books beside a book in memory."""

    make: ClassVar[Callable[[int], Run]]

    @initialize(seed=st.integers(0, 2**32))
    def open(self, seed: int) -> None:
        self.of = type(self).make(seed)
        # The same choices must lead to the same, or nothing can be said of a failure.
        self.of.together = False

    @rule(what=st.lists(COMMANDS, min_size=1, max_size=5), one_batch=st.booleans())
    def work(self, what: list[str], one_batch: bool) -> None:
        with self.of.telling():
            office = self.of.office
            drawn = [command for name in what if (command := office.drawn(name)) is not None]
            for batch in [drawn] if one_batch else [[command] for command in drawn]:
                if batch:
                    self.of.perform(self.of.submissions(batch))

    @rule()
    def submit_everything_again(self) -> None:
        with self.of.telling():
            self.of.repeat_everything()

    @invariant()
    def the_oracles_agree(self) -> None:
        with self.of.telling():
            self.of.compare()

    def teardown(self) -> None:
        if hasattr(self, "of"):
            with self.of.telling():
                self.of.check()


class Struck(Bookkeeping):
    """The same, and things go wrong."""

    @rule(fault=STRIKES)
    def go_wrong(self, fault: Fault) -> None:
        with self.of.telling():
            strike(self.of, fault)


@pytest.mark.parametrize("machine", [Bookkeeping, Struck])
def test_a_model_the_projections_and_plain_sql_give_the_same_figures(
    new_run: Callable[..., Run], machine: type
) -> None:
    run_state_machine_as_test(_made_by(new_run, machine), settings=QUICK)


@pytest.mark.soak
@pytest.mark.parametrize("machine", [Bookkeeping, Struck])
def test_the_oracles_agree_for_long(new_run: Callable[..., Run], machine: type) -> None:
    run_state_machine_as_test(_made_by(new_run, machine), settings=MANY)


def _made_by(new_run: Callable[..., Run], machine: type) -> type:
    return type(machine.__name__, (machine,), {"make": staticmethod(new_run)})
