"""Files that show other readers other facts than those that were sealed are refused.

Where another reader sees the forgery, the test shows it with pyarrow.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledger.journal.fact_files import ROW_GROUP, write_facts
from ledger.journal.recorded import StoredFact
from ledger.sealing import verifier
from tests.kit.outsider import Published
from tests.ledger.sealing.forging import (
    BYTES,
    I16,
    I32,
    I64,
    LIST,
    STRUCT,
    Field,
    Raw,
    Struct,
    answer,
    at,
    change_footer,
    chunks,
    first_page,
    joined,
    packed,
    put,
    refusal,
    replace_page,
    split,
    written,
)

HOLDS = (
    "holds: the 16 facts of 1 files are all that checkpoint 2 of reskontra/clinic: 16 facts, day 2026-11-11, "
    "sealed 2026-11-11T18:00:00Z sealed\n"
)


def test_a_file_taken_apart_and_put_together_is_the_same_and_holds(published: Published):
    whole = published.facts.read_bytes()
    joined(published.facts, *split(published.facts))
    assert published.facts.read_bytes() == whole
    replace_page(published.facts, 4, *first_page(published.facts, 4))
    assert published.facts.read_bytes() == whole
    assert answer(published) == (0, HOLDS)


# What other readers see


def test_pages_that_lie_before_the_genuine_ones_are_not_passed_over(published: Published):
    body, footer = split(published.facts)
    state = chunks(footer)[4]
    start, length = at(state, 9), at(state, 7)
    header, _ = first_page(published.facts, 4)
    plain = b"".join(len(b"{}").to_bytes(4, "little") + b"{}" for _ in range(16))
    forged = gzip.compress(plain, compresslevel=0, mtime=0)
    put(header, 2, I32, len(plain))
    put(header, 3, I32, len(forged))
    # As long as the genuine ones at least, which are read by the same length.
    first = (written(header) + forged).ljust(length, b"\0")
    put(state, 9, I64, start + len(first))
    put(state, 11, I64, start)
    joined(published.facts, body[:start] + first + body[start:], footer)
    assert pq.read_table(published.facts)["state"].to_pylist() == [b"{}"] * 16
    assert pl.read_parquet(published.facts)["state"].to_list() == [b"{}"] * 16
    assert "a field 11 that it never writes" in refusal(published)


@pytest.mark.parametrize(("column", "wanted"), [(1, "receipt-r4"), (3, "ReceiptRecorded")])
def test_statistics_that_hide_facts_from_a_question_are_refused(published: Published, column: int, wanted: str):
    name = pq.read_schema(published.facts).names[column]
    asked = [(name, "=", wanted)]
    assert pq.read_table(published.facts, filters=asked).num_rows > 0
    false = [Field(3, I64, 0), Field(5, BYTES, b"A"), Field(6, BYTES, b"A")]
    change_footer(published.facts, lambda footer: put(chunks(footer)[column], 12, STRUCT, false))
    assert pq.read_table(published.facts, filters=asked).num_rows == 0
    assert f"its statistics are not those of its column {name}" in refusal(published)


def test_false_statistics_of_positions_are_refused(published: Published):
    def change(footer: Struct) -> None:
        statistics = at(chunks(footer)[0], 12)
        for number in (1, 5):
            put(statistics, number, BYTES, (3).to_bytes(8, "little"))

    change_footer(published.facts, change)
    assert pq.read_table(published.facts, filters=[("position", ">", 3)]).num_rows == 0
    assert "its statistics are not those of its column position" in refusal(published)


def element(number: int, *fields: Field) -> Callable[[Struct], None]:
    def change(footer: Struct) -> None:
        for field in fields:
            put(at(footer, 2)[1][number], *field)

    return change


DECIMAL = Field(10, STRUCT, [Field(5, STRUCT, [Field(1, I32, 2), Field(2, I32, 18)])])


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (
            element(3, DECIMAL, Field(6, I32, 5), Field(7, I32, 2), Field(8, I32, 18)),
            lambda table: table["version"][0].as_py() == Decimal("0.01"),
        ),
        (element(3, Field(6, I32, 9)), lambda table: pa.types.is_timestamp(table.schema.field("version").type)),
        (element(5, Field(6, I32, 0)), lambda table: table.schema.field("state").type == pa.string()),
        (element(5, Field(4, BYTES, b"note")), lambda table: table.schema.names[4] == "note"),
        (
            element(2, Field(6, I64, 0), Field(10, I32, 0)),
            lambda table: table.schema.field("stream").type == pa.binary(),
        ),
    ],
    ids=["decimal", "time", "text", "name", "text told in another kind"],
)
def test_a_column_that_is_read_as_something_else_is_refused(
    published: Published, change: Callable[[Struct], None], shown: Callable[[pa.Table], bool]
):
    assert not shown(pq.read_table(published.facts))
    change_footer(published.facts, change)
    assert shown(pq.read_table(published.facts))
    assert "as `reskontra export` writes" in refusal(published)


def test_a_schema_told_beside_the_schema_is_refused(published: Published, tmp_path: Path):
    table = pq.read_table(published.facts)
    other = table.set_column(
        2, pa.field("version", pa.duration("s"), nullable=False), table["version"].cast(pa.duration("s"))
    )
    pq.write_table(other, tmp_path / "other.parquet")
    told = next(one for one in split(tmp_path / "other.parquet")[1] if one.number == 5)
    change_footer(published.facts, lambda footer: put(footer, *told))
    assert pq.read_table(published.facts)["version"].type == pa.duration("s")
    assert "a field 5 that it never writes" in refusal(published)


def test_a_footer_that_counts_other_facts_is_refused(published: Published):
    change_footer(published.facts, lambda footer: put(footer, 3, I64, 15))
    assert pq.ParquetFile(published.facts).metadata.num_rows == 15
    assert "its footer does not agree with itself" in refusal(published)


def test_bytes_that_no_page_and_no_footer_has_are_refused(published: Published):
    body, footer = split(published.facts)
    joined(published.facts, body + b"hidden", footer)
    assert "something lies between its pages and its footer" in refusal(published)
    joined(published.facts, body, written(footer) + b"hidden")
    assert "its footer does not agree with itself" in refusal(published)
    joined(published.facts, b"PARE" + body[4:], footer)
    assert "it is no Parquet file, or not whole" in refusal(published)


def test_a_page_of_two_zipped_parts_is_refused(published: Published):
    header, page = first_page(published.facts, 4)
    more = page + gzip.compress(b"hidden")
    put(header, 3, I32, len(more))
    replace_page(published.facts, 4, header, more)
    assert "a page is not whole" in refusal(published)


def test_a_page_cut_before_its_check_sum_is_refused(published: Published):
    header, page = first_page(published.facts, 4)
    put(header, 3, I32, len(page) - 8)
    replace_page(published.facts, 4, header, page[:-8])
    assert "a page is not whole" in refusal(published)


def test_a_field_whose_number_stands_in_full_is_refused(published: Published):
    # 05 00 is field 0 for a reader that knows this form, and field 1 once more for one that does not.
    whole, twice = b"\x15\x00\x15\x00\x15\x02\x00", b"\x15\x00\x05\x00\x15\x00\x15\x02\x00"
    change_footer(published.facts, lambda footer: put(chunks(footer)[0], 13, LIST, Raw(b"\x1c" + whole)))
    assert answer(published) == (0, HOLDS)
    joined(published.facts, split(published.facts)[0], written(split(published.facts)[1]).replace(whole, twice, 1))
    assert "that it never writes" in refusal(published)


def test_row_groups_that_count_more_facts_than_their_pages_have_are_refused(published: Published):
    facts = list(verifier.read_facts(published.facts))[:15]
    for column, values in enumerate(zip(*facts, strict=True)):
        header, _ = first_page(published.facts, column)
        raw = [value.encode() if isinstance(value, str) else value for value in values]
        page = packed(raw)
        put(header, 2, I32, len(gzip.decompress(page)))
        put(header, 3, I32, len(page))
        put(at(header, 5), 1, I32, 15)
        for number in (1, 5) if column == 0 else ():
            put(at(at(header, 5), 5), number, BYTES, (15).to_bytes(8, "little"))
        replace_page(published.facts, column, header, page)

    def told(footer: Struct) -> None:
        for number in (1, 5):
            put(at(chunks(footer)[0], 12), number, BYTES, (15).to_bytes(8, "little"))
        for column in (1, 3, 4):
            put(at(chunks(footer)[column], 16), 1, I64, sum(len(fact[column]) for fact in facts))

    change_footer(published.facts, told)
    assert "its footer tells of a column position that is another one" in refusal(published)


def test_a_row_group_of_more_facts_than_are_written_in_one_is_refused(published: Published):
    table = pq.read_table(published.facts)
    kept = {"compression": "gzip", "use_dictionary": False, "write_statistics": ["position"], "store_schema": False}
    published.facts.chmod(0o600)
    pq.write_table(pa.concat_tables([table] * 1025), published.facts, row_group_size=20_000, **kept)
    assert "a row group has 16400 rows" in refusal(published)


def test_files_of_releases_of_the_writer_that_tell_less_or_more_hold(published: Published):
    def older(footer: Struct) -> None:
        put(footer, 6, BYTES, b"parquet-cpp-arrow version 18.1.0")
        put(at(footer, 4)[1][0], 7, I16, 0)
        statistics = at(chunks(footer)[0], 12)
        statistics[:] = [one for one in statistics if one.number < 7]
        for told in chunks(footer):
            told[:] = [one for one in told if one.number != 16]
            put(told, 2, LIST, (I32, [0, 3]))

    change_footer(published.facts, older)
    assert answer(published) == (0, HOLDS)


def test_row_groups_follow_one_another_in_one_file(tmp_path: Path):
    facts = [StoredFact(n, f"receipt-å{n}", 1, "ReceiptRecorded", b"{}" * 700) for n in range(1, ROW_GROUP + 3)]
    write_facts(tmp_path / "facts.parquet", [facts])
    assert list(verifier.read_facts(tmp_path / "facts.parquet")) == facts
    assert pq.ParquetFile(tmp_path / "facts.parquet").num_row_groups == 2
