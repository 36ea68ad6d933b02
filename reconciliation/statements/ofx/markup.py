"""The markup of OFX: reads elements from SGML, where most of them have no end tag, and from XML.

Nothing is looked up: there are no entities but those of XML and numbers of characters, and whoever reads refuses a
document type first. Source: Open Financial Exchange Specification, versions 1.6 and 2.2, chapter 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal, NamedTuple

from reconciliation.statements.problems import Problem, refuse

# Elements that have elements; all others have values. Only those that tell what a value is about are here.
_AGGREGATES: Final = frozenset(
    {
        "OFX", "SONRS", "STATUS", "STMTTRNRS", "CCSTMTTRNRS", "INVSTMTTRNRS", "STMTRS", "CCSTMTRS", "INVSTMTRS",
        "BANKACCTFROM", "CCACCTFROM", "INVACCTFROM", "BANKTRANLIST", "BANKTRANLISTP", "STMTTRN", "STMTTRNP",
        "BANKACCTTO", "CCACCTTO", "PAYEE", "CURRENCY", "ORIGCURRENCY", "LEDGERBAL", "AVAILBAL", "BALLIST", "BAL",
    }
)  # fmt: skip
_TOKEN: Final = re.compile(
    r"<(?:(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9._]*)(?:\s[^<>]*?)?(?P<empty>/?)>(?P<value>[^<]*)|[^<]*)"
)
_REFERENCE: Final = re.compile(r"&(#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6}|amp|lt|gt|quot|apos|nbsp);")
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " "}
_CDATA: Final = "<![CDATA["
# Markup that has no elements, with its end.
_PASSED: Final = {"<!--": "-->", "<?": "?>", _CDATA: "]]>"}


class Element(NamedTuple):
    """The start or the end of an aggregate, or an element with its value, and the character and line of its start."""

    kind: Literal["start", "end", "value", "text"]
    name: str
    value: str
    offset: int
    line: int


class _Part(NamedTuple):
    """What begins with `<` and ends before the next one, and the character and line of its start."""

    text: str
    offset: int
    line: int


def elements(pieces: Iterable[str], problems: list[Problem]) -> Iterator[Element]:
    """Yield the elements of a document; an aggregate that is not closed where it must be is refused, and closed."""
    waiting: Element | None = None
    opened: list[str] = []
    for token in _tokens(_parts(pieces), problems):
        if token.kind == "text":
            waiting = waiting and waiting._replace(value=waiting.value + token.value)
            continue
        if waiting is not None:
            yield waiting._replace(value=_plain(waiting.value))
        waiting = token if token.kind == "value" else None
        if token.kind == "start":
            opened.append(token.name)
            yield token
        elif token.kind == "end" and token.name in _AGGREGATES:
            if not opened or opened[-1] != token.name:
                told = f"the end of {token.name} is not where it must be, so the file was damaged: fetch it again"
                problems.append(refuse("xml_out_of_place", told, f"character {token.offset + 1}"))
            for _ in range(opened[::-1].index(token.name) + 1 if token.name in opened else 0):
                yield token._replace(name=opened.pop())
    if waiting is not None:
        yield waiting._replace(value=_plain(waiting.value))
    if opened:
        told = f"the file stops before the end of {opened[-1]}: fetch it again"
        problems.append(refuse("file_truncated", told, "end of file"))


def _parts(pieces: Iterable[str]) -> Iterator[_Part]:
    begun: list[str] = []
    offset, line = 0, 1
    for piece in pieces:
        more, *others = piece.split("<")
        begun.append(more)
        for other in others:
            whole = "".join(begun)
            yield _Part(whole, offset, line)
            offset, line = offset + len(whole), line + whole.count("\n")
            begun = [f"<{other}"]
    yield _Part("".join(begun), offset, line)


def _tokens(parts: Iterator[_Part], problems: list[Problem]) -> Iterator[Element]:
    """The tags with the values behind them; what begins with `<` and is no tag is a text, which belongs to a value."""
    next(parts)  # Nothing in front of the first `<` is an element.
    for part in parts:
        text, *place = part
        match = _TOKEN.match(text)
        assert match is not None
        if match["name"]:
            if not match["empty"]:
                name = match["name"].upper()
                kind: Literal["start", "end", "value"] = (
                    "end" if match["end"] else "start" if name in _AGGREGATES else "value"
                )
                yield Element(kind, name, match["value"], *place)
        elif passed := next((end for start, end in _PASSED.items() if text.startswith(start)), None):
            within = [text]
            while passed not in within[-1]:
                more = next(parts, None)
                if more is None:
                    told = "a comment, an instruction or a text has no end: fetch the file again"
                    problems.append(refuse("file_truncated", told, f"character {part.offset + 1}"))
                    return
                within.append(more.text)
            if text.startswith(_CDATA):
                said, _, behind = "".join(within).removeprefix(_CDATA).partition(passed)
                yield Element("text", "", said.replace("&", "&amp;") + behind, *place)
        else:
            yield Element("text", "", text, *place)


def _plain(value: str) -> str:
    return " ".join((_REFERENCE.sub(_character, value) if "&" in value else value).split())


def _character(match: re.Match[str]) -> str:
    name = match[1]
    if not name.startswith("#"):
        return _NAMED[name]
    number = int(name[2:], 16) if name[1] == "x" else int(name[1:])
    # Neither a character that XML forbids, nor a half of one.
    allowed = 0x20 <= number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF
    return chr(number) if allowed else "\ufffd"
