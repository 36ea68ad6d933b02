"""What can go wrong between the books and their database, each said so that a person can act on it."""


class DatabaseTrouble(Exception):
    """Any trouble with the database; the message says what was expected and what to do."""


class DatabaseUnavailable(DatabaseTrouble):
    """The server cannot be reached, started or stopped."""


class ServerUnsuitable(DatabaseTrouble):
    """The server answers but is not one the books can be kept on."""


class EntityUnknown(DatabaseTrouble):
    """The legal entity has no books on this server yet."""


class RightsMissing(DatabaseTrouble):
    """The owner may not make the roles or schemas an entity needs."""


class UpgradeRefused(DatabaseTrouble):
    """The recorded migrations and the program's do not agree, or another upgrade holds the books."""
