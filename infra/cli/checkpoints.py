"""A checkpoint in an answer: as a row for programs, and as a sentence for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infra.desk.counts import counted

if TYPE_CHECKING:
    from ledger.sealing import Checkpoint


def row_of(checkpoint: Checkpoint) -> dict[str, Any]:
    """Return the checkpoint as a row, for programs."""
    return {
        "checkpoint": checkpoint.number,
        "facts": checkpoint.size,
        "position": checkpoint.position,
        "root": checkpoint.root.hex(),
        "day_on": checkpoint.day,
        "sealed_at": checkpoint.sealed_at,
        "loading": list(checkpoint.loading),
    }


def sentence_of(checkpoint: Checkpoint) -> str:
    """Return the checkpoint as a sentence, for people."""
    position = f"{counted(checkpoint.size, 'fact')} up to position {checkpoint.position}"
    return f"checkpoint {checkpoint.number}, day {checkpoint.day}, {position}, root {checkpoint.root.hex()}"
