"""The environment of jobs: environment variables say which books a job opens and how Prefect is set up.

A scheduled run is a separate process that inherits these variables. Passwords are passed in them too and never as
parameters of a job, because Prefect would store and show parameters.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Final

from ledger.domain.duty import Job, job_actor
from ledger.sealing import SealFolders
from ledger.vault import key_file
from projections import open_books
from reconciliation.archive import Archive
from reconciliation.steps.day import BankDay
from reconciliation.store import ReconciliationStore

_URL: Final = "RESKONTRA_WRITER_URL"
_DATA: Final = "RESKONTRA_DATA_DIR"
_SEALS: Final = "RESKONTRA_SEAL_DIR"
_KEYS: Final = "RESKONTRA_SEAL_KEYS"
_VAULT_KEYS: Final = "RESKONTRA_VAULT_KEYS"

# Prefect sends no telemetry, sends its log in batches, and does not mix its server's output into ours.
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
}


class JobServerUnavailable(Exception):
    """Raised if no Prefect server answers at PREFECT_API_URL."""


class EnvironmentMissing(Exception):
    """Raised if a job was started in a process that does not know the location of the books."""


def settle_environment(
    environ: MutableMapping[str, str],
    writer_url: str,
    data_dir: Path,
    seals: Path | None = None,
    keys: Path | None = None,
    vault_keys: Path | None = None,
) -> None:
    """Put the location of the books into the environment of this process and its children, before Prefect is imported.

    `seals`, `keys` and `vault_keys` are the folders of seals and keys, if these are not below the data folder. Existing
    settings of Prefect are kept, for instance your own server (PREFECT_API_URL).
    """
    environ[_URL] = writer_url
    environ[_DATA] = str(data_dir)
    for name, folder in ((_SEALS, seals), (_KEYS, keys), (_VAULT_KEYS, vault_keys)):
        if folder is not None:
            environ[name] = str(folder)
    for name, value in {**_PREFECT, "PREFECT_HOME": str(data_dir / "prefect")}.items():
        environ.setdefault(name, value)


def require_server() -> None:
    """Check that the Prefect server answers, if one is set; raises JobServerUnavailable."""
    from prefect.client.orchestration import get_client

    url = os.environ.get("PREFECT_API_URL")
    if not url:
        return
    with get_client(sync_client=True) as client:
        if client.api_healthcheck() is not None:
            raise JobServerUnavailable(
                f"no Prefect server answers at {url}; start one with `prefect server start`, or unset PREFECT_API_URL "
                "to run `reconcile` and `remind` without a server"
            )


def acting(given: str, job: Job) -> str:
    """Who acts: the person who runs the job here and now, or the job itself if Prefect's server started the run.

    Whoever may start runs on that server could otherwise name any person as a parameter.
    """
    from prefect.runtime import deployment

    return job_actor(job) if deployment.id is not None else given


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
    with open_books(url, entity) as books, ReconciliationStore(url, entity) as desk:
        data_dir = Path(os.environ[_DATA])
        archive = Archive(data_dir / "archive" / entity, key_file(entity, data_dir, _folder(_VAULT_KEYS)))
        day = on or books.civil_day(recorded_at)
        yield BankDay(books, archive, desk, day, recorded_at, actor, declare, _seal_folders(entity))


def _seal_folders(entity: str) -> SealFolders:
    return SealFolders.of(entity, Path(os.environ[_DATA]), _folder(_SEALS), _folder(_KEYS))


def _folder(name: str) -> Path | None:
    return Path(os.environ[name]) if os.environ.get(name) else None
