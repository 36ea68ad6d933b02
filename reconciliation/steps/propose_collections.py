"""What a bank's file says of direct debits: which receipt has the money of one, which failed, and which came back.

The receipt is booked and matched like any other; this only ends the collection. So no money is counted here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from ledger.domain.cash.collection import OfCollection
from ledger.domain.cash.collection_answer import DelayCollection, FailCollection, ReturnCollection, SettleCollection
from ledger.domain.cash.recall import RecallReceipt
from reconciliation.matching import debits, pairing
from reconciliation.matching.origins import COLLECTED, SUMMED
from reconciliation.proposals.proposal import Review, Setting, said_hash
from reconciliation.proposals.statement import money_id
from reconciliation.steps.answer_days import day_of

if TYPE_CHECKING:
    from ledger import Submission
    from projections.store.collection_lookups import ForCollections
    from reconciliation.steps.day import BankDay
    from reconciliation.steps.file_load import FileLoad

Row = Mapping[str, Any]
Answers = tuple[list["Submission"], list[Review]]

# Bankgirot tries again. Source: Bankgirot, Bg Autogiro, Technical Manual, July 2016, 8.2.2 (codes in TK82).
RENEWED: Final = "9"


def known_of(look_up: ForCollections, rows: Sequence[Row]) -> list[Row]:
    """The collections of which these rows may be payments."""
    ids = sorted({row["end_to_end_id"] for row in rows if row["end_to_end_id"]})
    payers = debits.payers(rows)
    found = {one["collection_id"]: one for one in look_up.of_ids(ids)} if ids else {}
    if payers:
        found |= {one["collection_id"]: one for one in look_up.of_mandates(payers)}
    return list(found.values())


def with_references(paid: pl.DataFrame, known: Sequence[Row]) -> pl.DataFrame:
    """The payments, with the reference of the request if a payment without one has the id of its direct debit."""
    ids = [(one["end_to_end_id"], one["reference"]) for one in known if one["end_to_end_id"]]
    if not ids:
        return paid
    lacks = pl.col("reference").is_null()
    found = pl.DataFrame(ids, schema={"end_to_end_id": pl.String, "asked": pl.String}, orient="row")
    paid = paid.join(found.unique("end_to_end_id"), on="end_to_end_id", how="left", maintain_order="left")
    given = lacks & pl.col("asked").is_not_null()
    return paid.with_columns(
        reference=pl.when(given).then("asked").otherwise("reference"),
        reference_kind=pl.when(given)
        .then(pl.when(pl.col("asked").str.starts_with("RF")).then(pl.lit("rf")).otherwise(pl.lit("ocr")))
        .otherwise("reference_kind"),
        reference_valid=pl.when(given).then(pl.lit(value=True)).otherwise("reference_valid"),
    ).drop("asked")


def under_way(look_up: ForCollections, references: Sequence[str]) -> list[Row]:
    """The collections that the bank has not answered, of the requests with these references, which may be padded."""
    asked = {*references, *(one.lstrip("0") for one in references)}
    return list(look_up.under_way(sorted(asked))) if asked else []


def left(waiting: Sequence[Row], answers: Sequence[Submission]) -> list[Row]:
    """The collections of these that the bank has not answered with these answers either."""
    answered = {one.command.collection_id for one in answers if isinstance(one.command, OfCollection)}
    return [one for one in waiting if one["collection_id"] not in answered]


def quoted(paid: pl.DataFrame, known: Sequence[Row], waiting: Sequence[Row], setting: Setting) -> Answers:
    """What payments say of collections that they do not name, but whose request they quote.

    A line that the bank calls a direct debit, with the request's reference and the amount, is the one that is under
    way. Any other payment may be its payer's, so a person is told.
    """
    submissions: list[Submission] = []
    reviews: list[Review] = []
    left = list(waiting)
    for row in paid.to_dicts() if left else ():
        found = debits.quoted(row, left)
        debit = debits.debit_of(row, row["booked_on"])
        if not found or debits.named(debit, known) or not (row["seen_as"] or row["decision"] == pairing.BOOK):
            continue
        one, receipt = found[0], row["seen_as"] or money_id(row["booked_on"], row["key"])
        if row["origin"] in (SUMMED, COLLECTED) and debit.payer is None and _is_whole(one, row):
            left.remove(one)
            submissions.append(_settled(one, receipt, row, setting))
        else:
            reviews.append(_review("debit_under_way", one["collection_id"], receipt, row["raw_position"]))
    return submissions, reviews


def _is_whole(one: Row, row: Row) -> bool:
    """Whether a payment has the account, the amount and the currency of a collection."""
    of_payment = (row["account"], row["amount_minor"], row["currency"])
    return of_payment == (one["bank_account"], one["amount_minor"], one["currency"])


def _settled(one: Row, receipt: str, row: Row, setting: Setting) -> Submission:
    command = SettleCollection(collection_id=one["collection_id"], receipt_id=receipt)
    key = f"collected:{one['collection_id']}:{receipt}"
    return setting.submission(command, key, row["booked_on"], row["raw_position"])


def answers(
    day: BankDay, loading: FileLoad, chunk: int, rows: Sequence[Row], known: Sequence[Row], setting: Setting
) -> Answers:
    """What a chunk of a file says of collections; what it says of payments that were not made, with the first one."""
    rows = rows if known else ()
    marks = set(day.books.journal.marks([f"line:{row['key']}" for row in rows]))
    booked: list[Row] = []
    elsewhere: list[Row] = []
    for row in rows:
        named = row["seen_as"] or row["decision"] == pairing.BOOK or f"line:{row['key']}" in marks
        (booked if named else elsewhere).append(row)
    submissions, reviews = settled(booked, known, setting)
    reviews += _elsewhere(elsewhere, known)
    if chunk == 0 and not loading.stopped.is_empty():
        lines = loading.stopped.to_dicts()
        more, others = stopped(day, loading, lines, known_of(day.books.store.collections, lines), setting)
        submissions, reviews = [*submissions, *more], [*reviews, *others]
    return submissions, reviews


def settled(rows: Sequence[Row], known: Sequence[Row], setting: Setting) -> Answers:
    """What the payments of a chunk say of the collections that are known."""
    submissions: list[Submission] = []
    reviews: list[Review] = []
    taken: set[str] = set()
    for row in rows:
        receipt = row["seen_as"] or money_id(row["booked_on"], row["key"])
        debit = debits.debit_of(row, row["booked_on"])
        found = [one for one in debits.named(debit, known) if one["collection_id"] not in taken]
        if not found:
            continue
        code, one = _settling(found, receipt, row)
        if code is not None:
            reviews.append(_review(code, one["collection_id"], receipt, row["raw_position"]))
        if code in (None, "debit_had_failed") and one["receipt_id"] != receipt:
            taken.add(one["collection_id"])
            submissions.append(_settled(one, receipt, row, setting))
    return submissions, reviews


def shown_elsewhere(one: Row, about: str, where: str | None) -> Review:
    """The review of a direct debit whose payment a file shows, and whose money is booked from another file."""
    return _review("debit_booked_elsewhere", one["collection_id"], about, where)


def _elsewhere(rows: Sequence[Row], known: Sequence[Row]) -> list[Review]:
    """Reviews of payments of direct debits whose money is booked from another file, which no id of the bank says."""
    reviews: list[Review] = []
    for row in rows:
        named = debits.named(debits.debit_of(row, row["booked_on"]), known)
        waiting = [one for one in named if one["status"] == "ordered"]
        if waiting:
            reviews.append(shown_elsewhere(waiting[0], row["key"], row["raw_position"]))
    return reviews


def _settling(found: Sequence[Row], receipt: str, row: Row) -> tuple[str | None, Row]:
    """The collection that a payment settles, and why a person must look at it, if so."""
    mine = [one for one in found if one["receipt_id"] == receipt]
    if mine:
        return None, mine[0]
    fit = [one for one in found if (one["amount_minor"], one["currency"]) == (row["amount_minor"], row["currency"])]
    if not fit:
        return "debit_amount_differs", found[0]
    if fit[0]["status"] == "ordered":
        return None, fit[0]
    return ("debit_had_failed" if fit[0]["status"] == "failed" else "debit_paid_twice"), fit[0]


def stopped(day: BankDay, loading: FileLoad, lines: Sequence[Row], known: Sequence[Row], setting: Setting) -> Answers:
    """What payments that were not made say of the collections that are known."""
    submissions: list[Submission] = []
    reviews: list[Review] = []
    answered_on = day_of(loading, day.on)
    for line in lines:
        debit = debits.debit_of(line, line["value_on"])
        found = [one for one in debits.named(debit, known) if one["amount_minor"] == debit.amount_minor]
        said = f"{line['bank_code']}:{line['value_on']}"
        if not found:
            reviews.append(_review("debit_unknown", None, said_hash(*debit, said), line["raw_position"]))
            continue
        one, reason = found[0], f"AG-{line['bank_code']}"
        if one["status"] in ("settled", "returned"):
            reviews.append(_review("rejected_and_collected", one["collection_id"], said, line["raw_position"]))
        elif one["status"] == "ordered" or (one["status"] == "failed" and one["reason_code"] != reason):
            id = one["collection_id"]
            renewed = one["status"] == "ordered" and line["return_reason"] == RENEWED
            command = (DelayCollection if renewed else FailCollection)(collection_id=id, reason_code=reason)
            on = answered_on(line)
            submissions.append(setting.submission(command, f"stopped:{id}:{said}", on, line["raw_position"]))
    return submissions, reviews


def returned(day: BankDay, submissions: Sequence[Submission], setting: Setting) -> Iterator[Submission]:
    """The collections whose receipts are taken back by what is proposed, or whose receipts are proposed and gone.

    Of the collections of one receipt, it is those whose items a recall names; all, if it names none.
    """
    recalls = [(one.command, one.envelope.occurred_on) for one in submissions if isinstance(one.command, RecallReceipt)]
    if not recalls:
        return
    known = day.books.store.collections.of_receipts([taken.receipt_id for taken, _ in recalls])
    # What is taken back in parts is returned with the first.
    of = {one["collection_id"]: (one["receipt_id"], one["items"]) for one in known if one["status"] != "returned"}
    of |= {
        one.command.collection_id: (one.command.receipt_id, ())
        for one in submissions
        if isinstance(one.command, SettleCollection)
    }
    for id, (receipt, items) in of.items():
        for taken, on in recalls:
            if taken.receipt_id == receipt and (not items or not taken.item_ids or {*items} & {*taken.item_ids}):
                command = ReturnCollection(collection_id=id, receipt_id=receipt, reason_code=taken.reason_code)
                yield setting.submission(command, f"returned:{id}:{receipt}", on, None)
                break


def _review(code: str, collection_id: str | None, about: str, where: str | None) -> Review:
    """A review of a line, which is closed by a person; the money is booked, and may be matched as well."""
    if collection_id is None:
        return Review(None, f"line-{said_hash(about)}", code, (SENTENCES[code],), (), where)
    sentence = SENTENCES[code].format(collection=collection_id, receipt=about)
    why = (sentence, f"The direct debit: {collection_id}.")
    return Review(None, f"line-{said_hash(f'{collection_id}:{about}')}", code, why, (), where)


SENTENCES: Final[Mapping[str, str]] = {
    "debit_amount_differs": (
        "The payment names a direct debit of another amount. It is booked and matched like any payment, as receipt "
        "{receipt}. Ask the bank which payment it is. If it is the direct debit's, and the receipt pays what that was "
        "to bring (`reskontra allocate {receipt}` says what it pays), say so: `reskontra collection settle "
        "{collection} --receipt {receipt}`, with `--short` if the bank brought less. If it is another payment, end the "
        "direct debit: `reskontra collection fail {collection} --reason CODE`. Then close this with `reskontra doubt "
        "close`."
    ),
    "debit_booked_elsewhere": (
        "The bank shows a payment of a direct debit whose money is in the book from another file, with other details. "
        "Say which receipt has it with `reskontra collection settle`, then close this with `reskontra doubt close`."
    ),
    "debit_had_failed": (
        "The bank has collected a direct debit that had failed. Its money is booked and counts. Look whether its items "
        "were collected or paid once more since, and pay back what is too much. Then close this with `reskontra doubt "
        "close`."
    ),
    "debit_paid_twice": (
        "The bank shows a second payment of a direct debit that is settled or was taken back. It is booked, because "
        "the bank has it. Ask the bank; what is too much goes back to the payer. Then close this with `reskontra doubt "
        "close`."
    ),
    "debit_under_way": (
        "A payment has the reference of a direct debit that the bank has not answered, and does not say that it is the "
        "direct debit's. If it is, say so: `reskontra collection settle {collection} --receipt {receipt}`. If the "
        "payer paid by hand, the direct debit may bring the money once more: ask the bank to stop it, or pay it back. "
        "Then close this with `reskontra doubt close`."
    ),
    "debit_unknown": (
        "The bank did not make a payment of a direct debit that nobody has ordered here. If another program ordered "
        "it, close this with `reskontra doubt close`. If nobody did, ask the bank at once."
    ),
    "rejected_and_collected": (
        "The bank says that it did not collect a direct debit that a receipt has settled. Ask the bank. If the money "
        "goes back, the line that takes it does the rest. Then close this with `reskontra doubt close`."
    ),
}
