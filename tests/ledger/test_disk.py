"""A file is there whole or not at all, and nothing half written stays beside it."""

from __future__ import annotations

import os
import stat
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger.disk import alone, unnamed, write_whole


def test_of_a_file_that_cannot_get_its_name_no_part_stays(tmp_path: Path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path / "folder", "a proof")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_of_a_file_that_cannot_be_written_no_part_stays_and_the_one_before_does(tmp_path: Path):
    path = tmp_path / "note"
    write_whole(path, "the one before")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "\ud800")
    assert {one.name: one.read_text() for one in tmp_path.iterdir()} == {"note": "the one before"}


def test_a_new_file_is_its_owners_alone_unless_said(tmp_path: Path):
    write_whole(tmp_path / "kept" / "note", "for one")
    write_whole(tmp_path / "page", b"for all", mode=0o644)
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("kept", "kept/note", "page")]
    assert modes == [0o700, 0o600, 0o644]


def test_what_another_program_left_unfinished_is_not_swept_up(tmp_path: Path):
    ours = tmp_path / f".{uuid.uuid4().hex}.part"
    others = {"film.mkv.part", ".note.part", "part"}
    for name in (ours.name, *others):
        (tmp_path / name).write_bytes(b"half")
    write_whole(tmp_path / "note", "whole")
    assert {path.name for path in tmp_path.iterdir()} == {"note", *others}


def test_a_file_that_is_still_written_is_not_swept_up(tmp_path: Path):
    with unnamed(tmp_path) as slow:
        slow.file.write(b"slow")
        write_whole(tmp_path / "quick", "quick")
        slow.take_name(tmp_path / "slow")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"quick": "quick", "slow": "slow"}


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_one_at_a_time(tmp_path: Path, kind: str):
    path = tmp_path if kind == "folder" else tmp_path / "lock"
    with (
        alone(path, 0, TimeoutError()),
        pytest.raises(TimeoutError, match="taken"),
        alone(path, 0, TimeoutError("taken")),
    ):
        raise AssertionError("two at a time")
    with alone(path, 0, TimeoutError()):
        pass


def test_who_waits_gets_the_lock_when_it_is_given_back(tmp_path: Path):
    with ThreadPoolExecutor(1) as threads, alone(tmp_path, 0, TimeoutError()):
        waiting = threads.submit(lambda: alone(tmp_path, 30, TimeoutError("taken")).__enter__())
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.2)
    waiting.result(timeout=10)


@pytest.mark.parametrize("earlier", [True, False])
def test_what_root_writes_belongs_to_whose_books_these_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, earlier: bool
):
    owned: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "fchown", lambda _, user, group: owned.append((user, group)))
    if earlier:
        (tmp_path / "note").write_text("the one before")
    write_whole(tmp_path / "note", "whole")
    known = tmp_path.stat()
    assert owned == [(known.st_uid, known.st_gid)]
