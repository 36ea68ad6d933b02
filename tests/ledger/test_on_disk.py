"""A file is there whole or not at all, and nothing half written stays beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.on_disk import write_whole


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
