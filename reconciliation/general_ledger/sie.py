"""SIE 4 as shapes: a file's head, accounts, balances and vouchers, with amounts in minor units.

Source: SIE-Gruppen, SIE filformat, edition 4B (2008-09-30). Type 4I has vouchers for another program to read in;
balances such as #IB are not allowed in it (section 6). Type 4E has a year's balances and vouchers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple

Kind = Literal["4I", "4E"]
# Edition 4B, 5.8 and #FORMAT: the only character set of SIE 1 to 4.
ENCODING: Final = "cp437"
# Edition 4B, 5.9: amounts have at most two decimals.
DECIMALS: Final = 2
# Of BAS, accounts from 3000 to 8999 are those of the result; the others are those of the balance.
_OF_RESULT: Final = frozenset("345678")


class Transaction(NamedTuple):
    """A line of a voucher (#TRANS): a debit is above zero. `objects` are pairs of a dimension and an object."""

    account: str
    amount_minor: int
    text: str = ""
    sign: str = ""
    objects: tuple[tuple[str, str], ...] = ()


class SieVoucher(NamedTuple):
    """A voucher (#VER), whose transactions sum to zero."""

    series: str
    number: str
    on: date
    text: str
    transactions: Sequence[Transaction]
    recorded_on: date | None = None
    sign: str = ""
    line: int = 0


class Head(NamedTuple):
    """What stands above balances and vouchers. `years` has the first and the last day of each year, this one as 0."""

    kind: Kind
    program: str
    version: str
    generated_on: date
    generated_by: str | None
    company: str
    company_id: str
    years: Mapping[int, tuple[date, date]]
    currency: str
    accounts: Mapping[str, str]
    organisation_number: str | None = None
    note: str = ""
    through_on: date | None = None
    # By dimension: its name, and the names of its objects.
    dimensions: Mapping[str, tuple[str, Mapping[str, str]]] = {}


class Balances(NamedTuple):
    """Of the present year, by account: opening and closing balances, and results; a debit is above zero."""

    opening: Mapping[str, int]
    closing: Mapping[str, int]
    result: Mapping[str, int]


def of_result(account: str) -> bool:
    """Whether the account is one of the result, by its number in BAS."""
    return account[:1] in _OF_RESULT
