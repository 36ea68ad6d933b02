"""Legal entities keep books of their own: one schema, log, sequence and archive each, wherever they lie."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from infra import rooms
from infra.postgres import Urls, connect_urls
from infra.settings import Settings
from ledger.domain.receivables.account import OpenAccount
from ledger.journal import Conflict, open_journal
from ledger.journal.archive_files import archived_files
from ledger.journal.recorded_facts import CommandMark
from projections import Books, open_books
from reconciliation.store import ReconciliationStore
from tests.conftest import BARE_TEMPLATE
from tests.kit.archivable_books import added, everything, fill, move
from tests.kit.clinic import Clinic, invoice
from tests.kit.staff import give_key, staff
from tests.kit.vault_key import VAULT_KEYS

ENTITIES = ("clinic", "north")
STREAMS = [f"account-{number}" for number in range(12)]


@pytest.fixture(params=["one database", "two databases"])
def places(request: pytest.FixtureRequest, databases: Any, tmp_path: Path) -> Iterator[dict[str, Urls]]:
    """Where each entity's books are."""
    made: list[Urls] = [databases.make(BARE_TEMPLATE)]
    if request.param == "two databases":
        made.append(databases.make(BARE_TEMPLATE))
    found = {}
    for entity in ENTITIES:
        urls = made[-1] if entity == "north" else made[0]
        settings = Settings(data_dir=tmp_path, entity=entity, owner_url=urls.owner, vault_keys=VAULT_KEYS)
        rooms.upgrade(settings, entity)
        found[entity] = replace(connect_urls(settings, entity), owner=urls.owner)
    yield found
    for urls in made:
        databases.finish(urls)


def test_positions_keys_and_archives_are_each_entitys_own(places: dict[str, Urls], tmp_path: Path):
    with (
        open_journal(places["clinic"].writer, "clinic") as clinic,
        open_journal(places["north"].writer, "north") as north,
    ):
        last = fill(clinic)
        assert fill(north) == last
        assert everything(clinic, STREAMS) == everything(north, STREAMS)
        before = everything(north, STREAMS)

        move(places["clinic"], tmp_path, last)
        clinic.append([added("account-0", 6)], [CommandMark("key-9", b"digest", 0, 0)])

        assert everything(north, STREAMS) == before
        assert archived_files(places["north"].reader, "north") == []
        with psycopg.connect(places["north"].owner) as owner:
            assert owner.execute("SELECT FROM pg_trigger WHERE tgrelid = 'north.events'::regclass").fetchall() == []
        assert north.append([added("account-0", 6)], [CommandMark("key-9", b"digest", 0, 0)]) == [last + 1]
        move(places["north"], tmp_path, last, entity="north")
        assert everything(clinic, STREAMS)["paged"] == everything(north, STREAMS)["paged"]
        for journal in (clinic, north):
            with pytest.raises(Conflict):
                journal.append([added("account-0", 3)])


def test_an_open_transaction_of_one_entity_does_not_hold_back_another(places: dict[str, Urls]):
    with open_journal(places["north"].writer, "north") as north, psycopg.connect(places["clinic"].writer) as writer:
        writer.execute("SELECT clinic.reserve_positions(1)")
        last = fill(north)
        assert north.stable_position() == last
        with open_journal(places["clinic"].writer, "clinic") as clinic:
            clinic.append([added("account-late", 1)])
            assert clinic.stable_position() == 0


def test_a_number_series_of_the_same_name_counts_for_each(places: dict[str, Urls], tmp_path: Path):
    for entity in ENTITIES:
        with opened(entity, places[entity].writer, tmp_path / entity) as books:
            clinic = Clinic(books, ReconciliationStore(places[entity].writer, entity), tmp_path)
            staff(books.journal, give_key(tmp_path / f"{entity}.key"))
            clinic.opened(invoices=2)
            move(places[entity], tmp_path, books.journal.stable_position(), entity=entity)
            clinic.do(OpenAccount(account_id="patient-2", payer="patient"), invoice(2))
            assert [fact.number for fact in clinic.facts("InvoiceIssued")] == [1001, 1002, 1003]
            clinic.desk.close()


def opened(entity: str, url: str, folder: Path) -> Books:
    folder.mkdir()
    return open_books(url, entity)


def test_nothing_of_an_entitys_journal_refers_to_another_schema(places: dict[str, Urls]):
    for entity in ENTITIES:
        with psycopg.connect(places[entity].owner) as owner:
            sources = owner.execute(
                "SELECT prosrc FROM pg_proc WHERE pronamespace = %s::regnamespace", (entity,)
            ).fetchall()
            defaults = owner.execute(
                "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_class ON pg_class.oid = adrelid"
                " WHERE relnamespace = %s::regnamespace",
                (entity,),
            ).fetchall()
            keys = owner.execute(
                "SELECT conname FROM pg_constraint JOIN pg_class AS other ON other.oid = confrelid"
                " WHERE connamespace = %s::regnamespace AND other.relnamespace <> connamespace",
                (entity,),
            ).fetchall()
        assert sources
        named = re.findall(
            r"\b(?:FROM|INTO|JOIN|nextval\(')\s*\"?([a-z_]+)\"?\.", " ".join(row[0] for row in [*sources, *defaults])
        )
        assert set(named) == {entity}
        assert keys == []
