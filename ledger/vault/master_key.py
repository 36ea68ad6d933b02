"""The master key of an entity: 32 random bytes in a file of its own, outside the database."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ledger.disk import alone, make_folder, write_whole
from ledger.vault.refusals import VaultRefused

_BYTES: Final = 32
# Seconds to wait for another process that makes the same key.
_PATIENCE: Final = 10.0


@dataclass(frozen=True, slots=True)
class MasterKey:
    """The key from which an entity's other keys are derived, one for each purpose."""

    _secret: bytes = field(repr=False)

    def derived(self, purpose: str) -> bytes:
        """The key of 32 bytes for one purpose; from it, neither the master key nor another key can be found.

        Source: RFC 7693, BLAKE2 with a key as a pseudo-random function.
        """
        return hashlib.blake2b(purpose.encode(), key=self._secret, digest_size=_BYTES).digest()

    def keyed_hash(self, purpose: str, text: str) -> str:
        """A name for a text, of 32 hexadecimal digits, that nobody without the key can connect with the text."""
        return hashlib.blake2b(text.encode(), key=self.derived(purpose), digest_size=16).hexdigest()


def read_key(path: Path) -> MasterKey:
    """Read the master key; raises VaultRefused if it is missing, damaged or unreadable."""
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise VaultRefused("vault_key_missing", _MISSING.format(path=path)) from None
    except (OSError, UnicodeDecodeError) as trouble:
        raise VaultRefused("vault_key_unreadable", f"the vault's key {path} cannot be read ({trouble})") from None
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != _BYTES:
        raise VaultRefused("vault_key_unreadable", f"{path} is not a key of the vault; restore it from a backup")
    return MasterKey(secret)


def make_key(path: Path) -> MasterKey:
    """Return the master key, which is made if there is none; of two processes, one makes it and both return it."""
    make_folder(path.parent)
    taken = VaultRefused("vault_key_unreadable", f"another process is making the vault's key {path}; try again")
    with alone(path.parent, _PATIENCE, taken):
        if not path.exists():
            write_whole(path, f"{secrets.token_hex(_BYTES)}\n")
        return read_key(path)


_MISSING: Final = (
    "the vault's key {path} is missing: set RESKONTRA_VAULT_KEYS to its folder, or restore it from a backup; nothing "
    "in the vault can be read without it"
)
