"""Measures what the book holds: its totals through a day, its first day, its currencies, if it has vouchers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from ledger.domain.fact import State
    from ledger.domain.terms.period_facts import ControlTotal


def contents(desk: Desk) -> dict[str, State]:
    """The whole book's contents, as a state for the rule of a command that nobody else's command can interrupt."""
    from ledger.domain.chart_of_accounts import roles_of
    from ledger.domain.terms.measured import MEASURED, Measured

    desk.books.follow()
    sums, equity = _sums(desk), roles_of("equity")
    turnover = sum(one["debit_minor"] + one["credit_minor"] for one in sums)
    opened = sum(one["debit_minor"] + one["credit_minor"] for one in sums if one["role"] in equity)
    return {
        MEASURED: Measured(
            begins_on=begins_on(desk),
            # An opening balance is a pair of postings, one of them of equity; whatever is beyond these is in vouchers.
            has_vouchers=turnover != 2 * opened,
            currencies=tuple(sorted({one["currency"] for one in sums})),
        )
    }


def loaded(desk: Desk, bank_account: str) -> dict[str, State]:
    """Whether a file of a bank account was loaded, and from which day on it has balances, as a state for a rule."""
    from ledger.domain.terms.measured import MEASURED, Measured

    desk.books.follow()
    known = desk.books.store.matching.statements([bank_account])
    stated = [one.from_on for _, _, one, _ in known if one.opening_minor is not None and one.from_on is not None]
    return {
        MEASURED: Measured(
            loaded_accounts=(bank_account,) if known else (),
            first_days=((bank_account, min(stated)),) if stated else (),
        )
    }


def last_day(desk: Desk, bank_account: str) -> dict[str, State]:
    """The last day of which a bank account has statements or money, as a state for the rule of a command."""
    from ledger.domain.terms.measured import MEASURED, Measured

    desk.books.follow()
    last = desk.books.store.bank_lines.last_day(bank_account)
    return {MEASURED: Measured(last_days=() if last is None else ((bank_account, last),))}


def begins_on(desk: Desk) -> date | None:
    """The first day that the book has: that of its first fact, or an earlier one on which something counts."""
    first = [one.envelope.accounting_date for one in desk.books.journal.follow(0, 1)]
    posted = desk.books.store.now.first_posting_on()
    return min([*first, *([posted] if posted is not None else [])], default=None)


def totals(desk: Desk, through_on: date) -> tuple[ControlTotal, ...]:
    """The sums of the general ledger up to a day, from the read tables."""
    from ledger.domain.terms.period_facts import ControlTotal

    sums: dict[tuple[str, str, str], list[int]] = {}
    for one in desk.books.store.at(through_on, desk.books.store.position()).ledger().to_pylist():
        sides = sums.setdefault((one["role"], one["bank_account"] or "", one["currency"]), [0, 0])
        sides[0] += one["debit_minor"]
        sides[1] += one["credit_minor"]
    return tuple(
        ControlTotal(role, bank_account or None, currency, *sums[role, bank_account, currency])
        for role, bank_account, currency in sorted(sums)
        if any(sums[role, bank_account, currency])
    )


def _sums(desk: Desk) -> list[dict[str, Any]]:
    """The sums of all that was ever posted, by role and currency."""
    from ledger.domain.days import LAST_DAY

    found: list[dict[str, Any]] = desk.books.store.at(LAST_DAY, desk.books.store.position()).ledger().to_pylist()
    return found
