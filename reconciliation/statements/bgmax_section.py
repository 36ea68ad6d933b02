"""One section of a BgMax file: the payments to one account that the bank deposited as one sum."""

from __future__ import annotations

from reconciliation.statements.bgmax_records import Record
from reconciliation.statements.problems import Problem, doubt, refuse
from reconciliation.statements.references import Reference, classify, in_text
from reconciliation.statements.shape import Line, Statement
from reconciliation.statements.values import to_date

# Reference codes (column 56): the bank checked the number against the payee's agreement, or a person read it.
_CHECKED = frozenset({"2", "4"})


class _Payment:
    """A TK20 or TK21 and the records that belong to it."""

    def __init__(self, record: Record, amount: int | None) -> None:
        self.record = record
        self.amount_minor = None if amount is None else -amount if record.code == "21" else amount
        self.key = (record.text("sender"), record.text("serial"))
        self.extra: list[Reference] = []
        self.information: list[str] = []
        self.name: str | None = None

    def write(self, line: Line) -> None:
        """Put on the line what the records say."""
        record = self.record
        line.raw_position = record.position
        line.amount_minor, line.amount_exact = self.amount_minor, self.amount_minor is not None
        line.counterparty, line.text = self.name, " ".join(self.information) or None
        line.counterparty_account = record.text("sender").lstrip("0") or None
        codes = [record.code, record.text("reference_code"), record.text("channel")]
        codes += [record.text("deduction")] if record.code == "21" else []
        line.bank_code = "-".join(code or "0" for code in codes)
        self._refer(line)

    def _refer(self, line: Line) -> None:
        """The reference field, then TK22 and TK23; without those, numbers in what the bank did not check.

        Only codes 2 and 4 call the field an OCR reference. Under 3 and 5 it is free text, which may hold several
        numbers ("KUNDNR 4325 FAKTURA 63890"): those with a right check digit stand beside it as hints.
        """
        stated, code = self.record.text("reference"), self.record.text("reference_code")
        if stated and code in _CHECKED:
            line.refer([classify(stated, "OCR", "SE"), *self.extra])
            return
        hints = self.extra or in_text([part for part in (stated, *self.information) if part], "SE")
        if stated:
            line.refer([Reference(stated, "text"), *hints])
        elif self.extra:
            line.refer(self.extra)
        else:
            line.hint(hints)


class Section:
    """A section being read: opened by TK05, closed by TK15."""

    def __init__(
        self, statement_no: int, message: str | None, created_at: str | None, opening: Record, problems: list[Problem]
    ) -> None:
        bankgiro, plusgiro = (opening.text(field).lstrip("0") for field in ("bankgiro", "plusgiro"))
        self._statement = Statement(
            statement_no, message, bankgiro or plusgiro or None, "bankgiro" if bankgiro else "plusgiro",
            opening.text("currency") or None, created_at=created_at,
        )
        self._opening, self._problems = opening, problems
        self._payments: list[_Payment] = []
        opening.number("bankgiro", problems)

    def see(self, record: Record) -> None:
        """Take a record between the opening and the deposit."""
        if record.code in ("20", "21"):
            self._payments.append(_Payment(record, record.number("amount", self._problems)))
        elif not self._payments:
            self._problems.append(refuse(
                "record_out_of_place", f"TK{record.code} stands before any payment of its section: fetch the file again",
                record.position, self._statement.statement_no))
        elif record.code in ("22", "23"):
            self._extra_reference(record)
        elif record.code == "25":
            self._payments[-1].information += [text] if (text := record.text("information")) else []
        elif record.code == "26":
            self._payments[-1].name = record.text("name") or None

    def close(self, deposit: Record | None) -> tuple[Statement, list[Line]]:
        """The section's row, its deposit as the one line, and its payments as details."""
        line = Line(self._statement.statement_no, 1, 0, status="booked", currency=self._statement.currency)
        if deposit is None:
            self._problems.append(refuse(
                "deposit_missing", "the section ends without its deposit (TK15), so it may be cut off: fetch the file"
                " again", self._opening.position, self._statement.statement_no))
            line.raw_position, line.amount_exact = self._opening.position, False
        else:
            self._deposit(deposit, line)
        details = [self._detail(place, payment, line) for place, payment in enumerate(self._payments, 1)]
        return self._statement, [line, *details]

    def _deposit(self, record: Record, line: Line) -> None:
        statement = self._statement
        line.raw_position = record.position
        line.amount_minor = record.number("amount", self._problems)
        line.amount_exact = line.amount_minor is not None
        line.declared_details = record.number("count", self._problems)
        paid = record.text("paid_on")
        line.booked_on = to_date(f"{paid[:4]}-{paid[4:6]}-{paid[6:]}")
        if line.booked_on is None:
            self._problems.append(refuse("date_unreadable", "TK15: the payment date must be YYYYMMDD: fetch the file"
                                         " again", record.position, statement.statement_no))
        if record.text("currency") != statement.currency:
            self._problems.append(refuse(
                "currency_contradicts", "TK05 and TK15 of one section name different currencies: fetch the file again",
                record.position, statement.statement_no))
        statement.from_on = statement.to_on = line.booked_on
        account, serial = record.text("account").lstrip("0"), record.text("serial")
        statement.sequence = serial or None
        line.bank_ref = statement.statement_id = f"{account}-{paid}-{serial}"
        line.bank_code = f"15-{record.text('type')}" if record.text("type") else "15"

    def _detail(self, place: int, payment: _Payment, line: Line) -> Line:
        detail = Line(line.statement_no, 1, place, line.booked_on, currency=line.currency, status=line.status)
        payment.write(detail)
        serial = payment.record.text("serial")
        # The serial number is unique within its deposit; with the deposit's own identity it is so for ever.
        detail.bank_ref = f"{line.bank_ref}-{serial}" if line.bank_ref and serial.strip("0") else None
        return detail

    def _extra_reference(self, record: Record) -> None:
        amount = record.number("amount", self._problems)
        reference = classify(record.text("reference"), "OCR", "SE")
        # Zero says that the number is named without saying what it pays.
        paid = (-amount if record.code == "23" else amount) if amount else None
        key = (record.text("sender"), record.text("serial"))
        owner = next((payment for payment in reversed(self._payments) if payment.key == key), None)
        if owner is None:
            self._problems.append(doubt(
                "reference_without_payment", f"TK{record.code} has the sender and serial number of no payment in its"
                " section; it was put with the payment above it", record.position, self._statement.statement_no, 1))
            owner = self._payments[-1]
        if reference.reference:
            owner.extra.append(Reference(reference.reference, reference.kind, reference.valid, paid))
