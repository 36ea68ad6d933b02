"""Of a file of the seals that is damaged, missing or unreadable it is told which, what is wrong, and what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.sealing import SealFolders, SealRefused, chain_of, cosign, export, prove, rotate
from ledger.sealing.keys import known_keys
from ledger.sealing.leaves import Leaves
from ledger.sealing.sealed_years import SealedYear
from tests.kit.sealed_books import AT, SealedBooks


def refused(code: str, words: str, work: Callable[[], object]) -> None:
    with pytest.raises(SealRefused, match=words) as found:
        work()
    assert found.value.code == code


def keys_of(books: SealedBooks) -> list[str]:
    return sorted(path.name for path in books.seals.key.parent.iterdir())


def stop(*given: object) -> None:
    raise KeyboardInterrupt


def fail(*given: object) -> None:
    raise OSError(5, "Input/output error")


@pytest.mark.parametrize("kept", [None, 0, 15 * 40, 16 * 40 - 1])
def test_nothing_is_proven_without_its_leaves(sealed: SealedBooks, kept: int | None):
    path = sealed.seals.folder / "leaves"
    content = path.read_bytes()
    path.unlink()
    if kept is not None:
        path.write_bytes(content[:kept])
    words = f"leaves has {(kept or 0) // 40} leaves, but checkpoint 2 sealed 16.*restore the file from a backup"
    refused("log_changed", words, lambda: prove(sealed.journal, sealed.seals, "4"))
    assert path.exists() == (kept is not None)


def test_leaves_cut_off_below_sound_blocks_are_missed(books: SealedBooks):
    books.append(0, 1024)
    books.seal()
    path = books.seals.folder / "leaves"
    path.write_bytes(path.read_bytes()[: 500 * 40])
    refused("log_changed", "500 leaves, but checkpoint 1 sealed 1024", lambda: prove(books.journal, books.seals, "900"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", r"0001\.note: this is not a signed note; a signed note is a text"),
        (b"\xff\xfe", r"0001\.note: this is not a signed note, because the file is not text"),
        (None, r"the key note 0001\.note is missing"),
    ],
)
def test_a_note_of_a_key_that_is_damaged_or_missing_is_named(sealed: SealedBooks, content: bytes | None, words: str):
    rotate(sealed.seals, AT)
    path = sealed.seals.notes / "0001.note"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    for work in (
        lambda: known_keys(sealed.seals),
        sealed.seal,
        lambda: rotate(sealed.seals, AT),
        lambda: prove(sealed.journal, sealed.seals, "4"),
    ):
        refused("seals_changed", f"{words}.*; restore the file from a backup", work)


def test_a_note_that_is_none_of_a_key_is_told_also_when_a_key_is_coming(sealed: SealedBooks):
    shutil.copy(sealed.checkpoint(1), sealed.seals.notes / "0001.note")
    sealed.seals.key.with_suffix(".coming").write_text("")
    refused("seals_changed", r"0001\.note.*restore the file from a backup", sealed.seal)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"words\n"])
def test_a_memory_of_the_key_that_is_no_note_is_named(sealed: SealedBooks, content: bytes):
    sealed.seals.signed.write_bytes(content)
    for work in (sealed.seal, lambda: rotate(sealed.seals, AT)):
        refused("log_changed", r"clinic\.signed: this is not a signed note.*restore what was lost", work)


@pytest.mark.parametrize("content", [None, b""])
def test_a_private_key_that_is_gone_or_empty_is_told_with_what_to_do(sealed: SealedBooks, content: bytes | None):
    sealed.seals.key.unlink()
    words = r"clinic\.pem is missing: restore it from a backup\. If there is none, move .*clinic and .*clinic\.signed"
    if content is not None:
        sealed.seals.key.write_bytes(content)
        words = r"clinic\.pem does not contain an unencrypted private key in PEM format; restore the key from a backup"
    refused("key_missing" if content is None else "key_unusable", words, sealed.seal)


LOST = "use a backup to restore what was lost, or set RESKONTRA_SEAL_DIR to the right folder$"


def test_seals_that_are_gone_are_not_told_as_never_made(sealed: SealedBooks, tmp_path: Path):
    shutil.rmtree(sealed.seals.checkpoints)
    words = rf"there is no checkpoint in .*, although .* \(.*clinic\.pem, .*clinic\.signed, .*leaves\): {LOST}"
    refused("seals_missing", words, lambda: prove(sealed.journal, sealed.seals, "4"))
    refused("seals_missing", words, lambda: export(sealed.journal, sealed.seals, tmp_path / "export"))
    shutil.rmtree(sealed.seals.folder)
    words = rf"the notes of the log's keys are not in .*, although .* \(.*clinic\.pem, .*clinic\.signed\): {LOST}"
    for work in (lambda: known_keys(sealed.seals), lambda: rotate(sealed.seals, AT), sealed.seal):
        refused("seals_missing", words, work)


def test_notes_that_are_gone_are_not_made_anew_over_checkpoints(sealed: SealedBooks, tmp_path: Path):
    shutil.rmtree(sealed.seals.notes)
    sealed.seals.signed.unlink()
    words = (
        rf"the notes of the log's keys are not in .*, although other seals exist \(.*checkpoints, .*leaves\): {LOST}"
    )
    for work in (sealed.seal, lambda: export(sealed.journal, sealed.seals, tmp_path / "export")):
        refused("seals_missing", words, work)
    assert not sealed.seals.notes.exists()


def test_a_first_sealing_that_was_stopped_may_go_on(books: SealedBooks, monkeypatch: pytest.MonkeyPatch):
    books.append(0, 2)
    with monkeypatch.context() as patched:
        patched.setattr(Leaves, "sync", stop)
        with pytest.raises(KeyboardInterrupt):
            books.seal()
    words = "if the first sealing was interrupted, run `reskontra seal now`"
    refused("not_sealed", words, lambda: prove(books.journal, books.seals, "1"))
    assert books.seal().facts == 2


@pytest.mark.parametrize("name", ["checkpoints", "keys"])
def test_a_folder_that_cannot_be_read_is_not_taken_for_an_empty_one(sealed: SealedBooks, tmp_path: Path, name: str):
    folder = sealed.seals.folder / name
    folder.rename(tmp_path / "away")
    # A link to itself cannot be followed by anybody, whatever their rights.
    folder.symlink_to(folder)
    for work in (
        lambda: prove(sealed.journal, sealed.seals, "4"),
        lambda: export(sealed.journal, sealed.seals, tmp_path / "export"),
        sealed.seal,
    ):
        refused("seals_unreadable", f"{name} cannot be read .*give this user the right to read it", work)


def test_there_is_no_key_to_replace_before_the_first_seal(books: SealedBooks, tmp_path: Path):
    words = "no key yet: the first `reskontra seal now` creates it"
    refused("not_sealed", words, lambda: rotate(books.seals, AT))
    refused("not_sealed", words, lambda: rotate(SealFolders.of("clinc", tmp_path), AT))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [1, 2])
def test_a_rotation_whose_note_cannot_be_written_leaves_no_key(
    sealed: SealedBooks, number: int, monkeypatch: pytest.MonkeyPatch
):
    for _ in range(number - 1):
        rotate(sealed.seals, AT)
    before = (keys_of(sealed), sealed.seals.key.read_bytes())
    with monkeypatch.context() as patched:
        patched.setattr("ledger.disk.unnamed", fail)
        refused(
            "seals_unwritable",
            "run `reskontra seal key` to see which key the log uses",
            lambda: rotate(sealed.seals, AT),
        )
    assert (keys_of(sealed), sealed.seals.key.read_bytes()) == before
    assert rotate(sealed.seals, AT) == chain_of(sealed.seals)[-1].key


def test_a_key_whose_note_is_in_the_log_is_kept_whatever_fails_then(
    sealed: SealedBooks, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patched:
        patched.setattr("ledger.disk.sync_folder", fail)
        refused("seals_unwritable", "Input/output error", lambda: rotate(sealed.seals, AT))
    assert "clinic.coming" in keys_of(sealed)
    assert sealed.seal().facts == 3
    assert "clinic.coming" not in keys_of(sealed)
    assert len(chain_of(sealed.seals)) == 2
    assert sealed.findings() == []


def test_what_a_rotation_left_that_was_killed_before_its_note_hinders_nothing(sealed: SealedBooks):
    sealed.seals.key.with_suffix(".coming").write_bytes(b"-----BEGIN PRIV")
    assert sealed.seal().facts == 3
    assert keys_of(sealed) == ["clinic.pem", "clinic.signed"]


@pytest.mark.parametrize("rotated", [False, True])
def test_a_key_of_the_log_is_no_second_party(sealed: SealedBooks, tmp_path: Path, rotated: bool):
    own = Path(shutil.copy(sealed.seals.key, tmp_path / "own.pem"))
    if rotated:
        rotate(sealed.seals, AT)
    before = sealed.checkpoint(2).read_bytes()
    words = "this key belongs to the log itself.*use a key of your own"
    refused("witness_key_is_log_key", words, lambda: cosign(sealed.checkpoint(2), own, "auditor.example/anna", AT))
    assert sealed.checkpoint(2).read_bytes() == before
    assert not list(tmp_path.glob("own.pem.*"))


def test_an_export_is_for_its_owner_alone(sealed: SealedBooks, tmp_path: Path):
    export(sealed.journal, sealed.seals, tmp_path / "new" / "export")
    made = sorted((tmp_path / "new").rglob("*"))
    rights = {path.name: oct(path.stat().st_mode & 0o777) for path in made}
    assert rights == {
        "export": "0o700",
        "facts.records": "0o600",
        "0001.note": "0o600",
        "00000002.checkpoint": "0o600",
    }


def test_a_fact_with_a_place_that_no_journal_gives_is_told_also_when_a_year_is_archived(sealed: SealedBooks):
    year = SealedYear(sealed.seals, 2026)
    (fact,) = sealed.journal.stored(3, 4, 1)
    words = "receipt-r4@-1 at position 4 has an impossible version or position"
    refused("history_changed", words, lambda: year.check([fact._replace(version=-1)]))
