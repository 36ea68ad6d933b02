"""What a superuser does to sealed facts, and anybody to the seals, is found and named; above the last seal it is not.

Only what lies at or below the last signed checkpoint is promised.
"""

from __future__ import annotations

import pytest

from tests.kit.sealed_books import SealedBooks, stored_fact

EVENTS = "clinic.events"


def in_bytes(stream: str, old: str, new: str) -> str:
    """Change a fact's stored bytes."""
    text = f"replace(convert_from(state, 'UTF8'), '{old}', '{new}')"
    return f"UPDATE {EVENTS} SET state = convert_to({text}, 'UTF8') WHERE originator_id = '{stream}'"


def swapped(column: str, one: str, other: str) -> list[str]:
    """Exchange what two facts have in a column that is unique."""
    a, b = (f"(SELECT {column} FROM {EVENTS} WHERE originator_id = '{name}')" for name in (one, other))
    return [
        f"CREATE TEMP TABLE kept AS SELECT {a} AS a, {b} AS b",
        f"UPDATE {EVENTS} SET {column} = -1 WHERE originator_id = '{one}'",
        f"UPDATE {EVENTS} SET {column} = (SELECT a FROM kept) WHERE originator_id = '{other}'",
        f"UPDATE {EVENTS} SET {column} = (SELECT b FROM kept) WHERE originator_id = '{one}'",
    ]


def test_untouched_history_is_found_sound_and_the_window_is_told(sealed: SealedBooks):
    audit, found = sealed.audited()
    assert [*found, *audit.findings] == []
    assert (audit.sealed_position, audit.window.facts, audit.window.first, audit.window.last) == (16, 3, 17, 19)


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        pytest.param(
            [in_bytes("receipt-r4", '"amount_minor":10004', '"amount_minor":90004')],
            [("fact_edited", "receipt-r4@1"), ("totals_differ", "1930 SEK"), ("totals_differ", "2494 SEK")],
            id="an amount edited",
        ),
        pytest.param(
            [in_bytes("receipt-r4", '"key":"r4"', '"key":"r5"')],
            [("fact_edited", "receipt-r4@1")],
            id="one letter edited that no total shows",
        ),
        pytest.param(
            [in_bytes("receipt-r12", "2026-11-10T18:00:00Z", "2026-11-09T18:00:00Z")],
            [("fact_edited", "receipt-r12@1")],
            id="recorded_at back-dated",
        ),
        pytest.param(
            [in_bytes("receipt-r4", '"occurred_on":"2026-11-10"', '"occurred_on":"2026-10-10"')],
            [("fact_edited", "receipt-r4@1")],
            id="occurred_on back-dated",
        ),
        pytest.param(
            [in_bytes("receipt-r4", "job:test", "person:eve")], [("fact_edited", "receipt-r4@1")], id="actor edited"
        ),
        pytest.param(
            [f"UPDATE {EVENTS} SET state = 'x' WHERE originator_id IN ('receipt-r4', 'receipt-r13')"],
            [("fact_edited", "receipt-r4@1"), ("fact_edited", "receipt-r13@1")],
            id="two made unreadable, one under each checkpoint",
        ),
        pytest.param(
            [f"UPDATE {EVENTS} SET topic = 'ReceiptRecorded.2' WHERE originator_id = 'receipt-r4'"],
            [("fact_edited", "receipt-r4@1")],
            id="name changed",
        ),
        pytest.param(
            [f"UPDATE {EVENTS} SET originator_id = 'receipt-r99' WHERE originator_id = 'receipt-r4'"],
            [("fact_edited", "receipt-r99@1")],
            id="put on another stream",
        ),
        pytest.param(
            [f"UPDATE {EVENTS} SET originator_version = 2 WHERE originator_id = 'receipt-r4'"],
            [("fact_edited", "receipt-r4@2")],
            id="given another version",
        ),
        pytest.param(
            [f"DELETE FROM {EVENTS} WHERE originator_id = 'receipt-r4'"],
            [("fact_deleted", "position 4"), ("totals_differ", "1930 SEK"), ("totals_differ", "2494 SEK")],
            id="one deleted",
        ),
        pytest.param(
            [f"DELETE FROM {EVENTS} WHERE notification_id BETWEEN 10 AND 11"],
            [
                ("fact_deleted", "position 10"),
                ("totals_differ", "1930 SEK"),
                ("totals_differ", "2494 SEK"),
                ("fact_deleted", "position 11"),
                ("totals_differ", "1930 SEK"),
                ("totals_differ", "2494 SEK"),
            ],
            id="two deleted on both sides of a checkpoint",
        ),
        pytest.param(
            swapped("notification_id", "receipt-r4", "receipt-r8"),
            [("fact_moved", "receipt-r8@1"), ("fact_moved", "receipt-r4@1")],
            id="positions swapped",
        ),
        pytest.param(
            [f"UPDATE {EVENTS} SET notification_id = -5 WHERE originator_id = 'receipt-r4'"],
            [("fact_moved", "receipt-r4@1"), ("fact_moved", "position 4")],
            id="moved before everything",
        ),
    ],
)
def test_what_was_done_to_a_sealed_fact_is_found_and_named(
    sealed: SealedBooks, statements: list[str], named: list[tuple[str, str]]
):
    sealed.spoil(*statements)
    assert sealed.named() == named


