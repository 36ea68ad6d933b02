"""What is seen of a file at a place before it is read: its name, size and time of change."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from reconciliation.places.form import UNFINISHED, Place


class SeenFile(NamedTuple):
    """A file at a place; two of them are equal if nothing shows that the file changed in between."""

    name: str
    size: int
    modified: int

    @property
    def look(self) -> str:
        """The hash of what was seen, by which the file is known again without its name, which may be a person's."""
        return hashlib.sha256(f"{self.size} {self.modified} {self.shown}".encode()).hexdigest()

    @property
    def shown(self) -> str:
        """The name as text, also if it is not UTF-8."""
        return self.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace").replace("\0", "")


def finished(place: Place, found: Sequence[SeenFile]) -> list[SeenFile]:
    """The files that are not being written, as far as their names say, sorted by name.

    Names that begin with a dot or a tilde, or end as unfinished files do, are left alone; so are marks of other files.
    """
    names = {one.name for one in found}
    mark = place.done_suffix
    kept = []
    for one in sorted(found):
        name = one.name
        if name.startswith((".", "~")) or name.lower().endswith(UNFINISHED):
            continue
        if mark is not None and (name.endswith(mark) or name + mark not in names):
            continue
        kept.append(one)
    return kept
