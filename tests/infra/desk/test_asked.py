"""A reference is found however somebody writes it, and however its bank does."""

from __future__ import annotations

import pytest

from infra.desk.asked import spellings


@pytest.mark.parametrize("typed", ["1001171", "100 1171", "0001001171", "1001171".zfill(25)])
def test_a_reference_is_written_with_more_and_fewer_zeros_up_to_the_longest(typed: str) -> None:
    assert spellings(typed) == ["1001171".zfill(length) for length in range(7, 26)]


@pytest.mark.parametrize(("typed", "written"), [("rf46 1001 1", "RF4610011"), ("0", "0"), ("1" * 26, "1" * 26)])
def test_what_is_no_row_of_digits_or_too_long_is_written_in_one_way(typed: str, written: str) -> None:
    assert spellings(typed)[0] == written
