"""The tax that follows an item: relief for what is written off, tax due again for what is recovered, and, with the cash
method, tax due for what is settled, and from the end of a fiscal year on for all.

On every day it is the same share of the item's tax as the amount is of the item, rounded once, with the same share of
the net that it is the tax of. So whatever was written off, recovered, paid and undone before, in any order, the tax is
what it must be, and nothing of it is ever left over. The rounding of the document is no price: it is in no such net,
and a loss keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from ledger.domain.balance import NOTHING
from ledger.domain.chart_of_accounts import LOSS, RECOVERY, VAT_OUTPUT
from ledger.domain.fact import Decision, Fact, NewFact, State, States
from ledger.domain.money import round_half_up
from ledger.domain.receivables.item import Item, evolve
from ledger.domain.receivables.item_facts import (
    ItemAllocated,
    ItemCredited,
    ItemDeallocated,
    ItemDifferenceClosed,
    ItemDifferenceReopened,
    ItemExcessMoved,
    ItemPart,
    ItemRestored,
    ItemWrittenOff,
    TaxFellDue,
    TaxPart,
    TaxRelieved,
    UnpaidTaxDue,
)
from ledger.domain.receivables.item_taxes import parts_left
from ledger.domain.terms.entity import tax_role_of
from ledger.domain.terms.tax_codes import by_code

# The facts that change what the tax of an item must be.
_MOVING: Final[frozenset[type[Fact]]] = frozenset(
    {
        ItemAllocated,
        ItemDeallocated,
        ItemCredited,
        ItemExcessMoved,
        ItemWrittenOff,
        ItemRestored,
        ItemDifferenceClosed,
        ItemDifferenceReopened,
        UnpaidTaxDue,
    }
)
# Net and tax by tax code.
Split = dict[str, tuple[int, int]]


def with_tax(states: States, decided: Decision, today: date) -> Decision:
    """A decision with the tax that follows the items that it changes. Every decision passes through here.

    `today` is the day of facts without a day of their own.
    """
    streams = dict.fromkeys(new.stream for new in decided if type(new.fact) in _MOVING)
    if not streams:
        return decided
    followed = [new for stream in streams for new in _following(states.get(stream), stream, decided, today)]
    return (*decided, *followed) if followed else decided


def _following(before: State | None, stream: str, decided: Decision, today: date) -> Iterator[NewFact]:
    """The tax facts of one item, day by day; in the same voucher as the facts that cause them."""
    own = [new for new in decided if new.stream == stream]
    item = before if isinstance(before, Item) else None
    if item is not None and not _follows(item):
        return
    for new in own:
        item = evolve(item, new.fact, new.on or today)  # type: ignore[arg-type]
    assert item is not None, "an item is raised before anything else"
    if not _follows(item):
        return
    causes = [new for new in own if type(new.fact) in _MOVING]
    for day in _days(item):
        for role in (LOSS, RECOVERY, VAT_OUTPUT):
            parts = tuple(_lacking(item, role, day))
            if parts:
                cause = next((new for new in causes if (new.on or today) == day), causes[0])
                fact = _fact(item, role, _document(cause.fact), parts)
                item = evolve(item, fact, day)
                yield NewFact(stream, fact, day, any(new.corrects for new in causes))


def _follows(item: Item) -> bool:
    """Whether the item has tax, or lines of several tax codes among which a loss is divided."""
    parts = item.raised.parts
    return any(one.tax_minor for one in parts) or len({one.tax_code for one in parts}) > 1


def _days(item: Item) -> list[date]:
    """The days on which anything changes that the tax follows, or on which tax was posted."""
    balances = [item.balance, *item.written_off.values(), *item.taxed.values()]
    balances += [one for lost in item.recovered.values() for one in lost.values()]
    ended = () if item.unpaid_tax_due_on is None else (item.unpaid_tax_due_on,)
    return sorted({day for one in balances for day, _ in one.steps} | {one.on for one in item.credited} | {*ended})


def _lacking(item: Item, role: str, day: date) -> Iterator[TaxPart]:
    """What the item's tax of this role lacks at the end of a day."""
    wanted = _wanted(item, role, day)
    codes = dict.fromkeys([*wanted, *(code for of, code, _ in item.taxed if of == role)])
    for code in codes:
        net, tax = wanted.get(code, (0, 0))
        net -= item.taxed.get((role, code, "net"), NOTHING).on(day)
        tax -= item.taxed.get((role, code, "tax"), NOTHING).on(day)
        if net or tax:
            yield TaxPart(code, net, tax)


