"""A witness cosigns one history only: what it was shown, once that continues what it signed last."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from ledger.sealing import Cosigned, SealFolders, SealRefused, chain_of, cosign, seal_folders, verifier, witness
from ledger.sealing.witness import memory_of
from tests.kit.outsider import proof_of, ran
from tests.kit.sealed_books import AT, SealedBooks

NAME = "auditor.example/anna"


class Witness:
    """Anna with her key in a folder of her own, and the log's key, had from somebody she trusts."""

    def __init__(self, books: SealedBooks, folder: Path) -> None:
        self.key = folder / "anna" / "anna.pem"
        self.log_key = chain_of(books.seals)[0].key
        self.memory = memory_of(self.key, books.seals.origin)

    def signs(self, path: Path, **given: Any) -> Cosigned:
        """She is asked to sign a checkpoint."""
        return cosign(path, self.key, **{"name": NAME, "at": AT, "log_key": self.log_key, **given})

    def refuses(self, path: Path, why: str, **given: Any) -> None:
        """She is asked, and neither the checkpoint nor what she remembers is another then."""
        before = [one.read_bytes() if one.exists() else None for one in (path, self.memory)]
        with pytest.raises(SealRefused, match=why):
            self.signs(path, **given)
        assert [one.read_bytes() if one.exists() else None for one in (path, self.memory)] == before


@pytest.fixture
def anna(sealed: SealedBooks, tmp_path: Path) -> Witness:
    return Witness(sealed, tmp_path)


def sealed_anew(books: SealedBooks, statement: str) -> None:
    """The log's own key seals another history: each signature is right, and the sizes and numbers are as before."""
    size = verifier.parse_checkpoint(verifier.parse_note(books.checkpoint(1).read_text()).text).size
    books.spoil(statement)
    for path in [*books.seals.checkpoints.iterdir(), books.seals.signed, books.seals.folder / "leaves"]:
        path.unlink()
    whole = books.journal.stable_position
    books.journal.stable_position = lambda: size  # type: ignore[method-assign]
    books.seal()
    books.journal.stable_position = whole  # type: ignore[method-assign]
    books.seal()


EDITED = "UPDATE clinic.events SET state = state || ' ' WHERE notification_id = 4"
DELETED = "DELETE FROM clinic.events WHERE notification_id = 4"


def test_a_cosigned_checkpoint_shows_who_saw_it(sealed: SealedBooks, anna: Witness, key: Path, tmp_path: Path):
    done = anna.signs(sealed.checkpoint(2))
    assert (done.checkpoint.number, done.since, done.new) == (2, None, True)
    _, path = proof_of(sealed, "4", tmp_path)
    assert ran("proof", path, "--key", key, "--witness", done.key)[0] == 0
    stranger = done.key._replace(public=bytes(32))
    assert "is not signed by auditor.example/anna" in ran("proof", path, "--key", key, "--witness", stranger)[1]
    assert sealed.findings() == []


def test_what_is_remembered_is_what_was_given_away(sealed: SealedBooks, anna: Witness):
    anna.signs(sealed.checkpoint(1))
    assert anna.memory.parent == anna.key.parent
    assert anna.memory.read_bytes() == sealed.checkpoint(1).read_bytes()
    assert anna.signs(sealed.checkpoint(2)).since == 1
    assert anna.memory.read_bytes() == sealed.checkpoint(2).read_bytes()


def test_the_same_checkpoint_again_is_nothing_new(sealed: SealedBooks, anna: Witness):
    anna.signs(sealed.checkpoint(2))
    before = sealed.checkpoint(2).read_bytes()
    assert anna.signs(sealed.checkpoint(2))[2:] == (2, False)
    assert sealed.checkpoint(2).read_bytes() == before


@pytest.mark.parametrize("statement", [EDITED, DELETED])
@pytest.mark.parametrize("number", [1, 2])
def test_a_history_that_was_sealed_anew_is_not_signed_without_being_told_what_was_last(
    sealed: SealedBooks, anna: Witness, statement: str, number: int
):
    anna.signs(sealed.checkpoint(1))
    sealed_anew(sealed, statement)
    anna.refuses(sealed.checkpoint(number), r"does not (follow|continue)")


def test_an_older_checkpoint_is_not_signed_afterwards(sealed: SealedBooks, anna: Witness):
    anna.signs(sealed.checkpoint(2))
    anna.refuses(sealed.checkpoint(1), "checkpoint 1 is older than checkpoint 2, which you cosigned last")


def test_every_checkpoint_in_between_is_needed(sealed: SealedBooks, anna: Witness):
    anna.signs(sealed.checkpoint(1))
    sealed.append(30, 5)
    sealed.seal()
    middle = sealed.checkpoint(2).read_bytes()
    sealed.checkpoint(2).unlink()
    anna.refuses(sealed.checkpoint(3), "must also contain 00000002.checkpoint")
    sealed.checkpoint(2).write_bytes(middle)
    assert anna.signs(sealed.checkpoint(3)).since == 1


