"""The keys a log and its countersigners sign with: made on first use, kept from others, replaced by a signed note."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from ledger.on_disk import make_folder, sync_folder, write_whole
from ledger.sealing.place import SealPlace
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
        raise SealRefused("key_missing", f"the private key {path} cannot be read ({trouble.strerror})") from None
    except (ValueError, TypeError):
        raise SealRefused("key_unusable", f"{path} is no private key in PEM without a password") from None
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
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    except OSError as trouble:
        sentence = f"the private key {path} cannot be made ({trouble.strerror}); name a folder that can be written"
        raise SealRefused("key_unusable", sentence) from None
    return _signer(private, name, kind)


def _signer(private: Ed25519PrivateKey, name: str, kind: int) -> Signer:
    return Signer(private, Key(name, kind, private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)))


def read_notes(folder: Path) -> list[Note]:
    """The notes of a log's keys, in order; raises Invalid naming the file."""
    found = []
    for number, path in enumerate(sorted(folder.glob("*.note")), 1):
        if path.name != f"{number:04}.note":
            raise Invalid(f"the note {number:04}.note of a key is missing in {folder}")
        found.append(read_note(path))
    return found


def read_note(path: Path) -> Note:
    """A signed note of a file; raises Invalid naming it."""
    try:
        return parse_note(path.read_bytes().decode())
    except UnicodeDecodeError:
        raise Invalid(f"{path} is no signed note") from None
    except Invalid as wrong:
        raise Invalid(f"{path}: {wrong}") from None


def chain_of(place: SealPlace) -> list[Introduced]:
    """The log's keys as its own notes tell them, each linked to the next; none where there are none."""
    notes = read_notes(place.notes)
    return key_chain(parse_introduction(notes[0]).key, notes) if notes else []


def log_key(place: SealPlace, at: datetime) -> tuple[Signer, list[Introduced]]:
    """The key that seals now and the chain of the log's keys; made and introduced on first use. Raises SealRefused."""
    notes = _checked_notes(place)
    _finish_rotation(place, notes)
    if not notes and not place.key.exists() and not place.signed.exists():
        make_key(place.key, place.origin)
    signer = open_key(place.key, place.origin)
    if not notes:
        if place.signed.exists():
            sentence = f"the key {place.key} has signed before, but its seals are not in {place.folder}; put them back"
            raise SealRefused("seals_missing", sentence)
        notes = [_introduce(place, signer, None, 0, at)]
    try:
        chain = key_chain(signer.key, notes)
        if chain[-1].key != signer.key:
            raise Invalid(f"{place.key} is not the newest key of the log")
    except Invalid as wrong:
        raise SealRefused("key_replaced", f"the key and the log do not belong together: {wrong}") from None
    return signer, chain


def replace_key(place: SealPlace, old: Signer, number: int, last: int, at: datetime) -> Key:
    """Make the log's key of this number, for the checkpoints after number `last`; the old private key is gone then."""
    coming = _coming(place)
    coming.unlink(missing_ok=True)
    new = make_key(coming, place.origin)
    _introduce(place, new, old, last, at, number=number)
    _finish_rotation(place, read_notes(place.notes))
    return new.key


def _introduce(place: SealPlace, new: Signer, old: Signer | None, after: int, at: datetime, *, number: int = 1) -> Note:
    """A note that names a key, signed with it and with the one before, so that each vouches for the other."""
    lines = [place.origin, f"key {number}", str(new.key)]
    lines += [f"before {old.key}"] if old else []
    text = "\n".join([*lines, f"after {after}", f"introduced_at {instant(at)}"]) + "\n"
    signed = "".join(signer.line(text) for signer in (old, new) if signer)
    write_whole(place.notes / f"{number:04}.note", f"{text}\n{signed}")
    return parse_note(f"{text}\n{signed}")


def _finish_rotation(place: SealPlace, notes: Sequence[Note]) -> None:
    """A new key whose note is written takes the place of the old one, also after a stop in between."""
    coming = _coming(place)
    if notes and coming.exists():
        newest = parse_introduction(notes[-1]).key
        if open_key(coming, place.origin).key == newest:
            coming.replace(place.key)
            sync_folder(place.key.parent)


def _coming(place: SealPlace) -> Path:
    return place.key.with_suffix(".coming")


def _checked_notes(place: SealPlace) -> list[Note]:
    try:
        return read_notes(place.notes)
    except Invalid as wrong:
        raise SealRefused("seals_changed", str(wrong)) from None


def instant(at: datetime) -> str:
    """A time as notes write it, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
