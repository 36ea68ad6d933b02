"""What can be wrong with the read tables, in words that say what to do."""

from __future__ import annotations


class ReadStoreTrouble(Exception):
    """The read tables cannot be read or written now; nothing half done was kept."""


class ReadTablesMissing(ReadStoreTrouble):
    """The entity has no read tables yet."""


class ReadTablesOutdated(ReadStoreTrouble):
    """The read tables are not made as this program makes them."""


class ReadTablesReadOnly(ReadStoreTrouble):
    """The role of the URL may read the tables, not write them."""


class ReadStoreUnavailable(ReadStoreTrouble):
    """The database does not answer, or somebody holds the tables for too long."""


def missing(entity: str, why: str) -> ReadTablesMissing:
    """Read tables that are not there."""
    return ReadTablesMissing(
        f"the read tables of {entity} are missing ({why}); run: reskontra db upgrade --entity {entity}"
    )


def outdated(entity: str, which: str) -> ReadTablesOutdated:
    """Read tables of another version of the program."""
    return ReadTablesOutdated(
        f"the read tables of {entity} were made by another version of this program ({which}); to make them anew from "
        f"the journal for this one, run: reskontra db upgrade --entity {entity}"
    )
