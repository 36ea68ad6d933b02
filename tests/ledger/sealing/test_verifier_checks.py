"""Seals that are signed rightly and yet do not belong together: each of these is refused by one check alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ledger.sealing import Invalid, verifier
from ledger.sealing.checkpoints import text_of
from ledger.sealing.keys import Signer, make_key
from ledger.sealing.verifier import Checkpoint, Key, Note, check_checkpoint, check_continues, key_chain, parse_note
from tests.kit.sealed_books import AT

LOG = "reskontra/clinic"
FIRST = Checkpoint(LOG, 1, bytes(32), 1, 16, "2026-11-10", "2026-11-10T18:00:00Z", (), (), 0, ())


@pytest.fixture
def signers(tmp_path: Path) -> list[Signer]:
    """Three keys of one log."""
    return [make_key(tmp_path / f"{number}.pem", LOG) for number in range(3)]


def noted(text: str, *signers: Signer) -> Note:
    return parse_note(f"{text}\n{''.join(one.line(text, AT) for one in signers)}")


def introduction(log: str, number: int, key: Key, before: Key | None, after: int) -> str:
    named = f"before {before}\n" if before else ""
    return f"{log}\nkey {number}\n{key}\n{named}after {after}\nintroduced_at 2026-11-10T18:00:00Z\n"


def chain_with(signers: list[Signer], after: tuple[int, ...]) -> list[Note]:
    """Notes of keys, each signed by the one before and itself."""
    notes = []
    for number, (one, last) in enumerate(zip(signers, after, strict=True), 1):
        before = signers[number - 2] if number > 1 else None
        text = introduction(LOG, number, one.key, before.key if before else None, last)
        notes.append(noted(text, *([before] if before else []), one))
    return notes


def test_keys_of_a_chain_sign_one_after_the_other(signers: list[Signer]):
    assert [one.after for one in key_chain(signers[0].key, chain_with(signers, (0, 5, 9)))] == [0, 5, 9]
    # A key may be replaced before it signed anything.
    assert [one.after for one in key_chain(signers[0].key, chain_with(signers, (0, 5, 5)))] == [0, 5, 5]
    with pytest.raises(Invalid, match="the note of key 3 does not continue the note of the previous key"):
        key_chain(signers[0].key, chain_with(signers, (0, 5, 3)))


def test_a_key_introduced_to_another_log_is_not_this_log_s(signers: list[Signer]):
    (one, *_) = signers
    key_chain(one.key, [noted(introduction(LOG, 1, one.key, None, 0), one)])
    with pytest.raises(Invalid, match="the note of a key names one log, but the keys in the note name another log"):
        key_chain(one.key, [noted(introduction("reskontra/hospital", 1, one.key, None, 0), one)])


def test_a_key_is_not_taken_over_from_another_log(signers: list[Signer], tmp_path: Path):
    other = make_key(tmp_path / "other.pem", "reskontra/hospital")
    notes = [noted(introduction(LOG, 1, signers[0].key, None, 0), signers[0])]
    notes.append(noted(introduction("reskontra/hospital", 2, other.key, signers[0].key, 4), signers[0], other))
    with pytest.raises(Invalid, match="the note of a key names one log, but the keys in the note name another log"):
        key_chain(signers[0].key, notes)


def test_a_checkpoint_of_another_log_is_not_believed_for_its_signature(signers: list[Signer]):
    chain = key_chain(signers[0].key, [])
    assert check_checkpoint(noted(text_of(FIRST), signers[0]), chain) == FIRST
    with pytest.raises(
        Invalid, match="the checkpoint belongs to 'reskontra/hospital', but the key belongs to reskontra/clinic"
    ):
        check_checkpoint(noted(text_of(FIRST._replace(origin="reskontra/hospital")), signers[0]), chain)


@pytest.mark.parametrize("position", [16, 15, 1])
def test_a_checkpoint_s_position_rises(position: int):
    roots = [verifier.node_hash(FIRST.root, bytes([1]) * 32), bytes([1]) * 32]
    second = FIRST._replace(number=2, size=2, root=roots[0], position=17, before=1, proof=(roots[1],))
    check_continues(second, FIRST)
    with pytest.raises(Invalid, match="checkpoint 2 does not follow checkpoint 1"):
        check_continues(second._replace(position=position), FIRST)


@pytest.mark.parametrize(
    ("position", "why"), [(16, ""), (17, "the fact's position is after the last position of the checkpoint")]
)
def test_a_fact_after_the_checkpoint_s_position_is_not_under_it(signers: list[Signer], position: int, why: str):
    fact: dict[str, Any] = {"position": position, "stream": "receipt-r4", "version": 1, "name": "ReceiptRecorded"}
    root = verifier.leaf_hash(**fact, state=b"{}")
    note = noted(text_of(FIRST._replace(root=root)), signers[0])
    (line,) = note.signatures
    proof = {
        "format": "reskontra-proof/1",
        "fact": {**fact, "state": verifier.encoded(b"{}")},
        "leaf_index": 0,
        "path": [],
        "checkpoint": f"{note.text}\n\N{EM DASH} {line.name} {verifier.encoded(line.key_id + line.value)}\n",
        "keys": [],
    }
    if not why:
        assert verifier.check_proof(proof, signers[0].key)[0].position == position
        return
    with pytest.raises(Invalid, match=why):
        verifier.check_proof(proof, signers[0].key)
