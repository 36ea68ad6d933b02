"""What can be wrong with the read tables, in words that say what to do."""

from __future__ import annotations


class ReadStoreTrouble(Exception):
    """The read tables cannot be read or written now; nothing half done was kept."""


class ReadTablesMissing(ReadStoreTrouble):
    """The entity has no read tables yet."""


class ReadTablesReadOnly(ReadStoreTrouble):
    """The role of the URL may read the tables, not write them."""


class ReadStoreUnavailable(ReadStoreTrouble):
    """The database does not answer, or somebody holds the tables for too long."""
