"""The rows of a table that may be too large for memory: the first batches are in memory, the others are kept elsewhere.

Who reads a file says where: `keep` takes a piece of bytes, and returns how to get it again. Without it, all batches
are in memory.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from itertools import chain
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

Keep = Callable[[bytes], Callable[[], bytes]]

# Where the file that is being read keeps its rows; each reader would have to hand it to all that make rows.
KEEP: Final[ContextVar[Keep | None]] = ContextVar("keep", default=None)
# So many rows of a table are in memory; most files have fewer.
IN_MEMORY_ROWS: Final = 20_000
_BATCH_ROWS: Final = 4_000
_ORDER: Final = [(name, "ascending") for name in ("statement_no", "line_no", "detail_no")]
_PACKED: Final = pa.ipc.IpcWriteOptions(compression="lz4")


class Kept:
    """The batches of one table, in order."""

    def __init__(self, schema: pa.Schema, keep: Keep | None = None, in_memory_rows: int = IN_MEMORY_ROWS) -> None:
        self.schema = schema
        self._keep = keep
        self._most = in_memory_rows
        self._batches: list[pa.RecordBatch | Callable[[], bytes]] = []
        self._in_memory = 0
        self.num_rows = 0

    @classmethod
    def of(cls, table: pa.Table, keep: Keep | None = None) -> Kept:
        """The rows of a table."""
        return cls.from_batches(table.to_batches(), table.schema, keep)

    @classmethod
    def from_batches(cls, batches: Iterable[pa.RecordBatch], schema: pa.Schema, keep: Keep | None = None) -> Kept:
        """The rows of these batches, which are taken one by one."""
        kept = cls(schema, keep)
        for batch in batches:
            kept.add(batch)
        return kept

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kept) and self.table().equals(other.table())

    __hash__ = None  # type: ignore[assignment]

    def add(self, batch: pa.RecordBatch) -> None:
        """Append a batch."""
        self.num_rows += batch.num_rows
        if self._keep is None or self._in_memory + batch.num_rows <= self._most:
            self._in_memory += batch.num_rows
            self._batches.append(batch)
        else:
            self._batches.append(self._keep(_packed(batch)))

    def reserve(self) -> int:
        """Reserve an index for a batch that is known only after those that follow it."""
        self._batches.append(pa.RecordBatch.from_pylist([], schema=self.schema))
        return len(self._batches) - 1

    def fill(self, index: int, batch: pa.RecordBatch) -> None:
        """Put a batch at its reserved index."""
        self.num_rows += batch.num_rows
        self._batches[index] = batch

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All batches, one by one."""
        for batch in self._batches:
            yield batch if isinstance(batch, pa.RecordBatch) else _unpacked(batch())

    def chunks(self, rows: int) -> Iterator[pa.Table]:
        """All rows, in tables of about so many rows; at least one table, which may have none."""
        waiting: list[pa.RecordBatch] = []
        count = 0
        for batch in self.batches():
            waiting.append(batch)
            count += batch.num_rows
            if count >= rows:
                yield pa.Table.from_batches(waiting, schema=self.schema)
                waiting, count = [], 0
        if count or self.num_rows == 0:
            yield pa.Table.from_batches(waiting, schema=self.schema)

    def movements(self, rows: int) -> Iterator[pa.Table]:
        """All rows, in tables of about so many rows, none of which divides a movement from its details.

        Rows that are not in order are one table.
        """
        if self.num_rows <= rows or not self._is_in_order():
            yield self.table()
            return
        rest = self.schema.empty_table()
        for chunk in self.chunks(rows):
            waiting = pa.concat_tables([rest, chunk])
            begins = pc.indices_nonzero(pc.equal(waiting["detail_no"], 0))
            end = begins[-1].as_py() if len(begins) else 0
            if end:
                yield waiting.slice(0, end)
            rest = waiting.slice(end)
        yield rest

    def in_order(self) -> Kept:
        """The same rows by statement, movement and detail; in memory are those of a few statements, or a long one."""
        ends = self._ends()
        groups = [Kept(self.schema, self._keep, in_memory_rows=0) for _ in ends]
        for chunk in self.chunks(IN_MEMORY_ROWS):
            ordered = chunk.sort_by(_ORDER)
            numbers = ordered["statement_no"].to_pylist()
            begin = 0
            for group, last in zip(groups, ends, strict=True):
                end = bisect_right(numbers, last, begin)
                for batch in ordered.slice(begin, end - begin).combine_chunks().to_batches():
                    group.add(batch)
                begin = end
        ordered = (group.table().sort_by(_ORDER).to_batches(max_chunksize=_BATCH_ROWS) for group in groups)
        return Kept.from_batches(chain.from_iterable(ordered), self.schema, self._keep)

    def _is_in_order(self) -> bool:
        """Whether each movement comes before its details, and these before the next movement."""
        last: list[tuple[int, ...]] = []
        for batch in self.batches():
            numbers = last + list(zip(*(batch[name].to_pylist() for name, _ in _ORDER), strict=True))
            if numbers != sorted(numbers):
                return False
            last = numbers[-1:]
        return True

    def _ends(self) -> list[int]:
        """The last statement of each group of statements that have together about so many rows as may be in memory."""
        counts: Counter[int] = Counter()
        for batch in self.batches():
            counts.update(batch["statement_no"].to_pylist())
        ends, rows = [], 0
        for number in sorted(counts):
            rows += counts[number]
            if rows >= IN_MEMORY_ROWS:
                ends.append(number)
                rows = 0
        return ends + [max(counts)] * bool(rows)

    def table(self) -> pa.Table:
        """All rows as one table in memory."""
        return pa.Table.from_batches(self.batches(), schema=self.schema)


def _packed(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=_PACKED) as stream:
        stream.write_batch(batch)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def _unpacked(packed: bytes) -> pa.RecordBatch:
    return pa.ipc.open_stream(packed).read_next_batch()
