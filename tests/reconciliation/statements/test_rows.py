"""Rows become tables batch by batch; a column with one value in a whole file is in memory once."""

from __future__ import annotations

import pyarrow as pa

from reconciliation.statements.rows import BATCH_ROWS, Rows
from reconciliation.statements.shape import LINES, Line


def lines(count: int) -> pa.Table:
    rows = Rows(LINES)
    rows.add(Line(1, number, 0, currency="SEK", bank_ref=f"B{number}") for number in range(count))
    return rows.table()


def memory(table: pa.Table, column: str) -> set[tuple[int | None, ...]]:
    return {
        tuple(None if buffer is None else buffer.address for buffer in chunk.buffers())
        for chunk in table[column].chunks
        if len(chunk) == BATCH_ROWS
    }


def test_a_column_with_one_value_or_none_is_in_memory_once():
    table = lines(5 * BATCH_ROWS)
    assert all(len(memory(table, column)) == 1 for column in ("currency", "statement_no", "text", "further_references"))
    assert len(memory(table, "bank_ref")) == 5


def test_batches_of_one_value_keep_their_own_value_and_length():
    rows = Rows(LINES)
    told = [None, "a", "a", "b", None, "b"]
    for text in told:
        rows.add(Line(1, 1, 0, text=text) for _ in range(BATCH_ROWS))
    rows.add([Line(1, 1, 0, text="b")])
    wanted = [text for text in told for _ in range(BATCH_ROWS)]
    assert rows.table()["text"].to_pylist() == [*wanted, "b"]
