"""The leaves of the sealed facts on disk: a record for each, its position and its hash, and the roots of blocks."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from ledger.sealing.refusals import SealRefused
from ledger.sealing.tree import complete_root
from ledger.sealing.verifier import Frontier, record_of

if TYPE_CHECKING:
    from ledger.journal.recorded import StoredFact

RECORD: Final = struct.Struct(">Q32s")
# Leaves of a block are hashed once; a root or a proof over many millions of facts starts from the blocks' roots.
HEIGHT: Final = 10
BLOCK: Final = 1 << HEIGHT
_HASH: Final = 32
_PAGE: Final = 16 * BLOCK


class Leaf(NamedTuple):
    """A sealed fact: its position in the journal and the hash of its leaf."""

    position: int
    hash: bytes


def leaf_of(fact: StoredFact) -> Leaf:
    """The leaf of a fact; raises SealRefused where it has a place that no journal gives, and no leaf can be of."""
    return Leaf(fact.position, sha256(sealed_record(fact)).digest())


def sealed_record(fact: StoredFact) -> bytes:
    """What the leaf of a fact hashes; raises SealRefused likewise."""
    if fact.position < 1 or fact.version < 1:
        raise SealRefused("history_changed", _NO_PLACE.format(fact=fact))
    return record_of(*fact)


class Leaves:
    """The files `leaves` and `blocks` of a folder; what is not a whole record at their end is not there.

    `blocks` can be made again from `leaves` at any time (`rebuild_blocks`), and neither is believed before its root
    was compared with a signed checkpoint.
    """

    def __init__(self, folder: Path) -> None:
        self._leaves = _opened(folder / "leaves")
        self._blocks = _opened(folder / "blocks")
        self._roots: bytes | None = None
        self._pending: list[bytes] = []

    def __len__(self) -> int:
        return os.fstat(self._leaves).st_size // RECORD.size

    def leaf(self, index: int) -> Leaf:
        """The leaf at an index."""
        return next(self.run(index, index + 1))

    def run(self, start: int, stop: int) -> Iterator[Leaf]:
        """The leaves from an index up to another, as far as there are any."""
        stop = min(stop, len(self))
        for first in range(start, stop, _PAGE):
            count = min(_PAGE, stop - first)
            data = os.pread(self._leaves, count * RECORD.size, first * RECORD.size)
            yield from map(Leaf._make, RECORD.iter_unpack(data))

    def index_of(self, position: int, size: int) -> int:
        """How many of the first `size` leaves stand before a position: the index of that position's leaf, if any."""
        low, high = 0, size
        while low < high:
            middle = (low + high) // 2
            if self.leaf(middle).position < position:
                low = middle + 1
            else:
                high = middle
        return low

    def hash_of(self, start: int, stop: int) -> bytes:
        """The root over a run of leaves that begins where a subtree does."""
        tree = Frontier()
        whole = start
        if start % BLOCK == 0:
            whole = min(stop // BLOCK, len(self._block_roots()) // _HASH) * BLOCK
            for block in range(start // BLOCK, whole // BLOCK):
                tree.add(self._block_roots()[block * _HASH : (block + 1) * _HASH], HEIGHT)
        for leaf in self.run(max(whole, start), stop):
            tree.add(leaf.hash)
        return tree.root()

    def leads_to(self, size: int, root: bytes) -> bool:
        """Whether the first `size` leaves lead to a root; blocks that do not are made again, in memory only.

        So it may be asked while somebody seals.
        """
        if self.hash_of(0, size) == root:
            return True
        starts = range(0, size - size % BLOCK, BLOCK)
        blocks = ([leaf.hash for leaf in self.run(start, start + BLOCK)] for start in starts)
        self._roots = b"".join([complete_root(block) for block in blocks if len(block) == BLOCK])
        return self.hash_of(0, size) == root

    def cut(self, size: int) -> None:
        """Forget what was appended after the first `size` leaves: no checkpoint ever said that it is so."""
        os.ftruncate(self._leaves, size * RECORD.size)
        # A block that was over other leaves as well, or half written, would shift those appended next.
        os.ftruncate(self._blocks, min(os.fstat(self._blocks).st_size // _HASH, size // BLOCK) * _HASH)
        self._roots = None
        whole = os.fstat(self._blocks).st_size // _HASH * BLOCK
        self._pending = [leaf.hash for leaf in self.run(whole, size)]
        self._write_blocks()

    def append(self, leaves: Sequence[Leaf]) -> None:
        """Append leaves; they count once a checkpoint is written."""
        _write(self._leaves, b"".join([RECORD.pack(*leaf) for leaf in leaves]))
        self._pending += [leaf.hash for leaf in leaves]
        self._write_blocks()

    def rebuild_blocks(self) -> None:
        """Make the blocks' roots again from the leaves."""
        os.ftruncate(self._blocks, 0)
        self.cut(len(self))

    def sync(self) -> None:
        """Bring what was appended to the disk."""
        os.fsync(self._leaves)
        os.fsync(self._blocks)

    def close(self) -> None:
        """Close the files."""
        os.close(self._leaves)
        os.close(self._blocks)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write_blocks(self) -> None:
        whole = len(self._pending) // BLOCK * BLOCK
        if whole:
            roots = [complete_root(self._pending[start : start + BLOCK]) for start in range(0, whole, BLOCK)]
            _write(self._blocks, b"".join(roots))
            del self._pending[:whole]
            self._roots = None

    def _block_roots(self) -> bytes:
        if self._roots is None:
            size = os.fstat(self._blocks).st_size // _HASH * _HASH
            self._roots = os.pread(self._blocks, size, 0)
        return self._roots


def read_leaves(folder: Path) -> Iterator[Leaf]:
    """The leaves of a folder in order, as far as there are any; nothing is made or changed."""
    path = folder / "leaves"
    if not path.exists():
        return
    with path.open("rb") as file:
        while data := file.read(_PAGE * RECORD.size):
            yield from map(Leaf._make, RECORD.iter_unpack(data[: len(data) // RECORD.size * RECORD.size]))


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def _write(descriptor: int, data: bytes) -> None:
    """All of it: a disk that fills up writes a part and then raises."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


_NO_PLACE: Final = (
    "{fact.stream}@{fact.version} at position {fact.position} has a place that no journal gives, so it was put there "
    "by hand; run `reskontra verify` to see what else was changed, and have the database's owner put it right"
)
