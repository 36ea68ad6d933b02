"""Shortens long ids for people: their ends, by which every command knows them."""

from __future__ import annotations

import re
from typing import Final

# What a program made up: a random id (RFC 9562), or a day and a hash. An item adds its number within the invoice.
_MADE_UP: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{4}|[0-9]{8}-[0-9a-f]{16})"
    r"([0-9a-f]{8}(?:\.[1-9][0-9]*)*)(?![0-9A-Za-z])"
)
# The hash of a file's content, which people know by its beginning.
_HASH: Final = re.compile(r"(?<![0-9A-Za-z])([0-9a-f]{12})[0-9a-f]{52}(?![0-9A-Za-z])")


def end(id: str) -> str:
    """Return an id as people type it: its end if a program made it up, else all of it."""
    return short(id).strip("\N{HORIZONTAL ELLIPSIS}")


def short(text: str) -> str:
    """Return the text with each id that a program made up cut to its end, and each hash of a file to its beginning.

    Ids are random at their ends: of a million, two hundred share the last eight characters with another one, and then
    the commands say which ones there are.
    """
    return _HASH.sub("\\1\N{HORIZONTAL ELLIPSIS}", _MADE_UP.sub("\N{HORIZONTAL ELLIPSIS}\\1", text))
