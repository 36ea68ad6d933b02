"""The server's life: started once however many ask, found again after any crash, stopped without loss."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

from infra.postgres.account import ENVIRONMENT
from infra.postgres.cluster import Cluster
from infra.postgres.errors import DatabaseUnavailable
from infra.postgres.passwords import SUPERUSER
from infra.postgres.place import PORT, Place, socket_dir
from ledger.on_disk import lock, write_whole

START_TIMEOUT_S = 120
STOP_TIMEOUT_S = 120
POLL_S = 0.01
LOG_LIMIT_BYTES = 16_000_000
# Above every process number Linux can give, so that PostgreSQL sees the former server as gone.
NOBODY_HAS_THIS_PID = 2_147_483_646
PR_SET_PDEATHSIG = 1

# Servers this process started: kept to collect them when they end, so that they do not stay as zombies.
_started: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True, slots=True)
class Running:
    """A server that takes connections: its process number and the folder of its socket."""

    pid: int
    socket_dir: Path


def running(place: Place) -> Running | None:
    """The server on this place if it is ready for connections, found without starting anything."""
    seen = _pid_file(place.data)
    if seen is None or seen[2] != "ready" or not _somebody_lives(place) or not _is_server(seen[0], place.data):
        return None
    # A server killed a moment ago still looks alive to the kernel; only an answer proves it.
    return Running(seen[0], seen[1]) if _answers(seen[1]) else None


def start(cluster: Cluster, *, child: bool, durable: bool, timeout_s: float = START_TIMEOUT_S) -> Running:
    """Start the server or join the one that runs; the caller holds the lock of the books.

    A daemon outlives us; a child gets a fast shutdown when the thread that started it ends.
    Raises DatabaseUnavailable with the end of the server's log.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        ready = running(cluster.place)
        if ready is not None:
            return ready
        alive = _take_life(cluster)
        if alive is not None:
            break
        # A server is starting, stopping, or losing its last processes after a kill.
        _collect()
        if time.monotonic() > deadline:
            raise DatabaseUnavailable(_trouble(cluster, "an earlier server neither became ready nor ended", 0))
        time.sleep(POLL_S)
    said_before = _turn_log(cluster)
    try:
        process = _launch(cluster, alive, child, durable)
    finally:
        os.close(alive)
    _started.append(process)
    return _wait_until_ready(cluster, process, said_before, deadline, child)


def stop(place: Place, timeout_s: float = STOP_TIMEOUT_S) -> bool:
    """End the server with all sessions, committed work safe; False when none ran."""
    deadline = time.monotonic() + timeout_s
    asked: int | None = None
    had_life = False
    while _somebody_lives(place):
        had_life = True
        seen = _pid_file(place.data)
        if seen is not None and seen[0] != asked and _is_server(seen[0], place.data):
            asked = seen[0]
            os.kill(asked, signal.SIGINT)
        _collect()
        if time.monotonic() > deadline:
            raise DatabaseUnavailable(
                f"the server in {place.data} has not ended after {timeout_s:.0f} s; see {place.log}"
            )
        time.sleep(POLL_S)
    _collect()
    return had_life


def _launch(cluster: Cluster, alive: int, child: bool, durable: bool) -> subprocess.Popen[bytes]:
    place = cluster.place
    _forget_former_server(place.data)
    sockets = socket_dir(place, cluster.account)
    for leftover in sockets.glob(f".s.PGSQL.{PORT}*"):
        leftover.unlink()
    quoted = '"' + str(sockets).replace('"', '""') + '"'
    options = {
        "listen_addresses": "", "port": str(PORT), "unix_socket_directories": quoted, "unix_socket_permissions": "0700",
        **({} if durable else {"fsync": "off", "full_page_writes": "off"}),
    }  # fmt: skip
    with open(place.log, "ab") as log:
        cluster.account.own(place.log)
        return subprocess.Popen(  # noqa: S603 - the arguments are paths of ours, and no shell reads them
            [cluster.binaries.postgres, "-D", place.data, *(f"--{name}={value}" for name, value in options.items())],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=ENVIRONMENT, umask=0o077,
            start_new_session=True, pass_fds=(alive,), preexec_fn=_end_with_parent() if child else None,
            **cluster.account.stepping_down,
        )  # fmt: skip


