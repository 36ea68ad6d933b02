"""Collects the rows of a file's tables, and converts them to Arrow batch by batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
import pyarrow as pa
from msgspec.structs import astuple

from reconciliation.statements.kept import KEEP, Kept
from reconciliation.statements.problems import Problem
from reconciliation.statements.shape import LINES, STATEMENTS, TOTALS, Parsed

# So few rows of a large file are in memory as objects at once. A batch fits into a processor's cache; larger ones are
# converted more slowly.
BATCH_ROWS: Final = 4_000


class Rows:
    """Collects rows for one table and converts them to Arrow batch by batch."""

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._columns = {field.name: _Column(field.type) for field in schema}
        self._waiting: list[msgspec.Struct] = []
        self._kept = Kept(schema, KEEP.get())

    def add(self, rows: Iterable[msgspec.Struct]) -> None:
        """Append rows."""
        self._waiting.extend(rows)
        if len(self._waiting) >= BATCH_ROWS:
            self._flush()

    def reserve(self) -> int:
        """Reserve an index for a row that is known only after the rows that follow it."""
        self._flush()
        return self._kept.reserve()

    def fill(self, index: int, row: msgspec.Struct) -> None:
        """Put a row at its reserved index."""
        self._kept.fill(index, self._batch([row]))

    def kept(self) -> Kept:
        """Everything added so far, where it is kept."""
        self._flush()
        return self._kept

    def table(self) -> pa.Table:
        """Everything added so far, as one table."""
        return self.kept().table()

    def _flush(self) -> None:
        for start in range(0, len(self._waiting), BATCH_ROWS):
            self._kept.add(self._batch(self._waiting[start : start + BATCH_ROWS]))
        self._waiting = []

    def _batch(self, rows: Sequence[msgspec.Struct]) -> pa.RecordBatch:
        # The fields of all rows at once: asking each row for each field takes twice as long.
        values = dict(zip(rows[0].__struct_fields__, zip(*map(astuple, rows), strict=True), strict=True))
        columns = [column.converted(values[name]) for name, column in self._columns.items()]
        return pa.RecordBatch.from_arrays(columns, schema=self._schema)


class _Column:
    """Converts one column of batches.

    In most files, most columns have one value in all rows, or none. Such a column is in memory only once.
    """

    def __init__(self, kind: pa.DataType) -> None:
        self._type = kind
        self._same: tuple[Any, pa.Array] | None = None

    def converted(self, values: Sequence[Any]) -> pa.Array:
        """The column of a batch, which has at least one row."""
        if values.count(values[0]) < len(values):
            return pa.array(values, self._type)
        if self._same is None or self._same[0] != values[0] or len(self._same[1]) < len(values):
            same = pa.nulls(len(values), self._type) if values[0] is None else pa.array(values, self._type)
            self._same = (values[0], same)
        return self._same[1].slice(0, len(values))


def nothing_read(known: str | None, problem: Problem, encoding: str | None = None) -> Parsed:
    """The result for a file of which nothing could be read, with the reason."""
    statements, totals = Rows(STATEMENTS).table(), Rows(TOTALS).table()
    return Parsed(known, None, encoding, statements, Rows(LINES).kept(), totals, (problem,))
