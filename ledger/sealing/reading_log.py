"""A log read whole and judged by itself: its keys, its checkpoints, and that it ends where it was known to end."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ledger.sealing.auditing import Finding
from ledger.sealing.checkpoints import newest_number, path_of, read_checkpoint
from ledger.sealing.keys import chain_of, open_key, read_note
from ledger.sealing.place import SealPlace
from ledger.sealing.refusals import SealRefused
from ledger.sealing.verifier import (
    Checkpoint,
    Introduced,
    Invalid,
    Key,
    check_checkpoint,
    check_continues,
)


@dataclass(slots=True)
class LogRead:
    """A log's keys and sound checkpoints, what is wrong with it, and on whose word its keys are believed.

    `remark` is what will keep the next sealing from its key, though nothing is wrong with what is sealed.
    """

    chain: list[Introduced] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    trust: str = "on nobody's word"
    remark: str = ""

    @property
    def last(self) -> Checkpoint | None:
        """The last checkpoint."""
        return self.checkpoints[-1] if self.checkpoints else None


def read_log(place: SealPlace, trusted: Key | None = None, kept: Sequence[Path] = ()) -> LogRead:
    """Read a log: signed by the trusted key's chain (else by the key of the place), complete, each checkpoint
    continuing the one before, and holding the checkpoints that were kept elsewhere.

    A key or a checkpoint that somebody has says that there is a log; that it is gone is a finding too.
    """
    log = LogRead()
    try:
        _read(log, place, trusted, kept)
    except SealRefused as refused:
        log.findings.append(Finding(refused.code, refused.sentence, "seals"))
    except OSError as trouble:
        where = f"{trouble.filename or place.folder}: {trouble.strerror}"
        log.findings.append(Finding("seals_unreadable", f"{where}; run this as who may read the seals", "seals"))
    return log


def _read(log: LogRead, place: SealPlace, trusted: Key | None, kept: Sequence[Path]) -> None:
    _read_keys(log, place, trusted)
    # Without its keys no checkpoint can be believed or doubted; what is wrong with them is said already.
    if log.chain:
        _read_checkpoints(log, place)
    # Who only verifies may not be let in where the private key is.
    if log.chain and os.access(place.signed, os.R_OK):
        _find_kept(log, place.signed)
    if (trusted or kept) and not newest_number(place):
        log.findings.append(Finding("seals_missing", _MISSING.format(folder=place.folder), "seals"))
    else:
        for path in kept:
            _find_kept(log, path)


def _read_keys(log: LogRead, place: SealPlace, trusted: Key | None) -> None:
    try:
        log.chain = chain_of(place)
        if not log.chain:
            if _begun(place):
                raise Invalid(f"the note 0001.note of a key is missing in {place.notes}")
            return
        keys = [one.key for one in log.chain]
        own = _own_key(log, place)
        if own is not None and own not in keys:
            raise Invalid(f"the key of {place.key} is none of them: one of the two was replaced")
        if trusted is not None and trusted not in keys:
            raise Invalid("the key given is none of them: the log is not the one it was")
    except Invalid as wrong:
        more = "" if log.chain else _NO_KEYS
        log.findings.append(Finding("key_replaced", f"the log's keys: {wrong}{more}", "keys"))
    except SealRefused as refused:
        log.findings.append(Finding(refused.code, refused.sentence, "keys"))
    else:
        own_word = f"on the word of the key in {place.key.name}" if own else "on the log's own word alone"
        log.trust = "on the word of the key given" if trusted else own_word


def _begun(place: SealPlace) -> bool:
    try:
        return place.begun
    except PermissionError as closed:
        # Where the key is may be closed to who only verifies; the seals themselves may not.
        if closed.filename != str(place.signed):
            raise
        return False


def _own_key(log: LogRead, place: SealPlace) -> Key | None:
    """The log's own key; it may be kept elsewhere, or from who only verifies, but sealing needs it."""
    # A key that is coming but not yet in its place is finished by the next sealing.
    coming = os.path.exists(place.coming)
    try:
        own = open_key(place.key, place.origin).key
    except SealRefused as refused:
        if refused.code != "key_missing":
            raise
        log.remark = (
            "" if coming else f"{refused}: to verify needs none, but `reskontra seal now` is refused without it"
        )
        return None
    if own in [one.key for one in log.chain[:-1]] and not coming:
        log.remark = (
            f"{place.key} is an earlier key of the log: `reskontra seal now` is refused until the newest is back"
        )
    return own


def _read_checkpoints(log: LogRead, place: SealPlace) -> None:
    before: Checkpoint | None = None
    broken = False
    newest = newest_number(place)
    if log.chain and newest < (known := log.chain[-1].after):
        sentence = f"the log ends with checkpoint {newest}, and its newest key was introduced after checkpoint {known}"
        log.findings.append(Finding("log_changed", sentence, "checkpoints"))
    for number in range(1, newest + 1):
        try:
            found = read_checkpoint(place, number, log.chain)
            if not broken:
                check_continues(found, before)
        except Invalid as wrong:
            name = path_of(place, number).name
            log.findings.append(Finding("checkpoint_changed", f"{wrong}", name))
            broken = True
            continue
        # Without the one before, that a checkpoint continues it cannot be said; the facts still tell its root.
        if before is None or (found.size > before.size and found.position > before.position):
            log.checkpoints.append(found)
        before, broken = found, False


def _find_kept(log: LogRead, path: Path) -> None:
    """A checkpoint that was kept outside the log must be in it, word for word."""
    try:
        if not log.chain:
            raise Invalid("it cannot be looked for, because the log's keys are missing or not sound")
        kept = check_checkpoint(read_note(path), log.chain)
        if kept not in log.checkpoints:
            last = log.last.number if log.last else 0
            ends = f"the log ends with checkpoint {last}" if kept.number > last else "the log has another one"
            raise Invalid(f"checkpoint {kept.number}, which was signed {kept.sealed_at}, is not in the log: {ends}")
    except (Invalid, OSError) as wrong:
        said = wrong.strerror if isinstance(wrong, OSError) else wrong
        log.findings.append(Finding("log_changed", f"{path.name}: {said}", path.name))


_NO_KEYS: Final = (
    "; without it no checkpoint can be believed, so put it back from a backup, or from an export, which holds it too"
)
_MISSING: Final = (
    "a key or a checkpoint of the log was given, and there is no checkpoint in {folder}: put back what was lost, or "
    "set RESKONTRA_SEAL_DIR to where it is; only where nothing was ever sealed, run `reskontra seal now`"
)
