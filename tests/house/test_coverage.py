"""A room that tests do not run is seen: `make tests` traces them, and ends red below 95 %."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.house.source import ROOT
from tests.kit import covering


def test_tests_are_traced_and_the_slowest_are_told():
    recipe = (ROOT / "Makefile").read_text().partition("\ntests:\n")[2].splitlines()[0]
    assert "-p tests.kit.covering" in recipe
    assert "--durations 10" in recipe


@pytest.mark.parametrize(("missed", "before", "after"), [(5, 0, 0), (6, 0, 1), (6, 2, 2)])
def test_a_room_below_ends_a_run_red(missed: int, before: int, after: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(covering, "rooms", lambda: {"ledger": (1000, 1), "ledger/domain": (100, missed)})
    session = SimpleNamespace(exitstatus=before)
    covering.Telling().pytest_sessionfinish(session)
    assert session.exitstatus == after


def test_each_room_and_each_room_in_it_is_counted():
    counted = covering.lines_by_room(lambda file: (10, 1))
    assert {"ledger", "ledger/domain", "projections/store", "reconciliation/flows", "infra/cli"} <= counted.keys()
    assert counted["ledger"][0] > counted["ledger/domain"][0] + counted["ledger/journal"][0]
