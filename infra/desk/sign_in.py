"""Sign-ins: how the book knows the name by which a machine knows a person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from projections import Books


def hashed(key: Path, sign_in: str) -> str:
    """Return the keyed hash of a sign-in, which is in the book; raises VaultRefused without the master key."""
    from ledger.vault.master_key import read_key

    return read_key(key).keyed_hash("sign-in", sign_in)


def holder(books: Books, key: Path, sign_in: str) -> str | None:
    """Return the id of the person who has this sign-in now, or None."""
    from ledger.domain.people.sign_in import holder_of, sign_in_stream

    stream = sign_in_stream(hashed(key, sign_in))
    facts = [dated for _, _, dated in books.journal.facts([stream])]
    return holder_of({stream: books.catalogue.remember(stream, None, facts)}, stream)
