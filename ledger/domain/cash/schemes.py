"""What the schemes of direct debits demand, as dated data with its source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple, Protocol, TypeVar

from ledger.domain.cash.mandate_facts import Scheme
from ledger.domain.terms.bank_days import SWEDEN, TARGET, after


class Dated(Protocol):
    """A rule that holds from a day on."""

    @property
    def from_on(self) -> date:
        """The first day on which it holds."""
        ...


Rule = TypeVar("Rule", bound=Dated)


class SchemeRule(NamedTuple):
    """What a scheme demands from a day on.

    `calendar` says which days are bank days of the scheme. `notice` is how long before a collection its payer must be
    told of the amount and the day, unless agreed otherwise: bank days if `in_bank_days`, else days. `unused_months`
    is after how many months without use a mandate has ended.
    `answer_days` is how many bank days after the due day the bank may still reject it or bring it back unpaid.
    `refund_days` is how long after it the payer may ask for the money back without a reason.
    """

    scheme: Scheme
    from_on: date
    currency: str
    calendar: str
    notice: int
    in_bank_days: bool
    unused_months: int | None
    answer_days: int
    refund_days: int | None
    source: str
    confirmed: bool


# The days agree with timetables that banks publish; the rulebooks themselves were not at hand.
_EPC: Final = "European Payments Council, EPC016-06, SEPA Core Direct Debit Scheme Rulebook"
_EPC_B2B: Final = "European Payments Council, EPC222-07, SEPA B2B Direct Debit Scheme Rulebook"
# The manual allows renewed attempts on further bank days; how many is in the payee's agreement. The consent's own
# words were seen in guides of others only, so neither figure is confirmed.
_BANKGIROT: Final = "Bankgirot's form of consent to Autogiro, and Bg Autogiro, Technical Manual, July 2016"

RULES: Final[tuple[SchemeRule, ...]] = (
    SchemeRule("autogiro", date(2016, 7, 1), "SEK", SWEDEN, 8, True, None, 4, 56, _BANKGIROT, False),
    SchemeRule("sepa_core", date(2016, 11, 20), "EUR", TARGET, 14, False, 36, 5, 56, _EPC, False),
    SchemeRule("sepa_b2b", date(2016, 11, 20), "EUR", TARGET, 14, False, 36, 3, None, _EPC_B2B, False),
)


def rule_of(scheme: Scheme, on: date) -> SchemeRule:
    """What a scheme demands on a day; before its first rule, that one."""
    return begun([one for one in RULES if one.scheme == scheme], on)


def begun(rules: Sequence[Rule], on: date) -> Rule:
    """The newest of these rules that has begun by a day; before the first of them, that one."""
    found = [one for one in rules if one.from_on <= on]
    return max(found, key=lambda one: one.from_on) if found else rules[0]


def earliest_due(rule: SchemeRule, told_on: date, agreed_days: int | None) -> date:
    """The first day on which may be due what the payer was told of on a day."""
    if agreed_days is None and rule.in_bank_days:
        return after(told_on, rule.notice, rule.calendar)
    return told_on + timedelta(days=rule.notice if agreed_days is None else agreed_days)


def unused_since(rule: SchemeRule, used_on: date, due_on: date) -> bool:
    """Whether a mandate that was used last on a day has ended by a due day, because nobody used it."""
    if rule.unused_months is None:
        return False
    months = used_on.month - 1 + rule.unused_months
    year, month = used_on.year + months // 12, months % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return due_on > date(year, month, min(used_on.day, last))
