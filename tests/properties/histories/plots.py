"""The plots: what is done and undone in a history, before or after a late file, with one item and payer or several."""

from __future__ import annotations

from typing import Final

from tests.properties.histories.bank import PROMPT
from tests.properties.histories.cast import WHYS, Cast, Plot, taken_back, targets
from tests.properties.histories.giro import GIRO


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
        taken_back(cast, because, credited=True)

    return plot


def _overpaid_and_used(cast: Cast) -> None:
    """The credit of a payment is used, partly asked for, and then the bank takes the payment back."""
    h = cast.history
    h.at(cast.paid - 1, lambda: h.pay(cast.item, h.open_minor(cast.item) + 7000, cast.paid))
    h.at(cast.done, lambda: h.issue("p", h.dice.choice((4000, 12000))))
    h.at(cast.done, lambda: h.apply_credit(cast.account, h.items[-1]))
    if h.dice.random() < 0.3:
        h.at(cast.done, lambda: h.refund(cast.account))
    taken_back(cast, "recalled")


def _a_little_less(because: str | None) -> Plot:
    def plot(cast: Cast) -> None:
        """A little less is paid with the reference, which closes the difference; then the money moves, or a credit."""
        h, less = cast.history, cast.history.dice.choice((1, 60, 100))
        h.at(cast.paid - 1, lambda: h.pay(cast.item, h.open_minor(cast.item) - less, cast.paid))
        if because == "credited":
            h.at(cast.undone, lambda: h.credit(h.invoices[0]))
        elif because is not None:
            taken_back(cast, because)
            # A person applies the money, which closes the difference again.
            h.at(cast.undone + 1, lambda: h.allocate(cast.item))

    return plot


def _no_payment(*, back: bool) -> Plot:
    def plot(cast: Cast) -> None:
        """Money without a reference was a supplier's, perhaps a part and while it was elsewhere; or was not."""
        h, part = cast.history, cast.history.dice.choice((None, 1500))
        h.send(6000, cast.paid, h.dice.choice((PROMPT, GIRO)))
        if h.dice.random() < 0.5:
            h.at(cast.done - 1, lambda: h.allocate(f"{cast.item}=20.00"))
            h.at(cast.done, lambda: h.reverse("moved"))
        h.at(cast.done, lambda: h.reclassify(part_minor=part))
        h.at(cast.done + 1, lambda: h.allocate(cast.item))
        if back:
            h.at(cast.undone, lambda: h.reclassify(back=True, part_minor=h.dice.choice((None, None, 1000))))
            h.at(cast.undone + 1, lambda: h.allocate(cast.item))

    return plot


