"""The footers of PayPal's report (SF of a section, RF of the report): sums and balances of one currency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ledger.domain.grammar import MOST_MINOR
from reconciliation.statements.paypal.transaction import Money, signed
from reconciliation.statements.shape import Total

_WITH_FEES: Final = ("gross_credits", "gross_debits", "fee_credits", "fee_debits")
# An older layout, whose sums are of gross amounts and fees together.
_TOGETHER: Final = ("credits", "debits")

# No footer can declare more, so a sum beyond it differs.
_MOST: Final = MOST_MINOR + 1


class Footer(NamedTuple):
    """The sums of a currency by their names, without signs, and its available balance at the beginning and the end."""

    currency: str
    sums: dict[str, int]
    opening_minor: int
    closing_minor: int


class Sums:
    """What was found of one currency since its last footer."""

    def __init__(self) -> None:
        self._found = dict.fromkeys((*_WITH_FEES, *_TOGETHER), 0)

    def add(self, kind: str, minor: int) -> None:
        """Count an amount of the kind `gross` or `fee`."""
        side = "debits" if minor < 0 else "credits"
        self._found[f"{kind}_{side}"] += abs(minor)
        self._found[side] += abs(minor)

    def compared(self, footer: Footer, statement_no: int | None, raw_position: str) -> Iterator[Total]:
        """Each sum of a footer beside what was found."""
        for name, declared in footer.sums.items():
            found = min(self._found[name], _MOST)
            yield Total(statement_no, f"{footer.currency} {name}", declared, found, raw_position)


def counted(sums: defaultdict[str, Sums], money: Money) -> None:
    """Count a transaction in the sums of its currency, and its fee in those of the fee's."""
    sums[money.currency].add("gross", money.gross_minor)
    if money.fee_minor:
        sums[money.fee_currency].add("fee", money.fee_minor)


def read_footer(cells: Sequence[str]) -> Footer | None:
    """Read a footer; None if it is in no known layout.

    After the currency come four sums, or two, then balances, each with its side (CR or DR) before it: available at the
    beginning and at the end, and further ones that are not read.
    """
    if len(cells) < 2:
        return None
    numbers: list[int] = []
    for cell in cells[2:]:
        minor = signed("CR", cell)
        if minor is None:
            break
        numbers.append(minor)
    at = 2 + len(numbers)
    balances = [signed(*cells[place : place + 2]) for place in (at, at + 2) if len(cells) >= place + 2]
    names = {len(one): one for one in (_WITH_FEES, _TOGETHER)}.get(len(numbers))
    if names is None or len(balances) < 2 or balances[0] is None or balances[1] is None:
        return None
    return Footer(cells[1].upper(), dict(zip(names, numbers, strict=True)), balances[0], balances[1])
