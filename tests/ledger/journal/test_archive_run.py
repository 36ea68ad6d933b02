"""Archiving: only what is sealed and stable, stopped anywhere without harm, beside readers and writers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from infra.postgres import Urls
from ledger.journal import Conflict, Journal, open_journal
from ledger.journal.archive_files import ArchivingRefused, archived_files
from ledger.journal.archived_years import ArchivedFactsUnreadable
from ledger.journal.fact_files import write_facts
from ledger.journal.recorded_facts import StoredFact
from ledger.journal.stored_facts import StoredFacts
from tests.kit.archivable_books import added, everything, fill, move
from tests.kit.archive_race import Race

STREAMS = [f"account-{number}" for number in range(12)]
STEPS = ("written", "guarded", "compared", "recorded", "deleted", "committed", "vacuumed")


class Stopped(BaseException):
    """The process ends here."""


@pytest.fixture
def journal(database_urls: Urls) -> Iterator[Journal]:
    with open_journal(database_urls.writer, "clinic") as journal:
        yield journal


def stop_at(step: str, nth: int = 1) -> Callable[[str, int], None]:
    """Stops when a step is done for the n-th time."""
    seen: list[str] = []

    def step_done(done: str, facts: int) -> None:
        seen.append(done)
        if done == step and seen.count(step) == nth:
            raise Stopped

    return step_done


def test_what_is_archived_again_is_left_as_it_is(database_urls: Urls, journal: Journal, tmp_path: Path):
    last = fill(journal)
    first = move(database_urls, tmp_path, last, most=25)
    files = sorted(path.name for path in tmp_path.iterdir())

    again = move(database_urls, tmp_path, last, most=25)

    assert [file.facts for file in first.files] == [25, 25, 10]
    assert again == (last, ())
    assert sorted(path.name for path in tmp_path.iterdir()) == files


@pytest.mark.parametrize(("step", "nth"), [(step, 1) for step in STEPS] + [("written", 2), ("committed", 3)])
def test_stopped_after_any_step_everything_is_read_once_and_the_same_again_goes_on(
    database_urls: Urls, journal: Journal, tmp_path: Path, step: str, nth: int
):
    last = fill(journal)
    before = everything(journal, STREAMS)

    with pytest.raises(Stopped):
        move(database_urls, tmp_path, last, most=25, step_done=stop_at(step, nth))

    assert everything(journal, STREAMS) == before
    move(database_urls, tmp_path, last, most=25)
    assert everything(journal, STREAMS) == before
    assert [file.facts for file in archived_files(database_urls.reader, "clinic")] == [25, 25, 10]
    assert len(list(tmp_path.iterdir())) == 3


def test_a_file_half_written_by_a_run_that_was_killed_is_written_anew(
    database_urls: Urls, journal: Journal, tmp_path: Path
):
    last = fill(journal)
    (tmp_path / f".{0:032x}.part").write_bytes(b"PAR1 and no more")

    move(database_urls, tmp_path, last, most=1000)

    assert [path.suffix for path in tmp_path.iterdir()] == [".parquet"]
    assert len(journal.follow(0, 1000)) == 60


def test_a_whole_file_of_a_run_that_was_stopped_is_gone_on_with(database_urls: Urls, journal: Journal, tmp_path: Path):
    last = fill(journal)
    with pytest.raises(Stopped):
        move(database_urls, tmp_path, 20, most=1000, step_done=stop_at("written"))

    moved = move(database_urls, tmp_path, last, most=1000)

    assert [(file.first, file.last) for file in moved.files] == [(1, 20), (21, last)]
    assert len(journal.follow(0, 1000)) == 60


@pytest.mark.parametrize("damage", ["other bytes", "a fact less", "another state", "a version more"])
def test_a_file_that_differs_from_the_books_stops_the_archive(
    database_urls: Urls, journal: Journal, tmp_path: Path, damage: str
):
    last = fill(journal)
    path = tmp_path / f"clinic-{1:015d}-{last:015d}.parquet"
    facts: list[StoredFact] = journal.stored(0, last, 1000)
    match damage:
        case "other bytes":
            path.write_bytes(b"PAR1 and no more")
        case "a fact less":
            write_facts(path, [facts[:7] + facts[8:]])
        case "another state":
            write_facts(path, [[*facts[:7], facts[7]._replace(state=b"{}"), *facts[8:]]])
        case _:
            write_facts(path, [[*facts[:7], facts[7]._replace(version=99), *facts[8:]]])

    with pytest.raises(ArchivingRefused, match=f"{path.name} does not match the books.* move it away"):
        move(database_urls, tmp_path, last, most=1000)

    assert archived_files(database_urls.reader, "clinic") == []
    assert journal.stored(0, last, 1000) == facts


def test_nothing_more_is_archived_onto_a_file_that_is_gone(database_urls: Urls, journal: Journal, tmp_path: Path):
    last = fill(journal)
    move(database_urls, tmp_path, 20, most=1000).files[0].path.unlink()
    with pytest.raises(ArchivedFactsUnreadable, match="is missing"):
        move(database_urls, tmp_path, last)


def test_facts_after_the_last_signed_checkpoint_are_not_archived(database_urls: Urls, journal: Journal, tmp_path: Path):
    last = fill(journal)
    with pytest.raises(ArchivingRefused, match=f"position {last} is after the last checkpoint.* {last - 1};"):
        move(database_urls, tmp_path, last, sealed=last - 1)
    assert list(tmp_path.iterdir()) == []


def test_facts_that_are_not_stable_are_not_archived(database_urls: Urls, journal: Journal, tmp_path: Path):
    last = fill(journal)
    with psycopg.connect(database_urls.writer) as writer:
        writer.execute("SELECT clinic.reserve_positions(1)")
        journal.append([added("account-late", 1)])
        with pytest.raises(
            ArchivingRefused, match=f"position {last + 1} is not stable yet; the stable position is {last}"
        ):
            move(database_urls, tmp_path, last + 1)


def test_what_the_seals_deny_is_not_archived(database_urls: Urls, journal: Journal, tmp_path: Path):
    class Denied(Exception):
        pass

    def check(facts: Any) -> None:
        if any(fact.position == 31 for fact in facts):
            raise Denied

    last = fill(journal)
    with pytest.raises(Denied):
        move(database_urls, tmp_path, last, most=25, check=check)
    assert [file.last for file in archived_files(database_urls.reader, "clinic")] == [25]
    assert len(journal.follow(0, 1000)) == 60


def test_two_archives_at_once_are_one_and_a_refusal(database_urls: Urls, journal: Journal, tmp_path: Path):
    last = fill(journal)
    refused: list[str] = []

    def step_done(step: str, facts: int) -> None:
        if step == "compared":
            with pytest.raises(ArchivingRefused) as trouble:
                move(database_urls, tmp_path, last)
            refused.append(str(trouble.value))

    move(database_urls, tmp_path, last, most=1000, step_done=step_done)
    assert refused == ["another process is archiving facts of clinic; wait until it has ended"]


@pytest.mark.parametrize("between", ["archived_streams", "events"])
def test_facts_archived_between_two_questions_are_read_once(
    database_urls: Urls, journal: Journal, tmp_path: Path, between: str
):
    last = fill(journal, streams=3, rounds=3)
    move(database_urls, tmp_path, 3)
    expected = journal.stored(0, last, 1000)
    reach = iter((6, last))

    def fetch(statement: str, given: Sequence[object]) -> list[tuple[Any, ...]]:
        if between in statement:
            move(database_urls, tmp_path, next(reach, last))
        return journal._fetch(statement, given)

    reading = StoredFacts(fetch)
    assert [fact.version for fact in reading.streams(["account-1"])[0]] == [1, 2, 3]
    assert [fact.version for fact in reading.newest(["account-1"])] == [3]
    assert reading.after(0, last, 1000) == expected


def test_a_writer_who_waits_for_an_archive_finds_the_place_taken(database_urls: Urls, journal: Journal, tmp_path: Path):
    move(database_urls, tmp_path, fill(journal, streams=2, rounds=1))
    last = journal.append([added("account-0", 2)])[-1]
    with ThreadPoolExecutor(1) as other, psycopg.connect(database_urls.owner, autocommit=True) as owner:
        waiting: list[Any] = []

        def step_done(step: str, facts: int) -> None:
            if step == "deleted":
                waiting.append(other.submit(journal.append, [added("account-0", 2)]))
                # The duplicate has met the row that is being deleted, and waits for what becomes of it.
                until(lambda: owner.execute(_WAITING).fetchone() is not None)

        move(database_urls, tmp_path, last, step_done=step_done)
        with pytest.raises(Conflict):
            waiting[0].result(60)
    assert [one.version for one in journal.read_all("account-0")] == [1, 2]


_WAITING = "SELECT FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted"


def until(true: Callable[[], bool]) -> None:
    """Ask again until it is so; a minute is far more than it takes."""
    pause = threading.Event()
    for _ in range(6000):
        if true():
            return
        pause.wait(0.01)
    raise AssertionError("it never was")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_readers_and_writers_beside_an_archive_miss_nothing(database_urls: Urls, tmp_path: Path, seed: int):
    """Every fact acknowledged before a reader starts is read, once, in order, on every way of reading."""
    race = Race(database_urls, tmp_path, seed)
    with ThreadPoolExecutor(5) as threads:
        work = [threads.submit(race.write, 1), threads.submit(race.write, 2)]
        work += [threads.submit(race.follow), threads.submit(race.read), threads.submit(race.archive)]
        for one in work:
            one.result(240)
    assert min(race.rounds.values()) >= 4, f"seed {seed}: {race.rounds}"
