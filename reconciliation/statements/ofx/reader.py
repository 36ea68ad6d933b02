"""OFX, the statement that a bank offers for download: SGML in version 1, XML in version 2.

A statement of an account or of a credit card (STMTRS, CCSTMTRS) is read as a statement, and each movement (STMTTRN) as
a line. Statements of securities are not read. Nothing in a file says how many movements it has or what they sum to, and
it has no opening balance, so no file is booked. Source: Open Financial Exchange Specification, versions 1.6 and 2.2.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from reconciliation.statements import xml_guard
from reconciliation.statements.ofx.markup import Element, elements
from reconciliation.statements.ofx.statement import MOVEMENTS, Open, day_of
from reconciliation.statements.plain_text import PlainText
from reconciliation.statements.problems import Problem, refuse
from reconciliation.statements.rows import Rows, nothing_read
from reconciliation.statements.shape import LINES, STATEMENTS, TOTALS, Parsed, Profile
from reconciliation.statements.traits import Traits

# A header of version 1, or what may come before the root in version 2.
_START: Final = re.compile(
    r"\s*OFXHEADER\s*:|(?:\s|<\?[^>]*>|<!--(?:(?!-->).)*-->)*<(?:!DOCTYPE\s+)?OFX\b", re.DOTALL | re.IGNORECASE
)
_HEADER_CHARACTERS: Final = 2_000
_VERSION: Final = re.compile(r"VERSION\s*[:=]\s*\"?([0-9]{3})")
_CHARSET: Final = re.compile(r"CHARSET\s*:\s*([A-Z0-9-]+?)\s*(?:COMPRESSION|\s|$)")
_DECLARED: Final = re.compile(r"<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9_-]+)", re.IGNORECASE)
# By the names that banks write for them; anything else is read as cp1252, like files that name nothing.
_ENCODINGS: Final = {"8859-1": "ISO-8859-1", "ISO-8859-1": "ISO-8859-1", "LATIN1": "ISO-8859-1"}
_STATEMENTS: Final = frozenset({"STMTRS", "CCSTMTRS"})


def recognise(head: bytes) -> str | None:
    """Recognise OFX by its header, or by its root element."""
    return "ofx" if _START.match(xml_guard.prolog(head)) else None


def read(data: bytes, profile: Profile) -> Parsed:
    """Read an OFX document; a document type is refused before anything is parsed."""
    head = xml_guard.prolog(data)[:_HEADER_CHARACTERS]
    declared = _DECLARED.search(head)
    named = declared or _CHARSET.search(head)
    plain = PlainText(data, _ENCODINGS.get(named[1].upper(), "cp1252") if named else "cp1252")
    encoding, problems = plain.encoding, plain.problems
    text = next(plain.pieces(), "")
    start = max(text.find("<"), 0)
    forbidden = xml_guard.document_type(text[start : start + xml_guard.HEAD_BYTES].encode("utf-8", "replace"))
    if forbidden is not None:
        return nothing_read("ofx", forbidden, encoding)
    if declared and declared[1].upper() == "UTF-8" and not data.isascii() and encoding != "UTF-8":
        problems.append(refuse("encoding_wrong", "the bytes are not in UTF-8, as declared: fetch it again", "file"))
    version = _VERSION.search(head)
    reading = _Reading(f"OFX {version[1]}" if version else "OFX", problems)
    for element in elements(plain.pieces(), problems):
        reading.see(element)
    return reading.parsed(encoding)


class _Reading:
    """The state of reading: the aggregates that are open, and the open statement."""

    def __init__(self, message: str, problems: list[Problem]) -> None:
        self.problems = problems
        self._message = message
        self._statements, self._lines = Rows(STATEMENTS), Rows(LINES)
        self._within: list[str] = []
        self._statement: Open | None = None
        self._count = 0
        self._made_on: date | None = None
        self._status: dict[str, str] = {}

    def see(self, element: Element) -> None:
        """Take in the next element of the document."""
        if element.kind == "start":
            self._within.append(element.name)
            self._open(element)
        elif element.kind == "end":
            self._within.pop()
            self._close(element.name)
        elif self._within:
            self._value(element, self._within[-1])

    def parsed(self, encoding: str) -> Parsed:
        """Finish a statement that is still open, and return the result."""
        self._end()
        if not self._count and not self.problems:
            told = (
                "the file has no statement of an account or a credit card, and statements of securities are not read: "
                "fetch the account's statement"
            )
            self.problems.append(refuse("statement_missing", told, "file"))
        tables = (self._statements.table(), self._lines.kept(), Rows(TOTALS).table())
        return Parsed("ofx", self._message, encoding, *tables, tuple(self.problems))

    def _open(self, element: Element) -> None:
        name = element.name
        if name in _STATEMENTS:
            self._end()
            self._count += 1
            self._statement = Open(self._count, self._message, self._made_on, self._lines, self.problems)
        elif name in MOVEMENTS and self._statement is not None:
            self._statement.start(f"line {element.line}")
        elif name == "STATUS":
            self._status = {}

    def _close(self, name: str) -> None:
        if name in _STATEMENTS:
            self._end()
        elif name in MOVEMENTS and self._statement is not None:
            self._statement.finish(name)
        elif name == "STATUS" and self._status.get("SEVERITY", "").upper() == "ERROR":
            code = self._status.get("CODE", "")
            error = f"error {code}" if code.isdecimal() else "an error"
            told = f"the bank answered with {error} instead of a statement: fetch it again"
            self.problems.append(refuse("bank_reports_error", told, "file"))

    def _value(self, element: Element, within: str) -> None:
        if within == "STATUS":
            self._status.setdefault(element.name, element.value)
        elif within == "SONRS" and element.name == "DTSERVER":
            self._made_on = day_of(element.value)
        elif self._statement is not None:
            self._statement.see(element, within)

    def _end(self) -> None:
        if self._statement is not None:
            self._statements.add([self._statement.close()])
            self._statement = None


TRAITS = (
    Traits(
        "ofx",
        "Statement offered for download (OFX, QFX)",
        "Open Financial Exchange, Specification 1.6 and 2.2, chapters 2 and 11",
        None,
    ),
)
