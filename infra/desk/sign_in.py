"""Sign-ins: how the book knows the name by which a machine knows a person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from infra.desk.problems import Problem, Stopped

if TYPE_CHECKING:
    from projections import Books

# No system has longer names of users.
_LONGEST: Final = 256


def sound(sign_in: str) -> str:
    """Return a sign-in that some machine may have; raises Stopped if no user is ever called so."""
    if not 0 < len(sign_in) <= _LONGEST or sign_in != sign_in.strip() or not sign_in.isprintable():
        raise Stopped(Problem("sign_in_malformed", _MALFORMED))
    return sign_in


def spelt_otherwise(books: Books, key: Path, sign_in: str, person_id: str) -> bool:
    """Whether another person has this sign-in in other letters, capital or small."""
    others = {sign_in.lower(), sign_in.upper(), sign_in.capitalize()} - {sign_in}
    return any(holder(books, key, one) not in (None, person_id) for one in others)


def hashed(key: Path, sign_in: str) -> str:
    """Return the keyed hash of a sign-in, which is in the book; raises VaultRefused without the master key."""
    from ledger.vault.master_key import read_key

    return read_key(key).keyed_hash("sign-in", sign_in)


def holder(books: Books, key: Path, sign_in: str) -> str | None:
    """Return the id of the person who has this sign-in now, or None."""
    from ledger.domain.people.sign_in import holder_of, sign_in_stream

    if not _is_text(sign_in):
        return None
    stream = sign_in_stream(hashed(key, sign_in))
    facts = [dated for _, _, dated in books.journal.facts([stream])]
    return holder_of({stream: books.catalogue.remember(stream, None, facts)}, stream)


def reader(books: Books, key: Path, sign_in: str) -> str | None:
    """Return who only reads, if the book knows them, and if the master key is here, without which nobody is known."""
    from ledger.vault import VaultRefused

    try:
        return holder(books, key, sign_in)
    except VaultRefused:
        return None


def _is_text(text: str) -> bool:
    """Whether what was typed is text: bytes that are not come as characters that no text has."""
    return not any("\ud800" <= one <= "\udfff" for one in text)


_MALFORMED: Final = (
    f"A sign-in is the name of a user of a machine: 1 to {_LONGEST} characters, without spaces before or behind it and "
    "without control characters. Type it as `id -un` prints it there."
)
