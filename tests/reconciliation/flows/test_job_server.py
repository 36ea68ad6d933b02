"""On a Prefect server: scheduled jobs appear there, those by hand are jobs too, and killed ones go on where they were.

Killed at random points of a bank day, process, database or both, the books end the same as undisturbed.
The server starts only once, because its start takes as long as several of these tests.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from infra.postgres import Urls
from infra.settings import Settings
from ledger.sealing import SealFolders, read_log
from projections import open_books
from reconciliation.steps.loop import STEPS
from tests.conftest import served
from tests.kit.care import open_account
from tests.kit.clinic import DAY, ENTITY, PRICE, Clinic, clinic_on, invoice, paid, reference_of, statement
from tests.kit.held_commits import until
from tests.kit.seeds import seeds
from tests.kit.staff import make_books
from tests.kit.vault_key import VAULT_KEYS
from tests.reconciliation.flows.other_process import ran
from tests.reconciliation.flows.stage import Stage, book_of, fault_of, files, workers

NEXT = date(2026, 10, 6)

SERVE = (
    "from reconciliation.flows import serve;"
    "serve(entity='clinic', folder={folder!r}, cron='* * * * * */3', timezone='Europe/Stockholm')"
)
# Several commands in one process, because each process would import Prefect.
TYPED = """
import json, sys
from infra.cli import main
for words in json.loads(sys.argv[1]):
    sys.argv[1:] = words
    try:
        main()
    except SystemExit as end:
        assert not end.code, words
