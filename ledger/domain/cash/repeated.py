"""The same allocation again: it is nothing new if it says what was recorded, and else it is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ledger.domain.cash.receipt import Allocated
from ledger.domain.refusals import Refused


def require_same_allocation(
    named: Mapping[str, int | None],
    request_id: str | None,
    credit_account: str | None,
    most: int | None,
    recorded: tuple[Allocated, ...],
) -> None:
    """Refuse an allocation that has the id of a recorded one, but another request, items, amounts or account.

    `named` are the items with the amounts that were asked for. An item that is named and got nothing, because the money
    had come to its end before it, is no difference: the facts do not say that it was named. `most` is how much of the
    receipt may be used, if this was said.
    """
    facts = [one.fact for one in recorded]
    paid: Counter[str] = Counter()
    for fact in facts:
        for target in fact.targets:
            paid[target.item_id] += target.amount_minor
    credited = {fact.credit_account for fact in facts if fact.credit_minor}
    same = request_id == facts[0].request_id and all(named[one] in (None, paid[one]) for one in named)
    used = sum(paid.values()) + sum(fact.credit_minor for fact in facts)
    same = same and (most is None or used <= most)
    if request_id is None:
        same = same and paid.keys() <= named.keys() and (not credited or credit_account in credited)
    else:
        # The rest of a request's money is its payer's, whom nobody need name.
        same = same and (credit_account is None or not credited or credit_account in credited)
    if not same:
        raise Refused("fact_already_recorded", facts[0].allocation_id)