def _wait_until_ready(
    cluster: Cluster, process: subprocess.Popen[bytes], said_before: int, deadline: float, child: bool
) -> Running:
    while process.poll() is None:
        seen = _pid_file(cluster.place.data)
        if seen is not None and seen[0] == process.pid and seen[2] == "ready":
            return Running(seen[0], seen[1])
        if time.monotonic() > deadline:
            if child:
                process.send_signal(signal.SIGINT)
            raise DatabaseUnavailable(
                _trouble(cluster, "it is still recovering; it goes on by itself, so try again later", said_before)
            )
        time.sleep(POLL_S)
    raise DatabaseUnavailable(_trouble(cluster, f"it ended with code {process.returncode}", said_before))


def _take_life(cluster: Cluster) -> int | None:
    """Lock the file that only a living server holds; None while any process of an earlier one lives.

    The lock passes to the server and its children, and the kernel frees it with the last of them, so
    neither zombies nor a process number used again can be taken for a server. It outlives whoever took it, and
    so is not "one at a time": that is the lock of the books around it.
    """
    handle = os.open(cluster.place.alive, os.O_RDWR | os.O_CREAT, 0o600)
    if not lock(handle):
        os.close(handle)
        return None
    cluster.account.own(cluster.place.alive)
    return handle


def _somebody_lives(place: Place) -> bool:
    try:
        handle = os.open(place.alive, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not lock(handle, shared=True)
    finally:
        os.close(handle)


def _pid_file(data: Path) -> tuple[int, Path, str] | None:
    """Process number, socket folder and state from postmaster.pid; None when it is absent or half written."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), Path(lines[4]), lines[7].strip()
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _is_server(pid: int, data: Path) -> bool:
    """Whether this process is alive, no zombie, and a server on this data directory."""
    if not Path("/proc/self/stat").exists():
        return _exists(pid)
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return state not in "ZX" and b"\0-D\0" + os.fsencode(data) + b"\0" in command


def _answers(sockets: Path) -> bool:
    """Whether the server behind this socket folder takes connections; it asks for no password to say so."""
    target = make_conninfo(host=str(sockets), port=PORT, user=SUPERUSER, dbname="postgres", connect_timeout=5)
    return PGconn.ping(target.encode()) == Ping.OK


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _forget_former_server(data: Path) -> None:
    """Tell PostgreSQL that the server named in postmaster.pid is gone, when its number is a zombie or reused.

    The file itself stays, because PostgreSQL reads in it which shared memory to check for survivors.
    """
    path = data / "postmaster.pid"
    try:
        first, _, rest = path.read_text().partition("\n")
    except FileNotFoundError:
        return
    if not first.strip().isdigit() or not _exists(int(first)):
        return
    if _is_server(int(first), data):
        raise DatabaseUnavailable(
            f"process {first} serves {data} and was not started by reskontra; stop it first (pg_ctl stop -D {data})"
        )
    write_whole(path, f"{NOBODY_HAS_THIS_PID}\n{rest}")


def _turn_log(cluster: Cluster) -> int:
    """Keep the log and one before it; gives the length of the log before this start."""
    try:
        length = cluster.place.log.stat().st_size
    except FileNotFoundError:
        return 0
    if length > LOG_LIMIT_BYTES:
        cluster.place.log.replace(cluster.place.log.with_name("server.log.1"))
        return 0
    return length


def _trouble(cluster: Cluster, what: str, said_before: int) -> str:
    try:
        with open(cluster.place.log, errors="replace") as log:
            log.seek(said_before)
            last = "".join(f"  {line}" for line in log.readlines()[-8:])
    except OSError:
        last = ""
    return (
        f"PostgreSQL did not start: {what}. The end of {cluster.place.log}:\n{last}"
        "put right what it names (often a full disk or a changed setting) and try again"
    )


def _end_with_parent() -> Callable[[], None] | None:
    """What a child does before it becomes the server: ask the kernel for a fast shutdown when we die."""
    if sys.platform != "linux":
        return None
    import ctypes

    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def _collect() -> None:
    """Collect servers of ours that have ended."""
    _started[:] = [process for process in _started if process.poll() is None]
