"""Fees in a mapped table, and how much of them is tax."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest

from ledger.domain.bank.file_mapping_facts import MappedWord
from reconciliation.gate import Terms, examine
from reconciliation.statements import Parsed, Profile, read
from reconciliation.statements.mapped.known import KnownMapping
from tests.kit.mappings import columns, mapped

TERMS: Final = Terms(frozenset(("SEK",)), date(2024, 1, 1), date(2024, 12, 31))
TAXED: Final = """Day,Id,Amount,Fee,Tax,Type
2024-07-01,c1,300.00,5.00,1.00,paid
2024-07-02,c2,0.00,12.50,2.50,paid
2024-07-03,c3,-10.00,,2.00,cost
2024-07-04,c4,-272.50,,,sent
"""
MAPPING: Final = mapped(
    header=("Day", "Id", "Amount", "Fee", "Tax", "Type"),
    columns=columns(day="Day", id="Id", amount="Amount", fee="Fee", fee_tax="Tax", type="Type"),
    words=(MappedWord("paid", "payment"), MappedWord("cost", "fee"), MappedWord("sent", "payout")),
)


def by(text: str) -> Parsed:
    return read(text.encode(), Profile(mappings=(KnownMapping("m", 1, None, MAPPING),)))


def test_the_tax_is_a_part_of_the_fee_in_its_row_also_if_the_row_is_a_fee():
    parsed = by(TAXED)
    found = [(row["kind"], row["charges_tax_minor"]) for row in parsed.lines.to_pylist() if row["detail_no"]]
    assert found == [("payment", 1_00), ("fee", 2_50), ("fee", 2_00)]
    assert examine(parsed, TERMS).accepted


@pytest.mark.parametrize("wrong", ["5.00,-1.00", "5.00,5.01"])
def test_tax_that_is_no_part_of_its_fee_is_refused(wrong):
    (problem,) = by(TAXED.replace("5.00,1.00", wrong)).problems
    assert problem.code == "amounts_contradict"
    assert "column Tax" in problem.raw_position