"""
# A seed is killed at one step, and so many seeds at each. A day is killed twice, and its second seed is the next one.
SEEDS = range(len(STEPS))
DAYS = seeds(range(-(-len(STEPS) // 2)), range(-(-len(STEPS) // 2), 48))
# Through Prefect: the database killed, so that the job tries again, and both, so that another run goes on.
AS_JOBS = (11, 17)
INVOICES = 120
# What a bank day shows on Prefect's pages.
SHOWN = {f"bank-day-{name}" for name in ("matches", "quarantine", "refused", "tie-out", "scores")}
# The name of a payer; no text of the program has such a word. A file may be named after a payer, too.
CANARY = "Zzyzxcanary Ek"


def ask(environ: dict[str, str], path: str, question: dict[str, Any]) -> list[dict[str, Any]]:
    request = urllib.request.Request(
        environ["PREFECT_API_URL"] + path,
        data=json.dumps(question).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        rows: list[dict[str, Any]] = json.load(answer)
        return rows


def test_a_scheduled_bank_day_appears_and_finishes_as_failed_if_one_of_its_files_is_refused(
    database_urls: Urls, prefect_environ: dict[str, str], tmp_path: Path
):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    good = statement([paid(PRICE, reference_of(0), "b1", name=CANARY)])
    (inbox / f"{CANARY}.xml").write_bytes(good)
    (inbox / f"Eve {CANARY}.xml").write_bytes(good[:-40])
    whole, cut = (hashlib.sha256(one).hexdigest()[:12] for one in (good, good[:-40]))
    with clinic_on(database_urls.writer, tmp_path) as clinic:
        clinic.opened(1)
    environ = {
        **os.environ,
        **prefect_environ,
        "RESKONTRA_WRITER_URL": database_urls.writer,
        "RESKONTRA_DATA_DIR": str(tmp_path / "data"),
        "RESKONTRA_VAULT_KEYS": str(VAULT_KEYS),
    }
    served = subprocess.Popen(
        [sys.executable, "-c", SERVE.format(folder=str(inbox))], env=environ, stdin=subprocess.DEVNULL
    )
    try:
        run = _finished(prefect_environ)
    finally:
        served.terminate()
        served.wait(60)

    assert run["state_type"] == "FAILED", run["state_name"]
    assert run["state"]["message"].startswith(f"refused files: 1, {cut} (file_truncated); `reskontra files`")
    assert run["auto_scheduled"]
    assert re.fullmatch(r"bank-day-clinic-\d{4}-\d\d-\d\dT\d\d:\d\dZ", run["name"])
    logged = ask(prefect_environ, "/logs/filter", {"logs": {"flow_run_id": {"any_": [run["id"]]}}})
    assert [line["message"] for line in logged if line["message"].startswith(f"file {cut} is refused")]
    assert f"file {cut}: refused (file_truncated)" in [line["message"] for line in logged]
    assert f"file {whole}: loaded, 1 lines, 1 matched, 0 wait for a person" in [line["message"] for line in logged]
    tasks = _tasks_with(prefect_environ, run["id"], {f"judge {whole}", f"judge {cut}", f"record {whole}"})
    artifacts = ask(prefect_environ, "/artifacts/filter", {})
    assert CANARY not in json.dumps([run, logged, tasks, artifacts]), "nothing of a payer is shown"
    assert {artifact["key"] for artifact in ask(prefect_environ, "/artifacts/filter", {})} >= SHOWN
    with clinic_on(database_urls.writer, tmp_path) as clinic:
        assert clinic.count("ReceiptAllocated") == 1
        assert clinic.facts("ReceiptRecorded")[0].payment.booked_on == DAY
        begun = next(one for one in clinic.books.journal.follow(0, 1000) if one.name == "FileIngested").envelope
        assert begun.occurred_on == begun.recorded_at.astimezone(ZoneInfo("Europe/Stockholm")).date()
        assert begun.correlation == f"bank-day:{begun.occurred_on}"


def test_files_that_a_person_loads_are_a_job_there_too(
    database_urls: Urls, prefect_environ: dict[str, str], tmp_path: Path
):
    path = tmp_path / f"{CANARY}.xml"
    path.write_bytes(statement([paid(PRICE, reference_of(0), "b1")]))
    with clinic_on(database_urls.writer, tmp_path) as clinic:
        clinic.opened(1)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    environ |= {
        "HOME": str(tmp_path / "home"),
        "PREFECT_API_URL": prefect_environ["PREFECT_API_URL"],
        **served(database_urls, tmp_path / "data"),
    }
    before = len(_by_hand(prefect_environ))
    typed = [["reconcile", str(path), "--on", str(DAY), "--json"], ["remind", "--on", str(DAY), "--json"]]
    done = subprocess.run([sys.executable, "-c", TYPED, json.dumps(typed)], env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    with clinic_on(database_urls.writer, tmp_path) as clinic:
        assert clinic.count("ReceiptAllocated") == 1
    runs = _by_hand(prefect_environ)[before:]
    assert [(run["name"].partition("-clinic")[0], run["state_type"]) for run in runs] == [
        ("bank-day", "COMPLETED"),
        ("reminders", "COMPLETED"),
    ]
    assert [run["name"] for run in runs] == [f"bank-day-clinic-{DAY}", f"reminders-clinic-{DAY}"]
    assert not any("postgres" in json.dumps(run["parameters"]) for run in runs)
    assert CANARY not in json.dumps(runs), "Prefect shows no path that a person typed"
    # Prefect keeps nothing of its own where it would by itself.
    assert not (tmp_path / "home").exists()


def _by_hand(environ: dict[str, str]) -> list[dict[str, Any]]:
    runs = ask(environ, "/flow_runs/filter", {"sort": "START_TIME_ASC"})
    return [run for run in runs if not run["auto_scheduled"] and run["start_time"]]


def test_jobs_after_midnight_are_of_the_new_day(database_urls: Urls, prefect_environ: dict[str, str], tmp_path: Path):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "day.xml").write_bytes(statement([paid(PRICE, reference_of(0), "b1")], to=NEXT))
    with clinic_on(database_urls.writer, tmp_path) as clinic:
        clinic.at = datetime(2026, 9, 6, 8, tzinfo=UTC)
        clinic.opened(1)
        # Due on the new day, so nobody would be reminded on the old one.
        clinic.do(open_account("patient-1"), invoice(1, issued_on=date(2026, 9, 6)))
        recorded = clinic.count()
    # Half past midnight of the next day in Stockholm, while it is still this day in London.
    at = datetime(2026, 10, 5, 22, 30, tzinfo=UTC).isoformat()
    jobs = [
        ("bank_day", {"entity": ENTITY, "paths": [str(inbox)], "recorded_at": at}),
        ("reminders", {"entity": ENTITY, "recorded_at": at, "actor": "person:anna"}),
    ]

    day, reminded = ran(prefect_environ, database_urls, tmp_path, jobs)

    assert (day["on"], day["ok"], reminded["on"]) == (str(NEXT), True, str(NEXT))
    assert day["heard"] == [[1, 2], [2, 2]], "the file is judged, then its one chunk loaded"
    assert (reminded["due"], reminded["sent"]) == (1, 1)
    with clinic_on(database_urls.writer, tmp_path) as clinic:
        assert of_the_day(clinic, recorded) == {
            "FileIngested": (NEXT, f"bank-day:{NEXT}"),
            "FileCompleted": (NEXT, f"bank-day:{NEXT}"),
            # The money has its booking day, whenever the file came.
            "ReceiptRecorded": (DAY, f"bank-day:{NEXT}"),
            "ReceiptAllocated": (DAY, f"bank-day:{NEXT}"),
            "ItemAllocated": (DAY, f"bank-day:{NEXT}"),
            "ReminderSent": (NEXT, f"reminders:{NEXT}"),
        }
    assert [one.day for one in read_log(SealFolders.of(ENTITY, tmp_path / "data")).checkpoints] == [str(NEXT)]


def of_the_day(clinic: Clinic, before: int) -> dict[str, tuple[date, str | None]]:
    """By kind of fact: on which day it is effective, and what it belongs to."""
    facts = clinic.books.journal.follow(0, 10**6)[before:]
    return {one.name: (one.envelope.occurred_on, one.envelope.correlation) for one in facts}


def _tasks_with(environ: dict[str, str], run_id: str, names: set[str]) -> Any:
    """The steps of a run, once these are among them: the server may hear of a run's end before it hears of a step."""
    found: Any = []

    def known() -> bool:
        found[:] = ask(environ, "/task_runs/filter", {"flow_runs": {"id": {"any_": [run_id]}}})
        return names <= {one["name"] for one in found}

    until(known)
    return found


