"""Says which message of camt a file has, and in which version."""

from __future__ import annotations

import re

from reconciliation.statements import xml_guard
from reconciliation.statements.problems import Problem, refuse, warning

_BY_MESSAGE = {
    "BkToCstmrStmt": "camt.053",
    "BkToCstmrDbtCdtNtfctn": "camt.054",
    "BkToCstmrAcctRpt": "camt.052",
}
_MESSAGE = re.compile(r"<(?:[\w.-]+:)?(" + "|".join(_BY_MESSAGE) + r")(?:V[0-9]+)?[\s>/]")
_DOCUMENT = re.compile(r"<(?:[\w.-]+:)?Document\b[^>]*>")
_IN_NAMESPACE = r"xmlns(?::[\w.-]+)?\s*=\s*[\"'][^\"']*?\b"
_NAMESPACE = re.compile(_IN_NAMESPACE + r"((camt\.05[234])\.001\.[0-9]{2})\b")
_ANY_MESSAGE = re.compile(_IN_NAMESPACE + r"([a-z]{4}\.[0-9]{3})\.[0-9]{3}\.[0-9]{2}\b")


def recognise(head: bytes) -> str | None:
    """Recognise the camt message in the XML by its message element, or else by the namespace of its Document."""
    text = xml_guard.prolog(head)
    if not text.lstrip().startswith("<"):
        return None
    message = _MESSAGE.search(text)
    if message:
        return _BY_MESSAGE[message[1]]
    document = _DOCUMENT.search(text)
    namespace = _NAMESPACE.search(document[0]) if document else None
    return namespace[2] if namespace else None


def version_of(data: bytes, known: str | None) -> tuple[str | None, list[Problem]]:
    """The version of the message according to the namespace, and warnings about the namespace."""
    text = xml_guard.prolog(data)
    namespace = _NAMESPACE.search(text)
    if namespace and namespace[2] == known:
        return namespace[1], []
    other = _ANY_MESSAGE.search(text)
    if other and re.match(r"(camt|pain|pacs)\.", other[1]):
        return None, [
            refuse(
                "namespace_contradicts",
                f"the namespace is that of {other[1]}, but the content is {known}: ask the bank which message it sent",
                "namespace",
            )
        ]
    return None, [
        warning(
            "namespace_unknown",
            f"the namespace is not that of a camt message; the file was read as {known} because of its elements",
            "namespace",
        )
    ]
