"""Finds ids by the names that people type: a number, a reference, an amount, an id, or enough of an id to be unique."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, cast

from infra.desk.ambiguity import NOUNS, only
from infra.desk.asked import amount, asked, bare_id, in_currencies, part
from infra.desk.possible import Can, possible
from infra.desk.provider_ids import paid_as
from infra.desk.sign_in import holder

if TYPE_CHECKING:
    from infra.desk.desk import Desk, PersonId
    from projections.store.names import Asked

_NTH: Final = re.compile(r"(.+)\.([1-9][0-9]{0,5})")


def invoice(desk: Desk, name: str) -> str:
    """Return the id of the invoice that has this number, reference, id or part of an id, or an item of this amount."""
    return _found(desk, "invoice", name, lambda: desk.names.invoices(asked(name)))


def credit_note(desk: Desk, name: str) -> str:
    """Return the id of the credit note that has this number, id, part of an id or amount."""
    return _found(desk, "creditnote", name, lambda: desk.names.credit_notes(asked(name)))


def item(desk: Desk, name: str) -> str:
    """Return the id of the item with this id, part of an id or amount, or of an invoice: its only one, or with `.2`."""
    return _found(desk, "item", name, lambda: items_called(desk, name))


def items_called(desk: Desk, name: str) -> list[str]:
    """Return the ids of the items that have this number, reference or id."""
    found = desk.names.items(asked(name))
    if not found and (nth := _NTH.fullmatch(name)):
        return desk.names.items(asked(nth[1])._replace(nth=int(nth[2])))
    return found


def receipt(desk: Desk, name: str, can: Can | None = None) -> str:
    """Return the id of the receipt that has this id, here or at its provider, part of an id, amount or reference.

    Of several, only those of which the command `can` be meant.
    """
    return _found(desk, "receipt", name, lambda: desk.names.receipts(asked(name)) or paid_as(desk, name), can)


def movement(desk: Desk, name: str, can: Can | None = None) -> str:
    """Return the id of the bank movement (or the part of one) that has this id, part of an id or amount.

    Of several, only those of which the command `can` be meant.
    """
    return _found(desk, "movement", name, can=can)


def account(desk: Desk, name: str) -> str:
    """Return the id of the account that has this id, part of an id or balance, or that owes what has this name."""
    return _found(desk, "account", name, lambda: desk.names.accounts(asked(name)))


def refund(desk: Desk, name: str, *statuses: str) -> str:
    """Return the id of the refund that has this id, part of an id or amount, or the only one of an account.

    Of several of one account, only those with one of the given statuses can be meant.
    """
    said = amount(name)
    if said is not None:
        rows = listed(desk, "refunds", amount=json.dumps(in_currencies(said, desk.terms.currencies)))
        if len({row["account_id"] for row in rows}) == 1:
            return only(desk, "refund", name, _of_status(desk, "refund", rows, "refund_id", statuses))
    return _found(desk, "refund", name, lambda: _of_account(desk, name, statuses))


def _of_account(desk: Desk, name: str, statuses: Sequence[str]) -> list[str]:
    id = bare_id(name.removeprefix("id:"))
    accounts = [id] if _recorded(desk, "account", id) else desk.names.accounts(asked(name))
    rows = [row for one in accounts for row in listed(desk, "refunds", account=one)]
    return _of_status(desk, "refund", rows, "refund_id", statuses)


def write_off(desk: Desk, name: str, status: str | None = None) -> str:
    """Return the id of the write-off that has this id, part of an id or amount, or the only one of an item.

    Of several of one item, only those with the given status can be meant.
    """
    return _found(desk, "writeoff", name, lambda: _of_item(desk, name, status))


def _of_item(desk: Desk, name: str, status: str | None) -> list[str]:
    rows = [row for id in items_called(desk, name) for row in listed(desk, "write-offs", item=id)]
    return _of_status(desk, "writeoff", rows, "write_off_id", () if status is None else (status,))


def _of_status(
    desk: Desk, noun: str, rows: Sequence[Mapping[str, object]], key: str, statuses: Sequence[str]
) -> list[str]:
    """The ids of those rows that a command could mean, or of all if it could mean none: then it says why.

    A repeated command means what it meant at first, whatever can take the step now.
    """
    from infra.desk.first_time import meant_then

    ids = [str(row[key]) for row in rows]
    now = [id for id, row in zip(ids, rows, strict=True) if row["status"] in statuses]
    return meant_then(desk, noun, ids) or now or ids


def collection(desk: Desk, name: str, can: Can | None = None) -> str:
    """Return the id of the collection that has this id, part of an id or amount, or whose item has this name."""
    return _found(desk, "collection", name, lambda: desk.names.collections(items_called(desk, name)), can)


def payout(desk: Desk, name: str) -> str:
    """Return the id of the payout that has this id, part of an id or id at the provider."""
    return _found(desk, "payout", name, lambda: desk.names.payouts(asked(name)))


def transfer(desk: Desk, name: str) -> str:
    """Return the id of the transfer that has this id, part of an id or amount."""
    return _found(desk, "transfer", name)


def person(desk: Desk, name: str) -> PersonId:
    """Return the id of the person who has this sign-in, id or part of an id."""
    return cast("PersonId", holder(desk.books, desk.key, name) or _found(desk, "person", name))


def asker(desk: Desk, name: str | None) -> PersonId | None:
    """Return the id of the person who asked for something, if somebody did."""
    return None if name is None else person(desk, name)


def hold(desk: Desk, item_id: str, name: str) -> str:
    """Return the id of the item's hold that has this id, part of an id, or, if it is in force, this reason."""
    found = _lifted_then(desk, item_id, name) or desk.names.holds(item_id, name, part(name))
    return name if name in found else only(desk, "hold", name, found)


