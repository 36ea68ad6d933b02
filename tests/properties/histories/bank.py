"""The bank of the histories: what it books on two accounts of the clinic, and its statements, which foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from reconciliation.statements.camt_writer import CamtDetail, CamtEntry, CamtReference
from tests.kit.clinic import statement

# The statements of one account come within days; those of the other come weeks later.
PROMPT: Final = "54910000003"
LATE: Final = "54910000011"
_FEE: Final = ("PMNT", "MDOP", "FEES")


@dataclass
class Bank:
    """Booked entries by account, and the balance up to which each account's statements have come."""

    booked: dict[str, list[CamtEntry]] = field(default_factory=lambda: {PROMPT: [], LATE: []})
    closing: dict[str, int] = field(default_factory=lambda: {PROMPT: 0, LATE: 0})
    statements: int = 0
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

    def statement(self, account: str, from_on: date, to_on: date) -> bytes:
        """The account's statement of these days; a day is in one statement only."""
        entries = [one for one in self.booked[account] if from_on <= one.booked_on <= to_on]
        opening = self.closing[account]
        self.closing[account] += sum(one.amount_minor for one in entries)
        self.statements += 1
        return statement(
            sorted(entries, key=lambda one: one.booked_on),
            opening_minor=opening,
            statement_id=f"S{self.statements}",
            on=from_on,
            to=to_on,
            account=account,
            sequence=self.statements,
        )
