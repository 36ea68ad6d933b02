"""The working lists on PostgreSQL: written twice they hold everything once, and what a person closed stays closed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from infra.postgres import Urls
from reconciliation.gate import GATE_VERSION, examine
from reconciliation.store import ALLOCATED, MIGRATIONS, Doubted, ReconciliationStore, StoreTrouble
from tests.reconciliation.gate.files import TERMS, camt053, movement

FILE = "ab" * 32
OTHER = "cd" * 32
MORNING = datetime(2026, 11, 3, 6, tzinfo=UTC)
NOON = MORNING + timedelta(hours=6)
DOUBTS = [
    Doubted(
        "d1", "booked_on_missing", "The booking date is missing.", 1, "Ntry 2", "b1", 250_00, "SEK", date(2026, 11, 2)
    ),
    Doubted("d2", "amount_zero", "The amount is zero.", 1, "Ntry 3, TxDtls 1", None, None, None, None),
    Doubted("d3", "date_unreadable", "FrDtTm is no date.", None, "FrToDt", None, None, None, None),
]


@dataclass(frozen=True)
class Review:
    """What a plan leaves to a person."""

    receipt_id: str | None
    part_id: str | None
    code: str
    reasons: tuple[str, ...] = ()
    candidates: tuple[dict[str, Any], ...] = ()
    raw_position: str | None = None
    money: dict[str, Any] | None = None


CANDIDATE = {"item_id": "i1.1", "open_minor": 500_00, "due_on": date(2026, 12, 1), "why": "same_amount"}
REVIEWS = [
    Review("r1", None, "reference_unknown", ("No item has this reference.",), (CANDIDATE,), "Ntry 1"),
    Review("r2", None, "several_owners", money={"bank_account": "b1", "amount_minor": 5_00, "currency": "SEK"}),
    Review(None, "m1", "details_do_not_sum", raw_position="Ntry 7"),
]


@pytest.fixture
def urls(bare_urls: Urls) -> Urls:
    """A database with nothing but our own tables for entity `clinic`."""
    names = {"schema": "clinic", "writer": "reskontra_clinic_writer", "reader": "reskontra_clinic_reader"}
    with psycopg.connect(bare_urls.owner) as connection:
        connection.execute("CREATE SCHEMA clinic")
        connection.execute(f"GRANT USAGE ON SCHEMA clinic TO {names['writer']}, {names['reader']}")
        for _, _, text in MIGRATIONS:
            for placeholder, name in names.items():
                text = text.replace("{" + placeholder + "}", name)
            connection.execute(text.encode())
    return bare_urls


@pytest.fixture
def store(urls: Urls) -> Iterator[ReconciliationStore]:
    with ReconciliationStore(urls.writer, "clinic") as store:
        yield store


def test_doubts_kept_twice_or_from_two_files_are_there_once(store):
    assert store.keep_doubts(FILE, DOUBTS, MORNING) == 3
    assert store.keep_doubts(FILE, DOUBTS, NOON) == 0
    assert store.keep_doubts(OTHER, [DOUBTS[0], DOUBTS[1]._replace(doubt_id="d4")], NOON) == 1
    rows = store.quarantine()
    assert [(row["sha256"], row["doubt_id"], row["opened_at"]) for row in rows] == [
        (FILE, "d1", MORNING),
        (FILE, "d2", MORNING),
        (FILE, "d3", MORNING),
        (OTHER, "d4", NOON),
    ]
    assert [Doubted(**{name: rows[0][name] for name in Doubted._fields})] == DOUBTS[:1]
    assert [row["doubt_id"] for row in store.quarantine(OTHER)] == ["d4"]
    assert (store.doubt(rows[3]["id"]), store.doubt(10**6)) == (rows[3], None)


def test_thousands_of_doubts_are_kept_all_or_none(store):
    many = [DOUBTS[1]._replace(doubt_id=f"d{line}", raw_position=f"Ntry {line}") for line in range(1, 12_001)]
    broken = [*many, DOUBTS[1]._replace(doubt_id="d0", code=None)]
    with pytest.raises(psycopg.IntegrityError):
        store.keep_doubts(FILE, broken, MORNING)
    assert store.quarantine() == []
    assert store.keep_doubts(FILE, many, MORNING) == 12_000
    assert len(store.quarantine(most=7)) == 7


def test_reviews_kept_twice_are_there_once_and_carry_their_candidates(store):
    assert store.keep_reviews(REVIEWS, MORNING, FILE) == 3
    assert store.keep_reviews(REVIEWS, NOON) == 0
    first, second, third = store.reviews()
    assert (first["receipt_id"], first["code"], first["sha256"], first["raw_position"]) == (
        "r1", "reference_unknown", FILE, "Ntry 1",
    )  # fmt: skip
    assert first["reasons"] == ["No item has this reference."]
    assert first["candidates"] == [CANDIDATE | {"due_on": "2026-12-01"}]
    assert (second["reasons"], second["candidates"]) == ([], [])
    assert (first["money"], second["money"]) == (None, REVIEWS[1].money)
    assert (third["receipt_id"], third["part_id"]) == (None, "m1")
    assert [row["code"] for row in store.reviews("r2")] == ["several_owners"]


def test_reviews_are_closed_with_their_receipts(store):
    store.keep_reviews(REVIEWS, MORNING)
    store.keep_reviews([Review("r1", None, "challenged")], NOON)
    assert store.close_reviews_of(["r1", "r9"], "bo", "allocated by hand", NOON) == 2
    assert store.close_reviews_of(["r1"], "bo", "allocated by hand", NOON) == 0
    assert [row["receipt_id"] or row["part_id"] for row in store.reviews()] == ["r2", "m1"]
    store.keep_reviews([Review(None, "m2", "debit_unexplained")], NOON)
    (*_, of_movement) = store.reviews()
    assert (store.review(of_movement["id"]), store.review(10**6)) == (of_movement, None)
    assert store.close_reviews_of(["m2"], "bo", "explained", NOON) == 1


def test_a_review_is_about_a_receipt_or_a_movement(store):
    for nothing in (Review(None, None, "lost"), Review("r1", "m1", "both")):
        with pytest.raises(psycopg.IntegrityError):
            store.keep_reviews([nothing], MORNING)
    assert store.reviews() == []


def verdict(urls: Urls) -> dict[str, Any] | None:
    with psycopg.connect(urls.owner, row_factory=dict_row) as connection:
        return connection.execute("SELECT * FROM clinic.gate_results").fetchone()


def test_a_verdict_is_kept_once_and_replaced_when_the_gate_says_otherwise(store, urls):
    refused = examine(camt053(movement(1, 500_00), closing_minor=1), TERMS)
    accepted = examine(camt053(movement(1, 500_00)), TERMS)
    assert verdict(urls) is None
    for at in (MORNING, NOON):
        store.keep_verdict(FILE, refused, at)
    kept = verdict(urls)
    assert (kept["accepted"], kept["at"], kept["format"], kept["gate_version"]) == (
        False, MORNING, "camt.053", GATE_VERSION,
    )  # fmt: skip
    assert [reason["code"] for reason in kept["refusals"]] == ["balances_do_not_foot"]
    assert {result["code"]: result["failed"] for result in kept["expectations"]}["balances_do_not_foot"] == 1
    store.keep_verdict(FILE, accepted, NOON)
    kept = verdict(urls)
    assert (kept["accepted"], kept["at"], kept["refusals"]) == (True, NOON, [])


def test_writers_at_the_same_time_keep_everything_once(urls):
    def write(_: int) -> int:
        with ReconciliationStore(urls.writer, "clinic") as store:
            return store.keep_doubts(FILE, DOUBTS, MORNING) + store.keep_reviews(REVIEWS, MORNING)

    with ThreadPoolExecutor(max_workers=4) as threads:
        assert sum(threads.map(write, range(8))) == 6


def test_a_reader_reads_and_writes_nothing(store, urls):
    store.keep_doubts(FILE, DOUBTS, MORNING)
    with ReconciliationStore(urls.reader, "clinic") as reader:
        assert len(reader.quarantine()) == 3
        for write in (
            lambda: reader.keep_doubts(OTHER, DOUBTS, MORNING),
            lambda: reader.keep_reviews(REVIEWS, MORNING),
        ):
            with pytest.raises(
                StoreTrouble, match="this database role has no right to use the working lists of clinic in this way"
            ):
                write()
        assert len(reader.quarantine()) == 3


def test_the_writer_deletes_nothing(urls):
    with psycopg.connect(urls.writer, autocommit=True) as connection:
        for table in ("gate_results", "quarantine", "reviews"):
            for statement in (f"DELETE FROM clinic.{table}", f"TRUNCATE clinic.{table}", f"DROP TABLE clinic.{table}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)


def test_missing_tables_and_a_missing_server_say_what_to_do(bare_urls):
    with (
        ReconciliationStore(bare_urls.writer, "clinic") as nothing,
        pytest.raises(StoreTrouble, match="run: reskontra db upgrade --entity clinic"),
    ):
        nothing.quarantine()
    nowhere = ReconciliationStore("postgresql://nobody:secret@127.0.0.1:1/nowhere", "clinic")
    with pytest.raises(StoreTrouble, match="cannot be used now") as trouble:
        nowhere.reviews()
    assert "secret" not in str(trouble.value)


def test_a_lost_connection_is_made_again(store, urls):
    store.keep_doubts(FILE, DOUBTS, MORNING)
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = 'reskontra_clinic_writer'"
        )
    with pytest.raises(StoreTrouble, match="run the command again"):
        store.quarantine()
    assert len(store.quarantine()) == 3


def test_an_instant_without_a_zone_and_an_entity_that_is_none_are_wrong(store, urls):
    with pytest.raises(ValueError, match="an instant needs a time zone"):
        store.keep_doubts(FILE, DOUBTS, datetime(2026, 11, 3, 6))  # noqa: DTZ001
    with pytest.raises(ValueError, match="is not an entity code"):
        ReconciliationStore(urls.writer, 'clinic"; DROP SCHEMA clinic; --')


def test_reviews_are_renewed_but_not_those_that_a_person_closed(urls: Urls) -> None:
    with ReconciliationStore(urls.writer, "clinic") as store:
        store.keep_reviews([Review(f"r{number}", None, "reference_unknown") for number in (1, 2, 3)], MORNING, FILE)
        store.close_reviews_of(["r1"], "person:p", ALLOCATED, MORNING)
        _, second, third = store.reviews(open_only=False)
        store.close_reviews_of([third["receipt_id"]], "person:p", "KNOWN", MORNING)
        found = Review("r1", None, "reference_unknown", ("Why.",), (CANDIDATE,))
        other = Review("r2", None, "no_reference")
        renewed = [(found, FILE), (other, FILE), (Review("r3", None, "reference_unknown", ("Why.",)), FILE)]
        assert store.renew_reviews(renewed, ["reference_unknown", "no_reference"], NOON) == 2
        opened = {one["receipt_id"]: one for one in store.reviews()}
        assert set(opened) == {"r1", "r2"}
        assert (opened["r1"]["reasons"], opened["r1"]["opened_at"]) == (["Why."], NOON)
        assert opened["r2"]["code"] == "no_reference"
        assert store.review(second["id"])["closing_reason"] == "matched_again"  # type: ignore[index]
        assert store.renew_reviews(renewed, ["reference_unknown", "no_reference"], NOON) == 0
