"""The environment of jobs: environment variables say which books a job opens and how Prefect is set up.

A scheduled run is a separate process that inherits these variables. Passwords are passed in them too and never as
parameters of a job, because Prefect would store and show parameters.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Final

from ledger.disk import alone, make_folder
from ledger.domain.duty import Job, job_actor
from ledger.sealing import SealFolders
from ledger.vault import key_file
from projections import open_books
from reconciliation.archive import Archive
from reconciliation.flows.database import STARTER, require_database
from reconciliation.places import Place, Places, places_file, read_places
from reconciliation.steps.day import BankDay
from reconciliation.store import ReconciliationStore

_URL: Final = "RESKONTRA_WRITER_URL"
_DATA: Final = "RESKONTRA_DATA_DIR"
_SEALS: Final = "RESKONTRA_SEAL_DIR"
_KEYS: Final = "RESKONTRA_SEAL_KEYS"
_VAULT_KEYS: Final = "RESKONTRA_VAULT_KEYS"
_PLACES: Final = "RESKONTRA_PLACES"

# How long a run waits for the end of another one.
TURN_S: Final = 3600.0

# How a Prefect server is started, so that neither it nor what it starts sends telemetry to its makers.
START_SERVER: Final = "DO_NOT_TRACK=1 PREFECT_SERVER_ANALYTICS_ENABLED=false prefect server start"
# Prefect sends no telemetry, sends its log in batches, and does not mix its server's output into ours. What a run did
# is in the run's own log on the server, and only warnings and errors are on the terminal too.
_PREFECT: Final[Mapping[str, str]] = {
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "100",
    "PREFECT_LOGGING_ROOT_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_LOGGERS_PREFECT_FLOW_RUNS_LEVEL": "INFO",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",
}


class JobServerUnavailable(Exception):
    """Raised if no Prefect server answers at PREFECT_API_URL."""


class TurnTaken(Exception):
    """Raised if another run of the entity takes too long."""


class EnvironmentMissing(Exception):
    """Raised if a job was started in a process that does not know the location of the books."""


def settle_environment(
    environ: MutableMapping[str, str],
    writer_url: str,
    data_dir: Path,
    seals: Path | None = None,
    keys: Path | None = None,
    vault_keys: Path | None = None,
    starter: str | None = None,
    places: Path | None = None,
) -> None:
    """Put the location of the books into the environment of this process and its children, before Prefect is imported.

    `seals`, `keys`, `vault_keys` and `places` are the folders of seals, keys and files of places, if these are not
    below the data folder, and `starter` is the module that starts the embedded server, if that has the books. Existing
    settings of Prefect are kept, for instance your own server (PREFECT_API_URL).
    """
    environ[_URL] = writer_url
    environ[_DATA] = str(data_dir)
    for name, folder in ((_SEALS, seals), (_KEYS, keys), (_VAULT_KEYS, vault_keys), (_PLACES, places)):
        if folder is not None:
            environ[name] = str(folder)
    if starter is not None:
        environ[STARTER] = starter
    for name, value in {**_PREFECT, "PREFECT_HOME": str(data_dir / "prefect")}.items():
        environ.setdefault(name, value)


def server_command(port: int) -> list[str]:
    """The command that starts a Prefect server for this machine only."""
    return [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]


def require_server() -> None:
    """Check that the Prefect server answers, if one is set; raises JobServerUnavailable."""
    url = os.environ.get("PREFECT_API_URL")
    if url and not _answers():
        raise JobServerUnavailable(_NO_ANSWER.format(url=url, start=START_SERVER))


def _answers() -> bool:
    """Whether a Prefect server answers at PREFECT_API_URL; whatever goes wrong means that none does."""
    try:
        from prefect.client.orchestration import get_client
        from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings

        # A person waits for the answer, so nothing is tried again.
        with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}), get_client(sync_client=True) as client:
            return client.api_healthcheck() is None
    except Exception:
        return False


@contextmanager
def on_server() -> Iterator[None]:
    """Run a job on the Prefect server, if one is set; raises JobServerUnavailable if it does not answer, or stops."""
    require_server()
    try:
        yield
    except Exception as trouble:
        # Prefect lets the errors of its HTTP client through if the server stops during a run.
        url = os.environ.get("PREFECT_API_URL")
        if not url or _answers():
            raise
        raise JobServerUnavailable(_STOPPED.format(url=url)) from trouble


def acting(given: str, job: Job) -> str:
    """Who acts: the person who runs the job here and now, or the job itself if Prefect's server started the run.

    Whoever may start runs on that server could otherwise name any person as a parameter.
    """
    return job_actor(job) if is_scheduled() else given


def is_scheduled() -> bool:
    """Whether Prefect's server started the run, and no person here and now."""
    from prefect.runtime import deployment

    return deployment.id is not None


@contextmanager
def at_work(
    entity: str, on: date | None, recorded_at: datetime, actor: str, *, declare: bool = False
) -> Iterator[BankDay]:
    """Open the books, archive and working lists of an entity for one job, and close them afterwards.

    If `on` is None, the day is the entity's civil day at `recorded_at`.
    """
    if _URL not in os.environ or _DATA not in os.environ:
        raise EnvironmentMissing(f"set {_URL} and {_DATA}, or start the job with the reskontra command")
    url = os.environ[_URL]
    if is_scheduled():
        require_database(url, entity)
    with _taking_turns(entity), open_books(url, entity) as books, ReconciliationStore(url, entity) as desk:
        data_dir = Path(os.environ[_DATA])
        archive = Archive(data_dir / "archive" / entity, key_file(entity, data_dir, _folder(_VAULT_KEYS)))
        day = on or books.civil_day(recorded_at)
        yield BankDay(books, archive, desk, day, recorded_at, actor, declare, _seal_folders(entity))


@contextmanager
def _taking_turns(entity: str) -> Iterator[None]:
    """Let one run of the schedule at a time work for an entity, also if several processes serve it."""
    if not is_scheduled():
        # A person does not wait for a run of the schedule: whatever both load is booked once.
        yield
        return
    folder = Path(os.environ[_DATA]) / "turns"
    make_folder(folder)
    taken = TurnTaken(f"another run of {entity} has not ended for {TURN_S // 60:.0f} minutes: look at it")
    with alone(folder / entity, TURN_S, taken):
        yield


_NO_ANSWER: Final = (
    "no Prefect server answers at {url}, where PREFECT_API_URL says that it is: start one there with `{start}`, "
    "correct PREFECT_API_URL, or unset it to run `reconcile` and `remind` without a server"
)
_STOPPED: Final = (
    "the Prefect server at {url} stopped answering during the run; everything recorded so far is complete: start the "
    "server and run the command again, or unset PREFECT_API_URL to run it without a server"
)


def _seal_folders(entity: str) -> SealFolders:
    return SealFolders.of(entity, Path(os.environ[_DATA]), _folder(_SEALS), _folder(_KEYS))


def places_of(entity: str) -> Places:
    """The places of an entity; raises PlacesInvalid."""
    return read_places(places_file(entity, Path(os.environ[_DATA]), _folder(_PLACES)))


def chosen_places(entity: str, names: Sequence[str]) -> dict[str, Place]:
    """The places of these names; raises PlacesInvalid."""
    return places_of(entity).chosen(names) if names else {}


def _folder(name: str) -> Path | None:
    return Path(os.environ[name]) if os.environ.get(name) else None
