"""Bank statements of ISO 20022: camt.053 (statement), camt.054 (notification), camt.052 (intraday), versions 01 to 13.

A line is an Ntry element, which the bank booked as one movement. The line's details are the TxDtls elements. Elements
are matched by local name, so the version or a bank's own namespace does not matter. CdtDbtInd is the direction of the
entry itself. RvslInd does not reverse the direction (ISO 20022), unless the bank's profile says that it does. The gate,
not this module, judges the sums.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any, Final, TypeAlias, cast

from lxml import etree

from reconciliation.statements import xml_guard
from reconciliation.statements.camt import entry as camt_entry
from reconciliation.statements.camt import pages as camt_pages
from reconciliation.statements.camt import statement as camt_statement
from reconciliation.statements.camt.fields import HEADER
from reconciliation.statements.camt.message import recognise, version_of
from reconciliation.statements.camt.repeated import Repeated, Source
from reconciliation.statements.problems import Problem, refuse
from reconciliation.statements.rows import Rows, nothing_read
from reconciliation.statements.shape import LINES, STATEMENTS, TOTALS, Line, Parsed, Profile
from reconciliation.statements.traits import Traits
from reconciliation.statements.xml_fields import Fields, Names, gather, line_of

_STATEMENTS = frozenset({"Stmt", "Ntfctn", "Rpt"})
_WATCHED = tuple("{*}" + name for name in ("GrpHdr", "Stmt", "Ntfctn", "Rpt", "Ntry", "TxDtls"))
# How the parser is guarded, and what it tells.
_GUARDED: Final[dict[str, Any]] = {
    "events": ("start", "end"),
    "tag": _WATCHED,
    "remove_comments": True,
    "remove_pis": True,
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
}
_Events: TypeAlias = Iterable[tuple[str, etree._Element]]


def read(data: bytes, profile: Profile) -> Parsed:
    """Read a camt message in one pass; memory holds only the finished rows and the XML of one entry at a time."""
    known = recognise(data[: xml_guard.HEAD_BYTES])
    forbidden = xml_guard.document_type(data)
    if forbidden:
        return nothing_read(known, forbidden)
    reading = _Reading(profile, known, *version_of(data, known))
    try:
        _parse(Source(data), reading)
    except etree.XMLSyntaxError:
        # Only a parser that is given the whole file says where the fault is and what comes before it.
        reading = _Reading(profile, known, *version_of(data, known))
        _parse_whole(data, reading)
    return reading.parsed(known)


def _parse(source: Source, reading: _Reading) -> None:
    """Read a message, except for entries that repeat the form of others, without their XML."""
    parser = etree.XMLPullParser(**_GUARDED)
    for piece in source.pieces():
        between, whole = reading.is_between_entries, reading.whole
        parser.feed(piece)
        reading.follow(cast("_Events", parser.read_events()))
        if between and reading.is_between_entries and reading.whole == whole + 1 and source.learn(piece):
            for found in source.repeated():
                reading.repeat(found)
            parser.feed(source.line_ends())
    parser.close()
    reading.follow(cast("_Events", parser.read_events()))


def _parse_whole(data: bytes, reading: _Reading) -> None:
    """Read a message with a fault as far as possible, and report the fault."""
    try:
        reading.follow(cast("_Events", etree.iterparse(BytesIO(data), **_GUARDED)))
    except etree.XMLSyntaxError as fault:
        reading.problems.append(xml_guard.fault_problem(fault, data, reading.whole))


class _Reading:
    """The state of reading: the open statement and entry, and the rows of the statements and entries already read."""

    def __init__(self, profile: Profile, known: str | None, message: str | None, problems: list[Problem]) -> None:
        self.problems = problems
        self.whole = 0
        self._profile, self._message = profile, message
        self._names = Names()
        self._encoding: str | None = None
        self._statements, self._lines = Rows(STATEMENTS), Rows(LINES)
        by_balances = any(one.proof == "balances" for one in TRAITS if one.format == known)
        self._pages = camt_pages.Pages(self._statements, problems, by_balances)
        self._header: Fields = {}
        self._statement: camt_statement.Open | None = None
        self._opened: etree._Element | None = None
        self._entry: camt_entry.Open | None = None
        # The row reserved for the open entry, if the entry has so many details that some were written before it ended.
        self._place: int | None = None
        self._statement_no = 0
        self._misplaced = 0
        self._spent: dict[str, etree._Element] = {}

    def parsed(self, known: str | None) -> Parsed:
        """Finish the open statement, even if the file is truncated, and return the result."""
        if self._entry and self._entry.ahead and self._place is not None:
            self._lines.fill(
                self._place, self._entry.ahead
            )  # The file ended within an entry, after some of the entry's details had been written.
        if self._statement:
            # Of a statement that stops before its first entry, the head is read as far as it came.
            if self._statement.entries == 0 and self._opened is not None:
                _drop_last_text(self._opened)
                self._look_ahead(self._statement, self._opened)
            self._close_statement(None)
        self._pages.close()
        if self._statement_no == 0 and not any(problem.severity == "refuse" for problem in self.problems):
            self.problems.append(
                refuse(
                    "statement_missing",
                    "the message has no statement (Stmt, Ntfctn or Rpt): ask the bank for the complete file",
                    "document",
                )
            )
        return Parsed(
            known,
            self._message,
            self._encoding,
            self._statements.table(),
            self._lines.kept(),
            Rows(TOTALS).table(),
            tuple(self.problems),
        )

    @property
    def is_between_entries(self) -> bool:
        """Whether a statement is being read, but no entry of it."""
        return self._statement is not None and self._entry is None

    def follow(self, events: _Events) -> None:
        """Handle what the parser found."""
        for event, element in events:
            if event == "start":
                self._start(element)
            else:
                self._end(element)

    def repeat(self, found: Repeated) -> None:
        """Add an entry that was read without its XML."""
        assert self._statement is not None
        self._statement.entries += 1
        self._entry = camt_entry.Open(self._statement, None, found.starts, self._profile)
        self._add(*self._entry.close_repeated(found))

    def _start(self, element: etree._Element) -> None:
        """Handle the start of a watched element."""
        name = self._names[element.tag]
        if self._encoding is None:
            self._encoding = element.getroottree().docinfo.encoding or "UTF-8"
        if name in _STATEMENTS and self._statement is None:
            self._statement_no += 1
            self._opened = element
            self._statement = camt_statement.Open(self._statement_no, self._message, self._profile.zone, self._header)
        elif name == "Ntry" and self._statement is not None and self._entry is None:
            self._look_ahead(self._statement, element.getparent())
            self._statement.entries += 1
            self._entry = camt_entry.Open(self._statement, element, line_of(element), self._profile)
        elif name == "TxDtls" and self._entry is not None and self._entry.detail_line is None:
            self._entry.detail_line = line_of(element)
        elif name != "GrpHdr":
            self._misplace(name, element)

    def _end(self, element: etree._Element) -> None:
        """Handle the end of a watched element."""
        name = self._names[element.tag]
        if name == "TxDtls" and self._entry is not None and self._entry.detail_line is not None:
            if self._entry.take(self._names, element):
                self._place = self._lines.reserve() if self._place is None else self._place
                self._lines.add(self._entry.hand_over(self._names))
            self._spend(name, element)
        elif name == "Ntry" and self._entry is not None and self._entry.element is element:
            self._close_entry()
            self._spent.pop("TxDtls", None)
            self._spend(name, element)
        elif name == "GrpHdr":
            gather(element, HEADER, self._names, self._header)
        elif name in _STATEMENTS and self._statement is not None and self._entry is None:
            self._close_statement(element)
            self._spent.clear()
            element.clear()

    def _close_entry(self) -> None:
        assert self._entry is not None
        self._add(*self._entry.close(self._names))

    def _add(self, line: Line, members: list[Line]) -> None:
        """Add the rows of the open entry, which ends."""
        assert self._entry is not None
        if self._place is not None:
            self._lines.fill(self._place, line)
            self._lines.add(members)
        else:
            self._lines.add([line, *members])
        self.problems += self._entry.problems
        self._entry = self._place = None
        self.whole += 1

    def _look_ahead(self, statement: camt_statement.Open, element: etree._Element | None) -> None:
        """Read the head of the statement; a next page continues the numbers of the statement before it."""
        if statement.look_ahead(element, self._names) and (before := self._pages.continued_by(statement.row)):
            statement.continue_from(*before)
            self._statement_no -= 1

    def _close_statement(self, element: etree._Element | None) -> None:
        assert self._statement is not None
        if self._statement.entries == 0:
            self._look_ahead(self._statement, element)
        row, problems = self._statement.close(element, self._names)
        self.problems += problems
        self._pages.add(row, self._statement.entries)
        self._statement = None

    def _spend(self, name: str, element: etree._Element) -> None:
        """Empty an element that was read, and remove the element before it.

        In lxml, clearing an Ntry with all its TxDtls at once takes quadratic time. Clearing them one by one takes
        linear time and no extra memory.
        """
        element.clear()
        before = self._spent.get(name)
        if before is not None and (parent := before.getparent()) is not None:
            parent.remove(before)
        self._spent[name] = element

    def _misplace(self, name: str, element: etree._Element) -> None:
        self._misplaced += 1
        if self._misplaced == 1:
            self.problems.append(
                refuse(
                    "xml_out_of_place",
                    f"element {name} is not allowed at this point of the message: ask the bank for the original file",
                    f"line {line_of(element)}",
                    self._statement_no or None,
                )
            )


def _drop_last_text(element: etree._Element) -> None:
    """Drop the text at which a file stops, because it may be only a part: an account, a number or a day of another."""
    while len(element):
        element = element[-1]
    element.text = None


_ISO = "ISO 20022 message catalogue, versions 001.01 to 001.13"
TRAITS = (
    Traits("camt.053", "Bank statement", _ISO, "balances"),
    Traits("camt.054", "Notification of credits and debits", _ISO, "movements"),
    Traits("camt.052", "Intraday report", _ISO, None, intraday=True),
)
