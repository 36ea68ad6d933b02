"""XML of a stranger: what is refused before it is parsed, and how a fault is told."""

from __future__ import annotations

import codecs
import re

from lxml import etree

from reconciliation.statements.problems import Problem, refuse

# How much of a file is looked at to recognise it.
HEAD_BYTES = 65_536

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_MISC = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_START_TAG = re.compile(r"<([^\s/>?!]+)")
_ENCODING = (etree.ErrorTypes.ERR_INVALID_ENCODING, etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING)
_LIMIT: int = etree.ErrorTypes.ERR_RESOURCE_LIMIT


def prolog(data: bytes, size: int = HEAD_BYTES) -> str:
    """The start of a file as text, decoded far enough to be searched for markup."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[: size * 4].decode(encoding, "replace").lstrip("\ufeff")
    return data[:size].decode("latin-1")


def is_xml(data: bytes) -> bool:
    """Whether the content opens like XML."""
    return prolog(data).lstrip().startswith("<")


def document_type(data: bytes) -> Problem | None:
    """The refusal of a document type: a DTD declares entities, and entities read files, call hosts or explode."""
    head, place = _before_root(data)
    if not head.startswith("<!", place):
        return None
    return refuse(
        "xml_document_type",
        "the XML holds a document type (DTD) or an unfinished comment before its first element; a statement needs"
        " neither: ask the sender for the file as the bank made it",
        f"character {place + 1}",
    )


def told(fault: etree.XMLSyntaxError, data: bytes, whole: int) -> Problem:
    """What a fault of the parser means for the file; `whole` movements were read before it."""
    line, column = fault.position
    position = f"line {line}, column {column}"
    number: int = getattr(fault, "code", 0)
    code, kind = "xml_not_well_formed", etree.ErrorTypes._getName(number, "unnamed fault")
    if number in _ENCODING:
        code = "encoding_wrong"
    elif number == _LIMIT:
        code = "xml_limit_exceeded"
    elif line >= data.rstrip().count(b"\n") + 1 and not _closes(data):
        code = "file_truncated"
    advice = {
        "xml_not_well_formed": "the file breaks the rules of XML",
        "encoding_wrong": "the bytes do not fit the encoding that the file declares",
        "xml_limit_exceeded": "one element is deeper or longer than a statement's can be",
        "file_truncated": "the file stops before its last element is closed",
    }[code]
    return refuse(code, f"{advice} ({kind}); {whole} whole movements stand before it: fetch the file again", position)


def _closes(data: bytes) -> bool:
    """Whether the last thing in the file is an end tag of its root."""
    head, place = _before_root(data)
    match = _START_TAG.match(head, place)
    return match is not None and re.search(rf"</{re.escape(match[1])}\s*>\s*$", prolog(data[-1024:])) is not None


def _before_root(data: bytes) -> tuple[str, int]:
    """The file's start, and the place in it after all comments, instructions and blanks that precede its root."""
    place = 0
    for size in (HEAD_BYTES, len(data)):
        head, place = prolog(data, size), 0
        while match := _MISC.match(head, place):
            place = match.end()
        if _START_TAG.match(head, place):
            break
    return head, place
