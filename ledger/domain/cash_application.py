"""Cash application: one receipt over many items, in one atomic step, and the same step taken back."""

from __future__ import annotations

from typing import Final

from ledger.domain.account import (
    CustomerCreditApplied,
    CustomerCreditCreated,
    CustomerCreditWithdrawn,
    account_of,
    require_credit,
)
from ledger.domain.fact import Command, Decision, NewFact, Part, States, stream_of
from ledger.domain.invoice import AllocationApplied, AllocationWithdrawn, Invoice, invoice_of
from ledger.domain.money import require_positive
from ledger.domain.receipt import (
    AllocationReversed,
    Receipt,
    ReceiptAllocated,
    Target,
    receipt_of,
)
from ledger.domain.refusals import Refused

# More targets than this are a remittance, applied in chunks on a stream of its own.
MOST_TARGETS: Final = 200

# Commands


class Item(Part, frozen=True):
    """One share of an invoice, and how much to apply to it; no amount means all that is open, or all there is."""

    invoice_id: str
    share: int = 1
    amount_minor: int | None = None


class AllocateReceipt(Command, frozen=True):
    """Apply a receipt to items in the order given; the rest may become customer credit of `credit_account`."""

    allocation_id: str
    receipt_id: str
    items: tuple[Item, ...]
    credit_account: str | None = None
    rule: str = "manual"

    def streams(self) -> tuple[str, ...]:
        """The receipt, the invoices, and the account that gets the rest."""
        account = () if self.credit_account is None else (stream_of("account", self.credit_account),)
        invoices = tuple(stream_of("invoice", item.invoice_id) for item in self.items)
        return (stream_of("receipt", self.receipt_id), *invoices, *account)


class ReverseAllocation(Command, frozen=True):
    """Take an allocation back whole; its items are named so that they are loaded."""

    allocation_id: str
    receipt_id: str
    items: tuple[Item, ...]
    credit_account: str | None = None

    def streams(self) -> tuple[str, ...]:
        """The receipt, the invoices, and the account that got the rest."""
        account = () if self.credit_account is None else (stream_of("account", self.credit_account),)
        invoices = tuple(stream_of("invoice", item.invoice_id) for item in self.items)
        return (stream_of("receipt", self.receipt_id), *invoices, *account)


class ApplyCredit(Command, frozen=True):
    """Use customer credit of an account on one of its items."""

    allocation_id: str
    account_id: str
    invoice_id: str
    amount_minor: int
    share: int = 1

    def streams(self) -> tuple[str, ...]:
        """The account and the invoice."""
        return (stream_of("account", self.account_id), stream_of("invoice", self.invoice_id))


# Decide


def allocate(states: States, command: AllocateReceipt) -> Decision:
    """Apply it: never more than an item is open or the receipt has left, and never across currencies."""
    receipt = receipt_of(states, command.receipt_id)
    if command.allocation_id in receipt.allocations:
        return ()
    if command.allocation_id in receipt.reversed_allocations:
        raise Refused("fact_already_recorded", command.allocation_id)
    if len(command.items) > MOST_TARGETS:
        raise Refused("too_many_targets", command.receipt_id)
    targets, left = _targets(states, command, receipt)
    credit = _rest(states, command, receipt, left)
    if not targets and credit == 0:
        raise Refused(_why_nothing(command, receipt), command.receipt_id)
    allocated = ReceiptAllocated(
        allocation_id=command.allocation_id,
        account_id=receipt.account_id or _payer(command, targets),
        currency=receipt.recorded.currency,
        targets=targets,
        credit_minor=credit,
        credit_account=command.credit_account if credit else None,
        rule=command.rule,
    )
    stream = stream_of("receipt", command.receipt_id)
    applied = tuple(_applied(command.allocation_id, stream, target, receipt.recorded.currency) for target in targets)
    credited = _credited(states, command.credit_account, credit, receipt.recorded.currency, stream)
    return (NewFact(stream, allocated), *applied, *credited)


def _targets(states: States, command: AllocateReceipt, receipt: Receipt) -> tuple[tuple[Target, ...], int]:
    left = receipt.unallocated_minor
    used: dict[tuple[str, int], int] = {}
    targets: list[Target] = []
    for item in command.items:
        invoice = invoice_of(states, item.invoice_id)
        if invoice.currency != receipt.recorded.currency:
            raise Refused("currency_differs", item.invoice_id)
        key = (item.invoice_id, item.share)
        free = invoice.open_on(item.share) - used.get(key, 0)
        amount = min(free, left) if item.amount_minor is None else item.amount_minor
        if item.amount_minor is None and amount == 0:
            continue
        require_positive((amount,), item.invoice_id)
        if amount > free:
            raise Refused("amount_exceeds_balance", item.invoice_id)
        if amount > left:
            raise Refused("amount_exceeds_unallocated", command.receipt_id)
        used[key] = used.get(key, 0) + amount
        left -= amount
        targets.append(_target(invoice, item.share, amount))
    return tuple(targets), left


