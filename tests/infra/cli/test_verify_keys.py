"""What is kept under keys is verified: the master key, the persons' keys that it opens, and the bank files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shutil import copytree, rmtree

import pytest

from tests.infra.cli.clinic import Clinic, data, spoil
from tests.infra.cli.command_line import Reskontra
from tests.infra.cli.test_vault import put


@pytest.fixture
def kept(loaded: Clinic) -> Clinic:
    """The clinic with a person in the vault, and with keys that a test may spoil."""
    put(loaded, "name", "Eva Ek")
    environ = loaded.reskontra.environ
    folder = data(loaded) / "keys of the test"
    copytree(environ["RESKONTRA_VAULT_KEYS"], folder)
    return loaded.moved(Reskontra({**environ, "RESKONTRA_VAULT_KEYS": str(folder)}), loaded.folder)


def key_of(clinic: Clinic) -> Path:
    """The file of the clinic's master key."""
    (key,) = Path(clinic.reskontra.environ["RESKONTRA_VAULT_KEYS"]).glob("clinic.key")
    return key


def archived(clinic: Clinic) -> Path:
    """The one bank file in the archive."""
    (file,) = (one for one in (data(clinic) / "archive" / "clinic").glob("??/*") if not one.suffix)
    return file


def failing(clinic: Clinic, code: int = 1) -> dict[str, str]:
    """The checks that find a problem, and what they find."""
    answer = clinic.reskontra.json("verify", code=code)
    return {row["check"]: row["found"] for row in answer["rows"] if not row["ok"]}


def test_what_is_kept_is_said(kept: Clinic):
    found = {row["check"]: row["found"] for row in kept.reskontra.json("verify")["rows"]}
    assert found["vault"] == "the master key opens 1 key of persons"
    assert found["archive"] == "1 bank file in the archive"


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (Path.unlink, "vault_key_missing"),
        (lambda key: key.write_text("5e" * 32), "vault_key_unreadable"),
        (lambda key: key.write_text(f"{'5d' * 32}\n{'6f' * 32}\n"), "vault_key_other"),
        (lambda key: key.write_text(f"{'5e' * 32}\n{'6d' * 32}\n"), "vault_key_other"),
    ],
)
def test_books_are_not_sound_without_their_master_key(kept: Clinic, damage: Callable[[Path], object], code: str):
    damage(key_of(kept))
    answer = kept.reskontra.json("verify", code=1)
    assert {problem["code"] for problem in answer["problems"]} == {code}
    assert "vault" in failing(kept)


def test_a_person_whose_key_was_changed_is_noticed(kept: Clinic):
    spoil(kept, "UPDATE clinic_vault.subjects SET wrapped_key = wrapped_key || 'x'")
    assert list(failing(kept)) == ["vault"]


@pytest.mark.parametrize(
    "damage",
    [
        Path.unlink,
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(file.read_bytes()[:100]),
        lambda file: file.write_bytes(file.read_bytes()[:-1]),
        lambda file: file.write_bytes(file.read_bytes() + b"x"),
        lambda file: rmtree(file.parent.parent),
    ],
)
def test_a_bank_file_that_is_lost_or_cut_off_is_named(kept: Clinic, damage: Callable[[Path], object]):
    file = archived(kept)
    damage(file)
    assert failing(kept) == {"archive": "1 file of 1 cannot be read"}
    (problem,) = kept.reskontra.json("verify", code=1)["problems"]
    assert (problem["code"], problem["about"]) == ("archive_incomplete", file.name)
    assert "load the bank's file again" in problem["sentence"]
    kept.reskontra("reconcile", kept.day(), code=None)
    assert failing(kept, code=0) == {}
