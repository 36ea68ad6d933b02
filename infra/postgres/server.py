"""The server as the operator sees it: start, stop, status."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from infra.postgres import binaries, cluster, cluster_folders, held, passwords, process, releases
from infra.postgres.cluster_folders import ClusterFolders
from infra.postgres.errors import DatabaseUnavailable
from infra.postgres.owner import connect_owner, version_of
from infra.postgres.process import Running
from infra.postgres.urls import masked, url_of
from infra.settings import Settings


@dataclass(frozen=True, slots=True)
class Status:
    """The status of the server; `version` is that of the running server or, if none runs, of the installed programs.

    `location` is the cluster's folder, or the URL without its password. `released_by` is a day on which this minor
    release was already out, or None if the release is newer than those listed in `releases.py`. `outdated` says that an
    update is needed.
    """

    embedded: bool
    running: bool
    version: str
    location: str
    log: Path | None
    pid: int | None
    released_by: date | None
    outdated: bool


def start(settings: Settings, *, child: bool = False, durable: bool = True) -> None:
    """Make the server ready: create and start the embedded one if needed, or only check an external one.

    `child=True` ends an embedded server when the calling thread ends, and `durable=False` skips the server's disk
    syncs; both are for tests. Neither of these two options changes a running server. Raises DatabaseTrouble if the
    server cannot be used.
    """
    if settings.owner_url is not None:
        connect_owner(settings.owner_url).close()
    else:
        embedded(settings, child=child, durable=durable)


def release(settings: Settings) -> None:
    """Let the embedded server be started again, if it was stopped and held."""
    held.release(settings)


def stop(settings: Settings, hold: datetime | None = None) -> bool:
    """Stop the embedded server; committed work is safe. Returns False if it was not running.

    With the time `hold`, it is kept stopped from then on until `release`.
    """
    if settings.owner_url is not None:
        raise DatabaseUnavailable("the server at RESKONTRA_DATABASE_URL is not ours; stop it where it was started")
    known = cluster_folders.recorded(settings)
    if known is None:
        return False
    with cluster_folders.one_at_a_time(settings):
        if hold is not None:
            held.hold(settings, hold)
        return process.stop(known)


def status(settings: Settings, today: date) -> Status:
    """The status of the server as of `today`; nothing is created or started.

    Raises DatabaseTrouble if an external server does not answer or no usable PostgreSQL is installed.
    """
    if settings.owner_url is not None:
        with connect_owner(settings.owner_url) as conn:
            version, pid, known = version_of(conn), None, None
        shown, running = masked(settings.owner_url), True
    else:
        known = cluster_folders.recorded(settings)
        version, pid = _embedded_version(settings, known)
        shown, running = str(known.data if known else settings.data_dir / "postgres"), pid is not None
    return Status(
        embedded=settings.owner_url is None,
        running=running,
        version=f"{version[0]}.{version[1]}",
        location=shown,
        log=known.log if known else None,
        pid=pid,
        released_by=releases.released_by(*version),
        outdated=releases.is_outdated(*version, today),
    )


def runs(settings: Settings) -> bool:
    """Whether the server can be used without being started; an external server is assumed to be running."""
    if settings.owner_url is not None:
        return True
    known = cluster_folders.recorded(settings)
    return known is not None and process.running(known) is not None


def owner_url(settings: Settings) -> str:
    """The owner's URL; the embedded server is made ready if it is the one in use."""
    return settings.owner_url or embedded_url(settings, embedded(settings), passwords.OWNER)


def embedded(settings: Settings, *, child: bool = False, durable: bool = True) -> Running:
    """Return the embedded server; it is started if it is not running, and created if it does not exist."""
    known = cluster_folders.recorded(settings)
    ready = process.running(known) if known is not None else None
    if ready is not None:
        return ready
    with cluster_folders.one_at_a_time(settings):
        held.require_released(settings)
        ours = cluster.laid_out(settings, durable)
        programs = binaries.within_reach(ours.binaries, ours.account, settings.state_dir)
        return process.start(cluster.Cluster(ours.folders, ours.account, programs), child=child, durable=durable)


def embedded_url(settings: Settings, ready: Running, role: str) -> str:
    """The URL of one role on the running embedded server."""
    root = settings.data_dir / "postgres"
    password = passwords.kept(root).get(role)
    if password is None:
        raise DatabaseUnavailable(
            f"{root / 'passwords.json'} has no password for {role}; restore that file from a backup, because there "
            "is no access to the database without it"
        )
    where = {"host": str(ready.socket_dir), "port": str(cluster_folders.PORT)}
    return url_of({"user": role, "password": password, "dbname": cluster.DATABASE, **where})


def _embedded_version(settings: Settings, known: ClusterFolders | None) -> tuple[tuple[int, int], int | None]:
    """The version and process number of the running server; if none runs, the installed programs' version and None."""
    ready = process.running(known) if known is not None else None
    if ready is None:
        programs = binaries.choose(cluster.major_of(known) if known is not None else None)
        return (programs.major, programs.minor), None
    with connect_owner(embedded_url(settings, ready, passwords.OWNER)) as conn:
        return version_of(conn), ready.pid
