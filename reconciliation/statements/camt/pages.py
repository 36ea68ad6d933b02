"""Joins the pages of a camt statement: pages that are all in one file are one statement.

A page is proven by its own balances, which are interim (ITBD) inside the statement. Pages that follow each other in a
file are proven together, from the first page's opening to the last page's closing, even if there is no interim balance.
"""

from __future__ import annotations

from typing import Final

from reconciliation.statements.problems import Problem, refuse, warning
from reconciliation.statements.rows import Rows
from reconciliation.statements.shape import Statement
from reconciliation.statements.xml_fields import Fields

_IDENTITY: Final = ("account", "currency", "statement_id", "sequence")
# Figures that the bank declares for a page, or for the whole statement.
_DECLARED: Final = ("declared_count", "declared_credit_minor", "declared_debit_minor", "declared_sum_minor")


def number_page(row: Statement, fields: Fields, header: Fields) -> None:
    """Set which page the statement is; the page of the whole message counts if the statement gives none."""
    given = fields if "page" in fields or "last_page" in fields else header
    written, is_last = given.get("page", ""), given.get("last_page", "TRUE") in ("TRUE", "1")
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None
    if not is_last or (written and number != 1):
        row.first_page = row.last_page = number
        row.has_last_page = is_last


def is_page(row: Statement) -> bool:
    """Whether the statement is a part of a larger one."""
    return row.has_last_page is not None and (row.first_page, row.has_last_page) != (1, True)


class Pages:
    """The statements of a file; the last one is held back, because the next one may be its next page."""

    def __init__(self, rows: Rows, problems: list[Problem], by_balances: bool) -> None:
        self._rows, self._problems, self._by_balances = rows, problems, by_balances
        self._held: Statement | None = None
        self._entries = 0

    def continued_by(self, row: Statement) -> tuple[int, int] | None:
        """If the statement is the next page of the one before it: that one's number, and how many entries it has."""
        held = self._held
        if held is None or held.has_last_page is not False or held.last_page is None or row.first_page is None:
            return None
        same = all(getattr(held, name) == getattr(row, name) for name in _IDENTITY)
        return (held.statement_no, self._entries) if same and row.first_page == held.last_page + 1 else None

    def add(self, row: Statement, entries: int) -> None:
        """Add a statement whose entries are numbered up to `entries`, or the next page of the one before it."""
        if self._held is None or self._held.statement_no != row.statement_no:
            self.close()
            self._held, self._entries = row, 0
            _keep_own_totals(row, entries)
        else:
            _keep_own_totals(row, entries - self._entries)
            self._problems += _join(self._held, row)
        self._entries = entries

    def close(self) -> None:
        """Add the statement that was held back."""
        if self._held is not None:
            self._problems += _missing_pages(self._held, self._by_balances)
            self._rows.add([self._held])
            self._held = None


def _join(before: Statement, row: Statement) -> list[Problem]:
    """Make one statement of the pages `before` and the next page; returns the problem if they do not connect."""
    # Some banks repeat the balances of the whole statement on each page.
    repeated = (before.opening_minor, before.closing_minor) == (row.opening_minor, row.closing_minor)
    connected = None in (before.closing_minor, row.opening_minor) or before.closing_minor == row.opening_minor
    before.last_page, before.has_last_page = row.last_page, row.has_last_page
    before.closing_minor, before.closed_on = row.closing_minor, row.closed_on
    before.from_on = min((day for day in (before.from_on, row.from_on) if day), default=None)
    before.to_on = max((day for day in (before.to_on, row.to_on) if day), default=None)
    for name in _DECLARED:
        one, other = getattr(before, name), getattr(row, name)
        setattr(before, name, None if one is None or other is None else one + other)
    if repeated or connected:
        return []
    return [
        refuse(
            "pages_do_not_connect",
            f"page {row.first_page} does not open with the balance with which the page before it closes: ask the bank "
            "for all pages of the statement",
            f"statement {before.statement_no}",
            before.statement_no,
        )
    ]


def _keep_own_totals(row: Statement, entries: int) -> None:
    """Drop the declared figures of a page unless their count shows that they are those of this page alone."""
    if is_page(row) and row.declared_count != entries:
        for name in _DECLARED:
            setattr(row, name, None)


def _missing_pages(row: Statement, by_balances: bool) -> list[Problem]:
    """Say which pages are missing; without a balance at its edge, a page cannot be proven if only balances prove it."""
    if not is_page(row):
        return []
    position, lacking = f"statement {row.statement_no}", []
    if row.first_page != 1 and row.opening_minor is None:
        lacking.append("the page before it" if row.first_page is None else f"page {row.first_page - 1}")
    if not row.has_last_page and row.closing_minor is None:
        lacking.append("the page after it" if row.last_page is None else f"page {row.last_page + 1}")
    if by_balances and lacking:
        message = (
            f"the statement is only {_named(row)} of several, and lacks a balance that proves it without "
            f"{' and '.join(lacking)}: ask the bank for one file with all pages, or for interim balances (ITBD) on "
            "each page"
        )
        return [refuse("page_missing", message, position, row.statement_no)]
    message = f"the statement is only {_named(row)} of several: load the other pages too"
    return [warning("page_of_several", message, position, row.statement_no)]


def _named(row: Statement) -> str:
    if row.first_page is None or row.last_page is None:
        return "one page"
    return f"page {row.first_page}" if row.first_page == row.last_page else f"pages {row.first_page} to {row.last_page}"
