"""A job knows its books from the environment alone, and does not begin without them."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciliation import flows
from reconciliation.flows.environment import START_SERVER, EnvironmentMissing, acting, at_work, settle_environment
from tests.kit.clinic import DAY, ENTITY

URL = "postgresql://writer@/books"
ROOT = Path(__file__).parents[3]


def test_the_books_and_a_quiet_prefect_beside_them_are_in_the_environment(tmp_path: Path):
    environ: dict[str, str] = {}
    settle_environment(environ, URL, tmp_path)
    assert {name: value for name, value in environ.items() if name.startswith("RESKONTRA")} == {
        "RESKONTRA_WRITER_URL": URL,
        "RESKONTRA_DATA_DIR": str(tmp_path),
    }
    assert environ["PREFECT_HOME"] == str(tmp_path / "prefect")
    assert environ["DO_NOT_TRACK"] == "1"
    assert environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"


_SENDS = """
from prefect._internal.analytics.enabled import is_telemetry_enabled
from prefect.settings import get_current_settings
print(is_telemetry_enabled(), get_current_settings().server.analytics_enabled)
"""


def test_neither_jobs_nor_a_server_started_as_the_documents_say_tell_prefects_makers_anything(tmp_path: Path):
    """On machines of continuous integration Prefect sends nothing anyway, so their variables are left out."""
    jobs: dict[str, str] = {}
    settle_environment(jobs, URL, tmp_path)
    assert START_SERVER in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    variables, _, _ = START_SERVER.partition(" prefect server start")
    server = dict(one.split("=") for one in variables.split()) | {"PREFECT_HOME": str(tmp_path / "prefect")}
    for own in (jobs, server):
        bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        said = subprocess.run(
            [sys.executable, "-c", _SENDS], env=bare | own, capture_output=True, text=True, check=True
        ).stdout
        assert said.split() == ["False", "False"]


def test_folders_of_seals_and_keys_elsewhere_are_passed_on(tmp_path: Path):
    environ: dict[str, str] = {}
    settle_environment(environ, URL, tmp_path, tmp_path / "seals", tmp_path / "keys", tmp_path / "vault-keys")
    assert environ["RESKONTRA_SEAL_DIR"] == str(tmp_path / "seals")
    assert environ["RESKONTRA_SEAL_KEYS"] == str(tmp_path / "keys")
    assert environ["RESKONTRA_VAULT_KEYS"] == str(tmp_path / "vault-keys")
    settle_environment(environ, URL, tmp_path, starter="a.module")
    assert environ["RESKONTRA_STARTER"] == "a.module"


def test_what_an_operator_set_for_prefect_stays_but_the_books_are_those_asked_for(tmp_path: Path):
    own = {"PREFECT_HOME": "/srv/prefect", "PREFECT_API_URL": "http://jobs/api", "PREFECT_LOGGING_LEVEL": "DEBUG"}
    environ = {**own, "RESKONTRA_DATA_DIR": "/elsewhere"}
    settle_environment(environ, URL, tmp_path)
    assert {name: environ[name] for name in own} == own
    assert environ["RESKONTRA_DATA_DIR"] == str(tmp_path)


@pytest.mark.parametrize("missing", ["RESKONTRA_WRITER_URL", "RESKONTRA_DATA_DIR"])
def test_a_job_in_a_process_that_does_not_know_the_books_is_refused(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("RESKONTRA_WRITER_URL", URL)
    monkeypatch.setenv("RESKONTRA_DATA_DIR", str(tmp_path))
    monkeypatch.delenv(missing)
    refused = pytest.raises(EnvironmentMissing, match=f"set .*{missing}.*or start the job with the reskontra command")
    with refused, at_work(ENTITY, DAY, datetime(2026, 10, 5, 18, tzinfo=UTC), "job:bank-day"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_the_server_started_acts_as_the_job_whatever_its_parameters_say(monkeypatch: pytest.MonkeyPatch):
    assert acting("person:anna", "bank-day") == "person:anna"
    monkeypatch.setenv("PREFECT__RUNTIME__DEPLOYMENT__ID", "d-1")
    assert acting("person:anna", "bank-day") == "job:bank-day"


def test_there_are_no_other_jobs():
    with pytest.raises(AttributeError, match=r"module 'reconciliation.flows' has no attribute 'month_end'"):
        flows.month_end  # noqa: B018
