"""The process that joins the two halves of a transfer between entities, each in the journal of its own entity.

First the entity that received the payment records that it owes it, then the other entity records it, and then the first
that it is there. Every step may be repeated. If a step fails, the transfer is under way and waits for `go_on`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infra.desk import names
from infra.desk.amounts import minor_units
from infra.desk.desk import Desk, Done, Occasion
from infra.desk.possible import unallocated
from infra.desk.problems import Problem, Stopped
from infra.desk.troubles import problems_of

if TYPE_CHECKING:
    from ledger.domain.cash.transfer_state import Transfer

# Opens the desk of another entity.
Opened = Callable[[str], AbstractContextManager[Desk]]


class Sent(NamedTuple):
    """What was recorded here, and why the other entity has not recorded its half, if it has not."""

    done: Done
    problems: tuple[Problem, ...]


def send(
    desk: Desk,
    opened: Opened,
    receipt: str,
    entity: str,
    reason: str,
    occasion: Occasion,
    amount: str | None = None,
    id: str | None = None,
) -> Sent:
    """Transfer unallocated money of a receipt to the entity for which the payer meant it.

    Nothing is recorded if the other entity has no books, or does not keep the currency. Raises Stopped.
    """
    from ledger.domain.cash.receipt import Receipt
    from ledger.domain.cash.transfer import BeginTransfer

    if entity == desk.books.entity:
        raise Stopped(Problem("transfer_to_itself", "The payment is in this entity's books already: allocate it."))
    receipt_id, transfer_id = names.receipt(desk, receipt, unallocated), desk.id(id, occasion)
    state = _state(desk, f"receipt-{receipt_id}")
    assert isinstance(state, Receipt)
    currency = state.payment.currency
    with opened(entity) as other:
        if currency not in other.terms.currencies:
            sentence = other.books.catalogue.refusals["currency_not_kept"]
            raise Stopped(Problem("currency_not_kept", sentence, f"{entity}, {currency}"))
        command = BeginTransfer(
            transfer_id=transfer_id,
            receipt_id=receipt_id,
            entity=entity,
            reason_code=reason,
            amount_minor=None if amount is None else minor_units(amount, currency),
        )
        done = desk.record(command, occasion, transfer_id=transfer_id, receipt_id=receipt_id, to_entity=entity)
        problems = _finished(desk, other, transfer_id)
    _close_reviews(desk, receipt_id, reason)
    return Sent(_with_status(desk, transfer_id, done), problems)


def go_on(desk: Desk, opened: Opened, transfer: str | None = None) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Finish a transfer that is under way, or all of them; returns their rows, and why some of them still wait.

    Raises Stopped if the person may not, also if none is under way.
    """
    from ledger.domain.cash.transfer import CompleteTransfer

    desk.require_for(CompleteTransfer)
    desk.books.follow()
    waiting = [row["transfer_id"] for row in desk.books.store.now.transfers("under_way")]
    chosen = waiting if transfer is None else [names.transfer(desk, transfer)]
    problems: list[Problem] = []
    for transfer_id in chosen:
        try:
            with opened(_transfer(desk, transfer_id).entity) as other:
                problems += _finished(desk, other, transfer_id)
        except Exception as trouble:
            problems += (*problems_of(trouble), _waits(transfer_id, _transfer(desk, transfer_id).entity))
    desk.books.follow()
    return [row for row in desk.books.store.now.transfers() if row["transfer_id"] in chosen], problems


def cancel(desk: Desk, opened: Opened, transfer: str, reason: str, occasion: Occasion) -> Done:
    """Cancel a transfer that the other entity has not recorded: the money is unallocated on its receipt again.

    The other entity declines it first, so that it cannot arrive meanwhile. Raises Stopped if it has arrived.
    """
    from ledger.domain.cash.transfer import CancelTransfer, DeclineTransfer

    transfer_id = names.transfer(desk, transfer)
    state = _transfer(desk, transfer_id)
    if state.status == "under_way":
        with opened(state.entity) as other:
            declined = DeclineTransfer(transfer_id=transfer_id, entity=desk.books.entity)
            other.record(declined, Occasion(f"transfer-declined-{transfer_id}"), transfer_id=transfer_id)
    command = CancelTransfer(transfer_id=transfer_id, reason_code=reason)
    return _with_status(desk, transfer_id, desk.record(command, occasion, transfer_id=transfer_id))


def _finished(desk: Desk, other: Desk, transfer_id: str) -> tuple[Problem, ...]:
    """Record the other entity's half, and that it is there; returns why that was not possible."""
    from ledger.domain.cash.transfer import CompleteTransfer, ReceiveTransfer

    state = _transfer(desk, transfer_id)
    if state.status != "under_way":
        return ()
    assert state.amount_minor is not None
    assert state.currency is not None
    assert state.quoted is not None
    arrives = ReceiveTransfer(
        transfer_id=transfer_id,
        entity=desk.books.entity,
        amount_minor=state.amount_minor,
        currency=state.currency,
        quoted=state.quoted,
    )
    there = False
    try:
        other.record(arrives, Occasion(f"transfer-{transfer_id}"), transfer_id=transfer_id)
        there = True
        _offer(other, transfer_id)
        desk.record(CompleteTransfer(transfer_id=transfer_id), Occasion(f"transfer-there-{transfer_id}"))
    except Exception as trouble:
        return (*problems_of(trouble), _waits(transfer_id, state.entity, there=there))
    return ()


def _offer(other: Desk, transfer_id: str) -> None:
    """List the receipt in the entity that got it, with the items that it may pay; people allocate it, as elsewhere."""
    from ledger.domain.cash.receipt import Receipt
    from reconciliation.steps.transferred import review_of

    state = _state(other, f"receipt-{transfer_id}")
    if isinstance(state, Receipt) and state.unallocated_minor:
        review = review_of(other.books.store.matching, transfer_id, state.payment)
        other.lists.keep_reviews((review,), other.now)


def _waits(transfer_id: str, entity: str, *, there: bool = False) -> Problem:
    sentence = (_THERE if there else _NOT_SAID).format(transfer=transfer_id, entity=entity)
    return Problem("transfer_under_way", sentence, transfer_id)


def _transfer(desk: Desk, transfer_id: str) -> Transfer:
    from ledger.domain.cash.transfer_state import Transfer

    state = _state(desk, f"transfer-{transfer_id}")
    assert isinstance(state, Transfer)
    return state


def _state(desk: Desk, stream: str) -> object:
    return desk.books.catalogue.remember(stream, None, [dated for _, _, dated in desk.books.journal.facts([stream])])


def _with_status(desk: Desk, transfer_id: str, done: Done) -> Done:
    state = _transfer(desk, transfer_id)
    paid = {"currency": state.currency, "amount_minor": state.amount_minor}
    return done._replace(more={**done.more, **paid, "transfer_status": state.status})


def _close_reviews(desk: Desk, receipt_id: str, reason: str) -> None:
    from ledger.domain.cash.receipt import Receipt

    state = _state(desk, f"receipt-{receipt_id}")
    if isinstance(state, Receipt) and not state.unallocated_minor:
        desk.lists.close_reviews_of([receipt_id], desk.actor, reason, desk.now)


_THERE: Final = (
    "transfer {transfer} is under way: entity {entity} has recorded it, but here it is not recorded yet that it has. "
    "Finish it with `reskontra transfer continue`"
)
_NOT_SAID: Final = (
    "transfer {transfer} is under way: entity {entity} has not said that it recorded it. Finish it with `reskontra "
    "transfer continue`, as somebody who may do so in both entities, or give it up with `reskontra transfer cancel`"
)
