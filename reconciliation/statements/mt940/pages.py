"""Joins the pages of a statement: SWIFT divides a long one into messages, and each continues the one before it.

The first page opens with `:60F:` and the last closes with `:62F:`; between two pages, `:62M:` and `:60M:` must be
the same balance. What stands in one file is one statement.
"""

from __future__ import annotations

from dataclasses import dataclass

from reconciliation.statements.problems import Problem, refuse, warning
from reconciliation.statements.rows import Rows
from reconciliation.statements.shape import Statement


@dataclass(slots=True)
class Page:
    """A message: its row, how many movements the statement has up to its end, and whether another page is before it."""

    row: Statement
    movements: int = 0
    follows: bool = False


class Pages:
    """The statements of a file; the last one is held back, because the next message may be its next page."""

    def __init__(self, rows: Rows, problems: list[Problem]) -> None:
        self._rows, self._problems = rows, problems
        self._held: Page | None = None

    def before(self, page: Page) -> Page | None:
        """The page before this one, if the message before it is of the same statement and has another page after it."""
        held = self._held
        if held is None or not page.follows or held.row.has_last_page is not False:
            return None
        one, other = held.row, page.row
        same = (one.account, one.currency) == (other.account, other.currency)
        return held if same and one.sequence in (None, other.sequence) else None

    def add(self, page: Page, before: Page | None) -> None:
        """Add a message as a statement, or as the next page of the statement before it."""
        if before is None:
            self.close()
            self._held = page
            return
        self._problems += _breaks(before.row, page.row)
        _join(before.row, page.row)
        before.movements = page.movements

    def close(self) -> None:
        """Add the statement that was held back, with a word on the pages that are not in the file."""
        if self._held is None:
            return
        row, follows = self._held.row, self._held.follows
        if follows or row.has_last_page is False:
            where = " and ".join(["before it"] * follows + ["after it"] * (row.has_last_page is False))
            self._problems.append(
                warning(
                    "page_of_several",
                    f"the statement has pages {where} that are not in the file: load the other pages too",
                    f"statement {row.statement_no}",
                    row.statement_no,
                )
            )
        self._rows.add([row])
        self._held = None


def _breaks(one: Statement, other: Statement) -> list[Problem]:
    """The problem, if a page is missing between two, or the second does not open where the first closes."""
    position = f"statement {one.statement_no}"
    numbers = (one.last_page, other.first_page)
    if None not in numbers and other.first_page != (one.last_page or 0) + 1:
        message = (
            f"page {numbers[1]} of the statement follows page {numbers[0]}: ask the bank for one file with all pages"
        )
        return [refuse("page_missing", message, position, one.statement_no)]
    if one.closing_minor != other.opening_minor:
        message = (
            "a page does not open (:60M:) with the balance with which the page before it closes (:62M:): ask the bank "
            "for all pages of the statement"
        )
        return [refuse("pages_do_not_connect", message, position, one.statement_no)]
    return []


def _join(one: Statement, other: Statement) -> None:
    one.last_page, one.has_last_page = other.last_page, other.has_last_page
    one.closing_minor, one.closed_on, one.to_on = other.closing_minor, other.closed_on, other.to_on
    one.declared_count = _both(one.declared_count, other.declared_count)
    one.declared_credit_minor = _both(one.declared_credit_minor, other.declared_credit_minor)
    one.declared_debit_minor = _both(one.declared_debit_minor, other.declared_debit_minor)


def _both(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other
