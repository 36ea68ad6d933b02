"""The one SQL oracle: figures of the books by plain SQL over the raw facts; of ours it knows the default edges only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import psycopg

from ledger.domain.terms.entity import Terms

_FIGURES: Final = (Path(__file__).parent / "oracle.sql").read_bytes()
_ANSWERS: Final = (Path(__file__).parent / "answers.sql").read_bytes()
FIGURES: Final = ("open", "owed", "aged", "held", "asked", "unallocated", "credit", "control")
# Aging buckets, where the entity declares no others.
EDGES: Final = Terms().aging_edges
NEWEST: Final = 2**63 - 1

# Figure, subject, detail: minor units; what is zero is left out.
Figures = dict[tuple[str, str, str], int]
# First and last position and the number of facts, by the key of the command that led to them.
Answers = dict[str, tuple[int, int, int]]


def figures(
    connection: psycopg.Connection[Any], as_of: date, known_at: int = NEWEST, wanted: Sequence[str] = FIGURES
) -> Figures:
    """What the raw facts known at a position come to as of a day; holds are those of now."""
    given = {"as_of": as_of, "known_at": known_at, "figures": list(wanted), "edges": list(EDGES)}
    rows = connection.execute(_FIGURES, given)
    return {(figure, subject, detail): amount for figure, subject, detail, amount in rows}


def answers(connection: psycopg.Connection[Any]) -> Answers:
    """What the raw facts say was answered to each key."""
    return {key: (first, last, count) for key, first, last, count in connection.execute(_ANSWERS)}
