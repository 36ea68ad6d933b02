"""Reads the names that people type for things: a number, a reference, an amount, an id or a part of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from infra.desk.amounts import minor_units
from infra.desk.problems import Problem, Stopped, quoted

if TYPE_CHECKING:
    from projections.store.names import Asked

# If a name could mean several things, one of these prefixes says which is meant.
_KINDS: Final = re.compile(r"(id|number|reference):(.+)")
_AMOUNT: Final = re.compile(r"amount:(.+)")
# A number never begins with zero; digits that begin with zero belong to an id or a reference.
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}")
_PART: Final = re.compile(r"[A-Za-z0-9._-]{4,64}")
# A reference has at most so many characters (Bankgirot's OCR and ISO 11649).
_LONGEST: Final = 25
# Lists show ids in short, with this mark for what is left out.
_LEFT_OUT: Final = "\N{HORIZONTAL ELLIPSIS}"


def asked(name: str) -> Asked:
    """Return what a name may mean; a prefix such as `number:` selects one meaning."""
    from projections.store.names import Asked

    said = _KINDS.fullmatch(name)
    kind, text = (said[1], said[2]) if said else ("", name)
    bare = "".join(text.split())
    return Asked(
        id=bare_id(text) if kind in ("", "id") else None,
        number=int(bare) if kind in ("", "number") and _NUMBER.fullmatch(bare) else None,
        reference=spellings(text) if kind in ("", "reference") and bare else None,
    )


def bare_id(text: str) -> str:
    """Return an id or a part of one without the mark of what was left out."""
    return text.strip(_LEFT_OUT)


def part(text: str) -> str | None:
    """Return the part of an id that a text may be: 4 to 64 characters; None if it cannot be one."""
    bare = bare_id(text.removeprefix("id:"))
    return bare if _PART.fullmatch(bare) else None


def number(text: str) -> int:
    """Return the number that a text is; raises Stopped."""
    bare = "".join(text.split())
    if not _NUMBER.fullmatch(bare):
        raise Stopped(Problem("number_malformed", f"{quoted(text)} is not a number; give one such as 1001"))
    return int(bare)


def spellings(text: str) -> list[str]:
    """Return how a reference may be written: without spaces, in capitals, and digits after fewer or more zeros."""
    bare = "".join(text.split()).upper()
    if not (bare.isascii() and bare.isdecimal()):
        return [bare]
    least = bare.lstrip("0") or "0"
    return [least.zfill(length) for length in range(len(least), _LONGEST + 1)] or [bare]


def amount(text: str) -> str | None:
    """Return the amount of a name such as amount:400.00; None for any other name."""
    found = _AMOUNT.fullmatch(text)
    return None if found is None else found[1]


def in_currencies(text: str, currencies: Sequence[str]) -> dict[str, int]:
    """Return an amount in minor units of each currency that has its decimals; raises Stopped if none has.

    A currency may follow the amount, as in 400.00 SEK.
    """
    wanted, _, named = text.strip().rpartition(" ")
    chosen, meant = (wanted, [named]) if named in currencies else (text, list(currencies))
    found: dict[str, int] = {}
    refused: Stopped | None = None
    for currency in meant:
        try:
            found[currency] = minor_units(chosen.lstrip("+-\N{MINUS SIGN}"), currency)
        except Stopped as stopped:
            refused = stopped
    if not found:
        assert refused is not None, "an entity has at least one currency"
        raise refused
    return found
