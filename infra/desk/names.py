"""Finds ids by the names that people type: a number, a reference, an id, or enough of an id to be unique."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from infra.desk.problems import Problem, Stopped, quoted
from infra.desk.sign_in import holder

if TYPE_CHECKING:
    from infra.desk.desk import Desk, PersonId
    from projections.store.names import Asked

# If a name could mean several things, one of these prefixes says which is meant.
_KINDS: Final = re.compile(r"(id|number|reference):(.+)")
# A number never begins with zero; digits that begin with zero belong to an id or a reference.
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}")
_NTH: Final = re.compile(r"(.+)\.([1-9][0-9]{0,5})")
_PART: Final = re.compile(r"[A-Za-z0-9._-]{4,64}")
_NAMED: Final = 5


class _Noun(NamedTuple):
    """A noun in singular and plural, its refusal codes for no match and several, and which names are looked up."""

    one: str
    several: str
    unknown: str
    ambiguous: str
    looked_for: str


_BEGINNING: Final = "an id, or at least its first 4 characters"
_OF_INVOICES: Final = f"a number, a payment reference, {_BEGINNING}"
_OF_ITEMS: Final = f"{_OF_INVOICES}; add .2 for the second item of an invoice"
_OF_RECEIPTS: Final = f"{_BEGINNING}, or at least its last 4 characters while some of the receipt is unallocated"
_NOUNS: Final = {
    "account": _Noun("account", "accounts", "account_not_open", "account_ambiguous", _BEGINNING),
    "allocation": _Noun(
        "allocation of the receipt",
        "allocations of the receipt",
        "allocation_unknown",
        "allocation_ambiguous",
        _BEGINNING,
    ),
    "use": _Noun(
        "use of the account's customer credit",
        "uses of the account's customer credit",
        "credit_not_applied",
        "allocation_ambiguous",
        _BEGINNING,
    ),
    "hold": _Noun("hold of the item", "holds of the item", "hold_unknown", "hold_ambiguous", _BEGINNING),
    "invoice": _Noun("invoice", "invoices", "invoice_unknown", "invoice_ambiguous", _OF_INVOICES),
    "item": _Noun("item", "items", "item_unknown", "item_ambiguous", _OF_ITEMS),
    "movement": _Noun("bank movement", "bank movements", "movement_unknown", "movement_ambiguous", _BEGINNING),
    "person": _Noun("person", "persons", "person_unknown", "person_ambiguous", f"a sign-in, {_BEGINNING}"),
    "receipt": _Noun("receipt", "receipts", "receipt_unknown", "receipt_ambiguous", _OF_RECEIPTS),
    "refund": _Noun("refund", "refunds", "refund_unknown", "refund_ambiguous", _BEGINNING),
    "transfer": _Noun("transfer", "transfers", "transfer_unknown", "transfer_ambiguous", _BEGINNING),
    "writeoff": _Noun("write-off", "write-offs", "write_off_unknown", "write_off_ambiguous", _BEGINNING),
}


def invoice(desk: Desk, name: str) -> str:
    """Return the id of the invoice whose number, reference or id is this text, or whose id begins with it."""
    asked = _asked(name)
    return _one(desk, "invoice", name, desk.names.invoices(asked) or _beginning(desk, "invoice", asked))


def item(desk: Desk, name: str) -> str:
    """Return the id of an item, given that id, the id's beginning, or the name of an invoice with only one item.

    An invoice is named by its number or reference. If `.2` follows the number or reference, the invoice's second item
    is meant.
    """
    asked = _asked(name)
    found = desk.names.items(asked)
    if not found and (nth := _NTH.fullmatch(name)):
        found = desk.names.items(_asked(nth[1])._replace(nth=int(nth[2])))
    return _one(desk, "item", name, found or _beginning(desk, "item", asked))


def receipt(desk: Desk, name: str) -> str:
    """Return the id of the receipt whose id is, or begins with, this text.

    While some of the receipt is unallocated, the text may also be the end of its id.
    """
    return _of(desk, "receipt", name, desk.names.of_receipts(name) if _PART.fullmatch(name) else ())


def movement(desk: Desk, name: str) -> str:
    """Return the id of the bank movement (or the part of one) whose id is, or begins with, this text."""
    return _of_noun(desk, "movement", name)


def account(desk: Desk, name: str) -> str:
    """Return the id of the account whose id is, or begins with, this text."""
    return _of_noun(desk, "account", name)


def refund(desk: Desk, name: str) -> str:
    """Return the full id of a refund, given that id or the beginning of it."""
    return _of_noun(desk, "refund", name)


def write_off(desk: Desk, name: str) -> str:
    """Return the id of the write-off whose id is, or begins with, this text."""
    return _of_noun(desk, "writeoff", name)


def transfer(desk: Desk, name: str) -> str:
    """Return the id of the transfer whose id is, or begins with, this text."""
    return _of_noun(desk, "transfer", name)


def person(desk: Desk, name: str) -> PersonId:
    """Return the id of the person who has this sign-in, or whose id is, or begins with, this text."""
    return cast("PersonId", holder(desk.books, desk.key, name) or _of_noun(desk, "person", name))


def asker(desk: Desk, name: str | None) -> PersonId | None:
    """Return the id of the person who asked for something, if somebody did."""
    return None if name is None else person(desk, name)


def hold(desk: Desk, item_id: str, name: str) -> str:
    """Return the full id of the item's hold whose id is, or begins with, this text."""
    found = desk.names.holds(item_id, name)
    return name if name in found else _only("hold", name, found if _PART.fullmatch(name) else ())


