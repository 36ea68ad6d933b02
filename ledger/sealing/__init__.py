"""The seals: a hash tree over all facts, its signed checkpoints outside the database, and proofs for an outsider."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ledger.sealing.auditing import Audit, Finding, Window
    from ledger.sealing.countersigning import Countersigned, countersign
    from ledger.sealing.exporting import Exported, export
    from ledger.sealing.keys import chain_of, known_keys
    from ledger.sealing.leaves import LeafReader
    from ledger.sealing.place import SealPlace
    from ledger.sealing.proving import prove, read_name
    from ledger.sealing.reading_log import LogRead, read_log
    from ledger.sealing.refusals import SealRefused
    from ledger.sealing.sealer import Sealed, rotate, seal
    from ledger.sealing.totals import Posted
    from ledger.sealing.verifier import Checkpoint, Invalid, Key, key_given

# Where each exported name lives; cryptography starts only when something is sealed or checked.
_HOMES = {
    **dict.fromkeys(("Audit", "Finding", "Window"), "auditing"),
    **dict.fromkeys(("Countersigned", "countersign"), "countersigning"),
    **dict.fromkeys(("Exported", "export"), "exporting"),
    **dict.fromkeys(("chain_of", "known_keys"), "keys"),
    "LeafReader": "leaves",
    "SealPlace": "place",
    **dict.fromkeys(("prove", "read_name"), "proving"),
    **dict.fromkeys(("LogRead", "read_log"), "reading_log"),
    "SealRefused": "refusals",
    **dict.fromkeys(("Sealed", "rotate", "seal"), "sealer"),
    "Posted": "totals",
    **dict.fromkeys(("Checkpoint", "Invalid", "Key", "key_given"), "verifier"),
}

__all__ = [
    "Audit",
    "Checkpoint",
    "Countersigned",
    "Exported",
    "Finding",
    "Invalid",
    "Key",
    "LeafReader",
    "LogRead",
    "Posted",
    "SealPlace",
    "SealRefused",
    "Sealed",
    "Window",
    "chain_of",
    "countersign",
    "export",
    "key_given",
    "known_keys",
    "prove",
    "read_log",
    "read_name",
    "rotate",
    "seal",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
