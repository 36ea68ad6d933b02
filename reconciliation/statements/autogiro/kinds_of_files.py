"""The kinds of Autogiro files, and how the start record (TK01) tells them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from reconciliation.statements.autogiro.records import (
    AMENDED,
    MANDATES,
    NEW,
    OLD,
    OLD_ADVICE,
    OLD_MANDATES,
    ORDERS,
    REJECTED,
    SPECIFICATION,
    WATCHED,
    layout,
)
from reconciliation.statements.fixed_width import Layout

_OLD_MANDATES: Final = re.compile(r"01[0-9]{8}9900[0-9]{10}AG-MEDAVI")
_OLD: Final = re.compile(r"01[0-9]{8}AUTOGIRO")
_NEW: Final = "01AUTOGIRO "
START: Final = re.compile(rb"01(?:AUTOGIRO |[0-9]{8}(?:AUTOGIRO|9900[0-9]{10}AG-))")
# The clearing house's own number, in what it sends in the old layout.
_SENT: Final = "9900"


class FileKind(NamedTuple):
    """A kind of file, and its layout; only the payment specification says what the bank paid, the others advise."""

    name: str
    layout: Layout

    @property
    def advises(self) -> bool:
        """Whether files of this kind move no money."""
        return self.name != "payments"

    @property
    def ends(self) -> bool:
        """Whether a section ends with an end record (TK09); an order has none."""
        return "09" in self.layout.records


# What the start record says of the contents begins with one of these words.
_CONTENTS: Final[Mapping[str, tuple[str, Mapping[str, Mapping[str, slice]]]]] = {
    "BET. SPEC": ("payments", SPECIFICATION),
    "AG-MEDAVI": ("mandates", MANDATES),
    "AVVISADE BET": ("rejected", REJECTED),
    "FELLISTA REG": ("rejected", REJECTED),
    "MAKULERING": ("amended", AMENDED),
    "MAK/": ("amended", AMENDED),
    "BEVAKNINGSREG": ("watched", WATCHED),
}


def kind_of_file(first: str) -> FileKind | None:
    """The kind of a file by its first line; None if it is not known, and for the old payment specification.

    The old specification states no deposit, so nothing in it shows what the bank paid.
    """
    if _OLD_MANDATES.match(first):
        return FileKind("mandates", layout(OLD_MANDATES, OLD_ADVICE))
    start = NEW if first.startswith(_NEW) else OLD if _OLD.match(first) else None
    if start is None:
        return None
    contents = first[start["contents"]].lstrip()
    for beginning, (name, records) in _CONTENTS.items():
        if contents.startswith(beginning):
            return FileKind(name, layout(start, records))
    ordered = start is OLD and not contents and first[18:22] != _SENT
    return FileKind("orders", layout(OLD, ORDERS)) if ordered else None
