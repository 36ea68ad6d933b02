"""Sealing goes on from the last checkpoint, survives a stop at any moment, and refuses what is not as it was."""

from __future__ import annotations

import fcntl
import os
from hashlib import sha256
from pathlib import Path

import pytest

from ledger.journal import Addition
from ledger.sealing import SealRefused, seal_folders, sealer
from ledger.sealing.leaves import Leaf, Leaves, leaf_of
from ledger.sealing.verifier import Frontier, check_consistency, leaf_hash
from tests.kit.sealed_books import SealedBooks, receipt, stored_fact


def test_the_leaf_of_a_fact_covers_its_place_name_and_every_byte_with_lengths():
    body = b"\x00" + (7).to_bytes(8, "big") + (2).to_bytes(8, "big")
    for part in ("receipt-å".encode(), b"Named", b"{}"):
        body += len(part).to_bytes(4, "big") + part
    assert leaf_hash(7, "receipt-å", 2, "Named", b"{}") == sha256(body).digest()


def test_a_checkpoint_says_what_was_sealed_and_what_it_comes_to(books: SealedBooks):
    positions = books.append(0, 5)

    last = books.seal().checkpoint

    assert last is not None
    assert (last.origin, last.number, last.size, last.before) == ("reskontra/clinic", 1, 5, 0)
    assert last.position == positions[-1] == books.journal.stable_position()
    assert (last.day, last.sealed_at) == ("2026-11-10", "2026-11-10T18:00:00Z")
    assert last.totals == (("SEK", "1930", 50_010), ("SEK", "2494", -50_010))
    tree = Frontier()
    for fact in books.journal.stored(0, last.position, 10):
        tree.add(leaf_hash(*fact))
    assert last.root == tree.root()


def test_sealing_goes_on_from_the_last_checkpoint_and_proves_that_it_does(books: SealedBooks):
    books.append(0, 5)
    first = books.seal().checkpoint
    books.append(5, 8)

    second = books.seal()

    last = second.checkpoint
    assert first is not None
    assert last is not None
    assert (second.facts, last.number, last.size, last.before) == (8, 2, 13, 5)
    check_consistency(5, first.root, 13, last.root, last.proof)
    assert last.totals[0] == ("SEK", "1930", sum(10_000 + number for number in range(13)))
    assert books.findings() == []


def test_only_new_facts_are_read_for_a_new_checkpoint(books: SealedBooks, monkeypatch: pytest.MonkeyPatch):
    books.append(0, 50)
    books.seal()
    books.append(50, 3)
    hashed: list[int] = []
    monkeypatch.setattr(sealer, "leaf_of", lambda fact: hashed.append(fact.position) or leaf_of(fact))
    monkeypatch.setattr(sealer, "READ_AGAIN", 10)

    books.seal()

    assert len(hashed) == 13


def test_sealing_again_with_nothing_new_says_so_and_signs_nothing(books: SealedBooks):
    assert books.seal() == (None, 0)
    books.append(0, 3)
    first = books.seal()

    again = books.seal()

    assert (again.facts, again.checkpoint) == (0, first.checkpoint)
    assert not books.checkpoint(2).exists()


def test_positions_that_were_burnt_leave_no_leaf(books: SealedBooks):
    books.append(0, 2)
    with pytest.raises(Exception, match="used a stream or a key first"):
        books.append(1, 2)
    books.append(5, 2)

    last = books.seal().checkpoint

    assert last is not None
    assert (last.size, last.position) == (4, books.journal.stable_position())
    assert last.position > 4


def test_leaves_after_the_last_checkpoint_are_forgotten_and_read_again(books: SealedBooks):
    books.append(0, 4)
    books.seal()
    with Leaves(books.seals.folder) as leaves:
        leaves.append([Leaf(99, bytes(32)), Leaf(100, bytes(32))])
    with (books.seals.folder / "leaves").open("ab") as file:
        file.write(b"half a record")
    assert books.findings() == []
    books.append(4, 4)

    assert books.seal().facts == 4

    assert books.findings() == []
    assert (books.seals.folder / "leaves").stat().st_size == 8 * 40


