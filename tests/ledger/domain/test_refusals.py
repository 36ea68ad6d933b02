"""Every listed refusal is raised by some command, and where several apply, the most telling comes first."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from msgspec.structs import replace

from ledger.domain.cash.allocation import MOST_TARGETS, ItemToPay
from ledger.domain.cash.refund_payment import SettleRefund
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.fact import Command
from ledger.domain.receivables.account import OpenAccount
from ledger.domain.receivables.credit_lines import LineToCredit
from ledger.domain.receivables.number_series import OpenSeries
from ledger.domain.refusals import REFUSALS
from ledger.domain.terms.measured import MEASURED, Measured
from tests.house.source import modules
from tests.kit.book import Ask, Book, Raised, asked
from tests.kit.care import (
    VISIT,
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
)
from tests.ledger.domain.cash.test_customer_credit import APPLY_CREDIT

# Raised while recording, not while deciding.
OF_EXECUTION = {
    "actor_unknown",
    "concurrent_change",
    "day_far",
    "duty_ended",
    "duty_missing",
    "job_without_duty",
    "key_reused",
    "limit_passed",
    "period_closed",
    "period_closed_softly",
    "personal_number_given",
}

# Those of the grammar; each noun's stand in the test of its module.
OF_THE_GRAMMAR: Raised = {
    "amount_impossible": ((), receipt("r2", 10**15 + 1)),
    "amount_not_positive": ((), receipt("r2", 0)),
    "approver_is_requester": ((request_write_off("w", "i1"),), approve_write_off("w", "anna")),
    "code_malformed": ((), credit("c", "i1", reason_code="Eva Ek called")),
    "currency_unknown": ((), receipt("r2", 1, "KRONOR")),
    "currency_differs": ((receipt("e", 1, "EUR"),), allocate("e", "i1")),
    "day_cannot_hold": ((), replace(allocate("r", "i1"), on=VISIT)),
    "fact_already_recorded": ((), receipt("r", 1)),
    "day_impossible": ((), replace(allocate("r", "i1"), on=date(9999, 12, 31))),
    "id_malformed": ((), open_account("")),
    "list_too_long": ((), invoice("i2", *[line(number, 1) for number in range(1001)])),
    "number_impossible": ((), invoice("i2", line(-1, 1))),
    "reason_missing": ((), credit("c", "i1", reason_code="")),
    "text_malformed": ((), SettleRefund(refund_id="f", bank_ref="1\n2")),
    "word_unknown": ((), OpenAccount(account_id="p9", payer="Eva Ek")),
}


def raised_by_nouns() -> Iterator[tuple[str, tuple[tuple[Ask, ...], Ask]]]:
    """What the test of each noun raises, every refusal of its noun and no other."""
    for path in sorted(Path(__file__).parent.glob("*/test_*.py")):
        told: Raised = getattr(import_module(f"tests.ledger.domain.{path.parent.name}.{path.stem}"), "RAISED", {})
        module = import_module(f"ledger.domain.{path.parent.name}.{path.stem.removeprefix('test_')}")
        # A procedure that several nouns share is no noun, and its refusals are theirs.
        refusals = module.NOUN.refusals if hasattr(module, "NOUN") else {}
        assert told.keys() == refusals.keys(), module.__name__
        yield from told.items()


RAISED = OF_THE_GRAMMAR | dict(raised_by_nouns())


def owing() -> Book:
    book = open_clinic().given(invoice("i1"), receipt("r", 100_00))
    book.states[MEASURED] = Measured(
        open_points=("unallocated_old",),
        begins_on=date(2024, 4, 1),
        has_vouchers=True,
        currencies=("SEK",),
        loaded_accounts=("b1",),
        first_days=(("b9", date(2024, 1, 1)),),
        last_days=(("b1", date(2026, 1, 1)),),
    )
    return book


@pytest.mark.parametrize("code", RAISED)
def test_the_refusal_is_raised(code: str) -> None:
    given, command = RAISED[code]
    owing().given(*given).when(command).refused(code)


def test_no_refusal_is_listed_that_nothing_raises() -> None:
    assert set(RAISED) | OF_EXECUTION == set(CATALOGUE.refusals)


def test_every_refusal_raised_is_listed_and_every_one_listed_is_raised() -> None:
    raised, said = set(), set()
    for module in (one for one in modules() if one.room == "ledger"):
        keys = {id(key) for node in ast.walk(module.tree) if isinstance(node, ast.Dict) for key in node.keys}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in keys:
                said.add(node.value)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Refused":
                raised |= {one.value for one in node.args[:1] if isinstance(one, ast.Constant)}
    listed = set(CATALOGUE.refusals)
    assert len(raised) > len(listed) / 2
    assert raised - listed == set()
    # Some are chosen before they are raised: it is enough that the code is said anywhere but where it is listed.
    assert listed - said == set()


def test_refusals_are_listed_in_order_and_end_as_sentences_do() -> None:
    for one in (REFUSALS, *(noun.refusals for noun in CATALOGUE.nouns.values())):
        assert list(one) == sorted(one)
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in CATALOGUE.refusals.values())


PRECEDENCE: list[tuple[str, tuple[Ask, ...], Ask]] = [
    # A malformed id is said before anything is looked up.
    ("id_malformed", (), invoice("i1", payers={"p/1": 1})),
    # What is recorded already, before what would be wrong with it.
    ("invoice_already_issued", (), replace(invoice("i1"), lines=())),
    ("fact_already_recorded", (), receipt("r", 0)),
    ("fact_already_recorded", (credit("c", "i1"),), credit("c", "none")),
    ("series_already_open", (), OpenSeries(series="inv", first=0)),
    # The command's own content, before what it names: lines, then payers, then series, then accounts.
    ("due_before_issue", (), replace(invoice("i2", due_on=date(2024, 6, 2)), lines=())),
    ("lines_missing", (), replace(invoice("i2"), lines=(), payers=())),
    ("amount_not_positive", (), replace(invoice("i2", replace(line(1, 1), quantity_milli=0)), series="none")),
    ("payers_do_not_sum", (), replace(invoice("i2", payers={"nobody": 1}), series="none")),
    ("series_not_open", (), replace(invoice("i2", payers={"nobody": 250_00}), series="none")),
    ("reason_missing", (), credit("c", "none", reason_code="")),
    ("too_many_targets", (), allocate("r", *(["none"] * (MOST_TARGETS + 1)))),
    # What is named, before how much of it.
    ("receipt_unknown", (), allocate("none", "none")),
    ("receipt_unknown", (), allocate("none", request_id="none")),
    ("request_unknown", (), allocate("r", "none", request_id="none")),
    ("item_unknown", (), allocate("r", ItemToPay("none.1", 0))),
    ("currency_differs", (receipt("e", 1, "EUR"),), allocate("e", ItemToPay("i1.1", 0))),
    ("item_unknown", (), allocate("r", ItemToPay("i1.2", 0))),
    ("amount_not_positive", (), allocate("r", ItemToPay("i1.1", 0), rest_to="nobody")),
    ("amount_exceeds_balance", (), allocate("r", ItemToPay("i1.1", 250_01))),
    ("account_differs", (), replace(APPLY_CREDIT, account_id="p2", amount_minor=0)),
    ("amount_exceeds_credit", (), replace(APPLY_CREDIT, amount_minor=250_01)),
    # Whether it was asked for, then whether it waits, before who approves it.
    ("write_off_unknown", (), approve_write_off("w", "anna")),
    ("refund_unknown", (), approve_refund("f", "anna")),
    (
        "write_off_not_requested",
        (request_write_off("w", "i1"), approve_write_off("w")),
        approve_write_off("w", "anna"),
    ),
    ("approver_is_requester", (request_write_off("w", "i1"),), approve_write_off("w", "anna")),
    (
        "approver_is_requester",
        (allocate("r", rest_to="p1"), request_refund("f", 1)),
        approve_refund("f", "anna"),
    ),
    # Whether it was issued, then whether the bank is loaded, then whether it is due.
    ("item_unknown", (), remind("none", file_half_loaded=True)),
    ("file_half_loaded", (), remind("i1", date(2024, 7, 2), file_half_loaded=True)),
    # A closed item is said to be closed, whatever amount is asked for.
    ("item_not_open", (credit("c", "i1"),), request_write_off("w", "i1", 0)),
    ("line_repeated", (), invoice("i2", line(1, 0), line(1, 0))),
    ("amount_exceeds_creditable", (credit("c", "i1"),), credit("d", "i1", LineToCredit(1, 1))),
]


@pytest.mark.parametrize(("code", "given", "command"), PRECEDENCE)
def test_where_several_apply_this_one_is_said(code: str, given: tuple[Ask, ...], command: Ask) -> None:
    owing().given(*given).when(command).refused(code)


EVERY: list[Command] = [
    asked(ask).command for ask in (*(one for _, one in RAISED.values()), *(p[2] for p in PRECEDENCE))
]


@pytest.mark.parametrize("command", EVERY, ids=lambda command: type(command).__name__)
def test_what_a_command_asks_for_besides_is_never_refused_there(command: Command) -> None:
    assert command.more({}) == ()
    assert isinstance(command.more(owing().states), tuple)
