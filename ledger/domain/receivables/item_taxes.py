"""The postings of the tax that follows an item, and what an item remembers of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

from ledger.domain.balance import NOTHING, Balance
from ledger.domain.chart_of_accounts import VAT_OUTPUT, Leg
from ledger.domain.fact import Fact
from ledger.domain.receivables.item_facts import ItemPart, TaxFellDue, TaxRelieved
from ledger.domain.terms.tax_codes import is_taxable


def parts_left(parts: Iterable[ItemPart], gone: Iterable[ItemPart]) -> tuple[ItemPart, ...]:
    """What is left of each line after parts of it are gone; lines of which nothing is left are left out."""
    left = {one.line_id: one for one in parts}
    for one in gone:
        if (kept := left.get(one.line_id)) is not None:
            net, tax = kept.net_minor - one.net_minor, kept.tax_minor - one.tax_minor
            left[one.line_id] = ItemPart(one.line_id, net, tax, kept.tax_code)
    return tuple([one for one in left.values() if one.net_minor or one.tax_minor])


def taxed_after(
    taxed: Mapping[tuple[str, str, str], Balance], fact: TaxRelieved | TaxFellDue, on: date
) -> dict[tuple[str, str, str], Balance]:
    """What was posted by role, tax code, and net or tax, after one more fact."""
    role, after = fact.role if isinstance(fact, TaxRelieved) else VAT_OUTPUT, dict(taxed)
    for part in fact.parts:
        for name, amount in (("net", part.net_minor), ("tax", part.tax_minor)):
            after[role, part.tax_code, name] = after.get((role, part.tax_code, name), NOTHING).moved(on, amount)
    return after


def _relieved(fact: TaxRelieved) -> tuple[Leg, ...]:
    """The tax leaves the loss or comes back to it; what was posted for several tax codes is divided among them."""
    lost: dict[str | None, int] = {fact.posted_code: 0}
    for part in fact.parts:
        lost[fact.posted_code] -= part.net_minor + part.tax_minor
        lost[part.tax_code] = lost.get(part.tax_code, 0) + part.net_minor
    taxes = _taxes(fact)
    return (
        *(Leg(fact.tax_role, tax, fact.currency, None, code, fact.unit, base) for code, tax, base in taxes),
        *(Leg(fact.role, amount, fact.currency, None, code, fact.unit) for code, amount in lost.items()),
    )


def _fell_due(fact: TaxFellDue) -> tuple[Leg, ...]:
    taxes = _taxes(fact)
    return (
        *(Leg("vat_deferred", tax, fact.currency, None, code, fact.unit, base) for code, tax, base in taxes),
        *(Leg("vat_output", -tax, fact.currency, None, code, fact.unit, -base) for code, tax, base in taxes),
    )


def _taxes(fact: TaxRelieved | TaxFellDue) -> list[tuple[str, int, int]]:
    """Tax code, tax, and what it is the tax of."""
    return [(one.tax_code, one.tax_minor, one.net_minor if is_taxable(one.tax_code) else 0) for one in fact.parts]


LEGS: Final[dict[type[Fact], Callable[[Any], tuple[Leg, ...]]]] = {TaxRelieved: _relieved, TaxFellDue: _fell_due}
