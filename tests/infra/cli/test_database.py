"""The database from the command line: made, started, asked and stopped, also the embedded one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial

from infra.desk.bank_day import STARTER
from infra.postgres import Urls, runs
from infra.settings import Settings
from tests.infra.cli.clinic import Clinic, spoil
from tests.infra.cli.command_line import Answers, Reskontra
from tests.infra.cli.test_invocation import call


def test_the_embedded_server_is_made_stopped_and_started_with_its_books(new_books: Callable[..., Settings]):
    settings = new_books()
    reskontra = Reskontra(
        {"RESKONTRA_DATA_DIR": str(settings.data_dir), "RESKONTRA_STATE_DIR": str(settings.state_dir)}
    )
    (before,) = reskontra.json("db status")["rows"]
    assert (before["running"], before["embedded"], before["outdated"]) == (False, True, before["outdated"])
    applied = [row["applied"] for row in reskontra.json("db upgrade")["rows"]]
    assert "ledger 1 events, idempotency keys, watermarks" in applied
    assert {name.split()[0] for name in applied} == {"ledger", "vault", "projections", "reconciliation", "read"}
    assert reskontra("db upgrade").out == "the books of clinic are up to date; nothing new\n"
    assert reskontra.json("db status")["rows"][0]["running"] is True
    assert runs(settings)
    reskontra("person register --duty admin --duty finance")
    reskontra("entity declare --currencies EUR")
    assert reskontra.json("db stop")["rows"] == [{"stopped": True, "held": False}]
    assert not runs(settings)
    # Its day and terms are asked where that starts nothing; else those of nobody hold.
    assert call(reskontra.environ, starts=False).terms.currencies == ("SEK",)
    assert not runs(settings)
    assert reskontra("db stop").out == "the server was not running\n"
    assert reskontra.json("db start")["rows"][0]["running"] is True
    assert call(reskontra.environ, starts=False).terms.currencies == ("EUR",)
    # A second entity has books of its own on the same server.
    reskontra("db upgrade --entity north")
    assert reskontra.json("aging --entity north")["entity"] == "north"


def test_a_server_that_is_held_for_a_copy_is_started_by_no_command_but_db_start(new_books: Callable[..., Settings]):
    settings = new_books()
    reskontra = Reskontra(
        {"RESKONTRA_DATA_DIR": str(settings.data_dir), "RESKONTRA_STATE_DIR": str(settings.state_dir)}
    )
    reskontra("db upgrade")
    reskontra("person register --duty admin --duty finance")
    assert reskontra("db stop").out == "the server stopped\n"
    # The schedule starts a stopped server like any command.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("RESKONTRA")}
    started = [sys.executable, "-m", STARTER]
    scheduled = partial(subprocess.run, started, env=environ | reskontra.environ, capture_output=True, text=True)
    assert (scheduled().returncode, runs(settings)) == (0, True)
    said = reskontra("db stop --hold").out
    assert said == "the server stopped\nno command starts it until you type `reskontra db start`\n"
    answered = reskontra("aging --json", code=1)
    assert answered.codes == ["database_unavailable"]
    assert "is kept stopped (`reskontra db stop --hold`)" in answered.out
    late = scheduled()
    assert (late.returncode, late.stderr.count("\n"), runs(settings)) == (1, 1, False)
    assert "wait, or start it with `reskontra db start`" in late.stderr
    assert reskontra.json("db status")["rows"][0]["running"] is False
    assert reskontra.json("db stop --hold")["rows"] == [{"stopped": False, "held": True}]
    assert reskontra.json("db start")["rows"][0]["running"] is True
    reskontra("db stop")
    reskontra("aging")


def test_a_served_database_is_upgraded_and_not_ours_to_stop(bare_urls: Urls, tmp_path: object):
    reskontra = Reskontra({"RESKONTRA_DATA_DIR": str(tmp_path), "RESKONTRA_DATABASE_URL": bare_urls.owner})
    assert len(reskontra.json("db upgrade")["rows"]) > 5
    assert reskontra.json("db upgrade")["rows"] == []
    (status,) = reskontra.json("db start")["rows"]
    assert (status["embedded"], status["running"]) == (False, True)
    assert "***" in status["location"] or "password" not in status["location"]
    assert reskontra("db stop --json", code=1).codes == ["database_unavailable"]
    reskontra("person register --duty admin --duty finance")
    reskontra("account open p1 --payer patient")


def test_an_upgrade_makes_tables_of_another_version_anew_and_they_show_the_same(loaded: Clinic):
    asked = ("aging", "open-items", "trial-balance", "tie-out", "receipts", "history p1")
    before = [loaded.reskontra(one).out for one in asked]
    spoil(
        loaded,
        "ALTER TABLE clinic.invoices DROP COLUMN care_unit",
        'UPDATE clinic.projection_position SET versions = versions || \'{"invoices": "older"}\'',
    )
    for one in (*asked, "verify", "rebuild"):
        refused = loaded.reskontra(f"{one} --json", code=1)
        assert refused.codes == ["read_tables_outdated"]
        assert "run: reskontra db upgrade --entity clinic" in refused.out
    ((name,),) = [row.values() for row in loaded.reskontra.json("db upgrade")["rows"]]
    assert name.startswith("read table invoices ")
    assert [loaded.reskontra(one).out for one in asked] == before
    assert loaded.reskontra.json("db upgrade")["rows"] == []
    assert loaded.reskontra.json("verify")["ok"]


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {
    "db start": ("", 0),
    "db status": ("", 0),
    "db stop": ("", 1),
    "db upgrade": ("", 0),
}
