"""The use cases of receipts: identify the payer or take that back, allocate, reverse, recall, record and void."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from infra.desk import applied_names, captured_payment, collected_receipt, names
from infra.desk.amounts import minor_units
from infra.desk.captured_payment import Captured
from infra.desk.desk import Desk, Done, Occasion
from infra.desk.first_time import first_time
from infra.desk.item import currency_of, split
from infra.desk.matching_again import say_again
from infra.desk.movement import is_unexplained
from infra.desk.payout_roles import require_payout_named
from infra.desk.possible import recalled, unallocated, waits_for_receipt, with_us
from infra.desk.problems import Problem, Stopped
from infra.desk.raised_role import raised_role
from infra.desk.receipt_facts import closed_minor, payer_before, state_of, undone_before_minor
from infra.desk.terms import only_currency

if TYPE_CHECKING:
    from infra.settings import Settings
    from ledger.domain.approval import Because
    from ledger.domain.cash.allocation import ItemToPay
    from ledger.domain.rails import ProviderRail

    # The rails of payments that a person records; all others come in files.
    OwnRail = Literal["cash"] | ProviderRail


def identify(desk: Desk, receipt: str, account: str, occasion: Occasion) -> Done:
    """Record the payer of a receipt."""
    from ledger.domain.cash.identification import IdentifyReceipt

    receipt_id, account_id = names.receipt(desk, receipt), names.account(desk, account)
    command = IdentifyReceipt(receipt_id=receipt_id, account_id=account_id)
    return desk.record(command, occasion, receipt_id=receipt_id, account_id=account_id)


def unidentify(desk: Desk, receipt: str, reason: str, occasion: Occasion) -> Done:
    """Take back what a person said about the payer of a receipt; the payer follows the allocations again."""
    from ledger.domain.cash.identification import WithdrawIdentification

    receipt_id = names.receipt(desk, receipt)
    command = WithdrawIdentification(receipt_id=receipt_id, reason_code=reason)
    return desk.record(command, occasion, receipt_id=receipt_id)


def allocate(
    desk: Desk,
    receipt: str,
    items: Sequence[str],
    occasion: Occasion,
    credit_account: str | None = None,
    id: str | None = None,
) -> Done:
    """Apply a receipt to items in order; money left over becomes customer credit of `credit_account`, if given.

    Each item is ITEM=AMOUNT, or ITEM for its whole open amount.
    """
    from ledger.domain.cash.allocation import AllocateReceipt
    from reconciliation.store import ALLOCATED

    receipt_id, allocation_id = names.receipt(desk, receipt, unallocated), desk.id(id, occasion)
    command = AllocateReceipt(
        allocation_id=allocation_id,
        receipt_id=receipt_id,
        items=tuple(_to_pay(desk, text) for text in items),
        credit_account=None if credit_account is None else names.account(desk, credit_account),
    )
    done = _with_rest(
        desk, receipt_id, desk.record(command, occasion, receipt_id=receipt_id, allocation_id=allocation_id)
    )
    done = done._replace(more={**done.more, "difference_minor": closed_minor(desk, receipt_id, allocation_id)})
    if done.more["unallocated_minor"] == 0:
        desk.lists.close_reviews_of([receipt_id], desk.actor, ALLOCATED, desk.now)
    return done


def _to_pay(desk: Desk, text: str) -> ItemToPay:
    """Parse an item and the amount to pay, as in 1001=250.00; without an amount, the whole open amount is paid."""
    from ledger.domain.cash.allocation import ItemToPay

    name, amount = split(text)
    item_id = names.item(desk, name)
    return ItemToPay(item_id, None if amount is None else minor_units(amount, currency_of(desk, item_id)))


def reverse(
    desk: Desk, settings: Settings, receipt: str, allocation: str, because: Because, occasion: Occasion
) -> Done:
    """Reverse an allocation of a receipt, because it was a mistake or because the money is moved.

    The receipt waits again, with what it may be for.
    """
    from ledger.domain.cash.reversal import ReverseAllocation

    receipt_id = names.receipt(desk, receipt, with_us)
    allocation_id = applied_names.allocation(desk, receipt_id, allocation)
    command = ReverseAllocation(allocation_id=allocation_id, receipt_id=receipt_id, because=because)
    done = desk.record(command, occasion, receipt_id=receipt_id, allocation_id=allocation_id)
    if done.outcome.status == "done":
        say_again(desk, settings, receipt_id)
    before = undone_before_minor(desk, receipt_id, allocation_id) if because == "mistake" else 0
    return _with_rest(desk, receipt_id, done, before)


def recall(
    desk: Desk,
    receipt: str,
    movement: str,
    reason: str,
    occasion: Occasion,
    amount: str | None = None,
    items: Sequence[str] = (),
) -> Done:
    """Assign a debit of the bank to the receipt that it takes back; a debit that is all assigned waits no more.

    The direct debit whose money the receipt has is returned with it, as when a file says so. What paid `items` goes
    back first.
    """
    from ledger.domain.cash.recall import RecallReceipt

    receipt_id, part_id = names.receipt(desk, receipt, with_us), names.movement(desk, movement, waits_for_receipt)
    state = state_of(desk, receipt_id)
    command = RecallReceipt(
        receipt_id=receipt_id,
        part_id=part_id,
        reason_code=reason,
        amount_minor=None if amount is None else minor_units(amount, state.payment.currency),
        item_ids=tuple(names.item(desk, one) for one in items),
    )
    parts = [(command, occasion), *collected_receipt.returned(desk, command, state)]
    done = desk.record_together(parts, of=0, receipt_id=receipt_id, part_id=part_id)
    debit = desk.books.store.now.movement(part_id)
    if debit is not None and not is_unexplained(debit):
        desk.lists.close_reviews_of([part_id], desk.actor, "recalled", desk.now)
    return _with_rest(desk, receipt_id, done)


def reverse_recall(
    desk: Desk, settings: Settings, receipt: str, movement: str, reason: str, occasion: Occasion
) -> Done:
    """Take back that a debit of the bank took a receipt back: the receipt and the debit both wait again.

    A direct debit that was returned with it is settled again. If all that the recall had undone was one payer's, the
    receipt is identified as that payer's, so that its money covers what they owe.
    """
    from ledger.domain.cash.identification import IdentifyReceipt
    from ledger.domain.cash.recall_reversal import ReverseRecall

    receipt_id = names.receipt(desk, receipt, recalled)
    state = state_of(desk, receipt_id)
    part_id = names.movement(desk, movement, lambda row: bool(state.recalled.get(row["part_id"])))
    command = ReverseRecall(receipt_id=receipt_id, part_id=part_id, reason_code=reason)
    parts = [(command, occasion), *collected_receipt.settled_again(desk, command, state)]
    payer = payer_before(desk, receipt_id) if state.account_id is None else None
    if payer is not None and state.recalled.get(part_id):
        parts.append((IdentifyReceipt(receipt_id=receipt_id, account_id=payer), Occasion()))
    done = desk.record_together(parts, of=0, receipt_id=receipt_id, part_id=part_id)
    if done.outcome.status == "done":
        say_again(desk, settings, receipt_id)
    return _with_rest(desk, receipt_id, done)


def reclassify(
    desk: Desk, receipt: str, role: str, reason: str, occasion: Occasion, amount: str | None = None, back: bool = False
) -> Done:
    """Say on which account role money of a receipt belongs that was no payment, or bring it back from there.

    The role `bank_details` withdraws a payment that the bank never got, from wherever it raised the money. A direct
    debit that the receipt had paid waits for the bank's answer again if none of the receipt is left.
    """
    from ledger.domain.cash.receipt_reclassification import ReclassifyReceipt
    from ledger.domain.chart_of_accounts import BANK_DETAILS

    receipt_id = names.receipt(desk, receipt)
    state = state_of(desk, receipt_id)
    minor = None if amount is None else minor_units(amount, state.payment.currency)
    role = raised_role(desk, state) if role == BANK_DETAILS else role
    if not back:
        money = state.unallocated_minor if minor is None else minor
        require_payout_named(desk, receipt_id, role, money, state.payment.currency)
    command = ReclassifyReceipt(receipt_id=receipt_id, role=role, reason_code=reason, amount_minor=minor, back=back)
    left = collected_receipt.left(desk, receipt_id, state, minor, reason, back=back)
    parts = [(command, occasion), *left]
    done = desk.record_together(parts, of=0, receipt_id=receipt_id, role=role)
    return _reclassified(desk, receipt_id, done, reason)


def to_payout(
    desk: Desk,
    receipt: str,
    payout: str,
    reason: str,
    occasion: Occasion,
    amount: str | None = None,
    back: bool = False,
) -> Done:
    """Say that money of a receipt is a payout, although their amounts may differ, or that none of it is."""
    from ledger.domain.cash.receipt_as_payout import ReclassifyReceiptAsPayout

    receipt_id, payout_id = names.receipt(desk, receipt), names.payout(desk, payout)
    state = state_of(desk, receipt_id)
    minor = None if amount is None else minor_units(amount, state.payment.currency)
    command = ReclassifyReceiptAsPayout(
        receipt_id=receipt_id, payout_id=payout_id, reason_code=reason, amount_minor=minor, back=back
    )
    left = collected_receipt.left(desk, receipt_id, state, minor, reason, back=back)
    parts = [(command, occasion), *left]
    done = desk.record_together(parts, of=0, receipt_id=receipt_id, payout_id=payout_id)
    return _reclassified(desk, receipt_id, done, reason)


def _reclassified(desk: Desk, receipt_id: str, done: Done, reason: str) -> Done:
    done = _with_rest(desk, receipt_id, done)
    if done.more["unallocated_minor"] == 0:
        desk.lists.close_reviews_of([receipt_id], desk.actor, reason, desk.now)
    return done


def record(
    desk: Desk,
    amount: str,
    currency: str | None,
    occasion: Occasion,
    id: str | None = None,
    rail: OwnRail | None = None,
    captured: Captured | None = None,
) -> Done:
    """Record a payment that no file shows yet, in cash or captured by a payment provider.

    Its money is on the rail's clearing account, at the provider if that is named. A payment at a provider that a
    receipt has already is refused.
    """
    from ledger.domain.cash.receipt import RecordReceipt
    from ledger.domain.cash.receipt_facts import Payment

    receipt_id, first = desk.id(id, occasion), first_time(desk, occasion.key)
    held: dict[str, Any] = {"bank_account": rail or "cash", "rail": rail or "cash"}
    if captured is not None:
        held = captured_payment.held(desk, captured)
        currency = currency or held.pop("currency")
        held.pop("currency", None)
        if rail is not None and rail != held["rail"]:
            sentence = (
                f"the account {captured.account} is for {held['rail']}; leave out --rail, or name another account"
            )
            raise Stopped(Problem("provider_account_differs", sentence, captured.account))
    currency = only_currency(desk, first.terms, currency, "the payment's currency")
    payment = Payment(
        **held,
        amount_minor=minor_units(amount, currency),
        currency=currency,
        booked_on=occasion.on or first.today,
    )
    captured_payment.require_new(desk, receipt_id, payment)
    command = RecordReceipt(receipt_id=receipt_id, payment=payment)
    return _with_rest(desk, receipt_id, desk.record(command, occasion, receipt_id=receipt_id))


def void(desk: Desk, receipt: str, reason: str, occasion: Occasion) -> Done:
    """Void a receipt that was recorded by mistake, by hand: it never was. What a provider has settled came.

    A direct debit that it had paid waits for the bank's answer again.
    """
    from ledger.domain.cash.void import VoidReceipt

    receipt_id = names.receipt(desk, receipt)
    captured_payment.require_unsettled(desk, receipt_id)
    command = VoidReceipt(receipt_id=receipt_id, reason_code=reason)
    parts = [(command, occasion), *collected_receipt.reopened(desk, receipt_id, reason)]
    done = desk.record_together(parts, of=0, receipt_id=receipt_id)
    return _with_rest(desk, receipt_id, done, undone_before_minor(desk, receipt_id))


def _with_rest(desk: Desk, receipt_id: str, done: Done, before_minor: int = 0) -> Done:
    state = state_of(desk, receipt_id)
    rest = {"currency": state.payment.currency, "unallocated_minor": state.unallocated_minor}
    before = {"undone_before_minor": before_minor} if before_minor else {}
    return done._replace(more=rest | before)
