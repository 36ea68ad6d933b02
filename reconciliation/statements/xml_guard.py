"""Guards against untrusted XML: decides what is refused before it is parsed, and reports faults."""

from __future__ import annotations

import codecs
import re

from lxml import etree

from reconciliation.statements.problems import Problem, refuse

# How much of a file is read to recognise it.
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
    """Decode the start of a file well enough to search it for markup."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[: size * 4].decode(encoding, "replace").lstrip("\ufeff")
    return data[:size].decode("latin-1")


def is_xml(data: bytes) -> bool:
    """Whether the content begins like XML."""
    return prolog(data).lstrip().startswith("<")


def document_type(data: bytes) -> Problem | None:
    """Refuse a document type (DTD), because its entities could read files, connect to hosts or fill the memory."""
    head, offset = _before_root(data)
    if not head.startswith("<!", offset):
        return None
    return refuse(
        "xml_document_type",
        "the XML has a document type (DTD) or an unfinished comment before its first element, which no statement "
        "needs: ask the sender for the bank's original file",
        f"character {offset + 1}",
    )


def fault_problem(fault: etree.XMLSyntaxError, data: bytes, whole: int) -> Problem:
    """The problem that reports a fault in the XML; `whole` is the number of movements read before the fault."""
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
        "encoding_wrong": "the bytes do not match the declared encoding",
        "xml_limit_exceeded": "an element is nested more deeply, or is longer, than in any genuine statement",
        "file_truncated": "the file stops before its last element is closed",
    }[code]
    return refuse(code, f"{advice} ({kind}), after {whole} complete movements: fetch the file again", position)


def _closes(data: bytes) -> bool:
    """Whether the file ends with the end tag of its root."""
    head, offset = _before_root(data)
    match = _START_TAG.match(head, offset)
    return match is not None and re.search(rf"</{re.escape(match[1])}\s*>\s*$", prolog(data[-1024:])) is not None


def _before_root(data: bytes) -> tuple[str, int]:
    """The start of the file, and the offset of the root element, which follows comments, instructions and blanks."""
    offset = 0
    for size in (HEAD_BYTES, len(data)):
        head, offset = prolog(data, size), 0
        while match := _MISC.match(head, offset):
            offset = match.end()
        if _START_TAG.match(head, offset):
            break
    return head, offset
