"""The matcher against the plainest reading of its rule, one receipt at a time; and what is certain is matched."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.references import creditor_reference, ocr
from reconciliation.matching.exact_match import asked, match
from reconciliation.matching.identity import keyed
from tests.kit.seeds import examples
from tests.reconciliation.matching.written_files import BankFile, Issued, Store, quoted, several

NUMBERS = [ocr(str(number)) for number in range(100, 106)] + [creditor_reference(str(number)) for number in (7, 8)]
WRITTEN = [*NUMBERS, *(f"00{number}" for number in NUMBERS[:3]), f"0{NUMBERS[0]}", "12345", "HELLO", "RF00123", "100"]

REFERENCED = st.one_of(
    st.just({}),
    st.sampled_from(WRITTEN).map(quoted),
    st.lists(st.sampled_from(WRITTEN), min_size=2, max_size=3).map(lambda raw: several(*raw)),
)
SAID = st.fixed_dictionaries(
    {},
    optional={
        "return_reason": st.sampled_from([None, None, None, "AC04"]),
        "reversal": st.sampled_from([False, False, False, True]),
        "reference_amount_minor": st.sampled_from([None, None, 250_00, 1_00, 900_00]),
    },
)
ITEMS = st.lists(
    st.builds(
        lambda number, reference, opened, currency: Issued(f"i{number}.1", reference, opened, currency),
        st.integers(0, 9),
        st.sampled_from([*NUMBERS, f"0{NUMBERS[0]}", f"00{NUMBERS[0]}", "HELLO"]),
        st.sampled_from([0, 250_00]),
        st.sampled_from(["SEK", "SEK", "SEK", "EUR"]),
    ),
    max_size=12,
    unique_by=lambda item: item.item_id,
)


@examples(25)
@given(st.lists(st.tuples(REFERENCED, SAID), min_size=1, max_size=8), ITEMS)
def test_it_answers_as_going_through_all_items_does(
    payments: list[tuple[dict[str, Any], dict[str, Any]]], items: list[Issued]
) -> None:
    file = BankFile()
    for place, (referenced, said) in enumerate(payments):
        file.line(250_00, bank_ref=f"B{place}", **(referenced | said))
    receipts = keyed(file.entries())
    answered = match(receipts, Store(items, most=2).by_reference(asked(receipts)))
    for row in answered.iter_rows(named=True):
        assert row["item_id"] == sole_owner(row, items)
        assert (row["reason"] is None) == (row["item_id"] is not None)
    assert answered["key"].to_list() == receipts["key"].to_list()
    assert answered.select(pl.col("open_minor").is_not_null() == pl.col("reason").is_null()).to_series().all()


def sole_owner(row: dict[str, Any], items: list[Issued]) -> str | None:
    """The one item a receipt proves that it pays."""
    if row["return_reason"] or row["reversal"] or not row["reference_valid"]:
        return None
    given_ = {plain(one["reference"]) for one in row["further_references"]} | {plain(row["reference"])}
    owners = [item for item in items if item.reference in (row["reference"], plain(row["reference"]))]
    if len(given_) != 1 or len(owners) != 1 or owners[0].currency != row["currency"]:
        return None
    stated = row["reference_amount_minor"]
    return None if stated is not None and stated < row["amount_minor"] else owners[0].item_id


def plain(reference: str) -> str:
    """Without the zeros it is filled with."""
    return reference[:4] + reference[4:].lstrip("0") if reference.startswith("RF") else reference.lstrip("0")
