"""What the facts of a receipt say: its state, and what was done with its money before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.desk.desk import Desk

if TYPE_CHECKING:
    from ledger.domain.cash.receipt import Receipt


def undone_before_minor(desk: Desk, receipt_id: str, allocation_id: str | None = None) -> int:
    """Return how much of a receipt's allocations, or of one of them, went elsewhere before; a mistake leaves that."""
    from ledger.domain.cash.receipt_facts import AllocationReversed, applied_minor

    undone = (fact for fact in desk.facts([f"receipt-{receipt_id}"]) if isinstance(fact, AllocationReversed))
    gone = (one for one in undone if one.because != "mistake" and allocation_id in (None, one.allocation_id))
    return sum(applied_minor(one) for one in gone)


def payer_before(desk: Desk, receipt_id: str) -> str | None:
    """Return the only payer of what recalls undid of a receipt's allocations, if it is one."""
    from ledger.domain.cash.receipt_facts import AllocationReversed

    undone = (fact for fact in desk.facts([f"receipt-{receipt_id}"]) if isinstance(fact, AllocationReversed))
    recalled = [one for one in undone if one.because == "recalled"]
    payers = {target.account_id for one in recalled for target in one.targets}
    payers |= {one.credit_account for one in recalled if one.credit_account is not None}
    return payers.pop() if len(payers) == 1 else None


def closed_minor(desk: Desk, receipt_id: str, allocation_id: str) -> int:
    """Return the small difference that an allocation left and that was closed."""
    from ledger.domain.receivables.difference_facts import DifferenceClosed

    facts = (dated.fact for _, _, dated in desk.books.journal.facts([f"receipt-{receipt_id}"]))
    closed = (fact for fact in facts if isinstance(fact, DifferenceClosed) and fact.allocation_id == allocation_id)
    return sum(fact.amount_minor for fact in closed)


def state_of(desk: Desk, receipt_id: str) -> Receipt:
    """Return the state of a receipt after all its facts."""
    from ledger.domain.cash.receipt import Receipt

    stream = f"receipt-{receipt_id}"
    facts = (dated for _, _, dated in desk.books.journal.facts([stream]))
    state = desk.books.catalogue.remember(stream, None, facts)
    assert isinstance(state, Receipt)
    return state
