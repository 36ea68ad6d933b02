"""The vault of one legal entity: what is known of a person, under a key for each person; every reading is logged."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

from ledger.domain.identifier import is_id
from ledger.domain.national_numbers import has_national_number
from ledger.vault.connection import Connection, Rows
from ledger.vault.foundation import wraps
from ledger.vault.kinds import SINGLE, Kind, is_right, looked_up
from ledger.vault.master_key import MasterKey, read_key
from ledger.vault.occasion import Occasion
from ledger.vault.purposes import Purpose
from ledger.vault.readings import Asked, Reading, readings
from ledger.vault.refusals import VaultRefused
from ledger.vault.wrapping import ENDED, WrappedKey, decrypted, encrypted, new_key, unwrapped, wrapped

# A letter's text fits; a file does not belong here.
LONGEST: Final = 20_000
_SOUGHT: Final = "vault look-up"


class Entry(NamedTuple):
    """One version of what is known of a person; `text` is None if the reader may not see it."""

    entry_id: str
    version: int
    kind: Kind
    text: str | None
    put_at: datetime
    put_by: str


class Vault:
    """The vault of an entity at the URL of the vault's role, with the master key in a file.

    Every method raises VaultRefused, and then nothing was changed.
    """

    def __init__(self, url: str, entity: str, key: Path) -> None:
        self._entity = entity
        self._path = key
        self._master: MasterKey = read_key(key)
        self._connection = Connection(url, entity, self._master.fingerprint)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def put(
        self, subject_id: str, kind: Kind, text: str, entry_id: str, occasion: Occasion, *, replaces: bool = False
    ) -> tuple[str, int]:
        """Keep a text of a person, and return the entry's id and version; a new person gets a key of their own.

        With `replaces`, the entry of this id must be there, and gets a new version. So does the person's entry of a
        kind of which a person has only one. What is as it was is not kept again.
        """
        _require_sound(subject_id, entry_id, text)
        if not is_right(kind, text):
            sentence = f"the check digit or the length of the {_said(kind)} is wrong; compare it with its source"
            raise VaultRefused("number_wrong", sentence)
        with self._connection.transaction() as rows:
            _require_own(rows, entry_id, subject_id)
            key = self._key(rows, subject_id, occasion)
            last = self._last(rows, subject_id, kind, entry_id, key)
            if replaces and (last is None or last.kind != kind):
                raise VaultRefused("entry_unknown", f"{subject_id} has no {_said(kind)} with the id {entry_id}")
            if last is not None and last.text == text:
                return last.entry_id, last.version
            entry, version = (entry_id, 1) if last is None else (last.entry_id, last.version + 1)
            hidden = encrypted(key, text.encode(), self._entity, subject_id, entry, str(version), kind)
            by = (occasion.at, occasion.person, occasion.correlation)
            rows.execute(_PUT, (entry, version, subject_id, kind, hidden, *by))
            rows.execute("DELETE FROM sought WHERE entry_id = %s", (entry,))
            form = looked_up(kind, text)
            if form is not None:
                rows.execute(_INDEXED, (entry, subject_id, kind, self._digest(kind, form)))
        return entry, version

    def shown(
        self,
        subject_id: str,
        kinds: Collection[Kind],
        purpose: Purpose,
        occasion: Occasion,
        *,
        masked: Collection[Kind] = (),
        history: bool = False,
    ) -> Sequence[Entry]:
        """What is known of a person now, or ever with `history`; that it was read is in the log before it is returned.

        The kinds in `masked` are returned without their text, and are not logged as read.
        """
        with self._connection.transaction() as rows:
            key = self._known_key(rows, subject_id)
            found = rows.execute(_EVER if history else _NOW, (subject_id, list(kinds))).fetchall()
            read = sorted({row["kind"] for row in found} - set(masked))
            rows.execute(_READ, (occasion.at, occasion.person, subject_id, read, purpose, occasion.correlation))
        return [self._entry(row, key, hidden=row["kind"] in masked) for row in found]

    def found(self, kind: Kind, text: str, purpose: Purpose, occasion: Occasion) -> Sequence[str]:
        """The persons of whom this is known now, by the exact text in any spelling; the look-up is logged."""
        form = looked_up(kind, text)
        if form is None:
            raise VaultRefused("not_looked_up", f"nobody is looked up by {_said(kind)}, or nothing was given")
        with self._connection.transaction() as rows:
            hits = rows.execute(_FOUND, (kind, self._digest(kind, form))).fetchall()
            subjects = [str(hit["subject_id"]) for hit in hits]
            logged: Sequence[str | None] = subjects or [None]
            for subject in logged:
                rows.execute(_READ, (occasion.at, occasion.person, subject, [kind], purpose, occasion.correlation))
        return subjects

    def noted(self, read: Mapping[str, Sequence[Kind]], purpose: Purpose, occasion: Occasion) -> None:
        """Log that something personal is read elsewhere, in banks' files: by person or receipt, which kinds of text."""
        rows = [
            (occasion.at, occasion.person, subject, kinds, purpose, occasion.correlation)
            for subject, kinds in read.items()
        ]
        with self._connection.transaction() as connection, connection.cursor() as cursor:
            cursor.executemany(_READ, rows)

    def readings(self, asked: Asked) -> Sequence[Reading]:
        """The readings asked for, oldest first."""
        return readings(self._connection, asked)

    def _key(self, rows: Rows, subject_id: str, occasion: Occasion) -> bytes:
        """The person's key, made now if the person is new; the row stays locked until the transaction ends."""
        if rows.execute(_LOCKED, (subject_id,)).fetchone() is None:
            if not wraps(rows, self._master.newest):
                # Another process has replaced the master key since this one read it.
                self._master = read_key(self._path)
                if not wraps(rows, self._master.newest):
                    raise VaultRefused("vault_key_other", ENDED)
            made = wrapped(self._master, new_key(), self._entity, subject_id)
            rows.execute(_BEGUN, (subject_id, *made, occasion.at, occasion.person))
        return self._known_key(rows, subject_id)

    def _known_key(self, rows: Rows, subject_id: str) -> bytes:
        row = rows.execute(_LOCKED, (subject_id,)).fetchone()
        if row is None:
            raise unknown(subject_id)
        if row["erased_at"] is not None:
            day = row["erased_at"].date()
            raise VaultRefused("subject_erased", f"{subject_id} was erased on {day}; nothing of this person is left")
        key = WrappedKey(row["master_key"], row["wrapped_key"])
        if key.fingerprint not in self._master.wrapping:
            self._master = read_key(self._path)
        return unwrapped(self._master, key, self._entity, subject_id)

    def _last(self, rows: Rows, subject_id: str, kind: Kind, entry_id: str, key: bytes) -> Entry | None:
        """The newest version of an entry that exists, or of the person's one entry of this kind."""
        single = kind if kind in SINGLE else None
        row = rows.execute(_LAST, (subject_id, entry_id, single)).fetchone()
        return None if row is None else self._entry(row, key, hidden=False)

    def _entry(self, row: dict[str, object], key: bytes, *, hidden: bool) -> Entry:
        entry_id, version, kind = str(row["entry_id"]), row["version"], row["kind"]
        of = (self._entity, str(row["subject_id"]), entry_id, str(version), str(kind))
        ciphertext = row["ciphertext"]
        assert isinstance(ciphertext, bytes)
        text = None if hidden else decrypted(key, ciphertext, *of).decode()
        return Entry(entry_id, version, kind, text, row["put_at"], row["put_by"])  # type: ignore[arg-type]

    def _digest(self, kind: Kind, form: str) -> str:
        return self._master.keyed_hash(f"{_SOUGHT}: {kind}", form)


