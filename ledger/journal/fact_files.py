"""Files of facts: Parquet with the exact bytes of the journal, for archived years and for exports."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ledger.disk import unnamed
from ledger.journal.recorded_facts import StoredFact

if TYPE_CHECKING:
    import pyarrow as pa

# Facts per row group. A row group is about five megabytes; to find one fact, the whole row group is decoded.
ROW_GROUP: Final = 16_384
# The level of gzip: for facts, higher levels take longer and save almost nothing.
_LEVEL: Final = 4


class FactFileBroken(Exception):
    """Raised if a file is not a complete file of facts; the error's message names the file."""


class FactFile(NamedTuple):
    """A complete file of facts: its first and last position, the number of facts, and the hash of its bytes."""

    path: Path
    first: int
    last: int
    facts: int
    sha256: str


def write_facts(path: Path, pages: Iterable[Sequence[StoredFact]]) -> FactFile:
    """Write facts, rising by position, to a new file, which gets its name only when it is complete and on the disk.

    The file is read-only, and only its owner may read it. Its format: required columns position, stream, version, name
    and state; PLAIN encoding; data page version 1.0; gzip; row groups of 16,384 facts. Raises ValueError if there are
    no facts or if their positions do not rise; raises OSError if the disk fails.
    """
    with unnamed(path.parent) as new:
        first, last, facts = _write(new.file, pages)
        new.file.flush()
        sha256 = sha256_of(new.path)
        new.take_name(path, mode=0o400)
    return FactFile(path, first, last, facts, sha256)


def places_in(path: Path) -> tuple[list[str], list[int], list[int]]:
    """The stream, version and position of each fact in a file, as three lists ordered by stream and version.

    Raises FactFileBroken or OSError.
    """
    import pyarrow.parquet as pq

    with _whole(path):
        table = pq.read_table(path, columns=["stream", "version", "position"], use_threads=False)
        table = table.sort_by([("stream", "ascending"), ("version", "ascending")])
    streams, versions, positions = (column.to_pylist() for column in table.columns)
    return streams, versions, positions


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes, in hexadecimal digits."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


class RowGroup:
    """The decoded facts of one row group, to be looked up by position."""

    def __init__(self, table: pa.Table) -> None:
        self.positions: list[int] = table.column("position").to_pylist()
        self._table = table

    def between(self, after: int, upto: int, limit: int | None = None) -> list[StoredFact]:
        """Facts after position `after` up to `upto`; at most `limit` of them."""
        start, stop = bisect_right(self.positions, after), bisect_right(self.positions, upto)
        found = max(0, stop - start)
        return _facts(self._table.slice(start, found if limit is None else min(found, limit)))

    def at(self, positions: Sequence[int]) -> list[StoredFact]:
        """The facts at these positions that are in this row group."""
        indexes = [bisect_right(self.positions, position) - 1 for position in positions]
        found = [
            index
            for index, position in zip(indexes, positions, strict=True)
            if index >= 0 and self.positions[index] == position
        ]
        return _facts(self._table.take(found)) if found else []


class OpenFactFile:
    """An opened file of facts, with the first and last position of each row group, taken from its statistics."""

    def __init__(self, path: Path) -> None:
        import pyarrow.parquet as pq

        self.path = path
        self._source = path.open("rb")
        try:
            with _whole(path):
                # The file is not mapped into memory: if it is truncated meanwhile, this must cause an error, not a
                # signal.
                self._file = pq.ParquetFile(self._source)
                if self._file.schema_arrow != _schema():
                    raise FactFileBroken(f"{path} is a Parquet file, but not a file of facts")
                self.facts: int = self._file.metadata.num_rows
                self.groups = [_range(self._file.metadata.row_group(n)) for n in range(self._file.num_row_groups)]
                if not self.groups or any(one[1] >= next_[0] for one, next_ in pairwise(self.groups)):
                    raise FactFileBroken(f"the facts in {path} are not in the order of their positions")
        except BaseException:
            self._source.close()
            raise
        self.first, self.last = self.groups[0][0], self.groups[-1][1]

    def group(self, number: int) -> RowGroup:
        """One row group, decoded."""
        with _whole(self.path):
            return RowGroup(self._file.read_row_group(number, use_threads=False))

    def close(self) -> None:
        """Close the file."""
        self._source.close()

    def __enter__(self) -> OpenFactFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Turn an error of pyarrow into FactFileBroken."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError) as error:
        # For a page that cannot be unpacked, pyarrow raises a plain OSError without an error number.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise FactFileBroken(f"{path} is damaged: {str(error).partition(chr(10))[0]}") from error


def _write(sink: Any, pages: Iterable[Sequence[StoredFact]]) -> tuple[int, int, int]:
    import pyarrow.parquet as pq

    schema = _schema()
    first, last, facts = 0, 0, 0
    with pq.ParquetWriter(
        sink,
        schema,
        compression="gzip",
        compression_level=_LEVEL,
        use_dictionary=False,
        data_page_version="1.0",
        # No statistics of the column `state`, because they would repeat whole facts.
        write_statistics=["position"],
        store_schema=False,
    ) as writer:
        for group in _grouped(pages):
            first = first or group[0].position
            if group[0].position <= last or any(one.position >= two.position for one, two in pairwise(group)):
                raise ValueError(f"the positions of the facts after position {last} do not rise")
            last, facts = group[-1].position, facts + len(group)
            writer.write_table(_table(group), row_group_size=ROW_GROUP)
    if not facts:
        raise ValueError("there are no facts to write")
    return first, last, facts


def _grouped(pages: Iterable[Sequence[StoredFact]]) -> Iterator[list[StoredFact]]:
    held: list[StoredFact] = []
    for page in pages:
        held += page
        while len(held) >= ROW_GROUP:
            yield held[:ROW_GROUP]
            held = held[ROW_GROUP:]
    if held:
        yield held


def _schema() -> pa.Schema:
    import pyarrow as pa

    kinds = (pa.int64(), pa.string(), pa.int64(), pa.string(), pa.binary())
    return pa.schema(
        [pa.field(name, kind, nullable=False) for name, kind in zip(StoredFact._fields, kinds, strict=True)]
    )


def _table(facts: Sequence[StoredFact]) -> pa.Table:
    import pyarrow as pa

    schema = _schema()
    columns = zip(*facts, strict=True)
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema)


def _facts(table: pa.Table) -> list[StoredFact]:
    return list(map(StoredFact, *(column.to_pylist() for column in table.columns)))


def _range(group: Any) -> tuple[int, int]:
    statistics = group.column(0).statistics
    if statistics is None or not statistics.has_min_max:
        raise FactFileBroken("a row group lacks the statistics of its positions")
    return int(statistics.min), int(statistics.max)
