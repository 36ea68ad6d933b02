"""The bank's answer to a payment order: pain.002 of ISO 20022, versions 03 to 14.

Each transaction that the bank answers is a line with the end-to-end id, the status (TxSts, or else its group's) as
`bank_code` and the reason as `return_reason`; the text has both. A group or an order without transactions is a line
without an end-to-end id. `bank_ref` is the id of our order. Nothing in it moves money.
"""

from __future__ import annotations

import re
from datetime import tzinfo
from io import BytesIO
from typing import Any

from lxml import etree

from ledger.domain.money import decimals_of
from reconciliation.statements import xml_guard
from reconciliation.statements.problems import Problem, refuse, warning
from reconciliation.statements.rows import Rows, nothing_read
from reconciliation.statements.shape import LINES, STATEMENTS, TOTALS, Line, Parsed, Profile, Statement
from reconciliation.statements.traits import Traits
from reconciliation.statements.values import to_day, to_minor
from reconciliation.statements.xml_fields import Fields, Names, Table, amount, code, gather, line_of, text, within

_MESSAGE = re.compile(r"<(?:[\w.-]+:)?CstmrPmtStsRpt[\s>/]")
_VERSION = re.compile(r"\bpain\.002\.001\.[0-9]{2}\b")
_REASON: Table = {
    "StsRsnInf": within({"Rsn": within({"Cd": code("reason"), "Prtry": text("reason")})}),
}
_TRANSACTION: Table = {
    **_REASON,
    "OrgnlEndToEndId": text("end_to_end_id"),
    "TxSts": code("status"),
    "OrgnlTxRef": within({"Amt": within({"InstdAmt": amount("amount")})}),
}
_GROUP: Table = {**_REASON, "PmtInfSts": code("status")}
_ORDER: Table = {**_REASON, "OrgnlMsgId": text("order"), "GrpSts": code("status")}
_HEADER: Table = {"MsgId": text("id"), "CreDtTm": text("created")}
_WATCHED = tuple("{*}" + name for name in ("GrpHdr", "OrgnlGrpInfAndSts", "OrgnlPmtInfAndSts", "TxInfAndSts"))
# Banks write this where there is no id.
_NO_ID = "NOTPROVIDED"


def recognise(head: bytes) -> str | None:
    """Recognise the message by its own element."""
    text = xml_guard.prolog(head)
    return "pain.002" if text.lstrip().startswith("<") and _MESSAGE.search(text) else None


def read(data: bytes, profile: Profile) -> Parsed:
    """Read the message in one pass; memory holds only the rows and the XML of one transaction at a time."""
    forbidden = xml_guard.document_type(data)
    if forbidden:
        return nothing_read("pain.002", forbidden)
    version = _VERSION.search(xml_guard.prolog(data))
    reading = _Reading(version[0] if version else None, profile.zone)
    try:
        events = etree.iterparse(
            BytesIO(data),
            events=("start", "end"),
            tag=_WATCHED,
            remove_comments=True,
            remove_pis=True,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        for event, element in events:
            if event == "start":
                reading.start(element)
            else:
                reading.end(element)
    except etree.XMLSyntaxError as fault:
        reading.problems.append(xml_guard.fault_problem(fault, data, reading.lines))
    return reading.parsed()


class _Reading:
    """The state of reading: the answer of the order and of the open group, and the lines that were read."""

    def __init__(self, message: str | None, zone: tzinfo | None) -> None:
        self.problems: list[Problem] = []
        self.lines = 0
        self._message, self._encoding, self._zone = message, "UTF-8", zone
        self._names = Names()
        self._lines = Rows(LINES)
        self._header: Fields = {}
        self._order: Fields = {}
        self._order_line: int | None = None
        self._group: Fields | None = None
        self._group_line = self._in_group = 0
        self._before: etree._Element | None = None

    def start(self, element: etree._Element) -> None:
        """Handle the start of a watched element."""
        name = self._names[element.tag]
        self._encoding = element.getroottree().docinfo.encoding or self._encoding
        if name == "OrgnlPmtInfAndSts":
            self._group, self._group_line, self._in_group = {}, line_of(element), 0
        elif name == "OrgnlGrpInfAndSts":
            self._order_line = line_of(element)

    def end(self, element: etree._Element) -> None:
        """Handle the end of a watched element."""
        name = self._names[element.tag]
        if name == "TxInfAndSts":
            self._transaction(element)
        elif name == "OrgnlPmtInfAndSts":
            self._close_group(element)
        elif name == "OrgnlGrpInfAndSts":
            gather(element, _ORDER, self._names, self._order)
        else:
            gather(element, _HEADER, self._names, self._header)

    def parsed(self) -> Parsed:
        """The result; a message that answers nothing is refused."""
        if self.lines == 0 and self._order.get("status"):
            self._add(self._order, f"line {self._order_line}")
        if self.lines == 0 and not self.problems:
            problem = "the answer names no payment, group or order: ask the bank for the complete file"
            self.problems.append(refuse("statement_missing", problem, "document"))
        statements = Rows(STATEMENTS)
        if self.lines:
            created = self._header.get("created")
            on = to_day(created, self._zone) if created else None
            statement = Statement(1, message=self._message, statement_id=self._order.get("order"))
            statement.created_at, statement.created_on = created if on else None, on
            statements.add([statement])
        tables = (statements.table(), self._lines.kept(), Rows(TOTALS).table())
        return Parsed("pain.002", self._message, self._encoding, *tables, tuple(self.problems))

    def _transaction(self, element: etree._Element) -> None:
        if self._in_group == 0 and self._group is not None and (parent := element.getparent()) is not None:
            # The status of a group stands before its transactions.
            gather(parent, _GROUP, self._names, self._group)
        fields = gather(element, _TRANSACTION, self._names, {})
        fields.setdefault("status", (self._group or {}).get("status") or self._order.get("status"))
        self._in_group += 1
        self._add(fields, f"line {line_of(element)}")
        element.clear()
        if self._before is not None and (before := self._before.getparent()) is not None:
            before.remove(self._before)
        self._before = element

    def _close_group(self, element: etree._Element) -> None:
        group = gather(element, _GROUP, self._names, self._group or {})
        if self._in_group == 0 and group.get("status"):
            self._add(group, f"line {self._group_line}")
        self._group, self._before = None, None
        element.clear()

    def _add(self, fields: dict[str, Any], where: str) -> None:
        self.lines += 1
        id = fields.get("end_to_end_id")
        line = Line(1, self.lines, 0, status="info", bank_code=fields.get("status"), raw_position=where)
        line.end_to_end_id = None if id == _NO_ID else id
        line.return_reason, line.bank_ref = fields.get("reason"), self._order.get("order")
        line.text = " ".join(one for one in (line.bank_code, line.return_reason) if one) or None
        currency, amount = fields.get("amount") or (None, None)
        decimals = decimals_of(currency)
        if amount is not None and decimals is not None:
            minor, exact = to_minor(amount, decimals)
            if minor is not None and exact:
                line.instructed_minor, line.instructed_currency = minor, currency
            else:
                said = "an amount that the answer repeats cannot be read, and was left out"
                self.problems.append(warning("amount_unreadable", said, where, 1, self.lines))
        self._lines.add([line])


TRAITS = (
    Traits(
        "pain.002", "Answer to our payment orders", "ISO 20022 message catalogue, pain.002.001", None, holds="answers"
    ),
)
