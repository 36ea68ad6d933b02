"""A server that does not start or end in time is named with its log; nobody else's process is taken for it."""

import ctypes
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.postgres import DatabaseUnavailable, process
from infra.postgres.cluster import Cluster
from infra.postgres.cluster_folders import ClusterFolders
from infra.postgres.process import NOBODY_HAS_THIS_PID
from infra.postgres.system_account import Account
from ledger.disk import lock
from tests.infra.postgres.programs import programs

# Waits as long as the file lasts.
WAITS = "while [ -e {file} ]; do sleep 0.01; done"
SOON = 0.05
# Higher than any process number, but not the one that a record gets once its server is forgotten.
DEAD = NOBODY_HAS_THIS_PID - 1


@pytest.fixture
def folders(open_folder: Path) -> ClusterFolders:
    """The folders of a cluster that never ran."""
    # Not a folder of the test's name: the path of a socket must be short.
    home = open_folder / uuid.uuid4().hex[:8]
    (home / "data").mkdir(parents=True)
    return ClusterFolders(home, home, initialised=True)


@pytest.fixture
def cluster(folders: ClusterFolders) -> Callable[[str], Cluster]:
    """Gives the cluster with this script as its server, run as ourselves."""

    def served_by(postgres: str) -> Cluster:
        account = Account(os.geteuid(), os.getegid(), "the current user")
        return Cluster(folders, account, programs(folders.home / "bin", postgres=postgres))

    return served_by


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Processes begun now obey an interrupt, even if the tests run in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@contextmanager
def somebody_lives(folders: ClusterFolders) -> Iterator[None]:
    """As if a process of an earlier server lived: the lock of the living is held."""
    handle = os.open(folders.alive, os.O_RDWR | os.O_CREAT, 0o600)
    assert lock(handle)
    yield
    os.close(handle)


def recorded(folders: ClusterFolders, pid: int) -> str:
    """Record this process as the server that is ready; returns what was written."""
    text = "\n".join([str(pid), str(folders.data), "0", "5432", str(folders.home / "run"), "", "0 0", "ready"]) + "\n"
    (folders.data / "postmaster.pid").write_text(text)
    return text


def pid_file(folders: ClusterFolders) -> str:
    return (folders.data / "postmaster.pid").read_text()


def test_a_start_gives_up_behind_an_earlier_server_and_launches_nothing(
    folders: ClusterFolders, cluster: Callable[[str], Cluster]
) -> None:
    wanted = r"an earlier server neither became ready nor ended. The end of .*server.log:\nfix what the log names"
    with somebody_lives(folders):
        files = len(os.listdir("/dev/fd"))
        with pytest.raises(DatabaseUnavailable, match=wanted):
            process.start(cluster("exit 1"), child=False, durable=False, timeout_s=SOON)
        assert len(os.listdir("/dev/fd")) <= files, "no attempt leaves a file open"
    assert not folders.log.exists()


def test_a_server_that_never_ran_is_not_running_and_need_not_be_stopped(folders: ClusterFolders) -> None:
    assert process.running(folders) is None
    assert not process.stop(folders)
    assert not folders.alive.exists()


def test_a_record_of_a_dead_process_is_no_running_server_and_nobody_is_asked_to_end(folders: ClusterFolders) -> None:
    recorded(folders, DEAD)
    with somebody_lives(folders):
        assert process.running(folders) is None
        with pytest.raises(DatabaseUnavailable, match=f"{folders.data} did not end within 0 s; see {folders.log}"):
            process.stop(folders, timeout_s=SOON)


def test_a_daemon_that_takes_too_long_is_left_to_recover(
    folders: ClusterFolders, cluster: Callable[[str], Cluster]
) -> None:
    file = folders.home / "recovering"
    file.touch()
    with pytest.raises(DatabaseUnavailable, match="still recovering and continues by itself, so try again later"):
        process.start(cluster(WAITS.format(file=file)), child=False, durable=False, timeout_s=SOON)
    with pytest.raises(DatabaseUnavailable, match="did not end"):
        process.stop(folders, timeout_s=SOON)
    file.unlink()
    process.stop(folders, timeout_s=10)


def test_a_child_that_takes_too_long_is_ended(
    folders: ClusterFolders, cluster: Callable[[str], Cluster], interruptible: None
) -> None:
    with pytest.raises(DatabaseUnavailable, match="still recovering"):
        process.start(cluster("exec sleep 60"), child=True, durable=False, timeout_s=SOON)
    # Nothing here interrupts it: the stop only waits for its end.
    process.stop(folders, timeout_s=10)


def test_a_child_can_be_started_where_the_kernel_ends_no_children(
    cluster: Callable[[str], Cluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(ctypes, "CDLL", None)
    with pytest.raises(DatabaseUnavailable, match="it ended with code 7"):
        process.start(cluster("exit 7"), child=True, durable=False)


def test_a_server_that_somebody_else_started_is_named_and_left_alone(
    folders: ClusterFolders, cluster: Callable[[str], Cluster]
) -> None:
    with subprocess.Popen(["sh", "-c", "read line", "-D", str(folders.data)], stdin=subprocess.PIPE) as other:
        text = recorded(folders, other.pid)
        wanted = rf"process {other.pid} serves {folders.data}, but reskontra did not start it; stop it first \(pg_ctl"
        with pytest.raises(DatabaseUnavailable, match=wanted):
            process.start(cluster("exit 1"), child=False, durable=False)
        assert other.poll() is None
        assert pid_file(folders) == text
    assert not process.stop(folders), "the refused start holds nothing"


def test_where_processes_cannot_be_looked_at_one_with_the_servers_number_counts_as_the_server(
    folders: ClusterFolders, cluster: Callable[[str], Cluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    exists = Path.exists
    monkeypatch.setattr(Path, "exists", lambda path: str(path) != "/proc/self/stat" and exists(path))
    text = recorded(folders, os.getpid())
    with pytest.raises(DatabaseUnavailable, match=f"process {os.getpid()} serves"):
        process.start(cluster("exit 1"), child=False, durable=False)
    assert pid_file(folders) == text


def test_the_record_of_a_dead_server_is_left_for_the_next_to_read(
    folders: ClusterFolders, cluster: Callable[[str], Cluster]
) -> None:
    text = recorded(folders, DEAD)
    with pytest.raises(DatabaseUnavailable, match="it ended with code 1"):
        process.start(cluster("exit 1"), child=False, durable=False)
    assert pid_file(folders) == text


def test_a_long_log_makes_room_for_a_new_one_and_stays_beside_it(
    folders: ClusterFolders, cluster: Callable[[str], Cluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "LOG_LIMIT_BYTES", 10)
    folders.log.write_text("said long before\n")
    with pytest.raises(DatabaseUnavailable, match=r"server.log:\n  a new trouble\nfix"):
        process.start(cluster("echo 'a new trouble' >&2; exit 1"), child=False, durable=False)
    assert folders.log.read_text() == "a new trouble\n"
    assert folders.log.with_name("server.log.1").read_text() == "said long before\n"
