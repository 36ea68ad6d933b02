"""With a Prefect server, a bank day on a schedule appears by itself, and one by hand too; both show their artifacts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from infra.postgres import Urls
from tests.kit.clinic import DAY, PRICE, clinic_on, paid, reference_of, statement

PROGRAM = Path(sys.executable).parent / "reskontra"
SERVE = (
    "from reconciliation.flows import serve;"
    "serve(entity='clinic', folder={folder!r}, cron='* * * * *', timezone='Europe/Stockholm')"
)


def ask(environ: dict[str, str], path: str, question: dict[str, Any]) -> list[dict[str, Any]]:
    request = urllib.request.Request(
        environ["PREFECT_API_URL"] + path,
        data=json.dumps(question).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        rows: list[dict[str, Any]] = json.load(answer)
        return rows


def test_a_scheduled_bank_day_appears_and_finishes(
    database_urls: Urls, prefect_environ: dict[str, str], tmp_path: Path
):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "day.xml").write_bytes(statement([paid(PRICE, reference_of(0), "b1")]))
    with clinic_on(database_urls.writer, tmp_path) as clinic:
        clinic.opened(1)
    environ = {
        **os.environ,
        **prefect_environ,
        "RESKONTRA_WRITER_URL": database_urls.writer,
        "RESKONTRA_DATA_DIR": str(tmp_path / "data"),
    }
    served = subprocess.Popen(
        [sys.executable, "-c", SERVE.format(folder=str(inbox))], env=environ, stdin=subprocess.DEVNULL
    )
    try:
        run = _finished(prefect_environ)
    finally:
        served.terminate()
        served.wait(60)

    assert run["state_type"] == "COMPLETED", run["state_name"]
    assert run["auto_scheduled"]
    shown = {artifact["key"] for artifact in ask(prefect_environ, "/artifacts/filter", {})}
    assert {"bank-day-matches", "bank-day-quarantine", "bank-day-tie-out"} <= shown
    with clinic_on(database_urls.writer, tmp_path) as clinic:
        assert clinic.count("ReceiptAllocated") == 1
        assert clinic.facts("ReceiptRecorded")[0].payment.booked_on == DAY
        begun = next(one for one in clinic.books.journal.follow(0, 1000) if one.name == "FileIngested").envelope
        assert begun.occurred_on == begun.recorded_at.astimezone(ZoneInfo("Europe/Stockholm")).date()
        assert begun.correlation == f"bank-day:{begun.occurred_on}"


def test_files_that_a_person_loads_are_a_job_there_too(
    database_urls: Urls, prefect_environ: dict[str, str], tmp_path: Path
):
    path = tmp_path / "day.xml"
    path.write_bytes(statement([paid(PRICE, reference_of(0), "b1")]))
    with clinic_on(database_urls.writer, tmp_path) as clinic:
        clinic.opened(1)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    environ |= {
        "HOME": str(tmp_path / "home"),
        "PREFECT_API_URL": prefect_environ["PREFECT_API_URL"],
        "RESKONTRA_DATABASE_URL": database_urls.owner,
        "RESKONTRA_WRITER_URL": database_urls.writer,
        "RESKONTRA_READER_URL": database_urls.reader,
        "RESKONTRA_DATA_DIR": str(tmp_path / "data"),
    }
    before = len(_by_hand(prefect_environ))
    for words in (["reconcile", str(path), "--on", str(DAY)], ["remind", "--on", str(DAY)]):
        done = subprocess.run([PROGRAM, *words, "--json"], env=environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    with clinic_on(database_urls.writer, tmp_path) as clinic:
        assert clinic.count("ReceiptAllocated") == 1
    runs = _by_hand(prefect_environ)[before:]
    assert [(run["name"].partition("-clinic")[0], run["state_type"]) for run in runs] == [
        ("bank-day", "COMPLETED"),
        ("reminders", "COMPLETED"),
    ]
    assert not any("postgres" in json.dumps(run["parameters"]) for run in runs)
    # Prefect keeps nothing of its own where it would by itself.
    assert not (tmp_path / "home").exists()


def _by_hand(environ: dict[str, str]) -> list[dict[str, Any]]:
    runs = ask(environ, "/flow_runs/filter", {"sort": "START_TIME_ASC"})
    return [run for run in runs if not run["auto_scheduled"] and run["start_time"]]


def _finished(environ: dict[str, str]) -> dict[str, Any]:
    deadline = time.monotonic() + 150
    asked = {"deployments": {"name": {"any_": ["bank-day-clinic"]}}, "sort": "EXPECTED_START_TIME_ASC", "limit": 5}
    while time.monotonic() < deadline:
        runs = ask(environ, "/flow_runs/filter", asked)
        for run in runs:
            if run["state_type"] in ("COMPLETED", "FAILED", "CRASHED"):
                return run
        time.sleep(1)
    raise AssertionError(f"no scheduled run finished: {[run['state_name'] for run in runs]}")
