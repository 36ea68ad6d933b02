"""The bank of the histories: what it books on the clinic's accounts, and its statements, which foot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from reconciliation.statements.camt.writer import CamtDetail, CamtEntry, CamtReference
from tests.kit.clinic import statement
from tests.properties.histories.giro import DEPOSITS, GIRO, NOTIFICATIONS, STATEMENTS, Giro

# The statements of one account come within days; those of the other come weeks later.
PROMPT: Final = "54910000003"
LATE: Final = "54910000011"
LATE_FROM, LATE_TO = 8, 33


class Delivery(NamedTuple):
    """A file that comes on a day: of which account and feed, for which days; all are counted from the first."""

    on: int
    account: str
    feed: str
    first: int
    last: int


DELIVERIES: Final = (
    *(Delivery(last + 1, PROMPT, STATEMENTS, first, last) for first, last in ((0, 9), (10, 29), (30, 53), (54, 63))),
    Delivery(45, LATE, STATEMENTS, LATE_FROM, LATE_TO),
    # The payments in detail come before the statement's sums, and later after them.
    *(Delivery(on, GIRO, feed, 0, 9) for on, feed in ((10, DEPOSITS), (13, NOTIFICATIONS), (13, STATEMENTS))),
    *(Delivery(on, GIRO, feed, 10, 52) for on, feed in ((53, STATEMENTS), (54, NOTIFICATIONS), (54, DEPOSITS))),
)
_FEE: Final = ("PMNT", "MDOP", "FEES")


@dataclass
class Bank:
    """Booked entries by account, and the balance up to which each account's statements have come."""

    booked: dict[str, list[CamtEntry]] = field(default_factory=lambda: {PROMPT: [], LATE: [], GIRO: []})
    closing: dict[str, int] = field(default_factory=lambda: {PROMPT: 0, LATE: 0, GIRO: 0})
    giro: Giro = field(default_factory=Giro)
    statements: Counter[str] = field(default_factory=Counter)
    entries: int = 0

    def book(
        self,
        account: str,
        on: date,
        amount_minor: int,
        reference: str | None = None,
        end_to_end_id: str = "NOTPROVIDED",
        returned: bool = False,
    ) -> None:
        """Book one movement; below zero it leaves the account. `returned` takes the payment with the reference back."""
        references = (CamtReference(reference),) if reference else ()
        reason = "AC06" if returned else None
        detail = CamtDetail(amount_minor, end_to_end_id, references=references, return_reason=reason)
        code = ("PMNT", "RCDT" if amount_minor > 0 else "ICDT", "ESCT")
        self._entry(account, on, amount_minor, (detail,), code, reversal=returned)

    def fee(self, account: str, on: date, amount_minor: int) -> None:
        """Book a fee, which has a code of its own and no details."""
        self._entry(account, on, amount_minor, (), _FEE)

    def lump(self, account: str, on: date, amounts: Sequence[int], rest_minor: int) -> None:
        """Book several payments as one movement, of which the bank does not divide a rest."""
        details = [CamtDetail(amount_minor=amount) for amount in amounts]
        self._entry(account, on, sum(amounts) + rest_minor, details, ("PMNT", "RCDT", "ESCT"))

    def _entry(
        self,
        account: str,
        on: date,
        amount_minor: int,
        details: Sequence[CamtDetail],
        code: tuple[str, str, str],
        *,
        reversal: bool = False,
    ) -> None:
        self.entries += 1
        entry = CamtEntry(amount_minor, on, on, f"B{self.entries}", details, reversal=reversal, code=code)
        self.booked[account].append(entry)

    def file(self, one: Delivery, from_on: date, to_on: date) -> bytes:
        """The file that is delivered; empty if there is none."""
        if one.feed == STATEMENTS:
            return self.statement(one.account, from_on, to_on)
        return self.giro.shown(one.feed, from_on, to_on)

    def statement(self, account: str, from_on: date, to_on: date) -> bytes:
        """The account's statement of these days; a day is in one statement only."""
        sums = self.giro.sums() if account == GIRO else []
        entries = [one for one in [*self.booked[account], *sums] if from_on <= one.booked_on <= to_on]
        opening = self.closing[account]
        self.closing[account] += sum(one.amount_minor for one in entries)
        self.statements[account] += 1
        return statement(
            sorted(entries, key=lambda one: one.booked_on),
            opening_minor=opening,
            statement_id=f"S{account}-{self.statements[account]}",
            on=from_on,
            to=to_on,
            account=account,
            sequence=self.statements[account],
        )
