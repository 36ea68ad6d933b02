"""X12 835 (ERA): payers say with what payment they pay which claims, and why not more.

A transaction (ST to SE) is read as a statement. Its payment (BPR) is the only line, and its claims (CLP) and what the
payer takes or gives besides (PLB) are the details. Source: ASC X12N 835 (005010X221A1, 004010X091A1) and ASC X12.5
(interchange control).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from reconciliation.statements.file_edges import decodes
from reconciliation.statements.problems import Problem, doubt, refuse, warning
from reconciliation.statements.rows import Rows, nothing_read
from reconciliation.statements.shape import LINES, STATEMENTS, TOTALS, Parsed, Profile, Total
from reconciliation.statements.traits import Traits
from reconciliation.statements.x12_835.payment import Payment, place
from reconciliation.statements.x12_835.tables import Batch, batches, separators

TRAITS = (
    Traits(
        "x12_835",
        "Advice of the payment of claims (ERA)",
        "ASC X12N 835, 005010X221A1 and 004010X091A1",
        "deposits",
        direction="in",
        holds="remittance",
        provider="payer",
        country="USA",
    ),
)
_FORMAT: Final = TRAITS[0].format
# The envelope, or what is left of it: ISA, GS or ST with the character that separates their first elements.
_START: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:ISA([^\w\s])[^\r\n]{0,2}\1|GS([^\w\s])HP\2|ST([^\w\s])835\3)", re.ASCII
)
_PART: Final = {
    "transactions": ("transaction", "ST", "SE", "segments"),
    "groups": ("group", "GS", "GE", "transactions"),
    "interchanges": ("interchange", "ISA", "IEA", "groups"),
}
_ADVICE, _ADVICES = "835", "HP"


def recognise(head: bytes) -> str | None:
    """Recognise an X12 interchange by its header, or an 835 whose header is missing by its first segment."""
    return _FORMAT if _START.match(head) else None


def read(data: bytes, profile: Profile) -> Parsed:
    """Read an interchange transaction by transaction; what is no 835 is counted and not read."""
    encoding = "UTF-8"
    if not decodes(data, encoding):
        encoding = "ISO-8859-1"
        data = data.decode(encoding).encode()
    ends = separators(data)
    if ends is None:
        return nothing_read(_FORMAT, _no_header(data), encoding)
    reading = _Reading()
    for batch in batches(data, *ends):
        reading.see(batch)
    return reading.parsed(encoding)


def _no_header(data: bytes) -> Problem:
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"ISA"):
        return refuse(
            "delimiters_unreadable",
            "the header (ISA) does not say by its 16 elements which characters end elements and segments, or no group "
            "(GS) follows it: fetch the file again",
            "segment 1",
        )
    return refuse(
        "start_record_missing", "the file does not begin with its header (ISA): fetch the file again", "segment 1"
    )


class _Reading:
    """The state of reading: the rows of finished transactions, and what the parts of the envelope have."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._statements, self._lines, self._totals = Rows(STATEMENTS), Rows(LINES), Rows(TOTALS)
        self._found: Counter[tuple[str, int | None]] = Counter()
        self._advices = 0
        self._others = 0
        self._message: str | None = None

    def see(self, batch: Batch) -> None:
        """Take in the next transaction, and the groups and interchanges that end with it."""
        advice = False
        for row in batch.rows("transactions"):
            self._found["groups", row["group"]] += 1
            advice = self._is_advice(row)
            if advice:
                self._advice(row, batch)
            else:
                self._others += 1
            segments = row["closed_at"] - row["opened_at"] + 1 if row["opened_at"] and row["closed_at"] else None
            self._end("transactions", row, segments, self._advices if advice else None)
        for row in batch.rows("groups"):
            self._found["interchanges", row["interchange"]] += 1
            self._end("groups", row, self._found.pop(("groups", row["row"]), 0))
        for row in batch.rows("interchanges"):
            self._end("interchanges", row, self._found.pop(("interchanges", row["row"]), 0))
            self._usage(row)
        for unknown in batch.unknown:
            if advice or not unknown.in_transaction:
                self._unknown(place(unknown.segment), unknown.in_transaction, unknown.in_interchange)

    def parsed(self, encoding: str) -> Parsed:
        """The result, once everything was seen."""
        if not self._advices:
            self._refuse("statement_missing", "the interchange has no 835: check that it is the payer's advice", "file")
        elif self._others:
            self._problems.append(
                warning(
                    "record_unknown",
                    f"{self._others} transactions of the interchange are no 835 and were not read",
                    "file",
                )
            )
        return Parsed(
            _FORMAT,
            self._message,
            encoding,
            self._statements.table(),
            self._lines.kept(),
            self._totals.table(),
            tuple(self._problems),
        )

    def _is_advice(self, row: Mapping[str, Any]) -> bool:
        """Whether a transaction is an 835; in a group of advices, each has to be one."""
        if row["content"] == _ADVICE:
            return True
        if row["contents"] == _ADVICES or not row["content"]:
            self._refuse(
                "record_out_of_place",
                "a transaction does not begin as an 835 (ST), but stands where only they stand: fetch the file again",
                place(row["segment"] + 1),
            )
        return False

    def _advice(self, row: Mapping[str, Any], batch: Batch) -> None:
        self._advices += 1
        self._message = self._message or row["version"]
        payment = Payment(self._advices, row, self._problems)
        self._statements.add([payment.statement])
        self._lines.add([payment.line])
        for line in payment.details(batch):
            self._lines.add([line])

    def _end(self, kind: str, row: Mapping[str, Any], found: int | None, statement_no: int | None = None) -> None:
        """Check the two ends of a part of the envelope, and keep the number that it states beside the number found."""
        part, opens, closes, what = _PART[kind]
        at = place(row["segment"] + 1)
        if row["opened_at"] is None:
            self._refuse("start_record_missing", f"a {part} has no {opens}: fetch the file again", at, statement_no)
        if row["closed_at"] is None:
            self._refuse(
                "end_record_missing",
                f"the {part} has no {closes}, so its end may be missing: fetch the file again",
                at,
                statement_no,
            )
            return
        at = place(row["closed_at"] + 1)
        if row["opened_at"] is not None and _number(row["control"]) != _number(row["closed_control"]):
            self._refuse(
                "control_number_differs",
                f"{opens} and {closes} have different control numbers, so parts of two files may have been joined: "
                "fetch each file separately",
                at,
                statement_no,
            )
        stated = (row["stated"] or "").strip()
        if not (stated.isascii() and stated.isdigit() and len(stated) <= 10):
            self._refuse(
                "record_unreadable", f"{closes} states no number of {what}: fetch the file again", at, statement_no
            )
        elif found is not None:
            self._totals.add([Total(statement_no, what, int(stated), found, at)])
            if int(stated) != found:
                self._problems.append(
                    warning(
                        "control_count_differs",
                        f"{closes} states {int(stated)} {what}, but there are {found}: fetch the file again",
                        at,
                        statement_no,
                    )
                )

    def _usage(self, row: Mapping[str, Any]) -> None:
        if (row["usage"] or "").strip() != "P":
            self._refuse(
                "test_file",
                "the header (ISA15) is not marked P (production), so this is a test file, and test files are never "
                "booked: load the file of production",
                place(row["segment"] + 1),
            )

    def _unknown(self, at: str, in_transaction: bool, in_interchange: bool) -> None:
        if in_transaction:
            # No sum shows that a claim is missing that was paid nothing.
            self._problems.append(
                doubt(
                    "record_unknown",
                    "a segment that has no place in the guide was ignored: look whether it is a damaged claim or "
                    "adjustment",
                    at,
                    self._advices,
                    1,
                )
            )
        elif in_interchange:
            self._refuse("record_out_of_place", "a segment stands between the transactions: fetch the file again", at)
        else:
            self._refuse(
                "record_after_end",
                "segments follow the end (IEA), or the next header (ISA) separates elements by other characters, so "
                "files may have been joined: fetch each file separately",
                at,
            )

    def _refuse(self, code: str, message: str, at: str, statement_no: int | None = None) -> None:
        self._problems.append(refuse(code, message, at, statement_no))


def _number(control: str | None) -> str | None:
    """A control number without what fills its field; None if there is none."""
    return (control or "").strip().lstrip("0") or (control or "").strip()[-1:] or None
