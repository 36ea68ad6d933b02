"""What is paid, applied, taken back and paid out, and what the bank's files say."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from ledger.domain.approval import Because
from ledger.domain.bank.movement import Movement
from ledger.domain.cash.allocation import ItemToPay
from ledger.domain.cash.customer_credit import ApplyCredit, ReleaseCredit
from ledger.domain.cash.identification import IdentifyReceipt, WithdrawIdentification
from ledger.domain.cash.payout import Payout
from ledger.domain.cash.recall import CLEARS, RecallReceipt
from ledger.domain.cash.recall_reversal import ReverseRecall
from ledger.domain.cash.receipt import Receipt, RecordReceipt
from ledger.domain.cash.receipt_as_payout import ReclassifyReceiptAsPayout
from ledger.domain.cash.receipt_reclassification import ReclassifyReceipt
from ledger.domain.cash.refund import CancelRefund, RejectRefund
from ledger.domain.cash.refund_movement import BookRefundMovement
from ledger.domain.cash.refund_payment import FailRefund, ReturnRefund, SendRefund, SettleRefund
from ledger.domain.cash.refund_resumption import ResumeRefund
from ledger.domain.cash.refund_state import Refund
from ledger.domain.cash.reversal import ReverseAllocation
from ledger.domain.cash.void import VoidReceipt
from ledger.domain.chart_of_accounts import UNTIL_PAID_OUT
from ledger.domain.fact import Command
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.request import Request
from tests.kit.book import Ask, by
from tests.kit.care import allocate, approve_refund, payment, receipt, request_refund
from tests.kit.office.bank import Bank
from tests.kit.office.draws import PAYERS

BECAUSE: Final[tuple[Because, ...]] = ("moved", "moved", "mistake")


class Money(Bank):
    """Draws of the office that takes and pays money."""

    def receive(self) -> Command:
        """A payment: of what an item is open by, a little more or less, or of any amount."""
        item = self.one(Item, lambda one: bool(one.open_minor))
        booked_on, file = self.day(0, 0, -7, 3), self._a_file()
        if item is None or self.rng.random() < 0.3:
            return receipt(self.id("r"), self.amount() * 3, self.currency(), file=file, booked_on=booked_on)
        amount = max(item.open_minor + self.rng.choice((0, 0, 0, 7, 70, -30)), 1)
        received = receipt(self.id("r"), amount, item.raised.currency, file=file, booked_on=booked_on)
        request = self.book.states.get(f"request-{item.raised.item_id}")
        if not isinstance(request, Request) or self.rng.random() < 0.3:
            return received
        return replace(received, payment=replace(received.payment, reference=request.requested.reference))

    def receive_cash(self) -> Command:
        """Cash, or a payment by card or Swish, that a person records."""
        # What a payer pays for claims comes with a file.
        rail = self.rng.choice(tuple(one for one in UNTIL_PAID_OUT if one != "remittance"))
        paid = payment(self.amount() * 2, self.currency(), booked_on=self.day(0, 0, -7))
        return RecordReceipt(receipt_id=self.id("r"), payment=replace(paid, rail=rail, bank_account=rail))

    def void(self) -> Command | None:
        """A receipt that a person recorded by mistake; one of the bank's is refused."""
        found = self.named(Receipt, lambda one: one.payment.by_hand and not one.voided_minor)
        return None if found is None else VoidReceipt(receipt_id=found[0], reason_code="TWICE")

    def receive_again(self) -> Command | None:
        """A line that is booked comes again in another file."""
        found = self.named(Receipt, lambda one: not one.payment.by_hand)
        if found is None:
            return None
        again = replace(found[1].payment, file="f" * 64, raw_position="9")
        return RecordReceipt(receipt_id=found[0], payment=again)

    def apply(self) -> Command | None:
        """A receipt over one to three items, the rest to a payer's credit or left."""
        found = self.named(Receipt, lambda one: one.unallocated_minor > 0)
        if found is None:
            return None
        receipt_id, of = found
        any_will_do = self.dares()
        items = [
            one
            for one in self.all(Item)
            if any_will_do or (one.open_minor and one.raised.currency == of.payment.currency)
        ]
        if not items:
            return None
        targets = [
            ItemToPay(one.raised.item_id, None if self.rng.random() < 0.7 else self.some_of(one.open_minor))
            for one in self.rng.sample(items, min(len(items), self.rng.randint(1, 3)))
        ]
        rest = of.account_id or self.rng.choice(PAYERS)
        rest_to = rest if self.rng.random() < 0.6 else None
        return allocate(receipt_id, *targets, rest_to=rest_to, allocation_id=self.id("a"))

    def apply_as_asked(self) -> Command | None:
        """A receipt over what a request asks for, the rest to the payer's credit."""
        found = self.named(Receipt, lambda one: one.unallocated_minor > 0)
        if found is None:
            return None
        quoted = found[1].payment.reference
        request = self.one(Request, lambda one: quoted is None or one.requested.reference == quoted)
        if request is None:
            return None
        return allocate(found[0], request_id=request.requested.request_id, allocation_id=self.id("a"))

    def reverse(self) -> Command | None:
        """An allocation taken back; the same twice is refused."""
        found = self.named(Receipt, lambda one: bool(one.allocations))
        if found is None:
            return None
        made = self.rng.choice([*found[1].allocations] or ["none"])
        because = self.rng.choice(BECAUSE)
        return ReverseAllocation(allocation_id=made, receipt_id=found[0], because=because)

    def recall(self) -> Command | None:
        """A debit of the bank takes a receipt back, wholly or in part."""
        debit = self.named(Movement, lambda one: one.role in CLEARS and one.left_minor < 0)
        taken = self.named(Receipt, lambda one: one.with_us_minor > 0)
        if debit is None or taken is None:
            return None
        amount = (
            None if self.rng.random() < 0.6 else self.some_of(min(-debit[1].left_minor, taken[1].payment.amount_minor))
        )
        return RecallReceipt(receipt_id=taken[0], part_id=debit[0], reason_code="AC06", amount_minor=amount)

    def reverse_recall(self) -> Command | None:
        """A debit took another receipt back, or none; the same twice changes nothing."""
        found = self.named(Receipt, lambda one: bool(one.recalled))
        if found is None or not found[1].recalled:
            return None
        debit = self.rng.choice([*found[1].recalled])
        return ReverseRecall(receipt_id=found[0], part_id=debit, reason_code="NOT_TAKEN_BACK")

    def misdirect(self) -> Command | None:
        """Money of a receipt that was no payment; now and then it comes back."""
        found = self.named(Receipt, lambda one: one.unallocated_minor > 0 or bool(one.elsewhere))
        if found is None:
            return None
        role = self.rng.choice(
            [*found[1].elsewhere] or ["suppliers", "bank_suspense" if self.dares() else "tax_account"]
        )
        back = bool(found[1].elsewhere) and self.rng.random() < 0.6
        payout = self.named(Payout)
        if role.startswith("payout-") or (payout is not None and not back and self.rng.random() < 0.3):
            payout_id = role.removeprefix("payout-") if role.startswith("payout-") else payout[0] if payout else ""
            return ReclassifyReceiptAsPayout(receipt_id=found[0], payout_id=payout_id, reason_code="WRONG", back=back)
        some = None if self.rng.random() < 0.6 else self.some_of(found[1].payment.amount_minor)
        return ReclassifyReceipt(receipt_id=found[0], role=role, reason_code="WRONG", amount_minor=some, back=back)

    def identify(self) -> Command | None:
        """Whose a receipt is; now and then that is taken back."""
        said = self.named(Receipt, lambda one: one.identified_as is not None)
        if said is not None and self.rng.random() < 0.3:
            return WithdrawIdentification(receipt_id=said[0], reason_code="NOT_THEIRS")
        found = self.named(Receipt, lambda one: one.account_id is None)
        return None if found is None else IdentifyReceipt(receipt_id=found[0], account_id=self.rng.choice(PAYERS))

    def use_credit(self) -> Command | None:
        """Customer credit used on an item of the account's."""
        account = self._free_handed()
        if account is None:
            return None
        item = self.one(Item, lambda one: bool(one.open_minor) and one.raised.account_id == account.account_id)
        if item is None:
            return None
        most = min(item.open_minor, account.free_in(item.raised.currency).latest)
        return ApplyCredit(
            allocation_id=self.id("a"),
            account_id=account.account_id,
            item_id=item.raised.item_id,
            amount_minor=self.some_of(most),
        )

    def release_credit(self) -> Command | None:
        """Customer credit released from an item; the same twice is refused."""
        account = self.one(Account, lambda one: bool(one.applied))
        if account is None:
            return None
        used = self.rng.choice([*account.applied] or ["none"])
        because = self.rng.choice(BECAUSE)
        return ReleaseCredit(allocation_id=used, account_id=account.account_id, because=because)

    def ask_for_refund(self) -> Command | None:
        """Some of the credit of an account, or all."""
        account = self._free_handed()
        if account is None:
            return None
        currency = max(account.free, key=lambda one: account.free_in(one).latest, default="SEK")
        # Now and then all of the credit, whatever other refunds have reserved of it.
        most = account.credit_in(currency).latest if self.dares() else account.free_in(currency).latest
        return request_refund(self.id("f"), self.some_of(most), account.account_id, currency=currency)

    def _free_handed(self) -> Account | None:
        """An account with free credit."""
        return self.one(Account, lambda one: any(balance.latest for balance in one.free.values()))

    def move_refund(self) -> Ask | None:
        """A refund one step further; for the daring any step."""
        found = self.one(Refund, lambda one: one.status not in ("rejected", "cancelled"))
        if found is None:
            return None
        id = found.requested.refund_id
        part = None if self.rng.random() < 0.6 else self.some_of(found.requested.amount_minor)
        steps: dict[str, tuple[Ask, ...]] = {
            "requested": (
                approve_refund(id),
                approve_refund(id),
                by("anna" if self.dares() else "bo", RejectRefund(refund_id=id, reason_code="NO")),
                CancelRefund(refund_id=id, reason_code="ASKED_IN_VAIN"),
            ),
            "approved": (
                SendRefund(refund_id=id, rail="bank_transfer", end_to_end_id=f"E2E-{id}"),
                SendRefund(refund_id=id, rail="bank_transfer", end_to_end_id=f"E2E-{id}"),
                CancelRefund(refund_id=id, reason_code="PAYEE_UNKNOWN"),
            ),
            "sent": (SettleRefund(refund_id=id, bank_ref="paid"), FailRefund(refund_id=id, reason_code="AC04")),
            "settled": (
                ReturnRefund(refund_id=id, reason_code="AC04", amount_minor=part),
                FailRefund(refund_id=id, reason_code="AC04"),
                ResumeRefund(refund_id=id, reason_code="SLIP"),
            ),
            "failed": (ResumeRefund(refund_id=id, reason_code="SLIP"),),
            "returned": (ResumeRefund(refund_id=id, reason_code="SLIP"),),
        }
        status = self.rng.choice([*steps]) if self.dares() else found.status
        return self.rng.choice(steps.get(status, (approve_refund(id, "anna"),)))

    def pay_refund(self) -> Command | None:
        """A bank's line with the end-to-end id of a refund: its payment or its return; now and then another amount."""
        found = self.one(Refund, lambda one: self.dares() or one.status not in ("requested", "rejected", "cancelled"))
        if found is None:
            return None
        asked, part_id = found.requested, self.id("m")
        amount = asked.amount_minor + self.dares()
        comes_back = found.paid if self.rng.random() < 0.7 else self.rng.random() < 0.5
        amount = self.some_of(amount) if comes_back and amount > 1 and self.rng.random() < 0.4 else amount
        line = replace(self._line(part_id, amount if comes_back else -amount), currency=asked.currency)
        return BookRefundMovement(part_id=part_id, line=line, refund_id=asked.refund_id)
