"""What a credit note is to credit, line by line and item by item, and whether that is all that is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ledger.domain.fact import Part
from ledger.domain.money import require_positive, round_half_up
from ledger.domain.receivables.invoice import Invoice
from ledger.domain.receivables.invoice_parts import CreditedLine
from ledger.domain.receivables.item import Item
from ledger.domain.refusals import Refused


class LineToCredit(Part, frozen=True):
    """A line of the invoice and the amount to credit on it, including VAT, to one payer's item.

    A null `item_id` means the invoice's first item.
    """

    line_id: int
    amount_minor: int
    item_id: str | None = None


def by_item(lines: Sequence[LineToCredit], invoice: Invoice) -> dict[str, list[LineToCredit]]:
    """The lines of each item of the invoice, each once, and altogether up to what is left of each line."""
    require_positive((line.amount_minor for line in lines), invoice.invoice_id)
    known = [one.item_id for one in invoice.owed]
    found: dict[str, list[LineToCredit]] = {}
    for line in lines:
        item_id = line.item_id or next(iter(known), "")
        if item_id not in known:
            raise Refused("item_unknown", f"{item_id} of {invoice.invoice_id}")
        of_item = found.setdefault(item_id, [])
        if any(one.line_id == line.line_id for one in of_item):
            raise Refused("line_repeated", invoice.invoice_id)
        of_item.append(line)
    for line_id, amount in _amounts(lines).items():
        left = invoice.creditable_lines.get(line_id)
        if left is None or amount > left.net_minor + left.tax_minor:
            raise Refused("amount_exceeds_creditable", f"{invoice.invoice_id} line {line_id}")
    return found


def _amounts(lines: Sequence[LineToCredit]) -> Counter[int]:
    amounts = Counter[int]()
    for line in lines:
        amounts[line.line_id] += line.amount_minor
    return amounts


def part_of(item: Item, line: LineToCredit) -> CreditedLine:
    """The amount of a line that the item owes, net and tax; the last of it takes the last of the tax."""
    left = next((one for one in item.creditable_parts if one.line_id == line.line_id), None)
    if left is None or line.amount_minor > (gross := left.net_minor + left.tax_minor):
        raise Refused("amount_exceeds_creditable", f"{item.raised.item_id} line {line.line_id}")
    tax = round_half_up(left.tax_minor * line.amount_minor, gross)
    return CreditedLine(line.line_id, line.amount_minor - tax, tax, left.tax_code)


def by_line(credited: Iterable[CreditedLine]) -> tuple[CreditedLine, ...]:
    """What is credited of each line, to all items together."""
    found: dict[int, CreditedLine] = {}
    for one in credited:
        before = found.get(one.line_id)
        found[one.line_id] = one if before is None else before.more(one)
    return tuple(found.values())


def is_all(amounts: Mapping[str, int], creditable: Mapping[str, int], lines_minor: int) -> bool:
    """Whether the amounts by item are all that is left: of the items, or of the lines (`lines_minor`).

    The two differ by the rounding, which a credit note for all that is left credits, too. So an item's amount may
    differ from what is left of it by as much, and only then is it all.
    """
    left, total = sum(creditable.values()), sum(amounts.values())
    rounding = abs(left - lines_minor)
    return total in (left, lines_minor) and all(
        abs(amounts.get(item_id, 0) - minor) <= rounding for item_id, minor in creditable.items()
    )