def _rest(states: States, command: AllocateReceipt, receipt: Receipt, left: int) -> int:
    """What becomes customer credit: only of the account the receipt is identified as, and of no debtor's."""
    if command.credit_account is None or left == 0:
        return 0
    if receipt.account_id not in (None, command.credit_account):
        raise Refused("receipt_identified_otherwise", command.receipt_id)
    for item in command.items:
        if invoice_of(states, item.invoice_id).written_off_on(item.share):
            raise Refused("write_off_in_force", item.invoice_id)
    return left


def _why_nothing(command: AllocateReceipt, receipt: Receipt) -> str:
    if receipt.unallocated_minor == 0:
        return "amount_exceeds_unallocated"
    return "nothing_open" if command.items else "targets_missing"


def _target(invoice: Invoice, share: int, amount_minor: int) -> Target:
    return Target(
        invoice_id=invoice.invoice_id,
        share=share,
        account_id=invoice.share(share).account_id,
        amount_minor=amount_minor,
        ar_role=invoice.ar_role(share),
    )


def _payer(command: AllocateReceipt, targets: tuple[Target, ...]) -> str | None:
    """The items name the payer; where they are of several payers, only the credit account does."""
    payers = {target.account_id for target in targets}
    return command.credit_account or (payers.pop() if len(payers) == 1 else None)


def _applied(allocation_id: str, source: str, target: Target, currency: str) -> NewFact:
    applied = AllocationApplied(
        allocation_id=allocation_id,
        source=source,
        account_id=target.account_id,
        share=target.share,
        amount_minor=target.amount_minor,
        currency=currency,
    )
    return NewFact(stream_of("invoice", target.invoice_id), applied)


def _credited(states: States, account_id: str | None, amount_minor: int, currency: str, source: str) -> Decision:
    if account_id is None:
        return ()
    account_of(states, account_id)
    if amount_minor == 0:
        return ()
    created = CustomerCreditCreated(amount_minor=amount_minor, currency=currency, source=source)
    return (NewFact(stream_of("account", account_id), created),)


def reverse(states: States, command: ReverseAllocation) -> Decision:
    """Take it back whole; customer credit it made must still be there."""
    receipt = receipt_of(states, command.receipt_id)
    made = receipt.allocations.get(command.allocation_id)
    if made is None:
        raise Refused("allocation_unknown", command.allocation_id)
    stream = stream_of("receipt", command.receipt_id)
    reversed_ = AllocationReversed(
        allocation_id=made.allocation_id,
        currency=made.currency,
        targets=made.targets,
        credit_minor=made.credit_minor,
        credit_account=made.credit_account,
    )
    withdrawn = tuple(_withdrawn(states, made, target, stream) for target in made.targets)
    return (NewFact(stream, reversed_), *withdrawn, *_credit_taken_back(states, made, stream))


def _withdrawn(states: States, made: ReceiptAllocated, target: Target, source: str) -> NewFact:
    invoice_of(states, target.invoice_id)
    withdrawn = AllocationWithdrawn(
        allocation_id=made.allocation_id,
        source=source,
        account_id=target.account_id,
        share=target.share,
        amount_minor=target.amount_minor,
        currency=made.currency,
    )
    return NewFact(stream_of("invoice", target.invoice_id), withdrawn)


def _credit_taken_back(states: States, made: ReceiptAllocated, source: str) -> Decision:
    if made.credit_account is None:
        return ()
    account = account_of(states, made.credit_account)
    require_credit(account, made.credit_minor, made.currency)
    taken = CustomerCreditWithdrawn(amount_minor=made.credit_minor, currency=made.currency, source=source)
    return (NewFact(stream_of("account", made.credit_account), taken),)


def apply_credit(states: States, command: ApplyCredit) -> Decision:
    """Use customer credit on an item of the same account, up to what is open and what there is."""
    account = account_of(states, command.account_id)
    invoice = invoice_of(states, command.invoice_id)
    if invoice.share(command.share).account_id != command.account_id:
        raise Refused("account_differs", command.invoice_id)
    require_credit(account, command.amount_minor, invoice.currency)
    if command.amount_minor > invoice.open_on(command.share):
        raise Refused("amount_exceeds_balance", command.invoice_id)
    source = stream_of("account", command.account_id)
    used = CustomerCreditApplied(
        allocation_id=command.allocation_id,
        invoice_id=command.invoice_id,
        share=command.share,
        amount_minor=command.amount_minor,
        currency=invoice.currency,
        ar_role=invoice.ar_role(command.share),
    )
    target = _target(invoice, command.share, command.amount_minor)
    return (NewFact(source, used), _applied(command.allocation_id, source, target, invoice.currency))
