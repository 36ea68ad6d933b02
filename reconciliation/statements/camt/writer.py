"""Writes camt.053.001.08 and camt.054.001.08 as a bank would, for the demo's bank and for tests of the readers.

The elements are in the order of the ISO 20022 schemas. TxsSummry counts every entry of the report, even pending ones,
as the standard says ("entries included in the report"). Only booked entries change the closing balance.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from xml.sax.saxutils import escape

from ledger.domain.money import decimals_of
from reconciliation.statements.values import to_text

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TEXT_WIDTH = 140  # The longest Ustrd (Max140Text); a longer text is cut, even inside a word, as banks do.


@dataclass(frozen=True, slots=True)
class CamtReference:
    """A structured reference; `stated` is its type: an ISO code (SCOR) or, if `proprietary`, the bank's code (QRR)."""

    reference: str
    stated: str = "SCOR"
    proprietary: bool = False
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class CamtDetail:
    """One TxDtls, with or without an amount: positive if it raises the balance, negative if it lowers it."""

    amount_minor: int | None = None
    end_to_end_id: str = "NOTPROVIDED"
    bank_ref: str | None = None
    references: Sequence[CamtReference] = ()
    text: str | None = None
    counterparty: str | None = None
    counterparty_account: str | None = None
    instructed_minor: int | None = None
    instructed_currency: str | None = None
    charges_minor: int | None = None
    return_reason: str | None = None


@dataclass(frozen=True, slots=True)
class CamtEntry:
    """One Ntry; its amount is positive if the balance rises and negative if it falls, even for a reversal.

    With an `order_id`, it is the sum of so many payments of that order of ours, of which the file has no details.
    """

    amount_minor: int
    booked_on: date
    value_on: date
    bank_ref: str | None = None
    details: Sequence[CamtDetail] = ()
    status: Literal["BOOK", "PDNG", "INFO"] = "BOOK"
    reversal: bool = False
    charges_minor: int | None = None
    text: str | None = None
    code: tuple[str, str, str] = ("PMNT", "RCDT", "ESCT")
    order_id: str | None = None
    payments: int | None = None


@dataclass(frozen=True, slots=True)
class CamtStatement:
    """One Stmt or Ntfctn; if it has an opening balance, both its opening and its closing balance are written."""

    statement_id: str
    account: str
    currency: str
    sequence: int
    created_at: str
    from_on: date
    to_on: date
    entries: Sequence[CamtEntry]
    opening_minor: int | None = None
    scheme: str = "BBAN"


def write_camt053(message_id: str, created_at: str, statements: Iterable[CamtStatement]) -> bytes:
    """Write a bank-to-customer statement; `created_at` is in ISO 8601."""
    return _message("camt.053.001.08", "BkToCstmrStmt", "Stmt", message_id, created_at, statements)


def write_camt054(message_id: str, created_at: str, statements: Iterable[CamtStatement]) -> bytes:
    """Write a debit and credit notification, which has entries but no balances."""
    return _message("camt.054.001.08", "BkToCstmrDbtCdtNtfctn", "Ntfctn", message_id, created_at, statements)


def _message(
    version: str, root: str, unit: str, message_id: str, created_at: str, statements: Iterable[CamtStatement]
) -> bytes:
    header = _tag("GrpHdr", _text("MsgId", message_id) + _text("CreDtTm", created_at))
    body = "\n".join(_tag(unit, _statement(statement, balances=unit == "Stmt")) for statement in statements)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{version}">\n'
        f"<{root}>\n{header}\n{body}\n</{root}>\n</Document>\n"
    ).encode()


def _statement(statement: CamtStatement, balances: bool) -> str:
    currency, entries = statement.currency, statement.entries
    period = _text("FrDtTm", f"{statement.from_on}T00:00:00") + _text("ToDtTm", f"{statement.to_on}T23:59:59")
    head = [
        _text("Id", statement.statement_id),
        _text("ElctrncSeqNb", str(statement.sequence)),
        _text("CreDtTm", statement.created_at),
        _tag("FrToDt", period),
        _tag("Acct", _account(statement.account, statement.scheme) + _text("Ccy", currency)),
    ]
    if balances and statement.opening_minor is not None:
        booked = sum(entry.amount_minor for entry in entries if entry.status == "BOOK")
        head += [
            _balance("OPBD", statement.opening_minor, currency, statement.from_on),
            _balance("CLBD", statement.opening_minor + booked, currency, statement.to_on),
        ]
    return "\n".join([*head, _summary(entries, currency), *(_entry(entry, currency) for entry in entries)])


def _balance(kind: str, minor: int, currency: str, day: date) -> str:
    return _tag(
        "Bal",
        _tag("Tp", _tag("CdOrPrtry", _text("Cd", kind)))
        + _signed(minor, currency)
        + _tag("Dt", _text("Dt", day.isoformat())),
    )


def _summary(entries: Sequence[CamtEntry], currency: str) -> str:
    amounts = [entry.amount_minor for entry in entries]
    groups = (
        ("TtlNtries", [abs(minor) for minor in amounts]),
        ("TtlCdtNtries", [minor for minor in amounts if minor >= 0]),
        ("TtlDbtNtries", [-minor for minor in amounts if minor < 0]),
    )
    return _tag(
        "TxsSummry",
        "".join(
            _tag(name, _text("NbOfNtries", str(len(group))) + _text("Sum", _decimal(sum(group), currency)))
            for name, group in groups
        ),
    )


