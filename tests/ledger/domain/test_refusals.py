"""Every listed refusal is raised by some command, and where several apply, the most telling comes first."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from ledger.domain.cash_application import MOST_TARGETS, ApplyCredit, Item
from ledger.domain.credit_note import LineToCredit
from ledger.domain.fact import Command
from ledger.domain.invoice_parts import ShareAsked
from ledger.domain.number_series import OpenSeries
from ledger.domain.receipt import IdentifyReceipt
from ledger.domain.refusals import REFUSALS
from ledger.domain.write_off import ReverseWriteOff
from tests.kit.book import Book
from tests.kit.care import (
    allocate,
    approve_refund,
    approve_write_off,
    credit,
    invoice,
    line,
    open_account,
    open_clinic,
    receipt,
    remind,
    request_refund,
    request_write_off,
    reverse,
)
from tests.ledger.domain.test_bank import COMPLETE, DECLARE, FEE
from tests.ledger.domain.test_refund import SEND, SETTLE

# Raised while recording, not while deciding.
OF_EXECUTION = {"concurrent_change", "key_reused"}

APPLY_CREDIT = ApplyCredit(allocation_id="a", account_id="p1", invoice_id="i1", amount_minor=1)
ELEVEN_SHARES = msgspec.structs.replace(
    invoice("i2", line(1, 11)), shares=tuple(ShareAsked("p1", 1) for _ in range(11))
)

# One command for each code, put to a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: dict[str, tuple[tuple[Command, ...], Command]] = {
    "account_already_open": ((), open_account("p1", "region")),
    "account_differs": ((allocate("r", rest_to="p2"),), msgspec.structs.replace(APPLY_CREDIT, account_id="p2")),
    "account_not_open": ((), invoice("i2", shares={"nobody": 250_00})),
    "allocation_unknown": ((), reverse("r", "i1")),
    "amount_exceeds_balance": ((), allocate("r", Item("i1", 1, 250_01))),
    "amount_exceeds_creditable": ((), credit("c", "i1", LineToCredit(1, 250_01))),
    "amount_exceeds_credit": ((), APPLY_CREDIT),
    "amount_exceeds_unallocated": ((), allocate("r", Item("i1", 1, 100_01))),
    "amount_not_positive": ((), receipt("r2", 0)),
    "approver_is_requester": ((request_write_off("w", "i1"),), approve_write_off("w", "i1", "anna")),
    "bank_account_already_declared": ((DECLARE,), msgspec.structs.replace(DECLARE, currency="EUR")),
    "currency_differs": ((receipt("e", 1, "EUR"),), allocate("e", "i1")),
    "due_before_issue": ((), invoice("i2", due_on=date(2024, 6, 2))),
    "fact_already_recorded": ((), receipt("r", 1)),
    "file_not_open": ((), COMPLETE),
    "id_is_personal_number": ((), open_account("8803200016")),
    "id_malformed": ((), open_account("")),
    "invoice_already_issued": ((), invoice("i1")),
    "invoice_unknown": ((), remind("i2")),
    "line_repeated": ((), invoice("i2", line(1, 1), line(1, 1))),
    "lines_missing": ((), msgspec.structs.replace(invoice("i2"), lines=())),
    "loading_incomplete": ((), remind("i1", loading_incomplete=True)),
    "not_due": ((), remind("i1", date(2024, 7, 2))),
    "nothing_open": ((credit("c", "i1"),), request_write_off("w", "i1")),
    "reason_missing": ((), credit("c", "i1", reason_code="")),
    "receipt_identified_otherwise": (
        (allocate("r", "i1"),),
        IdentifyReceipt(receipt_id="r", account_id="p2"),
    ),
    "receipt_unknown": ((), allocate("r2", "i1")),
    "reference_prefix_malformed": ((), OpenSeries(series="s", reference_prefix="A")),
    "refund_not_approved": ((), SEND),
    "refund_not_requested": ((), approve_refund("f")),
    "refund_not_sent": ((), SETTLE),
    "role_not_bookable": ((), msgspec.structs.replace(FEE, role="ar_patient")),
    "rounding_too_large": ((), invoice("i2", line(1, 100), rounding_minor=51)),
    "series_already_open": ((), OpenSeries(series="inv")),
    "series_not_open": ((), msgspec.structs.replace(invoice("i2"), series="none")),
    "share_unknown": ((), allocate("r", Item("i1", 2))),
    "shares_do_not_sum": ((), invoice("i2", shares={"p1": 1})),
    "targets_missing": ((), allocate("r")),
    "too_many_shares": ((), ELEVEN_SHARES),
    "too_many_targets": ((), allocate("r", *(["i1"] * (MOST_TARGETS + 1)))),
    "vat_negative": ((), invoice("i2", line(1, 100, -1))),
    "write_off_in_force": ((request_write_off("w", "i1"), approve_write_off("w", "i1")), credit("c", "i1")),
    "write_off_not_requested": ((), approve_write_off("w", "i1")),
    "write_off_unknown": ((), ReverseWriteOff(write_off_id="w", invoice_id="i1", reason_code="PAID")),
}


def owing() -> Book:
    return open_clinic().given(invoice("i1"), receipt("r", 100_00))


@pytest.mark.parametrize("code", RAISED)
def test_the_refusal_is_raised(code: str) -> None:
    given, command = RAISED[code]
    owing().given(*given).when(command).refused(code)


def test_no_refusal_is_listed_that_nothing_raises() -> None:
    assert set(RAISED) | OF_EXECUTION == set(REFUSALS)


def test_refusals_are_listed_in_order_and_end_as_sentences_do() -> None:
    assert list(REFUSALS) == sorted(REFUSALS)
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in REFUSALS.values())


PRECEDENCE: list[tuple[str, tuple[Command, ...], Command]] = [
    # A malformed id is said before anything is looked up.
    ("id_malformed", (), invoice("i1", shares={"p/1": 1})),
    # What is recorded already, before what would be wrong with it.
    ("invoice_already_issued", (), msgspec.structs.replace(invoice("i1"), lines=())),
    ("fact_already_recorded", (), receipt("r", 0)),
    ("fact_already_recorded", (credit("c", "i1"),), credit("c", "i1", reason_code="")),
    ("series_already_open", (), OpenSeries(series="inv", first=0)),
    # The command's own content, before what it names: lines, then shares, then series, then accounts.
    ("due_before_issue", (), msgspec.structs.replace(invoice("i2", due_on=date(2024, 6, 2)), lines=())),
    ("lines_missing", (), msgspec.structs.replace(invoice("i2"), lines=(), shares=())),
    ("amount_not_positive", (), invoice("i2", line(1, 0), shares={"nobody": 1})),
    ("shares_do_not_sum", (), msgspec.structs.replace(invoice("i2", shares={"nobody": 1}), series="none")),
    ("series_not_open", (), msgspec.structs.replace(invoice("i2", shares={"nobody": 250_00}), series="none")),
    ("reason_missing", (), credit("c", "none", reason_code="")),
    ("too_many_targets", (), allocate("r", *(["none"] * (MOST_TARGETS + 1)))),
    # What is named, before how much of it.
    ("receipt_unknown", (), allocate("none", "none")),
    ("invoice_unknown", (), allocate("r", Item("none", 1, 0))),
    ("currency_differs", (receipt("e", 1, "EUR"),), allocate("e", Item("i1", 1, 0))),
    ("share_unknown", (), allocate("r", Item("i1", 2, 0))),
    ("amount_not_positive", (), allocate("r", Item("i1", 1, 0), rest_to="nobody")),
    ("amount_exceeds_balance", (), allocate("r", Item("i1", 1, 250_01))),
    ("account_differs", (), msgspec.structs.replace(APPLY_CREDIT, account_id="p2", amount_minor=0)),
    ("amount_exceeds_credit", (), msgspec.structs.replace(APPLY_CREDIT, amount_minor=250_01)),
    # Whether it waits, before who approves it.
    ("write_off_not_requested", (), approve_write_off("w", "i1", "anna")),
    ("approver_is_requester", (request_write_off("w", "i1"),), approve_write_off("w", "none", "anna")),
    (
        "approver_is_requester",
        (allocate("r", rest_to="p1"), request_refund("f", 1)),
        approve_refund("f", "anna", "p2"),
    ),
    # Whether it was issued, then whether the bank is loaded, then whether it is due.
    ("invoice_unknown", (), remind("none", loading_incomplete=True)),
    ("loading_incomplete", (), remind("i1", date(2024, 7, 2), loading_incomplete=True)),
    # A closed item is said to be closed, whatever amount is asked for.
    ("nothing_open", (credit("c", "i1"),), request_write_off("w", "i1", 0)),
    ("line_repeated", (), invoice("i2", line(1, 0), line(1, 0))),
    ("amount_exceeds_creditable", (credit("c", "i1"),), credit("d", "i1", LineToCredit(1, 1))),
]


@pytest.mark.parametrize(("code", "given", "command"), PRECEDENCE)
def test_where_several_apply_this_one_is_said(code: str, given: tuple[Command, ...], command: Command) -> None:
    owing().given(*given).when(command).refused(code)
