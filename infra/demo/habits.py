"""How payers behave, as shares of a thousand; the defaults are realistic and can be changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from random import Random
from typing import Final

WHOLE: Final = 1000
# Each habit gets at least this many items, enough to show every form of the habit.
_AT_LEAST: Final = 3


@dataclass(frozen=True, slots=True)
class Habits:
    """How many of 1000 items owed by patients and guardians are paid in each way; the others are not paid."""

    on_time: int = 780
    late: int = 80
    partial: int = 30
    overpaid: int = 15
    paid_twice: int = 10
    wrong_check_digit: int = 20
    without_reference: int = 20
    unknown_reference: int = 5
    two_references: int = 3

    def __post_init__(self) -> None:
        parts = asdict(self)
        if any(part < 0 for part in parts.values()) or sum(parts.values()) > WHOLE:
            raise ValueError(
                f"habits are numbers of items out of {WHOLE}: each must be zero or above, and their sum at most "
                f"{WHOLE}; got {parts}"
            )

    def deal(self, count: int, rng: Random) -> list[str]:
        """Return a habit for each of `count` items.

        A habit whose share is above zero gets at least three items. Items left without a habit are `unpaid`.
        """
        hands: list[str] = []
        for habit, part in asdict(self).items():
            hands += [habit] * max(count * part // WHOLE, _AT_LEAST if part else 0)
        hands = hands[:count] + ["unpaid"] * (count - len(hands))
        rng.shuffle(hands)
        return hands
