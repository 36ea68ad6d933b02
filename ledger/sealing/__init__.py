"""Sealing: a Merkle tree over all facts, signed checkpoints outside the database, and proofs for outsiders."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ledger.sealing.audit import Amount, Audit, Finding, Window
    from ledger.sealing.keys import chain_of, known_keys
    from ledger.sealing.leaves import LeafReader
    from ledger.sealing.log import LogRead, read_log
    from ledger.sealing.proofs import prove, read_name
    from ledger.sealing.refusals import SealRefused
    from ledger.sealing.seal_folders import SealFolders
    from ledger.sealing.sealed_export import Exported, export
    from ledger.sealing.sealer import Sealed, rotate, seal
    from ledger.sealing.totals import Posted, posted
    from ledger.sealing.verifier import Checkpoint, Invalid, Key, key_given
    from ledger.sealing.witness import Cosigned, cosign

# The module of each exported name, so that cryptography is imported only when something is sealed or checked.
_HOMES = {
    **dict.fromkeys(("Amount", "Audit", "Finding", "Window"), "audit"),
    **dict.fromkeys(("Cosigned", "cosign"), "witness"),
    **dict.fromkeys(("Exported", "export"), "sealed_export"),
    **dict.fromkeys(("chain_of", "known_keys"), "keys"),
    "LeafReader": "leaves",
    "SealFolders": "seal_folders",
    **dict.fromkeys(("prove", "read_name"), "proofs"),
    **dict.fromkeys(("LogRead", "read_log"), "log"),
    "SealRefused": "refusals",
    **dict.fromkeys(("Sealed", "rotate", "seal"), "sealer"),
    **dict.fromkeys(("Posted", "posted"), "totals"),
    **dict.fromkeys(("Checkpoint", "Invalid", "Key", "key_given"), "verifier"),
}

__all__ = [
    "Amount",
    "Audit",
    "Checkpoint",
    "Cosigned",
    "Exported",
    "Finding",
    "Invalid",
    "Key",
    "LeafReader",
    "LogRead",
    "Posted",
    "SealFolders",
    "SealRefused",
    "Sealed",
    "Window",
    "chain_of",
    "cosign",
    "export",
    "key_given",
    "known_keys",
    "posted",
    "prove",
    "read_log",
    "read_name",
    "rotate",
    "seal",
]


if not TYPE_CHECKING:
    # Hidden from the type checker, which would otherwise accept any attribute of this module.
    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
