"""The server that faults are made on: one for each test process, and a fresh database for each run."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.postgres import stop
from infra.settings import Settings
from tests.faults.arena import Arena
from tests.faults.desk import Plant
from tests.faults.run import Run


@pytest.fixture(scope="session")
def arena(fast_folder: Path, open_folder: Path) -> Iterator[Arena]:
    """A server that may be killed, because nobody else uses it."""
    settings = Settings(data_dir=fast_folder / uuid.uuid4().hex[:8] / "data", state_dir=open_folder / "state")
    yield Arena(settings)
    stop(settings)


@pytest.fixture
def new_run(arena: Arena) -> Iterator[Callable[..., Run]]:
    """Makes a run of a seed, with a planted defect where one is given; it is closed afterwards."""
    made: list[Run] = []

    def make(seed: int, plant: Plant | None = None) -> Run:
        for earlier in made:
            earlier.close()
        made.append(Run(seed, arena, arena.make(), plant))
        return made[-1]

    yield make
    for run in made:
        run.close()
