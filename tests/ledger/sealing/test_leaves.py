"""The roots of blocks are only a copy: wrong ones are made again; what of the leaves is read again, and what is not."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from ledger.sealing import SealRefused, export, prove, sealer
from ledger.sealing.leaves import BLOCK, Leaf, Leaves
from ledger.sealing.tree import hash_of
from tests.kit.sealed_books import SealedBooks

EVENTS = "clinic.events"


def leaves_of(what: str, first: int, count: int) -> list[Leaf]:
    return [Leaf(1 + n, sha256(f"{what}{n}".encode()).digest()) for n in range(first, first + count)]


def root(leaves: Sequence[Leaf]) -> bytes:
    return hash_of([leaf.hash for leaf in leaves])(0, len(leaves))


def damage(path: Path, at: int, length: int = 32) -> bytes:
    """Put zeros somewhere; what was there before."""
    data = bytearray(path.read_bytes())
    before = bytes(data[at : at + length])
    assert any(before)
    data[at : at + length] = bytes(length)
    path.write_bytes(bytes(data))
    return before


@pytest.mark.parametrize("size", [4, BLOCK - 1, BLOCK, BLOCK + 1])
def test_blocks_of_forgotten_leaves_are_forgotten_too(tmp_path: Path, size: int):
    first = leaves_of("sealed", 0, size)
    with Leaves(tmp_path) as leaves:
        leaves.append(first)
        leaves.append(leaves_of("provisional", size, 3 * BLOCK))
        leaves.cut(size)
        for count in (10, 2 * BLOCK, 3 * BLOCK):
            more = leaves_of("sealed", len(first), count)
            leaves.append(more)
            first += more
            assert leaves.hash_of(0, len(first)) == root(first)


def test_blocks_are_forgotten_also_where_a_stop_left_half_of_one(tmp_path: Path):
    first = leaves_of("sealed", 0, BLOCK + 4)
    with Leaves(tmp_path) as leaves:
        leaves.append(first)
    with (tmp_path / "blocks").open("ab") as file:
        file.write(b"half")
    with Leaves(tmp_path) as leaves:
        leaves.cut(len(first))
        leaves.append(more := leaves_of("sealed", len(first), BLOCK))
        assert leaves.hash_of(0, 2 * BLOCK + 4) == root([*first, *more])


@pytest.fixture
def long(books: SealedBooks) -> SealedBooks:
    """Four blocks and some facts under one checkpoint."""
    books.append(0, 4 * BLOCK + 4)
    books.seal()
    return books


@pytest.mark.parametrize("block", [0, 3])
def test_sealing_makes_damaged_blocks_again(long: SealedBooks, block: int):
    path = long.seals.folder / "blocks"
    right = path.read_bytes()
    damage(path, block * 32)
    long.append(9000, BLOCK)

    assert long.seal().facts == BLOCK

    assert path.read_bytes()[: 4 * 32] == right
    assert len(path.read_bytes()) == 5 * 32
    assert long.findings() == []


@pytest.mark.parametrize("block", [0, 3])
def test_a_fact_is_proven_also_where_blocks_are_damaged(long: SealedBooks, block: int):
    right = prove(long.journal, long.seals, "7")
    path = long.seals.folder / "blocks"
    damage(path, block * 32)
    changed = path.read_bytes()

    assert prove(long.journal, long.seals, "7") == right

    # Somebody may be sealing: who proves changes nothing.
    assert path.read_bytes() == changed
    assert long.findings() == []


def test_with_damaged_blocks_a_changed_leaf_is_the_logs_fault(long: SealedBooks):
    damage(long.seals.folder / "blocks", 0)
    damage(long.seals.folder / "leaves", 40 * 2000 + 8)
    with pytest.raises(SealRefused, match=r"the leaves are not the leaves that checkpoint 1 sealed.*reskontra verify"):
        prove(long.journal, long.seals, "7")
    assert ("log_changed", "leaf 2000") in long.named()


@pytest.mark.parametrize("length", [8, 40])
def test_of_the_leaves_sealed_last_a_changed_one_is_found_below_sound_blocks(
    long: SealedBooks, monkeypatch: pytest.MonkeyPatch, length: int
):
    monkeypatch.setattr(sealer, "READ_AGAIN", BLOCK)
    damage(long.seals.folder / "leaves", 40 * (4 * BLOCK - 5) + 40 - length, length)
    long.append(9000, 1)
    with pytest.raises(SealRefused) as refused:
        long.seal()
    assert refused.value.code == "log_changed"


def test_an_older_leaf_below_sound_blocks_is_found_by_verify_alone(long: SealedBooks, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sealer, "READ_AGAIN", BLOCK)
    before = damage(long.seals.folder / "leaves", 40 * 2000 + 8)
    long.append(9000, 1)
    assert long.seal().facts == 1
    assert ("log_changed", "leaf 2000") in long.named()

    # The checkpoint that was signed meanwhile is right: with the leaf put back, all is sound.
    data = bytearray((long.seals.folder / "leaves").read_bytes())
    data[40 * 2000 + 8 : 40 * 2001] = before
    (long.seals.folder / "leaves").write_bytes(bytes(data))
    assert long.findings() == []


VERSION = f"UPDATE {EVENTS} SET originator_version = -1 WHERE originator_id = 'receipt-r{{}}'"
REFUSED = r"receipt-r{}@-1 at position {} has an impossible version or position.*run `reskontra verify`"


def test_a_sealed_fact_given_a_place_that_no_journal_gives_is_named(sealed: SealedBooks, tmp_path: Path):
    sealed.spoil(VERSION.format(4))
    for work in (
        sealed.seal,
        lambda: export(sealed.journal, sealed.seals, tmp_path / "export"),
        lambda: prove(sealed.journal, sealed.seals, "4"),
    ):
        with pytest.raises(SealRefused, match=REFUSED.format(4, 4)) as refused:
            work()
        assert refused.value.code == "history_changed"
    assert not (tmp_path / "export").exists()
    assert ("fact_edited", "receipt-r4@-1") in sealed.named()


def test_a_new_fact_with_such_a_place_is_not_sealed(sealed: SealedBooks):
    sealed.spoil(VERSION.format(18))
    with pytest.raises(SealRefused, match=REFUSED.format(18, 18)):
        sealed.seal()
    sealed.spoil(f"DELETE FROM {EVENTS} WHERE originator_id = 'receipt-r18'")
    assert sealed.seal().facts == 2


def test_a_fact_moved_before_every_position_is_missed_and_not_proven(sealed: SealedBooks, tmp_path: Path):
    sealed.spoil(f"UPDATE {EVENTS} SET notification_id = -5 WHERE originator_id = 'receipt-r4'")
    with pytest.raises(SealRefused, match="position 4 is not what checkpoint 2 sealed"):
        sealed.seal()
    with pytest.raises(SealRefused, match="the facts are not those that checkpoint 2 sealed"):
        export(sealed.journal, sealed.seals, tmp_path / "export")
    with pytest.raises(SealRefused, match="at position -5 has an impossible version or position"):
        prove(sealed.journal, sealed.seals, "receipt-r4@1")
