"""Merkle trees over facts: the root at any size, inclusion proofs and consistency proofs.

The tree hash is that of RFC 9162, section 2.1. The caller passes a function that returns the root of a run of leaves
(`HashOf`), so that a proof over millions of facts need not hash all of them again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ledger.sealing.verifier import Frontier, node_hash

# The root of the leaves from one index up to but not including another; the first index is the start of a subtree.
HashOf = Callable[[int, int], bytes]


def inclusion_path(index: int, size: int, hash_of: HashOf) -> list[bytes]:
    """The inclusion proof: the hashes that lead from the leaf at an index to the root of `size` leaves (2.1.3.1)."""
    if not 0 <= index < size:
        raise IndexError(f"a tree of {size} leaves has no leaf {index}")
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
    """The proof that the tree of `new` leaves begins with the tree of `old` leaves (2.1.4.1); empty if `old` is 0."""
    if not 0 <= old <= new:
        raise IndexError(f"a tree of {new} leaves cannot continue a tree of {old} leaves")
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
    # The remaining leaves are a subtree of the old tree; if the subtree is the whole old tree, its root is already
    # known.
    if old and not whole:
        path.append(hash_of(start, stop))
    return path[::-1]


def complete_root(leaves: Sequence[bytes]) -> bytes:
    """Root of a complete subtree, whose number of leaves is a power of two."""
    level = leaves
    while len(level) > 1:
        level = list(map(node_hash, level[::2], level[1::2]))
    return level[0]


def extend(tree: Frontier, leaves: Sequence[bytes]) -> None:
    """Add leaves in order, grouped into the largest complete subtrees that fit, each hashed level by level."""
    start = 0
    while left := len(leaves) - start:
        height = left.bit_length() - 1
        if tree.size:
            height = min(height, (tree.size & -tree.size).bit_length() - 1)
        stop = start + (1 << height)
        tree.add(complete_root(leaves[start:stop]), height)
        start = stop


def hash_of(leaves: Sequence[bytes]) -> HashOf:
    """A `HashOf` for leaves that are in memory."""

    def run(start: int, stop: int) -> bytes:
        tree = Frontier()
        extend(tree, leaves[start:stop])
        return tree.root()

    return run


def _left(size: int) -> int:
    """The number of leaves in the left subtree of a tree with `size` leaves: the largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)
