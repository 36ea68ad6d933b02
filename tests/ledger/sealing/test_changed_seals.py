"""Seals that somebody changed, cut off, put back or made anew are found, and told apart from changed facts.

Each check is also stubbed once: what it alone finds is not found then.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ledger.sealing import Invalid, LeafReader, SealFolders, SealRefused, audit, chain_of, read_log, rotate
from ledger.sealing.keys import log_key
from ledger.sealing.verifier import leaf_hash
from tests.kit.sealed_books import AT, SealedBooks

EVENTS = "clinic.events"


def in_bytes(stream: str, old: str, new: str) -> str:
    """Change a fact's stored bytes."""
    text = f"replace(convert_from(state, 'UTF8'), '{old}', '{new}')"
    return f"UPDATE {EVENTS} SET state = convert_to({text}, 'UTF8') WHERE originator_id = '{stream}'"


def changed(path: Path, at: int, new: bytes) -> None:
    data = bytearray(path.read_bytes())
    data[at : at + len(new)] = new
    path.write_bytes(bytes(data))


def test_a_changed_leaf_is_the_logs_fault_and_not_the_facts(sealed: SealedBooks):
    changed(sealed.seals.folder / "leaves", 3 * 40 + 20, b"\x00\x01\x02")
    assert sealed.named() == [("log_changed", "leaves"), ("log_changed", "leaf 3")]
    sealed.append(30, 1)
    # A block is not full yet, so the leaves themselves are hashed; nothing more is sealed on them.
    with pytest.raises(SealRefused, match="log's leaves are not the leaves"):
        sealed.seal()


def test_a_changed_position_of_a_leaf_is_the_logs_fault_too(sealed: SealedBooks):
    changed(sealed.seals.folder / "leaves", 3 * 40, (400).to_bytes(8, "big"))
    assert {code for code, _ in sealed.named()} == {"log_changed"}


def test_a_leaf_and_a_fact_changed_under_different_checkpoints_are_told_apart(sealed: SealedBooks):
    changed(sealed.seals.folder / "leaves", 3 * 40 + 20, b"\x00\x01\x02")
    sealed.spoil(in_bytes("receipt-r13", '"key":"r13"', '"key":"r14"'))
    assert sealed.named() == [
        ("log_changed", "leaves"),
        ("log_changed", "leaf 3"),
        ("fact_edited", "receipt-r13@1"),
    ]


def test_a_fact_edited_together_with_its_leaf_does_not_lead_to_the_signed_root(sealed: SealedBooks):
    sealed.spoil(in_bytes("receipt-r4", '"key":"r4"', '"key":"r5"'))
    (fact,) = sealed.journal.stored(3, 4, 1)
    changed(sealed.seals.folder / "leaves", 3 * 40 + 8, leaf_hash(*fact))
    assert sealed.named() == [("log_changed", "leaves"), ("history_changed", "checkpoint 1")]


def test_leaves_cut_off_are_missed(sealed: SealedBooks):
    path = sealed.seals.folder / "leaves"
    path.write_bytes(path.read_bytes()[: 14 * 40])
    assert sealed.named()[0] == ("log_changed", "leaves")
    with pytest.raises(SealRefused, match="14 leaves, but checkpoint 2 sealed 16"):
        sealed.seal()


@pytest.mark.parametrize(
    "old", ["position 10", "2026-11-10T18", "total SEK 1930 1", "checkpoint 1\n", "day 2026-11-10"]
)
def test_a_changed_checkpoint_is_not_signed(sealed: SealedBooks, old: str):
    path = sealed.checkpoint(1)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, old.replace("1", "2", 1), 1), encoding="utf-8")
    assert ("checkpoint_changed", "00000001.checkpoint") in sealed.named()


def test_a_checkpoint_that_is_missing_in_the_middle_is_named(sealed: SealedBooks):
    sealed.checkpoint(1).unlink()
    assert sealed.named() == [("checkpoint_changed", "00000001.checkpoint")]


def test_a_log_put_back_to_an_older_state_is_noticed_by_its_key(sealed: SealedBooks):
    sealed.checkpoint(2).unlink()
    path = sealed.seals.folder / "leaves"
    path.write_bytes(path.read_bytes()[: 10 * 40])

    assert sealed.named() == [("log_changed", "clinic.signed")]
    with pytest.raises(SealRefused, match="checkpoint 2 was signed with the log's key, but the log does not"):
        sealed.seal()


def test_a_log_put_back_with_its_keys_memory_is_noticed_by_a_checkpoint_kept_elsewhere(
    sealed: SealedBooks, tmp_path: Path
):
    kept = tmp_path / "kept.checkpoint"
    shutil.move(sealed.checkpoint(2), kept)
    shutil.copy(sealed.checkpoint(1), sealed.seals.signed)

    assert sealed.named() == []
    (found,) = sealed.findings(kept=[kept])
    assert (found.code, found.about) == ("log_changed", "kept.checkpoint")
    assert "checkpoint 2" in found.sentence
    assert "the log ends with checkpoint 1" in found.sentence


