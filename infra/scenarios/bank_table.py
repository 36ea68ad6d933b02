"""Reads a bank's table: the few fields from which one of our writers makes a bank file."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from infra.scenarios.amounts import minor_units
from infra.scenarios.form import Form
from infra.scenarios.scenario import BankTable, TableRow
from infra.scenarios.tree import Fields, Node, Text
from ledger.domain.money import decimals_of

_ROWS: Final = "rows"
_TABLE: Final = ("format", "account", "on", "currency", "sequence", _ROWS)
_PAID: Final = ("amount", "reference", "payer", "text", "name")
_DETAIL: Final = (*_PAID, "payer-account", "end-to-end", "bank-ref", "return-reason")
_ENTRY: Final = (*_DETAIL, "order", "payments", "on", "value-on", "code", "status", "reversal", "details")
_STATEMENT: Final = (*_TABLE, "id", "from", "to", "scheme")
# The formats that a table can be written in, with the fields of the table and of its rows.
FORMATS: Final = {
    "camt.053": ((*_STATEMENT, "opening"), _ENTRY),
    "camt.054": (_STATEMENT, _ENTRY),
    "bgmax": (_TABLE, _PAID),
}
_DAYS: Final = ("on", "value-on", "from", "to")
_CODE: Final = re.compile(r"[A-Z]{4}/[A-Z]{4}/[A-Z]{4}")
_WORDS: Final = {"status": ("BOOK", "PDNG", "INFO"), "reversal": ("true",)}


class TableForm:
    """Reads the tables of one file; a table's currency and day are the entity's and the step's if it gives none."""

    def __init__(self, form: Form, currency: str) -> None:
        self._form = form
        self._currency = currency

    def table(self, fields: Fields, on: date) -> BankTable:
        """Return a table whose values are all of the right form."""
        format = self._form.text(fields.values["format"], "`format`")
        if format.text not in FORMATS:
            raise self._form.unknown(format.line, format.text, FORMATS, "a table is written as one of these")
        columns, of_rows = FORMATS[format.text]
        self._form.fields(fields, f"a table of {format.text}", columns)
        for needed in ("account", _ROWS):
            if needed not in fields.values:
                raise self._form.wrong(fields.line, f"the table has no `{needed}`; give it")
        values = {"on": Text(fields.line, on.isoformat()), "currency": Text(fields.line, self._currency)}
        values |= {key: self._form.text(node, f"`{key}`") for key, node in fields.values.items() if key != _ROWS}
        currency = values["currency"]
        if decimals_of(currency.text) is None:
            raise self._form.wrong(
                currency.line, f"{currency.text!r} is not a currency of ISO 4217; write one such as SEK"
            )
        self._check(values, currency.text)
        rows = self._form.items(fields.values[_ROWS], "`rows`", may_be_empty=True)
        return BankTable(
            fields.line, format.text, values, tuple(self._row(one, of_rows, currency.text) for one in rows)
        )

    def _row(self, node: Node, columns: tuple[str, ...], currency: str) -> TableRow:
        fields = self._form.fields(node, "a row of the table", columns)
        if "amount" not in fields.values:
            raise self._form.wrong(fields.line, "the row has no `amount`; give it, below zero for money that goes out")
        texts = {key: self._form.text(one, f"`{key}`") for key, one in fields.values.items() if key != "details"}
        self._check(texts, currency)
        details: tuple[TableRow, ...] = ()
        if "details" in fields.values:
            members = self._form.items(fields.values["details"], "`details`")
            details = tuple(self._row(one, _DETAIL, currency) for one in members)
        name = texts.pop("name", None)
        return TableRow(fields.line, texts, name.text if name else None, details)

    def _check(self, values: dict[str, Text], currency: str) -> None:
        for key, text in values.items():
            if key in ("amount", "opening"):
                self._form.read(text, lambda said: minor_units(said, currency), f"an amount of {currency}")
            elif key in _DAYS:
                self._form.day(text)
            elif key in ("sequence", "payments"):
                self._form.read(text, int, "a number")
            elif key == "code" and not _CODE.fullmatch(text.text):
                raise self._form.wrong(
                    text.line, f"{text.text!r} is not a bank's code; write one such as PMNT/RCDT/ESCT"
                )
            elif key in _WORDS and text.text not in _WORDS[key]:
                raise self._form.unknown(text.line, text.text, _WORDS[key], f"`{key}` can be")