def unknown(subject_id: str) -> VaultRefused:
    """The refusal for a person of whom the vault has nothing."""
    return VaultRefused("subject_unknown", f"the vault has nothing of {subject_id}; check the id")


def _require_sound(subject_id: str, entry_id: str, text: str) -> None:
    if any(not is_id(one) or has_national_number(one) for one in (subject_id, entry_id)):
        raise VaultRefused("subject_malformed", "a person's and an entry's id are random ids, never personal numbers")
    if not text.strip() or len(text) > LONGEST or "\0" in text:
        raise VaultRefused("text_malformed", f"give a text of 1 to {LONGEST} characters")


def _require_own(rows: Rows, entry_id: str, subject_id: str) -> None:
    row = rows.execute("SELECT subject_id FROM entries WHERE entry_id = %s LIMIT 1", (entry_id,)).fetchone()
    if row is not None and row["subject_id"] != subject_id:
        raise VaultRefused("entry_taken", f"the entry {entry_id} is not of {subject_id}; give another id, or none")


def _said(kind: Kind) -> str:
    return kind.replace("_", " ")


_LOCKED: Final = "SELECT master_key, wrapped_key, erased_at, erased_by FROM subjects WHERE subject_id = %s FOR UPDATE"
_BEGUN: Final = """
INSERT INTO subjects (subject_id, master_key, wrapped_key, made_at, made_by) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
_PUT: Final = """
INSERT INTO entries (entry_id, version, subject_id, kind, ciphertext, put_at, put_by, correlation)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_INDEXED: Final = "INSERT INTO sought (entry_id, subject_id, kind, digest) VALUES (%s, %s, %s, %s)"
_LAST: Final = """
SELECT * FROM entries WHERE subject_id = %s AND (entry_id = %s OR kind = %s) ORDER BY version DESC LIMIT 1
"""
_EVER: Final = """
SELECT * FROM entries WHERE subject_id = %s AND kind = ANY(%s) ORDER BY kind, entry_id, version
"""
_NOW: Final = """
SELECT DISTINCT ON (kind, entry_id) * FROM entries WHERE subject_id = %s AND kind = ANY(%s)
ORDER BY kind, entry_id, version DESC
"""
_FOUND: Final = "SELECT DISTINCT subject_id FROM sought WHERE kind = %s AND digest = %s ORDER BY subject_id"
_READ: Final = """
INSERT INTO readings (at, person, subject_id, kinds, purpose, correlation) VALUES (%s, %s, %s, %s, %s, %s)
"""
