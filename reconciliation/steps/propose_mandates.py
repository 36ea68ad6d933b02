"""The step that proposes commands and reviews for what Bankgirot says of mandates and of payments that it rejected.

It moves no money. Source of the codes: Bankgirot, Bg Autogiro, Technical Manual, July 2016, 8.3.3 (codes in TK73), as
guides in public use repeat them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from ledger.domain.cash.mandate import AcceptMandate, CancelMandate, RejectMandate
from reconciliation.proposals.proposal import Proposal, Review, Setting, said_hash
from reconciliation.steps import propose_collections
from reconciliation.steps.answer_days import day_of

if TYPE_CHECKING:
    from ledger import Submission
    from ledger.domain.cash.mandate_facts import EndedBy
    from ledger.domain.fact import Command
    from reconciliation.steps.answers_load import AdviceLoad
    from reconciliation.steps.day import BankDay

    Row = Mapping[str, Any]

# What a record is about: a new mandate, also after the bank was asked about the account.
_NEW: Final = frozenset({"04", "42"})
_MADE: Final = "32"
# Who ended a mandate: its payer or the payer's bank (46), the bank because nobody answered (43) or a bankgiro was
# closed (44, 10); 03 is the answer to our own cancellation, which was made if the comment is 33.
_ENDED: Final[Mapping[str, EndedBy]] = {"46": "payer", "43": "payers_bank", "44": "payers_bank", "10": "payers_bank"}
_OUR_END, _ENDED_MADE = "03", "33"
# Payments that were cancelled because their mandate, or a bankgiro, was.
_CANCELLED: Final = frozenset({"03", "11"})


def propose(day: BankDay, loading: AdviceLoad, chunk: int) -> Proposal:
    """Propose commands and reviews for one chunk of advice."""
    look_up = day.books.store.collections
    rows = loading.plain.slice(chunk * day.chunk, day.chunk).to_dicts()
    about = [row for row in rows if row["bank_code"].startswith("73-")]
    mandates = look_up.mandates(sorted({row["end_to_end_id"] for row in about if row["end_to_end_id"]}))
    setting = Setting(loading.sha256, day.actor, day.recorded_at, day.correlation)
    submissions: list[Submission] = []
    reviews: list[Review] = []
    answered_on = day_of(loading, day.on)
    for row in about:
        mandate = mandates.get(row["end_to_end_id"] or "")
        code, command = _step(row, mandate)
        if code is not None:
            reviews.append(_review(row, code))
        elif command is not None:
            key = f"advised:{row['end_to_end_id']}:{row['bank_code']}:{row['booked_on']}"
            on = answered_on(row)
            submissions.append(setting.submission(command, key, on, row["raw_position"]))
    lines = [row | {"end_to_end_id": None} for row in rows if _is_stopped(row)]
    known = propose_collections.known_of(look_up, lines)
    more, others = propose_collections.stopped(day, loading, lines, known, setting)
    reviews += [_review(row, "payment_changed") for row in rows if _is_changed(row)]
    return Proposal((*submissions, *more), (*reviews, *others), ())


def told(row: Row) -> str:
    """What a line says, as a word of `answered`, whether or not the book knows its mandate or payment."""
    record, about, answer = (*row["bank_code"].split("-"), "", "")[:3]
    if record != "73":
        if _is_changed(row):
            return "payments_changed"
        return "payments_rejected" if _is_stopped(row) else "unclear"
    if about in _NEW:
        return "mandates_accepted" if answer == _MADE else "mandates_rejected"
    return "mandates_ended" if _ended_by(about, answer) else "unclear"


def _ended_by(about: str, answer: str) -> EndedBy | None:
    return _ENDED.get(about) or ("us" if (about, answer) == (_OUR_END, _ENDED_MADE) else None)


def _step(row: Row, mandate: Row | None) -> tuple[str | None, Command | None]:
    """The command for what is said of a mandate, or why a person must look at it; neither if it is known."""
    _, about, answer = (*row["bank_code"].split("-"), "", "")[:3]
    if mandate is None:
        return "mandate_not_ours", None
    id, status, reason = mandate["mandate_id"], mandate["status"], f"AG-{about}-{answer}"
    if about in _NEW and answer == _MADE:
        if status == "cancelled" and (mandate["known_there"] or mandate["end_sent_on"] is not None):
            # We ended it while the clearing house had not answered: a file says so after this.
            return None, None
        if status in ("rejected", "cancelled"):
            return "mandate_contradicts", None
        accepted = AcceptMandate(mandate_id=id, active_from=row["value_on"])
        return None, accepted if status == "requested" else None
    if about in _NEW:
        if status == "accepted":
            return None, CancelMandate(mandate_id=id, ended_by="payers_bank", reason_code=reason, advised=True)
        return None, RejectMandate(mandate_id=id, reason_code=reason) if status == "requested" else None
    ended_by = _ended_by(about, answer)
    if ended_by is None:
        return "mandate_advice_unclear", None
    if status == "rejected":
        return "mandate_contradicts", None
    ending = CancelMandate(mandate_id=id, ended_by=ended_by, reason_code=reason, advised=True)
    return None, None if status == "cancelled" else ending


def _is_stopped(row: Row) -> bool:
    """Whether a payment was rejected, or cancelled with its mandate."""
    return bool(row["return_reason"]) and row["bank_code"].partition("-")[0] in {"82", *_CANCELLED}


def _is_changed(row: Row) -> bool:
    """Whether a payment was cancelled or moved to another day, which we did not ask for here."""
    record = row["bank_code"].partition("-")[0]
    return record not in {"73", "82", "32", *_CANCELLED}


def _review(row: Row, code: str) -> Review:
    said = (row["end_to_end_id"], row["counterparty_account"], row["bank_code"], row["booked_on"] or row["value_on"])
    id = said_hash(*said)
    return Review(None, f"line-{id}", code, (_SENTENCES[code],), (), row["raw_position"])


_SENTENCES: Final[Mapping[str, str]] = {
    "mandate_advice_unclear": (
        "The bank says something of a mandate that no rule reads. `reskontra inspect` shows the line with its codes. "
        "Record what it means with `reskontra mandate`, and close this with `reskontra doubt close`."
    ),
    "mandate_contradicts": (
        "The bank's file says that a mandate holds, or has ended, which the book has as ended or rejected. Ask the "
        "bank which is right, and request a new mandate if it holds. Then close this with `reskontra doubt close`."
    ),
    "mandate_not_ours": (
        "The bank says something of a mandate that nobody has requested here. If another program did, close this with "
        "`reskontra doubt close`; if the payer gave it at the bank, record it with `reskontra mandate request` and "
        "`mandate accept`."
    ),
    "payment_changed": (
        "The bank has cancelled a direct debit or moved it to another day. If it is cancelled, record that with "
        "`reskontra collection fail`. Then close this with `reskontra doubt close`."
    ),
}
