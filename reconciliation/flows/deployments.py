"""The deployments of an entity: a schedule for each place, one for the reminders, and one for the watchdog.

One process serves them and starts one run at a time, so two runs of an entity never overlap, and a run whose hour comes
meanwhile waits for its turn.
"""

from __future__ import annotations

from typing import Any, Final

from prefect import serve as serve_all
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron

from reconciliation.flows.bank_day_job import _bank_day
from reconciliation.flows.environment import on_server, places_of
from reconciliation.flows.reminder_job import _reminders
from reconciliation.flows.watchdog_job import _watchdog
from reconciliation.places import Places

# How often the watchdog looks; each fact is told once all the same.
WATCHING: Final = "*/15 * * * *"


def deployments(entity: str, zone: str, places: Places) -> list[RunnerDeployment]:
    """What is served for an entity; `zone` is its time zone."""
    given = {"entity": entity}
    made = [
        _deployed(_bank_day, f"{entity}-{name}", place.schedule, place.timezone or zone, given | {"places": [name]})
        for name, place in places.places.items()
    ]
    if places.reminders is not None:
        at = places.reminders.at
        made.append(
            _deployed(
                _reminders, f"{entity}-reminders", f"{at.minute} {at.hour} * * *", zone, given | {"after_feeds": True}
            )
        )
    if places.places:
        made.append(_deployed(_watchdog, f"{entity}-watchdog", WATCHING, zone, given))
    return made


def _deployed(job: Any, name: str, cron: str, zone: str, given: dict[str, Any]) -> RunnerDeployment:
    made: RunnerDeployment = job.to_deployment(
        name=name, schedule=Cron(cron, timezone=zone), parameters=given, concurrency_limit=1
    )
    return made


def serve_places(entity: str, zone: str) -> None:
    """Serve an entity's deployments on the Prefect server at PREFECT_API_URL, until stopped; raises PlacesInvalid."""
    places = places_of(entity)
    with on_server():
        serve_all(*deployments(entity, zone, places), limit=1, print_starting_message=False)
