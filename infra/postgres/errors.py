"""Errors about the books' database, each with a message that a person can act on."""


class DatabaseTrouble(Exception):
    """Any trouble with the database; the message says what was expected and what to do."""


class DatabaseUnavailable(DatabaseTrouble):
    """The server cannot be reached, started or stopped."""


class ServerUnsuitable(DatabaseTrouble):
    """The server answers but cannot hold the books."""


class EntityUnknown(DatabaseTrouble):
    """The legal entity has no books on this server yet."""


class RightsMissing(DatabaseTrouble):
    """The owner lacks the right to create the roles or schemas that an entity needs."""


class UpgradeRefused(DatabaseTrouble):
    """The recorded migrations differ from the program's, or another upgrade or session is using the books."""