def _by_giro(because: str) -> Plot:
    def plot(cast: Cast) -> None:
        """The bankgiro's payments pay an item, a little less or too much, and nobody's money pays others."""
        h, more = cast.history, cast.history.dice.choice((-40, 0, 3000))
        h.at(cast.paid - 1, lambda: h.pay(cast.item, h.open_minor(cast.item) + more, cast.paid, GIRO))
        h.send(9900, cast.paid + h.dice.choice((-1, 0)), GIRO)
        h.at(cast.done, lambda: h.allocate(*targets(cast), rest=cast.account))
        if h.dice.random() < 0.3:
            h.fee(cast.paid, GIRO)
        taken_back(cast, because)

    return plot


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
            taken_back(cast, because)

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
        if ends == "failed by mistake":
            h.at(cast.undone - 1, lambda: h.fail_refund(made[0]))
            h.at(cast.undone, lambda: h.resume_refund(made[0]))
            if h.dice.random() < 0.5:
                h.at(cast.undone + 1, lambda: h.bank_pays(made[0]))
            return
        h.at(cast.done + 1, lambda: h.bank_pays(made[0], named=not unnamed))
        if h.dice.random() < 0.4:
            h.at(cast.done + 2, lambda: h.settle_refund(made[0]))
        if unnamed:
            h.at(cast.undone - 1, lambda: h.explain_by_refund(made[0]))
        if ends == "paid twice":
            h.at(cast.done + 2, lambda: h.bank_pays(made[0]))
            h.at(cast.undone, lambda: h.explain_by_refund(made[0]))
            if h.dice.random() < 0.5:
                h.at(cast.undone + 1, lambda: h.bank_pays(made[0], back=True))
        if ends in ("returned", "resumed"):
            h.at(cast.done + 1, lambda: h.bank_pays(made[0], back=True))
        if ends == "resumed":
            h.at(cast.undone, lambda: h.explain_return(made[0]))
        if ends == "returned":
            h.at(cast.done + 4, lambda: h.return_refund(made[0]))
        if ends == "returned in parts":
            first, said = h.dice.choice((1500, 2000)), h.dice.random() < 0.5
            h.at(cast.done + 1, lambda: h.bank_pays(made[0], back=True, part_minor=first))
            if said:
                h.at(cast.done + 4, lambda: h.return_refund(made[0], 700))
            h.at(cast.done + 5, lambda: h.return_refund(made[0], 900))
            h.at(cast.undone + 1, lambda: h.return_refund(made[0], 2000))
            h.at(cast.undone + 2, lambda: h.resume_refund(made[0]))
        if ends == "recalled":
            taken_back(cast, "recalled")

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
            taken_back(cast, because)

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
    """A rest of a deposit was a payment, which is applied, and the bank seems to take it back."""
    h, on = cast.history, cast.done + 3
    h.lump(cast.paid)
    h.at(cast.done, h.found_out)
    h.at(cast.done, lambda: h.allocate(cast.item))
    h.at(on - 1, lambda: h.take_back_newest(on))
    h.at(cast.undone, h.recall)
    h.at(cast.undone, h.recall_back)


def _bank_account(cast: Cast) -> None:
    """One more bank account, whose opening balance was wrong at first."""
    h = cast.history
    h.at(cast.begun, h.open_bank_account)
    h.at(cast.done, lambda: h.tell_balance(h.dice.choice((0, 90000))))
    h.at(cast.undone, lambda: h.tell_balance(81000))


# In these, nothing need be paid before it is done, so the invoice may be younger than the money of the late file.
UNPAID: Final[tuple[Plot, ...]] = (_given_up("mistake"), _given_up("moved"), _given_up(None), _credited)
# In these, what is paid is a little less than what is open, so nothing else may credit it before.
EXACT: Final[tuple[Plot, ...]] = tuple(_a_little_less(why) for why in (None, *WHYS))
# In these, the late money would pay what must be open, or recover what must be lost, so it is left.
ALONE: Final[tuple[Plot, ...]] = (*EXACT, _overpaid_and_used, UNPAID[2])
# In these, what is done stays, so nothing may take it back later.
KEPT: Final[tuple[Plot, ...]] = (
    _recovered(None),
    _refund("settled"),
    _credited_when_paid(None),
    _credit_used(None),
    _no_payment(back=False),
    EXACT[0],
)
PLOTS: Final[tuple[Plot, ...]] = (
    *UNPAID,
    *KEPT,
    *EXACT[1:],
    _moved("mistake"),
    _moved("moved"),
    *(_overpaid(why) for why in WHYS),
    _overpaid_and_used,
    _no_payment(back=True),
    *(_recovered(why) for why in WHYS),
    *(_refund(ends) for ends in ("failed", "cancelled", "returned", "resumed", "recalled")),
    *(_credited_when_paid(why) for why in WHYS),
    *(_credit_used(why) for why in ("mistake", "moved")),
    _cash,
    _explained,
    _found_and_taken_back,
    _bank_account,
    _refund("failed by mistake"),
)
# The matrix has the facts of these from other plots, so they are not played in every circumstance.
FURTHER: Final[tuple[Plot, ...]] = (
    *(_by_giro(why) for why in WHYS),
    _a_little_less("credited"),
    _refund("returned in parts"),
    _refund("paid twice"),
)
