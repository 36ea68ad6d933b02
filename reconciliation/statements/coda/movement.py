"""Reads one movement of CODA, or a detail of one: its records of type 2, and those of type 3 that say more of it."""

from __future__ import annotations

from ledger.domain.money import decimals_of
from reconciliation.statements.coda.records import CREDIT, DEBIT, DECIMALS, DIRECT_DEBIT, OGM
from reconciliation.statements.fixed_width import Record
from reconciliation.statements.problems import Problem
from reconciliation.statements.quoting import Field, quote
from reconciliation.statements.references import classify
from reconciliation.statements.shape import Line
from reconciliation.statements.values import from_implied

# Where the communication of a direct debit has the payee's message, the type of a return and its reason.
_MESSAGE, _RETURN_TYPE, _RETURN_REASON = slice(82, 144), slice(144, 145), slice(145, 149)


class Movement:
    """A movement or a detail, made of the articles 1 to 3 of record type 2."""

    def __init__(self, record: Record, statement_no: int, currency: str | None, problems: list[Problem]) -> None:
        self.sequence, self.detail = record.text("sequence"), record.text("detail")
        self.kind = record.text("code")[:1]
        self._structured = record.text("structured") == "1"
        self._said = [record.line[record.layout.records["2"]["said_1"]]]
        self._information: list[str] = []
        amount = record.signed("amount", "sign", DEBIT, CREDIT, problems)
        decimals = decimals_of(currency)
        minor, exact = (
            (None, False) if amount is None else from_implied(amount, DECIMALS, 2 if decimals is None else decimals)
        )
        self.line = Line(
            statement_no,
            0,
            0,
            booked_on=record.day("booked_on", problems),
            value_on=record.day("value_on", problems),
            amount_minor=minor,
            currency=currency,
            status="booked",
            bank_ref=record.text("bank_ref") or None,
            bank_code=record.text("code") or None,
            raw_position=record.raw_position,
            amount_exact=exact,
        )

    def more(self, record: Record) -> None:
        """Take in article 2 or 3 of the movement."""
        article, line = record.text("article"), self.line
        self._said.append(record.line[record.layout.records["2"][f"said_{article}"]])
        if article == "2":
            line.end_to_end_id = record.text("end_to_end_id") or None
            if kind := record.text("return_type"):
                line.return_reason = record.text("return_reason") or f"R{kind}"
        else:
            line.counterparty = record.text("name") or None
            # The currency comes after the account.
            line.counterparty_account = record.text("account").partition(" ")[0] or None

    def inform(self, record: Record, *, structured: bool) -> None:
        """Take in a record of type 3; structured ones only repeat names, addresses and details of cards."""
        if not structured:
            columns = record.layout.records["3"][f"said_{record.text('article')}"]
            self._information.append(record.line[columns])

    def finished(self, whole: Line | None) -> Line:
        """The row, made after all records were read; `whole` is the movement of which this is a part of one payment."""
        line, said = self.line, "".join(self._said)
        fields: list[Field] = []
        if self._structured:
            kind, rest = said[:3], said[3:]
            if kind in OGM:
                fields = [Field(rest[:12], classify(rest[:12].strip(), None, "BE"))] if rest[:12].strip() else []
                rest = ""
            elif kind == DIRECT_DEBIT:
                line.return_reason = line.return_reason or _returned(said)
                rest = said[_MESSAGE]
            said = rest
            texts = [said.strip()] if said.strip() else []
        else:
            texts = [part for one in self._said if (part := one.strip())]
        texts += [part for one in self._information if (part := one.strip())]
        line.text = " ".join(f"{said} {''.join(self._information)}".split()) or None
        quote(line, fields, texts, "BE")
        if whole is not None:
            self._inherit(whole)
        return line

    def _inherit(self, whole: Line) -> None:
        """Say of a part of one payment what is said of the payment, if it goes in the same direction: it is no fee."""
        line = self.line
        if (line.amount_minor or 0) * (whole.amount_minor or 0) > 0 and not line.refers:
            line.reference, line.reference_kind = whole.reference, whole.reference_kind
            line.reference_valid, line.reference_personal = whole.reference_valid, whole.reference_personal
            line.further_references = whole.further_references
            line.counterparty = line.counterparty or whole.counterparty
            line.counterparty_account = line.counterparty_account or whole.counterparty_account
            line.text = line.text or whole.text


def _returned(said: str) -> str | None:
    """The reason for which a direct debit was returned, if it was."""
    kind = said[_RETURN_TYPE].strip("0 ")
    return (said[_RETURN_REASON].strip() or f"R{kind}") if kind else None
