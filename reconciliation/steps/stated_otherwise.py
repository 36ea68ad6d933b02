"""What a statement and a detail file of one account state differently of a line: booked once, and told to a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import polars as pl

from reconciliation.proposals.proposal import Review
from reconciliation.steps.changed_again import CODE, in_book
from reconciliation.steps.excess_words import COUNTED_TWICE, NEVER_TAKEN

if TYPE_CHECKING:
    from reconciliation.steps.booked_elsewhere import BookedElsewhere
    from reconciliation.steps.lines_elsewhere import Lines
    from reconciliation.steps.rests_elsewhere import Beside


What = Literal["payments", "charges", "amount"]


class Otherwise(NamedTuple):
    """What another file states otherwise: the entry of this file, by its row, and what is booked of the other one.

    `proven` says whether this file is the statement, and `what` says what differs: a line's `payments`, its `charges`,
    or the `amount` of what may be one payment, and is booked twice until a person says so.
    """

    entry: Mapping[str, Any]
    booked: tuple[dict[str, Any], ...]
    proven: bool
    what: What


def differing(entries: pl.DataFrame, lines: Lines, rests: Beside, money: BookedElsewhere) -> tuple[Otherwise, ...]:
    """What statements and detail files state differently: what `lines` are, and charges among the `rests`."""
    if all(pairs.is_empty() for pairs in (*lines, rests.differing)):
        return ()
    booked = money.theirs.select("money_id", "role", "amount_minor", "booked_on", line="movement_id")
    first = entries.unique("movement_key", keep="first", maintain_order=True)
    asked: list[tuple[What, pl.DataFrame, str, pl.DataFrame, str]] = [
        ("payments", first, "movement_key", lines.same, "line"),
        ("charges", entries, "key", rests.differing, "money_id"),
        ("amount", first, "movement_key", lines.other_amount, "line"),
    ]
    found = []
    for what, here, name, pairs, there in asked:
        mine, theirs = pairs.columns
        known = booked.with_columns(there=there).join(pairs.select(there=theirs, mine=mine), on="there")
        rows = {key[0]: part.to_dicts() for key, part in known.group_by("mine", maintain_order=True)}
        for row in here.filter(pl.col(name).is_in(list(rows))).iter_rows(named=True):
            of = tuple(in_book(one, row["currency"]) for one in rows[row[name]])
            found.append(Otherwise(row, of, not row["in_detail"], what))
    return tuple(found)


def renamed(found: Sequence[Otherwise], keys: pl.Series, anew: pl.Series) -> tuple[Otherwise, ...]:
    """These with the keys that entries have now; a file's entry may have had the key of the other file's."""
    if not found:
        return ()
    now = dict(zip(keys, anew, strict=True))
    return tuple(one._replace(entry={**one.entry, "key": now[one.entry["key"]]}) for one in found)


def reviews(found: Sequence[Otherwise], chunk: pl.DataFrame) -> Iterator[Review]:
    """A review for each of these whose entry is in a chunk of the file."""
    keys = set(chunk["key"])
    for one in found:
        row = one.entry
        if row["key"] not in keys:
            continue
        money = {"bank_account": row["account"], "currency": row["currency"], "booked_on": str(row["booked_on"])}
        money |= {"amount_minor": row["amount_minor"] if one.what == "charges" else row["line_minor"]}
        yield Review(None, f"line-{row['key']}", CODE, (_sentence(one),), one.booked, row["raw_position"], money)


def _sentence(of: Otherwise) -> str:
    """What a person is told, and does."""
    if of.what == "amount":
        return _AMOUNT[of.entry["line_minor"] > 0]
    if of.what == "charges":
        return _CHARGES.format(_CHARGES_OF[of.proven])
    return _BOOKED[of.proven] + (_ANOTHER if of.entry["return_reason"] is not None else _PAYMENT[of.proven])


_CHARGES: Final = (
    "A statement and a file with the details of its payments state different charges of the bank for the same "
    "payments. The statement's are booked, because its balances prove them; {}. Ask the bank why they differ, and "
    "close this with `reskontra doubt close`."
)
_PAYMENTS: Final = (
    "A statement and a file with the details of its payments have the same line, by its day, its amount and the id "
    "that the bank or the payer gave it, but with other payments. Its money is in the book once, {}. Ask the bank "
    "which is right. "
)
# As which file has it, by whether this file is the statement.
_BOOKED: Final = {
    False: _PAYMENTS.format("as the statement has it, and nothing of this file was booked"),
    True: _PAYMENTS.format("as the other file has it, and the statement's amounts stand on bank_details"),
}
_CHARGES_OF: Final = {
    False: "those of this file are not booked",
    True: "those of the other file were booked before and are taken back",
}
_PAYMENT: Final = {
    False: "If this file is, undo what the receipts were allocated to with `reskontra allocate RECEIPT --reverse "
    "ALLOCATION`, and allocate their money to what is paid by now. What the bank kept of a payment as its charges is "
    "given up with `reskontra write-off request ITEM --reason BANK_CHARGES`, which another person approves. Then close "
    "this with `reskontra doubt close`.",
    True: "If the statement is, undo what the receipts of the other file were allocated to with `reskontra allocate "
    "RECEIPT --reverse ALLOCATION`. If the amounts of the payments are equal, allocate the receipts to what is paid by "
    "now. Else say with `reskontra receipt reclassify RECEIPT --role bank_details`, and of the other file's charges "
    "with `reskontra movement reclassify PART --role bank_details`, that they are no money of their own. Say what the "
    "statement's amounts are with `reskontra movement reclassify PART`, with `--receipt` for a payment and `--role "
    "bank_fees` for charges, and allocate the payment. Then close this with `reskontra doubt close`.",
}
_APART: Final = (
    "A statement and a file with the details of its payments have a {what} with the same id of the bank on the same "
    "day, but with another amount, so both are booked. Ask the bank. If they are two, the one that no statement has "
    "comes with the statement of a later day. If they are one, the statement's balances prove its amount: {then}. Then "
    "close this with `reskontra doubt close`."
)
# By whether it is a payment.
_AMOUNT: Final = {
    True: _APART.format(what="payment", then=COUNTED_TWICE),
    False: _APART.format(what="debit", then=NEVER_TAKEN),
}
_ANOTHER: Final = (
    "If the bank took back another receipt than was recalled, take that back with `reskontra receipt recall RECEIPT "
    "--movement MOVEMENT --back`, and say which one it was with `reskontra receipt recall OTHER --movement MOVEMENT`. "
    "The receipt that has its money again pays its items with `reskontra allocate`. Then close this with `reskontra "
    "doubt close`."
)
