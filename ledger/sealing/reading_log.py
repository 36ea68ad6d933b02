"""A log read whole and judged by itself: its keys, its checkpoints, and that it ends where it was known to end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

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
    """A log's keys and sound checkpoints, what is wrong with it, and on whose word its keys are believed."""

    chain: list[Introduced] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    trust: str = "nobody"

    @property
    def last(self) -> Checkpoint | None:
        """The last checkpoint."""
        return self.checkpoints[-1] if self.checkpoints else None


def read_log(place: SealPlace, trusted: Key | None = None, kept: Sequence[Path] = ()) -> LogRead:
    """Read a log: signed by the trusted key's chain (else by the key of the place), complete, each checkpoint
    continuing the one before, and holding the checkpoints that were kept elsewhere.
    """
    log = LogRead()
    _read_keys(log, place, trusted)
    _read_checkpoints(log, place)
    for path in (*([place.signed] if place.signed.exists() else []), *kept):
        _find_kept(log, path)
    return log


def _read_keys(log: LogRead, place: SealPlace, trusted: Key | None) -> None:
    try:
        log.chain = chain_of(place)
        own = open_key(place.key, place.origin).key if place.key.exists() else None
        if not log.chain:
            if place.begun or place.signed.exists():
                raise Invalid("the notes that introduce them are missing")
            return
        # A key that is coming but not yet in its place is finished by the next sealing.
        keys = [one.key for one in log.chain]
        if own is not None and own not in keys:
            raise Invalid(f"the key of {place.key} is none of them: one of the two was replaced")
        if trusted is not None and trusted not in keys:
            raise Invalid("the key given is none of them: the log is not the one it was")
    except Invalid as wrong:
        log.findings.append(Finding("key_replaced", f"the log's keys: {wrong}", "keys"))
    except SealRefused as refused:
        log.findings.append(Finding(refused.code, refused.sentence, "keys"))
    else:
        log.trust = "the key given" if trusted else f"the key of {place.key.name}" if own else "the log's own word"


def _read_checkpoints(log: LogRead, place: SealPlace) -> None:
    before: Checkpoint | None = None
    broken = False
    for number in range(1, newest_number(place) + 1):
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
        kept = check_checkpoint(read_note(path), log.chain)
        if kept not in log.checkpoints:
            last = log.last.number if log.last else 0
            ends = f"the log ends with checkpoint {last}" if kept.number > last else "the log has another one"
            raise Invalid(f"checkpoint {kept.number}, which was signed {kept.sealed_at}, is not in the log: {ends}")
    except (Invalid, OSError) as wrong:
        log.findings.append(Finding("log_changed", f"{path.name}: {wrong}", path.name))
