"""The embedded server lies where its account can reach it, and no folder is ever opened up for it."""

import multiprocessing
import os
import resource
import shutil
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import psycopg
import pytest

from infra.postgres import (
    DatabaseUnavailable,
    EntityUnknown,
    binaries,
    cluster_folders,
    connect_urls,
    server,
    start,
    status,
    stop,
    upgrade,
)
from infra.postgres.system_account import Account, account_for
from infra.settings import Settings

TODAY = date(2026, 11, 21)
ROOT_USER = os.geteuid() == 0


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def private(folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    return folder


def ordinary_account() -> Account:
    return account_for(None, "nobody")


def as_ordinary_user(what: Callable[..., None], programs: binaries.Binaries, *args: object) -> None:
    """Run this as an ordinary user: as ourselves, or for root in a process that stepped down to nobody."""

    def step_down() -> None:
        account = ordinary_account()
        os.setgroups([])
        os.setgid(account.gid)
        os.setuid(account.uid)
        sys.path.insert(0, str(programs.folder.parents[2]))
        what(*args)

    if not ROOT_USER:
        what(*args)
        return
    process = multiprocessing.get_context("fork").Process(target=step_down)
    process.start()
    process.join()
    assert process.exitcode == 0


def use_the_books(settings: Settings) -> None:
    """What any user does: make the books, write, stop, and find the row again."""
    start(settings, durable=False)
    upgrade(settings, "clinic", ())
    with psycopg.connect(connect_urls(settings, "clinic").owner) as conn:
        conn.execute("CREATE TABLE IF NOT EXISTS clinic.kept (number integer)")
        conn.execute("INSERT INTO clinic.kept VALUES (1)")
    assert stop(settings)
    assert rows(settings) > 0


def rows(settings: Settings) -> int:
    with psycopg.connect(connect_urls(settings, "clinic").owner) as conn:
        row = conn.execute("SELECT count(*) FROM clinic.kept").fetchone()
    assert row is not None
    return int(row[0])


def lay_out_under_a_file_limit(settings: Settings) -> None:
    """Lay out the cluster where no file may grow beyond two megabytes, as on a disk that fills up."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
    with pytest.raises(DatabaseUnavailable, match=r"(?s)cannot be created.*no part of it was kept.*disk"):
        start(settings)


def test_root_and_user_alike_keep_the_books_of_a_private_folder_without_opening_it(
    new_books: Callable[..., Settings], fast_folder: Path
) -> None:
    folder = private(fast_folder / "private")
    settings = new_books(folder)
    use_the_books(settings)
    assert mode(folder) == 0o700
    lies = Path(status(settings, TODAY).location)
    assert lies.is_relative_to(settings.state_dir if ROOT_USER else folder)
    assert rows(settings) == 1


def test_an_ordinary_user_keeps_books_and_root_may_join_without_taking_them_over(
    new_books: Callable[..., Settings], fast_folder: Path
) -> None:
    account, folder = ordinary_account(), private(fast_folder / "user")
    account.own(folder)
    settings = new_books(folder)
    programs = binaries.within_reach(binaries.choose(None), account, settings.state_dir)
    as_ordinary_user(use_the_books, programs, settings)
    assert rows(settings) == 1
    upgrade(settings, "north", ())
    stop(settings)
    as_ordinary_user(use_the_books, programs, settings)
    owners = {path.stat().st_uid for path in (settings.data_dir / "postgres").rglob("*")}
    assert owners == {account.uid}


def test_programs_in_a_private_folder_are_copied_with_their_libraries_and_the_folder_stays_private(
    open_folder: Path,
) -> None:
    folder, package = private(open_folder / "venv"), binaries.choose(None).folder.parents[1]
    for part in (package / "pginstall", package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, folder / part.relative_to(package.parent), ignore=shutil.ignore_patterns("include"))
    account = account_for(None, None)
    hidden = binaries.Binaries(folder / package.name / "pginstall" / "bin", 18, 0)
    reached = binaries.within_reach(hidden, account, open_folder / "state")
    assert account.run([reached.initdb, "--version"]).returncode == 0
    assert reached.folder.is_relative_to(open_folder / "state" if ROOT_USER else folder)
    assert mode(folder) == 0o700
    assert binaries.within_reach(hidden, account, open_folder / "state") == reached


def test_a_folder_with_a_long_name_gets_a_short_socket(new_books: Callable[..., Settings], fast_folder: Path) -> None:
    settings = new_books(fast_folder / ("long" * 20) / ("name" * 20))
    use_the_books(settings)
    ready = server.embedded(settings)
    assert len(str(ready.socket_dir)) < 60
    assert mode(ready.socket_dir) == 0o700
    stop(settings)
    ready.socket_dir.rmdir()


def test_a_short_socket_folder_that_somebody_else_made_is_refused(
    new_books: Callable[..., Settings], fast_folder: Path
) -> None:
    settings = new_books(fast_folder / ("other" * 20) / ("name" * 20))
    start(settings, durable=False)
    sockets = server.embedded(settings).socket_dir
    stop(settings)
    sockets.chmod(0o777)
    with pytest.raises(DatabaseUnavailable, match=f"{sockets} should be a private folder"):
        start(settings)
    sockets.rmdir()


def test_a_folder_with_odd_signs_in_its_name_works(new_books: Callable[..., Settings], fast_folder: Path) -> None:
    settings = new_books(fast_folder / 'Böcker, "2026" åäö')
    use_the_books(settings)
    sockets = server.embedded(settings).socket_dir
    stop(settings)
    shutil.rmtree(sockets)


def test_a_data_folder_may_be_moved_while_stopped(new_books: Callable[..., Settings], fast_folder: Path) -> None:
    settings = new_books(fast_folder / "before")
    use_the_books(settings)
    stop(settings)
    (fast_folder / "before").rename(fast_folder / "after")
    assert rows(new_books(fast_folder / "after")) == 1


def test_a_lost_cluster_is_never_silently_made_anew(new_books: Callable[..., Settings]) -> None:
    settings = new_books()
    use_the_books(settings)
    stop(settings)
    data = Path(status(settings, TODAY).location)
    data.rename(data.with_name("lost"))
    with pytest.raises(DatabaseUnavailable, match=r"is no longer there.*restore a backup"):
        start(settings)
    data.with_name("lost").rename(data)
    assert rows(settings) == 1


def test_a_full_disk_leaves_nothing_behind_and_the_next_start_succeeds(
    new_books: Callable[..., Settings],
) -> None:
    settings = new_books()
    process = multiprocessing.get_context("fork").Process(target=lay_out_under_a_file_limit, args=(settings,))
    process.start()
    process.join()
    assert process.exitcode == 0
    known = cluster_folders.recorded(settings)
    assert known is not None
    assert sorted(path.name for path in known.home.iterdir()) == []
    use_the_books(settings)


def test_a_start_that_broke_off_half_way_is_finished_by_the_next(new_books: Callable[..., Settings]) -> None:
    settings = new_books()
    with cluster_folders.one_at_a_time(settings):
        known = cluster_folders.choose(settings, account_for(None, None))
        (known.home / "data.abc.new").mkdir()
    use_the_books(settings)


def test_asking_for_urls_or_status_makes_nothing(new_books: Callable[..., Settings]) -> None:
    settings = new_books()
    with pytest.raises(EntityUnknown, match="reskontra db upgrade --entity clinic"):
        connect_urls(settings, "clinic")
    assert not status(settings, TODAY).running
    assert not stop(settings)
    assert not settings.data_dir.exists()
