"""The reminder job, which runs only after the day's bank files are loaded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from prefect import State, flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.states import Completed

from ledger.domain.days import day_of
from reconciliation.flows.after_feeds import remind_after_feeds
from reconciliation.flows.database import DatabaseStopped
from reconciliation.flows.environment import acting, at_work, on_server, places_of
from reconciliation.flows.failed_run import failed
from reconciliation.flows.run_log import reminders_line, reminders_wrong, run_name
from reconciliation.reminded import Reminded
from reconciliation.reminder_run import remind_due
from reconciliation.steps.day import BankDay


@task(name="remind", task_run_name="remind {day.on}", cache_policy=NO_CACHE)
def remind(day: BankDay) -> Reminded:
    """Send each reminder that is due, once."""
    return remind_due(day.books, day.desk, day.on, day.recorded_at, day.actor)


def _called() -> str:
    """The name of a run: the entity and the day."""
    return run_name("reminders")


@flow(name="reminders", flow_run_name=_called, validate_parameters=False)
def _reminders(
    entity: str,
    on: str | None = None,
    recorded_at: str | None = None,
    actor: str = "job:reminders",
    after_feeds: bool = False,
) -> Reminded | State[Any]:
    now = datetime.fromisoformat(recorded_at) if recorded_at else datetime.now(UTC)
    by = acting(actor, "reminders")
    try:
        with at_work(entity, day_of(on) if on else None, now, by) as day:
            done = remind_after_feeds(day, places_of(entity)) if after_feeds else remind(day)
    except DatabaseStopped as stopped:
        return failed(str(stopped))
    if done is None:
        return Completed(message="no reminders are due now: it is no bank day, or before their hour")
    get_run_logger().info(reminders_line(done))
    wrong = reminders_wrong(done)
    return done if wrong is None else failed(wrong, done)


def reminders(**given: Any) -> Reminded:
    """Run the reminders here and now, with `entity`, and optionally `on`, `recorded_at` and `actor`.

    If somebody must look at them, the run ends as failed all the same.
    """
    with on_server(), temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        state: State[Any] = _reminders(**given, return_state=True)
        reminded = state.result(raise_on_failure=False)
        return reminded if isinstance(reminded, Reminded) else state.result()
