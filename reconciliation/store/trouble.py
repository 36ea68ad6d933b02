"""The errors of the working lists; their messages say what to do."""

from __future__ import annotations


class StoreTrouble(Exception):
    """Raised if the working lists cannot be read or written now; each change was made completely or not at all."""


class AlreadyClosed(StoreTrouble):
    """Raised if the row to close does not exist or was closed before."""
