"""The end of a save: no reader sees a part of what one command recorded, even where writers draw positions in turns."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random
from time import sleep

import psycopg
import pytest

from infra.postgres import Urls
from ledger.journal import Journal, open_journal
from ledger.journal.recorded_facts import CommandMark
from tests.kit.archivable_books import fill, move
from tests.ledger.journal.crowd import opened

# Who draws a position here waits before the next one, so that two who draw at once get every other position.
SLOW = """
CREATE SCHEMA slow;
CREATE FUNCTION slow.nextval(regclass) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_sleep(0.001);
    RETURN pg_catalog.nextval($1);
END $$;
GRANT USAGE ON SCHEMA slow TO PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA slow TO PUBLIC;
"""
AT = datetime(2026, 10, 1, 12, tzinfo=UTC)


@pytest.fixture
def journal(database_urls: Urls) -> Iterator[Journal]:
    with open_journal(database_urls.writer, "clinic") as journal:
        yield journal


def save(journal: Journal, key: str, facts: int) -> list[int]:
    """One command's facts; their positions."""
    return list(journal.append([opened(f"{key}-{n}") for n in range(facts)], [CommandMark(key, b"d", 0, facts - 1)]))


def spans(urls: Urls) -> list[tuple[int, int]]:
    """First and last position of each command."""
    with psycopg.connect(urls.reader) as reader:
        return reader.execute("SELECT first_position, last_position FROM clinic.commands").fetchall()


def end_before(position: int, marks: list[tuple[int, int]]) -> int:
    """The same by looking at every command for every position."""
    return next(end for end in count(position, -1) if not any(first <= end < last for first, last in marks))


def test_a_position_inside_a_save_resolves_to_the_end_before_it(journal: Journal):
    one, two, three = (save(journal, key, facts) for key, facts in (("a", 3), ("b", 1), ("c", 2)))

    assert [journal.end_of_save(position) for position in one] == [one[0] - 1, one[0] - 1, one[2]]
    assert [journal.end_of_save(position) for position in (*two, *three)] == [two[0], two[0], three[1]]
    assert journal.stable_position() == three[1]
    assert journal.end_of_save(0) == 0


def test_whoever_asks_in_sql_gets_no_position_after_the_end(journal: Journal, database_urls: Urls):
    save(journal, "a", 3)
    last = save(journal, "b", 2)[-1]

    with psycopg.connect(database_urls.reader) as reader:
        asked = "SELECT clinic.end_of_save(%s)"
        found = [reader.execute(asked, [one]).fetchone() for one in (99_999, 2**62, last, last - 1, -5)]
    assert found == [(last,), (last,), (last,), (last - 2,), (0,)]


def test_saves_of_any_length_in_any_knot_are_undone_together(journal: Journal, database_urls: Urls):
    dice = Random(1)
    marks = [(first, first + dice.choice((0, 1, 4, 30, 255, 256, 700))) for first in dice.sample(range(1, 20_000), 160)]
    with psycopg.connect(database_urls.writer) as writer:
        for number, mark in enumerate(marks):
            writer.execute("INSERT INTO clinic.commands VALUES (%s, 'd', %s, %s)", (str(number), *mark))
    asked = [*dice.sample(range(20_700), 300), *(edge + by for mark in marks for edge in mark for by in (-1, 0, 1))]

    found = {position: journal.end_of_save(position) for position in asked}

    assert found == {position: end_before(position, marks) for position in asked}
    assert any(position - end > 1000 for position, end in found.items()), "no knot of several commands was met"


