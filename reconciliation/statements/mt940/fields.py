"""Divides a file of SWIFT messages into fields (`:61:…`), whatever the bank puts around them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from reconciliation.statements.problems import Problem, warning

# The end of a message: `-` alone on a line, or `-}` before the next block of an envelope.
END: Final = "-"
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
# Only the fields of these messages begin a field, because a bank's own words may begin with a colon too.
_FIELD: Final = re.compile(r":(13D?|20|21|25P?|28C?|34F|60[FM]?|61|62[FM]?|64|65|86|90[CD]|NS|94[02]):")
# The name of a field that a program broke after its first colon.
_BROKEN: Final = re.compile(r"[0-9]{2}[A-Z]?:")
_BLOCKS: Final = ("-}", "{1:", "{2:", "{3:", "{4:", "{5:")
_TEXT_BLOCK: Final = "{4:"
# In cp1252 these stand for quotation marks and a trade mark; within a word they are letters of cp850.
_LETTERS_OF_CP850: Final = re.compile(r"\w[\u201e\u201d\u2122]\w")


class Field(NamedTuple):
    """One field: its name, the lines of its content without line ends, and the line and the place where it begins."""

    name: str
    lines: list[str]
    number: int
    begins: int


def decode(data: bytes) -> tuple[str, str, list[Problem]]:
    """Decode a file as UTF-8 if it is, else as cp1252, or else as cp850.

    Banks send UTF-8, cp1252 and cp850; cp1252 lacks some bytes, which are frequent letters in cp850.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    text, encoding = _decoded(data)
    problems = []
    if encoding == "cp1252" and _LETTERS_OF_CP850.search(text):
        problems.append(
            warning(
                "characters_damaged",
                "some characters are no letters in cp1252, so names and texts may be damaged: ask the bank for files "
                "in UTF-8",
                "file",
            )
        )
    # Old programs end a line with a carriage return alone.
    return text if "\n" in text else text.replace("\r", "\n"), encoding, problems


def _decoded(data: bytes) -> tuple[str, str]:
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding), "UTF-8" if encoding == "utf-8" else encoding
        except UnicodeDecodeError:
            continue
    return data.decode("cp850"), "cp850"


def fields(text: str) -> Iterator[Field]:
    """Yield the fields of a file and, as a field without content, the end of each message.

    What stands between two messages, such as a bank's header, is left out.
    """
    waiting: Field | None = None
    broken = False
    for number, match in enumerate(_LINE.finditer(text), 1):
        line = match[0].rstrip("\r\n")
        if line.startswith(("{", "-")) and (line.startswith(_BLOCKS) or line.strip() == "-"):
            if waiting is not None:
                yield waiting
            yield Field(END, [], number, match.start())
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
            waiting = Field(begins[1], [line[begins.end() :]], number, match.start())
        elif waiting is not None:
            waiting.lines.append(line)
    if waiting is not None:
        yield waiting
