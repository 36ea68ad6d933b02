"""Writers of one number series take turns, in threads and processes; everybody else goes past them."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from infra.postgres import Urls
from ledger import execute, open_journal
from ledger.execution import batch
from ledger.journal import Journal
from ledger.journal.locks import lock_key
from tests.kit.held_commits import holding_commits, until
from tests.kit.submissions import FIRST, invoice, numbers_of, opened, receipt
from tests.kit.writers import in_processes, issue


@pytest.fixture
def journal(database_urls: Urls) -> Iterator[Journal]:
    with open_journal(database_urls.writer, "clinic") as journal:
        yield opened(journal, "INV", "CRE")


def positions_drawn_in_vain(journal: Journal) -> int:
    """Positions that were drawn by saves that failed: one by one or more for each attempt that was wasted."""
    drawn = journal.stable_position()
    return drawn - len(journal.follow(0, 100_000))


@pytest.mark.parametrize("grouped", [False, True])
def test_numbers_have_no_gap_and_nothing_is_wasted_with_32_issuers_in_4_processes(
    journal: Journal, database_urls: Urls, grouped: bool
):
    answered = in_processes(issue, [(database_urls.writer, f"w{number}", 8, 5, grouped) for number in range(4)])

    assert {outcome.status for outcomes in answered for outcome in outcomes} == {"done"}
    assert numbers_of(journal) == list(range(FIRST, FIRST + 4 * 8 * 5))
    assert positions_drawn_in_vain(journal) == 0


def test_a_number_is_not_lost_with_an_issuer_that_is_killed(journal: Journal, database_urls: Urls):
    code = "import sys; from tests.kit.writers import issue_for_ever as work; work(*sys.argv[1:])"
    for round in range(3):
        before = len(numbers_of(journal))
        killed = subprocess.Popen([sys.executable, "-c", code, database_urls.writer, f"k{round}"])
        until(lambda before=before: len(numbers_of(journal)) > before + 20)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert execute(journal, invoice(f"after-{round}")).status == "done"

    numbers = numbers_of(journal)
    assert numbers == list(range(FIRST, FIRST + len(numbers)))
    assert f"after-{round}" == journal.read(["series-INV"])["series-INV"][0].fact.holder.removeprefix("invoice-")


def test_a_number_is_not_lost_with_a_session_that_ends_before_its_commit(journal: Journal, database_urls: Urls):
    with holding_commits(database_urls) as held, ThreadPoolExecutor(2) as pool:
        first = pool.submit(execute, journal, invoice("1"))
        held.until(1)
        (owner_of_the_turn,) = held.backends()
        second = pool.submit(execute, journal, invoice("2"))
        held.until(2)
        held.session.execute("SELECT pg_terminate_backend(%s)", (owner_of_the_turn,))
        held.let_go()

        assert first.exception() is not None
        assert second.result().status == "done"

    assert numbers_of(journal) == [FIRST]


def test_who_needs_no_series_does_not_wait_and_the_stable_position_goes_on(journal: Journal, database_urls: Urls):
    with open_journal(database_urls.writer, "clinic") as other, other.writing(["series-INV"]):
        outcome = execute(journal, receipt("1"))

        assert outcome.status == "done"
        assert journal.stable_position() == outcome.last_position
        assert execute(journal, invoice("1", series="CRE")).status == "done"


def test_a_wait_for_a_turn_has_an_end_and_then_nothing_is_recorded(
    journal: Journal, database_urls: Urls, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(batch, "TURN_WAIT", "100ms")
    with open_journal(database_urls.writer, "clinic") as other, other.writing(["series-INV"]):
        outcomes = execute(journal, [invoice("1"), receipt("1")])

    assert [outcome.code for outcome in outcomes] == ["concurrent_change"] * 2
    assert journal.read(["invoice-1", "receipt-1"]) == {}
    assert execute(journal, invoice("1")).status == "done"


def test_two_who_need_the_same_two_series_do_not_wait_for_each_other(journal: Journal):
    def issued(issuer: int) -> set[str]:
        series = ["INV", "CRE"] if issuer % 2 else ["CRE", "INV"]
        batch = [invoice(f"{issuer}-{number}", series=series[number % 2]) for number in range(20)]
        return {outcome.status for outcome in execute(journal, batch, chunk=4)}

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(issued, range(8))) == [{"done"}] * 8

    assert numbers_of(journal, "INV") == numbers_of(journal, "CRE") == list(range(FIRST, FIRST + 80))
    assert positions_drawn_in_vain(journal) == 0


def test_entities_do_not_take_turns_with_each_other():
    assert lock_key("clinic", "series-INV") != lock_key("hospital", "series-INV")


def test_a_turn_is_told_apart_from_what_says_how_far_the_journal_is_stable(journal: Journal, database_urls: Urls):
    with psycopg.connect(database_urls.owner) as session, journal.writing(["series-INV"]):
        query = "SELECT objsubid FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
        assert session.execute(query).fetchall() == [(1,)]
