"""The event store library's unsafe switch is refused before anything is written."""

from __future__ import annotations

import pytest
from eventsourcing.postgres import PostgresDatastore
from psycopg.conninfo import conninfo_to_dict

from infra.postgres import Urls
from ledger.journal import open_journal
from ledger.journal.recorder import JournalRecorder


@pytest.mark.parametrize("name", ["POSTGRES_ENABLE_DB_FUNCTIONS", "CLINIC_POSTGRES_ENABLE_DB_FUNCTIONS"])
def test_the_librarys_switch_that_loses_facts_is_refused_at_start_up(
    database_urls: Urls, monkeypatch: pytest.MonkeyPatch, name: str
):
    monkeypatch.setenv(name, "y")
    with pytest.raises(ValueError, match=f"{name} makes readers miss facts"):
        open_journal(database_urls.writer, "clinic")

    monkeypatch.setenv(name, "n")
    open_journal(database_urls.writer, "clinic").close()


def test_a_datastore_with_that_switch_is_refused_too(database_urls: Urls):
    given = conninfo_to_dict(database_urls.writer)
    login = [str(given.get(part, "")) for part in ("dbname", "host", "port", "user", "password")]
    with (
        PostgresDatastore(*login, originator_id_type="text", enable_db_functions=True) as datastore,
        pytest.raises(ValueError, match="makes readers miss facts"),
    ):
        JournalRecorder(datastore)
