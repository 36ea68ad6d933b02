"""What the desk asks about payments that a payment provider holds before they are recorded by hand, or voided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from infra.desk import provider_account
from infra.desk.desk import Desk
from infra.desk.problems import Problem, Stopped, quoted

if TYPE_CHECKING:
    from ledger.domain.cash.receipt_facts import Payment


class Captured(NamedTuple):
    """Where a payment provider holds a captured payment: our account there, and the provider's id of the payment."""

    account: str
    payment_ref: str | None


def held(desk: Desk, captured: Captured) -> dict[str, Any]:
    """What a payment says of the provider that holds it; its id is also the one by which a settlement names it."""
    from reconciliation.matching.identity import id_key

    row, ref = provider_account.declared_as(desk, captured.account), captured.payment_ref
    if not ref:
        sentence = "a payment that a provider holds needs --payment-ref, the provider's id of it"
        raise Stopped(Problem("payment_ref_missing", sentence, captured.account))
    return {
        "bank_account": row["bank_account"],
        "rail": row["rail"],
        "held_by": row["rail"],
        "currency": row["currency"],
        "payment_ref": ref,
        "bank_id_key": id_key(row["bank_account"], ref),
    }


def require_new(desk: Desk, receipt_id: str, payment: Payment) -> None:
    """Refuse a payment that a receipt has already under the provider's id of it, whoever or whatever recorded that.

    A receipt that is recorded again is left to the ledger, which knows whether it is the same.
    """
    if payment.bank_id_key is None or desk.facts([f"receipt-{receipt_id}"]):
        return
    desk.books.follow()
    known = desk.books.store.settlements.receipt_named(payment.bank_id_key, payment.amount_minor)
    if known is not None:
        by = "a person recorded it" if known.file is None else "a file of the provider showed it"
        sentence = (
            f"the payment {quoted(payment.payment_ref or '')} is receipt {known.receipt_id} already: {by}. Allocate "
            "that receipt. If a person recorded it by mistake, void it first with `reskontra receipt void`; if you "
            "mean another payment, give the provider's own id of that one"
        )
        raise Stopped(Problem("payment_already_recorded", sentence, known.receipt_id))


def require_number(part_id: str, payments: int, transactions: int | None) -> None:
    """Refuse to say that a sum is of another number of payments than the provider says."""
    if transactions not in (None, payments):
        sentence = (
            f"the provider says that the sum is of {transactions} transactions, and you name {payments}. Name all of "
            "them; if nobody recorded some, give with --amount how much of the sum the named ones are"
        )
        raise Stopped(Problem("number_of_payments_differs", sentence, part_id))


def require_waiting(desk: Desk, receipt_ids: Sequence[str], sum_key: str | None) -> None:
    """Refuse to say that payments are of a sum if the provider has settled one of them already, but by this sum."""
    found = desk.books.store.settlements.settled_elsewhere(receipt_ids, sum_key)
    if found is not None:
        sentence = f"the provider settled the payment on {found[1]} already, so it is not of this sum"
        raise Stopped(Problem("payment_settled", sentence, found[0]))


def require_unsettled(desk: Desk, receipt_id: str) -> None:
    """Refuse to void a payment that a file of the provider has settled: its money came, so it was no mistake."""
    desk.books.follow()
    settled_on = desk.books.store.settlements.receipt_settled_on(receipt_id)
    if settled_on is not None:
        sentence = (
            f"a file of the payment provider shows that it settled this payment on {settled_on}, so its money came. "
            "Reverse its allocation with `reskontra allocate RECEIPT --reverse ALLOCATION` if it is for another item; "
            "assign the provider's debit with `reskontra receipt recall` if the provider took it back; say what it was "
            "with `reskontra receipt reclassify` if it was nobody's payment"
        )
        raise Stopped(Problem("payment_settled", sentence, receipt_id))
