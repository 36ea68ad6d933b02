"""What can be wrong with the working lists, in words that say what to do."""

from __future__ import annotations


class StoreTrouble(Exception):
    """The working lists cannot be read or written now; nothing half done was kept."""


class AlreadyClosed(StoreTrouble):
    """A row that was to be closed is not there, or was closed before."""
