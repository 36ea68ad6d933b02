"""The vault: what is personal, in a store of its own under keys of its own; facts hold only ids."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ledger.vault.erasure import erase, unerased
    from ledger.vault.foundation import found_vault
    from ledger.vault.master_key import key_file
    from ledger.vault.migrations import MIGRATIONS
    from ledger.vault.occasion import Occasion
    from ledger.vault.presence import has_reason, known, put_since, require_own_key
    from ledger.vault.refusals import VaultRefused
    from ledger.vault.replacement import replace_key
    from ledger.vault.soundness import opened_keys
    from ledger.vault.vault import Entry, Vault

__all__ = [
    "MIGRATIONS",
    "Entry",
    "Occasion",
    "Vault",
    "VaultRefused",
    "erase",
    "found_vault",
    "has_reason",
    "key_file",
    "known",
    "opened_keys",
    "put_since",
    "replace_key",
    "require_own_key",
    "unerased",
]

# The module of each exported name, imported on first use, so that a command without the vault imports no cipher.
_HOMES = {
    "MIGRATIONS": "migrations",
    "Occasion": "occasion",
    "Entry": "vault",
    "Vault": "vault",
    "VaultRefused": "refusals",
    "erase": "erasure",
    "found_vault": "foundation",
    "key_file": "master_key",
    "has_reason": "presence",
    "known": "presence",
    "put_since": "presence",
    "opened_keys": "soundness",
    "replace_key": "replacement",
    "require_own_key": "presence",
    "unerased": "erasure",
}


if not TYPE_CHECKING:
    # Hidden from the type checker, which would otherwise accept any attribute of this module.
    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
