"""The reminder job, which runs only after the day's bank files are loaded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from ledger.domain.days import day_of
from reconciliation.flows.environment import acting, at_work, require_server
from reconciliation.reminded import Reminded
from reconciliation.reminder_run import remind_due
from reconciliation.steps.day import BankDay


@task(name="remind", cache_policy=NO_CACHE)
def remind(day: BankDay) -> Reminded:
    """Send each reminder that is due, once."""
    return remind_due(day.books, day.desk, day.on, day.recorded_at, day.actor)


@flow(name="reminders", flow_run_name="reminders-{entity}-{on}", validate_parameters=False)
def _reminders(
    entity: str, on: str | None = None, recorded_at: str | None = None, actor: str = "job:reminders"
) -> Reminded:
    now = datetime.fromisoformat(recorded_at) if recorded_at else datetime.now(UTC)
    by = acting(actor, "reminders")
    with at_work(entity, day_of(on) if on else None, now, by) as day:
        return remind(day)


def reminders(**given: Any) -> Reminded:
    """Run the reminders here and now, with `entity`, and optionally `on`, `recorded_at` and `actor`."""
    require_server()
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        reminded: Reminded = _reminders(**given)
        return reminded
