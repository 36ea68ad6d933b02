"""The bank day as a job: each of its steps is a task, which is retried after an error that may be temporary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from prefect import State, flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.schedules import Cron
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from ledger import JournalUnavailable
from ledger.domain.days import day_of
from projections import ReadStoreUnavailable
from reconciliation.flows.after_feeds import remind_after_feeds
from reconciliation.flows.artifacts import codes_of, show_day, show_scores, shown_as
from reconciliation.flows.database import DatabaseStopped
from reconciliation.flows.environment import acting, at_work, chosen_places, is_scheduled, on_server, places_of
from reconciliation.flows.failed_run import failed
from reconciliation.flows.progress import listener, progress_to
from reconciliation.flows.run_log import lines_of, message_of, reminders_line, run_name, warnings_of
from reconciliation.flows.typed_paths import typed, typed_paths
from reconciliation.steps.loop import STEPS, VISIT, Progress, run
from reconciliation.steps.summary import DaySummary
from reconciliation.store import StoreTrouble

T = TypeVar("T")

# Only errors that may be temporary are retried, such as a database that restarts. A retry never books anything twice.
_PASSING: Final = (JournalUnavailable, ReadStoreUnavailable, StoreTrouble, ConnectionError)


def _passes(_task: Any, _run: Any, state: Any) -> bool:
    return isinstance(state.result(raise_on_failure=False), _PASSING)


def _work(step: str, about: str, work: Callable[[], T]) -> T:
    return work()


_TASKS: Final = {
    name: task(
        name=name,
        task_run_name="{step} {about}",
        cache_policy=NO_CACHE,
        retries=5,
        retry_delay_seconds=[0.5, 1, 2, 5, 15],
        retry_condition_fn=_passes,
        log_prints=False,
    )(_work)
    for name in (VISIT, *STEPS)
}


def _as_task(name: str, work: Callable[[], T], about: str) -> T:
    done: T = _TASKS[name](name, about, work)
    return done


def _called() -> str:
    """The name of a run: the entity and the day; a run that the schedule starts has the time as its day."""
    return run_name("bank-day")


@flow(name="bank-day", flow_run_name=_called, validate_parameters=False)
def _bank_day(
    entity: str,
    paths: list[str] | None = None,
    on: str | None = None,
    declare: bool = False,
    recorded_at: str | None = None,
    actor: str = "job:bank-day",
    places: list[str] | None = None,
) -> DaySummary | State[DaySummary]:
    now = datetime.fromisoformat(recorded_at) if recorded_at else datetime.now(UTC)
    by = acting(actor, "bank-day")
    reminded = None
    try:
        with at_work(entity, day_of(on) if on else None, now, by, declare=declare) as day:
            given = [Path(path) for path in paths or typed()]
            summary = run(day, given, call=_as_task, progress=listener(), places=chosen_places(entity, places or []))
            scores = day.books.report("scores", day.on).table.to_pylist()
            if is_scheduled() and places:
                reminded = remind_after_feeds(day, places_of(entity))
    except DatabaseStopped as stopped:
        return failed(str(stopped))
    show_day(summary)
    show_scores(f"{entity}, {summary.on}", scores)
    if reminded is not None:
        get_run_logger().info(reminders_line(reminded))
    for line in lines_of(summary):
        get_run_logger().info(line)
    return summary if summary.ok else _failed(summary)


def _failed(summary: DaySummary) -> State[DaySummary]:
    """The final state of a run that somebody must look at; the run is not retried, because it would end the same way.

    Hashes of files and codes are logged, but nothing of a payer.
    """
    log = get_run_logger()
    refused = [file for file in summary.files if file.judged.status == "refused"]
    for file in refused:
        log.error("file %s is refused: %s", shown_as(file), codes_of(file))
    for line in warnings_of(summary):
        log.warning(line)
    if not summary.tied:
        log.error("the book of %s does not tie out on %s", summary.entity, summary.on)
    return failed(message_of(summary), summary)


def bank_day(progress: Progress | None = None, paths: Sequence[str] = (), **given: Any) -> DaySummary:
    """Run the bank day here and now for these paths, with `entity`, and optionally `on`, `declare`, `places` and
    `recorded_at`.

    Returns the day's summary: each file, its money, and whether the book ties out. If somebody must look at the day,
    the run ends as failed all the same. `progress` receives the number of steps done and the total. Prefect's heartbeat
    is switched off, because it costs a second per run and is only useful for jobs that nobody waits for.
    """
    with (
        on_server(),
        typed_paths(paths),
        progress_to(progress),
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
    ):
        state: State[Any] = _bank_day(**given, return_state=True)
        summary = state.result(raise_on_failure=False)
        # A day with a refused file has failed and has a summary; any other failure has only its error.
        return summary if isinstance(summary, DaySummary) else state.result()


def serve(entity: str, folder: str, cron: str, timezone: str) -> None:
    """Run the bank day for a folder on a schedule, on the Prefect server at PREFECT_API_URL, until stopped."""
    parameters = {"entity": entity, "paths": [folder]}
    schedule = Cron(cron, timezone=timezone)
    with on_server():
        _bank_day.serve(
            name=f"bank-day-{entity}",
            schedule=schedule,
            parameters=parameters,
            limit=1,
            global_limit=1,
            print_starting_message=False,
        )
