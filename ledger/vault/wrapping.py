"""Keys under keys: a data key is wrapped by the master key, and a text is encrypted under its subject's data key.

Everything is AES-256-GCM with a random nonce before the ciphertext, and is bound to what it is of, so that no
ciphertext can be put in another one's place. Source: NIST SP 800-38D.
"""

from __future__ import annotations

import os
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.vault.master_key import MasterKey
from ledger.vault.refusals import VaultRefused

_NONCE: Final = 12
_KEY_BITS: Final = 256


class WrappedKey(NamedTuple):
    """A key as it is stored, and the fingerprint of the secret that wraps it."""

    fingerprint: str
    content: bytes


def new_key() -> bytes:
    """A new data key."""
    return AESGCM.generate_key(_KEY_BITS)


def wrapped(master: MasterKey, key: bytes, *of: str) -> WrappedKey:
    """The key, wrapped by the newest secret of the master key, and bound to what it is of."""
    return WrappedKey(master.newest, encrypted(master.wrapping[master.newest], key, *of))


def unwrapped(master: MasterKey, key: WrappedKey, *of: str) -> bytes:
    """The key itself; raises VaultRefused if another master key wrapped it, or if it was changed."""
    secret = master.wrapping.get(key.fingerprint)
    if secret is None:
        raise VaultRefused("vault_key_other", OTHER)
    return decrypted(secret, key.content, *of)


def encrypted(key: bytes, content: bytes, *of: str) -> bytes:
    """The content under this key, bound to what it is of."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, identity(*of))


def decrypted(key: bytes, content: bytes, *of: str) -> bytes:
    """The plain content; raises VaultRefused if it was changed, or belongs to something else."""
    try:
        return AESGCM(key).decrypt(content[:_NONCE], content[_NONCE:], identity(*of))
    except (InvalidTag, ValueError):
        raise VaultRefused(
            "vault_damaged", "something in the vault was changed or moved from its place; restore it from a backup"
        ) from None


def identity(*of: str) -> bytes:
    """The words as bytes, each with its length, so that no two different lists of words are the same bytes."""
    return b"".join(len(word.encode()).to_bytes(4, "big") + word.encode() for word in of)


OTHER: Final = (
    "the vault was made with another master key than the one in this file: set RESKONTRA_VAULT_KEYS to the folder of "
    "the right one, or restore it from a backup"
)
ENDED: Final = (
    "this file of the master key is from before its last replacement: restore the newer one from a backup; what was "
    "wrapped since then cannot be read with this one"
)
