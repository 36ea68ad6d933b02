"""The step that proposes commands and reviews for a bank's answers to our payment orders and direct debits.

A rejection makes its refund or its collection fail. An acceptance changes nothing, because only a line of the bank
shows a payment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from ledger.domain.cash.collection_answer import FailCollection
from ledger.domain.cash.refund_payment import FailRefund
from reconciliation.proposals.proposal import Proposal, Review, Setting, said_hash
from reconciliation.steps.answer_days import day_of

if TYPE_CHECKING:
    from ledger import Submission
    from ledger.domain.cash.refund_movement import BankView
    from reconciliation.steps.answers_load import AnswersLoad
    from reconciliation.steps.day import BankDay

    Row = Mapping[str, Any]

# Source: ISO 20022, external payment status codes that end a payment before it is booked.
_REJECTED: Final = frozenset({"RJCT", "CANC"})
# Source: ISO 20022, external status reasons have four letters and digits; other texts may have anybody's words.
_REASON: Final = re.compile(r"[A-Z]{2}[0-9]{2}|[A-Z]{4}")


def propose(day: BankDay, loading: AnswersLoad, chunk: int) -> Proposal:
    """Propose commands and reviews for one chunk of answers."""
    look_up = day.books.store.matching
    rows = loading.entries(look_up).slice(chunk * day.chunk, day.chunk).to_dicts()
    ids = sorted({row["end_to_end_id"] for row in rows if row["end_to_end_id"]})
    refunds = look_up.refunds_named(ids)
    collections = {one["end_to_end_id"]: one for one in day.books.store.collections.of_ids(ids)}
    setting = Setting(loading.sha256, day.actor, day.recorded_at, day.correlation)
    failing: dict[str, Submission] = {}
    reviews: list[Review] = []
    answered_on = day_of(loading, day.on)
    accepted = 0
    for row in rows:
        views = refunds.get(row["end_to_end_id"] or "", ())
        debit = None if views else collections.get(row["end_to_end_id"] or "")
        code = _obstacle(row, views) if debit is None else _obstacle_to(row, debit)
        if code is not None:
            reviews.append(_review(row, code))
        elif not _rejects(row):
            accepted += 1
        elif debit is None and views[0].status != "failed":
            (refund,) = views
            key = f"rejected:{refund.refund_id}:{_identity(row)}"
            command = FailRefund(refund_id=refund.refund_id, reason_code=_reason(row))
            on = answered_on(row)
            failing.setdefault(refund.refund_id, setting.submission(command, key, on, row["raw_position"]))
        elif debit is not None and (debit["status"] == "ordered" or _says_more(row, debit)):
            id = debit["collection_id"]
            failed = FailCollection(collection_id=id, reason_code=_reason(row))
            key = f"rejected:{id}:{_identity(row)}"
            on = answered_on(row)
            failing.setdefault(id, setting.submission(failed, key, on, row["raw_position"]))
    return Proposal(tuple(failing.values()), tuple(reviews), (), accepted=accepted)


def told(row: Row) -> str:
    """What a line says, as a word of `answered`, whether or not the book knows its payment."""
    return "payments_rejected" if _rejects(row) else "payments_accepted"


def _obstacle(row: Row, views: Sequence[BankView]) -> str | None:
    """Why a person must look at an answer; None if it makes its refund fail, or changes nothing."""
    if not row["end_to_end_id"]:
        return "order_rejected" if _rejects(row) else None
    if len(views) != 1:
        return "answer_ambiguous" if views else "answer_unknown"
    (refund,) = views
    if row["instructed_minor"] is not None and (row["instructed_minor"], row["instructed_currency"]) != (
        refund.amount_minor,
        refund.currency,
    ):
        return "answer_amount_differs"
    if not _rejects(row):
        return _NOT_TO_ACCEPT.get(refund.status)
    if refund.status == "failed":
        return None
    if refund.paid_minor:
        return "rejected_and_paid"
    return None if refund.status in ("sent", "settled") else "rejected_not_sent"


def _obstacle_to(row: Row, collection: Row) -> str | None:
    """Why a person must look at the answer to a direct debit; None if it fails, or if nothing changes."""
    said = (row["instructed_minor"], row["instructed_currency"])
    if said[0] is not None and said != (collection["amount_minor"], collection["currency"]):
        return "debit_answer_differs"
    if not _rejects(row):
        return "debit_accepted_and_failed" if collection["status"] == "failed" else None
    return "debit_rejected_and_paid" if collection["status"] in ("settled", "returned") else None


def _says_more(row: Row, collection: Row) -> bool:
    """Whether a rejection of a direct debit that has failed gives a reason of ISO's codes, and another one."""
    reason = row["return_reason"] or ""
    return bool(_REASON.fullmatch(reason)) and collection["status"] == "failed" and collection["reason_code"] != reason


