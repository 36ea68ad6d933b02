"""The keys a log and its countersigners sign with: made on first use, kept from others, replaced by a signed note."""

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

from ledger.on_disk import make_folder, sync_folder, write_whole
from ledger.sealing.place import SealPlace, missing, names_in
from ledger.sealing.refusals import SealRefused
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
    """A private key, and the public one that others check its signatures with."""

    private: Ed25519PrivateKey
    key: Key

    def line(self, text: str, at: datetime | None = None) -> str:
        """The signature line over a text; a countersigner says when it signed (aware)."""
        if self.key.kind == COSIGNATURE:
            assert at is not None, "a countersigner says when it signed"
            seconds = int(at.timestamp())
            value = seconds.to_bytes(8, "big") + self.private.sign(cosigned_text(text, seconds))
        else:
            value = self.private.sign(text.encode())
        return f"\N{EM DASH} {self.key.name} {encoded(self.key.id + value)}\n"


def open_key(path: Path, name: str, kind: int = ED25519) -> Signer:
    """The private key of a PEM file; raises SealRefused when it is missing, open to others, or no such key."""
    try:
        mode = path.stat().st_mode
        private = load_pem_private_key(path.read_bytes(), None)
    except OSError as trouble:
        sentence = f"the private key {path} cannot be read ({trouble.strerror})"
        advice = "give this user the right to read it, or put it back from a backup"
        raise SealRefused("key_missing", f"{sentence}; {advice}") from None
    except (ValueError, TypeError):
        sentence = f"{path} is no private key in PEM without a password"
        raise SealRefused("key_unusable", f"{sentence}; put the key back from a backup") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise SealRefused("key_unusable", f"{path} is no Ed25519 key; one is made with `openssl genpkey`")
    if mode & 0o077:
        raise SealRefused("key_open", f"others may read the private key {path}; take their rights away: chmod 600")
    return _signer(private, name, kind)


def make_key(path: Path, name: str, kind: int = ED25519) -> Signer:
    """A new private key in a file that only its owner reads; an existing file is never overwritten."""
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
        sentence = f"the private key {path} cannot be made ({trouble.strerror}); name a folder that can be written"
        raise SealRefused("key_unusable", sentence) from None
    return _signer(private, name, kind)


def _signer(private: Ed25519PrivateKey, name: str, kind: int) -> Signer:
    return Signer(private, Key(name, kind, private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)))


def note_paths(folder: Path) -> list[Path]:
    """The files of the notes of a log's keys, in order; raises SealRefused where the folder cannot be read."""
    return [folder / name for name in names_in(folder) if name.endswith(".note")]


def read_notes(folder: Path) -> list[Note]:
    """The notes of a log's keys, in order; raises Invalid naming the file."""
    found = []
    for number, path in enumerate(note_paths(folder), 1):
        if path.name != f"{number:04}.note":
            raise Invalid(f"the note {number:04}.note of a key is missing in {folder}")
        found.append(read_note(path))
    return found


def read_note(path: Path) -> Note:
    """A signed note of a file; raises Invalid naming it."""
    try:
        return parse_note(path.read_bytes().decode())
    except UnicodeDecodeError:
        raise Invalid(f"{path}: this is no signed note, and no text") from None
    except Invalid as wrong:
        raise Invalid(f"{path}: {wrong}") from None


def chain_of(place: SealPlace) -> list[Introduced]:
    """The log's keys as its own notes tell them, each linked to the next; none where there are none."""
    notes = read_notes(place.notes)
    return key_chain(parse_introduction(notes[0]).key, notes) if notes else []


def known_keys(place: SealPlace) -> list[Introduced]:
    """The log's keys, at least one; raises SealRefused where there is none yet, or a note is missing or damaged."""
    try:
        chain = chain_of(place)
    except Invalid as wrong:
        raise _damaged(wrong) from None
    if not chain:
        raise _no_notes(place)
    return chain


