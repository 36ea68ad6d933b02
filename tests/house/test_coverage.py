"""A room that tests do not run is seen: `make tests` traces them, and fails if a room is below 95 %."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.house.source import ROOT
from tests.kit import covering


def test_tests_are_traced_and_the_slowest_are_told():
    recipe = (ROOT / "Makefile").read_text().partition("\ntests:\n")[2].splitlines()[0]
    assert "-p tests.kit.covering" in recipe
    assert "--durations 10" in recipe


@pytest.mark.parametrize(("missed", "marked"), [(5, False), (6, True)])
def test_a_room_below_is_marked_and_fails_the_run(missed: int, marked: bool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(covering, "rooms", lambda: {"ledger": (1000, 1), "ledger/domain": (100, missed)})
    lines: list[str] = []
    telling = covering.Telling()
    session = SimpleNamespace(exitstatus=pytest.ExitCode.OK)
    telling.pytest_sessionfinish(session)  # type: ignore[arg-type]
    telling.pytest_terminal_summary(SimpleNamespace(section=lines.append, line=lines.append))
    assert [line.split()[0] for line in lines if "below" in line] == (["ledger/domain"] if marked else [])
    assert session.exitstatus == (pytest.ExitCode.TESTS_FAILED if marked else pytest.ExitCode.OK)


def test_a_run_that_failed_keeps_its_reason(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(covering, "rooms", lambda: {"ledger": (100, 50)})
    session = SimpleNamespace(exitstatus=pytest.ExitCode.INTERRUPTED)
    covering.Telling().pytest_sessionfinish(session)  # type: ignore[arg-type]
    assert session.exitstatus == pytest.ExitCode.INTERRUPTED


def test_each_room_and_each_room_in_it_is_counted():
    counted = covering.lines_by_room(lambda file: (10, 1))
    assert {"ledger", "ledger/domain", "projections/store", "reconciliation/flows", "infra/cli"} <= counted.keys()
    assert counted["ledger"][0] > counted["ledger/domain"][0] + counted["ledger/journal"][0]
