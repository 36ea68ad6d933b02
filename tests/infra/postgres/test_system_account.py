"""The server's account is never root: it is ourselves, the owner of the books, or an account that root names."""

import os
import pwd
from pathlib import Path

import pytest

from infra.postgres import DatabaseUnavailable
from infra.postgres.system_account import Account, account_for


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs this test, the account is chosen as for root."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)


def test_a_user_runs_the_server_as_the_same_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    account = account_for(tmp_path, "nobody")
    assert (account.uid, account.name) == (4711, "the current user")
    assert account.stepping_down == {}


def test_a_program_of_our_own_account_runs_without_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGDATA", "/elsewhere")
    account = Account(os.geteuid(), os.getegid(), "the current user")
    done = account.run(["/bin/sh", "-c", 'id -u; pwd; echo "${PGDATA-none}"'])
    assert done.stdout.split() == [str(os.geteuid()), "/", "none"]


def test_a_program_out_of_reach_is_a_failure_with_its_name_and_no_fault(tmp_path: Path) -> None:
    done = Account(os.geteuid(), os.getegid(), "the current user").run([tmp_path / "absent"])
    assert (done.returncode, done.stderr) == (126, f"No such file or directory: {tmp_path / 'absent'}")


def test_a_cluster_of_root_is_refused(as_root: None, tmp_path: Path) -> None:
    # Only root can give a file to root, so the version is read from a file that root owns on every machine.
    (tmp_path / "PG_VERSION").symlink_to("/etc/passwd")
    with pytest.raises(DatabaseUnavailable, match=f"the database in {tmp_path} belongs to root, but PostgreSQL"):
        account_for(tmp_path, None)


def test_an_account_that_root_names_must_exist_and_not_be_root(as_root: None) -> None:
    for wished in ("no-such-account", "root"):
        with pytest.raises(DatabaseUnavailable, match=f"there is no {wished}; .*RESKONTRA_PG_USER"):
            account_for(None, wished)


def test_without_a_wish_root_takes_postgres_or_else_nobody(as_root: None, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"nobody": pwd.getpwnam("nobody")}
    monkeypatch.setattr(pwd, "getpwnam", known.__getitem__)
    assert account_for(None, None).uid == known["nobody"].pw_uid

    known.clear()
    with pytest.raises(DatabaseUnavailable, match=r"there is no postgres or nobody; .*RESKONTRA_DATABASE_URL"):
        account_for(None, None)