def _wanted(item: Item, role: str, day: date) -> Split:
    """What the item's tax of this role must be at the end of a day."""
    raised, credited = item.raised, [one for one in item.credited if one.on <= day]
    left = raised.amount_minor - sum(one.amount_minor for one in credited)
    parts = parts_left(raised.parts, (part for one in credited for part in one.parts))
    lost = sum(one.on(day) for one in item.written_off.values())
    if role == VAT_OUTPUT:
        if raised.terms.vat_method != "cash":
            return {}
        ended = item.unpaid_tax_due_on is not None and item.unpaid_tax_due_on <= day
        due = left if ended else left - item.balance.on(day)
        return _less(split(parts, left, due), split(parts, left, lost))
    back = sum(one.on(day) for by_id in item.recovered.values() for one in by_id.values())
    whole = raised.amount_minor
    recovered = _less(split(raised.parts, whole, lost), split(raised.parts, whole, lost + back))
    return recovered if role == RECOVERY else _less(split(parts, left, lost), recovered)


def split(parts: Sequence[ItemPart], whole_minor: int, amount_minor: int) -> Split:
    """An amount of an item as net and tax by tax code, in the proportions of its parts.

    The whole is what all parts sum to, with the item's share of the document's rounding. The amount's share of that
    rounding is no net and no tax, so it is in no part. What dividing leaves over is the largest net's.
    """
    if not amount_minor or not whole_minor or not parts:
        return {}
    of_code = by_code(parts)
    found = {
        code: (_share(net, whole_minor, amount_minor), _share(tax, whole_minor, amount_minor))
        for code, (net, tax) in of_code.items()
    }
    rounding = whole_minor - sum(net + tax for net, tax in of_code.values())
    rest = amount_minor - _share(rounding, whole_minor, amount_minor) - sum(net + tax for net, tax in found.values())
    largest = max(sorted(of_code), key=lambda code: of_code[code][0])
    if of_code[largest][0] > 0:
        net, tax = found[largest]
        found[largest] = (net + rest, tax)
    return found


def _share(minor: int, whole_minor: int, amount_minor: int) -> int:
    return round_half_up(minor * amount_minor, whole_minor)


def _less(one: Mapping[str, tuple[int, int]], other: Mapping[str, tuple[int, int]]) -> Split:
    zero = (0, 0)
    return {
        code: (one.get(code, zero)[0] - other.get(code, zero)[0], one.get(code, zero)[1] - other.get(code, zero)[1])
        for code in dict.fromkeys((*one, *other))
    }


def _fact(item: Item, role: str, document: str | None, parts: tuple[TaxPart, ...]) -> TaxRelieved | TaxFellDue:
    currency, unit = item.raised.currency, item.raised.unit
    if role == VAT_OUTPUT:
        return TaxFellDue(document=document, currency=currency, unit=unit, parts=parts)
    assert document is not None, "the end of a fiscal year relieves nothing"
    return TaxRelieved(
        document=document,
        role=role,
        tax_role=tax_role_of(item.raised.terms.vat_method),
        currency=currency,
        unit=unit,
        posted_code=item.loss_code,
        parts=parts,
    )


def _document(fact: Fact) -> str | None:
    """The stream of the document whose mirror changed the item; none if the law did."""
    match fact:
        case ItemCredited() | ItemExcessMoved():
            return f"creditnote-{fact.credit_note_id}"
        case ItemWrittenOff() | ItemRestored():
            return fact.document or f"writeoff-{fact.write_off_id}"
        case ItemAllocated() | ItemDeallocated() | ItemDifferenceClosed() | ItemDifferenceReopened():
            return fact.document
        case UnpaidTaxDue():
            return None
        case _:
            raise AssertionError(f"{type(fact).__name__} changes no item")
