"""The server as the operator sees it: start it, stop it, ask how it is."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from infra.postgres import binaries, cluster, passwords, place, process, releases
from infra.postgres.errors import DatabaseUnavailable
from infra.postgres.owner import connect_owner, version_of
from infra.postgres.place import Place
from infra.postgres.process import Running
from infra.postgres.urls import masked, url_of
from infra.settings import Settings


@dataclass(frozen=True, slots=True)
class Status:
    """How the server is: `version` of the running one, else of the programs that would start it.

    `place` is the cluster's folder or the URL without its password; `released_by` is the day this minor
    release was out at the latest, None for one newer than our list; `outdated` asks for an update.
    """

    embedded: bool
    running: bool
    version: str
    place: str
    log: Path | None
    pid: int | None
    released_by: date | None
    outdated: bool


def start(settings: Settings, *, child: bool = False, durable: bool = True) -> None:
    """Make the server ready: the embedded one is laid out and started when needed, a served one is only checked.

    `child=True` ties an embedded server to the life of the calling thread, `durable=False` gives up its
    syncs; both are for tests. Neither changes a server that already runs. Raises DatabaseTrouble.
    """
    if settings.owner_url is not None:
        connect_owner(settings.owner_url).close()
    else:
        embedded(settings, child=child, durable=durable)


def stop(settings: Settings) -> bool:
    """Stop the embedded server, committed work safe; False when it did not run."""
    if settings.owner_url is not None:
        raise DatabaseUnavailable("the server at RESKONTRA_DATABASE_URL is not ours; stop it where it was started")
    known = place.recorded(settings)
    if known is None:
        return False
    with place.one_at_a_time(settings):
        return process.stop(known)


def status(settings: Settings, today: date) -> Status:
    """How the server is on this day; nothing is made or started.

    Raises DatabaseTrouble when a served one does not answer or no usable PostgreSQL is installed.
    """
    if settings.owner_url is not None:
        with connect_owner(settings.owner_url) as conn:
            version, pid, known = version_of(conn), None, None
        shown, running = masked(settings.owner_url), True
    else:
        known = place.recorded(settings)
        version, pid = _embedded_version(settings, known)
        shown, running = str(known.data if known else settings.data_dir / "postgres"), pid is not None
    return Status(
        embedded=settings.owner_url is None,
        running=running,
        version=f"{version[0]}.{version[1]}",
        place=shown,
        log=known.log if known else None,
        pid=pid,
        released_by=releases.released_by(*version),
        outdated=releases.is_outdated(*version, today),
    )


def runs(settings: Settings) -> bool:
    """Whether the server can be asked without being started; a served one always can, if it answers."""
    if settings.owner_url is not None:
        return True
    known = place.recorded(settings)
    return known is not None and process.running(known) is not None


def owner_url(settings: Settings) -> str:
    """The owner's URL, the embedded server made ready for it."""
    return settings.owner_url or embedded_url(settings, embedded(settings), passwords.OWNER)


def embedded(settings: Settings, *, child: bool = False, durable: bool = True) -> Running:
    """The embedded server: joined when it runs, else started, else laid out and started."""
    known = place.recorded(settings)
    ready = process.running(known) if known is not None else None
    if ready is not None:
        return ready
    with place.one_at_a_time(settings):
        ours = cluster.laid_out(settings, durable)
        programs = binaries.within_reach(ours.binaries, ours.account, settings.state_dir)
        return process.start(cluster.Cluster(ours.place, ours.account, programs), child=child, durable=durable)


def embedded_url(settings: Settings, ready: Running, role: str) -> str:
    """The URL of one role on the running embedded server."""
    root = settings.data_dir / "postgres"
    password = passwords.kept(root).get(role)
    if password is None:
        raise DatabaseUnavailable(
            f"{root / 'passwords.json'} has no password of {role}; restore that file from a backup, "
            "the database cannot be entered without it"
        )
    where = {"host": str(ready.socket_dir), "port": str(place.PORT)}
    return url_of({"user": role, "password": password, "dbname": cluster.DATABASE, **where})


def _embedded_version(settings: Settings, known: Place | None) -> tuple[tuple[int, int], int | None]:
    """Version and process number of the running server; of the programs, and None, when it does not run."""
    ready = process.running(known) if known is not None else None
    if ready is None:
        programs = binaries.choose(cluster.major_of(known) if known is not None else None)
        return (programs.major, programs.minor), None
    with connect_owner(embedded_url(settings, ready, passwords.OWNER)) as conn:
        return version_of(conn), ready.pid
