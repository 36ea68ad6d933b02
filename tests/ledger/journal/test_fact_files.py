"""Files of facts keep the bytes of the journal, can be read in part, and are whole or not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ledger.journal.fact_files import ROW_GROUP, FactFileBroken, OpenFactFile, sha256_of, write_facts
from ledger.journal.recorded_facts import StoredFact
from tests.kit.archivable_books import facts_in


def fact(number: int) -> StoredFact:
    """The n-th fact; positions have holes, states any bytes."""
    return StoredFact(3 * number, f"account-å{number}", 1 + number % 4, "AccountOpened", bytes([number % 256]) * 9)


def pages(facts: int, size: int) -> Iterator[list[StoredFact]]:
    for start in range(1, facts + 1, size):
        yield [fact(number) for number in range(start, min(start + size, facts + 1))]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("facts") / "facts.parquet"
    write_facts(path, pages(ROW_GROUP * 2 + 100, 999))
    return path


def test_a_file_gives_back_exactly_what_was_written(written: Path):
    assert facts_in(written) == [fact(number) for number in range(1, ROW_GROUP * 2 + 101)]


@pytest.mark.parametrize(("after", "upto"), [(0, 2), (0, 3), (2, 3), (3, 9), (49_150, 49_160), (98_000, 10**9), (9, 9)])
def test_a_part_is_read_by_position(written: Path, after: int, upto: int):
    expected = [fact(number) for number in range(1, ROW_GROUP * 2 + 101) if after < 3 * number <= upto]
    assert facts_in(written, after, upto) == expected


def test_row_groups_tell_their_positions_and_nothing_else_is_told_twice(written: Path):
    with OpenFactFile(written) as file:
        assert file.groups == [(3, 3 * ROW_GROUP), (3 * ROW_GROUP + 3, 6 * ROW_GROUP), (6 * ROW_GROUP + 3, file.last)]
        assert file.facts == ROW_GROUP * 2 + 100
        assert file.group(1).at([3, 3 * ROW_GROUP + 3, 3 * ROW_GROUP + 4, 6 * ROW_GROUP]) == [
            fact(ROW_GROUP + 1),
            fact(2 * ROW_GROUP),
        ]


def test_the_file_keeps_to_the_subset_that_the_verifier_reads(written: Path):
    file = pq.ParquetFile(written)
    assert str(file.schema_arrow).splitlines() == [
        "position: int64 not null",
        "stream: string not null",
        "version: int64 not null",
        "name: string not null",
        "state: binary not null",
    ]
    assert file.schema_arrow.metadata is None
    for number in range(file.num_row_groups):
        for place in range(5):
            column = file.metadata.row_group(number).column(place)
            assert column.compression == "GZIP"
            assert set(column.encodings) <= {"PLAIN", "RLE"}
            assert not column.has_dictionary_page
            assert column.is_stats_set == (place == 0)


def test_what_was_written_is_told_with_its_hash_and_cannot_be_written_to(tmp_path: Path):
    path = tmp_path / "facts.parquet"
    told = write_facts(path, pages(10, 3))
    assert told == (path, 3, 30, 10, sha256_of(path))
    assert path.stat().st_mode & 0o222 == 0
    assert [one.name for one in tmp_path.iterdir()] == ["facts.parquet"]


@pytest.mark.parametrize(
    "wrong", [[], [[]], [[fact(2), fact(1)]], [[fact(1), fact(1)]], [[fact(1)] * 1] * (ROW_GROUP + 1)]
)
def test_facts_that_do_not_rise_are_not_written(tmp_path: Path, wrong: list[list[StoredFact]]):
    with pytest.raises(ValueError, match=r"rise|no fact"):
        write_facts(tmp_path / "facts.parquet", wrong)
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_is_stopped_leaves_no_file(tmp_path: Path):
    def stopping() -> Iterator[list[StoredFact]]:
        yield from pages(ROW_GROUP, 4000)
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_facts(tmp_path / "facts.parquet", stopping())
    assert list(tmp_path.iterdir()) == []


def test_memory_holds_a_row_group_and_not_the_file(tmp_path: Path):
    held = [0]
    sizes = [0]

    def counted() -> Iterator[list[StoredFact]]:
        for page in pages(ROW_GROUP * 3, 1000):
            (part,) = tmp_path.iterdir()
            size = part.stat().st_size
            if size > sizes[-1]:
                sizes.append(size)
                held.append(0)
            held[-1] += len(page)
            yield page

    write_facts(tmp_path / "facts.parquet", counted())
    assert len(sizes) >= 3
    assert max(held) <= ROW_GROUP + 1000


@pytest.mark.parametrize("damage", ["cut", "changed", "text", "other"])
def test_a_file_that_is_not_whole_is_named(written: Path, tmp_path: Path, damage: str):
    path = tmp_path / "facts.parquet"
    content = bytearray(written.read_bytes())
    if damage == "cut":
        content = content[:-100]
    elif damage == "changed":
        content[len(content) // 2] ^= 1
    elif damage == "text":
        content = bytearray(b"nothing of the kind")
    path.write_bytes(content)
    if damage == "other":
        pq.write_table(pq.read_table(written).select(["position"]), path)
    with pytest.raises(FactFileBroken, match=r"facts\.parquet"):
        facts_in(path)


def test_a_missing_file_is_told_as_such(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        facts_in(tmp_path / "facts.parquet")
