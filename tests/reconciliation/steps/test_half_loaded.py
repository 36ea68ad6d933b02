"""A file of which a line is refused is not loaded: every run says so, and nobody is reminded until it is booked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from reconciliation.matching import entries
from reconciliation.reminder_run import remind_due
from reconciliation.steps.loop import run
from reconciliation.steps.summary import DaySummary
from tests.kit.clinic import ISSUED, PRICE, Clinic, paid, reference_of, statement

DUE = ISSUED + timedelta(days=30)


def ran(clinic: Clinic, path: Path) -> DaySummary:
    with clinic.day() as day:
        return run(day, [path])


@pytest.fixture
def half_loaded(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with two payments, of which the book refuses the second one."""
    monkeypatch.setattr(entries, "LAST_DAY", date.max)
    path = clinic.folder / "day.xml"
    clinic.folder.mkdir(exist_ok=True)
    second = replace(paid(PRICE, reference_of(1), "b2"), value_on=date.max)
    path.write_bytes(statement([paid(PRICE, reference_of(0), "b1"), second]))
    return path


def test_a_file_with_a_refused_line_is_not_loaded_and_no_line_of_it_counts_as_seen_before(
    clinic: Clinic, half_loaded: Path
):
    for _ in range(2):
        (file,) = ran(clinic, half_loaded).files
        assert [one.code for one in file.refused_commands] == ["day_impossible"]
        assert (file.loaded, file.nothing_new, file.problems) == (None, False, True)
        assert clinic.count("FileCompleted") == 0
    (first,) = clinic.facts("ReceiptAllocated")
    assert first.targets[0].item_id == "i-0.1"


def test_what_was_to_pay_with_the_refused_line_is_neither_counted_nor_a_review(clinic: Clinic, half_loaded: Path):
    (file,) = ran(clinic, half_loaded).files

    assert (file.matched, file.kinds["exact"].count, file.reviewed) == (1, 1, 0)
    assert clinic.desk.reviews() == []


def test_nobody_is_reminded_while_a_line_is_refused(clinic: Clinic, half_loaded: Path):
    ran(clinic, half_loaded)
    done = remind_due(clinic.books, clinic.desk, DUE, clinic.at, "job:reminders")

    assert (done.sent, done.loading) == (0, 1)


def test_the_line_is_booked_as_soon_as_it_can_be(clinic: Clinic, half_loaded: Path, monkeypatch: pytest.MonkeyPatch):
    ran(clinic, half_loaded)
    monkeypatch.undo()
    (file,) = ran(clinic, half_loaded).files

    assert (file.refused_commands, file.matched, file.nothing_new) == ([], 1, False)
    (complete,) = clinic.facts("FileCompleted")
    assert (complete.loaded.receipts, complete.loaded.seen_before) == (2, 0)
