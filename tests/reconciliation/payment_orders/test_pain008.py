"""A SEPA direct debit names payer and mandate, has exact amounts, counts and sums, and is valid by ISO's schema."""

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

from reconciliation.payment_orders.pain008 import Creditor, SepaDebit, SepaOrder, is_creditor, write_pain008, wrong_with

OURS = Creditor("Kliniken AB", "SE4550000000058398257466", "DE98ZZZ09999999999", None)
EVA = SepaDebit("d-0001", 400_00, "M-1", date(2026, 8, 30), "Eva Ek", "SE3550000000054910000003", "1001171")
BO = replace(
    EVA, end_to_end_id="d-0002", amount_minor=1, mandate_id="M-2", name="Bo & Co", reference="RF18539007547034"
)
NAMESPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"}
SCHEMAS = Path(__file__).parents[4] / "shared" / "samples" / "xsd"
GOLDEN = Path(__file__).with_name("pain008.xml")


def order(*debits: SepaDebit) -> SepaOrder:
    created = datetime(2026, 10, 12, 12, 0, tzinfo=UTC)
    return SepaOrder("0190f3a1c5c27e0f9a3b5d7e1f20a4b6", created, date(2026, 10, 15), OURS, "CORE", debits)


def valid(content: bytes) -> None:
    """By ISO's schema, if it lies beside the repository or a package has it; it is not ours to copy."""
    found = importlib.util.find_spec("sepaxml")
    packaged = [] if found is None or found.origin is None else [Path(found.origin).with_name("schemas")]
    for folder in (SCHEMAS, *packaged):
        for path in folder.glob("*pain.008.001.08.xsd"):
            etree.XMLSchema(etree.parse(path)).assertValid(etree.fromstring(content))


def test_it_is_written_byte_for_byte_as_the_golden_file():
    content = write_pain008(order(EVA, BO))
    assert content == GOLDEN.read_bytes()
    valid(content)


@given(
    st.lists(
        st.tuples(st.integers(1, 10**13), st.text(min_size=1, max_size=200), st.sampled_from(["1001171", "RF1"])),
        min_size=1,
        max_size=5,
    )
)
def test_counts_and_sums_are_exact_and_every_name_is_valid(drawn: list[tuple[int, str, str]]):
    debits = [
        replace(EVA, end_to_end_id=f"d-{number}", amount_minor=amount, name=f"A{name}", reference=reference)
        for number, (amount, name, reference) in enumerate(drawn)
    ]
    content = write_pain008(order(*debits))
    valid(content)
    tree = etree.fromstring(content)
    for group in tree.xpath("//p:GrpHdr | //p:PmtInf", namespaces=NAMESPACE):
        assert group.findtext("p:NbOfTxs", namespaces=NAMESPACE) == str(len(debits))
        total = Decimal(sum(one.amount_minor for one in debits)) / 100
        assert Decimal(group.findtext("p:CtrlSum", namespaces=NAMESPACE)) == total


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"name": " \x00"}, "payer_name_missing"),
        ({"iban": "SE3550000000054910000004"}, "payer_account_no_iban"),
        ({"signed_on": None}, "mandate_not_signed"),
    ],
)
def test_what_cannot_be_collected_has_a_reason_and_is_never_written(said: dict[str, object], why: str):
    debit = replace(EVA, **said)  # type: ignore[arg-type]
    assert wrong_with(debit) == why
    with pytest.raises(ValueError, match="cannot be written"):
        write_pain008(order(EVA, debit))


@pytest.mark.parametrize("identifier", ["DE98ZZZ09999999998", "DE98", "", "SE"])
def test_a_creditor_identifier_has_right_check_digits(identifier: str):
    assert is_creditor("DE98ZZZ09999999999")
    assert not is_creditor(identifier)
    with pytest.raises(ValueError, match="creditor identifier"):
        write_pain008(replace(order(EVA), creditor=replace(OURS, identifier=identifier)))


def test_nobodys_name_or_number_is_shown_by_what_prints_it():
    assert "Eva" not in repr(order(EVA))
    assert EVA.iban not in repr(EVA)
