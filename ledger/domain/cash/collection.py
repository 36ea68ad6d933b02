"""The collection: a direct debit of what a payment request asks, from our order to the bank's answers.

An order settles nothing. While it is under way, its items are in no other collection and nobody is reminded of them.
Only a receipt settles items; the collection says which receipt that is, or why there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from ledger.domain.cash.collection_facts import (
    Collected,
    CollectionDelayed,
    CollectionFact,
    CollectionFailed,
    CollectionOrdered,
    CollectionReopened,
    CollectionReturned,
    CollectionSettled,
)
from ledger.domain.cash.collection_state import Collection, evolve
from ledger.domain.cash.mandate import Mandate, mandate_in
from ledger.domain.cash.mandate_facts import MandateUsed
from ledger.domain.cash.refusal_reasons import rule_of as reasons_of
from ledger.domain.cash.schemes import SchemeRule, earliest_due, rule_of, unused_since
from ledger.domain.duty import Act
from ledger.domain.fact import (
    Command,
    DatedCommand,
    Decision,
    Envelope,
    NewFact,
    States,
    known_stream,
    stream_of,
)
from ledger.domain.noun import Noun
from ledger.domain.receivables.item import Item, item_of, mirrored
from ledger.domain.receivables.item_collected import ItemCollected
from ledger.domain.receivables.mark import payer_of
from ledger.domain.receivables.request import Request, request_of
from ledger.domain.refusals import Refused

# Commands


class OrderCollection(Command, frozen=True):
    """Order the collection of all that is open of a payment request, with a mandate, due on a day.

    The amount is what the file asks for. `order_file` is its hash, and `order_id` the id that it gives its payments.
    `again` is a person's word that it may be collected although a bank refused it, or its mandate, for a reason.
    """

    collection_id: str
    mandate_id: str
    request_id: str
    amount_minor: int
    due_on: date
    end_to_end_id: str | None = None
    order_file: str | None = None
    order_id: str | None = None
    again: str | None = None

    def streams(self) -> tuple[str, ...]:
        """The collection, the mandate and the request."""
        return (
            stream_of("collection", self.collection_id),
            stream_of("mandate", self.mandate_id),
            stream_of("request", self.request_id),
        )

    def more(self, states: States) -> tuple[str, ...]:
        """The payer's account and the items of the request."""
        request = states.get(stream_of("request", self.request_id))
        if not isinstance(request, Request):
            return ()
        asked = request.requested
        return (known_stream("account", asked.account_id), *(known_stream("item", one) for one in asked.items))


class OfCollection(DatedCommand, frozen=True):
    """A command about a collection that was already ordered."""

    collection_id: str

    def streams(self) -> tuple[str, ...]:
        """The collection."""
        return (stream_of("collection", self.collection_id),)

    def more(self, states: States) -> tuple[str, ...]:
        """The mandate, and the items that it is to bring."""
        state = states.get(stream_of("collection", self.collection_id))
        if not isinstance(state, Collection):
            return ()
        items = (known_stream("item", one.item_id) for one in state.ordered.items)
        return (known_stream("mandate", state.ordered.mandate_id), *items)


# Decide


def order(states: States, command: OrderCollection, envelope: Envelope) -> Decision:
    """Order exactly what is open of the request, with a mandate that holds, once at a time for each item.

    Nothing is collected of an item on hold, nor sooner than the payer must have been told of it. What a bank
    refused for a reason that forbids it is not collected again, unless a person says so.
    """
    stream, of_mandate, _ = command.streams()
    if states.get(stream) is not None:
        raise Refused("fact_already_recorded", command.collection_id)
    mandate, asked = (
        mandate_in(states, command.mandate_id, "accepted"),
        request_of(states, command.request_id).requested,
    )
    payer_of(states, asked.account_id)
    if mandate.requested.account_id != asked.account_id:
        raise Refused("mandate_of_another_payer", command.mandate_id)
    rule = rule_of(mandate.requested.scheme, command.due_on)
    items = {one: item_of(states, one) for one in asked.items}
    collected = _collected(items, command)
    refused = _refused(mandate, [items[one.item_id] for one in collected], command)
    _require_day(mandate, rule, command, items, envelope.occurred_on)
    if any(items[one.item_id].raised.currency != rule.currency for one in collected):
        raise Refused("collection_currency", command.request_id)
    ordered = CollectionOrdered(
        collection_id=command.collection_id,
        mandate_id=command.mandate_id,
        request_id=command.request_id,
        account_id=asked.account_id,
        bank_account=mandate.requested.bank_account,
        items=collected,
        amount_minor=command.amount_minor,
        currency=rule.currency,
        due_on=command.due_on,
        reference=asked.reference,
        end_to_end_id=command.end_to_end_id,
        order_file=command.order_file,
        order_id=command.order_id,
        again=command.again if refused else None,
    )
    return (
        NewFact(stream, ordered),
        NewFact(of_mandate, MandateUsed(collection_id=command.collection_id, due_on=command.due_on)),
        *(mirrored(one.item_id, ItemCollected(collection_id=command.collection_id)) for one in collected),
    )


