"""How the law rounds what is to be paid, by country and currency, from a day on; each row has its source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from ledger.domain.money import round_half_up


class RoundingLaw(NamedTuple):
    """A law that rounds an amount to the nearest multiple of `step_minor`, halves up, unless otherwise agreed."""

    jurisdiction: str
    currency: str
    from_on: date
    step_minor: int
    source: str

    def rounded(self, amount_minor: int) -> int:
        """The amount, which is zero or above, as it is to be paid."""
        return round_half_up(amount_minor, self.step_minor) * self.step_minor

    def may_give(self, rounding_minor: int, shares: Sequence[int]) -> bool:
        """Whether some unrounded amounts, rounded one by one, are these shares and differ from them by this sum.

        Only shares that are multiples of the step can have been rounded.
        """
        whole = sum(share % self.step_minor == 0 for share in shares)
        return -whole * ((self.step_minor - 1) // 2) <= rounding_minor <= whole * (self.step_minor // 2)


# Other countries round payments in cash only, and no law rounds currencies without decimals; so neither has a row. The
# Swedish law had smaller steps before October 2010.
LAWS: Final = (
    RoundingLaw("SE", "SEK", date(2010, 10, 1), 100, "Swedish Rounding Act (1970:1029) 2 §, as of SFS 2009:283"),
)


def rounding_law(jurisdiction: str, currency: str, on: date) -> RoundingLaw | None:
    """The law that rounds amounts of a currency on a day; None if none does."""
    mine = [one for one in LAWS if (one.jurisdiction, one.currency) == (jurisdiction, currency) and one.from_on <= on]
    return max(mine, key=lambda one: one.from_on, default=None)
