"""Parquet made to keep a reader busy, or to fill its memory, is refused at once with a sentence."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.sealing import Invalid, verifier
from tests.kit.outsider import Published
from tests.ledger.sealing.forging import (
    BYTES,
    DOUBLE,
    I32,
    I64,
    LIST,
    STRUCT,
    Raw,
    Struct,
    at,
    change_footer,
    chunks,
    first_page,
    put,
    refusal,
    replace_page,
    varint,
)

# What hangs is ended, and so fails, well before the build would.
pytestmark = pytest.mark.timeout(20)


@pytest.mark.parametrize("size", [-64, -(2**31), 2**31 - 1])
def test_a_page_of_no_possible_length_is_refused(published: Published, size: int):
    for place in (2, 3):
        header, page = first_page(published.facts, 1)
        put(header, place, I32, size)
        replace_page(published.facts, 1, header, page)
        assert "facts.parquet: " in refusal(published)


def test_a_page_that_leads_back_to_itself_is_refused(published: Published):
    header, page = first_page(published.facts, 1)
    put(header, 2, I32, 0)
    put(at(header, 5), 1, I32, 0)
    for back in range(10, 30):
        put(header, 3, I32, -back)
        replace_page(published.facts, 1, header, page)
        refusal(published)


@pytest.mark.parametrize("count", [0, -1, 15, 17, 2**31 - 1])
@pytest.mark.parametrize("column", [0, 4])
def test_a_page_that_counts_other_values_than_it_has_is_refused(published: Published, column: int, count: int):
    header, page = first_page(published.facts, column)
    put(at(header, 5), 1, I32, count)
    replace_page(published.facts, column, header, page)
    assert "facts.parquet: " in refusal(published)


@pytest.mark.parametrize("size", [100, 1 << 20, (1 << 30) + 1])
def test_a_page_that_unpacks_to_far_more_is_not_unpacked(published: Published, size: int):
    header, _ = first_page(published.facts, 4)
    page = gzip.compress(bytes(1 << 26))
    put(header, 2, I32, size)
    put(header, 3, I32, len(page))
    replace_page(published.facts, 4, header, page)
    assert ("a page is not whole" if size < 1 << 30 else f"values in {size} bytes") in refusal(published)


ENDLESS = Raw(bytes([0xF0 | DOUBLE]) + varint(1 << 60))


@pytest.mark.parametrize(
    "change",
    [
        lambda footer: put(footer, 5, LIST, ENDLESS),
        lambda footer: put(footer, 7, LIST, ENDLESS),
        lambda footer: put(footer, 7, LIST, Raw(bytes([0xF0 | STRUCT]) + varint((1 << 32) - 1))),
        lambda footer: put(footer, 6, BYTES, Raw(varint((1 << 32) - 1))),
        lambda footer: put(footer, 3, I64, Raw(b"\xff" * 500)),
        lambda footer: put(footer, 3, I64, Raw(varint(1 << 64 | 32))),
        lambda footer: put(footer, 5, STRUCT, Raw(b"\x1c" * 200_000)),
        lambda footer: put(footer, 4, LIST, (STRUCT, [])),
        lambda footer: put(footer, 2, LIST, (STRUCT, [])),
        lambda footer: footer.clear(),
        *(
            lambda footer, place=place, value=value: put(chunks(footer)[1], place, I64, value)
            for place in (5, 6, 7, 9)
            for value in (-1, 0, -(2**63), 2**63 - 1)
        ),
        *(
            lambda footer, value=value: put(at(footer, 4)[1][0], 3, I64, value)
            for value in (-1, 0, 15, 16_385, 2**63 - 1)
        ),
    ],
)
def test_a_footer_that_promises_what_no_file_has_is_refused(published: Published, change: Callable[[Struct], object]):
    change_footer(published.facts, change)
    assert "facts.parquet: " in refusal(published)


def test_a_file_that_is_no_file_of_facts_at_all_is_refused(published: Published):
    path = published.facts
    path.chmod(0o600)
    for content in (b"", b"PAR1", b"PAR1" * 2, b"PAR1" + b"\xff" * 8 + b"PAR1", b"PAR1\0" + b"\1\0\0\0PAR1"):
        path.write_bytes(content)
        assert "facts.parquet: it is no Parquet file, or not whole" in refusal(published)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_with_any_bytes_in_it_ends_in_a_refusal_or_in_the_facts(published: Published, data: st.DataObject):
    path = published.folder / "tried.parquet"
    whole = published.facts.read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    stop = data.draw(st.integers(start, min(len(whole), start + 12)))
    path.write_bytes(whole[:start] + data.draw(st.binary(max_size=12)) + whole[stop:])
    try:
        found = list(verifier.read_facts(path))
    except Invalid:
        return
    assert found == list(verifier.read_facts(published.facts))
