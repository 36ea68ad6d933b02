"""The server process: started only once for any number of callers, found again after a crash, stopped without loss."""

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

from infra.postgres.cluster import Cluster
from infra.postgres.cluster_folders import PORT, ClusterFolders, socket_dir
from infra.postgres.errors import DatabaseUnavailable
from infra.postgres.passwords import SUPERUSER
from infra.postgres.system_account import ENVIRONMENT
from ledger.disk import lock, write_whole

START_TIMEOUT_S = 120
STOP_TIMEOUT_S = 120
POLL_S = 0.01
LOG_LIMIT_BYTES = 16_000_000
# Written to postmaster.pid, so that PostgreSQL believes that the former server has ended: no process on Linux has so
# high a number.
NOBODY_HAS_THIS_PID = 2_147_483_646
PR_SET_PDEATHSIG = 1
# For tests: nothing is kept if the machine stops, and there are few pages to look through when a database is made or
# dropped.
UNSAFE = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "32MB"}

# Servers that this process started, kept so that they can be collected when they end; otherwise they would stay as
# zombies.
_started: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True, slots=True)
class Running:
    """A server that accepts connections: its process number and the folder of its socket."""

    pid: int
    socket_dir: Path


def running(folders: ClusterFolders) -> Running | None:
    """The server of these folders, or None if it does not accept connections; nothing is started."""
    seen = _pid_file(folders.data)
    if seen is None or seen[2] != "ready" or not _somebody_lives(folders) or not _is_server(seen[0], folders.data):
        return None
    # The kernel may still show a server that was just killed; only an answer proves that it lives.
    return Running(seen[0], seen[1]) if _answers(seen[1]) else None


def start(cluster: Cluster, *, child: bool, durable: bool, timeout_s: float = START_TIMEOUT_S) -> Running:
    """Start the server, or use the running one; the caller holds the lock of the books.

    With `child`, the server is shut down fast when the thread that started it ends; otherwise the server outlives us.
    Raises DatabaseUnavailable with the last lines of the server's log.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        ready = running(cluster.folders)
        if ready is not None:
            return ready
        alive = _take_life(cluster)
        if alive is not None:
            break
        # A server is starting or stopping, or was killed and its last processes are still ending.
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


def stop(folders: ClusterFolders, timeout_s: float = STOP_TIMEOUT_S) -> bool:
    """End the server and all sessions; committed work is safe. Returns False if no server was running."""
    deadline = time.monotonic() + timeout_s
    asked: int | None = None
    had_life = False
    while _somebody_lives(folders):
        had_life = True
        seen = _pid_file(folders.data)
        if seen is not None and seen[0] != asked and _is_server(seen[0], folders.data):
            asked = seen[0]
            os.kill(asked, signal.SIGINT)
        _collect()
        if time.monotonic() > deadline:
            raise DatabaseUnavailable(
                f"the server in {folders.data} did not end within {timeout_s:.0f} s; see {folders.log}"
            )
        time.sleep(POLL_S)
    _collect()
    return had_life


def _launch(cluster: Cluster, alive: int, child: bool, durable: bool) -> subprocess.Popen[bytes]:
    folders = cluster.folders
    _forget_former_server(folders.data)
    sockets = socket_dir(folders, cluster.account)
    for leftover in sockets.glob(f".s.PGSQL.{PORT}*"):
        leftover.unlink()
    quoted = '"' + str(sockets).replace('"', '""') + '"'
    options = {
        "listen_addresses": "", "port": str(PORT), "unix_socket_directories": quoted, "unix_socket_permissions": "0700",
        **({} if durable else UNSAFE),
    }  # fmt: skip
    with open(folders.log, "ab") as log:
        cluster.account.own(folders.log)
        return subprocess.Popen(  # noqa: S603 - the arguments are paths of ours, and no shell reads them
            [cluster.binaries.postgres, "-D", folders.data, *(f"--{name}={value}" for name, value in options.items())],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=ENVIRONMENT, umask=0o077,
            start_new_session=True, pass_fds=(alive,), preexec_fn=end_with_parent() if child else None,
            **cluster.account.stepping_down,
        )  # fmt: skip


def _wait_until_ready(
    cluster: Cluster, process: subprocess.Popen[bytes], said_before: int, deadline: float, child: bool
) -> Running:
    while process.poll() is None:
        seen = _pid_file(cluster.folders.data)
        if seen is not None and seen[0] == process.pid and seen[2] == "ready":
            return Running(seen[0], seen[1])
        if time.monotonic() > deadline:
            if child:
                process.send_signal(signal.SIGINT)
            raise DatabaseUnavailable(
                _trouble(cluster, "it is still recovering and continues by itself, so try again later", said_before)
            )
        time.sleep(POLL_S)
    raise DatabaseUnavailable(_trouble(cluster, f"it ended with code {process.returncode}", said_before))


def _take_life(cluster: Cluster) -> int | None:
    """Lock the file that a living server keeps locked; returns None while any process of an earlier server lives.

    The server and its children inherit the lock, and the kernel releases it when the last of them ends, so neither a
    zombie nor a reused process number can look like a server. This lock stays with the server after the process that
    took it has ended, so it cannot also prevent two processes from starting a server at the same time. For that
    purpose, the lock of the books is held while a server starts.
    """
    handle = os.open(cluster.folders.alive, os.O_RDWR | os.O_CREAT, 0o600)
    if not lock(handle):
        os.close(handle)
        return None
    cluster.account.own(cluster.folders.alive)
    return handle


def _somebody_lives(folders: ClusterFolders) -> bool:
    try:
        handle = os.open(folders.alive, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not lock(handle, shared=True)
    finally:
        os.close(handle)


def _pid_file(data: Path) -> tuple[int, Path, str] | None:
    """Process number, socket folder and state from postmaster.pid; None if the file is missing or incomplete."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), Path(lines[4]), lines[7].strip()
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _is_server(pid: int, data: Path) -> bool:
    """Whether this process is alive, is not a zombie, and serves this data directory."""
    if not Path("/proc/self/stat").exists():
        return _exists(pid)
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return state not in "ZX" and b"\0-D\0" + os.fsencode(data) + b"\0" in command


