"""What was known: a time or a position, resolved to the last end of a save."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.kit.care import allocate, invoice, receipt
from tests.kit.clinic import Clinic
from tests.projections.test_books import DUE, VISIT, total


def test_a_time_is_the_last_position_noted_by_then(clinic: Clinic):
    noon = datetime(2024, 7, 1, 12, tzinfo=UTC)
    known = clinic.books.follow(at=noon)
    clinic.do(receipt("r", 180_00, booked_on=VISIT), allocate("r", "1"), on=VISIT)
    clinic.books.follow(at=datetime(2024, 7, 2, 12, tzinfo=UTC))
    report = clinic.books.report("aging", DUE, known_at=datetime(2024, 7, 2, 11, tzinfo=UTC))
    assert (report.clocks.known_at, total(report)["open_minor"]) == (known, 250_00)
    noon = clinic.books.report("aging", DUE, known_at=datetime(2024, 7, 2, 12, tzinfo=UTC))
    assert total(noon)["open_minor"] == 70_00
    assert clinic.books.report("aging", DUE, known_at=datetime(2024, 6, 1, tzinfo=UTC)).table.num_rows == 0


def test_a_position_inside_a_save_shows_the_book_before_that_save(clinic: Clinic):
    journal = clinic.books.journal
    before = journal.stable_position()
    after = clinic.do(invoice("2", issued_on=VISIT, due_on=DUE), on=VISIT)
    assert after - before > 3
    for inside in range(before, after):
        shown = {name: clinic.books.report(name, DUE, inside) for name in ("aging", "tie-out", "open-items")}
        assert total(shown["aging"])["open_minor"] == 250_00
        assert [(one.tied, one.clocks.known_at) for one in shown.values()] == [(True, before)] * 3
    assert clinic.books.report("aging", DUE, after).clocks.known_at == after
    history = clinic.books.report("history", subject="series-inv", known_at=after - 1)
    assert (history.clocks.known_at, max(history.table["ledger_position"].to_pylist()) <= before) == (before, True)


def test_a_time_without_a_zone_or_a_position_to_come_is_refused(clinic: Clinic):
    with pytest.raises(ValueError, match="time zone"):
        clinic.books.report("aging", DUE, known_at=datetime(2024, 7, 1, 12))  # noqa: DTZ001
    with pytest.raises(ValueError, match="no time has been logged"):
        clinic.books.report("aging", DUE, known_at=datetime(2124, 7, 1, 12, tzinfo=UTC))
    for position in (-1, clinic.books.journal.stable_position() + 1):
        with pytest.raises(ValueError, match="is not a position in the journal"):
            clinic.books.report("aging", DUE, known_at=position)
