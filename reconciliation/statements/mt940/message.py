"""Reads one message: the account, the balances and the totals; its movements are read one after the other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ledger.domain.bank.account_number import account_number, kind_of
from ledger.domain.money import decimals_of
from reconciliation.statements.mt940.fields import Field
from reconciliation.statements.mt940.pages import Page, Pages
from reconciliation.statements.mt940.values import Balance, amount, balance
from reconciliation.statements.problems import Problem, doubt, refuse, warning
from reconciliation.statements.shape import Profile, Statement
from reconciliation.statements.values import to_day, to_minor

_CURRENCY_BEHIND: Final = re.compile(r"(?<=[0-9 ])([A-Z]{3})$")
# Number of the statement, and of the page within it.
_NUMBER: Final = re.compile(r"\s*([0-9]+)(?:/([0-9]{1,9}))?")
_CURRENCY: Final = re.compile(r"\s*([A-Z]{3})")
_TOTALS: Final = ("90C", "90D")
_TOTAL: Final = re.compile(r"\s*([0-9]*)([A-Z]{3})([0-9.,]+)\s*")
_CREATED: Final = re.compile(r"\s*([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([+-][0-9]{2})?([0-9]{2})?\s*")
_LAST_YEAR: Final = "79"


class Message:
    """A message that is being read: its row is complete at its end."""

    def __init__(self, statement_no: int, message: str, profile: Profile, currencies: Mapping[str, str]) -> None:
        self.page = Page(Statement(statement_no, message))
        # The page before this one; known once the head of the message was read.
        self.before: Page | None = None
        self.settled = self.closed = False
        self._problems: list[Problem] = []
        self._profile, self._currencies = profile, currencies
        self._account = ""
        self._floor_currency: str | None = None
        self._opened: Balance | None = None
        self._totals: dict[str, tuple[int | None, int | None]] = {}

    @property
    def row(self) -> Statement:
        """The row of the statement."""
        return self.page.row

    @property
    def country(self) -> str | None:
        """In whose style payers write references: Sweden if the currency is SEK, else the country of the IBAN."""
        if self.row.currency == "SEK":
            return "SE"
        return self.row.account[:2] if self.row.account_kind == "iban" and self.row.account else None

    def see(self, field: Field) -> None:
        """Take in a field that is not of a movement; those of available balances are left out."""
        name, content = field.name, field.lines[0]
        if name == "20":
            self.row.statement_id = content.strip() or None
        elif name in ("25", "25P"):
            self._account = content.strip()
        elif name in ("28", "28C"):
            self._number(content)
        elif name in ("13", "13D"):
            self._created(content)
        elif name == "34F":
            limit = _CURRENCY.match(content)
            self._floor_currency = limit[1] if limit else self._floor_currency
        elif name.startswith("60"):
            self._open(field)
        elif name.startswith("62"):
            self._close(field)
        elif name in _TOTALS:
            self._total(field)

    def settle(self, pages: Pages) -> None:
        """Set what movements need, once the head was read: account, currency, and the number of the statement."""
        self.settled = True
        self._identify()
        self.before = pages.before(self.page)
        if self.before is not None:
            self.row.statement_no, self.page.movements = self.before.row.statement_no, self.before.movements

    def finished(self) -> list[Problem]:
        """Set what the bank declares of the whole message; returns what is wrong with it."""
        row = self.row
        if row.has_last_page is None and not self.page.follows:
            # One message is the whole statement, whichever number it has.
            row.first_page = row.last_page = None
        for name, (_, minor) in self._totals.items():
            if name == "90C":
                row.declared_credit_minor = minor
            else:
                row.declared_debit_minor = minor
        counts = [count for count, _ in self._totals.values() if count is not None]
        row.declared_count = sum(counts) if len(counts) == len(_TOTALS) else None
        return [replace(problem, statement_no=row.statement_no) for problem in self._problems]

    def _identify(self) -> None:
        row, account, behind = self.row, self._account.removeprefix("/").strip(), None
        if kind_of(account) != "iban" and (behind := _CURRENCY_BEHIND.search(account)):
            account = account[: behind.start()].strip()
        if account:
            row.account_kind = kind_of(account)
            row.account = account_number(account) or None
        # A message without a balance is in the currency that the file says of its account before.
        known = self._currencies.get(row.account or "")
        row.currency = row.currency or self._floor_currency or (behind[1] if behind else None) or known

    def _number(self, content: str) -> None:
        match = _NUMBER.match(content)
        written = match[1] if match else content.strip()
        # A bank that does not count its statements writes zeros.
        self.row.sequence = written if written.strip("0") else None
        if match and match[2]:
            self.row.first_page = self.row.last_page = int(match[2])

    def _created(self, content: str) -> None:
        match = _CREATED.fullmatch(content)
        if match is None:
            return
        year, month, day, hour, minute, offset, rest = match.groups()
        zone = f"{offset}:{rest or '00'}" if offset else ""
        century = "20" if year <= _LAST_YEAR else "19"
        self.row.created_at = f"{century}{year}-{month}-{day}T{hour}:{minute}{zone}"
        self.row.created_on = to_day(self.row.created_at, self._profile.zone)

    def _open(self, field: Field) -> None:
        if self._opened is not None:
            self._tell(
                "record_out_of_place",
                "a second opening balance (:60F:) comes before the closing one (:62F:), so a part of the file may be "
                "missing: fetch the file again",
                field,
            )
            return
        self._opened = self._balance(field)
        self.page.follows = field.name == "60M"
        if self._opened is not None:
            self.row.currency = self._opened.currency
            self.row.opening_minor, self.row.from_on = self._opened.minor, self._opened.on

    def _close(self, field: Field) -> None:
        self.closed = True
        found, row = self._balance(field), self.row
        if field.name == "62M":
            row.has_last_page = False
        elif self.page.follows:
            row.has_last_page = True
        if found is None:
            return
        if self._opened is not None and found.currency != self._opened.currency:
            self._problems.append(
                warning(
                    "balance_in_other_currency",
                    f"the closing balance (:{field.name}:) is not in the currency of the opening one, so it proves "
                    "nothing and was left out: ask the bank for a balance in that currency",
                    _position(field),
                    row.statement_no,
                )
            )
            return
        row.currency = row.currency or found.currency
        row.closing_minor, row.closed_on, row.to_on = found.minor, found.on, found.on

    def _balance(self, field: Field) -> Balance | None:
        found = balance(field.lines[0])
        if found is None:
            self._tell(
                "balance_unreadable",
                f"the balance (:{field.name}:) needs C or D, a date, a currency and an amount of at most 15 "
                "characters: ask the bank for a corrected statement",
                field,
            )
        elif found.on is None:
            self._problems.append(
                doubt(
                    "date_unreadable",
                    f"the date of the balance (:{field.name}:) is not in the calendar: ask the bank which day is meant",
                    _position(field),
                    self.row.statement_no,
                )
            )
        return found

    def _total(self, field: Field) -> None:
        match = _TOTAL.fullmatch(field.lines[0])
        plain, decimals = (amount(match[3]), decimals_of(match[2])) if match else (None, None)
        minor, exact = to_minor(plain, decimals) if plain and decimals is not None else (None, False)
        if match is None or not exact:
            self._problems.append(
                warning(
                    "total_unreadable",
                    f"the total (:{field.name}:) is no number, currency and amount, so it proves nothing: ask the bank "
                    "for a corrected report",
                    _position(field),
                    self.row.statement_no,
                )
            )
            return
        self._totals[field.name] = (int(match[1]) if match[1] and len(match[1]) <= 9 else None, minor)

    def _tell(self, code: str, message: str, field: Field) -> None:
        self._problems.append(refuse(code, message, _position(field), self.row.statement_no))


def _position(field: Field) -> str:
    return f":{field.name}: in line {field.number}"
