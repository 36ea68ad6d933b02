"""A period that is closed while others write: no fact slips in, nobody waits for ever, and it sums all facts."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import psycopg
import pytest

from infra.postgres import Urls
from ledger import Journal, execute, open_journal
from ledger.domain.terms.period import STREAM
from ledger.execution import batch
from ledger.journal import Addition
from ledger.journal.locks import lock_key
from ledger.journal.recorded_facts import Obeyed
from ledger.journal.turns import OBEYED_WAIT, Conflict, NoTurn
from ledger.journal.waits import WAITS
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
    totals_of,
)
from tests.kit.held_commits import holding_commits, until
from tests.kit.submissions import opened
from tests.kit.writers import in_processes, receive


@pytest.fixture
def journal(database_urls: Urls) -> Iterator[Journal]:
    with open_journal(database_urls.writer, "clinic") as journal:
        yield opened(journal)


# As an archive run leaves it: the facts are no longer in the table, but the books know how far they went.
_ARCHIVED = """
WITH moved AS (DELETE FROM clinic.events WHERE originator_id = %s RETURNING *)
INSERT INTO clinic.archived_streams
SELECT originator_id, max(originator_version), max(notification_id), array_agg(notification_id) FROM moved GROUP BY 1
"""


@pytest.mark.parametrize("size", [1, 300])
def test_a_close_waits_for_the_save_that_is_under_way_and_counts_it(journal: Journal, database_urls: Urls, size: int):
    ask_to_close(journal, SEPTEMBER, TODAY)
    with (
        open_journal(database_urls.writer, "clinic") as writer,
        ThreadPoolExecutor(2) as pool,
        holding_commits(database_urls) as held,
    ):
        writing = pool.submit(execute, writer, [late(f"r{number}") for number in range(size)])
        held.until(1)
        closing = pool.submit(close, journal, SEPTEMBER, TODAY)
        held.until(2)
        assert not closing.done()
        held.let_go()
        assert {one.status for one in writing.result(30)} == {"done"}
        assert closing.result(30).status == "done"
    ((position, fact),) = closes_of(journal)
    assert max(one.last_position or 0 for one in writing.result()) < position
    assert {one.debit_minor or one.credit_minor for one in fact.totals} == {size * 100_00}


def test_a_save_waits_for_the_close_that_is_under_way_and_counts_after_it(journal: Journal, database_urls: Urls):
    execute(journal, late("first"))
    ask_to_close(journal, SEPTEMBER, TODAY)
    with (
        open_journal(database_urls.writer, "clinic") as writer,
        ThreadPoolExecutor(2) as pool,
        holding_commits(database_urls) as held,
    ):
        closing = pool.submit(close, journal, SEPTEMBER, TODAY)
        held.until(1)
        writing = pool.submit(execute, writer, late("r"))
        held.until(2)
        held.let_go()
        assert closing.result(30).status == "done"
        assert writing.result(30).status == "done"
    assert days_of(journal, "receipt-r") == {(LATE, FIRST_OPEN)}


def test_a_close_that_cannot_begin_gives_up_before_the_writers_behind_it(
    journal: Journal, database_urls: Urls, monkeypatch: pytest.MonkeyPatch
):
    # Every other lock is waited for at most ten seconds.
    assert OBEYED_WAIT == "5s"
    assert WAITS.lock == 10
    monkeypatch.setattr(batch, "OBEYED_WAIT", "500ms")
    ask_to_close(journal, SEPTEMBER, TODAY)
    with psycopg.connect(database_urls.owner, autocommit=True) as holder:
        holder.execute("SELECT pg_advisory_lock_shared(%s)", (lock_key("clinic", STREAM),))
        assert execute(journal, late("r")).status == "done"
        with ThreadPoolExecutor(2) as pool:
            closing = pool.submit(close, journal, SEPTEMBER, TODAY)
            until(lambda: _waiting(holder) == 1)
            writing = pool.submit(execute, journal, late("s"))
            assert writing.result(30).status == "done"
            assert closing.result(30).code == "concurrent_change"
    assert close(journal, SEPTEMBER, TODAY).status == "done"


def test_writers_go_on_where_whoever_closes_is_killed_while_they_wait(journal: Journal, database_urls: Urls):
    ask_to_close(journal, SEPTEMBER, TODAY)
    code = "import sys; from tests.kit.closing import close_for_ever as work; work(*sys.argv[1:])"
    closing = subprocess.Popen([sys.executable, "-c", code, database_urls.writer], stdout=subprocess.PIPE)
    assert closing.stdout is not None
    assert closing.stdout.readline() == b"alone\n"
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(execute, journal, late("r"))
        with psycopg.connect(database_urls.owner, autocommit=True) as watch:
            until(lambda: _waiting(watch) == 1)
        closing.send_signal(signal.SIGKILL)
        closing.wait()
        assert writing.result(30).status == "done"
    assert not closes_of(journal)
    assert days_of(journal, "receipt-r") == {(LATE, LATE)}


def test_the_totals_wait_until_every_fact_is_stable(journal: Journal, database_urls: Urls):
    with psycopg.connect(database_urls.writer) as drawing:
        # The locks of a writer's positions may go a moment after the lock of the periods.
        drawing.execute("SELECT clinic.reserve_positions(1)")
        assert execute(journal, late("r")).status == "done"
        with pytest.raises(NoTurn):
            journal.settle(0.05)
        with ThreadPoolExecutor(1) as pool:
            settling = pool.submit(journal.settle, 30)
            time.sleep(0.05)
            assert not settling.done()
            drawing.rollback()
            settling.result(30)
    assert journal.follow(0, 1000)[-1].stream == "receipt-r"


@pytest.mark.parametrize("archived", [False, True])
def test_a_save_that_knows_only_an_older_fact_of_the_periods_fails(
    journal: Journal, database_urls: Urls, archived: bool
):
    closed(journal, SEPTEMBER, TODAY)
    if archived:
        with psycopg.connect(database_urls.owner) as owner:
            owner.execute(_ARCHIVED, (STREAM,))
    before = journal.last_drawn()
    addition = Addition("account-x", 1, "AccountOpened", b"{}")
    for save in ([addition], [addition._replace(stream=f"account-{number}") for number in range(300)]):
        with pytest.raises(Conflict), journal.writing() as writing:
            writing.append(save, (), Obeyed(STREAM, 1))
    assert journal.last_drawn() == before
    with journal.writing() as writing:
        assert len(writing.append([addition], (), Obeyed(STREAM, 2))) == 1


def test_no_fact_slips_into_a_period_that_is_closed_while_many_write(journal: Journal, database_urls: Urls):
    months = [date(2026, 5, 31), date(2026, 6, 30), date(2026, 7, 31), AUGUST, SEPTEMBER]
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(
            in_processes, receive, [(database_urls.writer, f"w{number}", 4, 60, months) for number in range(2)]
        )
        for month in months:
            seen = journal.stable_position()
            until(lambda seen=seen: journal.stable_position() > seen + 30 or writing.done())
            closed(journal, month, TODAY)
        assert {one.status for outcomes in writing.result(120) for one in outcomes} == {"done"}

    facts = journal.follow(0, 100_000)
    closes = closes_of(journal)
    assert [fact.through_on for _, fact in closes] == months
    written = [one for one in facts if one.stream.startswith("receipt-")]
    assert len(written) == 2 * 4 * 60
    for position, fact in closes:
        slipped = [one for one in facts if one.position > position and one.envelope.accounting_date <= fact.through_on]
        assert not slipped
        assert fact.totals == totals_of(journal, (one for one in facts if one.position < position), fact.through_on)
        assert fact.totals == totals_of(journal, facts, fact.through_on)
    # The closes were made while they wrote: some counted on their own days, others on later ones.
    assert len({one.envelope.accounting_date > one.envelope.occurred_on for one in written}) == 2


def _waiting(connection: psycopg.Connection) -> int:
    (row,) = connection.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchall()
    return int(row[0])
