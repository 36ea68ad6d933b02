"""The format of parsed data: a line of JSON, then three tables as Arrow streams."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import BinaryIO, Final

import msgspec
import pyarrow as pa

from reconciliation.archive.writer import chunks_of, digest_of
from reconciliation.statements import LINES, STATEMENTS, TOTALS, Parsed, Problem, Profile
from reconciliation.statements.kept import Keep, Kept

_SCHEMAS: Final = {"statements": STATEMENTS, "lines": LINES, "totals": TOTALS}
# The source code of the reader: its own package, and the modules of the ledger that it uses.
READER: Final = (
    "reconciliation.statements",
    "ledger.domain.bank.account_number",
    "ledger.domain.bank.file_mapping_facts",
    "ledger.domain.bank.reviewed_versions",
    "ledger.domain.grammar",
    "ledger.domain.identifier",
    "ledger.domain.money",
    "ledger.domain.references",
)
# Arrow's buffers must begin at multiples of this number.
_ALIGNED: Final = 64


class _About(msgspec.Struct):
    """The header before the tables; `digest` is the SHA-256 of the tables."""

    sha256: str
    version: str
    digest: str
    format: str | None
    message: str | None
    encoding: str | None
    problems: tuple[Problem, ...]


@cache
def reader_version(profile: Profile | None = None) -> str:
    """The reader's version: a digest of its source code and the bank's profile, so every change gives a new version."""
    sources = sorted((path, file.read_bytes()) for name in READER for path, file in _sources_of(name))
    return hashlib.sha256(repr((sources, profile or Profile())).encode()).hexdigest()


def _sources_of(name: str) -> Iterator[tuple[str, Traversable]]:
    """The source files of a module or package, and of all packages in it, each with its place."""
    folder, _, module = name.rpartition(".")
    alone = resources.files(folder) / f"{module}.py"
    if alone.is_file():
        yield name, alone
    else:
        yield from _sources_in(resources.files(name), name)


def _sources_in(folder: Traversable, place: str) -> Iterator[tuple[str, Traversable]]:
    for one in folder.iterdir():
        if one.is_dir():
            yield from _sources_in(one, f"{place}/{one.name}")
        elif one.name.endswith(".py"):
            yield f"{place}/{one.name}", one


def pack(parsed: Parsed, sha256: str, version: str) -> Iterator[bytes]:
    """Pack, piece by piece, the data that the reader with this `version` parsed from the file with this `sha256`."""
    digest = digest_of(_streamed(parsed))
    about = _About(sha256, version, digest, parsed.format, parsed.message, parsed.encoding, parsed.problems)
    head = msgspec.json.encode(about)
    yield head + b" " * (-(len(head) + 1) % _ALIGNED) + b"\n"
    yield from _streamed(parsed)


def _streamed(parsed: Parsed) -> Iterator[bytes]:
    """The tables as Arrow streams, batch by batch: the data is never in memory as a whole."""
    whole = {"statements": parsed.statements, "totals": parsed.totals}
    for name, schema in _SCHEMAS.items():
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, schema) as stream:
            for batch in whole[name].to_batches() if name in whole else parsed.kept.batches():
                stream.write_batch(batch)
                yield sink.getvalue()
                sink.seek(0)
                sink.truncate()
        yield sink.getvalue()


def unpack(packed: BinaryIO, sha256: str, version: str, keep: Keep | None = None) -> Parsed | None:
    """Unpack the data, batch by batch; `keep` takes what is too much for memory.

    None if it is damaged, or if its file, reader version or shape is not the expected one.
    """
    try:
        about = msgspec.json.decode(packed.readline(), type=_About)
    except (msgspec.DecodeError, ValueError):
        return None
    begin = packed.tell()
    if (about.sha256, about.version, about.digest) != (sha256, version, digest_of(chunks_of(packed))):
        return None
    packed.seek(begin)
    source, found = pa.PythonFile(packed, mode="r"), {}
    for name, schema in _SCHEMAS.items():
        stream = pa.ipc.open_stream(source)
        if stream.schema != schema:
            return None
        found[name] = Kept.from_batches(stream, schema, keep)
    tables = found["statements"].table(), found["lines"], found["totals"].table()
    return Parsed(about.format, about.message, about.encoding, *tables, about.problems)
