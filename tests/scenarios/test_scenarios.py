"""Every scenario file under this folder holds: each is a test, on a database of its own."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from infra.cli.command_line import KnownCommands, carried_out_in, entity_called
from infra.scenarios.play import play
from infra.scenarios.reader import read_scenario
from infra.settings import Settings

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.rglob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_scenario_holds(path: Path, books: Settings, tmp_path: Path):
    with carried_out_in(books) as carry_out:
        scenario = read_scenario(path, KnownCommands())
        found = play(scenario, carry_out, tmp_path, partial(entity_called, books), books.places_file)
    differing = [
        f"{path}:{one.line}: {one.what}: expected {one.expected}, found {one.actual}" for one in found.differences
    ]
    assert not differing, "\n".join(differing)


def test_there_are_scenarios_of_every_kind():
    assert {path.parent.name for path in FILES} == {one.name for one in FOLDER.iterdir() if one.is_dir()} - {
        "__pycache__"
    }
