"""Histories through the desk: on any day, at any position, every report is what the accountant's calculator reckons."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, Final

import psycopg
import pytest

from infra.postgres import Urls
from ledger import Recorded
from tests.kit import calculator
from tests.kit.seeds import seeds
from tests.properties.histories.casts import CASTS, history
from tests.properties.histories.closing import changed_since_closed
from tests.properties.histories.comparison import clocks_of, differences, explained, led_to
from tests.properties.histories.improvisation import Improvisation
from tests.properties.histories.matrix import STAYS, UNDONE, cells, met, moving, printed
from tests.properties.histories.world import World, told, world_at

# These go on side by side in one clinic: one history for each plot in each circumstance.
SIDE_BY_SIDE: Final = len(CASTS)
# Each run meets each cell of the matrix.
RUNS: Final = seeds([0], range(1, 10))
# On how many pairs of clocks the reports are compared.
_ASKED: Final = 24
# A few more have no plot; their seeds follow those of all the others.
_UNPLOTTED: Final = 4
_IMPROVISED: Final = 10_000
_WHOSE: Final = re.compile(r"[a-z]+-h([0-9]+)[a-z]")


@pytest.fixture
def raw(database_urls: Urls) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_urls.reader, autocommit=True) as raw:
        yield raw


@pytest.mark.parametrize("run", RUNS, ids="seeds from {}".format)
def test_reports_on_any_day_and_at_any_position_are_what_the_calculator_reckons(
    run: int,
    database_urls: Urls,
    tmp_path: Path,
    raw: psycopg.Connection[Any],
    record_property: Callable[[str, object], None],
):
    with world_at(database_urls.writer, tmp_path) as world:
        seeds = range(run * SIDE_BY_SIDE, (run + 1) * SIDE_BY_SIDE)
        histories = [history(world, seed) for seed in seeds]
        histories += [Improvisation(world, _IMPROVISED + run * SIDE_BY_SIDE + number) for number in range(_UNPLOTTED)]
        world.pass_days()
        wrong = world.wrong(raw)
        assert not wrong, "\n".join([f"{one}\n{led_to(world, raw, one.position, one.subject)}" for one in wrong[:3]])
        assert not changed_since_closed(world.books)
        # A run that waits for the bank misses people, and says so.
        runs = [(on, at) for on, at, done in world.reminded if not (done.lagging or done.differing)]
        assert not (found := calculator.misdirected(raw, runs)), told(world.log) + f"{found[:3]}"
        assert sum(done.sent for _, _, done in world.reminded) > 0
        dice = Random(run)
        clocks = clocks_of(dice, world.books.journal.stable_position(), _ASKED)
        accounts = [account for one in histories for account in one.accounts]
        found = differences(world, raw, clocks, [dice.sample(accounts, 2) for _ in clocks])
        assert not found, f"{len(found)} figures differ\n" + "\n".join(explained(world, raw, one) for one in found[:3])
        matrix = met(owned(world))
    record_property("printed", printed(matrix))
    assert not [cell for cell in cells() if not matrix[cell]]


def test_every_fact_that_moves_money_is_in_the_matrix():
    mirrored = {one.fact for undoings in UNDONE.values() for one in undoings}
    assert {*UNDONE, *STAYS, *mirrored} == moving()


def owned(world: World) -> Iterator[tuple[int, Recorded]]:
    """Every fact of a history, with its seed."""
    for recorded in world.books.journal.follow(0, 1_000_000):
        named = _WHOSE.match(recorded.stream)
        seed = int(named[1]) if named else world.theirs.get(recorded.stream)
        if seed is not None:
            yield seed, recorded