def _lifted_then(desk: Desk, item_id: str, reason: str) -> list[str]:
    """The holds for a reason that a repeated command has lifted already."""
    from infra.desk.first_time import first_facts
    from ledger.domain.receivables.item_facts import HoldLifted, HoldPlaced

    lifted = {one.fact.hold_id for one in first_facts(desk) if isinstance(one.fact, HoldLifted)}
    placed = desk.facts([f"item-{item_id}"]) if lifted else []
    found = (one for one in placed if isinstance(one, HoldPlaced) and one.reason_code == reason)
    return [one.hold_id for one in found if one.hold_id in lifted]


def stream(desk: Desk, name: str) -> str:
    """Return the stream that a text means: noun and name (invoice-1001), a stream's own name, or an account's name."""
    return _own_stream(desk, name) or account(desk, name)


def subject(desk: Desk, name: str) -> str:
    """Return the streams that a text means, with commas between them: what happened to a thing is in them.

    The text is a noun and a name (invoice-1001), a stream's own name, or the name of any one thing. An invoice that is
    named without its noun has its items with it. The id of an account means all that belongs to it.
    """
    return _own_stream(desk, name) or _subject(desk, name)


def _own_stream(desk: Desk, name: str) -> str | None:
    noun, _, called = name.partition("-")
    if noun in _NAMED and called:
        return f"{noun}-{_NAMED[noun](desk, called)}"
    return name if desk.books.catalogue.keeps(name) else None


def _subject(desk: Desk, name: str) -> str:
    """Return what the name of any one thing means: an account's id, or streams."""
    meant, id = asked(name), bare_id(name.removeprefix("id:"))
    exact = [f"{noun}-{id}" for noun in _NAMED if noun != "mandate" and _recorded(desk, noun, id)]
    if exact:
        return _whole(desk, only(desk, "subject", name, exact))
    if numbered := _numbered(desk, meant._replace(reference=None)):
        return _whole(desk, _only_of(desk, name, numbered))
    if items := items_called(desk, name):
        return f"item-{only(desk, 'item', name, items)}"
    if receipts := desk.names.receipts(meant) or paid_as(desk, name):
        return f"receipt-{only(desk, 'receipt', name, receipts)}"
    found = [f"{noun}-{id}" for noun in _NAMED for id in _alike(desk, noun, name)]
    # An item's id begins with its invoice's.
    whole = {one.partition("-")[2] for one in found if one.startswith("invoice-")}
    found = [one for one in found if not (one.startswith("item-") and one[5:].rpartition(".")[0] in whole)]
    return _whole(desk, only(desk, "subject", name, found))


def _numbered(desk: Desk, meant: Asked) -> list[str]:
    """The streams of the invoices, credit notes and mandates that have a number or an id."""
    mandates = [f"mandate-{meant.id}"] if meant.id and _recorded(desk, "mandate", meant.id) else []
    notes = [f"creditnote-{id}" for id in desk.names.credit_notes(meant)]
    return [f"invoice-{id}" for id in desk.names.invoices(meant)] + notes + mandates


