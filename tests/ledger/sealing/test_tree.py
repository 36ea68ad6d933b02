"""Trees and proofs are those of RFC 9162: its published vectors, and its definitions word for word."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.sealing.leaves import BLOCK, Leaf, Leaves
from ledger.sealing.tree import complete_root, consistency_path, extend, hash_of, inclusion_path
from ledger.sealing.verifier import Frontier, Invalid, check_consistency, check_inclusion

# The eight leaves with which implementations of certificate transparency are tested (RFC 6962), and their roots.
INPUTS = [
    bytes.fromhex(one)
    for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSIONS = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            ROOTS[4],
        ],
    ),
    (2, 3, [ROOTS[2]]),
]
CONSISTENCIES = [
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            ROOTS[4],
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
LEAVES = [sha256(b"\x00" + one).digest() for one in INPUTS]


def mth(leaves: list[bytes]) -> bytes:
    """The Merkle Tree Hash as section 2.1.1 defines it, over hashed leaves."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = next(2**power for power in range(64) if 2**power < len(leaves) <= 2 ** (power + 1))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def grown(leaves: list[bytes]) -> bytes:
    tree = Frontier()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size: int):
    assert grown(LEAVES[:size]).hex() == ROOTS[size]
    assert hash_of(LEAVES)(0, size).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSIONS)
def test_inclusion_proofs_are_the_published_ones(index: int, size: int, path: list[str]):
    assert [one.hex() for one in inclusion_path(index, size, hash_of(LEAVES))] == path


@pytest.mark.parametrize(("old", "new", "path"), CONSISTENCIES)
def test_consistency_proofs_are_the_published_ones(old: int, new: int, path: list[str]):
    assert [one.hex() for one in consistency_path(old, new, hash_of(LEAVES))] == path


SIZES = st.integers(1, 90)


def leaves(size: int) -> list[bytes]:
    return [sha256(b"\x00%d" % number).digest() for number in range(size)]


@given(SIZES)
def test_a_root_is_what_the_definition_makes_it(size: int):
    assert grown(leaves(size)) == mth(leaves(size))


@given(SIZES, st.data())
def test_every_leaf_is_proven_to_be_where_it_is_and_nowhere_else(size: int, data: st.DataObject):
    index = data.draw(st.integers(0, size - 1))
    path, root = inclusion_path(index, size, hash_of(leaves(size))), mth(leaves(size))

    check_inclusion(leaves(size)[index], index, size, path, root)

    other = data.draw(st.integers(0, size + 1).filter(lambda one: one != index))
    wrong: list[tuple[bytes, int, int, list[bytes], bytes]] = [
        (sha256(b"other").digest(), index, size, path, root),
        (leaves(size)[index], other, size, path, root),
        (leaves(size)[index], index, size, path, sha256(root).digest()),
        (leaves(size)[index], index, size, [*path, root], root),
    ]
    if path:
        wrong.append((leaves(size)[index], index, size, path[:-1], root))
        wrong.append((leaves(size)[index], index, size, [sha256(path[0]).digest(), *path[1:]], root))
    for one in wrong:
        with pytest.raises(Invalid):
            check_inclusion(*one)


@given(SIZES, st.data())
def test_a_tree_is_proven_to_continue_an_older_one_and_no_other(new: int, data: st.DataObject):
    old = data.draw(st.integers(0, new))
    old_root, new_root = mth(leaves(old)), mth(leaves(new))
    path = consistency_path(old, new, hash_of(leaves(new)))

    check_consistency(old, old_root, new, new_root, path)

    changed = [sha256(b"other").digest(), *leaves(new)[1:]]
    wrong = [(old, old_root, new, new_root, [*path, new_root]), (new + 1, new_root, new, new_root, path)]
    if old > 0:
        wrong.append((old, mth(changed[:old]), new, new_root, path))
        wrong.append((old, old_root, new, mth(changed), path))
    if 0 < old < new:
        wrong.append((old, old_root, new, mth(changed), consistency_path(old, new, hash_of(changed))))
    if path:
        wrong.append((old, old_root, new, new_root, path[:-1]))
    for one in wrong:
        with pytest.raises(Invalid):
            check_consistency(*one)


