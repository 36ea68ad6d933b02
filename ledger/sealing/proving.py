"""Proofs for outsiders: that one fact was sealed, with all that a verifier needs beside the log's key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ledger.sealing.checkpoints import newest_number, path_of, read_checkpoint
from ledger.sealing.keys import chain_of
from ledger.sealing.leaves import Leaves
from ledger.sealing.place import SealPlace
from ledger.sealing.refusals import SealRefused
from ledger.sealing.tree import inclusion_path
from ledger.sealing.verifier import Invalid, check_proof, encoded

if TYPE_CHECKING:
    from ledger.journal import Journal
    from ledger.journal.recorded import StoredFact

FORMAT: Final = "reskontra-proof/1"
_NAMED: Final = re.compile(r"([^@\s]+)@([1-9][0-9]{0,17})")


def prove(journal: Journal, place: SealPlace, fact: str) -> dict[str, Any]:
    """A proof, as plain JSON values, of a fact named by STREAM@VERSION or by its position; it was checked.

    Raises SealRefused when there is no such fact, when it is not sealed yet, or when it is not what was sealed.
    """
    stored = _find(journal, fact)
    label = f"{stored.stream}@{stored.version}"
    number = newest_number(place)
    try:
        chain = chain_of(place)
        last = read_checkpoint(place, number, chain) if number else None
        if last is None or stored.position > last.position:
            raise SealRefused(
                "not_sealed", f"{label} lies after checkpoint {number}; seal it with `reskontra seal now`"
            )
        with Leaves(place.folder) as leaves:
            index = leaves.index_of(stored.position, last.size)
            path = inclusion_path(index, last.size, leaves.hash_of) if index < last.size else []
        proof = {
            "format": FORMAT,
            "fact": {**stored._asdict(), "state": encoded(stored.state)},
            "leaf_index": index,
            "path": [encoded(one) for one in path],
            "checkpoint": path_of(place, last.number).read_text(encoding="utf-8"),
            "keys": [note.read_text(encoding="utf-8") for note in sorted(place.notes.glob("*.note"))],
        }
        check_proof(proof, chain[-1].key)
    except Invalid as wrong:
        sentence = f"{label} cannot be proven, because history or log was changed ({wrong}); run `reskontra verify`"
        raise SealRefused("history_changed", sentence) from None
    return proof


def _find(journal: Journal, fact: str) -> StoredFact:
    named = _NAMED.fullmatch(fact)
    if named is not None:
        found = [one.position for one in journal.read_all(named[1]) if one.version == int(named[2])]
    elif re.fullmatch(r"[0-9]{1,18}", fact):
        found = [int(fact)]
    else:
        raise SealRefused(
            "fact_unknown", f"{fact!r} names no fact; give STREAM@VERSION, as in invoice-i1@1, or a position"
        )
    stored = [one for position in found for one in journal.stored(position - 1, position, 1)]
    if not stored:
        raise SealRefused("fact_unknown", f"no fact {fact} is recorded")
    return stored[0]
