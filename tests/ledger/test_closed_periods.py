"""Closed periods in the stored book: no fact slips into one, whoever writes, in whatever way, and however late."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from infra.postgres import Urls
from ledger import GroupCommit, Journal, Rehearsal, Submission, execute, open_journal
from ledger.domain.duty import Duty
from ledger.domain.people.registration import RegisterPerson
from ledger.domain.terms.period import STREAM, RequestPeriodClose
from tests.kit import care
from tests.kit.closing import (
    AUGUST,
    FIRST_OPEN,
    LATE,
    SEPTEMBER,
    TODAY,
    ask_to_close,
    close,
    closed,
    closes_of,
    days_of,
    late,
    reopened,
    totals_of,
)
from tests.kit.submissions import filled, opened, submit


@pytest.fixture
def journal(database_urls: Urls) -> Iterator[Journal]:
    with open_journal(database_urls.writer, "clinic") as journal:
        yield opened(journal)


@pytest.fixture
def other(database_urls: Urls) -> Iterator[Journal]:
    """The same journal, opened by another process."""
    with open_journal(database_urls.writer, "clinic") as journal:
        yield journal


def invoiced(id: str) -> Submission:
    line, payers = care.line(1, 500_00), {"anna": 500_00}
    command = care.invoice(id, line, issued_on=LATE, due_on=TODAY, payers=payers, series="INV")
    return submit(command, f"issue-{id}", TODAY)


def test_what_is_late_keeps_its_own_day_and_counts_on_the_first_open_one(journal: Journal):
    closed(journal, SEPTEMBER, TODAY)
    assert execute(journal, late("r")).status == "done"
    assert days_of(journal, "receipt-r") == {(LATE, FIRST_OPEN)}
    assert execute(journal, late("s", TODAY)).status == "done"
    assert days_of(journal, "receipt-s") == {(TODAY, TODAY)}


def test_a_day_that_a_person_asks_for_is_refused_where_it_is_closed_hard_and_nothing_is_recorded(journal: Journal):
    closed(journal, AUGUST, TODAY)
    closed(journal, SEPTEMBER, TODAY, "soft")
    before = journal.stable_position()
    refused = execute(journal, late("r", accounted=AUGUST))
    assert (refused.status, refused.code) == ("refused", "period_closed")
    assert "2026-10-01" in str(refused.sentence)
    assert journal.stable_position() == before

    assert execute(journal, late("s", accounted=SEPTEMBER)).status == "done"
    assert days_of(journal, "receipt-s") == {(LATE, SEPTEMBER)}
    assert execute(journal, late("t")).status == "done"
    assert days_of(journal, "receipt-t") == {(LATE, FIRST_OPEN)}


def test_a_softly_closed_day_is_refused_to_a_duty_other_than_finance(journal: Journal):
    closed(journal, SEPTEMBER, TODAY, "soft")
    duties: dict[str, Duty] = {"nora": "billing", "otto": "finance"}
    for name, duty in duties.items():
        command = RegisterPerson(person_id=name, sign_in=f"s-{name}", duties=(duty,))
        assert execute(journal, submit(command, f"register {name}", TODAY)).status == "done"
    refused = execute(journal, filled(late("r", accounted=SEPTEMBER), actor="person:nora"))
    assert (refused.status, refused.code) == ("refused", "period_closed_softly")
    assert execute(journal, filled(late("s"), actor="person:nora")).status == "done"
    assert execute(journal, filled(late("t", accounted=SEPTEMBER), actor="person:otto")).status == "done"


def test_a_process_that_remembers_older_periods_still_decides_about_the_newest(journal: Journal, other: Journal):
    assert execute(other, late("r")).status == "done"
    ask_to_close(journal, SEPTEMBER, TODAY)
    assert close(other, SEPTEMBER, TODAY).status == "done"


def test_in_a_reopened_period_facts_count_on_their_own_days_again(journal: Journal):
    closed(journal, SEPTEMBER, TODAY)
    assert reopened(journal, SEPTEMBER, TODAY).status == "done"
    assert execute(journal, late("r", accounted=SEPTEMBER)).status == "done"
    assert execute(journal, late("s")).status == "done"
    assert days_of(journal, "receipt-s") == {(LATE, LATE)}


def test_a_rehearsal_says_that_the_period_is_closed(journal: Journal):
    closed(journal, SEPTEMBER, TODAY)
    rehearsal = Rehearsal(journal)
    assert [one.code for one in rehearsal.rehearse([late("r", accounted=LATE), late("s")])] == ["period_closed", None]


def test_the_close_has_the_sums_of_all_facts_before_it_that_count_in_it(journal: Journal):
    for number in range(5):
        execute(journal, late(f"r{number}"))
        execute(journal, late(f"after{number}", TODAY))
    closed(journal, SEPTEMBER, TODAY)
    ((position, fact),) = closes_of(journal)
    before = [one for one in journal.follow(0, 1000) if one.position < position]
    assert fact.totals == totals_of(journal, before, SEPTEMBER)
    assert {(one.role, one.debit_minor or one.credit_minor) for one in fact.totals} == {
        ("bank", 500_00),
        ("unallocated", 500_00),
    }


def test_the_same_close_again_is_answered_as_the_first_time(journal: Journal):
    first = closed(journal, SEPTEMBER, TODAY)
    execute(journal, late("r"))
    again = close(journal, SEPTEMBER, TODAY, "hard", "recalls")
    assert (again.status, again.first_position) == ("nothing_new", first.first_position)
    assert len(closes_of(journal)) == 1


def test_nothing_is_recorded_where_measuring_fails(journal: Journal, monkeypatch: pytest.MonkeyPatch):
    ask_to_close(journal, SEPTEMBER, TODAY)
    with monkeypatch.context() as patched:
        patched.setattr("tests.kit.closing.totals_of", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            close(journal, SEPTEMBER, TODAY)
    assert not closes_of(journal)
    assert execute(journal, late("r")).status == "done"
    assert close(journal, SEPTEMBER, TODAY).status == "done"


# A writer who read the periods before they were closed


@pytest.mark.parametrize("way", ["one", "series", "many", "grouped"])
def test_a_process_that_remembers_the_period_as_open_counts_nothing_in_it(journal: Journal, other: Journal, way: str):
    assert execute(other, late("first")).status == "done"
    assert execute(other, invoiced("first")).status == "done"
    position = closed(journal, SEPTEMBER, TODAY).last_position

    if way == "one":
        assert execute(other, late("r")).status == "done"
    elif way == "series":
        assert execute(other, invoiced("i")).status == "done"
    elif way == "many":
        assert {one.status for one in execute(other, [late(f"r{number}") for number in range(700)])} == {"done"}
    else:
        with ThreadPoolExecutor(8) as pool:
            group = GroupCommit(other)
            assert {one.status for one in pool.map(group.execute, map(late, "abcdefghijkl"))} == {"done"}

    after = journal.follow(position or 0, 10_000)
    assert after
    assert {one.envelope.accounting_date for one in after} == {FIRST_OPEN}


def test_what_only_memory_calls_closed_is_not_refused(journal: Journal, other: Journal):
    closed(journal, SEPTEMBER, TODAY)
    assert execute(other, late("first", accounted=LATE)).code == "period_closed"
    reopened(journal, SEPTEMBER, TODAY)
    assert execute(other, late("r", accounted=LATE)).status == "done"


def test_once_it_has_read_the_periods_a_process_reads_them_no_more(journal: Journal, monkeypatch: pytest.MonkeyPatch):
    closed(journal, SEPTEMBER, TODAY)
    execute(journal, late("first"))
    asked: list[str] = []
    facts = Journal.facts
    monkeypatch.setattr(Journal, "facts", lambda self, streams: asked.extend(streams) or facts(self, streams))
    for number in range(5):
        execute(journal, late(f"r{number}"))
    assert STREAM not in asked


def test_a_close_in_a_batch_holds_for_the_commands_after_it(journal: Journal):
    execute(journal, late("before"))
    batch = [late("a"), submit(RequestPeriodClose(kind="soft", through_on=SEPTEMBER), "ask", TODAY), late("b")]
    assert [one.status for one in execute(journal, batch)] == ["done"] * 3
    assert days_of(journal, "receipt-b") == {(LATE, LATE)}
