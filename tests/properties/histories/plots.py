"""The plots: what is done and undone in a history, before or after a late file, with one item and payer or several."""

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
_WHYS: Final = ("mistake", "moved", "recalled")


def targets(cast: Cast) -> list[str]:
    return cast.history.items[:3] if cast.broad else cast.history.items[:1]


def _taken_back(cast: Cast, because: str, *, credited: bool = False) -> None:
    """The newest allocation is reversed, or the bank takes back the payment of the first item."""
    h = cast.history
    if because != "recalled":
        h.at(cast.undone, lambda: h.reverse(because, credited=credited))
        return
    named, on = h.dice.random() < 0.5, cast.done + h.dice.randint(2, 5)
    h.at(on - 1, lambda: h.take_back(cast.item, on, named=named))
    h.at(cast.undone, h.recall)


def _moved(because: str) -> Plot:
    def plot(cast: Cast) -> None:
        """An allocation by hand, taken back, and the money given to what else there is."""
        cast.history.send(cast.history.dice.choice((4000, 9900, 30000)), cast.paid)
        cast.history.at(cast.done, lambda: cast.history.allocate(*targets(cast)))
        cast.history.at(cast.undone, lambda: cast.history.reverse(because))
        cast.history.at(cast.undone + 1, lambda: cast.history.allocate(*reversed(targets(cast)), rest=cast.account))

    return plot


def _overpaid(because: str) -> Plot:
    def plot(cast: Cast) -> None:
        """Too much is paid with the reference, the rest becomes credit, and all of it is taken back."""
        h = cast.history
        h.at(cast.paid - 1, lambda: h.pay(cast.item, h.open_minor(cast.item) + 7000, cast.paid))
        _taken_back(cast, because, credited=True)

    return plot


def _overpaid_and_used(cast: Cast) -> None:
    """The credit of a payment is used, partly asked for, and then the bank takes the payment back."""
    h = cast.history
    h.at(cast.paid - 1, lambda: h.pay(cast.item, h.open_minor(cast.item) + 7000, cast.paid))
    h.at(cast.done, lambda: h.issue("p", h.dice.choice((4000, 12000))))
    h.at(cast.done, lambda: h.apply_credit(cast.account, h.items[-1]))
    if h.dice.random() < 0.3:
        h.at(cast.done, lambda: h.refund(cast.account))
    _taken_back(cast, "recalled")


def _given_up(because: str | None) -> Plot:
    def plot(cast: Cast) -> None:
        """An item is written off, in part or whole."""
        h, made = cast.history, []
        part = h.dice.choice((None, 500))
        h.at(cast.done, lambda: made.append(h.write_off(cast.item, part)))
        if because is not None:
            h.at(cast.undone, lambda: h.restore(made[0], because))

    return plot


def _recovered(because: str | None) -> Plot:
    def plot(cast: Cast) -> None:
        """A part is written off, then all is paid, sometimes before the write-off but loaded after it."""
        h, made = cast.history, []
        owed: list[int] = []
        h.at(cast.paid - 2, lambda: owed.append(h.open_minor(cast.item)))
        h.at(cast.paid + h.dice.choice((-2, -2, 1)), lambda: made.append(h.write_off(cast.item, 500)))
        h.at(cast.paid + 1, lambda: h.pay(cast.item, owed[0] + h.dice.choice((0, 0, 1500, -200)), cast.paid))
        if because is not None:
            _taken_back(cast, because)

    return plot


def _refund(ends: str) -> Plot:
    def plot(cast: Cast) -> None:
        """Too much is paid and paid back, which the bank does, cannot do or undoes, or nobody wants any more."""
        h, made = cast.history, []
        h.at(cast.paid - 1, lambda: h.pay(cast.item, h.open_minor(cast.item) + 5000, cast.paid))
        h.at(cast.done, lambda: made.append(h.refund(cast.account)))
        if ends == "cancelled":
            h.at(cast.done + 1, lambda: h.cancel_refund(made[0]))
            return
        unnamed = ends == "settled" and h.dice.random() < 0.3
        if not unnamed:
            h.at(cast.done + 1, lambda: h.send_refund(made[0]))
        if ends == "failed":
            h.at(cast.undone, lambda: h.fail_refund(made[0]))
            return
        h.at(cast.done + 1, lambda: h.bank_pays(made[0], named=not unnamed))
        if h.dice.random() < 0.4:
            h.at(cast.done + 2, lambda: h.settle_refund(made[0]))
        if unnamed:
            h.at(cast.undone - 1, lambda: h.explain_by_refund(made[0]))
        if ends in ("returned", "resumed"):
            h.at(cast.done + 1, lambda: h.bank_pays(made[0], back=True))
        if ends == "resumed":
            h.at(cast.undone, lambda: h.explain_return(made[0]))
        if ends == "returned":
            h.at(cast.done + 4, lambda: h.return_refund(made[0]))
        if ends == "recalled":
            _taken_back(cast, "recalled")

    return plot


