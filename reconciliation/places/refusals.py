"""Why nothing can be taken from a place, or one of its files cannot; no message has a password or a file's name."""

from __future__ import annotations


class PlacesInvalid(ValueError):
    """Raised if the file of places cannot be used; the message names the file and the field, and what was expected."""


class PlaceTrouble(Exception):
    """Raised if a place cannot be reached, or stops answering; what was taken before stays taken."""


class StillWritten(Exception):
    """Raised if a file changed while it was read: it is left for the next run."""


class FileTrouble(Exception):
    """Raised if one file cannot be read or put away, while the place itself answers."""