def allocation(desk: Desk, receipt_id: str, name: str) -> str:
    """Return the full id of one of the receipt's allocations, given that id or the beginning of it."""
    from ledger.domain.cash.receipt_facts import ReceiptAllocated

    facts = desk.facts([f"receipt-{receipt_id}"])
    made = dict.fromkeys(fact.allocation_id for fact in facts if isinstance(fact, ReceiptAllocated))
    return _begun("allocation", name, list(made))


def credit_use(desk: Desk, account_id: str, name: str) -> str:
    """Return the full id of a use of the account's customer credit, given that id or the beginning of it."""
    from ledger.domain.receivables.credit_facts import CustomerCreditApplied

    facts = desk.facts([f"account-{account_id}"])
    return _begun("use", name, [fact.allocation_id for fact in facts if isinstance(fact, CustomerCreditApplied)])


def stream(desk: Desk, name: str) -> str:
    """Return the stream that a text means: noun and name (invoice-1001), a stream's own name, or an account's name."""
    noun, _, called = name.partition("-")
    named = {
        "account": account,
        "invoice": invoice,
        "item": item,
        "movement": movement,
        "receipt": receipt,
        "refund": refund,
        "transfer": transfer,
        "writeoff": write_off,
    }.get(noun)
    if named is not None and called:
        return f"{noun}-{named(desk, called)}"
    return name if desk.books.catalogue.keeps(name) else account(desk, name)


def _begun(noun: str, name: str, ids: Sequence[str]) -> str:
    """Return the only one of these ids that is, or begins with, the name."""
    begun = [id for id in ids if id.startswith(name)] if _PART.fullmatch(name) else []
    return name if name in ids else _only(noun, name, begun)


def _of_noun(desk: Desk, noun: str, name: str) -> str:
    return _of(desk, noun, name, desk.names.beginning(noun, name) if _PART.fullmatch(name) else ())


def _of(desk: Desk, noun: str, name: str, begun: Sequence[str]) -> str:
    """Return the name if it is an id, or else the only id that was found for it."""
    if name in begun or _recorded(desk, noun, name):
        return name
    return _only(noun, name, begun)


def _one(desk: Desk, noun: str, name: str, found: Sequence[str]) -> str:
    """Return the only id that was found, or the name itself if it is an id that has not reached the read tables yet."""
    return name if not found and _recorded(desk, noun, name) else _only(noun, name, found)


def _recorded(desk: Desk, noun: str, name: str) -> bool:
    from ledger.domain.identifier import is_id

    return is_id(name) and bool(desk.facts([f"{noun}-{name}"]))


def _asked(name: str) -> Asked:
    """Return what a name may mean; a prefix such as `number:` selects one meaning."""
    from projections.store.names import Asked

    said = _KINDS.fullmatch(name)
    kind, text = (said[1], said[2]) if said else ("", name)
    bare = "".join(text.split())
    return Asked(
        id=text if kind in ("", "id") else None,
        number=int(bare) if kind in ("", "number") and _NUMBER.fullmatch(bare) else None,
        reference=bare.upper() if kind in ("", "reference") else None,
    )


def _beginning(desk: Desk, noun: str, asked: Asked) -> list[str]:
    part = asked.id or ""
    return desk.names.beginning(noun, part) if _PART.fullmatch(part) else []


def _only(noun: str, name: str, found: Sequence[str]) -> str:
    """Return the only id that was found; raises Stopped if there is none, or more than one."""
    about = _NOUNS[noun]
    if len(found) == 1:
        return found[0]
    if not found:
        sentence = f"no {about.one} is called {quoted(name)}; looked for {about.looked_for}"
        raise Stopped(Problem(about.unknown, sentence))
    sentence = (
        f"{quoted(name)} could mean {_count(found)} {about.several}: {_listed(found)}; name one of them by its id"
    )
    raise Stopped(Problem(about.ambiguous, sentence))


def _count(found: Sequence[str]) -> str:
    from projections.store.names import MOST

    return str(len(found)) if len(found) <= MOST else f"more than {MOST}"


def _listed(found: Sequence[str]) -> str:
    named = ", ".join(found[:_NAMED])
    more = len(found) - _NAMED
    return f"{named} and {more} more" if more > 0 else named


def called(desk: Desk, item_ids: Iterable[str]) -> dict[str, dict[str, object]]:
    """Return for each item its number and reference, by which a person can name the item in the next command."""
    found = desk.names.of_items(sorted(set(item_ids)))
    return {id: {"series": one.series, "number": one.number, "reference": one.reference} for id, one in found.items()}
