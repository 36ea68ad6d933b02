"""Reads and checks a log (its keys, its checkpoints, and whether its end is missing), but not the sealed facts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ledger.sealing.audit import Finding
from ledger.sealing.checkpoints import newest_number, path_of, read_checkpoint
from ledger.sealing.keys import chain_of, open_key, read_note
from ledger.sealing.refusals import SealRefused
from ledger.sealing.seal_folders import SealFolders
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
    """A log's keys and valid checkpoints, its faults, and the reason why its keys are trusted.

    `remark`, if any, says why the next sealing cannot use the log's own key; it casts no doubt on what is already
    sealed.
    """

    chain: list[Introduced] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    trust: str = "trusted by nobody"
    remark: str = ""

    @property
    def last(self) -> Checkpoint | None:
        """The last checkpoint."""
        return self.checkpoints[-1] if self.checkpoints else None


def read_log(seals: SealFolders, trusted: Key | None = None, kept: Sequence[Path] = ()) -> LogRead:
    """Read and check a log.

    The log must be signed by the chain of keys that contains the trusted key or, without a trusted key, the entity's
    own key. It must be complete, be consistent from checkpoint to checkpoint, and contain the checkpoints kept
    elsewhere. A given key or checkpoint shows that there was a log, so a missing log then counts as a finding.
    """
    log = LogRead()
    try:
        _read(log, seals, trusted, kept)
    except SealRefused as refused:
        log.findings.append(Finding(refused.code, refused.sentence, "seals"))
    except OSError as trouble:
        where = f"{trouble.filename or seals.folder}: {trouble.strerror}"
        log.findings.append(Finding("seals_unreadable", f"{where}; run this as a user who may read the seals", "seals"))
    return log


def _read(log: LogRead, seals: SealFolders, trusted: Key | None, kept: Sequence[Path]) -> None:
    _read_keys(log, seals, trusted)
    # Without the keys no checkpoint can be judged; the faults of the keys have already been reported.
    if log.chain:
        _read_checkpoints(log, seals)
    # A user who only verifies does not need access to the private key.
    if log.chain and os.access(seals.signed, os.R_OK):
        _find_kept(log, seals.signed)
    if (trusted or kept) and not newest_number(seals):
        log.findings.append(Finding("seals_missing", _MISSING.format(folder=seals.folder), "seals"))
    else:
        for path in kept:
            _find_kept(log, path)


def _read_keys(log: LogRead, seals: SealFolders, trusted: Key | None) -> None:
    try:
        log.chain = chain_of(seals)
        if not log.chain:
            if _begun(seals):
                raise Invalid(f"the key note 0001.note is missing in {seals.notes}")
            return
        keys = [one.key for one in log.chain]
        own = _own_key(log, seals)
        if own is not None and own not in keys:
            raise Invalid(f"the key {seals.key} is not one of the log's keys: either the key or the log was replaced")
        if trusted is not None and trusted not in keys:
            raise Invalid("the given key is not one of the log's keys: this is not the same log")
    except Invalid as wrong:
        more = "" if log.chain else _NO_KEYS
        log.findings.append(Finding("key_replaced", f"the log's keys: {wrong}{more}", "keys"))
    except SealRefused as refused:
        log.findings.append(Finding(refused.code, refused.sentence, "keys"))
    else:
        own_word = f"trusted by the key in {seals.key.name}" if own else "trusted only by the log itself"
        log.trust = "trusted by the given key" if trusted else own_word


def _begun(seals: SealFolders) -> bool:
    try:
        return seals.begun
    except PermissionError as closed:
        # A user who only verifies needs access to the seals, but not to the key's folder.
        if closed.filename != str(seals.signed):
            raise
        return False


def _own_key(log: LogRead, seals: SealFolders) -> Key | None:
    """The log's own key, or None if it is missing: sealing needs the key, but verifying does not."""
    # If a rotation was interrupted before it replaced the key, the next sealing finishes it.
    coming = os.path.exists(seals.coming)
    try:
        own = open_key(seals.key, seals.origin).key
    except SealRefused as refused:
        if refused.code != "key_missing":
            raise
        log.remark = (
            ""
            if coming
            else f"{refused}: verification does not need the key, but `reskontra seal now` will be refused without it"
        )
        return None
    if own in [one.key for one in log.chain[:-1]] and not coming:
        log.remark = (
            f"{seals.key} is an earlier key of the log: `reskontra seal now` will be refused until the newest key is "
            "restored"
        )
    return own


def _read_checkpoints(log: LogRead, seals: SealFolders) -> None:
    before: Checkpoint | None = None
    broken = False
    newest = newest_number(seals)
    if log.chain and newest < (known := log.chain[-1].after):
        sentence = (
            f"the log ends with checkpoint {newest}, but the log's newest key was introduced after checkpoint {known}"
        )
        log.findings.append(Finding("log_changed", sentence, "checkpoints"))
    for number in range(1, newest + 1):
        try:
            found = read_checkpoint(seals, number, log.chain)
            if not broken:
                check_continues(found, before)
        except Invalid as wrong:
            name = path_of(seals, number).name
            log.findings.append(Finding("checkpoint_changed", f"{wrong}", name))
            broken = True
            continue
        # Without the previous checkpoint, consistency cannot be checked; the facts still show whether the root is
        # right.
        if before is None or (found.size > before.size and found.position > before.position):
            log.checkpoints.append(found)
        before, broken = found, False


def _find_kept(log: LogRead, path: Path) -> None:
    """Check that the log contains, word for word, a checkpoint that was kept elsewhere."""
    try:
        if not log.chain:
            raise Invalid("the checkpoint cannot be checked, because the log's keys are missing or faulty")
        kept = check_checkpoint(read_note(path), log.chain)
        if kept not in log.checkpoints:
            last = log.last.number if log.last else 0
            ends = (
                f"the log ends with checkpoint {last}"
                if kept.number > last
                else "the log has a different checkpoint with this number"
            )
            raise Invalid(f"checkpoint {kept.number}, signed {kept.sealed_at}, is not in the log: {ends}")
    except (Invalid, OSError) as wrong:
        said = wrong.strerror if isinstance(wrong, OSError) else wrong
        log.findings.append(Finding("log_changed", f"{path.name}: {said}", path.name))


_NO_KEYS: Final = (
    "; without the key notes no checkpoint can be trusted: restore them from a backup or from an export, which "
    "also contains them"
)
_MISSING: Final = (
    "a key or checkpoint of the log was given, but there is no checkpoint in {folder}: restore what was lost, or "
    "set RESKONTRA_SEAL_DIR to the right folder. Only if nothing was ever sealed, run `reskontra seal now`"
)
