"""Reads one section of a BgMax file: the payments to one account that the bank deposited as a single amount."""

from __future__ import annotations

from collections import Counter

from ledger.domain.bank.account_number import Kind, account_number
from reconciliation.statements.fixed_width import Record
from reconciliation.statements.problems import Problem, doubt, refuse
from reconciliation.statements.quoting import Field, quote
from reconciliation.statements.references import Reference, classify
from reconciliation.statements.shape import Line, Statement
from reconciliation.statements.values import to_day

# Reference codes (column 56) that mean an OCR number: either the bank checked it under the payee's agreement, or a
# person read it from a form.
_CHECKED = frozenset({"2", "4"})


class _Payment:
    """A payment (TK20) or deduction (TK21), with the information in the records that follow it."""

    __slots__ = ("checked", "extra", "information", "key", "line", "stated")

    def __init__(self, record: Record, line: Line, amount: int | None) -> None:
        self.line = line
        self.key = _key(record)
        self.stated, code = record.text("reference"), record.text("reference_code")
        self.checked = code in _CHECKED
        self.extra: list[Field] = []
        self.information: list[str] = []
        line.amount_minor = -amount if amount is not None and record.code == "21" else amount
        line.amount_exact = amount is not None
        line.counterparty_account = self.key[0].lstrip("0") or None
        codes = [record.code, code, record.text("channel")]
        if record.code == "21":
            codes.append(record.text("deduction"))
        line.bank_code = "-".join(part or "0" for part in codes)

    @property
    def numbered(self) -> bool:
        """Whether the payment has a serial number, by which it is known."""
        return bool(self.key[1].strip("0"))

    def finished(self) -> Line:
        """The row, made after all records of the payment were read.

        The row's references are the reference field, then TK22 and TK23, and beside them those in TK25. Only the
        reference codes 2 and 4 mean that the field is an OCR reference. With codes 3 and 5 the field is free text,
        which may contain several numbers ("KUNDNR 4325 FAKTURA 63890"). Numbers with a right check digit are added as
        hints.
        """
        self.line.text = " ".join(self.information) or None
        fields = list(self.extra)
        if self.stated:
            read = classify(self.stated, "OCR", "SE") if self.checked else Reference(self.stated, "text")
            fields.insert(0, Field(self.stated, read))
        quote(self.line, fields, self.information, "SE")
        return self.line


def _key(record: Record) -> tuple[str, str]:
    """The sender and the serial number by which the records of one payment belong together."""
    return record.text("sender"), record.text("serial")


