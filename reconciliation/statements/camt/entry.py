"""Reads one camt entry: the booked movement (Ntry) and its details (TxDtls)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from lxml import etree

from ledger.domain.money import decimals_of
from reconciliation.statements.camt import statement as camt_statement
from reconciliation.statements.camt.fields import (
    DETAIL,
    ENTRY,
    charged,
    code_of,
    declared_details,
    given,
    indicated,
    instructed,
    on_account,
    order_of,
    other_side,
)
from reconciliation.statements.camt.remittance import refer, refer_by_entry
from reconciliation.statements.camt.repeated import Repeated
from reconciliation.statements.problems import Problem, doubt, refuse, warning
from reconciliation.statements.rows import BATCH_ROWS
from reconciliation.statements.shape import Line, Profile
from reconciliation.statements.values import to_day, to_minor
from reconciliation.statements.xml_fields import Fields, Names, gather

# The codes of ExternalEntryStatus1Code.
_STATUSES = {"BOOK": "booked", "PDNG": "pending", "INFO": "info", "FUTR": "future"}
_SIGNS = {"CRDT": 1, "DBIT": -1}

# Reports an unreadable amount: `refuse` for a movement, because the whole file is refused; `doubt` for a detail.
Severe = Callable[[str, str, str, int | None, int | None], Problem]


class Open:
    """An entry that is being read: its TxDtls are read one by one, and its own row is made at the end."""

    __slots__ = (
        "_ahead",
        "_details",
        "_line_no",
        "_profile",
        "_starts",
        "_statement",
        "_taken",
        "ahead",
        "detail_line",
        "element",
        "problems",
    )

    def __init__(
        self, statement: camt_statement.Open, element: etree._Element | None, starts: int, profile: Profile
    ) -> None:
        self.element = element
        self.detail_line: int | None = None
        self.problems: list[Problem] = []
        self._statement, self._profile, self._line_no = statement, profile, statement.entries
        self._starts = starts
        self._details: list[tuple[Fields, int | None]] = []
        self._taken = 0
        # The entry's row as `hand_over` last read it, before the entry's end; None if `hand_over` was not called.
        self.ahead: Line | None = None
        self._ahead: tuple[object, ...] = ()

    def take(self, names: Names, element: etree._Element) -> bool:
        """Read one complete TxDtls, before its XML element is cleared; returns whether the details now fill a batch."""
        self._details.append((gather(element, DETAIL, names, {}), self.detail_line))
        self.detail_line = None
        return len(self._details) >= BATCH_ROWS

    def hand_over(self, names: Names) -> list[Line]:
        """Rows of the TxDtls read so far, with the entry's fields.

        These are already known: the schema puts them before the TxDtls.
        """
        assert self.element is not None
        known = len(self.problems)
        fields = gather(self.element, ENTRY, names, {})
        line = self._line(fields)
        # These problems are found again when the entry ends, and are reported then.
        del self.problems[known:]
        self.ahead, self._ahead = line, _weighty(line, fields)
        return self._rows(line, fields)

    def close(self, names: Names) -> tuple[Line, list[Line]]:
        """The entry's row, and those rows of its details that have not been returned yet."""
        assert self.element is not None
        return self._closed(gather(self.element, ENTRY, names, {}))

    def close_repeated(self, found: Repeated) -> tuple[Line, list[Line]]:
        """The rows of an entry and its details that were read without XML."""
        self._details = found.details
        return self._closed(found.fields)

    def _closed(self, fields: Fields) -> tuple[Line, list[Line]]:
        line = self._line(fields)
        if self.ahead is not None and self._ahead != _weighty(line, fields):
            self._tell(
                refuse,
                "xml_out_of_place",
                "the entry's amount, direction, status or dates come after its transactions: ask the bank for a "
                "statement in the order of the schema",
                line,
            )
        rows = self._rows(line, fields)
        refer_by_entry(line, rows if self._taken == len(rows) else None, self._statement.country)
        return line, rows

    def _rows(self, line: Line, fields: Fields) -> list[Line]:
        numbered = enumerate(self._details, self._taken + 1)
        self._taken, self._details = self._taken + len(self._details), []
        return [self._detail(number, detail, xml_line, line, fields) for number, (detail, xml_line) in numbered]

    def _line(self, fields: Fields) -> Line:
        currency, written = fields.get("amount", (None, None))
        reversal = indicated(fields.get("reversal"))
        line = Line(
            self._statement.row.statement_no,
            self._line_no,
            0,
            currency=currency,
            bank_ref=fields.get("bank_ref"),
            reversal=bool(reversal),
            text=fields.get("text"),
            bank_code=code_of(fields),
            declared_details=declared_details(fields),
            order_id=order_of(fields),
            raw_position=f"Ntry {self._line_no}, line {self._starts}",
        )
        self._convert(line, written, fields.get("direction", ""), refuse)
        self._currency(line)
        status = fields.get("status")
        if status is None:
            self._tell(
                doubt,
                "status_missing",
                "Sts does not say whether the movement is booked, so no sum includes it: ask the bank whether it is",
                line,
            )
        else:
            line.status = _STATUSES.get(status, "unknown")
            if status not in _STATUSES:
                self._tell(
                    doubt,
                    "status_unknown",
                    "Sts is none of BOOK, PDNG, INFO and FUTR, so no sum includes the movement: ask the bank whether "
                    "the movement is booked",
                    line,
                )
        if reversal is None:
            self._tell(
                doubt,
                "indicator_unreadable",
                "RvslInd is neither true nor false, so the movement was not read as a reversal: ask the bank",
                line,
            )
        line.booked_on, line.value_on = self._day(fields, "booked", line), self._day(fields, "value", line)
        self._charge(line, fields, currency)
        return line

    def _detail(self, number: int, fields: Fields, xml_line: int | None, line: Line, of_line: Fields) -> Line:
        direction: str = of_line.get("direction", "")
        own: str = fields.get("direction", direction)
        # In a payment to us, the other party is the debtor, and it stays the debtor if that payment is reversed.
        turned = line.reversal and not self._flips(line)
        name, account = other_side(fields, (own == "CRDT") != turned)
        detail = Line(
            line.statement_no,
            line.line_no,
            number,
            line.booked_on,
            line.value_on,
            status=line.status,
            counterparty=name,
            counterparty_account=account,
            reversal=line.reversal,
            end_to_end_id=given(fields.get("end_to_end_id")),
            bank_ref=given(fields.get("bank_ref")),
            return_reason=fields.get("return_reason"),
            bank_code=code_of(fields),
            order_id=order_of(fields),
            raw_position=f"Ntry {self._line_no}, TxDtls {number}, line {xml_line}",
        )
        chosen = on_account(fields, line.currency)
        if chosen == of_line.get("amount") and own == direction and not (self.problems or self.ahead):
            # Nearly every movement has one detail, which has its amount, and nothing is wrong with it.
            detail.currency, detail.amount_minor = line.currency, line.amount_minor
        elif chosen is not None:
            detail.currency, written = chosen
            self._convert(detail, written, own, doubt)
        detail.instructed_minor, detail.instructed_currency = instructed(fields)
        self._charge(detail, fields, line.currency)
        refer(detail, fields, detail.currency or line.currency, self._statement.country)
        return detail

    def _convert(self, line: Line, written: str | None, direction: str, severity: Severe) -> None:
        """Set the line's amount: positive if it raises the balance, negative if it lowers it, as CdtDbtInd says."""
        decimals, sign = decimals_of(line.currency), _SIGNS.get(direction)
        if sign is None or decimals is None:
            line.amount_exact = False
            if sign is None:
                self._tell(
                    severity,
                    "direction_missing",
                    "CdtDbtInd must be CRDT or DBIT: ask the bank for a corrected statement",
                    line,
                )
            if decimals is None:
                self._tell(
                    severity,
                    "currency_unknown",
                    "ISO 4217 does not list the currency of the amount, so its minor unit is unknown: ask the bank for "
                    "a corrected statement",
                    line,
                )
            return
        minor, line.amount_exact = to_minor(written or "", decimals)
        if minor is None:
            self._tell(
                severity,
                "amount_unreadable",
                "Amt is not a decimal number of at most 18 digits: ask the bank for a corrected statement",
                line,
            )
            return
        if not line.amount_exact:
            self._tell(
                severity,
                "amount_too_precise",
                f"Amt has more decimals than {line.currency} ({decimals}): ask the bank for a corrected statement",
                line,
            )
        if minor < 0:
            # The sign could also repeat the direction; for a movement, only balances can show which is meant.
            balances = (self._statement.row.opening_minor, self._statement.row.closing_minor)
            self._tell(
                severity if None in balances else doubt,
                "amount_negative",
                "Amt has its own sign, which was applied in addition to CdtDbtInd: ask the bank for a statement "
                "without such signs",
                line,
            )
        if line.reversal and self._flips(line):
            sign, self._statement.flipped = -sign, True
        line.amount_minor = sign * minor

    def _flips(self, line: Line) -> bool:
        head = self._statement.row
        return self._profile.flips_reversals(head.account, head.currency or line.currency)

    def _currency(self, line: Line) -> None:
        expected = self._statement.row.currency
        if expected is None:
            self._statement.line_currency = self._statement.line_currency or line.currency
        elif line.currency and line.currency != expected:
            told = "the movement is not in the currency of its account: ask the bank for a corrected statement"
            self._tell(doubt, "currency_differs", told, line)

    def _day(self, fields: Fields, name: str, line: Line) -> date | None:
        written = fields.get(name)
        day = to_day(written, self._profile.zone) if written else None
        if written and day is None:
            told = f"the {name} date is not in the form YYYY-MM-DD: ask the bank which day is meant"
            self._tell(doubt, "date_unreadable", told, line)
        return day

    def _charge(self, line: Line, fields: Fields, currency: str | None) -> None:
        found = charged(fields) if "charges" in fields else ()
        if not found:
            return
        decimals, total = decimals_of(currency), 0
        for (own, written), sign in found:
            minor, exact = to_minor(written or "", decimals) if decimals is not None else (None, False)
            if own != currency or minor is None or minor < 0 or not exact:
                self._tell(
                    warning,
                    "charges_in_other_currency",
                    "charges are unreadable, signed, or not in the currency of the movement, so they were left out",
                    line,
                )
                return
            total += sign * minor
        line.charges_minor = total

    def _tell(self, severity: Severe, code: str, message: str, line: Line) -> None:
        self.problems.append(severity(code, message, line.raw_position or "", line.statement_no, line.line_no))


def _weighty(line: Line, fields: Fields) -> tuple[object, ...]:
    """The fields that details inherit from their entry."""
    return line.currency, fields.get("direction"), line.reversal, line.status, line.booked_on, line.value_on