def _finished(environ: dict[str, str]) -> dict[str, Any]:
    deadline = time.monotonic() + 150
    asked = {"deployments": {"name": {"any_": ["bank-day-clinic"]}}, "sort": "EXPECTED_START_TIME_ASC", "limit": 5}
    while time.monotonic() < deadline:
        runs = ask(environ, "/flow_runs/filter", asked)
        for run in runs:
            if run["state_type"] in ("COMPLETED", "FAILED", "CRASHED"):
                return run
        time.sleep(0.2)
    raise AssertionError(f"no scheduled run finished: {[run['state_name'] for run in runs]}")


@pytest.fixture(scope="module")
def stage(
    new_books: Callable[..., Settings], prefect_environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Stage:
    settings = new_books()
    urls = make_books(settings, "clinic")
    inbox = tmp_path_factory.mktemp("inbox")
    with clinic_on(urls.writer, inbox.parent / "unused") as clinic:
        clinic.opened(INVOICES)
        clinic.books.follow()
    for number, file in enumerate(files()):
        (inbox / f"{number}.xml").write_bytes(file)
    return Stage(settings, urls, inbox, workers(prefect_environ))


@pytest.fixture(scope="module")
def undisturbed(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    urls = stage.copy("undisturbed")
    data = tmp_path_factory.mktemp("undisturbed")
    assert stage.finish(stage.spawn(urls, data, None, None)) == 0
    book = book_of(urls)
    assert sum(fact[2] == "ReceiptRecorded" for fact in book) == 123
    return book


@pytest.mark.parametrize("day", DAYS)
def test_a_bank_day_killed_anywhere_ends_as_if_nothing_had_happened(
    stage: Stage, undisturbed: list[tuple[Any, ...]], tmp_path: Path, day: int
):
    kill_and_run_again(stage, undisturbed, tmp_path, (2 * day, 2 * day + 1), f"day_{day}")


@pytest.mark.parametrize("seed", AS_JOBS)
def test_so_does_one_that_is_a_job(
    stage: Stage, undisturbed: list[tuple[Any, ...]], prefect_environ: dict[str, str], tmp_path: Path, seed: int
):
    kill_and_run_again(stage, undisturbed, tmp_path, (seed,), f"job_{seed}", prefect_environ)


def kill_and_run_again(
    stage: Stage,
    undisturbed: list[tuple[Any, ...]],
    data: Path,
    struck: Sequence[int],
    name: str,
    server: Mapping[str, str] | None = None,
) -> None:
    urls, done = stage.copy(name), False
    for seed in struck:
        # The server may have been started again since the last one.
        fault = fault_of(seed, stage.settings)
        ended = stage.finish(stage.spawn(urls, data, fault, server))
        assert (data / "hit").read_text() == fault.step, fault
        # A job tries the step again by itself.
        done = server is not None and fault.kills == ("database",)
        assert ended == 0 or not done, fault
    assert done or stage.finish(stage.spawn(urls, data, None, server)) == 0, struck

    assert book_of(urls) == undisturbed, struck
    with open_books(urls.writer, "clinic") as books:
        assert books.parity().equal, struck
        assert books.report("tie-out", DAY).complete, struck


def test_the_seeds_hit_every_step_and_kill_process_and_database(stage: Stage):
    faults = [fault_of(seed, stage.settings) for seed in SEEDS]
    assert {fault.step for fault in faults} == set(STEPS)
    assert {fault.kills for fault in faults} == {("process",), ("database",), ("process", "database")}