@pytest.mark.parametrize("step", ["append", "sync", "hash_of", "write", "replace", "signed"])
def test_a_stop_at_any_step_leaves_the_last_checkpoint_and_the_next_sealing_goes_on(
    books: SealedBooks, monkeypatch: pytest.MonkeyPatch, step: str
):
    books.append(0, 4)
    books.seal()
    books.append(4, 3000)

    with monkeypatch.context() as patched:
        arm(patched, step)
        with pytest.raises(KeyboardInterrupt):
            books.seal()

    assert books.findings() == []
    books.append(4000, 4)
    last = books.seal().checkpoint
    assert last is not None
    assert (last.number, last.size) == ((3 if step == "signed" else 2), 3008)
    assert books.findings() == []


def arm(patched: pytest.MonkeyPatch, step: str) -> None:
    """Stop the process at a step of sealing, half of the step done where it can be."""

    def stop(*given: object) -> None:
        raise KeyboardInterrupt

    if step in ("append", "sync", "hash_of"):
        original = getattr(Leaves, step)

        def half(self: Leaves, *given: object) -> None:
            if step != "hash_of" or given == (0, 3004):
                original(self, *given)
                raise KeyboardInterrupt
            return original(self, *given)

        patched.setattr(Leaves, step, half)
    elif step == "write":
        patched.setattr(sealer, "write_whole", stop)
    elif step == "replace":
        patched.setattr(Path, "replace", stop)
    else:
        written = sealer.write_whole

        def first_only(path: Path, content: str) -> None:
            if path.suffix == ".signed":
                raise KeyboardInterrupt
            written(path, content)

        patched.setattr(sealer, "write_whole", first_only)


def test_two_sealers_at_once_are_refused(books: SealedBooks, monkeypatch: pytest.MonkeyPatch):
    books.append(0, 2)
    books.seal()
    other = os.open(books.seals.folder, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    monkeypatch.setattr(seal_folders, "PATIENCE", 0)
    books.append(2, 2)

    with pytest.raises(SealRefused) as refused:
        books.seal()

    assert refused.value.code == "sealing_elsewhere"
    os.close(other)
    assert books.seal().facts == 2


INGESTED = b'{"sha256":"ab","file":{"format":"camt.053","books":true,"statements":[],"lines":2,"chunks":1}}'
COMPLETED = b'{"loaded":{"receipts":0,"movements":0,"allocations":0,"seen_before":0,"in_doubt":0}}'


def test_sealing_waits_for_a_bank_file_that_is_half_in_the_book(books: SealedBooks):
    books.journal.append([receipt(1), stored_fact("file-ab", "FileIngested", INGESTED)])
    with pytest.raises(SealRefused) as refused:
        books.seal()
    assert refused.value.code == "file_half_loaded"
    assert not books.checkpoint(1).exists()

    told = books.seal(while_loading=True).checkpoint
    assert told is not None
    assert told.loading == ("file-ab",)
    books.append(2, 1)
    with pytest.raises(SealRefused, match="1 bank files are only partly loaded"):
        books.seal()

    books.journal.append([stored_fact("file-ab", "FileCompleted", COMPLETED, version=2)])
    last = books.seal().checkpoint
    assert last is not None
    assert (last.loading, last.size) == ((), 4)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE clinic.events SET topic = 'ReceiptForged' WHERE originator_id = 'receipt-r2'",
        "DELETE FROM clinic.events WHERE originator_id = 'receipt-r2'",
        "DELETE FROM clinic.events WHERE originator_id = 'receipt-r4'",
    ],
)
def test_nothing_more_is_sealed_on_a_history_that_no_longer_agrees(books: SealedBooks, statement: str):
    books.append(0, 5)
    books.seal()
    books.append(5, 1)
    books.spoil(statement)

    with pytest.raises(SealRefused, match=r"position . is not what checkpoint 1 sealed.*verify"):
        books.seal()

    assert not books.checkpoint(2).exists()


def test_a_fact_that_cannot_be_read_is_named_and_not_sealed(books: SealedBooks):
    books.append(0, 2)
    books.journal.append([Addition("receipt-x", 1, "ReceiptRecorded", b"{}")])
    with pytest.raises(SealRefused, match="ReceiptRecorded at position 3 cannot be read"):
        books.seal()