def _rejects(row: Row) -> bool:
    return row["bank_code"] in _REJECTED


def _reason(row: Row) -> str:
    """The code of the reason, or of the status if the reason is none of ISO's codes."""
    said = row["return_reason"] or ""
    return said if _REASON.fullmatch(said) else str(row["bank_code"])


def _identity(row: Row) -> str:
    """What an answer says, in short: the same answer in another file is the same, and makes nothing fail twice."""
    return said_hash(*(row[name] for name in ("end_to_end_id", "bank_ref", "bank_code", "return_reason")))


def _review(row: Row, code: str) -> Review:
    return Review(None, f"line-{_identity(row)}", code, (_SENTENCES[code],), (), row["raw_position"])


# Why a person must look at an acceptance, by the status of the refund.
_NOT_TO_ACCEPT: Final[Mapping[str, str]] = {
    **dict.fromkeys(("requested", "rejected", "cancelled"), "accepted_not_approved"),
    "failed": "accepted_and_failed",
}
_SENTENCES: Final[Mapping[str, str]] = {
    "accepted_and_failed": (
        "The bank accepts a payment that it had rejected, or that somebody recorded as failed, so its credit can be "
        "paid out once more. Ask the bank which answer holds. If it pays, record that with `reskontra refund resume`. "
        "Then close this with `reskontra doubt close`."
    ),
    "accepted_not_approved": (
        "The bank has the payment of a refund that is not approved, or was given up. Ask the bank at once who ordered "
        "it, and to stop it. Then close this with `reskontra doubt close`."
    ),
    "answer_ambiguous": (
        "The bank answers a payment whose end-to-end id several refunds have. Look in the order which one it was, and "
        "if it was rejected, record that with `reskontra refund fail`. Then close this with `reskontra doubt close`."
    ),
    "answer_amount_differs": (
        "The bank answers a payment of another amount than the refund with this end-to-end id. Ask the bank which "
        "payment it means. If it rejected the refund's, record that with `reskontra refund fail`. Then close this with "
        "`reskontra doubt close`."
    ),
    "answer_unknown": (
        "The bank answers a payment whose end-to-end id no refund and no direct debit has. If another program ordered "
        "it, close this with `reskontra doubt close`. If nobody did, ask the bank at once who ordered it."
    ),
    "debit_accepted_and_failed": (
        "The bank accepts a direct debit that it had rejected, or that somebody recorded as failed, so the same can be "
        "collected once more. Ask the bank which answer holds. If it collects, record that with `reskontra collection "
        "reopen`. Then close this with `reskontra doubt close`."
    ),
    "debit_answer_differs": (
        "The bank answers a direct debit of another amount than we ordered with this end-to-end id. Ask the bank which "
        "payment it means; if it rejected ours, record that with `reskontra collection fail`. Then close this with "
        "`reskontra doubt close`."
    ),
    "debit_rejected_and_paid": (
        "The bank rejected a direct debit that a receipt has settled. Ask the bank. If the money goes back, the line "
        "that takes it does the rest. Then close this with `reskontra doubt close`."
    ),
    "order_rejected": (
        "The bank rejected a whole order or group without naming its payments; perhaps only because it has the order "
        "already. Ask the bank whether it pays them. If not, record each refund of the order with `reskontra refund "
        "fail`, or all its direct debits with `reskontra collection fail ORDER`. Then close this with `reskontra doubt "
        "close`."
    ),
    "rejected_and_paid": (
        "The bank rejected a payment that its own line shows as paid. Ask the bank. If the money comes back, the line "
        "that brings it does the rest. Then close this with `reskontra doubt close`."
    ),
    "rejected_not_sent": (
        "The bank rejected a payment of a refund that is not recorded as sent. If it was sent, record that with "
        "`reskontra refund send`, and then `reskontra refund fail`. Then close this with `reskontra doubt close`."
    ),
}
