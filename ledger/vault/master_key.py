"""The master key of an entity: random bytes in a file of its own, outside the database.

The file's first line is the secret for names, from which keyed hashes derive; it never changes, or no name would be
found again. Each further line is a secret that wraps other keys: normally one, and two while the key is being replaced.
"""

from __future__ import annotations

import hashlib
import secrets
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ledger.disk import alone, make_folder, together, write_whole
from ledger.vault.refusals import VaultRefused

_BYTES: Final = 32
# Seconds to wait for another process that makes the same key.
_PATIENCE: Final = 10.0


@dataclass(frozen=True, slots=True)
class MasterKey:
    """The key from which an entity's other keys are derived, one for each purpose, and the secrets that wrap keys."""

    _secret: bytes = field(repr=False)
    _wrapping: tuple[bytes, ...] = field(repr=False)

    def derived(self, purpose: str) -> bytes:
        """The key of 32 bytes for one purpose; from it, neither the master key nor another key can be found.

        Source: RFC 7693, BLAKE2 with a key as a pseudo-random function.
        """
        return hashlib.blake2b(purpose.encode(), key=self._secret, digest_size=_BYTES).digest()

    def keyed_hash(self, purpose: str, text: str) -> str:
        """A name for a text, of 32 hexadecimal digits, that nobody without the key can connect with the text."""
        return hashlib.blake2b(text.encode(), key=self.derived(purpose), digest_size=16).hexdigest()

    @property
    def fingerprint(self) -> str:
        """What identifies this key and says nothing of its secrets."""
        return _fingerprint(self._secret)

    @property
    def wrapping(self) -> Mapping[str, bytes]:
        """The secrets that wrap other keys, by their fingerprints; the one for new keys is the last."""
        return {_fingerprint(secret): secret for secret in self._wrapping}

    @property
    def newest(self) -> str:
        """The fingerprint of the secret that wraps new keys."""
        return _fingerprint(self._wrapping[-1])


def key_file(entity: str, data_dir: Path, keys: Path | None) -> Path:
    """The file of an entity's master key: in `keys` if the operator gives this folder, else inside `data_dir`."""
    return (keys or data_dir / "vault-keys") / f"{entity}.key"


def read_key(path: Path) -> MasterKey:
    """Read the master key; raises VaultRefused if it is missing, damaged, or not private."""
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise VaultRefused("vault_key_unreadable", f"others can read {path}; prevent this with: chmod 600 {path}")
        lines = path.read_text(encoding="ascii").split()
    except FileNotFoundError:
        raise VaultRefused("vault_key_missing", _MISSING.format(path=path)) from None
    except (OSError, UnicodeDecodeError) as trouble:
        raise VaultRefused("vault_key_unreadable", f"the vault's key {path} cannot be read ({trouble})") from None
    try:
        first, *others = (bytes.fromhex(line) for line in lines)
    except ValueError:
        first, others = b"", []
    if not others or any(len(secret) != _BYTES for secret in (first, *others)):
        raise VaultRefused("vault_key_unreadable", f"{path} is not a key of the vault; restore it from a backup")
    return MasterKey(first, tuple(others))


def make_key(path: Path) -> MasterKey:
    """Return the master key, which is made if there is none; of two processes, one makes it and both return it."""
    make_folder(path.parent)
    with alone(path.parent, _PATIENCE, _taken(path)):
        if not path.exists():
            _write(path, MasterKey(secrets.token_bytes(_BYTES), (secrets.token_bytes(_BYTES),)))
        return read_key(path)


def begin_replacement(path: Path) -> MasterKey:
    """Add a new secret for wrapping, and return the key with both; if one was added before, that one is taken."""
    with alone(path.parent, _PATIENCE, _taken(path)):
        found = read_key(path)
        if len(found._wrapping) > 1:
            return found
        grown = MasterKey(found._secret, (*found._wrapping, secrets.token_bytes(_BYTES)))
        _write(path, grown)
        return grown


def end_replacement(path: Path, last: Callable[[MasterKey], int]) -> None:
    """Remove every secret for wrapping but the newest, once no key is wrapped by the others.

    Before, `last` wraps anew what somebody wrapped by them until now; meanwhile nobody is `using` the key.
    """
    with alone(path.parent, _PATIENCE, _taken(path)):
        found = read_key(path)
        last(found)
        _write(path, MasterKey(found._secret, found._wrapping[-1:]))


@contextmanager
def using(path: Path) -> Iterator[MasterKey]:
    """Read the master key to wrap new keys by it; while the block lasts, none of its secrets is removed."""
    if not path.parent.is_dir():
        raise VaultRefused("vault_key_missing", _MISSING.format(path=path))
    with together(path.parent, _PATIENCE, _taken(path)):
        yield read_key(path)


def _write(path: Path, key: MasterKey) -> None:
    write_whole(path, "".join(f"{secret.hex()}\n" for secret in (key._secret, *key._wrapping)))


def _fingerprint(secret: bytes) -> str:
    return hashlib.blake2b(b"fingerprint", key=secret, digest_size=8).hexdigest()


def _taken(path: Path) -> VaultRefused:
    return VaultRefused("vault_key_unreadable", f"another process is writing the vault's key {path}; try again")


_MISSING: Final = (
    "the vault's key {path} is missing: set RESKONTRA_VAULT_KEYS to its folder, or restore it from a backup; nothing "
    "in the vault can be read without it"
)
