"""Archived years are read as if nothing had moved, and what was taken stays taken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from infra.postgres import Urls
from ledger import execute
from ledger.domain.receivables.account import OpenAccount
from ledger.journal import Conflict, Journal, fact_files, open_journal
from ledger.journal.archive_files import archived_files, find_again
from ledger.journal.archived_years import ArchivedFactsUnreadable
from ledger.journal.recorded_facts import CommandMark
from tests.kit.archivable_books import added, everything, facts_in, fill, move
from tests.kit.care import open_series
from tests.kit.clinic import clinic_on, invoice
from tests.kit.staff import give_key, staff
from tests.kit.submissions import submit

STREAMS = [f"account-{number}" for number in range(12)] + ["account-none", "series-S"]


@pytest.fixture
def journal(database_urls: Urls) -> Iterator[Journal]:
    with open_journal(database_urls.writer, "clinic") as journal:
        yield journal


def hot(urls: Urls) -> int:
    """How many facts are in the table."""
    with psycopg.connect(urls.owner) as owner:
        row = owner.execute("SELECT count(*) FROM clinic.events").fetchone()
        assert row is not None
        return int(row[0])


@pytest.mark.parametrize(("share", "most"), [(1, 1000), (2, 7), (3, 1), (1, 13)])
def test_every_way_of_reading_answers_as_before(
    database_urls: Urls, journal: Journal, tmp_path: Path, share: int, most: int
):
    last = fill(journal)
    before = everything(journal, STREAMS)

    moved = move(database_urls, tmp_path, last // share, most)

    assert moved.reach == last // share
    assert hot(database_urls) == last - last // share
    assert everything(journal, STREAMS) == before
    with open_journal(database_urls.reader, "clinic") as afresh:
        assert everything(afresh, STREAMS) == before


def test_streams_that_go_on_after_the_archive_are_read_whole(
    database_urls: Urls, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(fact_files, "ROW_GROUP", 5)
    for last_version in (2, 4, 6):
        last = fill_on(journal, last_version - 1, last_version)
        move(database_urls, tmp_path, last, most=17)
    fill_on(journal, 7, 8)

    for facts in journal.read(STREAMS).values():
        assert [recorded.version for recorded in facts] == list(range(1, 9))
        assert [recorded.fact.account_id for recorded in facts] == [f"a{version}" for version in range(1, 9)]  # type: ignore[attr-defined]
    assert [one.position for one in journal.follow(0, 1000)] == sorted(
        one.position for facts in journal.read(STREAMS).values() for one in facts
    )


def fill_on(journal: Journal, *versions: int) -> int:
    return [journal.append([added(stream, version) for stream in STREAMS[:12]])[-1] for version in versions][-1]


def test_a_stream_is_read_from_the_row_groups_that_hold_it_and_no_others(
    database_urls: Urls, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(fact_files, "ROW_GROUP", 10)
    last = fill(journal, streams=100, rounds=3)
    move(database_urls, tmp_path, last, most=50)
    decoded: list[tuple[str, int]] = []
    group = fact_files.OpenFactFile.group

    def counting(file: fact_files.OpenFactFile, number: int) -> fact_files.RowGroup:
        decoded.append((file.path.name, number))
        return group(file, number)

    monkeypatch.setattr(fact_files.OpenFactFile, "group", counting)
    assert [one.position for one in journal.read_all("account-25")] == [26, 126, 226]
    assert [number for _, number in decoded] == [2, 2, 2]
    assert len({name for name, _ in decoded}) == 3


@pytest.mark.parametrize("size", [1, 300])
@pytest.mark.parametrize("taken", [1, 3])
def test_a_version_that_was_archived_is_a_conflict_on_both_paths(
    database_urls: Urls, journal: Journal, tmp_path: Path, size: int, taken: int
):
    move(database_urls, tmp_path, fill(journal, streams=2, rounds=3), most=2)

    with pytest.raises(Conflict):
        journal.append([added(f"account-new{n}", 1) for n in range(size)] + [added("account-1", taken)])

    assert journal.read(["account-new0"]) == {}
    journal.append([added(f"account-new{n}", 1) for n in range(size)] + [added("account-1", 4)])
    assert [one.version for one in journal.read_all("account-1")] == [1, 2, 3, 4]


@pytest.mark.parametrize("size", [1, 300])
def test_an_idempotency_key_of_an_archived_command_stays_used(
    database_urls: Urls, journal: Journal, tmp_path: Path, size: int
):
    move(database_urls, tmp_path, fill(journal))

    with pytest.raises(Conflict):
        journal.append([added(f"account-new{n}", 1) for n in range(size)], [CommandMark("key-1", b"other", 0, 0)])


@pytest.mark.parametrize(
    ("stream", "version", "position"),
    [("account-1", 2, 10_000), ("account-1", 1, 10_000), ("account-other", 1, 5), ("account-other", 1, 1)],
)
@pytest.mark.parametrize("command", ["INSERT", "COPY"])
def test_sql_of_the_writer_cannot_take_an_archived_place(
    database_urls: Urls, journal: Journal, tmp_path: Path, stream: str, version: int, position: int, command: str
):
    move(database_urls, tmp_path, fill(journal, streams=3, rounds=2))

    row = (stream, version, "AccountOpened", b"{}", position)

    def write(writer: psycopg.Connection) -> None:
        if command == "INSERT":
            writer.execute("INSERT INTO clinic.events VALUES (%s, %s, %s, %s, %s)", row)
        else:
            with writer.cursor().copy("COPY clinic.events FROM STDIN") as copy:
                copy.write_row(row)

    with psycopg.connect(database_urls.writer) as writer, pytest.raises(psycopg.errors.UniqueViolation):
        write(writer)


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_an_old_snapshot_cannot_hide_what_was_archived(
    database_urls: Urls, journal: Journal, tmp_path: Path, level: str
):
    last = fill(journal, streams=3, rounds=2)
    with psycopg.connect(database_urls.writer) as writer:
        writer.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        writer.execute("SELECT count(*) FROM clinic.commands")
        move(database_urls, tmp_path, last)
        with pytest.raises(psycopg.errors.FeatureNotSupported):
            writer.execute("INSERT INTO clinic.events VALUES ('account-1', 2, 'AccountOpened', '{}', 10000)")


@pytest.mark.parametrize("role", ["writer", "reader"])
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM clinic.events",
        "UPDATE clinic.events SET topic = 'Forged'",
        "TRUNCATE clinic.events",
        "DROP TRIGGER archived_stays_unique ON clinic.events",
        "ALTER TABLE clinic.events DISABLE TRIGGER archived_stays_unique",
        "DELETE FROM clinic.archived_facts",
        "UPDATE clinic.archived_facts SET file = 'other'",
        "INSERT INTO clinic.archived_facts VALUES (1, 2, 1, 'x', 'y')",
        "DELETE FROM clinic.archived_streams",
        "UPDATE clinic.archived_streams SET last_version = 1",
        "INSERT INTO clinic.archived_streams VALUES ('account-1', 1, 1, '{1}')",
    ],
)
def test_archiving_gives_writers_and_readers_no_new_right(
    database_urls: Urls, journal: Journal, tmp_path: Path, role: str, statement: str
):
    move(database_urls, tmp_path, fill(journal, streams=2, rounds=1))
    with (
        psycopg.connect(getattr(database_urls, role)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


def test_a_number_series_goes_on_without_a_gap(database_urls: Urls, tmp_path: Path):
    with clinic_on(database_urls.writer, tmp_path / "files") as clinic:
        staff(clinic.books.journal, give_key(tmp_path / "vault.key"))
        clinic.opened(invoices=3)
        for number in (3, 4):
            move(database_urls, tmp_path, clinic.books.journal.stable_position())
            assert hot(database_urls) == 0
            clinic.do(OpenAccount(account_id=f"patient-{number}", payer="patient"), invoice(number))
        assert [fact.number for fact in clinic.facts("NumberTaken")] == [1001, 1002, 1003, 1004, 1005]
        assert [fact.number for fact in clinic.facts("InvoiceIssued")] == [1001, 1002, 1003, 1004, 1005]
        again = execute(clinic.books.journal, submit(open_series("INV", 1), "again"))
        assert again.code == "series_already_open"


def test_a_missing_file_is_named_with_what_to_do(database_urls: Urls, journal: Journal, tmp_path: Path):
    last = fill(journal)
    first, second = move(database_urls, tmp_path, last, most=30).files
    second.path.rename(tmp_path / "aside")

    for read in (
        lambda: journal.read_all("account-1"),
        lambda: journal.read(["account-1"]),
        lambda: journal.follow(0, 1000),
        lambda: journal.stored(35, last, 1),
    ):
        with pytest.raises(ArchivedFactsUnreadable, match=rf"{second.path.name}.* is missing; put the file back"):
            read()
    assert len(journal.stored(0, first.last, 1000)) == 30
    (tmp_path / "aside").rename(second.path)
    assert len(journal.follow(0, 1000)) == 60


@pytest.mark.parametrize("opened_before", [True, False])
def test_a_changed_file_is_not_believed(database_urls: Urls, journal: Journal, tmp_path: Path, opened_before: bool):
    (file,) = move(database_urls, tmp_path, fill(journal), most=1000).files
    if opened_before:
        assert len(journal.follow(0, 1000)) == 60
    content = file.path.read_bytes()
    facts = facts_in(file.path)
    file.path.unlink()
    forged = [one._replace(state=one.state.replace(b"patient", b"insurer")) for one in facts]
    fact_files.write_facts(file.path, [forged])

    with pytest.raises(ArchivedFactsUnreadable, match="was changed after it was archived"):
        journal.follow(0, 1000)
    file.path.unlink()
    file.path.write_bytes(content)
    assert len(journal.follow(0, 1000)) == 60


def test_places_that_were_tampered_with_are_not_believed(database_urls: Urls, journal: Journal, tmp_path: Path):
    move(database_urls, tmp_path, fill(journal))
    with psycopg.connect(database_urls.owner) as owner:
        owner.execute("UPDATE clinic.archived_streams SET positions = '{2}' WHERE stream = 'account-0'")
        owner.execute("UPDATE clinic.archived_streams SET positions = '{999}' WHERE stream = 'account-3'")

    with pytest.raises(ArchivedFactsUnreadable, match="the books say that position 2 belongs to account-0"):
        journal.read_all("account-0")
    with pytest.raises(ArchivedFactsUnreadable, match="position 999 is archived, but no archive file has it"):
        journal.read_all("account-3")


def test_a_row_that_somebody_puts_where_facts_were_archived_is_shown(
    database_urls: Urls, journal: Journal, tmp_path: Path
):
    move(database_urls, tmp_path, fill(journal, streams=3, rounds=2))
    with psycopg.connect(database_urls.owner) as owner:
        owner.execute("ALTER TABLE clinic.events DISABLE TRIGGER archived_stays_unique")
        owner.execute("INSERT INTO clinic.events VALUES ('account-0', 9, 'AccountOpened', '{}', 3)")

    shown = journal.stored(0, journal.stable_position(), 1000)
    assert [(one.position, one.stream) for one in shown if one.position == 3] == [(3, "account-0"), (3, "account-2")]


def test_files_that_were_moved_are_found_again_without_a_restart(database_urls: Urls, journal: Journal, tmp_path: Path):
    last = fill(journal)
    move(database_urls, tmp_path / "old", last)
    before = everything(journal, STREAMS)
    (tmp_path / "old").rename(tmp_path / "new")
    with pytest.raises(ArchivedFactsUnreadable):
        journal.read_all("account-1")

    found = find_again(database_urls.owner, "clinic", tmp_path / "new")

    assert found == archived_files(database_urls.reader, "clinic")
    assert everything(journal, STREAMS) == before


def test_a_folder_without_the_files_is_not_taken(database_urls: Urls, journal: Journal, tmp_path: Path):
    move(database_urls, tmp_path / "old", fill(journal))
    with pytest.raises(ArchivedFactsUnreadable, match="is missing"):
        find_again(database_urls.owner, "clinic", tmp_path / "new")
    assert len(journal.follow(0, 1000)) == 60


def test_books_that_were_never_archived_have_no_trigger(database_urls: Urls, journal: Journal, tmp_path: Path):
    def triggers() -> int:
        with psycopg.connect(database_urls.owner) as owner:
            row = owner.execute("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'clinic.events'::regclass").fetchone()
            assert row is not None
            return int(row[0])

    assert triggers() == 0
    move(database_urls, tmp_path, fill(journal))
    assert triggers() == 1
