"""One payment of an X12 835: its statement, its line, and its claims and adjustments of the provider as details."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from ledger.domain.grammar import MOST_MINOR
from ledger.domain.money import decimals_of
from reconciliation.statements.problems import Problem, doubt, refuse
from reconciliation.statements.settlements import written_by_us
from reconciliation.statements.shape import Line, Statement
from reconciliation.statements.values import to_day, to_minor
from reconciliation.statements.x12_835.tables import Batch

# The guide is American: an amount without a currency (CUR) is in dollars.
_CURRENCY: Final = "USD"
# Money goes from us to the payer (BPR03), whatever sign its amount has.
_DEBIT: Final = "D"
# A payment by one of these methods (BPR04) goes to an account; a cheque, or no payment, has none.
_TO_ACCOUNT: Final = frozenset({"ACH", "BOP", "FWT"})
_REVERSAL: Final = "22"
# What a claim has in place of our number if the provider gave none.
_NO_NUMBER: Final = "0"


def place(segment: int) -> str:
    """The position of a segment, whose number is from 1."""
    return f"segment {segment}"


class Payment:
    """A transaction that is being read: the row of its statement and of its line, then its details, one by one."""

    def __init__(self, statement_no: int, row: Mapping[str, Any], problems: list[Problem]) -> None:
        self._no, self._problems = statement_no, problems
        self._currency = _said(row["currency"], upper=True) or _CURRENCY
        self._at = place((row["paid_at"] if row["paid_at"] is not None else row["segment"]) + 1)
        self._decimals = decimals_of(self._currency)
        self._details = 0
        self.line = self._line(row)
        self.statement = self._statement(row)

    def details(self, batch: Batch) -> Iterator[Line]:
        """The claims with their adjustments, then the adjustments of the provider, in the order of the file."""
        adjusted = _Adjusted(batch.rows("adjustments"))
        for claim in batch.rows("claims"):
            yield self._claim(claim, adjusted.of(claim["row"]))
        for number, adjustment in enumerate(batch.rows("provider_adjustments"), 1):
            yield self._adjustment(number, adjustment)

    def _statement(self, row: Mapping[str, Any]) -> Statement:
        to_account = _said(row["method"], upper=True) in _TO_ACCOUNT
        created_on, created_at = _day(row["created_on"]), _said(row["created_at"]) or ""
        clock = created_at.isascii() and created_at.isdigit() and len(created_at) in (4, 6, 8)
        time = f"T{created_at[:2]}:{created_at[2:4]}:{created_at[4:6] or '00'}" if clock else ""
        trace, payer = self.line.bank_ref, self.line.counterparty_account
        return Statement(
            self._no,
            _said(row["version"]),
            # What the payer holds for us until it pays is on our account at the payer, which its number names.
            payer,
            None,
            self._currency,
            deposited_to=_said(row["account"]) if to_account else None,
            # The payer gives each of its payments another trace number, but two payers may give the same one.
            statement_id=f"{trace}-{payer}" if trace and payer else trace,
            created_at=f"{created_on.isoformat()}{time}" if created_on else None,
            created_on=created_on,
            from_on=self.line.booked_on,
            to_on=self.line.booked_on,
        )

    def _line(self, row: Mapping[str, Any]) -> Line:
        line = Line(
            self._no,
            1,
            0,
            currency=self._currency,
            status="booked",
            booked_on=_day(row["paid_on"]),
            bank_ref=_said(row["trace"]),
            bank_code=_said(row["method"], upper=True),
            # The payer is a company, so neither its name nor its number is a person's.
            counterparty=_said(row["payer_name"]),
            counterparty_account=_said(row["payer"]),
            raw_position=self._at,
        )
        if self._decimals is None:
            self._tell(refuse, "currency_unknown", "ISO 4217 does not list the currency (CUR): ask the payer", self._at)
        if row["paid_at"] is None:
            self._tell(refuse, "payment_missing", "there is no payment (BPR): fetch the file again", self._at)
            line.amount_exact = False
        else:
            line.amount_minor, line.amount_exact = self._minor(row["paid"], "the payment (BPR02)", refuse, self._at)
        if _said(row["direction"], upper=True) == _DEBIT:
            self._tell(
                refuse,
                "direction_unsupported",
                "the payment is a debit (BPR03), which takes money of ours: ask the payer, and book the bank's line",
                self._at,
            )
        if line.booked_on is None and _said(row["paid_on"]):
            self._tell(
                doubt,
                "date_unreadable",
                "the day of the payment (BPR16) must be YYYYMMDD: ask the payer for a corrected file",
                self._at,
            )
        if line.bank_ref is None:
            self._tell(
                doubt,
                "trace_missing",
                "the payment has no trace number (TRN02), so nothing says which line of the bank it is: compare day "
                "and amount",
                self._at,
            )
        return line

    def _claim(self, row: Mapping[str, Any], adjustments: list[Mapping[str, Any]]) -> Line:
        at, status = place(row["segment"] + 1), _said(row["status"])
        detail = self._detail(at, bank_ref=_said(row["control"]), bank_code=status, reversal=status == _REVERSAL)
        number = _said(row["number"])
        if number and number != _NO_NUMBER:
            detail.refer([written_by_us(number)])
        detail.amount_minor, detail.amount_exact = self._minor(row["paid"], "what a claim is paid (CLP04)", refuse, at)
        detail.claimed_minor, _ = self._minor(row["claimed"], "what was claimed (CLP03)", doubt, at)
        detail.adjustments = self._adjustments(adjustments)
        known = [detail.claimed_minor, detail.amount_minor, *(one["amount_minor"] for one in detail.adjustments)]
        if None not in known and known[0] != sum(known[1:]):
            self._tell(
                doubt,
                "claim_does_not_sum",
                "what was claimed less all adjustments is not what is paid: ask the payer what the difference is for",
                at,
            )
        return detail

    def _adjustments(self, rows: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The adjustments of a claim and of its services, one for each group and code."""
        found: dict[tuple[str | None, str | None], int | None] = {}
        for row in rows:
            at, reason = place(row["segment"] + 1), (_said(row["reason_group"]), _said(row["code"]))
            minor, _ = self._minor(row["amount"], "an adjustment (CAS)", doubt, at)
            before = found.get(reason, 0)
            found[reason] = None if minor is None or before is None else before + minor
        if any(abs(minor or 0) > MOST_MINOR for minor in found.values()):
            told = "the adjustments (CAS) of a claim sum up to more than books can have: fetch the file again"
            self._tell(refuse, "amount_unreadable", told, place(rows[0]["segment"] + 1))
            return []
        return [{"group": group, "code": code, "amount_minor": minor} for (group, code), minor in found.items()]

    def _adjustment(self, number: int, row: Mapping[str, Any]) -> Line:
        """An adjustment of the provider, which belongs to no claim: a positive one lowers the payment."""
        at = f"{place(row['segment'] + 1)}, adjustment {number}"
        detail = self._detail(at, kind="other", bank_code=_said(row["code"]), bank_ref=_said(row["reference"]))
        minor, detail.amount_exact = self._minor(row["amount"], "an adjustment (PLB)", refuse, at)
        detail.amount_minor = None if minor is None else -minor
        return detail

    def _detail(self, at: str, **said: Any) -> Line:
        self._details += 1
        return Line(
            self._no,
            1,
            self._details,
            currency=self._currency,
            status="booked",
            booked_on=self.line.booked_on,
            raw_position=at,
            **said,
        )

    def _minor(self, written: str | None, what: str, severity: Any, at: str) -> tuple[int | None, bool]:
        if self._decimals is None:
            return None, False
        minor, exact = to_minor((written or "").strip(), self._decimals)
        if minor is None:
            self._tell(severity, "amount_unreadable", f"{what} is not a decimal number: fetch the file again", at)
        elif not exact:
            message = f"{what} has more decimals than {self._currency} ({self._decimals}): ask the payer for the amount"
            self._tell(severity, "amount_too_precise", message, at)
        return minor, exact

    def _tell(self, severity: Any, code: str, message: str, at: str) -> None:
        self._problems.append(severity(code, message, at, self._no, 1))


class _Adjusted:
    """The adjustments of a transaction, which are asked for claim by claim, in the order of the file."""

    def __init__(self, rows: Iterator[Mapping[str, Any]]) -> None:
        self._groups = groupby(rows, itemgetter("claim"))
        self._next = self._read()

    def of(self, claim: int) -> list[Mapping[str, Any]]:
        """The adjustments of a claim."""
        if self._next is None or self._next[0] != claim:
            return []
        found, self._next = self._next[1], self._read()
        return found

    def _read(self) -> tuple[int, list[Mapping[str, Any]]] | None:
        claim, rows = next(self._groups, (None, ()))
        return None if claim is None else (claim, list(rows))


def _said(text: str | None, upper: bool = False) -> str | None:
    """A text without the blanks that fill its field; None if nothing is left."""
    said = (text or "").strip()
    return (said.upper() if upper else said) or None


def _day(text: str | None) -> date | None:
    """A day that is written as YYYYMMDD; None if it is none."""
    written = (text or "").strip()
    return to_day(f"{written[:4]}-{written[4:6]}-{written[6:]}", None) if len(written) == 8 else None
