"""Histories without a plot: anything at any time, as long as the dice say so; much of it is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.properties.histories.bank import LATE, LATE_FROM, LATE_TO, PROMPT
from tests.properties.histories.clerk import Clerk
from tests.properties.histories.giro import GIRO
from tests.properties.histories.history import kronor
from tests.properties.histories.world import DAYS, FIRST, World

_ACTS: Final = 24


class Improvisation(Clerk):
    """A patient, a guardian and a region, and 24 acts of any kind."""

    def __init__(self, world: World, seed: int) -> None:
        super().__init__(world, seed)
        self._dated = 0.3
        self._write_offs: list[str] = []
        self._refunds: list[str] = []
        self.at(1, lambda: self.issue_shared(9900, 15000))
        self.at(2, lambda: self.issue("p", 12000, self.dice.choice((0, -9, 20))))
        self.at(3, lambda: self.issue("g", 7700))
        for _ in range(3):
            self.send(self.dice.choice((3000, 9900, 20000)), self.dice.randint(5, DAYS - 3))
        self.send(8000, self.dice.randint(LATE_FROM, LATE_TO), LATE)
        for _ in range(_ACTS):
            self.at(self.dice.randint(11, DAYS - 1), self._act())
        self.lump(self.dice.randint(1, 60))
        self.fee(self.dice.randint(1, 60))

    def _act(self) -> Callable[[], object]:
        dice = self.dice
        because = dice.choice(("mistake", "moved"))
        acts: tuple[Callable[[], object], ...] = (
            lambda: self.allocate(*self._some(), rest=self._account() if dice.random() < 0.5 else None),
            lambda: self.allocate(*self._some(), rest=self._account() if dice.random() < 0.5 else None),
            lambda: self.reverse(because),
            lambda: self.reverse(because, credited=dice.random() < 0.5),
            lambda: self.credit(dice.choice(self.invoices), dice.choice(("", "1.00", "30.00"))),
            lambda: self._write_offs.append(self.write_off(self._item(), dice.choice((None, 100, 3000)))),
            lambda: self.restore(dice.choice(self._write_offs or ["none"]), because),
            lambda: self._ask_for_refund(),
            lambda: self._move_refund(),
            lambda: self._move_refund(),
            lambda: self._move_refund(),
            lambda: self._use_credit(),
            lambda: self.release_credit(self._creditor(), because),
            lambda: self.identify(self._account()),
            lambda: self.forget(),
            lambda: self._pay_late(),
            lambda: self.reclassify(back=dice.random() < 0.5, part_minor=dice.choice((None, 900))),
            lambda: self.count_cash(dice.choice((500, 4000, 20000))),
            lambda: self.void(),
            lambda: self.take_back(self._item(), self._tomorrow(), named=dice.random() < 0.5),
            lambda: self.take_back(self._item(), self._tomorrow(), named=False, part_minor=dice.choice((100, 5000))),
            lambda: self.take_back_newest(self._tomorrow()),
            lambda: self.recall(),
            lambda: self.recall(),
            lambda: self.recall_back(),
            lambda: self.explain(),
            lambda: self.found_out(),
        )
        return dice.choice(acts)

    def _ask_for_refund(self) -> None:
        id = self.refund(self._creditor())
        self._refunds += [id] if self.world.state(f"refund-{id}") is not None else []

    def _move_refund(self) -> None:
        """Any step of a refund, or what the bank does about it."""
        if not self._refunds:
            return
        id, dice = self.dice.choice(self._refunds), self.dice
        step = dice.choice(
            (
                self.send_refund,
                self.send_refund,
                self.fail_refund,
                self.cancel_refund,
                self.settle_refund,
                self.return_refund,
                self.explain_by_refund,
                lambda id: self.bank_pays(id, named=dice.random() < 0.7),
                lambda id: self.bank_pays(id, back=True),
                lambda id: self.bank_pays(id, back=True, part_minor=700),
                lambda id: self.return_refund(id, 600),
                self.resume_refund,
            )
        )
        step(id)

    def _creditor(self) -> str:
        """The account with most credit; now and then any."""
        if self.dice.random() < 0.2:
            return self._account()
        return max(self.accounts, key=self.credit_minor)

    def _tomorrow(self) -> int:
        return (self.world.day - FIRST).days + 1

    def _account(self) -> str:
        return self.dice.choice(self.accounts)

    def _item(self) -> str:
        return self.dice.choice(self.items)

    def _some(self) -> list[str]:
        """One to three items; of some a part."""
        chosen = self.dice.sample(self.items, min(len(self.items), self.dice.randint(1, 3)))
        return [
            f"{item}={kronor(self.dice.choice((100, 2500)))}" if self.dice.random() < 0.3 else item for item in chosen
        ]

    def _use_credit(self) -> None:
        account = self._creditor()
        theirs = [item for item, owner in zip(self.items, self._owners(), strict=True) if owner == account]
        if theirs:
            self.apply_credit(account, self.dice.choice(theirs))

    def _owners(self) -> list[str]:
        states: list[Any] = [self.world.state(f"item-{item}") for item in self.items]
        return [state.raised.account_id for state in states]

    def _pay_late(self) -> None:
        """A payment with a reference, booked today."""
        item, offset = self._item(), (self.world.day - FIRST).days
        account = self.dice.choice((PROMPT, PROMPT, GIRO))
        self.pay(item, self.open_minor(item) + self.dice.choice((0, 0, 500, 4000, -100)), offset, account)
