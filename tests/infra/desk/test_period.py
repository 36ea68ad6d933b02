"""A close at the desk: its totals are of everything before it, also of what came while it was prepared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from infra.desk import period
from infra.desk.desk import Desk, Occasion
from infra.desk.problems import Stopped
from infra.postgres import Urls
from ledger import execute
from ledger.domain.terms.period_facts import PeriodClosed
from projections import open_books
from reconciliation.store import ReconciliationStore
from tests.kit.closing import SEPTEMBER, closes_of, late, totals_of
from tests.kit.staff import give_key
from tests.kit.submissions import opened

NOW = datetime(2026, 10, 5, 9, tzinfo=UTC)


@pytest.fixture
def desk(database_urls: Urls, tmp_path: Path) -> Iterator[Desk]:
    give_key(tmp_path / "vault.key")
    with (
        open_books(database_urls.writer, "clinic") as books,
        ReconciliationStore(database_urls.writer, "clinic") as lists,
    ):
        opened(books.journal)
        yield Desk(books, lists, NOW, "anna", tmp_path / "vault.key", "test")


def of_bo(desk: Desk) -> Desk:
    return replace(desk, user="bo")


def test_what_came_between_the_preparation_and_the_lock_is_in_the_totals(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    execute(desk.books.journal, late("before"))
    period.request(desk, SEPTEMBER, "soft", Occasion())
    record_alone = Desk.record_alone

    def after_another(bo: Desk, *given: object, **named: str) -> object:
        assert execute(desk.books.journal, late("between")).status == "done"
        return record_alone(bo, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Desk, "record_alone", after_another)
    done = period.approve(of_bo(desk), SEPTEMBER, Occasion())

    ((position, closed),) = closes_of(desk.books.journal)
    facts = [one for one in desk.books.journal.follow(0, 1000) if one.position < position]
    assert "receipt-between" in {one.stream for one in facts}
    assert closed.totals == totals_of(desk.books.journal, facts, SEPTEMBER)
    assert done.more["totals_hash"] == closed.totals_hash


def test_only_the_totals_of_the_period_itself_are_recorded(desk: Desk):
    execute(desk.books.journal, late("in", date(2026, 9, 30)))
    execute(desk.books.journal, late("after", date(2026, 10, 1)))
    period.request(desk, SEPTEMBER, "soft", Occasion())
    period.approve(of_bo(desk), SEPTEMBER, Occasion())
    ((_, closed),) = closes_of(desk.books.journal)
    assert {(one.role, one.debit_minor, one.credit_minor) for one in closed.totals} == {
        ("bank", 100_00, 0),
        ("unallocated", 0, 100_00),
    }


def test_what_nobody_asked_for_is_neither_approved_nor_rejected(desk: Desk):
    for decide in (
        lambda: period.approve(of_bo(desk), SEPTEMBER, Occasion()),
        lambda: period.reject(of_bo(desk), SEPTEMBER, "NO", Occasion()),
    ):
        with pytest.raises(Stopped) as stopped:
            decide()
        assert stopped.value.problems[0].code == "period_request_unknown"
    assert not closes_of(desk.books.journal)


def test_the_list_says_what_waits_and_what_was_decided_last(desk: Desk):
    period.request(desk, SEPTEMBER, "soft", Occasion())
    (row,) = period.listed(desk).rows
    assert (row["status"], row["waits_for"], row["requester"], row["approver"]) == (
        "open",
        "soft close",
        "person:anna",
        None,
    )
    period.reject(of_bo(desk), SEPTEMBER, "TOO_EARLY", Occasion())
    (row,) = period.listed(desk).rows
    assert (row["waits_for"], row["approver"], row["reason_code"]) == (None, "person:bo", "TOO_EARLY")
    period.request(desk, SEPTEMBER, "soft", Occasion())
    period.approve(of_bo(desk), SEPTEMBER, Occasion())
    (row,) = period.listed(desk).rows
    assert (row["status"], row["decided_on"], row["reason_code"]) == ("soft", NOW.date(), None)
    period.reopen(desk, SEPTEMBER, "FORGOTTEN", Occasion())
    assert period.listed(desk).rows[0]["waits_for"] == "reopening"
    period.approve(of_bo(desk), SEPTEMBER, Occasion())
    (row,) = period.listed(desk).rows
    assert (row["status"], row["reason_code"], row["totals_hash"]) == ("open", "FORGOTTEN", None)
    assert sum(isinstance(one.fact, PeriodClosed) for one in desk.books.journal.read_all("period-months")) == 1
