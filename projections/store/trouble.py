"""Errors of the read tables, with sentences that say what to do."""

from __future__ import annotations


class ReadStoreTrouble(Exception):
    """The read tables cannot be read or written now; nothing is partly written."""


class ReadTablesMissing(ReadStoreTrouble):
    """The entity has no read tables yet."""


class ReadTablesOutdated(ReadStoreTrouble):
    """The read tables have other versions than this program needs."""


class ReadTablesReadOnly(ReadStoreTrouble):
    """The URL's database role may read the tables but not write them."""


class ReadStoreUnavailable(ReadStoreTrouble):
    """The database does not answer, or somebody locks the tables for too long."""


def missing(entity: str, why: str) -> ReadTablesMissing:
    """The error for missing read tables."""
    return ReadTablesMissing(
        f"the read tables of {entity} are missing ({why}); run: reskontra db upgrade --entity {entity}"
    )


def outdated(entity: str, which: str) -> ReadTablesOutdated:
    """The error for read tables that another version of the program created."""
    return ReadTablesOutdated(
        f"the read tables of {entity} were created by another version of this program ({which}); to rebuild them "
        f"from the journal for this version, run: reskontra db upgrade --entity {entity}"
    )
