"""The database from the command line: made, started, asked and stopped, also the embedded one."""

from __future__ import annotations

from collections.abc import Callable

from infra.postgres import Urls
from infra.settings import Settings
from tests.infra.cli.asked import Reskontra


def test_the_embedded_server_is_made_stopped_and_started_with_its_books(new_books: Callable[..., Settings]):
    settings = new_books()
    reskontra = Reskontra(
        {"RESKONTRA_DATA_DIR": str(settings.data_dir), "RESKONTRA_STATE_DIR": str(settings.state_dir)}
    )
    (before,) = reskontra.json("db status")["rows"]
    assert (before["running"], before["embedded"], before["outdated"]) == (False, True, before["outdated"])
    applied = [row["migration"] for row in reskontra.json("db upgrade")["rows"]]
    assert "ledger 1 events, idempotency keys, watermarks" in applied
    assert {name.split()[0] for name in applied} == {"ledger", "projections", "reconciliation"}
    assert reskontra("db upgrade").out == "the books of clinic are up to date; nothing new\n"
    assert reskontra.json("db status")["rows"][0]["running"] is True
    assert reskontra.json("db stop")["rows"] == [{"stopped": True}]
    assert reskontra("db stop").out == "the server did not run\n"
    assert reskontra.json("db start")["rows"][0]["running"] is True
    # A second entity has books of its own on the same server.
    reskontra("db upgrade --entity north")
    assert reskontra.json("aging --entity north")["entity"] == "north"


def test_a_served_database_is_upgraded_and_not_ours_to_stop(bare_urls: Urls, tmp_path: object):
    reskontra = Reskontra({"RESKONTRA_DATA_DIR": str(tmp_path), "RESKONTRA_DATABASE_URL": bare_urls.owner})
    assert len(reskontra.json("db upgrade")["rows"]) > 5
    assert reskontra.json("db upgrade")["rows"] == []
    (status,) = reskontra.json("db start")["rows"]
    assert (status["embedded"], status["running"]) == (False, True)
    assert "***" in status["place"] or "password" not in status["place"]
    assert reskontra("db stop --json", code=1).codes == ["database_unavailable"]
    reskontra("account open p1 --payer patient")