def _entry(entry: CamtEntry, currency: str) -> str:
    domain, family, subfamily = entry.code
    code = _text("Cd", domain) + _tag("Fmly", _text("Cd", family) + _text("SubFmlyCd", subfamily))
    details = "\n".join(_detail(detail, entry, currency) for detail in entry.details)
    return _tag(
        "Ntry",
        "".join(
            (
                _signed(entry.amount_minor, currency),
                _text("RvslInd", "true") if entry.reversal else "",
                _tag("Sts", _text("Cd", entry.status)),
                _tag("BookgDt", _text("Dt", entry.booked_on.isoformat())),
                _tag("ValDt", _text("Dt", entry.value_on.isoformat())),
                _text("AcctSvcrRef", entry.bank_ref),
                _tag("BkTxCd", _tag("Domn", code)),
                _charges(entry.charges_minor, currency),
                _tag("NtryDtls", _batch(entry, currency) + details) if entry.details or entry.order_id else "",
                _text("AddtlNtryInf", entry.text),
            )
        ),
    )


def _batch(entry: CamtEntry, currency: str) -> str:
    if len(entry.details) < 2 and entry.order_id is None:
        return ""
    return (
        _tag(
            "Btch",
            _text("PmtInfId", entry.order_id)
            + _text("NbOfTxs", str(entry.payments or len(entry.details)))
            + _amount("TtlAmt", entry.amount_minor, currency)
            + _direction(entry.amount_minor),
        )
        + "\n"
    )


def _detail(detail: CamtDetail, entry: CamtEntry, currency: str) -> str:
    instructed = ""
    if detail.instructed_minor is not None:
        amount = _amount("Amt", detail.instructed_minor, detail.instructed_currency or currency)
        instructed = _tag("AmtDtls", _tag("InstdAmt", amount))
    return _tag(
        "TxDtls",
        "".join(
            (
                _tag("Refs", _text("AcctSvcrRef", detail.bank_ref) + _text("EndToEndId", detail.end_to_end_id)),
                _signed(detail.amount_minor, currency) if detail.amount_minor is not None else "",
                instructed,
                _charges(detail.charges_minor, currency),
                _parties(detail, entry),
                _remittance(detail, currency),
                _tag("RtrInf", _tag("Rsn", _text("Cd", detail.return_reason))) if detail.return_reason else "",
            )
        ),
    )


def _parties(detail: CamtDetail, entry: CamtEntry) -> str:
    """The other party, in the role that it had in the original payment, even if the payment is reversed."""
    moved = detail.amount_minor if detail.amount_minor is not None else entry.amount_minor
    side = "Dbtr" if (moved >= 0) != entry.reversal else "Cdtr"
    name = _tag(side, _tag("Pty", _text("Nm", detail.counterparty))) if detail.counterparty else ""
    account = _tag(f"{side}Acct", _account(detail.counterparty_account)) if detail.counterparty_account else ""
    return _tag("RltdPties", name + account) if name or account else ""


def _remittance(detail: CamtDetail, currency: str) -> str:
    text = detail.text or ""
    free = "".join(_text("Ustrd", text[at : at + _TEXT_WIDTH]) for at in range(0, len(text), _TEXT_WIDTH))
    structured = "".join(_reference(reference, currency) for reference in detail.references)
    return _tag("RmtInf", free + structured) if free or structured else ""


def _reference(reference: CamtReference, currency: str) -> str:
    kind = _text("Prtry" if reference.proprietary else "Cd", reference.stated)
    paid = ""
    if reference.amount_minor is not None:
        name = "CdtNoteAmt" if reference.amount_minor < 0 else "RmtdAmt"
        paid = _tag("RfrdDocAmt", _amount(name, reference.amount_minor, currency))
    creditor = _tag("Tp", _tag("CdOrPrtry", kind)) + _text("Ref", reference.reference)
    return _tag("Strd", paid + _tag("CdtrRefInf", creditor))


def _charges(minor: int | None, currency: str) -> str:
    return "" if minor is None else _tag("Chrgs", _amount("TtlChrgsAndTaxAmt", minor, currency))


def _account(number: str, scheme: str = "BBAN") -> str:
    if _IBAN.fullmatch(number):
        return _tag("Id", _text("IBAN", number))
    name = _text("Cd" if scheme == "BBAN" else "Prtry", scheme)
    return _tag("Id", _tag("Othr", _text("Id", number) + _tag("SchmeNm", name)))


def _signed(minor: int, currency: str) -> str:
    return _amount("Amt", minor, currency) + _direction(minor)


def _direction(minor: int) -> str:
    return _text("CdtDbtInd", "CRDT" if minor >= 0 else "DBIT")


def _amount(name: str, minor: int, currency: str) -> str:
    return f'<{name} Ccy="{currency}">{_decimal(minor, currency)}</{name}>'


def _decimal(minor: int, currency: str) -> str:
    decimals = decimals_of(currency)
    if decimals is None:
        raise ValueError(f"{currency} is not in ISO 4217")
    return to_text(minor, decimals)


def _text(name: str, value: str | None) -> str:
    if value is None:
        return ""
    if _NOT_XML.search(value):
        raise ValueError(f"{name} contains a character that XML 1.0 forbids")
    return f"<{name}>{escape(value)}</{name}>"


def _tag(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>"
