"""The rows of a mapped table: what each of them says, as a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Final

from ledger.domain.bank.file_mapping_facts import FIELDS, Field, FileMapping
from reconciliation.statements.delimited import Columns, Row, name_of
from reconciliation.statements.findings import Findings
from reconciliation.statements.kinds import Kind
from reconciliation.statements.mapped.cells import Cells, place
from reconciliation.statements.problems import refuse
from reconciliation.statements.settlements import refer, taken
from reconciliation.statements.shape import Line

# What is taken from us, if only the kind says the direction.
_TAKEN: Final = frozenset(("refund", "chargeback", "fee", "fee_tax", "reserve_held", "payout"))
# Rows whose amount is a fee.
_FEES: Final = ("fee", "fee_returned")
# A longer reason is a text, which may name a patient.
_CODE: Final = 30
Said = Mapping[Field, str]


class Transactions:
    """Reads rows as lines, and sums what they say as it is written."""

    def __init__(self, mapping: FileMapping, columns: Columns, cells: Cells, findings: Findings) -> None:
        self._mapping, self._cells, self._findings = mapping, cells, findings
        self._named: dict[Field, str] = {one.field: one.column for one in mapping.columns}
        # A field without a column picks a name that no column has, and so the empty cell behind the others.
        self._pick = columns.picker([self._named.get(field, "\x00") for field in FIELDS])
        self._words: dict[str, Kind] = {name_of(one.word): one.kind for one in mapping.words}
        self.sums: Counter[str] = Counter()

    def said(self, row: Row) -> Said:
        """The cells of a row by what they have; what the table lacks is empty."""
        return dict(zip(FIELDS, map(str.strip, self._pick(row.cells)), strict=True))

    def read(self, said: Said, row: Row) -> Line:
        """The line of a row; problems: amount_unreadable, date_unreadable, currency_differs, kind_unknown, ..."""
        where = row.raw_position
        line = Line(1, 0, 0, currency=self._mapping.currency, status="booked", raw_position=where)
        line.booked_on = self._day("day", said, where)
        line.value_on = self._cells.day(said["value_day"], self._named.get("value_day", ""), where)
        amount = self._amount(said, where)
        self.sums["count"] += 1
        line.amount_minor, line.amount_exact = amount, amount is not None
        line.counterparty = said["payer"] or None
        line.counterparty_account = said["payer_account"] or None
        line.text, line.bank_code = said["text"] or None, said["type"] or None
        line.bank_ref = self._id("id", said, where)
        line.payment_ref = self._id("payment", said, where)
        line.end_to_end_id = self._id("our_id", said, where)
        reference = self._id("reference", said, where)
        if reference or said["text"]:
            refer(line, [reference] if reference else (), said["text"])
        self._require_currency(said, where)
        if self._mapping.at_provider:
            self._settled(line, said, where)
        return line

    def balance(self, said: Said, row: Row) -> int | None:
        """The balance that a row states."""
        return self._required("balance", said, row.raw_position)

    def _amount(self, said: Said, where: str) -> int | None:
        """The amount of a row, in the direction in which it is written."""
        if "amount" in self._named:
            amount = self._required("amount", said, where)
            if amount is not None:
                self.sums["total"] += amount
                self.sums["credits" if amount > 0 else "debits"] += abs(amount)
            return amount
        debit, credit = (self._cells.amount(said[side], self._named.get(side, side), where) for side in _SIDES)
        if bool(debit) == bool(credit) or min(debit or 0, credit or 0) < 0:
            told = "a row must have an amount without a sign in one of the columns of debit and credit"
            column = self._named.get("debit") or self._named["credit"]
            self._cells.wrong("amounts_contradict", told, column, where)
            return None
        self.sums["debits"] += debit or 0
        self.sums["credits"] += credit or 0
        self.sums["total"] += (credit or 0) - (debit or 0)
        return (credit or 0) - (debit or 0)

    def _settled(self, line: Line, said: Said, where: str) -> None:
        """Say what a provider's transaction is, and what was taken of it."""
        gross = line.amount_minor
        # What is decided of a claim and below zero takes back what was paid for it.
        plain: Kind = "chargeback" if "claimed" in self._named and (gross or 0) < 0 else "payment"
        kind = self._words.get(name_of(said["type"]), "other") if self._words else plain
        if kind == "other" and name_of(said["type"]) not in self._words and self._words:
            told = "the mapping has no word for this row: find out what it is, and request the next version with it"
            self._findings.add(refuse("kind_unknown", told, place(where, self._named["type"])))
        if gross is not None and self._mapping.unsigned:
            if gross < 0:
                told = "the mapping says that amounts have no sign, and that the word says their direction"
                self._cells.wrong("amount_negative", told, self._named["amount"], where)
            gross = -gross if kind in _TAKEN else gross
        fee = self._cells.amount(said["fee"], self._named.get("fee", ""), where) or 0
        tax = self._cells.amount(said["fee_tax"], self._named.get("fee_tax", ""), where) or 0
        self.sums["fees"] += fee
        if self._mapping.fees_below_zero:
            fee, tax = -fee, -tax
        if gross is None:
            line.kind = kind
            return
        taken(line, kind, gross, fee)
        if "fee_tax" in self._named:
            self._taxed(line, tax, where)
        if "claimed" in self._named:
            self._claimed(line, said, gross, where)

    def _claimed(self, line: Line, said: Said, paid: int, where: str) -> None:
        """Say what was claimed, and for what reason it is not what is paid."""
        claimed = self._cells.amount(said["claimed"], self._named["claimed"], where)
        if claimed is None:
            return
        line.claimed_minor = -abs(claimed) if self._mapping.unsigned and paid < 0 else claimed
        if said["reason"] and line.claimed_minor != paid:
            group, code = (said[name] if 0 < len(said[name]) <= _CODE else None for name in _REASON)
            line.adjustments = [{"group": group, "code": code, "amount_minor": line.claimed_minor - paid}]

    def _taxed(self, line: Line, tax: int, where: str) -> None:
        """Say how much of a fee is tax; it is a part of the charges, or of the amount if the row is a fee."""
        fee = (line.charges_minor or 0) - ((line.amount_minor or 0) if line.kind in _FEES else 0)
        if not 0 <= (tax if fee >= 0 else -tax) <= abs(fee):
            told = "the tax must be a part of the fee in its row, in the same direction"
            self._cells.wrong("amounts_contradict", told, self._named["fee_tax"], where)
        line.charges_tax_minor = tax if fee else None

    def _required(self, field: Field, said: Said, where: str) -> int | None:
        """An amount that each row must have."""
        if not said[field]:
            self._cells.wrong("amount_unreadable", "the amount is missing", self._named[field], where)
            return None
        return self._cells.amount(said[field], self._named[field], where)

    def _day(self, field: Field, said: Said, where: str) -> date | None:
        if not said[field]:
            self._cells.wrong("date_unreadable", "the day is missing", self._named[field], where)
        return self._cells.day(said[field], self._named[field], where)

    def _id(self, field: Field, said: Said, where: str) -> str | None:
        return self._cells.id(said[field], self._named.get(field, ""), where)

    def _require_currency(self, said: Said, where: str) -> None:
        if "currency" in self._named and said["currency"].upper() != self._mapping.currency:
            told = f"the row is not in {self._mapping.currency}, the currency of the account"
            self._cells.wrong("currency_differs", told, self._named["currency"], where)


_REASON: Final[tuple[Field, ...]] = ("reason_group", "reason")
_SIDES: Final[tuple[Field, ...]] = ("debit", "credit")