def _credited(cast: Cast) -> None:
    """An invoice is credited before it is paid, in part and then the rest."""
    h = cast.history
    h.at(cast.done, lambda: h.credit(h.invoices[0], "5.00"))
    h.at(cast.undone, lambda: h.credit(h.invoices[0]))


def _credited_when_paid(because: str | None) -> Plot:
    def plot(cast: Cast) -> None:
        """An invoice is paid, then credited; the credit is used on another, or the payment is taken back, or both."""
        h = cast.history
        h.at(cast.paid - 1, lambda: h.pay(cast.item, h.open_minor(cast.item), cast.paid))
        h.at(cast.done, lambda: h.credit(h.invoices[0]))
        if because is None or h.dice.random() < 0.3:
            h.at(cast.undone - 1, lambda: h.issue("p", 12000))
            h.at(cast.undone - 1, lambda: h.apply_credit(cast.account, h.items[-1]))
        if because is not None:
            _taken_back(cast, because)

    return plot


def _credit_used(because: str | None) -> Plot:
    def plot(cast: Cast) -> None:
        """Money without a reference becomes credit at once, is used, and perhaps released again."""
        h = cast.history
        h.send(6000, cast.paid)
        h.at(cast.done, lambda: h.allocate(rest=cast.account))
        h.at(cast.done + 1, lambda: h.apply_credit(cast.account, cast.item))
        if because is not None:
            h.at(cast.undone, lambda: h.release_credit(cast.account, because))

    return plot


def _cash(cast: Cast) -> None:
    """Cash is applied, its rest is credit, and it was counted twice."""
    h = cast.history
    h.at(cast.done, lambda: h.count_cash(h.dice.choice((4000, 45000))))
    h.at(cast.done, lambda: h.allocate(cast.item, rest=cast.account))
    h.at(cast.undone, h.void)


def _explained(cast: Cast) -> None:
    """A fee was something else, and then something else again; a rest of a deposit was a payment."""
    h = cast.history
    h.fee(cast.paid)
    h.lump(cast.paid)
    h.at(cast.done, h.explain)
    h.at(cast.done, h.found_out)
    h.at(cast.undone, h.explain)
    h.at(cast.undone, lambda: h.allocate(cast.item))


def _found_and_taken_back(cast: Cast) -> None:
    """A rest of a deposit was a payment, which is applied, and then the bank takes it back."""
    h, on = cast.history, cast.done + 3
    h.lump(cast.paid)
    h.at(cast.done, h.found_out)
    h.at(cast.done, lambda: h.allocate(cast.item))
    h.at(on - 1, lambda: h.take_back_newest(on))
    h.at(cast.undone, h.recall)


def _bank_account(cast: Cast) -> None:
    """One more bank account, whose opening balance was wrong at first."""
    h = cast.history
    h.at(cast.begun, h.open_bank_account)
    h.at(cast.done, lambda: h.tell_balance(h.dice.choice((0, 90000))))
    h.at(cast.undone, lambda: h.tell_balance(81000))


# In these, nothing need be paid before it is done, so the invoice may be younger than the money of the late file.
UNPAID: Final[tuple[Plot, ...]] = (_given_up("mistake"), _given_up("moved"), _given_up(None), _credited)
# In these, what is done stays, so nothing may take it back later.
KEPT: Final[tuple[Plot, ...]] = (_recovered(None), _refund("settled"), _credited_when_paid(None), _credit_used(None))
PLOTS: Final[tuple[Plot, ...]] = (
    *UNPAID,
    *KEPT,
    _moved("mistake"),
    _moved("moved"),
    *(_overpaid(why) for why in _WHYS),
    _overpaid_and_used,
    *(_recovered(why) for why in _WHYS),
    *(_refund(ends) for ends in ("failed", "cancelled", "returned", "resumed", "recalled")),
    *(_credited_when_paid(why) for why in _WHYS),
    *(_credit_used(why) for why in ("mistake", "moved")),
    _cash,
    _explained,
    _found_and_taken_back,
    _bank_account,
)
