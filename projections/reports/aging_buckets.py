"""The buckets of the aging, from the entity's terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

# The row of money whose payer is unknown.
UNIDENTIFIED: Final = "unidentified"


class Bucket(NamedTuple):
    """A bucket of the aging: its column, its heading, and its first day past due (None for items not yet due)."""

    name: str
    heading: str
    first: int | None


def buckets(edges: Sequence[int]) -> tuple[Bucket, ...]:
    """Return the buckets: one for items not yet due, then one up to each edge, then one beyond the last edge."""
    firsts = [1, *(edge + 1 for edge in edges)]
    between = [
        Bucket(f"d{first}_{edge}_minor", f"{first}-{edge}", first) for first, edge in zip(firsts, edges, strict=False)
    ]
    beyond = Bucket(f"d{firsts[-1]}_plus_minor", f"{firsts[-1]}+", firsts[-1])
    return (Bucket("current_minor", "current", None), *between, beyond)
