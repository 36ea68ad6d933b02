"""Merkle trees over facts: the root at any size, inclusion proofs and consistency proofs.

The tree hash is that of RFC 9162, section 2.1. The owner of the leaves provides the hash of a run of them (`HashOf`),
so that a proof over millions of facts need not hash all of them again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ledger.sealing.verifier import Frontier, node_hash

# The root over the leaves from an index up to, but not including, another; the first index is the start of a subtree.
HashOf = Callable[[int, int], bytes]


def inclusion_path(index: int, size: int, hash_of: HashOf) -> list[bytes]:
    """The inclusion proof: the hashes from the leaf at an index to the root of the first `size` leaves (2.1.3.1)."""
    if not 0 <= index < size:
        raise IndexError(f"leaf {index} is not in a tree of {size}")
    path: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _left(stop - start)
        if index < middle:
            path.append(hash_of(middle, stop))
            stop = middle
        else:
            path.append(hash_of(start, middle))
            start = middle
    return path[::-1]


def consistency_path(old: int, new: int, hash_of: HashOf) -> list[bytes]:
    """The consistency proof that the tree of `new` leaves begins with that of `old` (2.1.4.1); empty for zero."""
    if not 0 <= old <= new:
        raise IndexError(f"a tree of {new} leaves cannot continue one of {old}")
    path: list[bytes] = []
    start, stop = 0, new
    whole = True
    while old and old != stop:
        middle = start + _left(stop - start)
        if old <= middle:
            path.append(hash_of(middle, stop))
            stop = middle
        else:
            path.append(hash_of(start, middle))
            start, whole = middle, False
    # The rest is a subtree of the old tree; if it is the whole old tree, its root is already known.
    if old and not whole:
        path.append(hash_of(start, stop))
    return path[::-1]


def complete_root(leaves: Sequence[bytes]) -> bytes:
    """Root over a complete subtree, whose number of leaves is a power of two."""
    level = leaves
    while len(level) > 1:
        level = list(map(node_hash, level[::2], level[1::2]))
    return level[0]


def extend(tree: Frontier, leaves: Sequence[bytes]) -> None:
    """Add leaves in order, in the largest whole subtrees that come next, each hashed level by level."""
    start = 0
    while left := len(leaves) - start:
        height = left.bit_length() - 1
        if tree.size:
            height = min(height, (tree.size & -tree.size).bit_length() - 1)
        stop = start + (1 << height)
        tree.add(complete_root(leaves[start:stop]), height)
        start = stop


def hash_of(leaves: Sequence[bytes]) -> HashOf:
    """The hash of runs of leaves in memory."""

    def run(start: int, stop: int) -> bytes:
        tree = Frontier()
        extend(tree, leaves[start:stop])
        return tree.root()

    return run


def _left(size: int) -> int:
    """The number of leaves in a tree's left subtree: the largest power of two below its size."""
    return 1 << ((size - 1).bit_length() - 1)