def _collected(items: dict[str, Item], command: OrderCollection) -> tuple[Collected, ...]:
    """What is open of each item, which must be what the file asks for."""
    for id, item in items.items():
        if item.open_minor > 0 and item.collected_by is not None:
            raise Refused("item_collected", id)
        if item.open_minor > 0 and item.held_on(command.due_on):
            raise Refused("item_held", id)
    collected = tuple(Collected(id, item.open_minor) for id, item in items.items() if item.open_minor > 0)
    if not collected:
        raise Refused("item_not_open", command.request_id)
    if sum(one.amount_minor for one in collected) != command.amount_minor:
        raise Refused("collection_amount", command.request_id)
    return collected


def _refused(mandate: Mandate, items: Sequence[Item], command: OrderCollection) -> bool:
    """Whether a bank refused any of it for a reason that forbids it; refused without a person's word."""
    of_items = {one.refused_for for one in items if one.refused_for is not None}
    unsure = "" if reasons_of(mandate.requested.scheme, command.due_on).confirmed else ", its meaning not confirmed"
    if command.again is None and mandate.held_for is not None:
        raise Refused("mandate_held", f"mandate {command.mandate_id}, reason {mandate.held_for}{unsure}")
    if command.again is None and of_items:
        raise Refused("item_refused", f"{command.request_id}, reason {', '.join(sorted(of_items))}{unsure}")
    return mandate.held_for is not None or bool(of_items)


def _require_day(
    mandate: Mandate, rule: SchemeRule, command: OrderCollection, items: dict[str, Item], today: date
) -> None:
    due_on, since = command.due_on, mandate.active_from
    if since is None or due_on < since or due_on < today:
        raise Refused("collection_too_early", command.request_id)
    told_on = max(item.balance.steps[0][0] for item in items.values())
    earliest = earliest_due(rule, told_on, mandate.requested.notice_days)
    if due_on < earliest:
        raise Refused("collection_too_early", f"{command.request_id}, first possible day {earliest}")
    used_on = mandate.used_on or mandate.requested.signed_on or since
    if unused_since(rule, used_on, due_on):
        raise Refused("mandate_unused", command.mandate_id)


# Registration

NOUN: Final = Noun(
    "collection",
    facts=CollectionFact,
    evolve=evolve,
    acts={
        CollectionOrdered: Act("collection_order"),
        CollectionDelayed: Act("collection_delay"),
        CollectionSettled: Act("collection_settlement"),
        CollectionFailed: Act("collection_failure"),
        CollectionReturned: Act("collection_return"),
        CollectionReopened: Act("collection_reopening"),
    },
    rules={OrderCollection: order},
    duties={OrderCollection: ("finance",)},
    refusals={
        "collection_amount": "Another amount is open of the request than is to be collected; order it anew.",
        "collection_currency": "The scheme of the mandate collects in another currency than the item's.",
        "collection_failed": (
            "The bank has not collected it; order a new collection, or `collection reopen` it if that is a mistake."
        ),
        "collection_ordered": "The collection waits for the bank's answer.",
        "collection_returned": "The payer's bank has taken the payment back; order a new collection.",
        "collection_settled": (
            "The bank has collected it, as its receipt shows. A line that takes it back returns it; if the receipt has "
            "other money, say so with `collection reopen`."
        ),
        "collection_too_early": (
            "Nothing may be collected before the mandate holds, on a day that is over, or before the payer was told of "
            "it for as long as the scheme demands or was agreed (`mandate request --notice-days`)."
        ),
        "collection_unknown": "There is no collection with that id; `reskontra collection list` shows all.",
        "item_collected": "A direct debit that the bank has not answered is to bring it already.",
        "item_held": "The item is on hold on that day, so nothing of it is collected.",
        "item_refused": (
            "The payer's bank refused a direct debit of it, or took it back, for a reason that only the payer can "
            "settle. Ask the payer. If it may be collected again, say why: `collection order REFERENCE --again CODE`."
        ),
        "mandate_held": (
            "A bank refused a direct debit because of this mandate: there is none, it was withdrawn, or its account "
            "cannot be debited. Ask the payer. Then record another account (`mandate amend`), or end the mandate "
            "(`mandate cancel`) and request a new one; or if it holds all the same, say why: `collection order "
            "REFERENCE --again CODE`."
        ),
        "mandate_of_another_payer": "The mandate is of another payer than the request.",
        "mandate_unused": (
            "The mandate was not used for as long as the scheme lets it be, so it has ended: cancel it, and ask the "
            "payer for a new one."
        ),
    },
    sentences={
        CollectionOrdered: lambda fact: f"Direct debit ordered with mandate {fact.mandate_id}, due {fact.due_on}",
        CollectionDelayed: lambda fact: f"Bank tries the direct debit again ({fact.reason_code})",
        CollectionSettled: lambda fact: f"Direct debit paid by receipt {fact.receipt_id}",
        CollectionFailed: lambda fact: f"Direct debit not paid ({fact.reason_code})",
        CollectionReturned: lambda fact: f"Direct debit taken back by the payer's bank ({fact.reason_code})",
        CollectionReopened: lambda fact: f"Direct debit waits for the bank's answer again ({fact.reason_code})",
    },
)
