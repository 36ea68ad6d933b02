"""The doubt whether a refused file needs a person; whoever has looked into the file closes it."""

from __future__ import annotations

from typing import Final

# The code under which somebody sets a refused file aside.
REFUSED: Final = "file_refused"


def of_refused(sha256: str) -> str:
    """The identity of the doubt about a refused file."""
    # The module of doubts about lines loads a library for tables.
    from reconciliation.steps.doubts import doubt_id

    return doubt_id(f"file-{sha256}", REFUSED)
