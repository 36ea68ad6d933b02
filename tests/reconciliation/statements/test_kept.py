"""Only the first rows of a large table are in memory; all of them come back in order."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest

from reconciliation.statements.kept import IN_MEMORY_ROWS, KEEP, Kept
from reconciliation.statements.rows import BATCH_ROWS, Rows
from reconciliation.statements.shape import LINES, Line

MANY = IN_MEMORY_ROWS + 3 * BATCH_ROWS


class Elsewhere:
    """Where pieces are kept, and how many there are."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def __call__(self, piece: bytes) -> Callable[[], bytes]:
        self.pieces.append(piece)
        number = len(self.pieces) - 1
        return lambda: self.pieces[number]


def kept(count: int, elsewhere: Elsewhere | None) -> Kept:
    """So many rows, the first of which is known last."""
    before = KEEP.set(elsewhere)
    rows = Rows(LINES)
    KEEP.reset(before)
    place = rows.reserve()
    for start in range(1, count, BATCH_ROWS):
        some = range(start, min(start + BATCH_ROWS, count))
        rows.add(Line(1, number, 0, currency="SEK", bank_ref=f"B{number}") for number in some)
    rows.fill(place, Line(1, 0, 0))
    return rows.kept()


def test_rows_beyond_the_first_are_kept_elsewhere():
    elsewhere = Elsewhere()
    found = kept(MANY, elsewhere)
    assert len(elsewhere.pieces) == 3
    assert found.num_rows == MANY
    assert found == kept(MANY, None)
    assert found.table()["line_no"].to_pylist() == list(range(MANY))


def test_a_small_table_is_in_memory():
    elsewhere = Elsewhere()
    assert kept(IN_MEMORY_ROWS, elsewhere).num_rows == IN_MEMORY_ROWS
    assert not elsewhere.pieces


def test_chunks_are_all_rows_in_order():
    for count in (1, BATCH_ROWS, MANY):
        chunks = list(kept(count, Elsewhere()).chunks(2 * BATCH_ROWS))
        assert [number for chunk in chunks for number in chunk["line_no"].to_pylist()] == list(range(count))
        assert all(chunk.num_rows <= 3 * BATCH_ROWS for chunk in chunks)
    assert [chunk.num_rows for chunk in Kept(LINES).chunks(10)] == [0]


def of_movements(*sizes: int) -> Kept:
    """Movements with so many rows each, in batches of a few rows."""
    rows = [Line(1, number, detail) for number, size in enumerate(sizes, 1) for detail in range(size)]
    whole = Rows(LINES)
    whole.add(rows)
    return Kept.from_batches(whole.table().combine_chunks().to_batches(max_chunksize=3), LINES)


@pytest.mark.parametrize("rows", [1, 2, 4, 7, 100])
@pytest.mark.parametrize("sizes", [(), (1,), (1, 1, 1, 1, 1, 1, 1), (12,), (1, 9, 1, 1), (2, 3, 4, 5, 1, 1, 8)])
def test_no_movement_is_divided(sizes, rows):
    found = of_movements(*sizes)
    pieces = list(found.movements(rows))
    assert pa.concat_tables(pieces).equals(found.table())
    assert all(piece["detail_no"][0].as_py() == 0 for piece in pieces if piece.num_rows)
    longest = max(sizes, default=0)
    assert all(piece.num_rows <= rows + 3 + longest for piece in pieces)
    assert rows + longest >= found.num_rows or len(pieces) > 1


def test_rows_out_of_order_are_not_divided():
    found = of_movements(2, 3, 4, 5)
    mixed = Kept.of(found.table().sort_by([("detail_no", "descending")]))
    assert [piece.num_rows for piece in mixed.movements(2)] == [14]


def test_rows_are_put_in_order_without_all_of_them_in_memory():
    numbers = [(number * 7_919) % MANY for number in range(MANY)]
    rows = (Line(1 + number // 1_000, number, 0, bank_ref=f"B{number}") for number in numbers)
    elsewhere = Elsewhere()
    before = KEEP.set(elsewhere)
    mixed = Rows(LINES)
    KEEP.reset(before)
    mixed.add(rows)
    already = len(elsewhere.pieces)
    ordered = mixed.kept().in_order()
    assert ordered.table()["bank_ref"].to_pylist() == [f"B{number}" for number in range(MANY)]
    # All rows were handed on by groups of statements, and those beyond the first once more.
    assert len(elsewhere.pieces) > already + 3
    assert max(chunk.num_rows for chunk in ordered.batches()) <= BATCH_ROWS
