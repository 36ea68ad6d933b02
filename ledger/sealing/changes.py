"""Sentences about changed facts: edited, deleted, inserted or moved, with their neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ledger.sealing.leaves import Leaf
from ledger.sealing.verifier import leaf_hash

if TYPE_CHECKING:
    from ledger.journal.recorded_facts import StoredFact

# Moved facts are searched for only if there are at most this many differences.
_MOST_PAIRED: Final = 300
END: Final = "the end"


@dataclass(slots=True)
class Difference:
    """A position where fact and leaf differ or one is missing; `before` and `after` name the facts on either side."""

    position: int
    fact: StoredFact | None
    leaf: Leaf | None
    index: int
    before: str
    after: str = ""


def moves(differences: Sequence[Difference]) -> dict[int, str]:
    """Map each moved fact's present position to its sealed place, as 'from position 5' or 'from version 1'.

    A fact whose version was changed also counts as moved.
    """
    if len(differences) > _MOST_PAIRED:
        return {}
    sealed = {one.leaf.hash: one.position for one in differences if one.leaf is not None}
    versions = {one.fact.version for one in differences if one.fact is not None}
    moved: dict[int, str] = {}
    for one in differences:
        if (fact := one.fact) is None or fact.version < 1:
            continue
        for position in sealed.values():
            if position != fact.position and sealed.get(leaf_hash(position, *fact[1:])) == position:
                moved[fact.position] = _from(position)
        for version in versions - {fact.version}:
            if version > 0 and fact.position > 0:
                hashed = leaf_hash(fact.position, fact.stream, version, fact.name, fact.state)
                if sealed.get(hashed) == fact.position:
                    moved[fact.position] = f"from version {version}"
    return moved


def described(one: Difference, number: int, moved: dict[int, str]) -> tuple[str, str, str]:
    """The code, message and subject of a finding; `number` is the number of the checkpoint that covers the fact."""
    between = f"between {one.before} and {one.after or END}"
    if one.fact is None:
        moved_from = [position for position, said in moved.items() if said == _from(one.position)]
        if moved_from:
            sentence = (
                f"the fact at position {one.position} was moved to position {moved_from[0]} after checkpoint {number}"
            )
            return "fact_moved", sentence, f"position {one.position}"
        sentence = f"the fact at position {one.position}, {between}, was deleted after checkpoint {number} sealed it"
        return "fact_deleted", sentence, f"position {one.position}"
    label = f"{one.fact.stream}@{one.fact.version}"
    place = f"{label} at position {one.position}"
    if said := moved.get(one.position):
        lost = ""
        if one.leaf is not None and said.startswith("from position") and _from(one.position) not in moved.values():
            lost = "; the fact that was sealed at this position is gone"
        return "fact_moved", f"{place} was moved there {said} after checkpoint {number} sealed it{lost}", label
    if one.leaf is None:
        return "fact_inserted", f"{place}, {between}, was inserted after checkpoint {number} was signed", label
    return "fact_edited", f"{place} was edited after checkpoint {number} sealed it", label


def _from(position: int) -> str:
    return f"from position {position}"
