"""Definitions of the read tables, derived from the read models: columns, key, comments, indexes, and a version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final, NamedTuple

from psycopg.sql import Identifier

from projections.read_models.model import Column, Index, Model, columns
from projections.read_models.registry import MODELS
from projections.store.trouble import missing, outdated

POSITION: Final = "projection_position"
TABLES: Final = (POSITION, *(model.table for model in MODELS))


class Location(NamedTuple):
    """Where read tables are: in the schema of the entity or of the session; `suffix` is added to each table's name."""

    schema: str
    suffix: str = ""

    def table(self, name: str) -> Identifier:
        """The full name of a table at this location."""
        return Identifier(self.schema, name + self.suffix)


def definition(model: Model, location: Location) -> str:
    """The SQL that creates a table at a location, with its indexes and comments, but without rights."""
    table = _name(model, location)
    statements = [
        f"CREATE TABLE {table} {_columns(model)}",
        *(_index(model, index, table, location) for index in model.indexes),
        f"COMMENT ON TABLE {table} IS {_quoted(model.about)}",
        *(f"COMMENT ON COLUMN {table}.{one.name} IS {_quoted(one.comment)}" for one in columns(model.row)),
    ]
    return ";\n".join(statements)


def bare_definition(model: Model, location: Location) -> str:
    """The SQL that creates a table at a location, unless it is there, with no index but the key's, and no comments."""
    return f"CREATE TABLE IF NOT EXISTS {_name(model, location)} {_columns(model)}"


def index_names(model: Model, location: Location) -> list[str]:
    """The names of a table's indexes at a location; the key's index comes first."""
    return [f"{model.table}{location.suffix}_pkey", *(_index_name(model, index, location) for index in model.indexes)]


def version(model: Model) -> str:
    """A hash of a table's definition and revision; a table that was created with another hash is rebuilt."""
    made = f"{model.revision}\n{definition(model, Location(''))}"
    return hashlib.blake2b(made.encode(), digest_size=8).hexdigest()


def _name(model: Model, location: Location) -> str:
    return f'"{location.schema}"."{model.table}{location.suffix}"'


def _columns(model: Model) -> str:
    parts = [*map(_column, columns(model.row)), f"PRIMARY KEY ({', '.join(model.key)})"]
    return "(\n    " + ",\n    ".join(parts) + "\n)"


def _column(column: Column) -> str:
    # All texts are codes or ids. Sorting them by bytes is fast and gives the same order everywhere.
    collated = ' COLLATE "C"' if column.type == "text" else ""
    return f"{column.name} {column.type}{collated}{'' if column.nullable else ' NOT NULL'}"


def _index(model: Model, index: Index, table: str, location: Location) -> str:
    where = f" WHERE {index.where}" if index.where else ""
    return f'CREATE INDEX "{_index_name(model, index, location)}" ON {table} ({", ".join(index.columns)}){where}'


def _index_name(model: Model, index: Index, location: Location) -> str:
    return f"{model.table}{location.suffix}_{'_'.join(index.columns)}_idx"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


VERSIONS: Final[Mapping[str, str]] = {model.table: version(model) for model in MODELS}


def differing(found: Mapping[str, str]) -> list[str]:
    """The tables that are not as this program defines them: changed, missing, or unknown to the program."""
    return sorted(table for table in VERSIONS.keys() | found.keys() if VERSIONS.get(table) != found.get(table))


def refuse_others(found: Mapping[str, str], entity: str) -> None:
    """Raises ReadTablesMissing or ReadTablesOutdated unless all tables are as this program defines them."""
    if not found:
        raise missing(entity, "none was created")
    if found != VERSIONS:
        raise outdated(entity, ", ".join(differing(found)))
