"""The signing keys of a log and its witnesses: created on first use, kept private, rotated with a signed note."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from ledger.disk import make_folder, sync_folder, write_whole
from ledger.sealing.refusals import SealRefused
from ledger.sealing.seal_folders import SealFolders, missing, names_in
from ledger.sealing.verifier import (
    COSIGNATURE,
    ED25519,
    Introduced,
    Invalid,
    Key,
    Note,
    cosigned_text,
    encoded,
    key_chain,
    parse_introduction,
    parse_note,
)


class Signer(NamedTuple):
    """A private key, and the public key with which others check its signatures."""

    private: Ed25519PrivateKey
    key: Key

    def line(self, text: str, at: datetime | None = None) -> str:
        """The signature line for a text; for a witness's line, `at` is the time of signing, with a time zone."""
        if self.key.kind == COSIGNATURE:
            assert at is not None, "a cosignature needs a time"
            seconds = int(at.timestamp())
            value = seconds.to_bytes(8, "big") + self.private.sign(cosigned_text(text, seconds))
        else:
            value = self.private.sign(text.encode())
        return f"\N{EM DASH} {self.key.name} {encoded(self.key.id + value)}\n"


def open_key(path: Path, name: str, kind: int = ED25519) -> Signer:
    """The private key in a PEM file; raises SealRefused if the file is missing, readable by others or without a key."""
    try:
        mode = path.stat().st_mode
        private = load_pem_private_key(path.read_bytes(), None)
    except OSError as trouble:
        sentence = f"the private key {path} cannot be read ({trouble.strerror})"
        advice = "give this user the right to read it, or restore it from a backup"
        raise SealRefused("key_missing", f"{sentence}; {advice}") from None
    except (ValueError, TypeError):
        sentence = f"{path} does not contain an unencrypted private key in PEM format"
        raise SealRefused("key_unusable", f"{sentence}; restore the key from a backup") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise SealRefused("key_unusable", f"{path} is not an Ed25519 key; create one with `openssl genpkey`")
    if mode & 0o077:
        raise SealRefused(
            "key_readable_by_others", f"others can read the private key {path}; prevent this with: chmod 600"
        )
    return _signer(private, name, kind)


def make_key(path: Path, name: str, kind: int = ED25519) -> Signer:
    """A new private key in a file that only its owner may read; an existing file is never overwritten."""
    private = Ed25519PrivateKey.generate()
    content = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        make_folder(path.parent)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with open(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            sync_folder(path.parent)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    except OSError as trouble:
        sentence = f"the private key {path} cannot be created ({trouble.strerror}); give a folder that you may write to"
        raise SealRefused("key_unusable", sentence) from None
    return _signer(private, name, kind)


def _signer(private: Ed25519PrivateKey, name: str, kind: int) -> Signer:
    return Signer(private, Key(name, kind, private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)))


def note_paths(folder: Path) -> list[Path]:
    """The note files of a log's keys, in order; raises SealRefused if the folder cannot be read."""
    return [folder / name for name in names_in(folder) if name.endswith(".note")]


def read_notes(folder: Path) -> list[Note]:
    """The notes of a log's keys, in order; raises Invalid, naming the file."""
    found = []
    for number, path in enumerate(note_paths(folder), 1):
        if path.name != f"{number:04}.note":
            raise Invalid(f"the key note {number:04}.note is missing in {folder}")
        found.append(read_note(path))
    return found


def read_note(path: Path) -> Note:
    """The signed note in a file; raises Invalid, naming the file."""
    try:
        return parse_note(path.read_bytes().decode())
    except UnicodeDecodeError:
        raise Invalid(f"{path}: this is not a signed note, because the file is not text") from None
    except Invalid as wrong:
        raise Invalid(f"{path}: {wrong}") from None


def chain_of(seals: SealFolders) -> list[Introduced]:
    """The log's keys according to its notes, each linked to the next; empty if there are no notes."""
    notes = read_notes(seals.notes)
    return key_chain(parse_introduction(notes[0]).key, notes) if notes else []


def known_keys(seals: SealFolders) -> list[Introduced]:
    """The log's keys, at least one; raises SealRefused if there is no key yet, or a note is missing or damaged."""
    try:
        chain = chain_of(seals)
    except Invalid as wrong:
        raise _damaged(wrong) from None
    if not chain:
        raise _no_notes(seals)
    return chain


