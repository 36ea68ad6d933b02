"""The journal on PostgreSQL: appends are atomic, positions rise, rights hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from infra.postgres import Urls
from ledger.journal import Addition, Conflict, Journal, JournalUnavailable, open_journal
from ledger.journal.journal import NotYetSettled
from ledger.journal.recorded_facts import CommandMark

STATE = b'{"fact":{"account_id":"a","payer":"patient"},"envelope":{"occurred_on":"2026-10-01",' + (
    b'"accounting_date":"2026-10-01","recorded_at":"2026-10-01T08:00:00Z","actor":"person:anna","key":"k"}}'
)


@pytest.fixture
def journal(database_urls: Urls):
    with open_journal(database_urls.writer, "clinic") as journal:
        yield journal


def opened(number: int, version: int = 1) -> Addition:
    return Addition(f"account-{number}", version, "AccountOpened", STATE)


@pytest.mark.parametrize("size", [1, 5, 199, 200, 201, 1000, 2500])
def test_a_save_of_any_size_is_returned_as_it_was_appended(journal: Journal, size: int):
    positions = journal.append([opened(number) for number in range(size)])

    assert list(positions) == sorted(positions)
    followed = journal.follow(0, 10_000)
    assert [recorded.position for recorded in followed] == list(positions)
    assert [recorded.stream for recorded in followed] == [f"account-{number}" for number in range(size)]


@pytest.mark.parametrize("size", [3, 300])
def test_a_conflict_anywhere_in_a_save_leaves_nothing_of_it(journal: Journal, size: int):
    journal.append([opened(size - 1)])

    with pytest.raises(Conflict):
        journal.append([opened(number) for number in range(size)], [CommandMark("k", b"d", 0, 0)])

    assert len(journal.follow(0, 1000)) == 1
    assert journal.marks(["k"]) == {}


@pytest.mark.parametrize("size", [3, 300])
def test_an_idempotency_key_used_twice_is_a_conflict(journal: Journal, size: int):
    journal.append([opened(0)], [CommandMark("k", b"d", 0, 0)])

    with pytest.raises(Conflict):
        journal.append([opened(number) for number in range(1, size)], [CommandMark("k", b"d", 0, 0)])


def test_what_is_acknowledged_is_on_the_disk_whatever_the_database_has_as_its_default(database_urls: Urls):
    with psycopg.connect(database_urls.owner, autocommit=True) as owner:
        owner.execute(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$"
        )
    with open_journal(database_urls.writer, "clinic") as journal:
        journal.append([opened(0)])
        with journal.recorder.datastore.get_connection() as connection:
            found = connection.execute("SHOW synchronous_commit").fetchone()

    assert found == {"synchronous_commit": "on"}


@pytest.mark.parametrize("size", [2, 300])
def test_marks_tell_the_positions_of_a_commands_facts(journal: Journal, size: int):
    positions = journal.append([opened(n) for n in range(size)], [CommandMark("k", b"digest", 1, size - 1)])

    assert journal.marks(["k", "other"]) == {"k": CommandMark("k", b"digest", positions[1], positions[-1])}


def test_a_save_of_twenty_megabytes_does_not_hang(journal: Journal):
    padded = STATE.replace(b'"person:anna"', b'"user:' + b"x" * 10_000 + b'"')

    positions = journal.append([Addition(f"account-{n}", 1, "AccountOpened", padded) for n in range(2000)])

    assert len(positions) == 2000
    assert len(journal.append([Addition(f"account-b{n}", 1, "AccountOpened", padded) for n in range(150)])) == 150


def test_of_a_number_series_the_newest_fact_alone_is_read(journal: Journal):
    taken = (
        b'{"fact":{"series":"S","number":%d,"holder":"h","reference_kind":"ocr","reference_prefix":""},'
        + (STATE.partition(b",")[2].partition(b",")[2])
    )
    journal.append([Addition("series-S", n, "NumberTaken", taken % n) for n in range(1, 6)])

    found = journal.read(["series-S", "account-none"])

    assert [recorded.version for recorded in found["series-S"]] == [5]
    assert len(journal.read_all("series-S")) == 5


def test_a_time_resolves_to_the_last_position_logged_at_or_before_it(journal: Journal):
    journal.append([opened(1)])
    first = journal.log_position(datetime(2026, 10, 1, 12, tzinfo=UTC))
    journal.append([opened(2)])
    second = journal.log_position(datetime(2026, 10, 2, 12, tzinfo=UTC))

    assert first < second
    assert journal.position_at(datetime(2026, 10, 1, 11, tzinfo=UTC)) == 0
    assert journal.position_at(datetime(2026, 10, 2, 11, tzinfo=UTC)) == first
    assert journal.position_at(datetime(2026, 10, 2, 12, tzinfo=UTC)) == second


def test_a_clock_that_goes_back_does_not_change_what_was_known_when(journal: Journal):
    journal.append([opened(1)])
    first = journal.log_position(datetime(2026, 10, 2, 12, tzinfo=UTC))
    journal.append([opened(2)])

    journal.log_position(datetime(2026, 10, 1, 12, tzinfo=UTC))

    assert journal.position_at(datetime(2026, 10, 1, 13, tzinfo=UTC)) == 0
    assert journal.position_at(datetime(2026, 10, 2, 12, tzinfo=UTC)) == first


def test_what_was_known_at_an_instant_stays_as_it_was_first_told(journal: Journal):
    noon = datetime(2026, 10, 1, 12, tzinfo=UTC)
    journal.append([opened(1)])
    told = journal.log_position(noon)
    journal.append([opened(2)])

    journal.log_position(noon)

    assert journal.position_at(noon) == told


def test_what_a_job_at_work_may_still_change_is_not_told_before_it_is_settled(journal: Journal):
    noon = datetime(2026, 10, 1, 12, tzinfo=UTC)
    with pytest.raises(NotYetSettled, match="no time has been logged"):
        journal.position_at(noon)
    journal.append([opened(1)])
    journal.log_position(noon)
    with pytest.raises(NotYetSettled, match="the last logged time is 2026-10-01T12:00:00"):
        journal.position_at(noon + timedelta(seconds=5))

    journal.append([opened(2)])
    began_before = journal.log_position(noon + timedelta(seconds=3))
    journal.append([opened(3)])
    journal.log_position(noon + timedelta(seconds=9))
    journal.log_position(noon + timedelta(seconds=4))

    assert journal.position_at(noon + timedelta(seconds=5)) == began_before


@pytest.mark.parametrize("role", ["writer", "reader"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE clinic.events SET topic = 'Forged'",
        "DELETE FROM clinic.events",
        "TRUNCATE clinic.events",
        "UPDATE clinic.commands SET key = 'other'",
        "DELETE FROM clinic.watermarks",
        "ALTER TABLE clinic.events DISABLE TRIGGER ALL",
        "DROP TABLE clinic.events",
        "SELECT setval('clinic.events_position', 1)",
    ],
)
def test_nobody_but_the_owner_can_change_what_was_recorded(database_urls: Urls, role: str, statement: str):
    url = database_urls.writer if role == "writer" else database_urls.reader
    with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_a_reader_cannot_append(database_urls: Urls):
    with open_journal(database_urls.reader, "clinic") as journal, pytest.raises(Exception, match="permission denied"):
        journal.append([opened(1)])


def test_a_database_that_does_not_answer_is_said_so_within_seconds(tmp_path):
    with pytest.raises(JournalUnavailable, match=r"connection|No such file"):
        open_journal(f"postgresql://nobody@/books?host={tmp_path}", "clinic")
