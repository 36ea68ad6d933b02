"""Days in several statements that come in any order, some again as other files: in the end the ledger is the bank."""

from __future__ import annotations

from random import Random

import pytest

from tests.kit.paper_bank import PaperBank, entry, said_by
from tests.kit.seeds import seeds

OPENING = 500_00


def statements(rng: Random, prices: tuple[int, ...]) -> tuple[list[bytes], list[int]]:
    """The files of a day of three to five statements, and the amounts of the day."""
    files, day = [], []
    for number in range(1, rng.randint(3, 5) + 1):
        opening = OPENING + sum(day)
        amounts = [rng.choice(prices) for _ in range(rng.randint(1, 3))]
        day += amounts
        ids = [f"{number}-{nth}" if rng.random() < 0.5 else None for nth, _ in enumerate(amounts)]
        lines = [entry(amount, bank_ref=id) for amount, id in zip(amounts, ids, strict=True)]
        files.append(said_by(lines, opening, f"S{number}", sequence=number))
        if rng.random() < 0.5:
            lines = [entry(amount, text="again") for amount in rng.sample(amounts, len(amounts))]
            files.append(said_by(lines, opening, f"again {number}", message="again", sequence=rng.randint(1, 90)))
    rng.shuffle(files)
    return files, day


# In each file of a day, each of its statements may come again or not, and each line may have the bank's id or not.
@pytest.mark.parametrize("seed", seeds(range(8), range(8, 300)))
def test_money_that_only_comes_in_is_booked_line_by_line_and_contradicts_nothing(seed: int) -> None:
    files, day = statements(Random(seed), (100_00, 250_00, 250_00, 400_00))
    bank = PaperBank()
    for content in files:
        bank.deliver(content)
    assert (bank.amounts, bank.differences) == (sorted(day), [])


@pytest.mark.parametrize("seed", seeds(range(10), range(10, 300)))
def test_money_that_comes_and_goes_sums_to_the_balances(seed: int) -> None:
    files, day = statements(Random(seed), (100_00, 250_00, 400_00, -15_00, -130_00, -310_00))
    bank = PaperBank()
    for content in files:
        bank.deliver(content)
    assert bank.balance == sum(day)
