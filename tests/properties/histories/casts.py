"""The casts of a run: every plot in every circumstance, its days, and what happens besides; all else is the dice's."""

from __future__ import annotations

from itertools import product
from typing import Final

from tests.properties.histories.bank import LATE, PROMPT
from tests.properties.histories.cast import Cast, Plot, targets
from tests.properties.histories.clerk import Clerk
from tests.properties.histories.plots import ALONE, EXACT, FURTHER, KEPT, PLOTS, UNPAID
from tests.properties.histories.world import DAYS, World

# Plot, after a late file (or before), several items and payers (or one). A run has a history for each.
CASTS: Final = (
    *product(PLOTS, (False, True), (False, True)),
    *((plot, after, not after) for plot in FURTHER for after in (False, True)),
)


def history(world: World, seed: int) -> Clerk:
    """The history of a seed, its agenda written."""
    made = Clerk(world, seed)
    plot, after, broad = CASTS[seed % len(CASTS)]
    dice = made.dice
    begun = dice.randint(1, 2)
    paid = dice.randint(50, 51) if after else dice.randint(5, 8)
    done = dice.randint(55, 56) if after else dice.randint(11, 13)
    undone = dice.randint(65, 68) if after else dice.randint(31, 42)
    if after and dice.random() < 0.6:
        begun = dice.randint(46, 47)
    if not after and plot in UNPAID:
        begun, done = dice.randint(15, 17), dice.randint(18, 20)
    cast = Cast(made, broad, begun, paid, done, undone)
    made.at(begun, lambda: _bill(cast))
    # Money that the bank booked long before its file comes.
    made.send(dice.choice((3000, 8000)), dice.randint(8, 10), LATE)
    if dice.random() < 0.4:
        made.fee(dice.randint(9, 30), dice.choice((LATE, PROMPT)))
    plot(cast)
    _business(cast, plot)
    return made


def _bill(cast: Cast) -> None:
    h, dice = cast.history, cast.history.dice
    if not cast.broad:
        h.issue("p", dice.choice((25000, 40000)), dice.choice((0, 0, 0, -15, 6)))
        return
    h.issue_shared(dice.choice((9900, 20000)), dice.choice((5000, 15000)))
    if dice.random() < 0.5:
        h.issue("p", dice.choice((3000, 12000)), dice.choice((0, 0, -12, 8)))
    if dice.random() < 0.2:
        h.issue("g", 7700)


def _business(cast: Cast, plot: Plot) -> None:
    """What happens besides: the late money finds its item, something is held, asked in vain, credited or paid."""
    h, dice = cast.history, cast.history.dice
    if plot not in ALONE and dice.random() < 0.5:
        day = dice.randint(max(cast.begun, 46) + 1, 60)
        h.at(
            day,
            dice.choice(
                (
                    lambda: h.allocate(*targets(cast)),
                    lambda: h.allocate(cast.item, rest=cast.account),
                    lambda: h.identify(cast.account),
                )
            ),
        )
        h.at(day + 9, h.forget)
    if dice.random() < 0.2:
        h.at(cast.begun + 2, lambda: h.hold(cast.item, h.world.day))
    if dice.random() < 0.1:
        h.at(cast.undone + 1, lambda: h.ask_in_vain(h.items[-1]))
    # What disturbs the plot comes after it, so that every cell is met.
    if plot not in KEPT and dice.random() < 0.25:
        because = dice.choice(("mistake", "moved"))
        h.at(dice.randint(cast.undone + 2, DAYS - 1), lambda: h.reverse(because))
    if plot not in (*UNPAID, *EXACT) and dice.random() < 0.2:
        h.at(dice.randint(cast.undone + 2, DAYS - 1), lambda: h.credit(h.invoices[0], "3.00"))
    if cast.broad and cast.undone < 60 and dice.random() < 0.4:
        h.at(60, lambda: h.pay(h.items[-1], dice.choice((2000, 5000)), 61))
