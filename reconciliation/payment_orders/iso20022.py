"""The parts that our messages of ISO 20022 share: elements, names, amounts, and how a bank is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final
from xml.sax.saxutils import escape

from ledger.domain.money import decimals_of

LONGEST_ID: Final = 35  # Max35Text
_LONGEST_NAME: Final = 140  # Max140Text
# Source: ISO 9362.
_BIC: Final = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
_NOT_XML: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def is_bic(text: str) -> bool:
    """Whether a text has the form of a bank's BIC."""
    return bool(_BIC.fullmatch(text))


def bank(bic: str | None) -> str:
    """The bank of an account: its BIC, or that it is known by the account's IBAN only."""
    return text("BICFI", bic) if bic is not None else tag("Othr", text("Id", "NOTPROVIDED"))


def units(amount_minor: int, currency: str) -> Decimal:
    """An amount in units of its currency; raises ValueError if it is not above zero or the currency is unknown."""
    decimals = decimals_of(currency)
    if decimals is None or amount_minor <= 0:
        raise ValueError("an order has amounts above zero in a currency of ISO 4217")
    return Decimal(amount_minor).scaleb(-decimals)


def counted(amounts: Sequence[Decimal]) -> str:
    """How many payments there are, and their sum."""
    return text("NbOfTxs", str(len(amounts))) + text("CtrlSum", str(sum(amounts, Decimal(0))))


def header(message_id: str, created_at: datetime, amounts: Sequence[Decimal], ours: str) -> str:
    """The header of a message: its id, when it was made, what all its payments are, and our name."""
    return tag(
        "GrpHdr",
        text("MsgId", message_id),
        text("CreDtTm", created_at.isoformat(timespec="seconds")),
        counted(amounts),
        tag("InitgPty", text("Nm", name_of(ours))),
    )


def document(message: str, root: str, parts: Iterable[str]) -> bytes:
    """The file of a message, such as pain.001.001.09, whose root element has these parts, each on a line."""
    body = "\n".join(parts)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{message}">\n'
        f"<{root}>\n{body}\n</{root}>\n</Document>\n"
    ).encode()


def name_of(name: str) -> str:
    """A name as a message can have it; empty if nothing of it is left."""
    return " ".join(_NOT_XML.sub(" ", name).split())[:_LONGEST_NAME].rstrip()


def text(name: str, value: str) -> str:
    """An element with a text."""
    return f"<{name}>{escape(value)}</{name}>"


def tag(name: str, *content: str) -> str:
    """An element with other elements."""
    return f"<{name}>{''.join(content)}</{name}>"
