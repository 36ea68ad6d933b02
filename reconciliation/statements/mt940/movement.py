"""Makes a row of a movement: the statement line (`:61:`) and the information about it (`:86:`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from ledger.domain.bank.account_number import kind_of
from ledger.domain.money import decimals_of
from reconciliation.statements.mt940.information import Information, read_information
from reconciliation.statements.mt940.statement_line import StatementLine, read_line
from reconciliation.statements.mt940.values import Day, amount, to_day, to_entry_day
from reconciliation.statements.problems import Problem, doubt, refuse, warning
from reconciliation.statements.quoting import Field, quote
from reconciliation.statements.references import classify
from reconciliation.statements.shape import Line
from reconciliation.statements.values import to_minor

_Severe = Callable[[str, str, str, int | None, int | None], Problem]
# Amounts that a bank writes into the supplementary details or the information: what was ordered, and its charges.
_CODED: Final = re.compile(r"/(OCMT|CHGS)/([A-Z]{3})([0-9.,]+)(?=/|$)")
_CODED_TEXT: Final = re.compile(r"(?:/[A-Z]{4}/[^/]*/?)+")
# Each line of a bank's own field (`:NS:`) begins with the number of a subfield.
_NUMBERED_LINE: Final = re.compile(r"^[0-9]{2}")
# SWIFT allows six lines of 65 characters; banks write some more.
_MOST_LINES: Final = 500
_MOST_CHARACTERS: Final = 10_000
_APART: Final = " / "


class Movement:
    """A movement that is being read: its statement line, and the lines of information that follow it."""

    def __init__(self, content: list[str], raw_position: str, statement_no: int, line_no: int) -> None:
        self._line = Line(statement_no, line_no, 0, status="booked", raw_position=raw_position)
        self._left_lines, self._left_characters = _MOST_LINES, _MOST_CHARACTERS
        self._information: list[str] = []
        self._own_words: list[str] = []
        self.problems: list[Problem] = []
        whole = "\n".join(line.rstrip() for line in content).rstrip() if self._fits(content) else ""
        self._found = read_line(whole)

    def inform(self, lines: list[str]) -> None:
        """Add information (`:86:`); some banks write one field for each of its lines."""
        if self._fits(lines):
            self._information += lines

    def inform_in_own_words(self, lines: list[str]) -> None:
        """Add what is in a bank's own field (`:NS:`)."""
        if self._fits(lines):
            self._own_words += [_NUMBERED_LINE.sub("", line).strip() for line in lines]

    def row(self, currency: str | None, country: str | None, closed_on: date | None) -> Line:
        """The row, made after all fields of the movement were read; what is wrong is in `problems`."""
        line, found = self._line, self._found
        line.currency = currency
        if found is None:
            line.amount_exact = False
            self._tell(
                refuse,
                "field_unreadable",
                "a statement line (:61:) needs a value date, C, D, RC or RD, an amount of at most 15 characters, and a "
                "type: fetch the file again",
            )
            return line
        self._convert(found)
        self._date(found, closed_on)
        line.reversal = found.reversal
        line.status = "pending" if found.expected else "booked"
        line.bank_ref = found.bank_reference
        self._say(found, read_information(self._information), country)
        return line

    def _fits(self, lines: list[str]) -> bool:
        """Whether the movement is not longer than any genuine one; it is reported once that it is."""
        fitted = self._left_lines >= 0 and self._left_characters >= 0
        self._left_lines -= len(lines)
        self._left_characters -= sum(map(len, lines))
        fits = self._left_lines >= 0 and self._left_characters >= 0
        if fitted and not fits:
            self._tell(
                refuse,
                "field_unreadable",
                f"a movement with more than {_MOST_LINES} lines or {_MOST_CHARACTERS} characters is in no genuine "
                "statement: fetch the file again",
            )
        return fits

    def _convert(self, found: StatementLine) -> None:
        line, decimals = self._line, decimals_of(self._line.currency)
        if decimals is None:
            line.amount_exact = False
            self._tell(
                doubt,
                "currency_unknown",
                "no balance says in which currency of ISO 4217 the movement is, so its minor unit is unknown: ask the "
                "bank for the whole statement",
            )
            return
        line.amount_minor, line.amount_exact = to_minor(found.amount, decimals)
        if not line.amount_exact:
            self._tell(
                refuse,
                "amount_too_precise",
                f"the amount of the statement line has more decimals than {line.currency} ({decimals}): ask the bank "
                "for a corrected statement",
            )

    def _date(self, found: StatementLine, closed_on: date | None) -> None:
        """Set the days; without an entry date, the movement is booked on its value date: banks leave out equal days.

        A value date after the day of the closing balance cannot be that of the booking.
        """
        line, value = self._line, to_day(found.value_day)
        line.value_on = self._checked(value, "value date")
        if found.entry_day is None:
            after = line.value_on is not None and closed_on is not None and line.value_on > closed_on
            line.booked_on = None if after else line.value_on
            return
        near = line.value_on or closed_on
        line.booked_on = self._checked(to_entry_day(found.entry_day, near) if near else Day(None), "entry date")

    def _checked(self, day: Day, name: str) -> date | None:
        if day.on is None:
            self._tell(
                doubt,
                "date_unreadable",
                f"the {name} of the statement line is not in the calendar: ask the bank which day is meant",
            )
        elif day.moved:
            self._tell(
                warning,
                "date_of_thirty_days",
                f"the {name} is a day that February does not have, as banks write it that count 30 days in each month; "
                "the last day of February was taken",
            )
        return day.on

    def _say(self, found: StatementLine, said: Information, country: str | None) -> None:
        line = self._line
        coded = " ".join([found.details, "".join(self._information)])
        self._charge(coded)
        words = [found.details] if found.details and not _CODED_TEXT.fullmatch(found.details) else []
        if words and kind_of(found.details) == "iban" and said.counterparty_account is None:
            said.counterparty_account = words.pop()
        line.counterparty, line.counterparty_account = said.counterparty, said.counterparty_account
        # In a movement that we ordered, the reference of the account's owner is ours.
        ours = said.own_reference or found.reference if found.amount.startswith("-") else None
        line.end_to_end_id = said.end_to_end_id or ours
        line.return_reason = said.return_reason
        if line.return_reason is None and (found.kind or "").endswith("RTI"):
            line.return_reason = "NARR"
        line.bank_code = "-".join(filter(None, (found.kind, said.code))) or None
        own = " ".join(" ".join(self._own_words).split())
        line.text = " ".join(filter(None, (*words, said.text, own))) or None
        fields = [Field(said.structured, classify(said.structured, None, country))] if said.structured else []
        referred = [found.reference] if found.reference and ours is None else []
        # No number goes on from one of these texts into the next.
        apart = [piece for text in (*referred, *words) for piece in (text, _APART)]
        quote(line, fields, [*apart, *said.pieces, *((_APART, own) if own else ())], country)

    def _charge(self, coded: str) -> None:
        """Set what was ordered before it was changed into the account's currency, and what the bank took."""
        line = self._line
        for name, currency, written in _CODED.findall(coded):
            decimals, plain = decimals_of(currency), amount(written)
            minor, exact = to_minor(plain, decimals) if plain and decimals is not None else (None, False)
            if not exact:
                continue
            if name == "OCMT":
                line.instructed_minor, line.instructed_currency = minor, currency
            elif currency == line.currency:
                line.charges_minor = (line.charges_minor or 0) + (minor or 0)
            else:
                self._tell(
                    warning,
                    "charges_in_other_currency",
                    "charges are not in the currency of the movement, so they were left out",
                )

    def _tell(self, severity: _Severe, code: str, message: str) -> None:
        line = self._line
        self.problems.append(severity(code, message, line.raw_position or "", line.statement_no, line.line_no))
