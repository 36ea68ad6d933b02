"""Reads the head of a camt statement: account, currency, booked balances and declared totals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, tzinfo
from typing import Final

from lxml import etree

from ledger.domain.bank.account_number import Kind, account_number
from ledger.domain.money import decimals_of
from reconciliation.statements.camt.fields import STATEMENT
from reconciliation.statements.camt.pages import is_page, number_page
from reconciliation.statements.problems import Problem, doubt, refuse, warning
from reconciliation.statements.shape import Statement
from reconciliation.statements.values import NO_AMOUNT, to_day, to_minor
from reconciliation.statements.xml_fields import Fields, Names, gather

# Proprietary scheme names that Nordic banks use for giro numbers in Acct/Id/Othr/SchmeNm.
_SCHEMES: Final[dict[str, Kind]] = {
    "BBAN": "bban",
    "BGNR": "bankgiro",
    "BG": "bankgiro",
    "PGNR": "plusgiro",
    "PG": "plusgiro",
}
_SIGNS = {"CRDT": 1, "DBIT": -1}


class Open:
    """A statement that is being read: the data that its entries need, and its row, which is complete at the end."""

    def __init__(self, statement_no: int, message: str | None, zone: tzinfo | None, header: Fields) -> None:
        self.row = Statement(statement_no, message)
        self.zone = zone
        self._header = header
        self.problems: list[Problem] = []
        self.entries = 0
        self.line_currency: str | None = None
        self.country: str | None = None
        self._looked = False
        # Whether the sign of a reversal was flipped, because the account's bank gives it the other direction.
        self.flipped = False

    def look_ahead(self, element: etree._Element | None, names: Names) -> bool:
        """Read the head when the first entry begins, because the schema puts the whole head before the entries.

        Returns whether this was the first time.
        """
        if self._looked or element is None:
            return False
        self._looked = True
        self._look(element, names)
        return True

    def continue_from(self, statement_no: int, entries: int) -> None:
        """Number the statement and its entries as the next page of a statement."""
        self.row.statement_no, self.entries = statement_no, entries
        self.problems = [replace(problem, statement_no=statement_no) for problem in self.problems]

    def close(self, element: etree._Element | None, names: Names) -> tuple[Statement, list[Problem]]:
        """Return the row of the statement; `element` is None if the file ends within the statement."""
        if element is not None:
            self._look(element, names)
        if self.flipped:
            # Nobody knows on which side the bank counts a reversal to which it gives the other direction.
            self.row.declared_credit_minor = self.row.declared_debit_minor = None
        return self.row, self.problems

    def _look(self, element: etree._Element, names: Names) -> None:
        self.problems.clear()
        fields = gather(element, STATEMENT, names, {})
        self._head(fields)
        self._balances(fields)
        self._totals(fields)

    def _head(self, fields: Fields) -> None:
        row = self.row
        number_page(row, fields, self._header)
        row.statement_id = fields.get("statement_id")
        row.created_at = fields.get("created_at") or self._header.get("created_at")
        row.created_on = to_day(row.created_at, self.zone) if row.created_at else None
        row.sequence = fields.get("sequence") or fields.get("legal_sequence")
        if "iban" in fields:
            row.account, row.account_kind = account_number(fields["iban"]), "iban"
        elif "other" in fields:
            kind = _SCHEMES.get(fields.get("scheme", ""))
            row.account, row.account_kind = account_number(fields["other"], kind), kind or "bban"
        of_balances = (balance["amount"][0] for balance in fields.get("balances", ()) if "amount" in balance)
        row.currency = fields.get("currency") or next(filter(None, of_balances), None) or self.line_currency
        # Payers quote references in the style of a country: Sweden if the currency is SEK, else the country of the
        # IBAN.
        of_iban = row.account[:2] if row.account_kind == "iban" and row.account else None
        self.country = "SE" if row.currency == "SEK" else of_iban
        row.from_on, row.to_on = self._day(fields, "from"), self._day(fields, "to")
        if "copy" in fields:
            self.problems.append(
                warning(
                    "copy_of_statement",
                    "the bank marks the statement as a copy or duplicate; lines booked before are not booked again",
                    "CpyDplctInd",
                    row.statement_no,
                )
            )

    def _day(self, fields: Fields, name: str) -> date | None:
        written = fields.get(name)
        day = to_day(written, self.zone) if written else None
        if written and day is None:
            self.problems.append(
                doubt(
                    "date_unreadable",
                    f"FrToDt ({name}) is not in the form YYYY-MM-DD: ask the bank which day is meant",
                    "FrToDt",
                    self.row.statement_no,
                )
            )
        return day

    def _balances(self, fields: Fields) -> None:
        """The opening and closing booked balances in the account's currency; PRCD also counts as an opening balance.

        Inside a statement of several pages, interim balances open and close a page, in this order.
        """
        signed: dict[str, list[tuple[int, date | None]]] = {}
        kinds = ("OPBD", "PRCD", "CLBD", "ITBD") if is_page(self.row) else ("OPBD", "PRCD", "CLBD")
        for balance in fields.get("balances", ()):
            kind = balance.get("kind", "")
            if kind in kinds and (minor := self._balance(kind, balance)) is not None:
                on = to_day(balance["on"], self.zone) if "on" in balance else None
                signed.setdefault(kind, []).append((minor, on))
        opening, closing = signed.get("OPBD") or signed.get("PRCD"), signed.get("CLBD")
        interim = signed.get("ITBD", [])
        if closing is None and interim:
            closing = [interim.pop()]
        opening = opening or interim
        self.row.opening_minor = opening[0][0] if opening else None
        self.row.closing_minor, self.row.closed_on = closing[-1] if closing else (None, None)

    def _balance(self, kind: str, balance: Fields) -> int | None:
        """A balance with its sign; None if it is unreadable or in another currency, which is reported."""
        currency, written = balance.get("amount", (None, None))
        decimals, sign = decimals_of(currency), _SIGNS.get(balance.get("direction", ""))
        minor, exact = to_minor(written or "", decimals) if decimals is not None else (None, False)
        # A minus sign beside CRDT or DBIT could mean the opposite direction, or the same one once more.
        if minor is None or minor < 0 or not exact or sign is None:
            self.problems.append(
                refuse(
                    "balance_unreadable",
                    f"the balance {kind} needs an amount without a minus sign, an ISO 4217 currency and CRDT or"
                    " DBIT: ask the bank for a corrected statement",
                    f"Bal {kind}",
                    self.row.statement_no,
                )
            )
            return None
        if currency != self.row.currency:
            self.problems.append(
                warning(
                    "balance_in_other_currency",
                    f"the balance {kind} is not in the account's currency, so it proves nothing and was left out: ask "
                    "the bank for a balance in that currency",
                    f"Bal {kind}",
                    self.row.statement_no,
                )
            )
            return None
        return sign * minor

    def _totals(self, fields: Fields) -> None:
        """The counts and sums that the bank declares (TxsSummry); a minus sign before a debit sum is dropped."""
        row = self.row
        counts = [self._total(fields, name, 0) for name in ("count", "credit_count", "debit_count")]
        row.declared_count = counts[0]
        if counts[0] is None and counts[1] is not None and counts[2] is not None:
            row.declared_count = counts[1] + counts[2]
        decimals = decimals_of(row.currency)
        if decimals is not None:
            row.declared_sum_minor = self._total(fields, "sum", decimals)
            credit, debit = (self._total(fields, name, decimals) for name in ("credit_sum", "debit_sum"))
            row.declared_credit_minor = None if credit is None else abs(credit)
            row.declared_debit_minor = None if debit is None else abs(debit)

    def _total(self, fields: Fields, name: str, decimals: int) -> int | None:
        written = fields.get(name)
        minor, exact = to_minor(written, decimals) if written else (None, True)
        if not exact:
            self.problems.append(
                warning(
                    "total_unreadable",
                    f"the total ({name}) {NO_AMOUNT}, so it proves nothing: ask the bank for a corrected statement",
                    "TxsSummry",
                    self.row.statement_no,
                )
            )
        return minor if exact else None
