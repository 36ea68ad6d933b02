"""What read tables are made of: each row's columns, key, comments and indexes, and the version made of them."""

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


class Place(NamedTuple):
    """Where read tables are: the entity's schema, or the session's own; `suffix` follows each table's name."""

    schema: str
    suffix: str = ""

    def table(self, name: str) -> Identifier:
        """The full name of a table here."""
        return Identifier(self.schema, name + self.suffix)


def definition(model: Model, place: Place) -> str:
    """The statements that make a table at a place, with its indexes and comments; rights are the place's own."""
    table = f'"{place.schema}"."{model.table}{place.suffix}"'
    parts = [*map(_column, columns(model.row)), f"PRIMARY KEY ({', '.join(model.key)})"]
    statements = [
        f"CREATE TABLE {table} (\n    " + ",\n    ".join(parts) + "\n)",
        *(_index(model, index, table, place) for index in model.indexes),
        f"COMMENT ON TABLE {table} IS {_quoted(model.about)}",
        *(f"COMMENT ON COLUMN {table}.{one.name} IS {_quoted(one.comment)}" for one in columns(model.row)),
    ]
    return ";\n".join(statements)


def index_names(model: Model, place: Place) -> list[str]:
    """The names of a table's indexes at a place, that of its key first."""
    return [f"{model.table}{place.suffix}_pkey", *(_index_name(model, index, place) for index in model.indexes)]


def version(model: Model) -> str:
    """A hash of how a table is made, and of its revision: another one is another table, which is made anew."""
    made = f"{model.revision}\n{definition(model, Place(''))}"
    return hashlib.blake2b(made.encode(), digest_size=8).hexdigest()


def _column(column: Column) -> str:
    # Texts are codes and ids: ordered by their bytes, which is fast and the same everywhere.
    collated = ' COLLATE "C"' if column.type == "text" else ""
    return f"{column.name} {column.type}{collated}{'' if column.nullable else ' NOT NULL'}"


def _index(model: Model, index: Index, table: str, place: Place) -> str:
    where = f" WHERE {index.where}" if index.where else ""
    return f'CREATE INDEX "{_index_name(model, index, place)}" ON {table} ({", ".join(index.columns)}){where}'


def _index_name(model: Model, index: Index, place: Place) -> str:
    return f"{model.table}{place.suffix}_{'_'.join(index.columns)}_idx"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


VERSIONS: Final[Mapping[str, str]] = {model.table: version(model) for model in MODELS}


def differing(found: Mapping[str, str]) -> list[str]:
    """The tables that are not of this program's version: changed, not made yet, or none of its own."""
    return sorted(table for table in VERSIONS.keys() | found.keys() if VERSIONS.get(table) != found.get(table))


def refuse_others(found: Mapping[str, str], entity: str) -> None:
    """Raises ReadTablesMissing or ReadTablesOutdated where the tables are not those of this program."""
    if not found:
        raise missing(entity, "none was made")
    if found != VERSIONS:
        raise outdated(entity, ", ".join(differing(found)))
