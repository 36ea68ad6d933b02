"""Notes, keys and checkpoints are read as their specifications say, and everything else is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.sealing import Invalid, SealRefused
from ledger.sealing.checkpoints import text_of
from ledger.sealing.keys import make_key, open_key
from ledger.sealing.verifier import (
    COSIGNATURE,
    Checkpoint,
    check_signed,
    parse_checkpoint,
    parse_key,
    parse_note,
)

# The example of the reference implementation of signed notes (golang.org/x/mod/sumdb/note).
REFERENCE_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
REFERENCE_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "\N{EM DASH} PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_the_reference_note_is_signed_with_the_reference_key():
    key = parse_key(REFERENCE_KEY)
    assert str(key) == REFERENCE_KEY
    check_signed(parse_note(REFERENCE_NOTE), key)


@pytest.mark.parametrize(
    ("old", "new"), [("answer", "enswer"), ("x08go/Z", "x08go/Y"), ("PeterNeumann", "PeterNewmann")]
)
def test_a_note_changed_anywhere_is_not_signed(old: str, new: str):
    with pytest.raises(Invalid):
        check_signed(parse_note(REFERENCE_NOTE.replace(old, new)), parse_key(REFERENCE_KEY))


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\nPeter x08go/ZJ\n",
        "text\n\n\N{EM DASH} Peter\n",
        "text\n\n\N{EM DASH} Peter eA==\n",
        "te\x07xt\n\n\N{EM DASH} Peter x08go/ZJkuBS9U==\n",
        REFERENCE_NOTE[:-1],
    ],
)
def test_what_is_no_note_is_refused(wrong: str):
    with pytest.raises(Invalid):
        parse_note(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "Peter",
        REFERENCE_KEY.replace("c74", "c75"),
        REFERENCE_KEY[:-4],
        REFERENCE_KEY.replace("+ARpc", "+CRpc"),
        "a+b+c",
    ],
)
def test_what_is_no_key_is_refused(wrong: str):
    with pytest.raises(Invalid):
        parse_key(wrong)


def test_a_witness_signs_the_time_with_the_text(tmp_path: Path):
    signer = make_key(tmp_path / "key.pem", "auditor.example/anna", COSIGNATURE)
    line = signer.line("text\n", datetime(2026, 11, 10, 18, tzinfo=UTC))
    note = parse_note(f"text\n\n{line}")

    check_signed(note, signer.key)

    (signature,) = note.signatures
    assert int.from_bytes(signature.value[:8], "big") == 1794333600
    later = signature._replace(value=(1794333601).to_bytes(8, "big") + signature.value[8:])
    with pytest.raises(Invalid):
        check_signed(note._replace(signatures=(later,)), signer.key)


def test_a_key_file_is_read_back_and_never_overwritten(tmp_path: Path):
    made = make_key(tmp_path / "key.pem", "reskontra/clinic")
    assert open_key(tmp_path / "key.pem", "reskontra/clinic").key == made.key
    with pytest.raises(SealRefused):
        make_key(tmp_path / "key.pem", "reskontra/clinic")
    (tmp_path / "text.pem").write_text("no key")
    (tmp_path / "text.pem").chmod(0o600)
    with pytest.raises(SealRefused, match="does not contain an unencrypted private key in PEM"):
        open_key(tmp_path / "text.pem", "reskontra/clinic")


HASHES = st.binary(min_size=32, max_size=32)
CHECKPOINTS = st.builds(
    Checkpoint,
    origin=st.just("reskontra/clinic"),
    size=st.integers(0, 10**15),
    root=HASHES,
    number=st.integers(1, 10**8),
    position=st.integers(1, 10**15),
    day=st.just("2026-11-10"),
    sealed_at=st.just("2026-11-10T18:00:00Z"),
    totals=st.lists(
        st.tuples(st.sampled_from(["SEK", "EUR"]), st.sampled_from(["1510", "2990"]), st.integers(-(10**15), 10**15)),
        max_size=3,
    ).map(tuple),
    loading=st.lists(st.sampled_from(["file-a", "file-b"]), max_size=2).map(tuple),
    before=st.integers(0, 10**15),
    proof=st.lists(HASHES, max_size=3).map(tuple),
)


@given(CHECKPOINTS)
def test_a_checkpoint_is_read_back_as_it_was_written(checkpoint: Checkpoint):
    text = text_of(checkpoint)
    assert parse_checkpoint(text) == checkpoint
    assert all(line for line in text.split("\n")[:-1])


SOUND = text_of(Checkpoint("reskontra/clinic", 1, bytes(32), 1, 1, "2026-11-10", "2026-11-10T18:00:00Z", (), (), 0, ()))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n1\n", "\n01\n"),
        ("\n1\n", "\n-1\n"),
        ("checkpoint 1\n", ""),
        ("position 1\n", "position 1\nposition 2\n"),
        ("position 1\n", "position x\n"),
        ("before 0\n", "before 0\nafter 0\n"),
        ("before 0\n", "before 0\ntotal SEK 1510 1.5\n"),
        ("before 0\n", "before 0\nconsistent ???\n"),
        ("before 0\n", "before 0\n\n"),
        ("day 2026-11-10\n", "day\n"),
    ],
)
def test_what_is_no_whole_checkpoint_is_refused(old: str, new: str):
    parse_checkpoint(SOUND)
    assert old in SOUND
    with pytest.raises(Invalid):
        parse_checkpoint(SOUND.replace(old, new, 1))
