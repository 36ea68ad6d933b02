"""Divides a file of SWIFT messages into fields (`:61:…`), whatever the bank puts around them."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from reconciliation.statements.file_edges import decodes
from reconciliation.statements.problems import Problem, warning

# The end of a message: `-` alone on a line, or `-}` before the next block of an envelope.
END: Final = "-"
# Only the fields of these messages begin a field, because a bank's own words may begin with a colon too.
_FIELD: Final = re.compile(r":(13D?|20|21|25P?|28C?|34F|60[FM]?|61|62[FM]?|64|65|86|90[CD]|NS|94[02]):")
# The name of a field that a program broke after its first colon.
_BROKEN: Final = re.compile(r"[0-9]{2}[A-Z]?:")
_BLOCKS: Final = ("-}", "{1:", "{2:", "{3:", "{4:", "{5:")
_TEXT_BLOCK: Final = "{4:"
# In cp1252 these stand for quotation marks and a trade mark; within a word they are letters of cp850.
_LETTERS_OF_CP850: Final = re.compile(r"\w[\u201e\u201d\u2122]\w")


class Field(NamedTuple):
    """One field: its name, the lines of its content without line ends, and the line and the byte where it begins."""

    name: str
    lines: list[str]
    number: int
    begins: int


def opened(data: bytes) -> tuple[bytes, str, list[Problem]]:
    """The bytes of a file without a mark, their encoding, and what is wrong with it.

    Banks send UTF-8, cp1252 and cp850; cp1252 lacks some bytes, which are frequent letters in cp850.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    # Old programs end a line with a carriage return alone.
    data = data if b"\n" in data else data.replace(b"\r", b"\n")
    encoding = next(one for one in ("UTF-8", "cp1252", "cp850") if decodes(data, one))
    problems = []
    if encoding == "cp1252" and any(_LETTERS_OF_CP850.search(line) for _, line in _lines(data, encoding)):
        problems.append(
            warning(
                "characters_damaged",
                "some characters are no letters in cp1252, so names and texts may be damaged: ask the bank for files "
                "in UTF-8",
                "file",
            )
        )
    return data, encoding, problems


def _lines(data: bytes, encoding: str) -> Iterator[tuple[int, str]]:
    """The lines, and the place where each begins; in each of these encodings, only a line end is written as one."""
    place = 0
    for line in io.BytesIO(data):
        yield place, line.decode(encoding)
        place += len(line)


def fields(data: bytes, encoding: str) -> Iterator[Field]:
    """Yield the fields of a file and, as a field without content, the end of each message.

    What stands between two messages, such as a bank's header, is left out.
    """
    waiting: Field | None = None
    broken = False
    for number, (place, written) in enumerate(_lines(data, encoding), 1):
        line = written.rstrip("\r\n")
        if line.startswith(("{", "-")) and (line.startswith(_BLOCKS) or line.strip() == "-"):
            if waiting is not None:
                yield waiting
            yield Field(END, [], number, place)
            waiting, line = None, line.partition(_TEXT_BLOCK)[2]
        elif line == ":":
            broken = True
            continue
        if broken:
            line, broken = (":" if _BROKEN.match(line) else "") + line, False
        begins = _FIELD.match(line) if line.startswith(":") else None
        if begins:
            if waiting is not None:
                yield waiting
            waiting = Field(begins[1], [line[begins.end() :]], number, place)
        elif waiting is not None:
            waiting.lines.append(line)
    if waiting is not None:
        yield waiting
