"""The battery, by seed: no payment is matched with what it may not be, and every one that proves itself is."""

from __future__ import annotations

import random
from typing import NamedTuple

import polars as pl
import pytest

from tests.kit.seeds import seeds
from tests.reconciliation.matching.battery import entries_of, exact, first_fit, suggested, world_of
from tests.reconciliation.matching.clinic_world import World

# A seed has each case twelve times over, mixed; of the orders of its lines, a seed has each case four times.
SEEDS = seeds(range(4), range(4, 40))
ORDERS = seeds(range(3), range(3, 40))
CASES = {"A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10", "A11", "C1-C2", "C3", "C4", "C5", "C6"}
# References among other words and numbers, and payments that their payer divided.
CASES |= {"B1", "B2", "B3", "B4", "N1", "N2", "N3", "N4", "N5"}
# Fields with several words, and what a text says beside a field.
CASES |= {"B5", "B6", "N6", "N7", "N8"}


class Battery(NamedTuple):
    """The world of a seed, its receipts, what they were matched with, and what was suggested for the rest."""

    world: World
    receipts: pl.DataFrame
    matched: pl.DataFrame
    listed: pl.DataFrame


@pytest.fixture(scope="module", params=SEEDS)
def battery(request: pytest.FixtureRequest) -> Battery:
    world = world_of(request.param)
    receipts = entries_of(world)
    matched = exact(receipts, world.items)
    return Battery(world, receipts, matched, suggested(matched, world.items))


def test_nothing_is_matched_wrongly_and_all_that_is_certain_is_matched(battery: Battery) -> None:
    receipts, matched = battery.receipts, battery.matched
    assert set(receipts["case"]) == CASES
    wrong = matched.filter(pl.col("item_id").is_not_null() & pl.col("item_id").ne_missing(pl.col("of")))
    missed = matched.filter(pl.col("of").is_not_null() & pl.col("item_id").is_null())
    assert matched.filter(pl.col("request_id").ne_missing(pl.col("item_id"))).is_empty()
    assert wrong.select("case", "reference", "item_id", "of").rows() == []
    assert missed.select("case", "reference", "reason").rows() == []


def test_a_first_fit_matcher_fails_the_same_battery(battery: Battery) -> None:
    receipts = battery.receipts
    answer = first_fit(receipts, battery.world.items)
    wrong = {case for key, case, of in receipts.select("key", "case", "of").rows() if answer.get(key, of) != of}
    assert {"A1", "A2", "A3", "A4", "A7", "A8", "A9", "A10", "A11"} <= wrong
    assert {"B1", "N1", "N2", "N3", "N4", "N5"} <= wrong


def test_a_payment_that_its_payer_divided_settles_each_request_with_its_amount(battery: Battery) -> None:
    matched = battery.matched
    several = matched.filter(pl.col("parts").is_not_null())
    assert set(several["case"]) == {"B4"}
    owners = {item.reference: item.item_id for item in battery.world.items}
    for row in several.iter_rows(named=True):
        own = {"reference": row["reference"], "amount_minor": row["reference_amount_minor"]}
        said = [(owners[one["reference"]], one["amount_minor"]) for one in (own, *row["further_references"])]
        assert [(part["request_id"], part["amount_minor"]) for part in row["parts"]] == said
        assert sum(amount for _, amount in said) == row["amount_minor"]


def test_two_references_in_one_payment_are_both_suggested_and_neither_matched(battery: Battery) -> None:
    matched = battery.matched
    both = matched.filter(pl.col("case") == "C4")
    assert set(both["reason"]) == {"several_references"}
    listed = battery.listed.filter(pl.col("why") == "same_reference")
    for key in both["key"]:
        assert listed.filter(pl.col("key") == key).height == 2


def test_of_two_requests_in_field_and_text_or_mistyped_both_are_suggested(battery: Battery) -> None:
    matched = battery.matched
    reasons = {"N6": {"several_references"}, "N7": {"perhaps_for_several"}}
    listed = battery.listed
    for case, expected in reasons.items():
        waiting = matched.filter(pl.col("case") == case)
        assert set(waiting["reason"]) == expected
        named = listed.filter(pl.col("why") != "same_amount")
        assert all(named.filter(pl.col("key") == key).height >= 2 for key in waiting["key"])
    numbered = matched.filter(pl.col("case") == "N8")
    assert numbered.join(listed.filter(pl.col("why") == "same_number"), on="key", how="anti").is_empty()


def test_a_reference_one_slip_away_is_suggested(battery: Battery) -> None:
    matched = battery.matched
    mistyped = matched.filter((pl.col("case") == "A3") & (pl.col("reason") == "check_digit_wrong"))
    listed = battery.listed.filter(pl.col("why").is_in(["one_digit_off", "two_digits_swapped"]))
    assert mistyped.height > 0
    assert mistyped.join(listed, on="key", how="anti").is_empty()


@pytest.mark.parametrize("seed", ORDERS)
def test_the_order_of_lines_and_items_and_the_split_of_the_file_change_nothing(seed: int) -> None:
    world = world_of(seed, variants=4)
    receipts = entries_of(world)
    answer = exact(receipts, world.items).select("key", "reason", "request_id", "item_id").sort("key")
    rng = random.Random(seed)
    for _ in range(6):
        items = rng.sample(world.items, len(world.items))
        mixed = receipts.sample(fraction=1, shuffle=True, seed=rng.randrange(10**6))
        parts = [exact(part, items) for part in (mixed.head(40), mixed.slice(40))]
        again = pl.concat(parts).select("key", "reason", "request_id", "item_id").sort("key")
        assert again.equals(answer)