def test_nobody_is_shown_a_part_of_a_save_while_writers_draw_in_turns(journal: Journal, database_urls: Urls):
    def write(writer: int) -> None:
        with psycopg.connect(database_urls.writer, autocommit=True, options="-c search_path=slow,pg_catalog") as own:
            for number in range(15):
                key, facts = f"w{writer}-{number}", 2 + (number + writer) % 5
                marks = [CommandMark(key, b"d", 0, facts - 1)]
                journal.recorder.append_on(own, [opened(f"{key}-{n}") for n in range(facts)], marks)
                # Now and then no save is open, so that the stable position moves.
                sleep(0.006)

    with psycopg.connect(database_urls.owner, autocommit=True) as owner:
        owner.execute(SLOW)
    told = []
    with ThreadPoolExecutor(3) as pool:
        at_work = [pool.submit(write, writer) for writer in range(3)]
        while not all(one.done() for one in at_work):
            told.append(journal.stable_position())
        assert [one.result() for one in at_work] == [None] * 3
    marks = spans(database_urls)
    last = max(end for _, end in marks)

    assert any(a < c < b for a, b in marks for c, _ in marks), "no two saves were interleaved"
    assert len(set(told)) > 5, "the stable position did not move"
    assert [position for position in told if position != end_before(position, marks)] == []
    assert told == sorted(told)
    assert journal.stable_position() == last
    assert [journal.end_of_save(n) for n in range(last + 1)] == [end_before(n, marks) for n in range(last + 1)]


def test_the_stable_position_is_before_a_save_that_another_open_one_cuts(journal: Journal, database_urls: Urls):
    (before,) = save(journal, "before", 1)
    draw = "SELECT clinic.reserve_positions(1)"
    put = "INSERT INTO clinic.events VALUES (%s, 1, %s, %s, %s)"
    with psycopg.connect(database_urls.writer) as cut, psycopg.connect(database_urls.writer) as open_one:
        first = cut.execute(draw).fetchone()[0][0]
        open_one.execute(draw)
        last = cut.execute(draw).fetchone()[0][0]
        for position in (first, last):
            fact = opened(f"cut-{position}")
            cut.execute(put, (fact.stream, fact.name, fact.state, position))
        cut.execute("INSERT INTO clinic.commands VALUES ('cut', 'd', %s, %s)", (first, last))
        cut.commit()

        assert last == first + 2
        assert cut.execute("SELECT clinic.settled_position()").fetchone() == (first,)
        assert journal.stable_position() == before
        assert journal.log_position(AT) == journal.position_at(AT) == before
        assert [one.position for one in journal.follow(0, 10)] == [before]
    assert journal.stable_position() == last


def test_a_time_for_which_the_inside_of_a_save_was_logged_resolves_to_the_end_before_it(
    journal: Journal, database_urls: Urls
):
    (before,), (first, *_) = save(journal, "before", 1), save(journal, "cut", 3)
    with psycopg.connect(database_urls.writer) as writer:
        writer.execute("INSERT INTO clinic.watermarks VALUES (%s, %s)", (AT, first))

    assert journal.position_at(AT) == before


def test_in_archived_years_no_part_of_a_save_is_shown_either(journal: Journal, database_urls: Urls, tmp_path: Path):
    fill(journal)
    positions = save(journal, "archived", 4)
    move(database_urls, tmp_path, positions[-1])

    assert journal.end_of_save(positions[2]) == positions[0] - 1
    assert journal.stable_position() == positions[-1]


def test_the_end_of_a_save_is_found_without_reading_all_commands(journal: Journal, database_urls: Urls):
    with psycopg.connect(database_urls.owner) as owner:
        owner.execute(
            "INSERT INTO clinic.commands SELECT 'k' || n, 'd', n * 5, n * 5 + CASE WHEN n % 500 = 0 THEN 300 ELSE 4 END"
            " FROM generate_series(1, 20000) AS n"
        )
        owner.execute("ANALYZE clinic.commands")
    with psycopg.connect(database_urls.reader) as reader:
        ends = [
            reader.execute("SELECT clinic.end_of_read_save(%s)", (asked,)).fetchone() for asked in range(50_000, 50_300)
        ]
        read = reader.execute(
            "SELECT seq_scan, seq_tup_read FROM pg_stat_xact_user_tables WHERE relid = 'clinic.commands'::regclass"
        ).fetchone()

    assert read == (0, 0)
    assert set(ends) == {(49_999,)}
