"""The watchdog as a job: it tells what is late, and fails if somebody could not be told."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import State, flow, get_run_logger

from reconciliation.flows.database import DatabaseStopped
from reconciliation.flows.environment import acting, at_work, places_of
from reconciliation.flows.failed_run import failed
from reconciliation.flows.run_log import run_name
from reconciliation.watchdog import Watched, watch


def _called() -> str:
    """The name of a run: the entity and the time."""
    return run_name("watchdog")


@flow(name="watchdog", flow_run_name=_called, validate_parameters=False)
def _watchdog(entity: str, on: str | None = None) -> Watched | State[Watched]:
    now = datetime.now(UTC)
    try:
        with at_work(entity, None, now, acting("job:bank-day", "bank-day")) as day:
            watched = watch(day.books, day.desk, places_of(entity), now)
    except DatabaseStopped as stopped:
        return failed(str(stopped))
    for one in watched.behind:
        get_run_logger().warning("%s of %s is %s", one.account, one.place, one.state)
    if watched.failed:
        return failed("; ".join(f"{name}: {why}" for name, why in watched.failed.items()), watched)
    return watched