def test_a_path_that_ends_below_the_root_of_a_tree_of_that_size_is_refused():
    check_inclusion(LEAVES[0], 0, 2, [LEAVES[1]], bytes.fromhex(ROOTS[2]))
    with pytest.raises(Invalid):
        check_inclusion(LEAVES[0], 0, 4, [LEAVES[1]], bytes.fromhex(ROOTS[2]))


def test_proofs_of_what_is_not_there_are_refused():
    with pytest.raises(IndexError):
        inclusion_path(3, 3, hash_of(LEAVES))
    with pytest.raises(IndexError):
        consistency_path(4, 3, hash_of(LEAVES))


def test_leaves_on_disk_lead_to_the_same_roots_and_proofs_as_in_memory(tmp_path):
    many = leaves(3 * BLOCK + 7)
    with Leaves(tmp_path) as disk:
        for start in range(0, len(many), 700):
            disk.append([Leaf(2 * (start + number), one) for number, one in enumerate(many[start : start + 700])])
        assert len(disk) == len(many)
        assert (tmp_path / "blocks").stat().st_size == 3 * 32
        for size in (1, 2, 5, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 7):
            assert disk.hash_of(0, size) == mth(many[:size])
            assert inclusion_path(size // 2, size, disk.hash_of) == inclusion_path(size // 2, size, hash_of(many))
            assert consistency_path(size, len(many), disk.hash_of) == consistency_path(size, len(many), hash_of(many))
        assert disk.leaf(BLOCK) == (2 * BLOCK, many[BLOCK])
        assert [disk.index_of(position, len(many)) for position in (0, 1, 2, 4 * BLOCK)] == [0, 1, 1, 2 * BLOCK]


def test_leaves_cut_and_appended_again_are_as_if_never_written(tmp_path):
    many = leaves(2 * BLOCK + 9)
    with Leaves(tmp_path) as disk:
        disk.append([Leaf(number, one) for number, one in enumerate(many)])
        disk.cut(BLOCK + 3)
        assert disk.hash_of(0, BLOCK + 3) == mth(many[: BLOCK + 3])
        disk.append([Leaf(number, one) for number, one in enumerate(many[BLOCK + 3 :])])
        assert disk.hash_of(0, len(many)) == mth(many)
    (tmp_path / "blocks").write_bytes(bytes(32))
    with Leaves(tmp_path) as disk:
        assert disk.hash_of(0, len(many)) != mth(many)
        disk.rebuild_blocks()
        assert disk.hash_of(0, len(many)) == mth(many)


def test_a_torn_record_at_the_end_is_not_there(tmp_path):
    with Leaves(tmp_path) as disk:
        disk.append([Leaf(number, one) for number, one in enumerate(leaves(5))])
    with (tmp_path / "leaves").open("ab") as file:
        file.write(b"torn")
    with Leaves(tmp_path) as disk:
        assert len(disk) == 5
        disk.cut(5)
        disk.append([Leaf(5, leaves(6)[5])])
        assert disk.hash_of(0, 6) == mth(leaves(6))


def test_a_complete_subtree_is_hashed_at_once():
    assert complete_root(LEAVES).hex() == ROOTS[8]
    tree = Frontier()
    tree.add(complete_root(LEAVES[:4]), 2)
    tree.add(LEAVES[4])
    assert tree.root().hex() == ROOTS[5]


def test_leaves_added_in_runs_make_the_same_tree_as_one_by_one():
    for size in range(40):
        for first in range(size + 1):
            tree = Frontier()
            for run in (leaves(size)[:first], leaves(size)[first : first + 3], leaves(size)[first + 3 :]):
                extend(tree, run)
            assert tree.leads_to(size, mth(leaves(size)))
