"""The checkpoints of a log on disk: each a signed note of its own, numbered, written whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ledger.sealing.keys import read_note
from ledger.sealing.place import SealPlace, missing, names_in
from ledger.sealing.refusals import SealRefused
from ledger.sealing.verifier import Checkpoint, Introduced, Invalid, Note, check_checkpoint, encoded, parse_checkpoint

_NAME = re.compile(r"([0-9]{8})\.checkpoint")


def path_of(place: SealPlace, number: int) -> Path:
    """The file of a checkpoint."""
    return place.checkpoints / f"{number:08}.checkpoint"


def newest_number(place: SealPlace) -> int:
    """The number of the last checkpoint; 0 where there is none. Raises SealRefused where that cannot be seen."""
    found = map(_NAME.fullmatch, names_in(place.checkpoints))
    return max((int(one[1]) for one in found if one), default=0)


def read_checkpoint(place: SealPlace, number: int, chain: Sequence[Introduced]) -> Checkpoint:
    """The checkpoint of a number, its signature checked; raises Invalid naming its file."""
    return checked(path_of(place, number), chain, number)


def last_checkpoint(place: SealPlace, chain: Sequence[Introduced]) -> Checkpoint | None:
    """The last checkpoint, its signature checked, and that the key signed nothing after it. Raises SealRefused."""
    number = newest_number(place)
    try:
        found = read_checkpoint(place, number, chain) if number else None
        if place.signed.exists():
            signed = read_note(place.signed).text
            known = parse_checkpoint(signed).number
            if known > number or _note(path_of(place, known)).text != signed:
                raise Invalid(
                    f"checkpoint {known}, which the key signed, is not in the log: it was put back or changed"
                )
    except (Invalid, OSError) as wrong:
        raise SealRefused("log_changed", f"{wrong}; run `reskontra verify`, and put back what was lost") from None
    return found


def no_checkpoint(place: SealPlace) -> SealRefused:
    """Why there is no checkpoint: nothing was ever sealed, or what was is gone."""
    what = f"there is no checkpoint in {place.checkpoints}"
    return missing(place, what, "nothing is sealed yet; run `reskontra seal now`")


def checked(path: Path, chain: Sequence[Introduced], number: int | None = None) -> Checkpoint:
    """The checkpoint of a file, signed with the log's key of its time; raises Invalid naming the file."""
    note = _note(path)
    try:
        found = check_checkpoint(note, chain)
    except Invalid as wrong:
        raise Invalid(f"checkpoint file {path.name}: {wrong}") from None
    if number is not None and found.number != number:
        raise Invalid(f"checkpoint file {path.name} holds checkpoint {found.number}")
    return found


def _note(path: Path) -> Note:
    try:
        return read_note(path)
    except FileNotFoundError:
        raise Invalid(f"checkpoint file {path.name} is missing") from None


def text_of(checkpoint: Checkpoint) -> str:
    """The text that is signed (c2sp.org/tlog-checkpoint, with lines of ours after the first three)."""
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
