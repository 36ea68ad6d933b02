"""Reads one account of a Norma 43 file: its header (11), its movements (22 to 24) and its end (33)."""

from __future__ import annotations

from datetime import date
from typing import Final

from stdnum.es import ccc

from ledger.domain.money import decimals_of
from reconciliation.statements.fixed_width import Record
from reconciliation.statements.norma43.records import AMOUNT_DECIMALS, CREDIT, DEBIT
from reconciliation.statements.numbered_currencies import CURRENCIES
from reconciliation.statements.problems import Problem, doubt, refuse, warning
from reconciliation.statements.quoting import Field, quote
from reconciliation.statements.references import classify
from reconciliation.statements.rows import Rows
from reconciliation.statements.shape import Line, Statement, Total
from reconciliation.statements.values import short_day, to_minor

_SIGNS: Final = {DEBIT: -1, CREDIT: 1}
_REFERENCES: Final = ("first_reference", "second_reference", "document")


class Account:
    """An account that is being read: a header record (11) opens it, and an end record (33) closes it."""

    def __init__(self, statement_no: int, header: Record, lines: Rows, problems: list[Problem]) -> None:
        self._header, self._lines, self._problems = header, lines, problems
        number = CURRENCIES.get(header.text("currency"))
        self._decimals = decimals_of(number) or 0
        self._statement = Statement(
            statement_no,
            "Norma 43",
            *_account_of(header),
            number,
            from_on=self._day(header, "from"),
            to_on=self._day(header, "to"),
        )
        if number is None:
            self._refuse("currency_unknown", "the number of the currency is not in ISO 4217: ask the bank", header)
        self._statement.opening_minor = self._balance(header, "opening_balance")
        self._line: Line | None = None
        self._fields: list[Field] = []
        self._texts: list[str] = []
        self._debits, self._credits = 0, 0

    def see(self, record: Record) -> None:
        """Read a record that comes after the header and before the end of the account."""
        if record.code == "22":
            self._finish()
            self._movement(record)
        elif self._line is None:
            self._refuse(
                "record_out_of_place",
                f"a {record.name} record comes before the first movement (22) of its account: fetch the file again",
                record,
            )
        elif record.code == "23":
            self._texts.append(record.line[record.layout.records["23"]["text"]])
        else:
            self._original(record, self._line)

    def close(self, end: Record | None) -> tuple[Statement, list[Total]]:
        """The account's row, and the counts that its end record states; the movements are in the rows already."""
        self._finish()
        statement = self._statement
        if end is None:
            self._refuse(
                "end_record_missing",
                "the account has no end record (33), so a part of it may be missing: fetch the file again",
                self._header,
            )
            return statement, []
        statement.closing_minor, statement.closed_on = self._balance(end, "closing_balance"), statement.to_on
        self._compare(end)
        statement.declared_credit_minor = self._minor(end, "credit_sum")
        statement.declared_debit_minor = self._minor(end, "debit_sum")
        debits, credits = end.number("debits", self._problems), end.number("credits", self._problems)
        statement.declared_count = None if debits is None or credits is None else debits + credits
        return statement, [
            self._counted("debits", debits, self._debits, end),
            self._counted("credits", credits, self._credits, end),
        ]

    def _movement(self, record: Record) -> None:
        side, amount = record.text("side"), self._minor(record, "amount")
        line = Line(
            self._statement.statement_no,
            self._debits + self._credits + 1,
            0,
            self._day(record, "booked"),
            self._day(record, "valued"),
            currency=self._statement.currency,
            status="booked",
            bank_code=f"{record.text('concept')}-{record.text('own_concept')}",
            raw_position=record.raw_position,
        )
        self._line = line
        self._debits += side != CREDIT
        self._credits += side == CREDIT
        if side in _SIGNS and amount is not None:
            line.amount_minor = _SIGNS[side] * amount
        else:
            line.amount_exact = False
        if side not in _SIGNS:
            self._refuse(
                "direction_missing",
                "a movement is neither a debit (1) nor a credit (2): ask the bank for a corrected file",
                record,
            )
        for name in _REFERENCES:
            written = record.text(name)
            # Numbers are filled with zeros from the left; only zeros mean that there is no number.
            unfilled = written.lstrip("0") if written.isdigit() else written
            if unfilled:
                self._fields.append(Field(unfilled, classify(unfilled, None, "ES")))

    def _original(self, record: Record, line: Line) -> None:
        """The amount in the currency in which the payer paid (24)."""
        currency, amount = CURRENCIES.get(record.text("currency")), record.number("amount", self._problems)
        decimals = decimals_of(currency)
        if amount is None or decimals is None:
            return
        minor, exact = _to_minor(amount, decimals)
        if exact:
            line.instructed_minor, line.instructed_currency = minor, currency

    def _finish(self) -> None:
        """Hand over the movement that was read, once all of its records were."""
        if self._line is None:
            return
        # A text goes on in the next field and record without a separator, as far as it fills them.
        said = " ".join("".join(self._texts).split())
        self._line.text = said or None
        quote(self._line, self._fields, [said] if said else [], "ES")
        self._lines.add([self._line])
        self._line, self._fields, self._texts = None, [], []

    def _balance(self, record: Record, field: str) -> int | None:
        side, amount = record.text(f"{field}_side"), self._minor(record, field)
        if amount is None:
            return None
        if side in _SIGNS or amount == 0:
            return _SIGNS.get(side, 1) * amount
        self._refuse(
            "balance_unreadable",
            f"the {field.replace('_', ' ')} is neither a debit (1) nor a credit (2): ask the bank for a corrected file",
            record,
        )
        return None

    def _compare(self, end: Record) -> None:
        """Refuse an end record that is of another account or currency than the header."""
        if any(end.text(name) != self._header.text(name) for name in ("entity", "branch", "account")):
            self._refuse(
                "account_contradicts",
                "the header (11) and the end record (33) name different accounts: fetch the file again",
                end,
            )
        if end.text("currency") != self._header.text("currency"):
            self._refuse(
                "currency_contradicts",
                "the header (11) and the end record (33) state different currencies: ask the bank for a corrected file",
                end,
            )

    def _counted(self, name: str, declared: int | None, found: int, end: Record) -> Total:
        if declared is not None and declared != found:
            self._problems.append(
                warning(
                    "control_count_differs",
                    f"the end record (33) states {declared} {name}, but the file has {found}: fetch the file again",
                    end.raw_position,
                    self._statement.statement_no,
                )
            )
        return Total(self._statement.statement_no, name, declared, found, end.raw_position)

    def _minor(self, record: Record, field: str) -> int | None:
        amount = record.number(field, self._problems)
        if amount is None or self._decimals == AMOUNT_DECIMALS:
            return amount
        minor, exact = _to_minor(amount, self._decimals)
        if not exact:
            self._refuse("amount_too_precise", f"{field} has more decimals than its currency: ask the bank", record)
        return minor

    def _day(self, record: Record, field: str) -> date | None:
        """The day of a field; a movement can do without its value date, and only with a doubt."""
        written = record.text(field)
        day = short_day(written)
        if day is not None or (field == "valued" and not written.strip("0")):
            return day
        statement_no = self._statement.statement_no if record.code == "22" else None
        say, line_no = (doubt, self._debits + self._credits + 1) if field == "valued" else (refuse, None)
        self._problems.append(
            say(
                "date_unreadable",
                f"the {field} date of a {record.name} record must be YYMMDD: fetch the file again",
                record.raw_position,
                statement_no,
                line_no,
            )
        )
        return None

    def _refuse(self, code: str, message: str, record: Record) -> None:
        self._problems.append(refuse(code, message, record.raw_position, self._statement.statement_no))


def _account_of(header: Record) -> tuple[str | None, str | None]:
    """The account's number and kind.

    A Spanish IBAN is the numbers of bank, branch and account with check digits that follow from them; the file leaves
    out the check digits. A number without a bank has no IBAN.
    """
    bank, branch, account = (header.text(name) for name in ("entity", "branch", "account"))
    number = f"{bank}{branch}{account}"
    if len(number) == 18 and number.isascii() and number.isdigit() and bank.strip("0"):
        with_gap = f"{bank}{branch}00{account}"
        return ccc.to_iban(f"{bank}{branch}{ccc.calc_check_digits(with_gap)}{account}"), "iban"
    return number or None, "bban"


def _to_minor(amount: int, decimals: int) -> tuple[int | None, bool]:
    return to_minor(f"{amount // 100}.{amount % 100:02}", decimals)
