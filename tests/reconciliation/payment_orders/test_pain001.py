"""A payment order names each payee, has exact amounts, counts and sums, and is valid by the schema of ISO 20022."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from reconciliation.payment_orders.iso20022 import is_bic
from reconciliation.payment_orders.pain001 import Account, Payment, PaymentOrder, write_pain001, wrong_with

OURS = Account("Kliniken AB", "SE4550000000058398257466", "iban")
IBAN = Account("Eva Ek", "SE3550000000054910000003", "iban")
BANKGIRO = Account("Bolaget & Co", "50501055", "bankgiro")
PLUSGIRO = Account("Åsa Öberg", "286543-4", "plusgiro")
NAMESPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
GOLDEN = Path(__file__).with_name("pain001.xml")


def order(*payments: Payment) -> PaymentOrder:
    return PaymentOrder(
        "0190f3a1c5c27e0f9a3b5d7e1f20a4b6",
        datetime(2026, 10, 6, 12, 0, tzinfo=UTC),
        date(2026, 10, 7),
        OURS,
        "SEK",
        None,
        payments,
    )


MANY = order(
    Payment("rf01", 200_00, "SEK", IBAN),
    Payment("rf02", 1, "SEK", BANKGIRO),
    Payment("rf03", 99_95, "SEK", PLUSGIRO),
    Payment("rf04", 12_50, "EUR", IBAN),
)


def valid(content: bytes) -> None:
    """Hold an order against ISO's schema; it is not ours to copy, and a package of the tests has it."""
    found = importlib.util.find_spec("sepaxml")
    assert found is not None
    assert found.origin is not None
    schema = Path(found.origin).with_name("schemas") / "pain.001.001.09.xsd"
    etree.XMLSchema(etree.parse(schema)).assertValid(etree.fromstring(content))


def test_an_order_is_written_byte_for_byte_as_the_golden_file():
    content = write_pain001(MANY)
    assert content == GOLDEN.read_bytes()
    assert write_pain001(MANY) == content


def test_an_order_is_valid_by_the_schema():
    valid(write_pain001(MANY))
    valid(write_pain001(replace(MANY, bic="SWEDSESS")))
    valid(write_pain001(replace(MANY, payer=Account("Kliniken AB", "50501055", "bankgiro"))))


def test_the_payments_of_a_currency_are_together_with_their_number_and_sum():
    root = etree.fromstring(write_pain001(MANY))
    groups = root.findall(".//p:PmtInf", NAMESPACE)
    assert [[one.findtext(f"p:{name}", None, NAMESPACE) for name in ("NbOfTxs", "CtrlSum")] for one in groups] == [
        ["1", "12.50"],
        ["3", "299.96"],
    ]
    header = root.find(".//p:GrpHdr", NAMESPACE)
    assert header is not None
    assert [header.findtext(f"p:{name}", None, NAMESPACE) for name in ("NbOfTxs", "CtrlSum")] == ["4", "312.46"]
    assert [one.text for one in root.findall(".//p:EndToEndId", NAMESPACE)] == ["rf04", "rf01", "rf02", "rf03"]


@pytest.mark.parametrize(
    ("account", "member", "id", "scheme"),
    [(BANKGIRO, "9900", "50501055", "BGNR"), (PLUSGIRO, "9960", "2865434", "BBAN")],
)
def test_a_giro_is_named_as_swedish_banks_want_it(account: Account, member: str, id: str, scheme: str):
    root = etree.fromstring(write_pain001(order(Payment("rf01", 1_00, "SEK", account))))
    assert root.findtext(".//p:CdtrAgt//p:MmbId", None, NAMESPACE) == member
    assert root.findtext(".//p:CdtrAcct//p:Othr/p:Id", None, NAMESPACE) == id
    (named,) = root.findall(".//p:CdtrAcct//p:SchmeNm/*", NAMESPACE)
    assert named.text == scheme


@pytest.mark.parametrize(
    ("payment", "wrong"),
    [
        (Payment("rf01", 1_00, "SEK", replace(IBAN, name=" \n ")), "payee_name_missing"),
        (Payment("rf01", 1_00, "SEK", replace(IBAN, number="SE3550000000054910000004")), "payee_account_not_payable"),
        (Payment("rf01", 1_00, "SEK", Account("Eva Ek", "50501056", "bankgiro")), "payee_account_not_payable"),
        (Payment("rf01", 1_00, "SEK", Account("Eva Ek", "54910000003", "bban")), "payee_account_not_payable"),
        (Payment("x" * 36, 1_00, "SEK", IBAN), "end_to_end_id_malformed"),
    ],
)  # fmt: skip
def test_what_cannot_be_paid_is_told_apart_and_never_written(payment: Payment, wrong: str):
    assert wrong_with(payment) == wrong
    with pytest.raises(ValueError, match=wrong):
        write_pain001(order(payment))


def test_an_order_of_nothing_or_from_nowhere_is_not_written():
    with pytest.raises(ValueError, match="no payments"):
        write_pain001(order())
    with pytest.raises(ValueError, match="no account to pay from"):
        write_pain001(replace(MANY, payer=Account("Kliniken AB", "54910000003", "bban")))
    for payment in (Payment("rf01", 0, "SEK", IBAN), Payment("rf01", 1, "ABC", IBAN)):
        with pytest.raises(ValueError, match="above zero"):
            write_pain001(order(payment))


def test_a_bic_has_eight_or_eleven_characters():
    assert [is_bic(one) for one in ("SWEDSESS", "SWEDSESSXXX", "SWEDSES", "swedsess")] == [True, True, False, False]


def test_who_is_paid_is_in_no_log():
    assert "Eva" not in repr(MANY)


@given(
    names=st.lists(st.text(min_size=1), min_size=1, max_size=4),
    amounts=st.lists(st.integers(1, 10**15), min_size=4, max_size=4),
    currency=st.sampled_from(["SEK", "EUR", "JPY", "BHD"]),
)
def test_whatever_a_payee_is_called_the_file_is_valid_and_exact(names: list[str], amounts: list[int], currency: str):
    payments = [
        Payment(f"rf{number}", amount, currency, replace(IBAN, name=f"Ek {name}"))
        for number, (name, amount) in enumerate(zip(names, amounts, strict=False))
    ]
    content = write_pain001(order(*payments))
    valid(content)
    root = etree.fromstring(content)
    written = [Decimal(one.text or "") for one in root.findall(".//p:InstdAmt", NAMESPACE)]
    decimals = {"SEK": 2, "EUR": 2, "JPY": 0, "BHD": 3}[currency]
    assert [one.scaleb(decimals) for one in written] == [one.amount_minor for one in payments]
    assert Decimal(root.findtext(".//p:GrpHdr/p:CtrlSum", "", NAMESPACE)) == sum(written)
