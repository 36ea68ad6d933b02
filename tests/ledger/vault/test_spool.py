"""What waits outside the memory comes back as it was, is nowhere in plain text, and needs no room on the disk."""

from __future__ import annotations

import errno
import os
import tracemalloc
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from ledger.vault.spool import Spool

PIECES = [b"", b"ANNA EXEMPEL " * 1_000, b"x", os.urandom(100_000)]


def test_pieces_come_back_in_any_order_and_as_often_as_they_are_asked() -> None:
    spool = Spool()
    kept = [spool.keep(piece) for piece in PIECES]
    for number in (3, 1, 0, 2, 1):
        assert kept[number]() == PIECES[number]


def test_nothing_is_on_the_disk_in_plain_text_or_under_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    spool = Spool()
    kept = [spool.keep(piece) for piece in PIECES]
    assert list(tmp_path.iterdir()) == []
    assert spool._file is not None
    on_disk = os.pread(spool._file, 1 << 20, 0)
    assert len(on_disk) > sum(map(len, PIECES))
    assert b"EXEMPEL" not in on_disk
    assert kept[1]() == PIECES[1]


def test_pieces_are_not_in_memory() -> None:
    spool, size = Spool(), 1 << 20
    tracemalloc.start()
    try:
        kept = [spool.keep(bytes(size)) for _ in range(20)]
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 4 * size
    assert all(piece() == bytes(size) for piece in kept)


def test_what_was_changed_on_the_disk_does_not_come_back() -> None:
    spool = Spool()
    kept = spool.keep(b"ANNA")
    assert spool._file is not None
    os.pwrite(spool._file, b"0", 1)
    with pytest.raises(InvalidTag):
        kept()


def test_a_full_disk_costs_memory_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool()
    first = spool.keep(PIECES[1])

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "no space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", full)
        second = spool.keep(PIECES[3])
    third = spool.keep(PIECES[2])
    assert [first(), second(), third()] == [PIECES[1], PIECES[3], PIECES[2]]
