"""The use cases of collections: write a file that asks our bank to collect what payers owe, and record its answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from infra.desk import names
from infra.desk.bank_account import declared_as
from infra.desk.collected_receipt import paying
from infra.desk.debit_file import DebitFile, content_of, suffix_of
from infra.desk.desk import Desk, Done, Occasion
from infra.desk.order_folder import MOST, Ordered, OrderFolder, Row, record_all, under_one_key
from infra.desk.possible import settled_or_failed, unanswered
from infra.desk.problems import Problem, Stopped

if TYPE_CHECKING:
    from infra.desk.vault import VaultDoor
    from ledger.domain.cash.collection import OrderCollection
    from ledger.domain.cash.mandate_facts import Scheme

# Of the file's id, so that the number of a payment in it makes an id that SEPA can carry.
_OF_FILE: Final = 28


@dataclass(frozen=True, slots=True)
class Asked:
    """To which account of ours, by which scheme and on which day; without references, all that is payable by then.

    `customer` is our number at Bankgirot, or our creditor identifier. A BIC is that of our bank. `again` is why what a
    bank refused may be collected all the same; it is said of requests by their references.
    """

    bank_account: str
    scheme: Scheme
    on: date | None = None
    references: Sequence[str] = ()
    customer: str | None = None
    bic: str | None = None
    again: str | None = None


def order(desk: Desk, door: VaultDoor, folder: Path, asked: Asked, occasion: Occasion) -> Ordered:
    """Write a file that collects what is payable, and record its collections; raises Stopped.

    A file that an earlier run recorded and could not finish gets its name first.
    """
    from ledger.domain.cash.collection import OrderCollection
    from ledger.domain.cash.collection_facts import CollectionOrdered
    from ledger.domain.cash.schemes import rule_of

    desk.require_for(OrderCollection)
    if asked.again is not None and not asked.references:
        raise Stopped(Problem("again_without_references", _AGAIN_OF_ALL, asked.again))
    asked = replace(asked, references=_references(desk, asked.references))
    orders = OrderFolder(folder, suffix_of(asked.scheme), lambda file: _is_recorded(desk, file))
    with orders.alone():
        finished, earlier = orders.finish()
        again = orders.ordered_before(desk, CollectionOrdered)
        if again is not None:
            return Ordered([], [*finished, *again], [])
        account, day = declared_as(desk, asked.bank_account), _due_day(desk, asked)
        file_id = desk.id(None, occasion).replace("-", "")
        file = DebitFile(file_id, account, asked.scheme, asked.customer, asked.bic, day)
        chosen, left_out = _chosen(desk, asked, file, occasion)
        taken = chosen[:MOST]
        if not taken:
            return Ordered([], finished, left_out, others=None if asked.references or finished else _others(desk, file))
        content, taken, unfit = content_of(desk, door, file, taken)
        left_out += [_left_out(code, row) for code, row in unfit]
        if content is None:
            return Ordered([], finished, left_out)

        def record(sha256: str) -> int | None:
            return record_all(desk, [_ordering(row, file, sha256, asked.again) for row in taken], occasion)

        named, position = orders.write(file_id, content, record, earlier)
        rule = rule_of(asked.scheme, day)
        rules = {"rules_confirmed": rule.confirmed, "rules_source": rule.source}
        freed = sorted({str(row["mandate_id"]) for row in taken if row["held_for"] is not None})
        named |= {"due_on": day, "asked_on": asked.on or day, **rules, "freed": freed}
    rows = [{key: one[key] for key in _SAID} for one in taken]
    return Ordered(rows, [*finished, named], left_out, max(0, len(chosen) - MOST), position)


def fail(desk: Desk, collection: str, reason: str, occasion: Occasion) -> Done:
    """Record that the bank did not collect a payment, or none of an order that has not been answered yet."""
    from ledger.domain.cash.collection_answer import FailCollection

    desk.books.follow()
    whole = desk.books.store.collections.of_orders([collection])
    left = [one for one in whole if unanswered(one)] or [one for one in whole if one["status"] == "failed"]
    if left:
        commands = [FailCollection(collection_id=one["collection_id"], reason_code=reason) for one in left]
        done = desk.record_together(under_one_key(commands, occasion), order_id=collection)
        return done._replace(more={"count": len(left)})
    id = names.collection(desk, collection, unanswered)
    return desk.record(FailCollection(collection_id=id, reason_code=reason), occasion, collection_id=id)


def settle(desk: Desk, collection: str, receipt_id: str, occasion: Occasion, *, short: bool = False) -> Done:
    """Record which receipt has the money of a collection; `short` if the bank brought less than was ordered.

    What the receipt has left pays what is open of the collection's items, so that nothing asks for it again.
    """
    from ledger.domain.cash.collection_answer import SettleCollection

    id, receipt = names.collection(desk, collection, unanswered), names.receipt(desk, receipt_id)
    command = SettleCollection(collection_id=id, receipt_id=receipt, short=short)
    parts = [*paying(desk, id, receipt), (command, occasion)]
    return desk.record_together(parts, collection_id=id)


def reopen(desk: Desk, collection: str, reason: str, occasion: Occasion) -> Done:
    """Record that a collection was settled or failed by mistake, so that it waits for the bank's answer again."""
    from ledger.domain.cash.collection_answer import ReopenCollection

    id = names.collection(desk, collection, settled_or_failed)
    return desk.record(ReopenCollection(collection_id=id, reason_code=reason), occasion, collection_id=id)


