"""MT940 (statement) and MT942 (intraday report) of SWIFT: fields such as `:61:`, in the dialects of many banks.

A message is a statement, and a statement line (`:61:`) is a movement. RC and RD are reversals: RC takes a credit back.
An MT940 is proven by its balances (`:60F:` and `:62F:`); an MT942 has none, covers a part of the day, and is never
booked. Sources: SWIFT, Standards MT, Category 9, MT940 and MT942; for `:86:`, `information.py`.
"""

from __future__ import annotations

import codecs
import re
from datetime import date
from typing import Final

from reconciliation.statements import xml_guard
from reconciliation.statements.mt940.fields import END, Field, fields, opened
from reconciliation.statements.mt940.message import Message
from reconciliation.statements.mt940.movement import Movement
from reconciliation.statements.mt940.pages import Pages
from reconciliation.statements.mt940.values import to_day
from reconciliation.statements.problems import Problem, warning
from reconciliation.statements.rows import Rows
from reconciliation.statements.shape import LINES, STATEMENTS, TOTALS, Parsed, Profile
from reconciliation.statements.traits import Traits

_SOURCE: Final = "SWIFT, Standards MT, Category 9"
TRAITS = (
    Traits("mt940", "Bank statement of SWIFT", f"{_SOURCE}, MT940", "balances"),
    Traits("mt942", "Intraday report of SWIFT", f"{_SOURCE}, MT942", None, intraday=True),
)

_BEGINS: Final = rb"^(?:\{[^\n]*\{4:|:\n)?"
_REFERENCE: Final = re.compile(_BEGINS + rb":?20:", re.MULTILINE)
_STATED: Final = re.compile(rb"^:(?:6[02][FM]?|61|34F):", re.MULTILINE)
_LINE: Final = re.compile(rb"^:61:[0-9]{6}", re.MULTILINE)
_IS_940: Final = re.compile(rb"\{2:[IO]940|^:940:|^:60[FM]?:", re.MULTILINE)
_IS_942: Final = re.compile(rb"\{2:[IO]942|^:942:", re.MULTILINE)
_LIKE_942: Final = re.compile(rb"^:(?:34F|90[CD]|13D):", re.MULTILINE)
# Fields that come before the movements: after a closing balance or the end of a message, they begin the next one.
_HEAD: Final = frozenset({"13", "13D", "21", "25", "25P", "28", "28C", "34F", "60", "60F", "60M"})
_CLOSING: Final = re.compile(rb"^:62[FM]?:\s*[CD]([0-9]{6})", re.MULTILINE | re.IGNORECASE)


def recognise(head: bytes) -> str | None:
    """Recognise a statement of SWIFT by its reference and a balance or line; as an MT942 if that says so itself.

    A fragment that has only a movement is recognised too, and proves nothing.
    """
    text = head.removeprefix(codecs.BOM_UTF8).replace(b"\r", b"\n")
    if not ((_REFERENCE.search(text) and _STATED.search(text)) or _LINE.search(text)):
        return None
    if _IS_942.search(text) or (_LIKE_942.search(text) and not _IS_940.search(text)):
        return "mt942"
    return "mt940"


def read(data: bytes, profile: Profile) -> Parsed:
    """Read a file field by field; memory holds the finished rows, and one movement at a time."""
    known = recognise(data[: xml_guard.HEAD_BYTES]) or "mt940"
    data, encoding, problems = opened(data)
    reading = _Reading(data, known, profile, problems)
    for field in fields(data, encoding):
        reading.see(field)
    return reading.parsed(known, encoding)


class _Reading:
    """The state of reading: the open message and movement, and the rows of finished ones."""

    def __init__(self, data: bytes, known: str, profile: Profile, problems: list[Problem]) -> None:
        self._name, self._profile, self.problems = known.upper(), profile, problems
        self._lines = Rows(LINES)
        self._statements = Rows(STATEMENTS)
        self._pages = Pages(self._statements, problems)
        self._statement_no = 0
        self._closings = _Closings(data)
        self._message: Message | None = None
        self._movement: Movement | None = None
        self._place = 0
        self._ended = False
        # The currency of each account, as the messages before said.
        self._currencies: dict[str, str] = {}

    def see(self, field: Field) -> None:
        """Take in the next field of the file."""
        name = field.name
        if name in ("86", "NS"):
            self._inform(field)
            return
        self._finish_movement()
        if name in (END, "940", "942"):
            self._ended = True
            return
        if self._begins(name):
            self._close()
            self._statement_no += 1
            self._message = Message(self._statement_no, self._name, self._profile, self._currencies)
        self._ended = False
        assert self._message is not None
        if name == "61":
            self._move(self._message, field)
        else:
            self._message.see(field)

    def parsed(self, known: str, encoding: str) -> Parsed:
        """Finish the message that is still open, and return the result."""
        self._finish_movement()
        last = self._message
        self._close()
        self._pages.close()
        if known == "mt940" and last is not None and not last.closed:
            self.problems.append(
                warning(
                    "file_truncated",
                    "the last message has no closing balance (:62F:), so the end of the file may be missing: fetch the "
                    "file again",
                    "end of file",
                    last.row.statement_no,
                )
            )
        return Parsed(
            known,
            self._name,
            encoding,
            self._statements.table(),
            self._lines.kept(),
            Rows(TOTALS).table(),
            tuple(self.problems),
        )

    def _begins(self, name: str) -> bool:
        if self._message is None or name == "20":
            return True
        return (self._ended or self._message.closed) and name in _HEAD

    def _move(self, message: Message, field: Field) -> None:
        """Open a movement; the first one of a message shows whether that is the next page of the statement before."""
        if not message.settled:
            self._settle(message)
        message.page.movements += 1
        self._place = field.begins
        position = f":61: {message.page.movements}, line {field.number}"
        self._movement = Movement(field.lines, position, message.row.statement_no, message.page.movements)

    def _settle(self, message: Message) -> None:
        message.settle(self._pages)
        self._statement_no = message.row.statement_no
        if message.row.account and message.row.currency:
            self._currencies[message.row.account] = message.row.currency

    def _inform(self, field: Field) -> None:
        """Add information to the movement; what stands elsewhere is of the message, and says nothing about money."""
        if self._movement is not None and field.name == "86":
            self._movement.inform(field.lines)
        elif self._movement is not None:
            self._movement.inform_in_own_words(field.lines)

    def _finish_movement(self) -> None:
        if self._movement is None or self._message is None:
            return
        row = self._message.row
        closed_on = self._closings.after(self._place)
        self._lines.add([self._movement.row(row.currency, self._message.country, closed_on)])
        self.problems += self._movement.problems
        self._movement = None

    def _close(self) -> None:
        message, self._message = self._message, None
        if message is None:
            return
        if not message.settled:
            self._settle(message)
        self.problems += message.finished()
        self._pages.add(message.page, message.before)


class _Closings:
    """The days of the closing balances in a file, in their order."""

    def __init__(self, data: bytes) -> None:
        self._all = _CLOSING.finditer(data)
        self._next = next(self._all, None)

    def after(self, place: int) -> date | None:
        """The day of the first closing balance after a place; places never go back."""
        while self._next is not None and self._next.start() < place:
            self._next = next(self._all, None)
        return to_day(self._next[1].decode()).on if self._next is not None else None
