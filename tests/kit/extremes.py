"""Extreme values: for a command, the same with one of its fields at, or beyond, an end of what the field may have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec.structs import replace

from ledger.domain.days import FIRST_DAY, LAST_DAY
from ledger.domain.fact import Command
from ledger.domain.grammar import MOST_MINOR

DAY: Final = timedelta(days=1)
NUMBERS: Final = (0, -1, 1, MOST_MINOR, MOST_MINOR + 1, 2**31 - 1, 2**63 - 1, 2**63)
DAYS: Final = (FIRST_DAY, LAST_DAY, FIRST_DAY - DAY, LAST_DAY + DAY, date.min, date.max)
# The number of a person, of a synthetic one and of persons for tests, and what somebody types who was refused one.
PERSONAL: Final = (
    "8803200016",
    "p8803200016",
    "880320_0016",
    "1-988-032-000-16",
    "15818695095",
    "010190-900P",
    "251248-9996",
)
TEXTS: Final = ("", " ", "north\0", "abc\u202e321", "a\nb", "\ud800", "x" * 64, "x" * 10_000, "Eva Ek, HIV", *PERSONAL)
CURRENCIES: Final = ("JPY", "KWD", "sek", "")
# Below are leaves: the name of each field that holds a value, with the value's type.
Leaf = tuple[str, Any]


def leaves_of(kind: type[msgspec.Struct]) -> list[Leaf]:
    """Every field of a command and of its parts, by name, once."""
    found: dict[str, Any] = {}
    for name, hint in get_type_hints(kind).items():
        if name in kind.__struct_fields__:
            for plain in _plain(hint):
                if isinstance(plain, type) and issubclass(plain, msgspec.Struct):
                    found |= dict(leaves_of(plain))
                elif plain in (str, int, bool, date) or get_origin(plain) is Literal:
                    found[name] = plain
    return list(found.items())


def _plain(hint: Any) -> list[Any]:
    parts = () if get_origin(hint) is Literal else get_args(hint)
    return [one for part in parts for one in _plain(part)] if parts else [hint]


def values_for(leaf: Leaf) -> tuple[Any, ...]:
    """The extreme values of a field."""
    name, kind = leaf
    if kind is int:
        return NUMBERS
    if kind is date:
        return DAYS
    if kind is str:
        return (*TEXTS, *CURRENCIES) if name == "currency" else TEXTS
    return get_args(kind) if get_origin(kind) is Literal else (True, False)


def extremes(command: Command) -> Iterator[Command]:
    """The command with each of its fields, wherever it is, at each of the field's extreme values."""
    for leaf in leaves_of(type(command)):
        for value in values_for(leaf):
            changed = with_all(command, leaf[0], value)
            if changed != command:
                yield changed


def with_all(value: Any, name: str, new: Any) -> Any:
    """The same with another value in every field of a name: an amount of a line is also the amount that is owed."""
    if isinstance(value, tuple):
        return tuple(with_all(one, name, new) for one in value)
    if not isinstance(value, msgspec.Struct):
        return value
    changed = {field: with_all(getattr(value, field), name, new) for field in value.__struct_fields__}
    if name in changed and not isinstance(changed[name], msgspec.Struct):
        changed[name] = tuple(new for _ in changed[name]) if isinstance(changed[name], tuple) else new
    return replace(value, **changed)
