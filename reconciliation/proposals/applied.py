"""The commands that apply a receipt by rule to the requests that its payer quotes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ledger.domain.cash.allocation import AllocateReceipt
from ledger.domain.fact import PolicyRef
from reconciliation.matching.exact_match import DIVIDED, RULE, RULE_VERSION


class Part(NamedTuple):
    """A request that a payment settles, its first item, what is open on it, and how much of the payment is for it."""

    request_id: str
    item_id: str
    open_minor: int
    amount_minor: int


class Applied(NamedTuple):
    """A command that applies a receipt, the policy by which it does, and the end of the command's key."""

    command: AllocateReceipt
    policy: PolicyRef
    suffix: str


def parts_of(answer: Mapping[str, Any]) -> list[Part]:
    """The requests of a receipt that matches: one for the whole payment, or those among which the payer divided it."""
    if answer["parts"] is None:
        return [Part(answer["request_id"], answer["item_id"], answer["open_minor"], answer["amount_minor"])]
    return [Part(**one) for one in answer["parts"]]


def applied(receipt_id: str, parts: Sequence[Part]) -> Iterator[Applied]:
    """Apply a receipt to one request as a whole, or to several by their amounts; the first has the receipt's id."""
    divided = len(parts) > 1
    rule = DIVIDED if divided else RULE
    for number, part in enumerate(parts, 1):
        suffix = "" if number == 1 else f".{number}"
        command = AllocateReceipt(
            allocation_id=f"{receipt_id}{suffix}",
            receipt_id=receipt_id,
            request_id=part.request_id,
            rule=rule,
            amount_minor=part.amount_minor if divided else None,
        )
        yield Applied(command, PolicyRef("cash_application", RULE_VERSION, rule), suffix)
