"""The bank of a scenario: writes the file of a table, and remembers the balance with which the next one opens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from infra.scenarios.amounts import minor_units
from infra.scenarios.names import Names
from infra.scenarios.scenario import BankTable, TableRow
from ledger.domain.bank.account_number import account_number, kind_of
from reconciliation.statements import read
from reconciliation.statements.bgmax.writer import BgMaxPayment, BgMaxSection, write_bgmax
from reconciliation.statements.camt.writer import (
    CamtDetail,
    CamtEntry,
    CamtReference,
    CamtStatement,
    write_camt053,
    write_camt054,
)

_IN: Final = "PMNT/RCDT/ESCT"
_OUT: Final = "PMNT/ICDT/ESCT"
# The clearing house's account number of the deposit; no check depends on it.
_DEPOSITED_ON: Final = "0"
# A payment's reference code when its reference was checked, and when it has none.
_CHECKED, _WITHOUT = 2, 0


class Places(NamedTuple):
    """The places in a file of what has a name, as answers state them, and the scenario's line with the name."""

    line: int
    found: frozenset[str]


class Written(NamedTuple):
    """A file, and by name the row of the table and the places in the file that it became."""

    content: bytes
    places: Mapping[str, Places]


class Bank:
    """Writes one file after another; each account's statements follow one another in balance and number."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._closing: dict[tuple[str, str], int] = {}
        self._sent: Counter[tuple[str, str, str]] = Counter()

    def written(self, table: BankTable, at: datetime) -> Written:
        """Write a table as the file of its format."""
        if table.format == "bgmax":
            # The deposit is the only line of the file, and the payments are its details.
            numbers = [(row, 1, number) for number, row in enumerate(table.rows, 1)]
            return _written(self._bgmax(table, at), numbers)
        numbers = [
            (one, number, detail)
            for number, row in enumerate(table.rows, 1)
            for detail, one in enumerate((row, *row.details))
        ]
        return _written(self._camt(table, at), numbers)

    def _bgmax(self, table: BankTable, at: datetime) -> bytes:
        currency = table.values["currency"].text
        payments = [
            BgMaxPayment(
                minor_units(row.values["amount"].text, currency),
                reference=self._reference(row) or "",
                reference_code=_CHECKED if "reference" in row.values else _WITHOUT,
                name=_said(row, "payer") or "",
                information=[row.values["text"].text] if "text" in row.values else (),
            )
            for row in table.rows
        ]
        account = table.values["account"].text.replace("-", "")
        paid_on = date.fromisoformat(table.values["on"].text)
        section = BgMaxSection(account, _DEPOSITED_ON, paid_on, self._number(table), payments, currency)
        return write_bgmax(at.replace(tzinfo=None), [section])

    def _camt(self, table: BankTable, at: datetime) -> bytes:
        values, currency = table.values, table.values["currency"].text
        written = values["account"].text
        account = (account_number(written), currency)
        number = self._number(table)
        entries = [self._entry(row, table) for row in table.rows]
        opening = self._closing.get(account, 0)
        if "opening" in values:
            opening = minor_units(values["opening"].text, currency)
        id = values["id"].text if "id" in values else f"S{number}"
        stated = CamtStatement(
            id,
            # A file has an IBAN in its one form, and any other number as the bank writes it.
            account[0] if kind_of(written) == "iban" else written,
            currency,
            number,
            f"{at:%Y-%m-%dT%H:%M:%S}",
            date.fromisoformat(values.get("from", values["on"]).text),
            date.fromisoformat(values.get("to", values["on"]).text),
            entries,
            opening,
            values["scheme"].text if "scheme" in values else "BBAN",
        )
        if table.format == "camt.054":
            return write_camt054(f"M{id}", stated.created_at, [stated])
        booked = sum(entry.amount_minor for entry in entries if entry.status == "BOOK")
        self._closing[account] = opening + booked
        return write_camt053(f"M{id}", stated.created_at, [stated])

    def _entry(self, row: TableRow, table: BankTable) -> CamtEntry:
        values, currency = row.values, table.values["currency"].text
        amount = minor_units(values["amount"].text, currency)
        booked = values.get("on", table.values["on"]).text
        domain, family, subfamily = (_said(row, "code") or (_IN if amount >= 0 else _OUT)).split("/")
        details = [self._detail(one, currency, _said(one, "bank-ref")) for one in row.details]
        return CamtEntry(
            amount,
            date.fromisoformat(booked),
            date.fromisoformat(_said(row, "value-on") or booked),
            bank_ref=_said(row, "bank-ref"),
            details=details if details or "order" in values else [self._detail(row, currency)],
            order_id=_said(row, "order"),
            payments=int(values["payments"].text) if "payments" in values else None,
            status=_said(row, "status") or "BOOK",  # type: ignore[arg-type]
            reversal="reversal" in values,
            code=(domain, family, subfamily),
        )

    def _detail(self, row: TableRow, currency: str, bank_ref: str | None = None) -> CamtDetail:
        reference = self._reference(row)
        return CamtDetail(
            amount_minor=minor_units(row.values["amount"].text, currency),
            end_to_end_id=_said(row, "end-to-end") or "NOTPROVIDED",
            bank_ref=bank_ref,
            references=(CamtReference(reference),) if reference else (),
            text=_said(row, "text"),
            counterparty=_said(row, "payer"),
            counterparty_account=_said(row, "payer-account"),
            return_reason=_said(row, "return-reason"),
        )

    def _reference(self, row: TableRow) -> str | None:
        said = _said(row, "reference")
        return said and self._names.meant(said, "REFERENCE")

    def _number(self, table: BankTable) -> int:
        """The number of this file among those of its account, currency and format, unless the table gives another."""
        values = table.values
        account = (table.format, account_number(values["account"].text), values["currency"].text)
        self._sent[account] += 1
        said = table.values.get("sequence")
        return int(said.text) if said else self._sent[account]


def _said(row: TableRow, key: str) -> str | None:
    return row.values[key].text if key in row.values else None


def _written(content: bytes, numbers: Sequence[tuple[TableRow, int, int]]) -> Written:
    """The file, with the places of each row that has a name: of a line and its details, or of one detail alone."""
    named = [(row, line_no, detail_no) for row, line_no, detail_no in numbers if row.name]
    lines = read(content).lines.select(["line_no", "detail_no", "raw_position"]).to_pylist() if named else []
    places = {
        str(row.name): Places(
            row.line,
            frozenset(
                one["raw_position"] for one in lines if one["line_no"] == line_no and detail_no in (0, one["detail_no"])
            ),
        )
        for row, line_no, detail_no in named
    }
    return Written(content, places)
