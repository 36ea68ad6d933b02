"""The span of a statement with balances: what its balances prove about which money it can share with another one."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Span(NamedTuple):
    """A statement's days, balances and number, and the sum of the amounts in it that came in, if that is known."""

    from_on: date
    to_on: date
    opening_minor: int
    closing_minor: int
    incoming_minor: int | None
    sequence: str | None

    def is_apart(self, other: Span) -> bool:
        """Whether the two certainly share no money, although the last day of one is the first day of the other.

        If they shared a line, the later of their beginnings would be inside the other one, and so would the earlier of
        their ends. So one had the other's opening balance, and one had the other's closing balance. The numbers must
        differ as well: a bank that sends a statement again with corrected balances leaves its number.
        """
        if other.from_on != self.to_on and self.from_on != other.to_on:
            return False
        begins_inside = self._may_have_had(other.opening_minor) or other._may_have_had(self.opening_minor)
        ends_inside = self._may_have_had(other.closing_minor) or other._may_have_had(self.closing_minor)
        return have_other_numbers(self.sequence, other.sequence) and not (begins_inside and ends_inside)

    def _may_have_had(self, balance_minor: int) -> bool:
        """Whether the account may have had this balance within the statement, in whatever order its lines came.

        At most everything came in before anything went out, or the other way round. So the order of the lines and how
        they are divided do not matter.
        """
        if self.incoming_minor is None:
            return True
        lowest, highest = self.closing_minor - self.incoming_minor, self.opening_minor + self.incoming_minor
        return lowest <= balance_minor <= highest


def have_other_numbers(one: str | None, other: str | None) -> bool:
    """Whether the bank gave two statements different numbers; leading zeros say nothing."""
    return bool(one) and bool(other) and str(one).lstrip("0") != str(other).lstrip("0")
