"""Cuts an interchange between its transactions, because the parser holds all that it is given in memory once more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

# At least so many bytes are given to the parser at once.
_AT_ONCE: Final = 1 << 20
_ENVELOPE: Final = [b"GS", b"GE", b"IEA"]


class Piece(NamedTuple):
    """Transactions behind the header of their interchange; only the last piece has the end of it."""

    data: bytes
    header_segments: int
    is_last: bool


def pieces(data: bytes, element: bytes, segment: bytes) -> Iterator[Piece]:
    """The pieces of an interchange whose elements and segments end with these characters.

    A file that is short, or is anything else than one interchange with one group of transactions, is one piece.
    """
    start = _header_end(data, element, segment) if len(data) > 2 * _AT_ONCE else None
    if start is None:
        yield Piece(data, 0, is_last=True)
        return
    header, cut = data[:start], _between(element, segment)
    segments = header.count(segment)
    while found := cut.search(data, start + _AT_ONCE):
        yield Piece(header + data[start : found.end()], segments, is_last=False)
        start = found.end()
    yield Piece(header + data[start:], segments, is_last=True)


def _header_end(data: bytes, element: bytes, segment: bytes) -> int | None:
    """Where the first transaction begins, if there is one interchange with one group and nothing else before it."""
    begins = re.compile(re.escape(segment) + rb"[\r\n]*(ISA|GS|GE|IEA|TA1)" + re.escape(element))
    envelope = list(begins.finditer(data))
    if [one[1] for one in envelope] != _ENVELOPE:
        return None
    end = data.find(segment, envelope[0].end())
    first = re.compile(re.escape(segment) + rb"[\r\n]*(?=ST" + re.escape(element) + b")").match(data, end)
    return first.end() if first else None


def _between(element: bytes, segment: bytes) -> re.Pattern[bytes]:
    """What ends one transaction right before the next one."""
    end, edge = re.escape(segment), re.escape(element)
    return re.compile(end + rb"[\r\n]*SE" + edge + b"[^" + end + rb"]*" + end + rb"[\r\n]*(?=ST" + edge + b")")