def late(desk: Desk) -> list[Row]:
    """Return the collections of which the bank should have said by now what became of them, with that day."""
    from ledger.domain.cash.schemes import rule_of
    from ledger.domain.terms.bank_days import after

    found: list[Row] = []
    for row in desk.books.store.collections.waiting():
        rule = rule_of(row["scheme"], row["due_on"])
        last = after(row["due_on"], rule.answer_days, rule.calendar)
        if last < desk.today:
            found.append({"name": "late", "answer_by": last, **{key: row[key] for key in (*_SAID, "due_on")}})
    return found


def _references(desk: Desk, names_given: Sequence[str]) -> Sequence[str]:
    """The references of the requests that these names mean, which are references, or numbers or ids of items."""
    if not names_given:
        return names_given
    desk.books.follow()
    called = {one: names.items_called(desk, one) for one in names_given}
    meant: dict[str, list[str]] = {}
    for row in desk.books.store.collections.references(called):
        meant.setdefault(row["name"], []).append(row["reference"])
    return [reference for one in names_given for reference in meant.get(one, [one])]


def _chosen(desk: Desk, asked: Asked, file: DebitFile, occasion: Occasion) -> tuple[list[Row], list[Problem]]:
    """The requests that can be collected, each with the id of its collection, and why others cannot."""
    from ledger import Rehearsal

    desk.books.follow()
    ours = file.account
    rows = desk.books.store.collections.due(ours["bank_account"], ours["currency"], file.scheme, file.due_on)
    refused: list[Problem] = []
    if asked.references:
        known = {row["reference"]: row for row in rows}
        refused += _nothing(desk, file, [one for one in dict.fromkeys(asked.references) if one not in known])
        rows = [known[one] for one in dict.fromkeys(asked.references) if one in known]
    for number, row in enumerate(rows, 1):
        row["collection_id"] = f"{file.file_id[:_OF_FILE]}-{number:04}"
    outcomes = Rehearsal(desk.books.journal).rehearse(
        [desk.submission(_ordering(row, file, None, asked.again), replace(occasion, key=None)) for row in rows]
    )
    chosen: list[Row] = []
    for row, outcome in zip(rows, outcomes, strict=True):
        if outcome.status == "refused":
            refused.append(Problem(str(outcome.code), str(outcome.sentence), _about(row)))
        else:
            chosen.append(row)
    return chosen, refused


def _others(desk: Desk, file: DebitFile) -> Row:
    """How many open requests cannot be collected, by the reason."""
    ours = file.account
    found = desk.books.store.collections.not_due(ours["bank_account"], ours["currency"], file.scheme, file.due_on)
    why = Counter(row["why"] for row in found)
    later = min((row["payable_by"] for row in found if row["why"] == "later"), default=None)
    return {_WHY[code].format(later): count for code, count in sorted(why.items())}


def _nothing(desk: Desk, file: DebitFile, references: Sequence[str]) -> list[Problem]:
    """Why nothing can be collected with each of these references."""
    if not references:
        return []
    ours = file.account
    found = desk.books.store.collections.not_due(
        ours["bank_account"], ours["currency"], file.scheme, file.due_on, references
    )
    why: dict[str, str] = {}
    for row in found:
        said = f"nothing can be collected of it: it is {_WHY[row['why']].format(row['payable_by'])}"
        why.setdefault(row["reference"], said)
    return [Problem("nothing_to_collect", why.get(one, _NOTHING_OPEN), one) for one in references]


def _ordering(row: Mapping[str, Any], file: DebitFile, sha256: str | None, again: str | None) -> OrderCollection:
    from ledger.domain.cash.collection import OrderCollection

    return OrderCollection(
        collection_id=row["collection_id"],
        mandate_id=row["mandate_id"],
        request_id=row["request_id"],
        amount_minor=row["amount_minor"],
        due_on=file.due_on,
        end_to_end_id=None if file.scheme == "autogiro" else row["collection_id"],
        order_file=sha256,
        order_id=None if file.scheme == "autogiro" else file.file_id,
        again=again,
    )


def _left_out(code: str, row: Mapping[str, Any]) -> Problem:
    from infra.desk.debit_file import LEFT_OUT

    return Problem(code, LEFT_OUT[code], _about(row))


def _about(row: Mapping[str, Any]) -> str:
    return f"request {row['request_id']}, reference {row['reference']}"


def _due_day(desk: Desk, asked: Asked) -> date:
    """The first day from the given one on, or from the next bank day, on which the scheme collects; raises Stopped."""
    from ledger.domain.cash.schemes import rule_of
    from ledger.domain.terms.bank_days import after, on_or_after

    calendar = rule_of(asked.scheme, asked.on or desk.today).calendar
    first = after(desk.today, 1, calendar)
    if asked.on is not None and asked.on < first:
        raise Stopped(Problem("due_day_too_early", _TOO_EARLY.format(first), asked.on.isoformat()))
    return on_or_after(asked.on or first, calendar)


def _is_recorded(desk: Desk, file: str) -> bool:
    desk.books.follow()
    return desk.books.store.collections.ordered_by(file)


_SAID: Final = ("collection_id", "mandate_id", "account_id", "reference", "amount_minor", "currency")
# Why a request that is open cannot be collected, after "1 request" or "it is".
_WHY: Final[Mapping[str, str]] = {
    "later": "payable later, {} at the earliest",
    "mandate": "of a payer without a mandate that holds for this bank account and scheme",
    "under_way": "with a direct debit that the bank has not answered",
}
_NOTHING_OPEN: Final = (
    "nothing can be collected with this reference: nothing in this currency is open of it, or no request has it"
)
_AGAIN_OF_ALL: Final = "say by their references which requests may be collected again although a bank refused them"
_TOO_EARLY: Final = "the bank must have the file before the day of the payment: give {} or a later day with --on"
