"""A checkpoint as an answer: its row, and its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ledger.sealing import Checkpoint


def row_of(checkpoint: Checkpoint) -> dict[str, Any]:
    """What a program is answered of a checkpoint."""
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
    """What a person is answered of a checkpoint."""
    position = f"{checkpoint.size} facts up to position {checkpoint.position}"
    return f"checkpoint {checkpoint.number}, day {checkpoint.day}, {position}, root {checkpoint.root.hex()}"
