"""The embedded server starts from nothing, joins, stops, and comes back after any kill with all that was committed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import psutil
import psycopg
import pytest

from infra.postgres import DatabaseUnavailable, connect_urls, start, status, stop, upgrade
from infra.postgres.process import NOBODY_HAS_THIS_PID
from infra.postgres.system_account import account_for
from infra.settings import Settings

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 11, 21)

# A process of its own that starts the server and says its number, then lives until its input ends.
STARTER = """
import sys
from datetime import date
from pathlib import Path
from infra.postgres import start, status
from infra.settings import Settings
settings = Settings(data_dir=Path(sys.argv[1]), state_dir=Path(sys.argv[2]))
start(settings, child=sys.argv[3] == "child", durable=False)
print(status(settings, date(2026, 11, 21)).pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def books(new_books: Callable[..., Settings]) -> Settings:
    settings = new_books()
    start(settings)
    upgrade(settings, "clinic", ())
    with psycopg.connect(connect_urls(settings, "clinic").owner) as conn:
        conn.execute("CREATE TABLE clinic.kept (number integer PRIMARY KEY)")
    return settings


@pytest.fixture
def running(books: Settings) -> Settings:
    start(books)
    return books


def pid_of(settings: Settings) -> int:
    pid = status(settings, TODAY).pid
    assert pid is not None
    return pid


def commit_rows(settings: Settings, count: int = 50) -> int:
    """Commit rows one by one; gives how many there are now."""
    with psycopg.connect(connect_urls(settings, "clinic").owner, autocommit=True) as conn:
        for _ in range(count):
            conn.execute("INSERT INTO clinic.kept SELECT coalesce(max(number), 0) + 1 FROM clinic.kept")
    return rows(settings)


def rows(settings: Settings) -> int:
    with psycopg.connect(connect_urls(settings, "clinic").owner) as conn:
        row = conn.execute("SELECT count(*) FROM clinic.kept").fetchone()
    assert row is not None
    return int(row[0])


def starter(settings: Settings, how: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", STARTER, str(settings.data_dir), str(settings.state_dir), how],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip


def lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(true: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.01)
    return true()


def test_a_start_from_nothing_gives_a_server_and_says_where(running: Settings) -> None:
    seen = status(running, TODAY)
    assert seen.running
    assert seen.embedded
    assert seen.version.split(".")[0] == "18"
    assert seen.location == str(running.data_dir / "postgres" / "server" / "data")


def test_a_second_start_joins_the_first(running: Settings) -> None:
    before = pid_of(running)
    start(running)
    assert pid_of(running) == before


def test_a_stopped_server_is_started_by_whoever_asks_for_its_urls(running: Settings) -> None:
    kept = commit_rows(running)
    assert stop(running)
    assert not status(running, TODAY).running
    assert not stop(running)
    assert rows(running) == kept


def test_committed_rows_outlive_the_kill_of_the_main_process(running: Settings) -> None:
    kept = commit_rows(running)
    os.kill(pid_of(running), signal.SIGKILL)
    start(running)
    assert rows(running) == kept


def test_committed_rows_outlive_the_kill_of_every_process(running: Settings) -> None:
    kept = commit_rows(running)
    main = psutil.Process(pid_of(running))
    for process in (main, *main.children(recursive=True)):
        # A worker of the server may end by itself, or because the one before it was killed.
        with suppress(psutil.NoSuchProcess):
            process.kill()
    assert rows(running) == kept


def test_a_dead_server_that_nobody_collected_is_not_taken_for_a_living_one(running: Settings) -> None:
    kept = commit_rows(running)
    stop(running)
    with starter(running, "daemon") as other:
        assert other.stdout is not None
        pid = int(other.stdout.readline())
        os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: not lives(pid))
        assert psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        assert not status(running, TODAY).running
        start(running)
        assert pid_of(running) != pid
        assert rows(running) == kept
        other.kill()


def test_a_stranger_with_the_dead_servers_number_does_not_block_the_start(running: Settings) -> None:
    pid_file = Path(status(running, TODAY).location) / "postmaster.pid"
    former = pid_file.read_text().splitlines()
    os.kill(pid_of(running), signal.SIGKILL)
    account = account_for(pid_file.parent, None)
    with subprocess.Popen(["sleep", "60"], **account.stepping_down) as stranger:
        pid_file.write_text("\n".join([str(stranger.pid), *former[1:]]) + "\n")
        start(running)
        assert pid_of(running) not in (stranger.pid, NOBODY_HAS_THIS_PID)
        assert stranger.poll() is None
        stranger.kill()


def test_a_setting_the_server_refuses_is_shown_with_its_log_and_nothing_is_lost(running: Settings) -> None:
    kept = commit_rows(running)
    seen = status(running, TODAY)
    stop(running)
    conf = Path(seen.location) / "postgresql.conf"
    good = conf.read_text()
    conf.write_text(good + "nonsense = 1\n")
    with pytest.raises(DatabaseUnavailable, match=f"did not start(?s:.*){seen.log}(?s:.*)nonsense"):
        start(running)
    assert not status(running, TODAY).running
    conf.write_text(good)
    assert rows(running) == kept


def test_four_starts_at_once_from_nothing_make_one_server(new_books: Callable[..., Settings]) -> None:
    settings = new_books()
    starters = [starter(settings, "daemon") for _ in range(4)]
    pids = {process.communicate()[0].strip() for process in starters}
    assert pids == {str(pid_of(settings))}


def test_a_starter_killed_at_any_moment_never_spoils_the_books(new_books: Callable[..., Settings]) -> None:
    settings = new_books()
    home = settings.data_dir / "postgres" / "server"
    for sign_of_progress in ("data.*.password", "data.*.new/base", "data/PG_VERSION", "data/postmaster.pid"):
        with starter(settings, "daemon") as process:
            assert wait_until(lambda sign=sign_of_progress: any(home.glob(sign)))
            process.kill()
    upgrade(settings, "clinic", ())
    with psycopg.connect(connect_urls(settings, "clinic").writer) as conn:
        assert conn.execute("SELECT current_user::text").fetchone() == ("reskontra_clinic_writer",)
    assert {path.name for path in home.iterdir()} <= {"data", "run", "alive", "server.log"}


def test_a_child_server_ends_cleanly_when_its_parent_is_killed(new_books: Callable[..., Settings]) -> None:
    settings = new_books()
    with starter(settings, "child") as parent:
        assert parent.stdout is not None
        main = psutil.Process(int(parent.stdout.readline()))
        family = [main, *main.children(recursive=True)]
        parent.kill()
    assert wait_until(lambda: not any(lives(process.pid) for process in family))
    assert not (Path(status(settings, TODAY).location) / "postmaster.pid").exists()


def test_the_server_keeps_no_pipe_of_the_one_who_started_it(new_books: Callable[..., Settings]) -> None:
    process = starter(new_books(), "daemon")
    said, _ = process.communicate(timeout=60)
    assert int(said) > 0
    assert lives(int(said))


def test_a_server_that_goes_down_as_it_lets_us_in_is_unavailable_not_a_fault(
    running: Settings, monkeypatch: pytest.MonkeyPatch
):
    connect = psycopg.connect

    def then_cut_off(url: str, **given: object) -> psycopg.Connection:
        connection: psycopg.Connection = connect(url, **given)  # type: ignore[arg-type]
        with connect(url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (connection.info.backend_pid,))
        return connection

    monkeypatch.setattr(psycopg, "connect", then_cut_off)
    with pytest.raises(DatabaseUnavailable, match="cannot connect"):
        status(running, TODAY)
