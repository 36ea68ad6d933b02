"""What is paid, applied, taken back and paid out, and what the bank's files say."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from ledger.domain.approval import Because
from ledger.domain.bank.account import RecordBankOpening
from ledger.domain.bank.alias import Alias
from ledger.domain.bank.file import (
    BankFile,
    CompleteFile,
    IngestFile,
    LoadedFile,
    ProvenFile,
    RecordSeenAgain,
    RejectFile,
    Seen,
    StatementProven,
)
from ledger.domain.bank.line import BankLine
from ledger.domain.bank.movement import ClassifyMovement, Movement
from ledger.domain.cash.allocation import ItemToPay
from ledger.domain.cash.customer_credit import ApplyCredit, ReleaseCredit
from ledger.domain.cash.identification import IdentifyReceipt, WithdrawIdentification
from ledger.domain.cash.recall import CLEARS, RecallReceipt
from ledger.domain.cash.receipt import Receipt, RecordReceipt
from ledger.domain.cash.receipt_reclassification import ReclassifyReceipt
from ledger.domain.cash.reclassification import ReclassifyAsReceipt, ReclassifyAsRefund, ReclassifyMovement
from ledger.domain.cash.refund import CancelRefund, RejectRefund
from ledger.domain.cash.refund_movement import BookRefundMovement
from ledger.domain.cash.refund_payment import FailRefund, ReturnRefund, SendRefund, SettleRefund
from ledger.domain.cash.refund_state import Refund
from ledger.domain.cash.reversal import ReverseAllocation
from ledger.domain.cash.void import VoidReceipt
from ledger.domain.fact import Command
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.request import Request
from tests.kit.book import Ask, by
from tests.kit.care import VISIT, allocate, approve_refund, declare_bank_account, payment, receipt, request_refund
from tests.kit.office.draws import PAYERS, Draws

BECAUSE: Final[tuple[Because, ...]] = ("moved", "moved", "mistake")


class Money(Draws):
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
        """Cash that a person records."""
        paid = payment(self.amount() * 2, self.currency(), booked_on=self.day(0, 0, -7))
        return RecordReceipt(receipt_id=self.id("r"), payment=replace(paid, rail="cash", bank_account="cash"))

    def void(self) -> Command | None:
        """A receipt that a person recorded by mistake; one of the bank's is refused."""
        found = self.named(Receipt, lambda one: one.payment.by_hand and not one.voided_minor)
        return None if found is None else VoidReceipt(receipt_id=found[0], reason_code="TWICE")

    def receive_again(self) -> Command | None:
        """A line that is booked comes again in another file."""
        found = self.named(Receipt, lambda one: not one.payment.by_hand)
        if found is None:
            return None
        again = replace(found[1].payment, file="another file", raw_position="9")
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

    def misdirect(self) -> Command | None:
        """Money of a receipt that was no payment; now and then it comes back."""
        found = self.named(Receipt, lambda one: one.unallocated_minor > 0 or bool(one.elsewhere))
        if found is None:
            return None
        role = self.rng.choice(
            [*found[1].elsewhere] or ["suppliers", "bank_suspense" if self.dares() else "tax_account"]
        )
        back = bool(found[1].elsewhere) and self.rng.random() < 0.6
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
        found = self.one(Refund, lambda one: one.status in ("requested", "approved", "sent", "settled"))
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
            ),
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

    def explain(self) -> Command | None:
        """What a movement was: another role, a refund's line or a payment; now and then one that it cannot be."""
        of_refunds = self.rng.random() < 0.4
        found = self.named(Movement, lambda one: self.dares() or (one.role == "cash_in_transit") == of_refunds)
        if found is None:
            return None
        part_id, line, why = found[0], found[1].line, "FOUND_OUT"
        refund = self.one(Refund, lambda one: self.dares() or one.requested.amount_minor == abs(line.amount_minor))
        choice = self.rng.random()
        if choice < 0.3:
            return ReclassifyAsReceipt(part_id=part_id, reason_code=why)
        if choice < 0.6 and refund is not None:
            return ReclassifyAsRefund(part_id=part_id, refund_id=refund.requested.refund_id, reason_code=why)
        role = "cash_in_transit" if self.dares() else self.rng.choice(("suppliers", "bank_suspense", "tax_account"))
        return ReclassifyMovement(part_id=part_id, role=role, reason_code=why)

    def load(self) -> Command:
        """A bank file begun, loaded to its end or refused; now and then one that is known."""
        loading = self._a_file() if self.rng.random() < 0.5 else None
        if loading is not None and self.rng.random() < 0.3:
            seen = (Seen(self.id("key"), self.id("bank") if self.dares() else None, self.id("money")),)
            return RecordSeenAgain(sha256=loading, format="camt.054", seen=seen)
        if loading is not None:
            loaded = LoadedFile(receipts=1, movements=1, allocations=1, seen_before=0, in_doubt=0)
            return CompleteFile(sha256=loading, loaded=loaded)
        known = self.named(BankFile)
        sha256 = known[0] if known is not None and self.rng.random() < 0.3 else self.id("sha")
        if self.rng.random() < 0.2:
            return RejectFile(sha256=sha256, format=None, reasons=("not_footing", "no_balance"))
        on = self.day(0, -3, 5)
        proven = StatementProven("b1", "SEK", f"s-{sha256}", on, on, 0, 5, 2, 5)
        file = ProvenFile(format="camt.053", books=True, statements=(proven, proven), lines=4, chunks=1)
        return IngestFile(sha256=sha256, file=file)

    def classify(self) -> Command:
        """A movement that is no receipt; now and then one that is booked already, or on an account that it may not."""
        known = self.named(Movement)
        if known is not None and self.dares():
            return ClassifyMovement(part_id=known[0], line=known[1].line, role=known[1].role, rule="manual")
        part_id = self.id("m")
        line = self._line(part_id, self.rng.choice((-15, 15, -100, -300)))
        sound = self.rng.choice(("bank_fees", "bank_suspense", "bank_details", "recalls", "recalls"))
        role = self.rng.choice(("unallocated", "cash_in_transit")) if self.dares() else sound
        return ClassifyMovement(part_id=part_id, line=line, role=role, rule="manual")

    def _line(self, part_id: str, amount_minor: int) -> BankLine:
        """A line of a bank's file, in kronor."""
        return BankLine(
            bank_account="b1",
            amount_minor=amount_minor,
            currency="SEK",
            booked_on=self.day(0, -7, 3),
            line_key=f"line-{part_id}",
            file=self._a_file(),
            in_detail=self.rng.random() < 0.2,
        )

    def change_bank(self) -> Command:
        """Another number of the bank account, or its opening balance, which may be a corrected one."""
        if self.rng.random() < 0.5:
            number = self.rng.choice(("N1", "N2"))
            return declare_bank_account("b1", "camt.053", aliases=(Alias(number, "bban"),))
        balance = self.rng.choice((-100, 0, 250))
        return RecordBankOpening(bank_account="b1", as_of=VISIT, balance_minor=balance, source="statement")

    def _a_file(self) -> str | None:
        """A file that is being loaded, where there is one."""
        found = self.named(BankFile, lambda one: one.status == "loading")
        return None if found is None else found[0]
