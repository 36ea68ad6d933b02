"""Refuses names that mean nothing or several things, and says what was looked for or what the several things are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infra.desk.amounts import written
from infra.desk.problems import Problem, Stopped, quoted
from infra.desk.short_ids import short

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from projections.store.lists.listing import Listing

# So many of several things are named.
_NAMED: Final = 5


class Noun(NamedTuple):
    """A noun in singular and plural, its refusal codes for no match and several, and which names are looked up.

    `listing` is the list whose columns tell several of them apart.
    """

    one: str
    several: str
    unknown: str
    ambiguous: str
    looked_for: str
    listing: str | None


_PARTS: Final = "an id, or at least its first or last 4 characters"
_AMOUNTS: Final = f"an amount (amount:400.00), {_PARTS}"
_OF_INVOICES: Final = f"a number, a payment reference, {_AMOUNTS}"
_OF_ITEMS: Final = f"{_OF_INVOICES}; add .2 for the second item of an invoice"
NOUNS: Final[Mapping[str, Noun]] = {
    "account": Noun(
        "account",
        "accounts",
        "account_not_open",
        "account_ambiguous",
        f"the number or the payment reference of what it owes, {_AMOUNTS}",
        "accounts",
    ),
    "allocation": Noun(
        "allocation of the receipt",
        "allocations of the receipt",
        "allocation_unknown",
        "allocation_ambiguous",
        f"the name of an item that got the money, the account that got the rest, {_AMOUNTS}",
        "allocations",
    ),
    "use": Noun(
        "use of the account's customer credit",
        "uses of the account's customer credit",
        "credit_not_applied",
        "allocation_ambiguous",
        f"the name of an item that got the credit, {_AMOUNTS}",
        "allocations",
    ),
    "collection": Noun(
        "direct debit",
        "direct debits",
        "collection_unknown",
        "collection_ambiguous",
        f"the number or the payment reference of what it collects, {_AMOUNTS}",
        "collections",
    ),
    "creditnote": Noun(
        "credit note",
        "credit notes",
        "credit_note_unknown",
        "credit_note_ambiguous",
        f"a number, {_AMOUNTS}",
        "credit-notes",
    ),
    "hold": Noun(
        "hold of the item", "holds of the item", "hold_unknown", "hold_ambiguous", f"a reason, {_PARTS}", "holds"
    ),
    "invoice": Noun("invoice", "invoices", "invoice_unknown", "invoice_ambiguous", _OF_INVOICES, "invoices"),
    "item": Noun("item", "items", "item_unknown", "item_ambiguous", _OF_ITEMS, "items"),
    "mandate": Noun("mandate", "mandates", "mandate_unknown", "mandate_ambiguous", f"a number, {_PARTS}", "mandates"),
    "movement": Noun(
        "bank movement", "bank movements", "movement_unknown", "movement_ambiguous", _AMOUNTS, "movements"
    ),
    "payout": Noun("payout", "payouts", "payout_unknown", "payout_ambiguous", f"the provider's id, {_PARTS}", None),
    "person": Noun("person", "persons", "person_unknown", "person_ambiguous", f"a sign-in, {_PARTS}", None),
    "receipt": Noun(
        "receipt",
        "receipts",
        "receipt_unknown",
        "receipt_ambiguous",
        f"a quoted reference, its provider's id, {_AMOUNTS}",
        "receipts",
    ),
    "refund": Noun("refund", "refunds", "refund_unknown", "refund_ambiguous", _AMOUNTS, "refunds"),
    "transfer": Noun("transfer", "transfers", "transfer_unknown", "transfer_ambiguous", _AMOUNTS, "transfers"),
    "writeoff": Noun(
        "write-off",
        "write-offs",
        "write_off_unknown",
        "write_off_ambiguous",
        f"the name of its item, {_AMOUNTS}",
        "write-offs",
    ),
    "subject": Noun(
        "invoice, credit note, item, receipt, account, refund, write-off, bank movement, transfer, payout, mandate or "
        "direct debit",
        "things",
        "account_not_open",
        "subject_ambiguous",
        f"the number of a mandate, {_OF_ITEMS}",
        None,
    ),
}

# Which command shows what there is, or makes one.
_SHOWN: Final[Mapping[str, str]] = {
    "account": "`reskontra account list` shows them, and `account open` or `invoice issue --payer` opens one",
    "allocation": "`reskontra receipt allocations` shows them",
    "use": "`reskontra receipt allocations` shows them",
    "collection": "`reskontra collection list --ended` shows them",
    "creditnote": "`reskontra credit-note list` shows them",
    "hold": "`reskontra hold list` shows those in force",
    "invoice": "`reskontra invoice list` shows them",
    "item": "`reskontra item list` shows them",
    "mandate": "`reskontra mandate list --ended` shows them",
    "movement": "`reskontra movement list` shows them",
    "person": "`reskontra person list` shows them",
    "receipt": "`reskontra receipt list` shows them",
    "refund": "`reskontra refund list --ended` shows them",
    "transfer": "`reskontra transfer list` shows them",
    "writeoff": "`reskontra write-off list --ended` shows them",
}


def only(desk: Desk, noun: str, name: str, found: Sequence[str]) -> str:
    """Return the only id that was found; raises Stopped if there is none, or more than one."""
    from infra.desk.first_time import meant_then

    about = NOUNS[noun]
    if len(found) > 1:
        found = meant_then(desk, noun, found) or found
    if len(found) == 1:
        return found[0]
    if not found:
        shown = f"; {_SHOWN[noun]}" if noun in _SHOWN else ""
        sentence = f"no {about.one} is called {quoted(name)}; looked for {about.looked_for}{shown}"
        raise Stopped(Problem(about.unknown, sentence))
    how = "as it is listed here, or as in creditnote-3" if noun == "subject" else "by its id or the end of its id"
    several = f"{_count(found)} {about.several}: {_listed(desk, about, found)}"
    raise Stopped(Problem(about.ambiguous, f"{quoted(name)} could mean {several}; name one of them {how}"))


def _count(found: Sequence[str]) -> str:
    from projections.store.names import MOST

    return str(len(found)) if len(found) <= MOST else f"more than {MOST}"


def _listed(desk: Desk, about: Noun, found: Sequence[str]) -> str:
    first = found[:_NAMED]
    told = _told_of_streams(desk, first) if about is NOUNS["subject"] else _told(desk, about.listing, first)
    named = "; ".join(f"{short(id)} ({told[id]})" if id in told else short(id) for id in first)
    more = len(found) - _NAMED
    return f"{named} and {more} more" if more > 0 else named


def _told_of_streams(desk: Desk, streams: Sequence[str]) -> dict[str, str]:
    """What tells things of several nouns apart, by their streams."""
    told: dict[str, str] = {}
    for one in streams:
        noun, _, id = one.partition("-")
        for said in _told(desk, NOUNS[noun].listing, [id]).values():
            told[one] = said
    return told


def _told(desk: Desk, name: str | None, ids: Sequence[str]) -> dict[str, str]:
    """What tells each of these things apart for a person."""
    from projections.store.lists.registry import LISTS

    if name is None:
        return {}
    listing = LISTS[name]
    rows = desk.books.store.listed.of_keys(listing, ids, desk.today)
    return {row[listing.key]: _sentence(listing, row) for row in rows}


def _sentence(listing: Listing, row: Mapping[str, Any]) -> str:
    headings = {one.name: one.heading for one in listing.columns}
    said = ((name, row[name]) for name in listing.tells)
    return ", ".join(f"{headings[name]} {_value(name, value, row)}" for name, value in said if value not in (None, []))


def _value(name: str, value: Any, row: Mapping[str, Any]) -> str:
    if name.endswith("_minor"):
        return f"{written(value, row['currency'])} {row['currency']}"
    return short(", ".join(map(str, value)) if isinstance(value, list) else str(value))
