"""Errors of the working lists, with sentences that say what to do."""

from __future__ import annotations


class StoreTrouble(Exception):
    """The working lists cannot be read or written now; nothing was left half done."""


class AlreadyClosed(StoreTrouble):
    """A row to close does not exist or was closed before."""
