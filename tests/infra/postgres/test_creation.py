"""A cluster that cannot be created leaves nothing behind, and the error names the program without any password."""

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.postgres import DatabaseUnavailable, binaries, cluster_folders, passwords, start
from infra.postgres.system_account import account_for
from infra.settings import Settings
from tests.infra.postgres.programs import programs

MAKES_THE_FOLDER = 'while [ "$1" != -D ]; do shift; done; mkdir "$2"'


@pytest.fixture
def install(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """From now on these two scripts are the only PostgreSQL of this machine."""

    def installed(initdb: str, postgres: str) -> None:
        found = programs(open_folder / uuid.uuid4().hex[:8], initdb=initdb, postgres=postgres)
        monkeypatch.setattr(binaries, "installed", lambda: iter((found,)))

    return installed


@pytest.fixture
def settings(new_books: Callable[..., Settings]) -> Settings:
    """Books whose cluster was begun once, by a process that was killed."""
    settings = new_books()
    with cluster_folders.one_at_a_time(settings):
        home = cluster_folders.choose(settings, account_for(None, None)).home
    (home / "data.abc.new").mkdir()
    (home / "data.abc.password").write_text("sesame")
    return settings


def contents(settings: Settings) -> list[str]:
    """What the folder of the cluster contains; the books do not count as created."""
    known = cluster_folders.recorded(settings)
    assert known is not None
    assert not known.initialised
    return [path.name for path in known.home.iterdir()]


def test_what_initdb_refuses_is_shown_and_nothing_stays(
    settings: Settings, install: Callable[[str, str], None]
) -> None:
    install("echo 'no room for a cluster' >&2; exit 1", "exit 0")
    wanted = r"no part of it was kept. initdb said:\n  no room for a cluster\ncheck that the disk has 100 MB free"
    with pytest.raises(DatabaseUnavailable, match=wanted):
        start(settings)
    assert contents(settings) == []


def test_a_server_that_repeats_its_input_does_not_get_the_password_into_the_error(
    settings: Settings, install: Callable[[str, str], None]
) -> None:
    install(MAKES_THE_FOLDER, '[ "$1" = --version ] && exit 0; cat >&2; exit 1')
    with pytest.raises(
        DatabaseUnavailable, match=r"postgres --single said:\n  CREATE ROLE .* PASSWORD '\*\*\*'"
    ) as said:
        start(settings)
    kept = passwords.kept(settings.data_dir / "postgres")
    assert set(kept) == {passwords.OWNER, passwords.SUPERUSER}
    assert not any(password in str(said.value) for password in kept.values())
    assert contents(settings) == []