def _only_of(desk: Desk, name: str, streams: Sequence[str]) -> str:
    """Return the only one of these streams; raises Stopped in the words of their noun, if they have one noun."""
    nouns = {one.partition("-")[0] for one in streams}
    if len(nouns) > 1:
        return only(desk, "subject", name, streams)
    (noun,) = nouns
    return f"{noun}-{only(desk, noun, name, [one.removeprefix(f'{noun}-') for one in streams])}"


def _whole(desk: Desk, stream: str) -> str:
    """Return a stream with all that belongs to it: an account's id for an account, and an invoice with its items."""
    noun, _, id = stream.partition("-")
    return id if noun == "account" else _with_items(desk, id) if noun == "invoice" else stream


def _with_items(desk: Desk, invoice_id: str) -> str:
    items = desk.names.items(asked(f"id:{invoice_id}")._replace(nth=None))
    return ",".join([f"invoice-{invoice_id}", *(f"item-{id}" for id in items)])


def _alike(desk: Desk, noun: str, name: str) -> Sequence[str]:
    """The ids of a noun that a name may mean by an amount or a part of an id."""
    said = amount(name)
    if said is not None:
        return _of_amount(desk, noun, said)
    bare = part(name)
    return [] if bare is None else desk.names.parts(noun, bare)


def _found(
    desk: Desk, noun: str, name: str, named: Callable[[], Sequence[str]] | None = None, can: Can | None = None
) -> str:
    """Return the only id that a name means: by a name of its own, else by an amount or a part of an id.

    An id that has not reached the read tables yet is known, too.
    """
    id = bare_id(name.removeprefix("id:"))
    # An invoice or a credit note may have an id that is another one's number; only then does an id alone not decide.
    if noun not in ("invoice", "creditnote", "item") and _recorded(desk, noun, id):
        return id
    if amount(name) is None and named is not None and (found := named()):
        return only(desk, noun, name, possible(desk, noun, found, can))
    alike = possible(desk, noun, _alike(desk, noun, name), can)
    return id if not alike and _recorded(desk, noun, id) else only(desk, noun, name, alike)


def _of_amount(desk: Desk, noun: str, text: str) -> list[str]:
    from projections.store.lists.registry import LISTS

    name, minor = NOUNS[noun].listing, json.dumps(in_currencies(text, desk.terms.currencies))
    has_amounts = name is not None and any(one.name == "amount" for one in LISTS[name].filters)
    return list(dict.fromkeys(_keys(desk, str(name), amount=minor))) if has_amounts else []


def _keys(desk: Desk, name: str, **given: object) -> list[str]:
    from projections.store.lists.registry import LISTS

    return [str(row[LISTS[name].key]) for row in listed(desk, name, **given)]


def listed(desk: Desk, name: str, **given: object) -> list[dict[str, object]]:
    """Return the first rows of a list that meet a search, at most one more than are counted."""
    from projections.store.lists.registry import LISTS
    from projections.store.names import MOST

    desk.books.follow()
    return desk.books.store.listed.page(LISTS[name], given, desk.today, MOST + 1).rows


def _recorded(desk: Desk, noun: str, name: str) -> bool:
    from ledger.domain.identifier import is_id

    return is_id(name) and bool(desk.facts([f"{noun}-{name}"]))


def called(desk: Desk, item_ids: Iterable[str]) -> dict[str, dict[str, object]]:
    """Return for each item its number and reference, by which a person can name the item in the next command."""
    found = desk.names.of_items(sorted(set(item_ids)))
    return {id: {"series": one.series, "number": one.number, "reference": one.reference} for id, one in found.items()}


# The nouns whose things have a history, each with how it is named.
_NAMED: Final[Mapping[str, Callable[[Desk, str], str]]] = {
    "account": account,
    "collection": collection,
    "creditnote": credit_note,
    "invoice": invoice,
    "item": item,
    "mandate": lambda desk, name: _found(desk, "mandate", name),
    "movement": movement,
    "payout": payout,
    "receipt": receipt,
    "refund": refund,
    "transfer": transfer,
    "writeoff": write_off,
}
