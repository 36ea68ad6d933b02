"""The error of the working lists; its message says what to do."""

from __future__ import annotations


class StoreTrouble(Exception):
    """Raised if the working lists cannot be read or written now; each change was made completely or not at all."""
