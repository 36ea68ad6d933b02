"""Each rule about days has a mutant that turns the accountant's calculator red: else its comparison proves nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from infra.postgres import Urls
from tests.kit.calculator import LAST_DAY, NEWEST, UnknownFact, checked
from tests.properties.histories.closing_mutants import MUTANTS_OF_CLOSING
from tests.properties.histories.comparison import differences, explained
from tests.properties.histories.history import History
from tests.properties.histories.mutants import DIFFERS, MUTANTS, Mutant
from tests.properties.histories.world import FIRST, World, world_at


def red(mutant: Mutant, urls: Urls, folder: Path) -> set[str]:
    """What the calculator says about the mutant's history; reports are compared where the mutant is one of them."""
    with psycopg.connect(urls.reader, autocommit=True) as raw, world_at(urls.writer, folder) as world:
        before = world.books.journal.stable_position()
        mutant.history(world)
        if mutant.wrong == DIFFERS:
            return {DIFFERS} if differs(world, raw, before) else set()
        return {one.wrong for one in world.wrong(raw)}


def differs(world: World, raw: psycopg.Connection[Any], before: int) -> bool:
    """Whether a report differs, or does not tie out, at any position."""
    clocks = [(LAST_DAY, position) for position in range(before, world.books.journal.stable_position())]
    return bool(differences(world, raw, clocks, [["h0p"]] * len(clocks)))


@pytest.mark.parametrize("mutant", [*MUTANTS, *MUTANTS_OF_CLOSING], ids=lambda mutant: mutant.what)
def test_the_calculator_turns_red(mutant: Mutant, database_urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    mutant.make(monkeypatch)
    assert mutant.wrong in red(mutant, database_urls, tmp_path)


# All histories hold in `test_histories` as well, so these few are left to the long tests.
@pytest.mark.soak
@pytest.mark.parametrize("mutant", [*MUTANTS, *MUTANTS_OF_CLOSING], ids=lambda mutant: mutant.what)
def test_without_the_mutant_it_does_not(mutant: Mutant, database_urls: Urls, tmp_path: Path):
    assert red(mutant, database_urls, tmp_path) == set()


def test_a_fact_that_the_calculator_does_not_know_stops_it(database_urls: Urls):
    with psycopg.connect(database_urls.owner, autocommit=True) as owner:
        state = '{"fact":{},"envelope":{"occurred_on":"2026-10-01","accounting_date":"2026-10-01","key":"k"}}'
        owner.execute("INSERT INTO clinic.events VALUES ('item-1', 1, 'ItemForgotten', %s, 1000)", (state.encode(),))
        with pytest.raises(UnknownFact, match="ItemForgotten"):
            checked(owner)


def test_a_difference_is_printed_with_its_seed_its_position_and_the_command_that_led_to_it(
    database_urls: Urls, tmp_path: Path
):
    with (
        psycopg.connect(database_urls.owner, autocommit=True) as raw,
        world_at(database_urls.writer, tmp_path) as world,
    ):
        h = History(world, 7)
        h.issue("p", 25000)
        h.issue("p", 9900)
        raw.execute("UPDATE clinic.items SET due_on = due_on - 90 WHERE item_id = %s", (h.items[1],))
        found = differences(world, raw, [(FIRST, NEWEST)], [["h7p"]])
        told = explained(world, raw, next(one for one in found if one.figure == ("item", h.items[1], "late")))
    issued = next(one for one in world.log if h.invoices[1] in one.text)
    assert {one.figure[0] for one in found} == {"aged", "item"}
    assert f"as of {FIRST}, from position " in told
    assert "shown 60, reckoned -30" in told
    assert f"seed 7, command {issued.key}" in told
    assert told.splitlines()[-1].endswith(f"{issued.text}: done")
