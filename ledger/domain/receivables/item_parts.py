"""What each payer of an invoice owes of each of its lines: as given, or divided exactly by the payers' amounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ledger.domain.money import minor_in_unit, round_half_up
from ledger.domain.receivables.invoice_parts import BilledLine, PayerAsked
from ledger.domain.receivables.item_facts import ItemPart
from ledger.domain.refusals import Refused


def parts_of(
    lines: Sequence[BilledLine], payers: Sequence[PayerAsked], rounding_minor: int, currency: str, invoice_id: str
) -> tuple[tuple[ItemPart, ...], ...]:
    """The parts of each payer's item, in the order of the payers.

    They sum to the lines; with the rounding, they sum to what the payers owe. Refuses given parts that do not.
    """
    if len(payers) == 1 and payers[0].parts is None:
        return (tuple([ItemPart(one.line_id, one.net_minor, one.tax_minor, one.tax.code) for one in lines]),)
    if any(payer.parts is not None for payer in payers):
        # Each share is rounded by at most half a unit of the currency.
        return _given(lines, payers, minor_in_unit(currency) // 2, invoice_id)
    amounts = [amount for one in lines for amount in (one.net_minor, one.tax_minor)]
    rows = divided([*amounts, rounding_minor], [payer.amount_minor for payer in payers])
    return tuple(
        tuple(
            ItemPart(one.line_id, rows[2 * number][payer], rows[2 * number + 1][payer], one.tax.code)
            for number, one in enumerate(lines)
            if rows[2 * number][payer] or rows[2 * number + 1][payer]
        )
        for payer in range(len(payers))
    )


def divided(amounts: Iterable[int], weights: Sequence[int]) -> list[list[int]]:
    """Each amount divided among the weights, which sum to the amounts: a row for each, which sums to it.

    The column of a weight sums to the weight. What is shared is the sum of all amounts so far; first between the first
    weight and the others, then the rest between the second one and those after it, and so on. Each share then grows
    with the sum, so no share of an amount above zero is below zero.
    """
    whole, so_far = sum(weights), 0
    before, rows = [0] * len(weights), []
    for amount in amounts:
        so_far += amount
        rest, left, shares = so_far, whole, []
        for weight in weights[:-1]:
            share = round_half_up(rest * weight, left) if left > 0 else 0
            shares.append(share)
            rest, left = rest - share, left - weight
        shares.append(rest)
        rows.append([now - then for now, then in zip(shares, before, strict=True)])
        before = shares
    return rows


def _given(
    lines: Sequence[BilledLine], payers: Sequence[PayerAsked], most_rounding: int, invoice_id: str
) -> tuple[tuple[ItemPart, ...], ...]:
    """The parts that were given, if they sum to the lines, and each payer's to what it owes but for rounding."""
    codes = {one.line_id: one.tax.code for one in lines}
    left: Counter[tuple[int, str]] = Counter()
    for one in lines:
        left[one.line_id, "net"], left[one.line_id, "tax"] = one.net_minor, one.tax_minor
    found = []
    for payer in payers:
        parts = payer.parts or ()
        if abs(payer.amount_minor - sum(one.net_minor + one.tax_minor for one in parts)) > most_rounding:
            raise Refused("parts_do_not_sum", f"{invoice_id}, {payer.account_id}")
        for part in parts:
            left[part.line_id, "net"] -= part.net_minor
            left[part.line_id, "tax"] -= part.tax_minor
        found.append(
            tuple([ItemPart(one.line_id, one.net_minor, one.tax_minor, codes.get(one.line_id, "")) for one in parts])
        )
    if wrong := sorted({line_id for (line_id, _), minor in left.items() if minor}):
        raise Refused("parts_do_not_sum", f"{invoice_id}, lines {', '.join(map(str, wrong))}")
    return tuple(found)
