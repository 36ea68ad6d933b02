"""A record of the embedded server that is damaged or lost is named, and what it contains stays secret."""

from pathlib import Path

import pytest

from infra.postgres import DatabaseUnavailable, cluster_folders, passwords, server
from infra.postgres.process import Running
from infra.postgres.system_account import account_for
from infra.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", state_dir=tmp_path / "state")


@pytest.fixture
def root(settings: Settings) -> Path:
    """The folder of the embedded server's records."""
    root = settings.data_dir / "postgres"
    root.mkdir(parents=True)
    return root


def test_folders_that_cannot_be_read_are_named_and_not_chosen_again(settings: Settings, root: Path) -> None:
    (root / "place.json").write_text('{"home": ')
    with pytest.raises(DatabaseUnavailable, match=r"postgres/place.json cannot be read; .*restore it from a backup"):
        server.start(settings)
    assert (root / "place.json").read_text() == '{"home": '
    assert {path.name for path in root.iterdir()} == {"place.json"}


def test_passwords_that_cannot_be_read_are_neither_shown_nor_replaced(root: Path) -> None:
    damaged = '{"reskontra_owner": "sesame"'
    (root / "passwords.json").write_text(damaged)
    with pytest.raises(DatabaseUnavailable, match=r"postgres/passwords.json cannot be read; .*backup") as refused:
        passwords.ensured(root, (passwords.OWNER,))
    assert "sesame" not in str(refused.value)
    assert (root / "passwords.json").read_text() == damaged


def test_a_lost_password_is_named_with_its_file(settings: Settings, root: Path) -> None:
    passwords.ensured(root, ("reskontra_clinic_reader",))
    with pytest.raises(DatabaseUnavailable, match=r"passwords.json has no password for reskontra_owner; restore"):
        server.embedded_url(settings, Running(1, root), passwords.OWNER)


def test_a_file_where_the_servers_folder_should_be_is_named(settings: Settings) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / "postgres").write_text("a note")
    with (
        pytest.raises(DatabaseUnavailable, match=r"cannot be used \(File exists \(.*postgres\)\): free some space"),
        cluster_folders.one_at_a_time(settings),
    ):
        pass
    assert (settings.data_dir / "postgres").read_text() == "a note"


def test_an_account_that_can_enter_neither_folder_gets_no_cluster(settings: Settings, root: Path) -> None:
    clusters = settings.state_dir / "clusters"
    clusters.mkdir(parents=True)
    account = account_for(None, "nobody")
    for folder in (root, clusters):
        folder.chmod(0)
    with pytest.raises(DatabaseUnavailable, match=f"can enter neither {settings.data_dir} nor {clusters}; name a"):
        cluster_folders.choose(settings, account)
    for folder in (root, clusters):
        folder.chmod(0o700)
        assert list(folder.iterdir()) == []
