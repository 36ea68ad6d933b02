"""The way back of money: what follows when money is taken off an item or out of customer credit.

Money that is taken off an item opens the item again. If a credit note gave a part of it back as customer credit, that
part comes out of the customer credit, so that the item is never open by more than is still owed. Customer credit that
is needed but used comes back from refunds that are not yet sent, because money must not leave that is needed here, then
from items; the newest first. What has left the bank becomes an item of kind `recall`, owed by the account that got the
money.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any, Final

from msgspec.structs import replace

from ledger.domain.approval import Undone
from ledger.domain.balance import Balance, effective_day
from ledger.domain.bank import movement
from ledger.domain.cash import receipt, refund_state
from ledger.domain.cash.receipt import receipt_of
from ledger.domain.cash.receipt_facts import AllocationReversed, ReceiptAllocated
from ledger.domain.cash.refund import cancelled
from ledger.domain.cash.refund_state import Refund
from ledger.domain.cash.reservation import given_way
from ledger.domain.fact import Decision, Fact, NewFact, State, States, known_stream
from ledger.domain.receivables import account, credit_note, item
from ledger.domain.receivables.account import Account, Applied, CustomerCreditWithdrawn, account_of
from ledger.domain.receivables.credit_facts import CustomerCreditReleased
from ledger.domain.receivables.credit_note import CreditExcessMoved
from ledger.domain.receivables.credit_use import payer_of_recall, recall_paid, recall_raised, with_recalls_paid
from ledger.domain.receivables.difference import reopened
from ledger.domain.receivables.item import item_of
from ledger.domain.receivables.item_facts import ItemDeallocated, ItemExcessMoved
from ledger.domain.receivables.recovery import Recovery

# What a draft remembers; what is left of a write-off is remembered by its item.
_EVOLVE: Final[dict[str, Callable[[Any, Any, date], State]]] = {
    "account": account.evolve,
    "creditnote": credit_note.evolve,
    "item": item.evolve,
    "movement": movement.evolve,
    "receipt": receipt.evolve,
    "refund": refund_state.evolve,
}
_CANCELLED: Final = "CREDIT_TAKEN_BACK"


class Draft:
    """A decision in the making: its facts so far, and the states as they are after these facts.

    `cause` is the stream of the document whose money goes back.
    """

    def __init__(self, states: States, because: Undone, cause: str, decided: Decision = ()) -> None:
        self.states = dict(states)
        self.decided = list(decided)
        self._because = because
        self._cause = cause
        self._opened: list[str] = []

    def on_first_day(
        self, step: Callable[[Draft, date], None], given: date | None, natural: date, *not_before: date | None
    ) -> Draft:
        """The draft after one more step, on the first day from which no customer credit is below zero.

        The days are as for `effective_day`: a person's day is never moved, but refused if it cannot hold.
        """
        wanted = effective_day(given, natural, *not_before)
        for day in (wanted, *self._later_days(wanted)):
            tried = Draft(self.states, self._because, self._cause, tuple(self.decided))
            step(tried, day)
            tried._make_good(day)
            for id in tried._opened:
                tried.pay_recall(id, day)
            if not any(balance.lacking for balance in tried._credits()):
                effective_day(given, natural, day)
                return tried
        raise AssertionError("a step holds on the last day on which any customer credit changed or was reserved")

    def undone(
        self, receipt_id: str, made: ReceiptAllocated, given: date | None, natural: date, *not_before: date | None
    ) -> Draft:
        """The draft after what is given of an allocation is reversed, as a whole if that holds on the wanted day.

        If not, each part of it is reversed on the first day on which that part holds.
        """
        wanted, draft = effective_day(given, natural, *not_before), self
        whole = self.on_first_day(partial(Draft.undo, receipt_id=receipt_id, made=made), given, natural, *not_before)
        if whole.decided[len(self.decided)].on == wanted:
            return whole
        for part in self._parts(made, wanted):
            draft = draft.on_first_day(partial(Draft.undo, receipt_id=receipt_id, made=part), None, wanted)
        return draft

    def _parts(self, made: ReceiptAllocated, on: date) -> Iterator[ReceiptAllocated]:
        """An allocation item by item, and its customer credit by the days from which it is free."""
        for target in made.targets:
            yield replace(made, targets=(target,), credit_minor=0)
        left = made.credit_minor
        held = self.states.get(known_stream("account", made.credit_account or ""))
        free = held.free_in(made.currency).parts_of(left, on) if isinstance(held, Account) else ()
        for amount in (*(amount for _, amount in free), left - sum(amount for _, amount in free)):
            if amount:
                yield replace(made, targets=(), credit_minor=amount)

    def _later_days(self, day: date) -> list[date]:
        """The later days on which a step may first hold: customer credit changes, or a refund can be cancelled."""
        cancelled = {one.since for one in self.states.values() if isinstance(one, Refund) and one.since > day}
        return sorted(cancelled | {step for balance in self._credits() for step, _ in balance.steps if step > day})

    def _credits(self) -> Iterator[Balance]:
        # What a refund reserves is not there for anything else.
        return (balance for one in self._accounts() for balance in one.free.values())

    def _accounts(self) -> Iterable[Account]:
        return [state for state in self.states.values() if isinstance(state, Account)]

    def add(self, noun: str, id: str, fact: Fact, on: date, *, corrects: bool = False) -> None:
        """Add a fact, and remember it; a mistake is undone as a correction of its voucher."""
        stream = known_stream(noun, id)
        self.decided.append(NewFact(stream, fact, on, corrects or self._because == "mistake"))
        if noun in _EVOLVE:
            self.states[stream] = _EVOLVE[noun](self.states.get(stream), fact, on)

    def add_all(self, decided: Iterable[NewFact]) -> None:
        """Add further facts."""
        for stream, fact, on, _ in decided:
            assert on is not None, "every fact of a way back has its own day"
            self.add(*stream.partition("-")[::2], fact, on)

    # What is undone

    def undo(self, on: date, receipt_id: str, made: ReceiptAllocated) -> None:
        """Reverse what is given of an allocation: the receipt has the money again."""
        reversed_ = AllocationReversed(
            allocation_id=made.allocation_id,
            account_id=None,
            because=self._because,
            currency=made.currency,
            targets=made.targets,
            credit_minor=made.credit_minor,
            credit_account=made.credit_account if made.credit_minor else None,
        )
        after = receipt.evolve(receipt_of(self.states, receipt_id), reversed_, on)
        self.add("receipt", receipt_id, replace(reversed_, account_id=after.account_id), on)
        document = known_stream("receipt", receipt_id)
        for target in made.targets:
            self._take_off(target.item_id, made.allocation_id, document, target.amount_minor, on)
            self._opened.append(target.item_id)
        if reversed_.credit_account is not None:
            withdrawn = CustomerCreditWithdrawn(
                amount_minor=made.credit_minor, currency=made.currency, document=document
            )
            self.add("account", reversed_.credit_account, withdrawn, on)

    def release(self, on: date, account_id: str, used: Applied, amount_minor: int) -> None:
        """Release an amount of customer credit that is applied to an item; the item is open again."""
        released = CustomerCreditReleased(
            allocation_id=used.fact.allocation_id,
            because=self._because,
            item_id=used.fact.item_id,
            amount_minor=amount_minor,
            currency=used.fact.currency,
            ar_role=used.fact.ar_role,
        )
        on, document = max(on, used.on), known_stream("account", account_id)
        self.add("account", account_id, released, on)
        self._take_off(used.fact.item_id, used.fact.allocation_id, document, amount_minor, on)

    def _take_off(self, item_id: str, allocation_id: str, document: str, amount_minor: int, on: date) -> None:
        """Open an item again; what a credit note gave back of the money comes back from the customer credit."""
        item = item_of(self.states, item_id)
        taken = ItemDeallocated(
            allocation_id=allocation_id,
            document=document,
            because=self._because,
            amount_minor=amount_minor,
            currency=item.raised.currency,
        )
        self.add("item", item_id, taken, on)
        for day, lacking in item_of(self.states, item_id).net_paid.lacking:
            self._move_excess(item_id, lacking, day)
        self._lose_again(item_id, taken, item.recovered.get((document, allocation_id), {}), on)
        left = item.difference
        if left is not None and (left.document, left.allocation_id) == (document, allocation_id):
            self.add_all(reopened(item, left.amount_minor, self._because, self._cause, on))

    def _lose_again(self, item_id: str, taken: ItemDeallocated, recovered: dict[str, Balance], on: date) -> None:
        """What the money had recovered of a write-off is a loss again, as far as it is still owed; the newest first."""
        left = taken.amount_minor
        # What counts as recovered only later, because it was no loss yet, is a loss again on that later day.
        parts = [(id, *part) for id, days in reversed(recovered.items()) for part in days.parts_of(left, on)]
        for write_off_id, day, part in parts:
            # What was credited since then is not owed, and so no loss.
            item = item_of(self.states, item_id)
            lost = dict(item.balance.parts_of(min(part, left), day)).get(day, 0)
            left -= lost
            if lost:
                recovery = Recovery(taken.document, taken.allocation_id, write_off_id, item)
                self.add_all(recovery.undone(lost, taken.because, day))

    def _move_excess(self, item_id: str, amount_minor: int, on: date) -> None:
        """Move an amount of excess back, from the newest credit notes that were issued by then."""
        owed, left = item_of(self.states, item_id), amount_minor
        raised = owed.raised
        for note, excess in sorted(owed.excess.items(), key=lambda one: (one[1].on > on, -one[1].on.toordinal())):
            amount = min(excess.amount_minor, left)
            if not amount:
                return
            left -= amount
            moved = CreditExcessMoved(
                credit_note_id=note,
                item_id=item_id,
                account_id=raised.account_id,
                amount_minor=amount,
                currency=raised.currency,
                ar_role=owed.ar_role,
            )
            reduced = ItemExcessMoved(credit_note_id=note, amount_minor=amount, currency=raised.currency)
            withdrawn = CustomerCreditWithdrawn(
                amount_minor=amount, currency=raised.currency, document=known_stream("creditnote", note)
            )
            self.add("creditnote", note, moved, on)
            self.add("item", item_id, reduced, on)
            self.add("account", raised.account_id, withdrawn, on)

    # What follows for the customer credit

    def _make_good(self, on: date) -> None:
        """Bring back customer credit that is lacking; what was paid out is owed as an item from the day it left."""
        for one in self._accounts():
            for currency in one.credit:
                while self._short(one.account_id, currency) and self._bring_back(one.account_id, currency, on):
                    pass
                # What a refund only reserves is with us, so nobody owes it yet.
                lacking = account_of(self.states, one.account_id).credit_in(currency).lacking
                # Credit that is lacking only for a while is there on a later day, so nothing is owed for it.
                if sum(amount for _, amount in lacking) == self._short(one.account_id, currency):
                    for day, amount in lacking:
                        held = account_of(self.states, one.account_id)
                        self.add_all(recall_raised(self.states, held, self._cause, currency, amount, day))
                while given := given_way(account_of(self.states, one.account_id), currency, self.states):
                    self.add_all(given)

    def pay_recall(self, item_id: str, on: date) -> None:
        """Let free customer credit pay what is open of an item, if it is a recall item."""
        owed = item_of(self.states, item_id)
        while payer_of_recall(owed) and (
            paid := recall_paid(account_of(self.states, owed.raised.account_id), item_of(self.states, item_id), on)
        ):
            self.add_all(paid)

    def _short(self, account_id: str, currency: str) -> int:
        return max(0, -account_of(self.states, account_id).free_in(currency).latest)

    def _bring_back(self, account_id: str, currency: str, on: date) -> bool:
        """Bring back the newest use of customer credit that can come back; returns whether there was one."""
        held = account_of(self.states, account_id)
        for id in reversed(held.refunds):
            one = self.states[known_stream("refund", id)]
            assert isinstance(one, Refund), "a refund of the account is loaded with it"
            if one.status in ("requested", "approved") and one.requested.currency == currency:
                self._cancel(one, on)
                return True
        for used in reversed(held.applied.values()):
            if used.fact.currency == currency:
                self.release(on, account_id, used, min(used.fact.amount_minor, self._short(account_id, currency)))
                return True
        return False

    def _cancel(self, unsent: Refund, on: date) -> None:
        """Cancel an unsent refund, but not before its last step; credit that nothing here needs pays recall items."""
        account_id, given_up = unsent.requested.account_id, cancelled(unsent, _CANCELLED, max(on, unsent.since))
        self.add_all(with_recalls_paid(self.states, given_up, account_id))
