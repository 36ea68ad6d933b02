"""The cast of a plot: a history with its days, and what several plots do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from tests.properties.histories.clerk import Clerk


class Cast(NamedTuple):
    """A history with its first item and account, and the days of its first act: begun, paid, done, undone.

    What the bank does after `done` comes in its next file, before `undone`.
    """

    history: Clerk
    broad: bool
    begun: int
    paid: int
    done: int
    undone: int

    @property
    def item(self) -> str:
        """The patient's first item."""
        return self.history.items[0]

    @property
    def account(self) -> str:
        """The patient."""
        return f"h{self.history.seed}p"


Plot = Callable[[Cast], None]
# What takes money back: a person who was wrong, a person who moves it, or the bank.
WHYS: Final = ("mistake", "moved", "recalled")


def targets(cast: Cast) -> list[str]:
    return cast.history.items[:3] if cast.broad else cast.history.items[:1]


def taken_back(cast: Cast, because: str, *, credited: bool = False) -> None:
    """The newest allocation is reversed, or the bank takes back the payment of the first item."""
    h = cast.history
    if because != "recalled":
        h.at(cast.undone, lambda: h.reverse(because, credited=credited))
        return
    named, on = h.dice.random() < 0.5, cast.done + h.dice.randint(2, 5)
    h.at(on - 1, lambda: h.take_back(cast.item, on, named=named))
    h.at(cast.undone, h.recall)
