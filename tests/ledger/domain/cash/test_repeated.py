"""An allocation with a recorded id is nothing new if it says the same, and refused if it says anything else."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from ledger.domain.cash.allocation import ItemToPay
from tests.kit.book import Ask, Book
from tests.kit.care import allocate, invoice, open_clinic, receipt


def paid(*asks: Ask) -> Book:
    """Patient p1 owes 250.00 on each of i1 and i2, and has paid 400.00."""
    return open_clinic().given(invoice("i1"), invoice("i2"), receipt("r", 400_00), *asks)


@pytest.mark.parametrize(
    "said",
    [
        allocate("r", "i1", rest_to="p1"),
        allocate("r", "i1", "i2"),
        allocate("r", ItemToPay("i1.1", 100_00)),
        allocate("r", request_id="i1.1"),
        allocate("r", rest_to="p1"),
    ],
)
def test_the_same_again_is_nothing_new(said: Ask) -> None:
    paid(said).when(said).nothing_new()


@pytest.mark.parametrize(
    "other",
    [
        allocate("r", "i2"),
        allocate("r", "i1", "i2"),
        allocate("r", ItemToPay("i1.1", 100_00), rest_to="p1"),
        allocate("r", "i1"),
        allocate("r", "i1", rest_to="p2"),
        allocate("r", request_id="i1.1"),
        allocate("r", rest_to="p1"),
        replace(allocate("r", "i1", rest_to="p1"), amount_minor=399_99),
    ],
)
def test_the_same_id_with_other_content_is_refused(other: Ask) -> None:
    paid(allocate("r", "i1", rest_to="p1")).when(other).refused("fact_already_recorded")


def test_a_request_is_not_another_one() -> None:
    paid(allocate("r", request_id="i1.1")).when(allocate("r", request_id="i2.1")).refused("fact_already_recorded")
