"""The checkpoint files of a log: each is a numbered signed note, written completely or not at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ledger.sealing.keys import read_note
from ledger.sealing.refusals import SealRefused
from ledger.sealing.seal_folders import SealFolders, missing, names_in
from ledger.sealing.verifier import Checkpoint, Introduced, Invalid, Note, check_checkpoint, encoded, parse_checkpoint

_NAME = re.compile(r"([0-9]{8})\.checkpoint")


def path_of(seals: SealFolders, number: int) -> Path:
    """The file of a checkpoint."""
    return seals.checkpoints / f"{number:08}.checkpoint"


def newest_number(seals: SealFolders) -> int:
    """The number of the last checkpoint, or 0. Raises SealRefused if the folder cannot be read."""
    found = map(_NAME.fullmatch, names_in(seals.checkpoints))
    return max((int(one[1]) for one in found if one), default=0)


def read_checkpoint(seals: SealFolders, number: int, chain: Sequence[Introduced]) -> Checkpoint:
    """Read the checkpoint with this number and check its signature; raises Invalid, naming the file."""
    return checked(path_of(seals, number), chain, number)


def last_checkpoint(seals: SealFolders, chain: Sequence[Introduced]) -> Checkpoint | None:
    """The last checkpoint, if any; raises SealRefused if its signature is wrong or a later checkpoint is missing."""
    number = newest_number(seals)
    try:
        found = read_checkpoint(seals, number, chain) if number else None
        if seals.signed.exists():
            signed = read_note(seals.signed).text
            known = parse_checkpoint(signed).number
            if known > number or _note(path_of(seals, known)).text != signed:
                raise Invalid(
                    f"checkpoint {known} was signed with the log's key, but the log does not contain this "
                    "checkpoint: the log was changed or replaced by an older copy"
                )
    except (Invalid, OSError) as wrong:
        raise SealRefused("log_changed", f"{wrong}; run `reskontra verify`, and restore what was lost") from None
    return found


def no_checkpoint(seals: SealFolders) -> SealRefused:
    """The refusal that says why there is no checkpoint: nothing was ever sealed, or the files are gone."""
    what = f"there is no checkpoint in {seals.checkpoints}"
    return missing(seals, what, "nothing is sealed yet; run `reskontra seal now`")


def checked(path: Path, chain: Sequence[Introduced], number: int | None = None) -> Checkpoint:
    """The checkpoint in a file.

    Raises Invalid, naming the file, if the checkpoint is not signed with the key that the log had at that checkpoint.
    """
    note = _note(path)
    try:
        found = check_checkpoint(note, chain)
    except Invalid as wrong:
        raise Invalid(f"checkpoint file {path.name}: {wrong}") from None
    if number is not None and found.number != number:
        raise Invalid(f"checkpoint file {path.name} contains checkpoint {found.number} instead")
    return found


def _note(path: Path) -> Note:
    try:
        return read_note(path)
    except FileNotFoundError:
        raise Invalid(f"checkpoint file {path.name} is missing") from None


def text_of(checkpoint: Checkpoint) -> str:
    """The text to sign (c2sp.org/tlog-checkpoint): the three required lines, then our extension lines."""
    lines = [
        checkpoint.origin,
        str(checkpoint.size),
        encoded(checkpoint.root),
        f"checkpoint {checkpoint.number}",
        f"position {checkpoint.position}",
        f"day {checkpoint.day}",
        f"sealed_at {checkpoint.sealed_at}",
        *(f"total {currency} {account} {minor}" for currency, account, minor in checkpoint.totals),
        *(f"loading {stream}" for stream in checkpoint.loading),
        f"before {checkpoint.before}",
        *(f"consistent {encoded(one)}" for one in checkpoint.proof),
    ]
    return "\n".join(lines) + "\n"
