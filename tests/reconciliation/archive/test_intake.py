"""Gathering takes files and folders in a stable order, says what it could not take, and takes the rest."""

from __future__ import annotations

import errno
import os
from hashlib import sha256
from pathlib import Path

import pytest

from reconciliation.archive import Archive, ArchiveUnwritable, FilesRefused
from tests.kit.vault_key import VAULT_KEY


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive", VAULT_KEY, largest_bytes=1000)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A folder with files, a folder in it, and what a person or a program leaves beside."""
    inbox = tmp_path / "inbox"
    (inbox / "older").mkdir(parents=True)
    for name in ("c.xml", "a.xml", "older/b.xml", ".hidden", "older/.DS_Store"):
        (inbox / name).write_text(name)
    return inbox


def test_folders_are_read_by_name_with_the_folders_in_them_and_without_hidden_files(archive, inbox):
    gathered = archive.gather([inbox])
    assert [str(path.relative_to(inbox)) for path, _ in gathered] == ["a.xml", "c.xml", "older/b.xml"]
    for path, name in gathered:
        assert name == sha256(path.read_bytes()).hexdigest()
        assert archive.read(name) == path.read_bytes()


def test_paths_keep_the_order_they_were_given_in_and_come_once(archive, inbox):
    gathered = archive.gather([inbox / "c.xml", inbox, inbox / "older" / ".." / "c.xml", inbox / ".hidden"])
    assert [path.name for path, _ in gathered] == ["c.xml", "a.xml", "b.xml", ".hidden"]


def test_the_same_content_under_two_names_is_two_entries_of_one_file(archive, inbox):
    (inbox / "again.xml").write_text("a.xml")
    (first, second) = archive.gather([inbox / "a.xml", inbox / "again.xml"])
    assert first[1] == second[1]


def test_what_cannot_be_taken_is_told_and_the_rest_is_taken(archive, inbox):
    os.mkfifo(inbox / "pipe")
    (inbox / "gone.xml").symlink_to(inbox / "nowhere")
    (inbox / "large.xml").write_text("x" * 1001)
    (inbox / "round").symlink_to(inbox)
    with pytest.raises(FilesRefused) as refused:
        archive.gather([inbox / "missing.xml", inbox])
    assert [(path.name, sentence.removeprefix(str(path))) for path, _, sentence in refused.value.refusals] == [
        ("missing.xml", " does not exist: check the path"),
        ("gone.xml", " does not exist: check the path"),
        ("large.xml", " has 1001 bytes, but a file may have at most 1000: check that the file is a statement, or raise "
                      "the limit"),
        ("pipe", " is neither a file nor a folder: give the path of the file itself"),
    ]  # fmt: skip
    assert [path.name for path, _ in refused.value.gathered] == ["a.xml", "c.xml", "b.xml"]
    assert "missing.xml does not exist" in str(refused.value)


def test_a_file_that_was_erased_is_not_stored_and_the_rest_is(archive, inbox):
    erased = sha256((inbox / "a.xml").read_bytes()).hexdigest()
    with pytest.raises(FilesRefused) as refused:
        archive.gather([inbox], lambda one: one == erased)
    (told,) = refused.value.refusals
    assert (told.path.name, told.code) == ("a.xml", "file_erased")
    assert archive.unreadable(erased)
    assert [path.name for path, _ in refused.value.gathered] == ["c.xml", "b.xml"]


def test_a_file_that_cannot_be_read_is_told(archive, inbox, monkeypatch):
    def denied(path: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(FilesRefused, match=r"a\.xml cannot be read \(Permission denied\)"):
        archive.gather([inbox / "a.xml"])


def test_a_full_disk_ends_the_gathering_at_once(archive, inbox, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArchiveUnwritable, match=r"^the disk of .+ is full; nothing was stored"):
        archive.gather([inbox])


def test_an_empty_folder_holds_nothing(archive, tmp_path):
    (tmp_path / "empty").mkdir()
    assert archive.gather([tmp_path / "empty"]) == []
