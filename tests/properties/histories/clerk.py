"""A history with the ways back of money: what is recalled, voided, cancelled, returned and found out later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from infra.desk import bank_account, movement, receipt, refund
from ledger.domain.bank.movement import Movement
from ledger.domain.cash.receipt import Receipt
from ledger.domain.cash.refund_state import Refund
from ledger.domain.chart_of_accounts import BANK_SUSPENSE
from tests.properties.histories.bank import PROMPT
from tests.properties.histories.history import History, kronor
from tests.properties.histories.world import DAYS, FIRST

# Cash and recalls are nobody's opinion, so no person dates them.
_ROLES: Final = ("suppliers", "wages_payable", "tax_account", "own_transfers", "bank_fees")


class Clerk(History):
    """What the people at the desk do about money that did not stay where it was."""

    # Receipts

    def count_cash(self, amount_minor: int) -> None:
        """Cash that somebody paid."""
        id = self.id("k")
        if self.do(
            f"cash {id} {amount_minor}", lambda desk, at: receipt.record(desk, kronor(amount_minor), "SEK", at, id)
        ):
            self.received.append(id)

    def void(self) -> None:
        """The newest cash never was."""
        states = ((id, self.world.state(f"receipt-{id}")) for id in reversed(self.received))
        cash = [id for id, one in states if isinstance(one, Receipt) and one.payment.by_hand and not one.voided_minor]
        if cash:
            self.do(f"void {cash[0]}", lambda desk, at: receipt.void(desk, cash[0], "TWICE", at), nobody_dates=True)

    def forget(self) -> None:
        """What a person said of whose a receipt is, taken back."""
        states = ((id, self.world.state(f"receipt-{id}")) for id in reversed(self.received))
        said = [id for id, one in states if isinstance(one, Receipt) and one.identified_as is not None]
        if said:
            text = f"identify {said[0]} as nobody"
            self.do(text, lambda desk, at: receipt.unidentify(desk, said[0], "NOT_THEIRS", at), nobody_dates=True)

    def reclassify(self, *, back: bool = False, part_minor: int | None = None) -> None:
        """Money of the newest receipt was no payment, all or a part; or it was one after all."""
        states = ((id, self.world.state(f"receipt-{id}")) for id in reversed(self.received))
        some = [(id, one) for id, one in states if isinstance(one, Receipt)]
        found = [(id, [*one.elsewhere]) for id, one in some if (one.elsewhere if back else one.unallocated_minor)]
        if found:
            id, roles = found[0]
            # The clerk may also think that no statement has a payment of the bankgiro.
            withdrawn = ("bank_details",) if dict(some)[id].payment.in_detail else ()
            role = roles[-1] if back else self.dice.choice(("suppliers", "own_transfers", "wages_payable", *withdrawn))
            amount = None if part_minor is None else kronor(part_minor)
            text = f"reclassify {id} as {role} {amount} back {back}"
            self.do(
                text,
                lambda desk, at: receipt.reclassify(desk, id, role, "NO_PAYMENT", at, amount, back),
                nobody_dates=True,
            )

    # What the bank takes back

    def take_back(self, item: str, on: int, *, named: bool, part_minor: int | None = None) -> None:
        """The bank takes back the newest payment that quotes the item's reference, and perhaps says so."""
        reference, day = self.reference(item), FIRST + timedelta(days=on)
        paid = [one for one in self._payments() if one.payment.reference == reference]
        if not paid:
            return
        amount = paid[-1].payment.amount_minor if part_minor is None else part_minor
        if named and (PROMPT, day, -amount) not in self.world.expected:
            self.world.bank.book(PROMPT, day, -self._taken(day, amount), reference, returned=True)
        else:
            self.world.bank.book(PROMPT, day, -self._taken(day, amount))

    def take_back_newest(self, on: int) -> None:
        """The bank takes back the newest payment that came without a reference, without a word."""
        day, paid = FIRST + timedelta(days=on), self._payments()
        if paid:
            self.world.bank.book(PROMPT, day, -self._taken(day, paid[-1].payment.amount_minor))

    def _taken(self, day: date, amount_minor: int) -> int:
        """The amount of a debit that is this history's: never more than what came."""
        while (PROMPT, day, -amount_minor) in self.world.expected:
            amount_minor -= 1
        return -self.world.expect(self, PROMPT, day, -amount_minor)

    def _payments(self) -> list[Receipt]:
        states = (self.world.state(f"receipt-{id}") for id in self.received)
        return [one for one in states if isinstance(one, Receipt) and not one.payment.by_hand]

    def recall(self) -> None:
        """Debits in suspense are what the bank took back: of the payment with the amount, else of the newest."""
        for part, amount in self._unexplained(below_zero=True):
            states = ((id, self.world.state(f"receipt-{id}")) for id in reversed(self.received))
            paid = [
                (abs(one.payment.amount_minor + amount), id)
                for id, one in states
                if isinstance(one, Receipt) and not one.recalled_minor and not one.voided_minor
            ]
            if paid:
                id = min(paid, key=lambda one: one[0])[1]
                text = f"recall {id} by {part} {amount}"
                self.do(text, lambda desk, at: receipt.recall(desk, id, part, "AC06", at), nobody_dates=True)  # noqa: B023

    def recall_back(self) -> None:
        """The newest receipt that a debit took back was not taken back by that debit."""
        states = ((id, self.world.state(f"receipt-{id}")) for id in reversed(self.received))
        recalled = [(id, one) for id, one in states if isinstance(one, Receipt) and one.recalled_minor]
        if recalled:
            id, state = recalled[0]
            part = next(part for part, taken in reversed(state.recalled.items()) if taken)
            settings = self.world.settings
            self.do(
                f"recall {id} by {part} back",
                lambda desk, at: receipt.reverse_recall(desk, settings, id, part, "NOT_TAKEN_BACK", at),
                nobody_dates=True,
            )

    # Movements

    def lump(self, offset: int) -> None:
        """Two payments that the bank booked as one movement, with a rest of which it says nothing."""
        on = FIRST + timedelta(days=offset)
        amounts = [self.world.expect(self, PROMPT, on, amount + self.seed % 100) for amount in (2100, 3200)]
        rest = self.world.expect(self, PROMPT, on, 4300 + self.seed % 100)
        self.world.bank.lump(PROMPT, on, amounts, rest)

    def found_out(self) -> None:
        """A rest that nobody explained was a payment."""
        for part, _ in self._unexplained(below_zero=False)[:1]:
            text = f"reclassify {part} as receipt"
            said = self.do(
                text,
                lambda desk, at: movement.to_receipt(desk, part, "bank_transfer", "ASKED", at),  # noqa: B023
                nobody_dates=True,
            )
            if said:
                self.world.theirs[f"receipt-{part}"] = self.seed
                self.received.append(part)

    def explain(self) -> None:
        """The oldest fee was something else."""
        fees = [(id, one) for id, one in self._moved() if one.role in _ROLES and not one.cleared_minor]
        if fees:
            part, state = fees[0]
            role = self.dice.choice([one for one in _ROLES if one != state.role])
            text = f"reclassify {part} as {role}"
            self.do(text, lambda desk, at: movement.to_role(desk, part, role, "ASKED", at), nobody_dates=True)

    def explain_by_refund(self, id: str) -> None:
        """A debit that nobody explained paid the refund."""
        state = self.world.state(f"refund-{id}")
        for part, amount in self._unexplained(below_zero=True):
            if isinstance(state, Refund) and -amount == state.requested.amount_minor:
                text = f"reclassify {part} as refund {id}"
                self.do(
                    text,
                    lambda desk, at: movement.to_refund(desk, part, id, "ASKED", at),  # noqa: B023
                    nobody_dates=True,
                )

    def explain_return(self, id: str) -> None:
        """What had come back of a refund was something else."""
        for part, state in self._moved():
            if state.document == f"refund-{id}" and state.left_minor > 0:
                text = f"reclassify return {part} of {id}"
                self.do(
                    text,
                    lambda desk, at: movement.to_role(desk, part, "suppliers", "ASKED", at),  # noqa: B023
                    nobody_dates=True,
                )

    def _moved(self) -> list[tuple[str, Movement]]:
        states = ((id, self.world.state(f"movement-{id}")) for id in self.movements)
        return [(id, one) for id, one in states if isinstance(one, Movement)]

    def _unexplained(self, *, below_zero: bool) -> Sequence[tuple[str, int]]:
        """Movements in suspense, and what is unexplained of each."""
        left = [(id, one.left_minor) for id, one in self._moved() if one.role == BANK_SUSPENSE]
        return [(id, amount) for id, amount in left if amount and (amount < 0) is below_zero]

    # Refunds

    def cancel_refund(self, id: str) -> None:
        """A refund given up before it is sent."""
        self.do(f"cancel refund {id}", lambda desk, at: refund.cancel(desk, id, "NOT_NEEDED", at))

    def settle_refund(self, id: str) -> None:
        """A person saw that the bank paid."""
        self.do(f"settle refund {id}", lambda desk, at: refund.settle(desk, id, "seen", at))

    def return_refund(self, id: str, part_minor: int | None = None) -> None:
        """A person saw that the money came back, or a part of it."""
        amount = None if part_minor is None else kronor(part_minor)
        self.do(f"return refund {id} {amount}", lambda desk, at: refund.return_(desk, id, "AC04", at, amount))

    def resume_refund(self, id: str) -> None:
        """What people had recorded of a failure or a return was a mistake."""
        self.do(f"resume refund {id}", lambda desk, at: refund.resume(desk, id, "SLIP", at))

    def bank_pays(self, id: str, *, named: bool = True, back: bool = False, part_minor: int | None = None) -> None:
        """The bank pays a refund on the next day, or brings its money back; without its id it does not say for what."""
        state, on = self.world.state(f"refund-{id}"), self.world.day + timedelta(days=1 + 2 * back)
        if isinstance(state, Refund):
            amount = state.requested.amount_minor if back else -state.requested.amount_minor
            amount = amount if part_minor is None else self.world.expect(self, PROMPT, on, part_minor)
            if not named and self.world.expect(self, PROMPT, on, amount) != amount:
                return
            self.world.expected.setdefault((PROMPT, on, amount), self)
            self.world.bank.book(PROMPT, on, amount, end_to_end_id=f"E{id}" if named else "NOTPROVIDED")

    # Bank accounts

    def open_bank_account(self) -> None:
        """One more bank account of ours, whose balance is told, and told again."""
        id, number = f"h{self.seed}b", f"5491{self.seed:07}"
        # No statement of it is expected yet, so nobody is kept waiting for one.
        said: Any = bank_account.Declaration(id=id, feeds=("camt.053",), from_on=FIRST + timedelta(days=DAYS))
        self.do(
            f"declare {id}", lambda desk, at: bank_account.declare(desk, number, "SEK", said, at), nobody_dates=True
        )

    def tell_balance(self, amount_minor: int) -> None:
        """What was on that account before the first day."""
        id, before = f"h{self.seed}b", FIRST - timedelta(days=3)
        self.do(
            f"opening balance of {id} {amount_minor}",
            lambda desk, at: bank_account.record_opening(desk, id, kronor(amount_minor), before, "statement", at),
            nobody_dates=True,
        )