def log_key(seals: SealFolders, at: datetime) -> tuple[Signer, list[Introduced]]:
    """The current signing key, created on first use, and the chain of the log's keys. Raises SealRefused."""
    notes = _checked_notes(seals)
    _finish_rotation(seals, notes)
    begun = bool(notes or names_in(seals.checkpoints)) or seals.signed.exists()
    if not seals.key.exists():
        if begun:
            raise SealRefused("key_missing", _LOST_KEY.format(**seals._asdict(), signed=seals.signed))
        make_key(seals.key, seals.origin)
    signer = open_key(seals.key, seals.origin)
    if not notes:
        if begun:
            raise _no_notes(seals)
        notes = [_introduce(seals, signer, None, 0, at)]
    try:
        chain = key_chain(signer.key, notes)
        if chain[-1].key != signer.key:
            raise Invalid(f"{seals.key} is not the newest key of the log")
    except Invalid as wrong:
        sentence = f"the private key and the log do not belong together: {wrong}"
        raise SealRefused("key_replaced", f"{sentence}; restore the newest version of both from a backup") from None
    return signer, chain


def _no_notes(seals: SealFolders) -> SealRefused:
    what = f"the notes of the log's keys are not in {seals.notes}"
    return missing(seals, what, "there is no key yet: the first `reskontra seal now` creates it")


def replace_key(seals: SealFolders, old: Signer, number: int, last: int, at: datetime) -> Key:
    """Replace the log's key and destroy the old private key.

    The new key is the log's key number `number`; it signs the checkpoints after checkpoint `last`.
    """
    coming = seals.coming
    coming.unlink(missing_ok=True)
    new = make_key(coming, seals.origin)
    try:
        _introduce(seals, new, old, last, at, number=number)
    except BaseException:
        # Once its note is written, the new key is the log's key. Without the note, the new key is unused and is
        # removed.
        if not _note_path(seals, number).exists():
            coming.unlink(missing_ok=True)
        raise
    _finish_rotation(seals, read_notes(seals.notes))
    return new.key


def _introduce(
    seals: SealFolders, new: Signer, old: Signer | None, after: int, at: datetime, *, number: int = 1
) -> Note:
    """A note that introduces a key; both that key and the previous key sign it, so that each confirms the other."""
    lines = [seals.origin, f"key {number}", str(new.key)]
    lines += [f"before {old.key}"] if old else []
    text = "\n".join([*lines, f"after {after}", f"introduced_at {instant(at)}"]) + "\n"
    signed = "".join(signer.line(text) for signer in (old, new) if signer)
    write_whole(_note_path(seals, number), f"{text}\n{signed}")
    return parse_note(f"{text}\n{signed}")


def _finish_rotation(seals: SealFolders, notes: Sequence[Note]) -> None:
    """Replace the old key with the new one if the new key's note exists; this also finishes an interrupted rotation."""
    coming = seals.coming
    if not notes or not coming.exists():
        return
    try:
        newest = parse_introduction(notes[-1]).key
    except Invalid as wrong:
        raise _damaged(f"{_note_path(seals, len(notes))}: {wrong}") from None
    try:
        begun = open_key(seals.key, seals.origin).key != newest
    except SealRefused:
        begun = True
    if not begun:
        # This key was left behind by a rotation that stopped before it wrote the note.
        coming.unlink()
    elif open_key(coming, seals.origin).key == newest:
        coming.replace(seals.key)
        sync_folder(seals.key.parent)


def _note_path(seals: SealFolders, number: int) -> Path:
    return seals.notes / f"{number:04}.note"


def _checked_notes(seals: SealFolders) -> list[Note]:
    try:
        return read_notes(seals.notes)
    except Invalid as wrong:
        raise _damaged(wrong) from None


def _damaged(wrong: Invalid | str) -> SealRefused:
    return SealRefused("seals_changed", f"{wrong}; restore the file from a backup")


def instant(at: datetime) -> str:
    """A time in UTC, as written in notes."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


_LOST_KEY: Final = (
    "the private key {key} is missing: restore it from a backup. If there is none, move {folder} and {signed} to a "
    "safe folder; the next `reskontra seal now` then begins a new log of all facts with a new key. docs/keys.md "
    "says how to compare the books with the old log"
)
