"""A personal number is in no id, code or text that is given to the book, in whatever field, old or new."""

from __future__ import annotations

import types
import typing
from datetime import date, datetime
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from ledger.domain.bank.file import StatementProven
from ledger.domain.bounds import require_bounds
from ledger.domain.cash.receipt import RecordReceipt
from ledger.domain.cash.receipt_facts import Payment, ReceiptRecorded
from ledger.domain.cash.refund_movement import BookRefundMovement
from ledger.domain.cash.refund_payment import SettleRefund
from ledger.domain.cash.transfer_facts import Quoted
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.fact import Command, Envelope, Part
from ledger.domain.national_numbers import has_national_number
from ledger.domain.receivables.account import OpenAccount
from ledger.domain.refusals import Refused
from ledger.execution.boundary import boundary_of
from tests.kit.book import Book, asked
from tests.kit.care import credit, declare_bank_account, invoice, receipt
from tests.kit.submissions import submit

NUMBER = "8803200016"


@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        "880320-0016",
        "198803200016",
        "19880320-0016",
        "1988-03-20 0016",
        "north-880320-0016",
        "account of 880320-0016, until May",
        pytest.param("invoice 880320-0017, 880320-0016", id="the second number is one"),
        pytest.param("8803800013", id="coordination number: day of birth + 60"),
        pytest.param("0002290013", id="a leap day, whatever the century"),
    ],
)
def test_a_text_has_a_personal_number(text: str) -> None:
    assert has_national_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "8803200017",
        "8813200014",
        "SE4550000000058398257466",
        "0192f5c3-8803-7200-8016-880320001612",
        "88032000160",
        "20261005-8a3f0016",
        "SE556036079301",
        "",
    ],
)
def test_a_text_has_none(text: str) -> None:
    assert not has_national_number(text)


WITH_NUMBER: dict[str, Command] = {
    "account_id": OpenAccount(account_id=f"p{NUMBER}", payer="patient"),
    "care_unit": replace(invoice("i1"), care_unit=f"north-{NUMBER}"),
    "care_case": replace(invoice("i1"), care_case=NUMBER),
    "invoice_id": invoice(f"i.{NUMBER}"),
    "service_code": replace(invoice("i1"), lines=(replace(invoice("i1").lines[0], service_code=NUMBER),)),
    "series": replace(invoice("i1"), series=NUMBER),
    "name": declare_bank_account("b1", name="account of 880320-0016"),
    "reason_code": credit("c", "i1", reason_code=NUMBER),
    "receipt_id": receipt(NUMBER, 1),
}


@pytest.mark.parametrize("field", WITH_NUMBER)
def test_it_is_refused_wherever_it_is_and_the_field_is_named(field: str) -> None:
    refused = boundary_of(submit(WITH_NUMBER[field], "k"))
    assert isinstance(refused, Refused)
    assert (refused.code, refused.about) == ("personal_number_given", field)


@pytest.mark.parametrize(("field", "value"), [("key", NUMBER), ("on_behalf_of", NUMBER), ("evidence", ("a", NUMBER))])
def test_an_envelope_has_none_either(field: str, value: Any) -> None:
    command = invoice("i1")
    require_bounds(command, asked(command).envelope)
    with pytest.raises(Refused, match=field):
        require_bounds(command, replace(asked(command).envelope, **{field: value}))


def test_no_field_of_a_command_hides_a_text() -> None:
    """A new field is looked at by itself, because each type that a command is made of is known."""
    rules = ("begins", "from_bank", "looked_up", "most_ahead", "most_back")
    for command in (*CATALOGUE.rules, Envelope):
        for name, hint in typing.get_type_hints(command).items():
            assert name in rules or understood(hint), f"{command.__name__}.{name}: {hint}"


def understood(hint: Any) -> bool:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        hints = typing.get_type_hints(hint)
        return all(understood(hints[name]) for name in hint.__struct_fields__)
    if typing.get_origin(hint) is typing.Literal:
        return True
    if typing.get_origin(hint) in (tuple, typing.Union, types.UnionType):
        return all(one is ... or understood(one) for one in typing.get_args(hint))
    return hint in (str, int, bool, date, datetime, type(None))


def test_only_what_a_bank_says_is_not_looked_at() -> None:
    def below(kind: type) -> set[type]:
        return {kind} | {each for one in kind.__subclasses__() for each in below(one)}

    exempt = {one: one.from_bank for kind in (Command, Part) for one in below(kind) if one.from_bank}
    assert exempt == {
        Payment: ("reference",),
        Quoted: ("reference",),
        StatementProven: ("statement_id", "sequence"),
        BookRefundMovement: ("bank_ref", "return_reason"),
        SettleRefund: ("bank_ref",),
    }


@pytest.mark.parametrize("reference", [NUMBER, "8803200017", "19880320", "0701234567"])
def test_a_foreign_reference_is_left_out_of_the_receipt_and_the_receipt_is_recorded(reference: str) -> None:
    command = receipt("r1", 100)
    payment = replace(command.payment, reference=reference, reference_kind="ocr", reference_valid=True)
    assert not isinstance(boundary_of(submit(replace(command, payment=payment), "k")), Refused)
    book = Book().given(replace(command, payment=payment))
    assert isinstance(command, RecordReceipt)
    assert book.facts("receipt-r1") == [ReceiptRecorded(receipt_id="r1", payment=command.payment)]