def test_what_is_given_as_the_last_bears_ones_own_signature(sealed: SealedBooks, anna: Witness, tmp_path: Path):
    kept = Path(shutil.copy(sealed.checkpoint(1), tmp_path / "kept.checkpoint"))
    anna.refuses(sealed.checkpoint(2), "anna.pem is missing", last=kept)
    assert not anna.key.exists()

    # The memory is lost, and the log hands over a checkpoint that she never signed.
    anna.signs(sealed.checkpoint(1))
    own = Path(shutil.copy(sealed.checkpoint(1), tmp_path / "own.checkpoint"))
    anna.memory.unlink()
    anna.refuses(
        sealed.checkpoint(2), "should be the checkpoint you cosigned last, but the note is not signed by", last=kept
    )
    assert anna.signs(sealed.checkpoint(2), last=own).since == 1


def test_what_is_given_as_the_last_does_not_stand_above_what_is_remembered(
    sealed: SealedBooks, anna: Witness, tmp_path: Path
):
    anna.signs(sealed.checkpoint(1))
    own = Path(shutil.copy(sealed.checkpoint(1), tmp_path / "own.checkpoint"))
    anna.signs(sealed.checkpoint(2))
    sealed.append(30, 5)
    sealed.seal()
    assert anna.signs(sealed.checkpoint(3), last=own).since == 2
    anna.refuses(sealed.checkpoint(2), "is older than checkpoint 3", last=own)


def test_another_key_or_name_does_not_go_on_from_what_was_signed(sealed: SealedBooks, anna: Witness):
    anna.signs(sealed.checkpoint(1))
    anna.refuses(sealed.checkpoint(2), "not signed by bo", name="bo")
    anna.key.unlink()
    anna.refuses(sealed.checkpoint(2), "anna.pem is missing")
    assert not anna.key.exists()


def test_each_log_is_remembered_apart(sealed: SealedBooks, anna: Witness, tmp_path: Path):
    anna.signs(sealed.checkpoint(2))
    north = SealedBooks(sealed.journal, sealed.urls, SealFolders.of("north", tmp_path / "north"))
    north.seal()
    assert anna.signs(north.checkpoint(1), log_key=chain_of(north.seals)[0].key).since is None
    assert anna.signs(sealed.checkpoint(2)).new is False


def test_what_is_signed_is_what_was_checked(
    sealed: SealedBooks, anna: Witness, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    anna.signs(sealed.checkpoint(1))
    path = sealed.checkpoint(2)
    right, swapped = path.read_text(), path.read_text().replace("day 2026-11-11", "day 2026-11-12")
    assert swapped != right
    check = witness.check_continues

    def swaps(*given: Any) -> None:
        check(*given)
        path.write_text(swapped)

    monkeypatch.setattr(witness, "check_continues", swaps)
    done = anna.signs(path)

    assert path.read_text().startswith(right)
    verifier.check_signed(verifier.parse_note(path.read_text()), done.key)


@pytest.mark.parametrize("written", [0, 1])
def test_a_stop_between_the_two_writes_leaves_nothing_signed_that_is_not_remembered(
    sealed: SealedBooks, anna: Witness, monkeypatch: pytest.MonkeyPatch, written: int
):
    anna.signs(sealed.checkpoint(1))
    write, done = witness.write_whole, []

    def stops(path: Path, content: str) -> None:
        if len(done) == written:
            raise KeyboardInterrupt
        done.append(path)
        write(path, content)

    with monkeypatch.context() as patched:
        patched.setattr(witness, "write_whole", stops)
        with pytest.raises(KeyboardInterrupt):
            anna.signs(sealed.checkpoint(2))

    assert done == [anna.memory][:written]
    assert NAME not in sealed.checkpoint(2).read_text()
    again = anna.signs(sealed.checkpoint(2))
    assert (again.since, again.new) == (1 + written, True)
    assert anna.memory.read_bytes() == sealed.checkpoint(2).read_bytes()


def test_nobody_else_signs_with_the_key_meanwhile(sealed: SealedBooks, anna: Witness, monkeypatch: pytest.MonkeyPatch):
    anna.signs(sealed.checkpoint(1))
    monkeypatch.setattr(seal_folders, "PATIENCE", 0)
    for folder in (anna.key.parent, sealed.seals.checkpoints):
        other = os.open(folder, os.O_RDONLY)
        fcntl.flock(other, fcntl.LOCK_EX)
        anna.refuses(sealed.checkpoint(2), "wait until it has ended")
        os.close(other)
    assert anna.signs(sealed.checkpoint(2)).new
    # A key may lie beside the checkpoints, too.
    assert cosign(sealed.checkpoint(2), sealed.seals.checkpoints / "bo.pem", "bo", AT).new


def test_a_signature_that_is_over_another_text_is_not_taken_for_ones_own(sealed: SealedBooks, anna: Witness):
    anna.signs(sealed.checkpoint(1))
    line = sealed.checkpoint(1).read_text().splitlines(keepends=True)[-1]
    with sealed.checkpoint(2).open("a") as file:
        file.write(line)
    anna.refuses(sealed.checkpoint(2), "does not match the text")


def test_a_checkpoint_of_another_logs_key_is_not_signed(sealed: SealedBooks, anna: Witness):
    anna.refuses(sealed.checkpoint(2), "not one of the log's keys", log_key=anna.log_key._replace(public=bytes(32)))
    anna.refuses(sealed.checkpoint(9), "is missing")
    assert not anna.key.exists()


@pytest.mark.parametrize("name", ["", "anna ek", "anna+ek", "anna\x07"])
def test_a_name_that_no_note_could_hold_is_refused(sealed: SealedBooks, anna: Witness, name: str):
    anna.refuses(sealed.checkpoint(2), "is not a witness's name", name=name)