def log_key(place: SealPlace, at: datetime) -> tuple[Signer, list[Introduced]]:
    """The key that seals now and the chain of the log's keys; made and introduced on first use. Raises SealRefused."""
    notes = _checked_notes(place)
    _finish_rotation(place, notes)
    begun = bool(notes or names_in(place.checkpoints)) or place.signed.exists()
    if not place.key.exists():
        if begun:
            raise SealRefused("key_missing", _LOST_KEY.format(**place._asdict(), signed=place.signed))
        make_key(place.key, place.origin)
    signer = open_key(place.key, place.origin)
    if not notes:
        if begun:
            raise _no_notes(place)
        notes = [_introduce(place, signer, None, 0, at)]
    try:
        chain = key_chain(signer.key, notes)
        if chain[-1].key != signer.key:
            raise Invalid(f"{place.key} is not the newest key of the log")
    except Invalid as wrong:
        sentence = f"the key and the log do not belong together: {wrong}"
        raise SealRefused("key_replaced", f"{sentence}; put the newest of both back from a backup") from None
    return signer, chain


def _no_notes(place: SealPlace) -> SealRefused:
    what = f"the notes of the log's keys are not in {place.notes}"
    return missing(place, what, "there is no key yet: it is made by the first `reskontra seal now`")


def replace_key(place: SealPlace, old: Signer, number: int, last: int, at: datetime) -> Key:
    """Make the log's key of this number, for the checkpoints after number `last`; the old private key is gone then."""
    coming = place.coming
    coming.unlink(missing_ok=True)
    new = make_key(coming, place.origin)
    try:
        _introduce(place, new, old, last, at, number=number)
    except BaseException:
        # A key that no note names is nobody's; one whose note is in the log is the log's.
        if not _note_path(place, number).exists():
            coming.unlink(missing_ok=True)
        raise
    _finish_rotation(place, read_notes(place.notes))
    return new.key


def _introduce(place: SealPlace, new: Signer, old: Signer | None, after: int, at: datetime, *, number: int = 1) -> Note:
    """A note that names a key, signed with it and with the one before, so that each vouches for the other."""
    lines = [place.origin, f"key {number}", str(new.key)]
    lines += [f"before {old.key}"] if old else []
    text = "\n".join([*lines, f"after {after}", f"introduced_at {instant(at)}"]) + "\n"
    signed = "".join(signer.line(text) for signer in (old, new) if signer)
    write_whole(_note_path(place, number), f"{text}\n{signed}")
    return parse_note(f"{text}\n{signed}")


def _finish_rotation(place: SealPlace, notes: Sequence[Note]) -> None:
    """A new key whose note is written takes the place of the old one, also after a stop in between."""
    coming = place.coming
    if not notes or not coming.exists():
        return
    try:
        newest = parse_introduction(notes[-1]).key
    except Invalid as wrong:
        raise _damaged(f"{_note_path(place, len(notes))}: {wrong}") from None
    try:
        begun = open_key(place.key, place.origin).key != newest
    except SealRefused:
        begun = True
    if not begun:
        # Left by a rotation that was stopped before its note was written.
        coming.unlink()
    elif open_key(coming, place.origin).key == newest:
        coming.replace(place.key)
        sync_folder(place.key.parent)


def _note_path(place: SealPlace, number: int) -> Path:
    return place.notes / f"{number:04}.note"


def _checked_notes(place: SealPlace) -> list[Note]:
    try:
        return read_notes(place.notes)
    except Invalid as wrong:
        raise _damaged(wrong) from None


def _damaged(wrong: Invalid | str) -> SealRefused:
    return SealRefused("seals_changed", f"{wrong}; put the file back from a backup, as it was")


def instant(at: datetime) -> str:
    """A time as notes write it, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


_LOST_KEY: Final = (
    "the private key {key} is missing: put it back from a backup. Where there is none, put {folder} and {signed} away "
    "for safe keeping, and the next `reskontra seal now` begins a new log, with a new key, over all facts; "
    "docs/keys.md says how the old one is compared"
)
