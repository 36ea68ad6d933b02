"""What is served for an entity: a schedule for each place, the reminders and the watchdog, and no two runs at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, time
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from infra.postgres import Urls
from reconciliation.places import Place, Places
from reconciliation.places.form import Reminding
from reconciliation.watchdog import Watched
from tests.kit.clinic import ENTITY
from tests.kit.jobs import tell_where

AT = datetime(2026, 10, 6, 8, tzinfo=UTC)
PLACES = Places(
    {
        "seb": Place(accounts=("main",), folder="/srv/seb", schedule="15 7 * * 1-5"),
        "cards": Place(accounts=("cards",), folder="/srv/cards", timezone="America/New_York"),
    },
    reminders=Reminding(time(10, 30)),
)


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """Imported with the settings of a job's process."""
    from reconciliation.flows.environment import settle_environment

    settled: dict[str, str] = {}
    settle_environment(settled, "unused", tmp_path_factory.mktemp("data"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settled.items():
            patch.setenv(name, value)
        patch.delenv("PREFECT_API_URL", raising=False)
        from reconciliation.flows import deployments

        yield deployments


def test_each_place_has_its_schedule_in_its_zone(module: ModuleType):
    made = {one.name: one for one in module.deployments("clinic", "Europe/Stockholm", PLACES)}
    found = {
        (one.flow_name, name, one.schedules[0].schedule.cron, one.schedules[0].schedule.timezone)
        for name, one in made.items()
    }
    assert found == {
        ("bank-day", "clinic-seb", "15 7 * * 1-5", "Europe/Stockholm"),
        ("bank-day", "clinic-cards", "30 6 * * *", "America/New_York"),
        ("reminders", "clinic-reminders", "30 10 * * *", "Europe/Stockholm"),
        ("watchdog", "clinic-watchdog", "*/15 * * * *", "Europe/Stockholm"),
    }
    assert made["clinic-seb"].parameters == {"entity": "clinic", "places": ["seb"]}
    assert {one.concurrency_limit for one in made.values()} == {1}


def test_without_an_hour_there_are_no_reminders_and_without_places_nothing(module: ModuleType):
    served = module.deployments("clinic", "UTC", Places({"seb": PLACES.places["seb"]}))
    assert {one.flow_name for one in served} == {"bank-day", "watchdog"}
    assert module.deployments("clinic", "UTC", Places()) == []


def test_one_run_at_a_time_is_served(module: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    asked: list[tuple[int, dict[str, Any]]] = []
    monkeypatch.setattr(module, "serve_all", lambda *made, **given: asked.append((len(made), given)))
    monkeypatch.setenv("RESKONTRA_DATA_DIR", str(tmp_path))
    (tmp_path / "places").mkdir()
    (tmp_path / "places" / "clinic.toml").write_text("[places.seb]\naccounts = ['main']\nfolder = '/srv/seb'\n")
    module.serve_places("clinic", "UTC")
    assert asked == [(2, {"limit": 1, "print_starting_message": False})]


def test_the_workers_program_serves_an_entity_and_ends_with_what_is_wrong_with_its_places(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    from reconciliation.flows import worker

    served: list[tuple[str, str]] = []
    monkeypatch.setattr("sys.argv", ["worker", "clinic", "Europe/Stockholm"])
    with monkeypatch.context() as patch:
        patch.setattr(worker, "serve_places", lambda *given: served.append(given))
        worker.main()
    assert served == [("clinic", "Europe/Stockholm")]
    monkeypatch.setenv("RESKONTRA_DATA_DIR", str(tmp_path))
    (tmp_path / "places").mkdir()
    (tmp_path / "places" / "clinic.toml").write_text("[places.seb]\nfolder = '/srv/seb'\n")
    with pytest.raises(SystemExit, match="accounts"):
        worker.main()


def test_the_watchdog_fails_if_somebody_could_not_be_told_or_the_database_stopped(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch
):
    from reconciliation.flows import watchdog_job
    from reconciliation.flows.database import DatabaseStopped

    monkeypatch.setattr(watchdog_job, "at_work", lambda *_: nullcontext(SimpleNamespace(books=None, desk=None)))
    monkeypatch.setattr(watchdog_job, "places_of", lambda _: Places())
    found = Watched(behind=(), sent={}, failed={"mail": "no answer"})
    monkeypatch.setattr(watchdog_job, "watch", lambda *_: found)
    failed = watchdog_job._watchdog.fn("clinic")
    assert (failed.is_failed(), failed.message) == (True, "mail: no answer")
    found = Watched(behind=(), sent={}, failed={})
    assert watchdog_job._watchdog.fn("clinic") is found

    def stopped(*_: object) -> None:
        raise DatabaseStopped("the database stopped")

    monkeypatch.setattr(watchdog_job, "at_work", stopped)
    assert watchdog_job._watchdog.fn("clinic").message == "the database stopped"


def test_a_failed_run_of_the_schedule_has_its_message_as_its_error_and_no_trace_of_a_fault(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    from prefect.exceptions import FailedRun
    from prefect.states import get_state_exception

    from reconciliation.flows import failed_run

    said, found = "refused files: 1", Watched(behind=(), sent={}, failed={"mail": "no answer"})
    assert failed_run.failed(said, found).data is found
    monkeypatch.setattr(failed_run, "is_scheduled", lambda: True)
    raised = get_state_exception(failed_run.failed(said, found))
    assert (type(raised), str(raised)) == (FailedRun, said)
    for name in ("prefect.flow_runs", "prefect.engine"):
        caplog.clear()
        log = logging.getLogger(name)
        monkeypatch.setattr(log, "propagate", True)
        monkeypatch.setattr(log, "handlers", [])
        monkeypatch.setattr(logging.getLogger("prefect"), "propagate", True)
        for fault in (FailedRun(said), ValueError("a fault")):
            log.error("unexpected", exc_info=fault)
        assert [(one.getMessage(), bool(one.exc_info)) for one in caplog.records] == [
            ("the run ended as failed: refused files: 1", False),
            ("unexpected", True),
        ]


def test_two_runs_of_the_schedule_never_work_for_an_entity_at_once(
    module: ModuleType, database_urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from reconciliation.flows import environment

    tell_where(monkeypatch, database_urls, tmp_path / "data")
    monkeypatch.setattr(environment, "is_scheduled", lambda: True)
    order: list[str] = []
    inside, done = threading.Event(), threading.Event()

    def first() -> None:
        with environment.at_work(ENTITY, None, AT, "job:bank-day"):
            inside.set()
            done.wait(20)
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(20)
    monkeypatch.setattr(environment, "TURN_S", 0.05)
    with (
        pytest.raises(environment.TurnTaken, match="another run of clinic"),
        environment.at_work(ENTITY, None, AT, "job:bank-day"),
    ):
        order.append("both at once")
    monkeypatch.setattr(environment, "TURN_S", 20.0)
    done.set()
    with environment.at_work(ENTITY, None, AT, "job:bank-day"):
        order.append("second")
    thread.join(20)
    assert order == ["first", "second"]