def _answers(sockets: Path) -> bool:
    """Whether the server of this socket folder accepts connections; no password is needed to ask."""
    target = make_conninfo(host=str(sockets), port=PORT, user=SUPERUSER, dbname="postgres", connect_timeout=5)
    return PGconn.ping(target.encode()) == Ping.OK


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _forget_former_server(data: Path) -> None:
    """Mark the server in postmaster.pid as ended if its process number belongs to a zombie or to another process.

    The file stays, because it tells PostgreSQL in which shared memory to look for surviving processes.
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
            f"process {first} serves {data}, but reskontra did not start it; stop it first (pg_ctl stop -D {data})"
        )
    write_whole(path, f"{NOBODY_HAS_THIS_PID}\n{rest}")


def _turn_log(cluster: Cluster) -> int:
    """Rotate the log, keeping one older log; returns the log's length before the new server writes to it."""
    try:
        length = cluster.folders.log.stat().st_size
    except FileNotFoundError:
        return 0
    if length > LOG_LIMIT_BYTES:
        cluster.folders.log.replace(cluster.folders.log.with_name("server.log.1"))
        return 0
    return length


def _trouble(cluster: Cluster, what: str, said_before: int) -> str:
    try:
        with open(cluster.folders.log, errors="replace") as log:
            log.seek(said_before)
            last = "".join(f"  {line}" for line in log.readlines()[-8:])
    except OSError:
        last = ""
    return (
        f"PostgreSQL did not start: {what}. The end of {cluster.folders.log}:\n{last}fix what the log names (often a "
        "full disk or a changed setting) and try again"
    )


def end_with_parent(ended_by: signal.Signals = signal.SIGINT) -> Callable[[], None] | None:
    """Return a function for a child to call before it becomes another program.

    The function asks the kernel to end the child fast if the child's parent dies.
    """
    if sys.platform != "linux":
        return None
    import ctypes

    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, ended_by)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def _collect() -> None:
    """Collect our ended servers, so that no zombie processes stay."""
    _started[:] = [process for process in _started if process.poll() is None]
