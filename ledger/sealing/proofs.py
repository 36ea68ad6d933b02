"""Proofs that one fact was sealed, for outsiders; a proof contains all that a verifier needs except the log's key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ledger.sealing.checkpoints import newest_number, no_checkpoint, path_of, read_checkpoint
from ledger.sealing.keys import known_keys, note_paths
from ledger.sealing.leaves import Leaves, require_place
from ledger.sealing.refusals import SealRefused
from ledger.sealing.seal_folders import SealFolders
from ledger.sealing.tree import inclusion_path
from ledger.sealing.verifier import LEAF_RECORD, PROOF_FORMAT, Checkpoint, Invalid, check_proof, encoded

if TYPE_CHECKING:
    from ledger.journal import Journal
    from ledger.journal.recorded_facts import StoredFact

_NAMED: Final = re.compile(r"([^@\s]+)@([1-9][0-9]{0,17})")


def prove(journal: Journal, seals: SealFolders, fact: str) -> dict[str, Any]:
    """Prove a fact, given by STREAM@VERSION or by position; returns the checked proof as plain JSON values.

    Raises SealRefused if there is no such fact, if it is not sealed yet, or if it differs from what was sealed.
    """
    stored = _find(journal, *read_name(fact))
    require_place(stored)
    label = f"{stored.stream}@{stored.version}"
    number = newest_number(seals)
    if not number:
        raise no_checkpoint(seals)
    try:
        chain = known_keys(seals)
        last = read_checkpoint(seals, number, chain)
        if stored.position > last.position:
            raise SealRefused("not_sealed", f"{label} is after checkpoint {number}; seal it with `reskontra seal now`")
        _require_leaves(seals, last)
        with Leaves(seals.folder) as leaves:
            if not leaves.leads_to(last.size, last.root):
                raise Invalid(f"the leaves are not the leaves that checkpoint {number} sealed")
            index = leaves.index_of(stored.position, last.size)
            path = inclusion_path(index, last.size, leaves.hash_of) if index < last.size else []
        proof = {
            "format": PROOF_FORMAT,
            "fact": {**stored._asdict(), "state": encoded(stored.state)},
            "leaf_index": index,
            "path": [encoded(one) for one in path],
            "checkpoint": path_of(seals, last.number).read_text(encoding="utf-8"),
            "keys": [note.read_text(encoding="utf-8") for note in note_paths(seals.notes)],
        }
        check_proof(proof, chain[-1].key)
    except Invalid as wrong:
        sentence = (
            f"{label} cannot be proven, because its history or the log was changed ({wrong}); run `reskontra verify`"
        )
        raise SealRefused("history_changed", sentence) from None
    return proof


def read_name(fact: str) -> tuple[str | None, int]:
    """Return (stream, version) or (None, position), whichever the text gives; raises SealRefused for other texts."""
    if named := _NAMED.fullmatch(fact):
        return named[1], int(named[2])
    if re.fullmatch(r"[0-9]{1,18}", fact):
        return None, int(fact)
    sentence = f"{fact!r} does not name a fact; give STREAM@VERSION, such as invoice-i1@1, or a position"
    raise SealRefused("fact_unknown", sentence)


def _find(journal: Journal, stream: str | None, number: int) -> StoredFact:
    found = [number]
    if stream is not None:
        found = [one.position for one in journal.read_all(stream) if one.version == number]
    stored = [one for position in found for one in journal.stored(position - 1, position, 1)]
    if not stored:
        named = f"at position {number}" if stream is None else f"{stream}@{number}"
        raise SealRefused("fact_unknown", f"there is no fact {named}")
    return stored[0]


def _require_leaves(seals: SealFolders, last: Checkpoint) -> None:
    """Check that the leaves of the last checkpoint exist; nothing is created."""
    path = seals.folder / "leaves"
    try:
        there = path.stat().st_size // LEAF_RECORD.size
    except FileNotFoundError:
        there = 0
    if there < last.size:
        sentence = (
            f"{path} has {there} leaves, but checkpoint {last.number} sealed {last.size}, so nothing can be proven"
        )
        raise SealRefused("log_changed", f"{sentence}; restore the file from a backup, and run `reskontra verify`")