def test_seals_that_are_gone_are_missed(sealed: SealedBooks):
    shutil.rmtree(sealed.seals.folder)
    assert "key_replaced" in [code for code, _ in sealed.named()]
    with pytest.raises(SealRefused) as refused:
        sealed.seal()
    assert refused.value.code == "seals_missing"


@pytest.mark.parametrize("has", ["trusted", "kept"])
def test_seals_that_are_gone_with_every_trace_are_missed_by_who_has_a_key_or_a_checkpoint(
    sealed: SealedBooks, tmp_path: Path, has: str
):
    kept = shutil.copy(sealed.checkpoint(2), tmp_path / "kept.checkpoint")
    given = {"trusted": chain_of(sealed.seals)[0].key, "kept": [kept]}[has]
    shutil.rmtree(sealed.seals.folder)
    sealed.seals.signed.unlink()
    assert sealed.named() == []
    assert named(sealed, **{has: given}) == [("seals_missing", "seals")]
    sealed.seals.key.unlink()
    assert named(sealed, **{has: given}) == [("seals_missing", "seals")]


def test_leaves_without_any_key_or_checkpoint_are_no_log_that_was_never_begun(sealed: SealedBooks):
    for path in (sealed.seals.notes, sealed.seals.checkpoints):
        shutil.rmtree(path)
    sealed.seals.signed.unlink()
    assert sealed.named() == [("key_replaced", "keys")]


def test_a_log_that_ends_before_its_newest_key_began_is_cut_off(sealed: SealedBooks):
    rotate(sealed.seals, AT)
    assert sealed.named() == []
    sealed.checkpoint(2).unlink()
    shutil.copy(sealed.checkpoint(1), sealed.seals.signed)
    assert sealed.named() == [("log_changed", "checkpoints")]


def test_history_sealed_anew_with_another_key_is_not_believed(sealed: SealedBooks, tmp_path: Path):
    trusted = chain_of(sealed.seals)[0].key
    kept = shutil.copy(sealed.checkpoint(2), tmp_path / "kept.checkpoint")
    sealed.spoil(f"DELETE FROM {EVENTS} WHERE originator_id = 'receipt-r4'")
    shutil.rmtree(sealed.seals.folder)
    own_key, signed = sealed.seals.key.read_bytes(), sealed.seals.signed.read_bytes()
    sealed.seals.key.unlink()
    sealed.seals.signed.unlink()
    sealed.seal()

    # Whoever replaced everything, key included, is found out by what an outsider kept: the key, or a checkpoint.
    assert sealed.named() == []
    assert [code for code, _ in named(sealed, trusted=trusted)] == ["key_replaced"]
    assert [code for code, _ in named(sealed, kept=[kept])] == ["log_changed"]
    # With the key still in its own place, the log itself is found out.
    sealed.seals.key.write_bytes(own_key)
    sealed.seals.signed.write_bytes(signed)
    assert {code for code, _ in named(sealed)} == {"key_replaced", "log_changed"}
    with pytest.raises(SealRefused) as refused:
        sealed.seal()
    assert refused.value.code == "key_replaced"


def named(books: SealedBooks, **given: object) -> list[tuple[str, str]]:
    return [(one.code, one.about) for one in books.findings(**given)]


def test_a_key_that_the_old_one_did_not_introduce_is_not_believed(sealed: SealedBooks, tmp_path: Path):
    other = SealFolders.of("clinic", tmp_path / "other")
    log_key(other, AT)
    rotate(other, AT)
    shutil.copy(other.notes / "0002.note", sealed.seals.notes / "0002.note")
    shutil.copy(other.key, sealed.seals.key)

    with pytest.raises(Invalid, match="does not continue the note of the previous key"):
        chain_of(sealed.seals)
    assert sealed.named()[0] == ("key_replaced", "keys")


# A check that is stubbed must turn a test red: each of these says which check it is that finds it.


def test_it_is_the_root_and_not_only_the_leaves_that_is_compared(sealed: SealedBooks, monkeypatch: pytest.MonkeyPatch):
    sealed.spoil(in_bytes("receipt-r4", '"key":"r4"', '"key":"r5"'))
    (fact,) = sealed.journal.stored(3, 4, 1)
    changed(sealed.seals.folder / "leaves", 3 * 40 + 8, leaf_hash(*fact))
    assert sealed.named() != []
    right = iter([checkpoint.root for checkpoint in read_log(sealed.seals).checkpoints for _ in range(2)])
    monkeypatch.setattr(audit.Frontier, "root", lambda tree: next(right))
    assert sealed.named() == []


def test_it_is_the_leaf_that_finds_an_edit(sealed: SealedBooks, monkeypatch: pytest.MonkeyPatch):
    sealed.spoil(in_bytes("receipt-r4", '"key":"r4"', '"key":"r5"'))
    leaves = {leaf.position: leaf.hash for leaf in LeafReader(sealed.seals.folder)}
    monkeypatch.setattr(audit, "leaf_hash", lambda position, *rest: leaves[position])
    assert sealed.named() == []
