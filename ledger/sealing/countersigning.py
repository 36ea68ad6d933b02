"""A second party's signature under a checkpoint: it saw this state of the log, which continues what it saw before.

The countersigner needs no database and none of the log's leaves: the checkpoints between the one it signed last and the
new one prove each that they continue the one before (c2sp.org/tlog-cosignature).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ledger.on_disk import write_whole
from ledger.sealing.checkpoints import checked
from ledger.sealing.keys import Signer, make_key, open_key, read_note
from ledger.sealing.place import held
from ledger.sealing.refusals import SealRefused
from ledger.sealing.verifier import (
    COSIGNATURE,
    Checkpoint,
    Introduced,
    Invalid,
    Key,
    check_continues,
    key_chain,
    parse_introduction,
)


class Countersigned(NamedTuple):
    """The checkpoint that is signed now, the countersigner's key, and the checkpoint that it was shown to continue."""

    checkpoint: Checkpoint
    key: Key
    since: int | None


def countersign(
    path: Path, key: Path, name: str, at: datetime, *, last: Path | None = None, log_key: Key | None = None
) -> Countersigned:
    """Add a signature line to a checkpoint's file; the private key is made where its file does not exist.

    `last` is the checkpoint this party signed last; `log_key` the log's verifier key, else the notes beside the
    checkpoint are believed. Raises SealRefused where the checkpoint is not the log's, or does not continue the last.
    """
    try:
        chain = _chain(path, log_key)
        found = checked(path, chain)
        since = checked(last, chain) if last else None
        if since is not None:
            _check_between(path, since, found, chain)
    except Invalid as wrong:
        raise SealRefused("not_consistent", f"nothing is countersigned: {wrong}") from None
    signer = _signer(key, name)
    _add(path, signer, at)
    return Countersigned(found, signer.key, since.number if since else None)


def _chain(path: Path, log_key: Key | None) -> list[Introduced]:
    notes = [read_note(note) for note in sorted((path.parent.parent / "keys").glob("*.note"))]
    if log_key is None and not notes:
        raise Invalid("the log's key is not known: give it with --log-key, had from whom you trust")
    return key_chain(log_key or parse_introduction(notes[0]).key, notes)


def _check_between(path: Path, since: Checkpoint, found: Checkpoint, chain: Sequence[Introduced]) -> None:
    """Each checkpoint from the one signed last to the new one continues the one before."""
    if found.number < since.number or (found.number == since.number and found != since):
        raise Invalid(f"checkpoint {found.number} does not continue checkpoint {since.number}, which was signed last")
    before = since
    for number in range(since.number + 1, found.number + 1):
        beside = path.with_name(f"{number:08}.checkpoint") if number < found.number else path
        if not beside.exists():
            raise Invalid(f"{beside.name} is needed as well, beside {path.name}: the two are proven step by step")
        following = checked(beside, chain, number)
        check_continues(following, before)
        before = following


def _signer(key: Path, name: str) -> Signer:
    if any(sign.isspace() or sign in "+\n" for sign in name) or not name:
        raise SealRefused(
            "name_malformed", f"{name!r} is no name of a signer: no spaces and no plus, as in auditor.example/anna"
        )
    return open_key(key, name, COSIGNATURE) if key.exists() else make_key(key, name, COSIGNATURE)


def _add(path: Path, signer: Signer, at: datetime) -> None:
    with held(path.parent):
        note = read_note(path)
        if any((one.name, one.key_id) == (signer.key.name, signer.key.id) for one in note.signatures):
            raise SealRefused("signed_already", f"{path.name} has the signature of {signer.key.name} already")
        write_whole(path, path.read_text(encoding="utf-8") + signer.line(note.text, at))
