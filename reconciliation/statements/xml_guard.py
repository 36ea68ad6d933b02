"""Guards against untrusted XML: decides what is refused before it is parsed, and reports faults."""

from __future__ import annotations

import re

from lxml import etree

from reconciliation.statements.file_edges import encoding_of
from reconciliation.statements.problems import Problem, refuse

# How much of a file is read to recognise it.
HEAD_BYTES = 65_536

_MISC = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_START_TAG = re.compile(r"<([^\s/>?!]+)")
_ENCODING = (etree.ErrorTypes.ERR_INVALID_ENCODING, etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING)
_LIMIT: int = etree.ErrorTypes.ERR_RESOURCE_LIMIT


def prolog(data: bytes, size: int = HEAD_BYTES) -> str:
    """Decode the start of a file well enough to search it for markup."""
    encoding = encoding_of(data)
    if encoding is None:
        return data[:size].decode("latin-1")
    return data[: size * 4].decode(encoding, "replace").lstrip("\ufeff")


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
    elif line >= data.count(b"\n") + 1 and not _closes(data):
        code = "file_truncated"
    advice = {
        "xml_not_well_formed": "the file breaks the rules of XML",
        "encoding_wrong": "the bytes do not match the declared encoding",
        "xml_limit_exceeded": "an element is nested more deeply, or is longer, than in any genuine statement",
        "file_truncated": "the file stops before its last element is closed",
    }[code]
    return refuse(code, f"{advice} ({kind}), after {whole} complete movements: fetch the file again", position)


def _closes(data: bytes) -> bool:
    """Whether the end tag of the root is in the file, even if something that must not be there follows it."""
    head, offset = _before_root(data)
    match = _START_TAG.match(head, offset)
    if match is None:
        return False
    encoding = encoding_of(data) or "utf-8"
    last = data.rfind(f"</{match[1]}".encode(encoding))
    return last >= 0 and re.match(r"</[^<\s>]+\s*>", data[last:].decode(encoding, "replace")) is not None


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
