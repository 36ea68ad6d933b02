"""The files of the sealed facts' leaves: the position and hash of each leaf, and the roots of blocks of leaves."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from ledger.sealing.refusals import SealRefused
from ledger.sealing.tree import complete_root, extend
from ledger.sealing.verifier import LEAF_RECORD, Frontier, leaf_hash, record_of

if TYPE_CHECKING:
    from ledger.journal.recorded_facts import StoredFact

# Each block's leaves are hashed into its root only once: a root or proof over millions of facts starts from the blocks'
# roots.
HEIGHT: Final = 10
BLOCK: Final = 1 << HEIGHT
_HASH: Final = 32
_PAGE: Final = 16 * BLOCK


class Leaf(NamedTuple):
    """A sealed fact: its position in the journal and the hash of its leaf."""

    position: int
    hash: bytes


def leaf_of(fact: StoredFact) -> Leaf:
    """The leaf of a fact; raises SealRefused if the fact has an impossible version or position."""
    require_place(fact)
    return Leaf(fact.position, leaf_hash(*fact))


def sealed_record(fact: StoredFact) -> bytes:
    """The bytes hashed into a fact's leaf; raises SealRefused if the fact has an impossible version or position."""
    require_place(fact)
    return record_of(*fact)


def require_place(fact: StoredFact) -> None:
    """Raise SealRefused if the fact has an impossible version or position."""
    if fact.position < 1 or fact.version < 1:
        raise SealRefused("history_changed", _NO_PLACE.format(fact=fact))


class Leaves:
    """The files `leaves` and `blocks` in a folder; an incomplete record at the end of either is ignored.

    `blocks` can be rebuilt from `leaves` at any time (`rebuild_blocks`). Neither is trusted before its root has been
    compared with a signed checkpoint.
    """

    def __init__(self, folder: Path) -> None:
        self._leaves = _opened(folder / "leaves")
        self._blocks = _opened(folder / "blocks")
        self._roots: bytes | None = None
        self._pending: list[bytes] = []

    def __len__(self) -> int:
        return os.fstat(self._leaves).st_size // LEAF_RECORD.size

    def leaf(self, index: int) -> Leaf:
        """The leaf at an index."""
        return next(self.run(index, index + 1))

    def run(self, start: int, stop: int) -> Iterator[Leaf]:
        """The leaves from `start` up to but not including `stop`, as far as they exist."""
        stop = min(stop, len(self))
        for first in range(start, stop, _PAGE):
            count = min(_PAGE, stop - first)
            data = os.pread(self._leaves, count * LEAF_RECORD.size, first * LEAF_RECORD.size)
            yield from map(Leaf._make, LEAF_RECORD.iter_unpack(data))

    def index_of(self, position: int, size: int) -> int:
        """The index of the leaf for a position: how many of the first `size` leaves come before this leaf."""
        low, high = 0, size
        while low < high:
            middle = (low + high) // 2
            if self.leaf(middle).position < position:
                low = middle + 1
            else:
                high = middle
        return low

    def hash_of(self, start: int, stop: int) -> bytes:
        """The root of a run of leaves; the run begins at the start of a subtree."""
        tree = Frontier()
        whole = start
        if start % BLOCK == 0:
            whole = min(stop // BLOCK, len(self._block_roots()) // _HASH) * BLOCK
            for block in range(start // BLOCK, whole // BLOCK):
                tree.add(self._block_roots()[block * _HASH : (block + 1) * _HASH], HEIGHT)
        extend(tree, [leaf.hash for leaf in self.run(max(whole, start), stop)])
        return tree.root()

    def leads_to(self, size: int, root: bytes) -> bool:
        """Whether the first `size` leaves lead to this root.

        Wrong blocks are rebuilt in memory and not in the file, so the check is safe while somebody seals.
        """
        if self.hash_of(0, size) == root:
            return True
        starts = range(0, size - size % BLOCK, BLOCK)
        blocks = ([leaf.hash for leaf in self.run(start, start + BLOCK)] for start in starts)
        self._roots = b"".join([complete_root(block) for block in blocks if len(block) == BLOCK])
        return self.hash_of(0, size) == root

    def cut(self, size: int) -> None:
        """Remove everything after the first `size` leaves, because no checkpoint covers it."""
        os.ftruncate(self._leaves, size * LEAF_RECORD.size)
        # A block of removed leaves, or a partly written block, would shift the blocks appended next if it stayed.
        os.ftruncate(self._blocks, min(os.fstat(self._blocks).st_size // _HASH, size // BLOCK) * _HASH)
        self._roots = None
        whole = os.fstat(self._blocks).st_size // _HASH * BLOCK
        self._pending = [leaf.hash for leaf in self.run(whole, size)]
        self._write_blocks()

    def append(self, leaves: Sequence[Leaf]) -> None:
        """Append leaves; they are provisional until a checkpoint is written."""
        _write(self._leaves, b"".join([LEAF_RECORD.pack(*leaf) for leaf in leaves]))
        self._pending += [leaf.hash for leaf in leaves]
        self._write_blocks()

    def rebuild_blocks(self) -> None:
        """Rebuild the blocks' roots from the leaves."""
        os.ftruncate(self._blocks, 0)
        self.cut(len(self))

    def sync(self) -> None:
        """Flush the appended leaves and blocks to the disk."""
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


class LeafReader:
    """Reads the existing leaves of a folder in order; creates and changes nothing.

    Raises OSError where a leaf cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "leaves"
        self._read = 0
        self._held = b""
        self._at = 0

    def next(self) -> Leaf | None:
        """Read the next leaf and move past it; None at the end, or if only an incomplete record is left."""
        if not self._holds(LEAF_RECORD.size):
            return None
        leaf = Leaf._make(LEAF_RECORD.unpack_from(self._held, self._at))
        self._at += LEAF_RECORD.size
        return leaf

    def passed(self, records: bytes) -> bool:
        """Whether the next leaves are exactly these records; if they are, the reader moves past them."""
        if not self._holds(len(records)) or not self._held.startswith(records, self._at):
            return False
        self._at += len(records)
        return True

    def _holds(self, length: int) -> bool:
        """Read more if needed, and return whether at least this number of bytes is in memory."""
        if len(self._held) - self._at < length and self._path.exists():
            with self._path.open("rb") as file:
                file.seek(self._read)
                more = file.read(max(length, _PAGE * LEAF_RECORD.size))
            self._read += len(more)
            self._held, self._at = self._held[self._at :] + more, 0
        return len(self._held) - self._at >= length

    def __iter__(self) -> Iterator[Leaf]:
        return iter(self.next, None)


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def _write(descriptor: int, data: bytes) -> None:
    """Write all data, repeating `os.write`: when the disk fills up, one call may write only a part; the next raises."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


_NO_PLACE: Final = (
    "{fact.stream}@{fact.version} at position {fact.position} has an impossible version or position, so somebody "
    "changed the database by hand; run `reskontra verify` to see what else was changed, and ask the database's owner "
    "to correct it"
)