class Section:
    """A section that is being read: TK05 opens it, and TK15 closes it."""

    def __init__(
        self, statement_no: int, message: str | None, created_at: str | None, opening: Record, problems: list[Problem]
    ) -> None:
        bankgiro, plusgiro = (opening.text(field).lstrip("0") for field in ("bankgiro", "plusgiro"))
        kind: Kind = "bankgiro" if bankgiro else "plusgiro"
        self._statement = Statement(
            statement_no,
            message,
            account_number(bankgiro or plusgiro, kind) or None,
            kind,
            opening.text("currency").upper() or None,
            created_at=created_at,
            # The clearing house writes its own clock, which has no offset.
            created_on=to_day(created_at, None) if created_at else None,
        )
        self._opening, self._problems = opening, problems
        self._payments: list[_Payment] = []
        self._by_key: dict[tuple[str, str], _Payment] = {}
        opening.number("bankgiro", problems)

    def see(self, record: Record) -> None:
        """Read a record that comes after the opening record (TK05) and before the deposit record (TK15)."""
        payment = self._payments[-1] if self._payments else None
        if record.code in ("20", "21"):
            self._pay(record)
        elif payment is None:
            self._problems.append(
                refuse(
                    "record_out_of_place",
                    f"a {record.name} record comes before the first payment of its section: fetch the file again",
                    record.raw_position,
                    self._statement.statement_no,
                )
            )
        elif record.code in ("22", "23"):
            self._extra_reference(record, self._payment_of(record, payment))
        elif record.code == "25":
            payment.information += [text] if (text := record.text("information")) else []
        elif record.code == "26":
            payment.line.counterparty = record.text("name") or None

    def close(self, deposit: Record | None) -> tuple[Statement, list[Line]]:
        """The section's row, its deposit as the only line, and its payments as details."""
        line = Line(self._statement.statement_no, 1, 0, status="booked", currency=self._statement.currency)
        if deposit is None:
            self._problems.append(
                refuse(
                    "deposit_missing",
                    "the section ends without a deposit (TK15), so a part of it may be missing: fetch the file again",
                    self._opening.raw_position,
                    self._statement.statement_no,
                )
            )
            line.raw_position, line.amount_exact = self._opening.raw_position, False
        else:
            self._deposit(deposit, line)
        for payment in self._payments:
            payment.line.booked_on = line.booked_on
            # The serial number is unique within its deposit. Together with the deposit's identity, the number is
            # unique forever.
            payment.line.bank_ref = f"{line.bank_ref}-{payment.key[1]}" if line.bank_ref and payment.numbered else None
        self._deduct()
        return self._statement, [line, *(payment.finished() for payment in self._payments)]

    def _pay(self, record: Record) -> None:
        line = Line(
            self._statement.statement_no,
            1,
            len(self._payments) + 1,
            currency=self._statement.currency,
            status="booked",
            raw_position=record.raw_position,
        )
        payment = _Payment(record, line, record.number("amount", self._problems))
        self._payments.append(payment)
        if payment.numbered:
            self._by_key.setdefault(payment.key, payment)

    def _deduct(self) -> None:
        """Give deductions the names of their payers, whose payments in the section they must not exceed.

        A deduction is from all that the payer paid, not from the payment before it. Source: Teknisk manual, October
        2023.
        """
        paid: Counter[str] = Counter()
        names: dict[str, str] = {}
        for payment in self._payments:
            payer = payment.line.counterparty_account
            if payer is not None:
                paid[payer] += payment.line.amount_minor or 0
                names.setdefault(payer, payment.line.counterparty or "")
        for payment in self._payments:
            line, payer = payment.line, payment.line.counterparty_account
            if payer is None or (line.amount_minor or 0) >= 0:
                continue
            line.counterparty = line.counterparty or names[payer] or None
            if paid[payer] < 0:
                self._doubt(
                    "deduction_exceeds_payments",
                    "the payer's deductions (TK21) are more than all its payments in the section: ask the bank which "
                    "payment is missing",
                    payment.line.raw_position or "",
                )

    def _doubt(self, code: str, message: str, raw_position: str) -> None:
        self._problems.append(doubt(code, message, raw_position, self._statement.statement_no, 1))

    def _deposit(self, record: Record, line: Line) -> None:
        statement = self._statement
        line.raw_position = record.raw_position
        line.amount_minor = record.number("amount", self._problems)
        line.amount_exact = line.amount_minor is not None
        line.declared_details = record.number("count", self._problems)
        paid = record.text("paid_on")
        line.booked_on = to_day(f"{paid[:4]}-{paid[4:6]}-{paid[6:]}", None)
        if line.booked_on is None:
            self._problems.append(
                refuse(
                    "date_unreadable",
                    "TK15: the payment date must be YYYYMMDD: fetch the file again",
                    record.raw_position,
                    statement.statement_no,
                )
            )
        if (record.text("currency").upper() or None) != statement.currency:
            self._problems.append(
                refuse(
                    "currency_contradicts",
                    "TK05 and TK15 of the section state different currencies: fetch the file again",
                    record.raw_position,
                    statement.statement_no,
                )
            )
        statement.from_on = statement.to_on = line.booked_on
        account, serial = record.text("account").lstrip("0"), record.text("serial")
        statement.sequence = serial or None
        statement.deposited_to = account or None
        # Several bankgiro numbers may be paid out to one account, each with serial numbers of its own.
        line.bank_ref = statement.statement_id = f"{account}-{statement.account}-{paid}-{serial}"
        line.bank_code = f"15-{record.text('type')}" if record.text("type") else "15"

    def _payment_of(self, record: Record, before: _Payment) -> _Payment:
        """The payment to which an extra reference belongs, by sender and serial number; it need not be the last one."""
        key = _key(record)
        found = before if before.key == key else self._by_key.get(key)
        if found is not None:
            return found
        self._doubt(
            "reference_without_payment",
            f"no payment before this {record.name} record has its sender and serial number, so it was assigned to the "
            "payment before it: check whose it is before it is applied",
            record.raw_position,
        )
        return before

    def _extra_reference(self, record: Record, payment: _Payment) -> None:
        amount = record.number("amount", self._problems)
        written = record.text("reference")
        # An amount of zero means that the payer gave the reference number, but no amount.
        paid = (-amount if record.code == "23" else amount) if amount else None
        if written:
            found = classify(written, "OCR", "SE")
            payment.extra.append(Field(written, Reference(found.reference, found.kind, found.valid, paid)))
