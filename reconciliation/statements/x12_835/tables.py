"""The tables that the parser oxedi makes of an interchange: the envelope, payments, claims and adjustments, as texts.

Only what the tables name is read: no names, members' ids, diagnoses and dates of care of patients. What the parser says
about the content is not used, except for the segments that belong nowhere; all sums, counts and control numbers are
checked by us. Source of segments and elements: ASC X12N 835 (005010X221A1, 004010X091A1).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

import pyarrow as pa

from reconciliation.statements.rows import BATCH_ROWS
from reconciliation.statements.x12_835.pieces import Piece, pieces

# The sender writes with which characters elements, components and segments end: right after ISA, and after the 16th
# separator. Places are not counted, because some senders do not fill the fields of ISA with blanks.
_SEPARATORS: Final = 16
_LONGEST_ISA: Final = 1024
_BLANK: Final = b" \t\r\n"
_AFTER_ISA: Final = (b"GS", b"TA1")
# What the parser says of a segment that belongs nowhere.
_UNKNOWN: Final = "UnknownSegment"
# What contains transactions, and the columns that are numbers of segments.
_ENVELOPES: Final = frozenset({"groups", "interchanges"})
_NUMBERS: Final = ("segment", "opened_at", "closed_at", "paid_at")


class Batch:
    """The tables of one transaction (ST to SE) or of the end of the envelope, and the segments that belong nowhere."""

    def __init__(self, read: Any, piece: Piece, passed: int) -> None:
        self._tables, self._piece, self._passed = read.tables, piece, passed
        self.unknown = [
            Unknown(self._in_file(one.segment or 0) + 1, "transaction#" in one.path, bool(one.path))
            for one in read.diagnostics
            if one.kind == _UNKNOWN
        ]

    def rows(self, table: str) -> Iterator[Mapping[str, Any]]:
        """The rows of a table, so many at a time that not all are in memory as objects."""
        if not len(self._tables[table]) or (table in _ENVELOPES and not self._piece.is_last):
            return
        read = pa.table(self._tables[table])
        for start in range(0, read.num_rows, BATCH_ROWS):
            for row in read.slice(start, BATCH_ROWS).to_pylist():
                found = {name: value.decode() if type(value) is bytes else value for name, value in row.items()}
                yield {**found, **{name: self._in_file(row[name]) for name in _NUMBERS if row.get(name) is not None}}

    def _in_file(self, segment: int) -> int:
        """The number of a segment of the file, of which the piece has the header and a part."""
        return segment + self._passed if segment >= self._piece.header_segments else segment


class Unknown(NamedTuple):
    """A segment that belongs nowhere: its number from 1, and where it stands."""

    segment: int
    in_transaction: bool
    in_interchange: bool


def separators(data: bytes) -> tuple[bytes, bytes] | None:
    """What ISA says ends elements and segments; None if it does not, or the next segment does not begin after it."""
    start = data[:_LONGEST_ISA].removeprefix(b"\xef\xbb\xbf").lstrip(_BLANK)
    parts = start.split(start[3:4], _SEPARATORS) if start[:3] == b"ISA" and start[3:4] else []
    if len(parts) <= _SEPARATORS:
        return None
    element, segment = start[3:4], parts[-1][1:2]
    ends = {element, parts[-1][:1], segment}
    told = (
        len(ends) == 3
        and not any(end.isalnum() or not end.isascii() for end in ends)
        and parts[-1][2:].lstrip(_BLANK).startswith(tuple(name + element for name in _AFTER_ISA))
    )
    return (element, segment) if told else None


def batches(data: bytes, element: bytes, segment: bytes) -> Iterator[Batch]:
    """Read UTF-8 with these `separators`, transaction by transaction."""
    import oxedi

    # How many segments of the file stand between its header and the piece.
    passed = 0
    for piece in pieces(data, element, segment):
        last = 0
        for read in oxedi.stream(piece.data, spec=_spec(), by="transaction"):
            yield Batch(read, piece, passed)
            last = max([last, *_last_segments(read)])
        passed += last + 1 - piece.header_segments


def _last_segments(read: Any) -> Iterator[int]:
    """Segments with which what was read may end: each is the end of a transaction, or belongs nowhere."""
    yield from (one.segment or 0 for one in read.diagnostics if one.kind == _UNKNOWN)
    if len(read.tables["transactions"]):
        yield from (closed or 0 for closed in pa.table(read.tables["transactions"])["closed_at"].to_pylist())


def _element(segment: str, element: int, loop: str | None = None) -> dict[str, Any]:
    return {"segment": segment, "element": element} | ({"loop": loop} if loop else {})


def _envelope(opens: str, control: int, closes: str) -> dict[str, Any]:
    """Where a part of the envelope begins and ends, its control number at both ends, and the number in it."""
    return {
        "opened_at": {"segment": opens, "segment_index": True},
        "control": _element(opens, control),
        "closed_at": {"segment": closes, "segment_index": True},
        "stated": _element(closes, 1),
        "closed_control": _element(closes, 2),
    }


_TABLES: Final[Mapping[str, Any]] = {
    "interchanges": {
        "loops": ["interchange"],
        "ref": "interchange",
        "columns": {**_envelope("ISA", 13, "IEA"), "usage": _element("ISA", 15)},
    },
    "groups": {"loops": ["group"], "ref": "group", "columns": _envelope("GS", 6, "GE")},
    "transactions": {
        "loops": ["transaction"],
        "ref": "transaction",
        "columns": {
            **_envelope("ST", 2, "SE"),
            "content": _element("ST", 1),
            "contents": _element("GS", 1, "group"),
            "created_on": _element("GS", 4, "group"),
            "created_at": _element("GS", 5, "group"),
            "version": _element("GS", 8, "group"),
            "paid_at": {"segment": "BPR", "segment_index": True},
            "paid": _element("BPR", 2),
            "direction": _element("BPR", 3),
            "method": _element("BPR", 4),
            "account": _element("BPR", 15),
            "paid_on": _element("BPR", 16),
            "trace": _element("TRN", 2),
            "payer": _element("TRN", 3),
            "currency": _element("CUR", 2),
            "payer_name": _element("N1", 2, "1000A"),
        },
    },
    "claims": {
        "loops": ["2100"],
        "ref": "claim",
        "columns": {
            "number": _element("CLP", 1),
            "status": _element("CLP", 2),
            "claimed": _element("CLP", 3),
            "paid": _element("CLP", 4),
            "control": _element("CLP", 7),
        },
    },
    "adjustments": {
        "loops": ["2100", "2110"],
        "segment": "CAS",
        "repeat": {"from": 2, "step": 3},
        "columns": {"reason_group": {"element": 1}, "code": {"group_element": 0}, "amount": {"group_element": 1}},
    },
    "provider_adjustments": {
        "loops": ["transaction"],
        "segment": "PLB",
        "repeat": {"from": 3, "step": 2},
        "columns": {
            "code": {"group_element": 0, "component": 1},
            "reference": {"group_element": 0, "component": 2},
            "amount": {"group_element": 1},
        },
    },
}


@cache
def _spec() -> Any:
    """The parser's own description of an 835, with our tables, all elements as texts, and no rules of its own."""
    import oxedi

    spec = json.loads(oxedi.Spec.builtin().to_json())
    segments = {name: {"elements": _plain(segment["elements"])} for name, segment in spec["segments"].items()}
    for loop in spec["loops"].values():
        loop.pop("max", None)
        for occurrence in loop["occurrences"].values():
            occurrence["usage"] = "situational"
            occurrence.pop("max", None)
            occurrence.pop("codes", None)
    return oxedi.Spec.from_json(json.dumps({**spec, "segments": segments, "tables": _TABLES, "balancing": {}}))


def _plain(elements: Mapping[str, Any]) -> dict[str, Any]:
    """Elements, or components of an element, as texts of any length."""
    return {
        number: {"name": element["name"], "type": "AN"}
        | ({"composite": _plain(element["composite"])} if "composite" in element else {})
        for number, element in elements.items()
    }
