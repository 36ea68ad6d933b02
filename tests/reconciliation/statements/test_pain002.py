"""The bank's answer to a payment order: each payment with its status and reason, and nothing that is money."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from reconciliation.statements import TRAITS, read
from tests.reconciliation.statements.written_files import codes

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"


def answer(groups: str, order: str = "<GrpSts>PART</GrpSts>") -> bytes:
    return (
        f'<Document xmlns="{NAMESPACE}"><CstmrPmtStsRpt><GrpHdr><MsgId>A</MsgId></GrpHdr><OrgnlGrpInfAndSts>'
        f"<OrgnlMsgId>ORDER</OrgnlMsgId>{order}</OrgnlGrpInfAndSts>{groups}</CstmrPmtStsRpt></Document>"
    ).encode()


def group(*transactions: str, status: str = "") -> str:
    return f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>G</OrgnlPmtInfId>{status}{''.join(transactions)}</OrgnlPmtInfAndSts>"


def transaction(id: str, status: str = "", rest: str = "") -> str:
    said = f"<TxSts>{status}</TxSts>" if status else ""
    return f"<TxInfAndSts><OrgnlEndToEndId>{id}</OrgnlEndToEndId>{said}{rest}</TxInfAndSts>"


def reason(code: str) -> str:
    return f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>"


def said(data: bytes) -> list[tuple[Any, ...]]:
    names = ("end_to_end_id", "bank_code", "return_reason", "bank_ref")
    return [tuple(row[name] for name in names) for row in read(data).lines.to_pylist()]


def test_an_answer_is_recognised_and_books_nothing():
    parsed = read(answer(group(transaction("rf01", "RJCT", reason("AC04")))))
    assert (parsed.format, parsed.message, codes(parsed)) == ("pain.002", "pain.002.001.10", [])
    assert not TRAITS["pain.002"].books
    assert parsed.lines["amount_minor"].null_count == 1


def test_an_answer_is_of_the_day_on_which_the_bank_wrote_it():
    written = answer(group(transaction("rf01", "RJCT")))
    at = written.replace(b"<MsgId>A</MsgId>", b"<MsgId>A</MsgId><CreDtTm>2026-10-14T14:00:00</CreDtTm>")
    days = [read(one).statements["created_on"].to_pylist() for one in (written, at)]
    assert days == [[None], [date(2026, 10, 14)]]


def test_each_payment_has_its_own_status_or_that_of_its_group_or_order():
    own = group(transaction("rf01", "rjct", reason("ac04")), transaction("rf02", "ACSC"))
    of_group = group(transaction("rf03"), status="<PmtInfSts>ACCP</PmtInfSts>")
    assert said(answer(own + of_group + group(transaction("rf04")), "<GrpSts>RJCT</GrpSts>")) == [
        ("rf01", "RJCT", "AC04", "ORDER"),
        ("rf02", "ACSC", None, "ORDER"),
        ("rf03", "ACCP", None, "ORDER"),
        ("rf04", "RJCT", None, "ORDER"),
    ]


def test_a_group_or_an_order_without_payments_is_a_line_without_an_id():
    rejected = group(status=f"<PmtInfSts>RJCT</PmtInfSts>{reason('AC01')}")
    assert said(answer(rejected)) == [(None, "RJCT", "AC01", "ORDER")]
    whole = f"<GrpSts>RJCT</GrpSts>{reason('DU01')}"
    assert said(answer("", whole)) == [(None, "RJCT", "DU01", "ORDER")]


def test_an_amount_that_is_repeated_is_read_exactly():
    amount = '<OrgnlTxRef><Amt><InstdAmt Ccy="SEK">{}</InstdAmt></Amt></OrgnlTxRef>'
    parsed = read(answer(group(transaction("rf01", "ACSC", amount.format("200.5")))))
    (line,) = parsed.lines.to_pylist()
    assert (line["instructed_minor"], line["instructed_currency"]) == (200_50, "SEK")
    unread = read(answer(group(transaction("rf01", "ACSC", amount.format("much")))))
    assert codes(unread) == ["amount_unreadable"]
    assert unread.lines["instructed_minor"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (answer("", ""), "statement_missing"),
        (answer(group(transaction("rf01", "RJCT")))[:-30], "file_truncated"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]>' + answer(group(transaction("rf01", "RJCT"))), "xml_document_type"),
    ],
)
def test_what_cannot_be_read_as_a_whole_is_refused(data: bytes, code: str):
    parsed = read(data)
    assert parsed.refused
    assert code in codes(parsed)


def test_many_payments_are_read_in_their_order():
    ids = [f"rf{number}" for number in range(5000)]
    assert [row[0] for row in said(answer(group(*(transaction(one, "ACSC") for one in ids))))] == ids