def test_a_fact_moved_beyond_the_seal_is_missed_where_it_was(sealed: SealedBooks):
    sealed.spoil(f"UPDATE {EVENTS} SET notification_id = 100 WHERE originator_id = 'receipt-r4'")
    assert ("fact_deleted", "position 4") in sealed.named()


def test_of_a_fact_moved_over_a_deleted_one_the_loss_is_told_too(sealed: SealedBooks):
    sealed.spoil(
        f"DELETE FROM {EVENTS} WHERE originator_id = 'receipt-r4'",
        f"UPDATE {EVENTS} SET notification_id = 4 WHERE originator_id = 'receipt-r5'",
    )
    first = sealed.findings()[0]
    assert (first.code, first.about) == ("fact_moved", "receipt-r5@1")
    assert first.sentence.endswith(
        "from position 5 after checkpoint 1 sealed it; the fact that was sealed at this position is gone; restore "
        "the facts from a backup"
    )


def test_of_a_deleted_fact_the_position_and_its_neighbours_are_told(sealed: SealedBooks):
    sealed.spoil(f"DELETE FROM {EVENTS} WHERE originator_id = 'receipt-r4'")
    found = sealed.findings()[0]
    assert found.sentence == (
        "the fact at position 4, between receipt-r3@1 and receipt-r5@1, was deleted after checkpoint 1 sealed it; "
        "restore the facts from a backup"
    )


def test_versions_swapped_within_a_stream_are_named(books: SealedBooks):
    opened = b'{"account_id":"p1","payer":"patient"}'
    books.journal.append([stored_fact("account-p1", "AccountOpened", opened, version=n) for n in (1, 2, 3)])
    books.seal()

    books.spoil(
        f"UPDATE {EVENTS} SET originator_version = 9 WHERE originator_id = 'account-p1' AND originator_version = 1",
        f"UPDATE {EVENTS} SET originator_version = 1 WHERE originator_id = 'account-p1' AND originator_version = 3",
        f"UPDATE {EVENTS} SET originator_version = 3 WHERE originator_id = 'account-p1' AND originator_version = 9",
    )

    found = [one for one in books.findings() if one.code == "fact_moved"]
    assert [one.about for one in found] == ["account-p1@3", "account-p1@1"]
    assert "was moved there from version 1 after checkpoint 1" in found[0].sentence


def test_a_fact_inserted_where_a_position_was_burnt_is_named(books: SealedBooks):
    books.append(1, 3)
    with pytest.raises(Exception, match="used a stream or a key first"):
        books.append(3, 2)
    books.append(6, 3)
    burnt = 4
    assert [fact.position for fact in books.journal.stored(0, 20, 20)].count(burnt) == 0
    books.seal()
    books.append(10, 1)

    books.spoil(
        f"INSERT INTO {EVENTS} (originator_id, originator_version, topic, state, notification_id)"
        f" SELECT 'receipt-r2', 2, topic, state, {burnt} FROM {EVENTS} WHERE originator_id = 'receipt-r2'"
    )

    assert books.named()[0] == ("fact_inserted", "receipt-r2@2")


@pytest.mark.parametrize("position", [0, -7])
def test_a_fact_inserted_before_every_position_is_named(sealed: SealedBooks, position: int):
    sealed.spoil(
        f"INSERT INTO {EVENTS} (originator_id, originator_version, topic, state, notification_id)"
        f" SELECT 'receipt-r2', 2, topic, state, {position} FROM {EVENTS} WHERE originator_id = 'receipt-r2'"
    )
    assert sealed.named()[0] == ("fact_inserted", "receipt-r2@2")


def test_what_is_done_in_the_open_window_is_not_found_and_the_window_says_so(sealed: SealedBooks):
    sealed.spoil(
        in_bytes("receipt-r18", '"amount_minor":10018', '"amount_minor":90018'),
        f"DELETE FROM {EVENTS} WHERE originator_id = 'receipt-r17'",
    )
    audit, found = sealed.audited()
    assert [*found, *audit.findings] == []
    assert (audit.window.facts, audit.window.first) == (2, 18)


def test_every_deleted_fact_is_named_when_all_are_gone(sealed: SealedBooks):
    sealed.spoil(f"DELETE FROM {EVENTS}")
    codes = [one.code for one in sealed.findings()]
    assert codes.count("fact_deleted") == 16
