"""The adversarial battery: payments that must match nothing by themselves (A1-A11), and some that must be found."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, cast

import polars as pl

from reconciliation.matching.candidates import MOST
from reconciliation.matching.identity import keyed
from reconciliation.steps import matched as matched_step
from tests.reconciliation.matching.clinic_world import World
from tests.reconciliation.matching.quotations import (
    amount_for_somebody_else,
    amounts_that_do_not_sum,
    beside_a_foreign_reference,
    beside_a_personal_number_in_the_field,
    beside_other_numbers,
    divided,
    field_and_text_of_two,
    field_with_words_beside,
    in_groups,
    number_of_an_invoice,
    part_of_a_longer_number,
    text_of_two,
    two_of_which_one_is_mistyped,
    with_marks_around,
)
from tests.reconciliation.matching.written_files import (
    DAY,
    Issued,
    Store,
    quoted,
    several,
    wrote,
)


def _twins(world: World) -> None:
    one = world.issue()
    world.issue(one.open_minor, account_id=one.account_id, due_on=one.due_on)
    world.pay("A1", one.open_minor, {"counterparty": one.account_id})


def _other_reference(world: World) -> None:
    item = world.issue()
    said = {"counterparty": item.account_id, **quoted(world.unissued())}
    world.pay("A2", item.open_minor, said, booked_on=item.due_on)


def _one_slip(world: World) -> None:
    item = world.issue()
    reference = item.reference
    swaps = [
        place
        for place in range(2, len(reference) - 1)
        # Luhn's one blind spot is 09 for 90: what it does not see, no matcher can.
        if reference[place] != reference[place + 1] and {reference[place], reference[place + 1]} != {"0", "9"}
    ]
    if swaps and world.rng.random() < 0.4:
        place = world.rng.choice(swaps)
        slipped = reference[:place] + reference[place + 1] + reference[place] + reference[place + 2 :]
    else:
        place = world.rng.randrange(2, len(reference))
        digit = world.rng.choice([digit for digit in "0123456789" if digit != reference[place]])
        slipped = reference[:place] + digit + reference[place + 1 :]
    world.pay("A3", item.open_minor, world.rng.choice((quoted, wrote))(slipped))


def _same_line_twice(world: World) -> None:
    item = world.issue()
    world.issue(item.open_minor, account_id=item.account_id)
    for _ in range(2):
        # Both are money; neither may reach the twin's invoice.
        world.pay("A4", item.open_minor, quoted(item.reference), of=item)


def _coincidental_sum(world: World) -> None:
    one, other = world.issue(), world.issue()
    world.pay("A5", one.open_minor + other.open_minor, {})


def _equal_prices(world: World) -> None:
    items = [world.issue(250_00) for _ in range(world.rng.randint(2, 5))]
    if world.rng.random() < 0.5:
        world.pay("A6", 250_00 * len(items), *({"counterparty": item.account_id} for item in items))
    else:
        world.pay("A6", 250_00 * len(items), *(quoted(item.reference) for item in items))


def _currency(world: World) -> None:
    item = world.issue(currency="EUR")
    world.pay("A7", item.open_minor, quoted(item.reference))


def _sign(world: World) -> None:
    item = world.issue()
    said = quoted(item.reference)
    kind = world.rng.randrange(3)
    if kind == 0:
        world.pay("A8", -item.open_minor, said)
    elif kind == 1:
        world.pay("A8", item.open_minor, {**said, "return_reason": world.rng.choice(["AC04", "AC06", "MD06"])})
    else:
        world.pay("A8", item.open_minor, said, reversal=True)


def _blank(world: World) -> None:
    item = world.issue()
    empty = {"reference": "", "reference_kind": "text"}
    world.pay("A9", item.open_minor, world.rng.choice([{}, {"counterparty": "", "text": ""}, quoted("0"), empty]))


def _generic(world: World) -> None:
    item = world.issue()
    word = world.rng.choice(["PAYMENT", "FAKTURA", "TACK", "INVOICE", "HYRA JULI", "2024-07"])
    world.pay("A10", item.open_minor, world.rng.choice((quoted, wrote))(word))


def _customer_number(world: World) -> None:
    number = world.unissued()
    issued_under_it = world.rng.random() < 0.5
    items = [world.issue(275_00, number if issued_under_it else None, account_id=f"c{number}") for _ in range(2)]
    world.pay("A11", items[0].open_minor, quoted(number))


def _late(world: World) -> None:
    item = world.issue(due_on=DAY - timedelta(60))
    days = world.rng.choice([3, 45])
    world.pay("C1-C2", item.open_minor, quoted(item.reference), of=item, booked_on=item.due_on + timedelta(days))


def _instalments(world: World) -> None:
    item = world.issue()
    first = world.rng.randrange(1, item.open_minor)
    for amount in (first, item.open_minor - first):
        world.pay("C3", amount, quoted(item.reference), of=item)


def _two_references(world: World) -> None:
    one, other = world.issue(), world.issue()
    said = several(one.reference, other.reference)
    world.pay("C4", one.open_minor + other.open_minor, said)


def _overpaid(world: World) -> None:
    item = world.issue()
    world.pay("C5", item.open_minor + world.rng.randrange(1, 500_00), quoted(item.reference), of=item)


def _written_otherwise(world: World) -> None:
    item = world.issue()
    reference, cut = item.reference, world.rng.randrange(1, len(item.reference) - 1)
    if reference.startswith("RF"):
        written = world.rng.choice([f"{reference[:4]}00{reference[4:]}", f"{reference[:cut]} {reference[cut:]}"])
    else:
        written = world.rng.choice([f"00{reference}", f" {reference[:cut]} {reference[cut:]}", f"0 {reference} "])
    world.pay("C6", item.open_minor, quoted(written.lower()), of=item)


MUST_NOT: Final[tuple[Callable[[World], None], ...]] = (
    _twins, _other_reference, _one_slip, _coincidental_sum, _equal_prices, _currency, _sign, _blank, _generic,
    _customer_number, part_of_a_longer_number, text_of_two, beside_a_foreign_reference, amounts_that_do_not_sum,
    amount_for_somebody_else, field_and_text_of_two, two_of_which_one_is_mistyped, number_of_an_invoice,
)  # fmt: skip
MUST: Final[tuple[Callable[[World], None], ...]] = (
    _same_line_twice, _late, _instalments, _two_references, _overpaid, _written_otherwise, beside_other_numbers,
    with_marks_around, in_groups, divided, beside_a_personal_number_in_the_field, field_with_words_beside,
)  # fmt: skip


def world_of(seed: int, variants: int = 12) -> World:
    """Each case many times over, mixed, among invoices that nobody paid."""
    rng = random.Random(seed)
    world = World(rng)
    cases = [case for case in MUST_NOT + MUST for _ in range(variants)]
    rng.shuffle(cases)
    for case in cases:
        case(world)
    for _ in range(60):
        world.issue()
    return world


def entries_of(world: World) -> pl.DataFrame:
    """The file's receipts, keyed, each with its case and the item it may be matched with."""
    rows = keyed(world.file.entries())
    told = [world.cases[line - 1] for line in rows["line_no"]]
    rows = rows.with_columns(
        case=pl.Series([case for case, _ in told], dtype=pl.String),
        of=pl.Series([item for _, item in told], dtype=pl.String),
    )
    return rows.filter((pl.col("amount_minor") > 0) & (pl.col("part") != "rest"))


def exact(receipts: pl.DataFrame, items: list[Issued]) -> pl.DataFrame:
    """Our matcher, asking the store as a bank day does."""
    return matched_step.matched(cast(Any, Store(items)), receipts)


def suggested(matched: pl.DataFrame, items: list[Issued]) -> pl.DataFrame:
    """What it suggests for the rest."""
    return matched_step.suggested(cast(Any, Store(items, MOST)), matched)


def first_fit(receipts: pl.DataFrame, items: list[Issued]) -> dict[str, str]:
    """The matcher that most products are: the first open item of the amount, else of digits that the payer wrote."""
    answer: dict[str, str] = {}
    for key, amount, reference, text in receipts.select("key", "amount_minor", "reference", "text").rows():
        fits = [item for item in items if item.open_minor == amount]
        fits = fits or [item for item in items if reference and reference in item.reference]
        fits = fits or [item for item in items if text and item.reference in "".join(text.split())]
        if fits:
            answer[key] = fits[0].item_id
    return answer
