"""What a format says of itself: what proves a file of it, which way its money goes, whether it is the day so far."""

from __future__ import annotations

from typing import Literal, NamedTuple

# Balances that foot, each movement by a second statement of the bank, or deposits that are their payments' sum.
Proof = Literal["balances", "movements", "deposits"]
# `in`: only money received; what else moves the account is in other files.
Direction = Literal["both", "in"]


class Traits(NamedTuple):
    """One format by its name; without a proof nothing of it is booked, and an intraday one comes again later."""

    format: str
    proof: Proof | None
    direction: Direction = "both"
    intraday: bool = False

    @property
    def books(self) -> bool:
        """Whether it may be the source of an account's movements."""
        return self.proof is not None and not self.intraday
