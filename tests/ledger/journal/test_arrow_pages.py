"""Replaying the journal by Arrow: the same facts as row by row, strictly read, never beyond what is stable."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from msgspec.structs import replace

from infra.postgres import Urls
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.receivables.account import AccountOpened
from ledger.journal import Addition, Journal, Recorded, open_journal
from ledger.journal.arrow_pages import MANY, ArrowPages
from ledger.journal.codec import CODEC, Codec, UnreadableFact
from ledger.journal.datastore import datastore_for
from ledger.journal.recorder import JournalRecorder
from tests.museum.examples import ENVELOPE as FILLED
from tests.museum.examples import EXAMPLES

ENVELOPE = (
    b'{"occurred_on":"2026-10-01","accounting_date":"2026-10-01","recorded_at":"2026-10-01T08:00:00Z",'
    b'"actor":"person:anna","key":"k"}'
)
STATE = b'{"fact":{"account_id":"a","payer":"patient"},"envelope":%b}' % ENVELOPE


@pytest.fixture
def journal(database_urls: Urls) -> Iterator[Journal]:
    with open_journal(database_urls.writer, "clinic") as journal:
        yield journal


@pytest.fixture
def arrow(database_urls: Urls) -> Iterator[ArrowPages]:
    pages = ArrowPages(database_urls.writer, "clinic")
    yield pages
    pages.close()


def opened(numbers: range) -> list[Addition]:
    return [Addition(f"account-{number}", 1, "AccountOpened", STATE) for number in numbers]


def of_every_kind(rounds: int) -> list[Addition]:
    """Every example of the museum, round after round, each kind on a stream of its own."""
    envelopes = [CODEC.encode_envelope(replace(FILLED, key=f"k-{number}")) for number in range(rounds)]
    return [
        Addition(f"example-{name}", version, name, CODEC.encode(fact, envelope))
        for version, envelope in enumerate(envelopes, 1)
        for name, fact in EXAMPLES.items()
    ]


def by_rows(url: str, upto: int, codec: Codec = CODEC) -> list[Recorded]:
    """The facts as a journal reads them that knows no Arrow."""
    with Journal(JournalRecorder(datastore_for(url, "clinic")), codec) as journal:
        return [recorded for recorded in journal.follow(0, 10**6) if recorded.position <= upto]


@pytest.mark.parametrize("page", [MANY - 1, MANY, MANY + 1, 10**6])
def test_a_replay_in_pages_of_any_size_is_every_fact_in_order(database_urls: Urls, journal: Journal, page: int):
    journal.append(of_every_kind(5))
    journal.append(opened(range(3 * MANY)))

    replayed = list(journal.replay(page=page))

    assert [recorded for facts in replayed for recorded in facts] == by_rows(database_urls.writer, 10**9)
    assert {len(facts) for facts in replayed[:-1]} <= {page}
    assert journal.follow(0, 10**6) == [recorded for facts in replayed for recorded in facts]
    assert [tuple(fact)[:4] for fact in journal.stored(0, 10**6, 10**6)] == [
        (one.position, one.stream, one.version, one.name) for facts in replayed for one in facts
    ]


def test_every_kind_of_fact_comes_through_arrow_as_it_was_stored(journal: Journal, arrow: ArrowPages):
    # Arrow itself is asked: a journal would quietly read rows where Arrow fails.
    stored = of_every_kind(60)
    positions = journal.append(stored)

    page = arrow.page(0, positions[-1], 10**6)

    assert page is not None
    assert {one.name for one in stored} == set(CATALOGUE.facts)
    found = CODEC.recorded(zip(*page, strict=True))
    assert [
        (one.stream, one.version, one.name, CODEC.encode(one.fact, CODEC.encode_envelope(one.envelope)))
        for one in found
    ] == [tuple(one) for one in stored]
    assert [(one.fact, one.envelope) for one in found] == [
        (EXAMPLES[one.name], replace(FILLED, key=f"k-{one.version - 1}")) for one in stored
    ]
    assert [one.position for one in found] == list(positions)


def test_a_replay_begins_after_a_position_and_ends_at_another(journal: Journal):
    positions = journal.append(opened(range(2 * MANY + 100)))
    first, last = positions[49], positions[-50]
    for page in (100, 10**6):
        found = [one.position for facts in journal.replay(first, last, page=page) for one in facts]
        assert found == list(positions[50:-49])
    assert list(journal.replay(positions[-1])) == []


def test_a_replay_stops_where_a_transaction_is_still_open(database_urls: Urls, journal: Journal):
    positions = journal.append(opened(range(MANY)))
    with psycopg.connect(database_urls.writer) as other:
        other.execute("SELECT clinic.reserve_positions(1)")
        journal.append(opened(range(MANY, 3 * MANY)))
        assert [one.position for facts in journal.replay() for one in facts] == list(positions)
        assert len(journal.follow(0, 10**6)) == MANY
        other.rollback()
    assert sum(map(len, journal.replay())) == 3 * MANY


def test_facts_that_may_be_archived_are_not_asked_of_the_table_alone(
    database_urls: Urls, journal: Journal, arrow: ArrowPages
):
    positions = journal.append(opened(range(MANY)))
    assert arrow.page(0, positions[-1], MANY) is not None
    with psycopg.connect(database_urls.owner) as owner:
        owner.execute(
            "INSERT INTO clinic.archived_facts (first_position, last_position, facts, file, sha256)"
            " VALUES (%s, %s, 100, 'none', 'none')",
            (positions[0], positions[99]),
        )
    assert arrow.page(positions[98], positions[-1], MANY) is None
    page = arrow.page(positions[99], positions[-1], MANY)
    assert page is not None
    assert page.positions == list(positions[100:])


def test_a_connection_that_is_lost_is_made_again_and_the_replay_goes_on(
    database_urls: Urls, journal: Journal, arrow: ArrowPages
):
    last = journal.append(opened(range(2 * MANY)))[-1]
    assert arrow.page(0, last, MANY) is not None
    pages = journal.replay(page=MANY)
    assert len(next(pages)) == MANY
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND query LIKE '%archived_facts) AS reach%'"
        )
    assert [len(facts) for facts in pages] == [MANY]
    assert arrow.page(0, last, MANY) is None
    assert arrow.page(0, last, MANY) is not None


BROKEN = {
    "a name nobody knows": ("InvoicePaid", STATE, "InvoicePaid"),
    "an older name without an upcast": ("AccountOpened.0", STATE, "AccountOpened.0"),
    "a field nobody knows": ("AccountOpened", STATE.replace(b'"account_id"', b'"owner":1,"account_id"'), "owner"),
    "a field that is missing": ("AccountOpened", STATE.replace(b',"payer":"patient"', b""), "payer"),
    "an envelope without an actor": ("AccountOpened", STATE.replace(b'"actor":"person:anna",', b""), "actor"),
    "no JSON": ("AccountOpened", STATE[:-1], "truncated"),
    "no UTF-8": ("AccountOpened", STATE.replace(b"person:anna", b"user:\xff"), "utf-8"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_stored_fact_that_is_not_what_its_name_says_is_told_by_position_and_name(journal: Journal, kind: str):
    name, state, field = BROKEN[kind]
    position = journal.append([Addition("account-broken", 1, name, state)])[0]
    told = f"(?s){name} at position {position} .*{field}"

    for read in (
        lambda: journal.follow(0, 10),
        lambda: journal.read(["account-broken"]),
        lambda: list(journal.replay()),
    ):
        with pytest.raises(UnreadableFact, match=told):
            read()

    journal.append(opened(range(MANY)))
    for read in (lambda: journal.follow(0, 10**6), lambda: list(journal.replay(page=MANY))):
        with pytest.raises(UnreadableFact, match=told):
            read()


def test_older_shapes_are_lifted_step_by_step_wherever_they_are_read(database_urls: Urls):
    def renamed(old: bytes, new: bytes):
        return lambda state: state.replace(old, new)

    codec = Codec(
        upcasts={
            "AccountOpened": ("AccountOpened.2", renamed(b'"account"', b'"account_no"')),
            "AccountOpened.2": ("AccountOpened.3", renamed(b'"account_no"', b'"account_id"')),
        }
    )
    shapes = {"AccountOpened": b"account", "AccountOpened.2": b"account_no", "AccountOpened.3": b"account_id"}
    additions = [
        Addition(f"account-{number}-{name}", 1, name, STATE.replace(b"account_id", field))
        for number in range(MANY)
        for name, field in shapes.items()
    ]
    url = database_urls.writer
    recorder = JournalRecorder(datastore_for(url, "clinic"))
    with Journal(recorder, codec, arrow=ArrowPages(url, "clinic")) as journal:
        journal.append(additions)
        replayed = [recorded for facts in journal.replay() for recorded in facts]
        assert replayed == by_rows(url, 10**9, codec)
    assert {recorded.name for recorded in replayed} == set(shapes)
    assert {recorded.fact for recorded in replayed} == {AccountOpened(account_id="a", payer="patient")}
    assert len(replayed) == 3 * MANY
