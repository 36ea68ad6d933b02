"""What people call things by is found in each way there is, and refused where it may be several or none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import psycopg
import pytest

from infra.desk import applied_names, names
from infra.desk.desk import Desk
from infra.desk.problems import Problem, Stopped
from infra.postgres import Urls
from ledger import Envelope, Submission, execute
from ledger.domain.cash.refund import CancelRefund, RequestRefund
from ledger.domain.cash.reversal import ReverseAllocation
from ledger.domain.disputes_and_relief.write_off import RejectWriteOff, RequestWriteOff
from ledger.domain.fact import Command
from ledger.domain.receivables.number_series import OpenSeries
from projections import Books, open_books
from reconciliation.store import ReconciliationStore
from tests.kit.care import allocate, hold, invoice, open_account, receipt

DAY = date(2024, 7, 12)
FIRST, SECOND, TWO_PAYERS = "0190-aaaa-1", "0190-aaab-2", "0190-bbbb-3"


def record(books: Books, *commands: Command, actor: str = "person:anna") -> None:
    """Each of them, done."""
    at = datetime(2024, 7, 12, tzinfo=UTC)
    for command in commands:
        key = f"{books.journal.stable_position()}"
        envelope = Envelope(occurred_on=DAY, accounting_date=DAY, recorded_at=at, actor=actor, key=key)
        assert execute(books.journal, Submission(command, envelope)).status == "done"


@pytest.fixture
def books(database_urls: Urls) -> Iterator[Books]:
    """Invoices 1001 and 1002 of one payer, 1003 of two; receipts, a refund, a write-off and holds."""
    with open_books(database_urls.writer, "clinic") as books:
        record(
            books,
            OpenSeries(series="inv", first=1001),
            *(open_account(name) for name in ("acc-one", "acc-two", "region-1")),
            invoice(FIRST, payers={"acc-one": 250_00}),
            invoice(SECOND, payers={"acc-one": 250_00}),
            invoice(TWO_PAYERS, payers={"acc-one": 100_00, "acc-two": 150_00}),
            receipt("20240710-77aa01", 300_00),
            receipt("20240710-77bb02", 40_00),
            receipt("20240711-77bb03", 50_00),
            allocate("20240710-77aa01", FIRST, rest_to="acc-one", allocation_id="alloc-xy"),
            RequestRefund(
                refund_id="refund-abc", account_id="acc-one", amount_minor=1_00, currency="SEK", reason_code="X"
            ),
            RequestWriteOff(write_off_id="write-abc", item_id=f"{SECOND}.1", reason_code="X"),
            hold(SECOND, date(2024, 8, 1), "hold-1"),
            hold(SECOND, hold_id="hold-2"),
        )
        yield books


def at(books: Books) -> Desk:
    """A desk that was opened just now; it has no working lists, which no name is in."""
    now, nowhere = datetime(2024, 7, 12, tzinfo=UTC), Path("nowhere")
    return Desk(books, cast("ReconciliationStore", None), now, "anna", nowhere, "test")


def problem_of(stopped: pytest.ExceptionInfo[Stopped]) -> Problem:
    (problem,) = stopped.value.problems
    return problem


def reference_of(books: Books, item_id: str) -> str:
    books.follow()
    found = books.store.names.of_items([item_id])[item_id].reference
    assert found is not None
    return found


def test_an_invoice_is_named_by_number_reference_id_or_its_beginning(books: Books):
    reference = reference_of(books, f"{FIRST}.1")
    spaced = f"{reference[:3]} {reference[3:]}"
    for name in ("1001", FIRST, "0190-aaaa", reference, spaced, "number:1001", f"id:{FIRST}", f"reference:{reference}"):
        assert names.invoice(at(books), name) == FIRST, name


def test_an_item_is_named_like_its_invoice_and_by_its_number_within_it(books: Books):
    for name in (
        "1002",
        f"{SECOND}.1",
        SECOND,
        "1002.1",
        "number:1002.1",
        "0190-aaab",
        reference_of(books, f"{SECOND}.1"),
    ):
        assert names.item(at(books), name) == f"{SECOND}.1", name
    assert names.item(at(books), "1003.2") == f"{TWO_PAYERS}.2"
    # Each payer of an invoice has a reference of his own.
    assert names.item(at(books), reference_of(books, f"{TWO_PAYERS}.2")) == f"{TWO_PAYERS}.2"


def test_an_invoice_of_several_items_does_not_name_one(books: Books):
    with pytest.raises(Stopped) as stopped:
        names.item(at(books), "1003")
    problem = problem_of(stopped)
    assert problem.code == "item_ambiguous"
    assert problem.sentence == (
        f"'1003' could mean 2 items: {TWO_PAYERS}.1 (item 1003.1, series inv, account acc-one, amount 100.00 SEK, open "
        f"100.00 SEK); {TWO_PAYERS}.2 (item 1003.2, series inv, account acc-two, amount 150.00 SEK, open 150.00 SEK); "
        "name one of them by its id or the end of its id"
    )


def test_a_receipt_is_named_by_the_beginning_or_the_end_of_its_id(books: Books):
    for name in ("20240710-77bb02", "20240710-77b", "bb02", "\N{HORIZONTAL ELLIPSIS}bb02"):
        assert names.receipt(at(books), name) == "20240710-77bb02", name
    assert names.receipt(at(books), "20240710-77a") == names.receipt(at(books), "aa01") == "20240710-77aa01"
    with pytest.raises(Stopped) as stopped:
        names.receipt(at(books), "20240710")
    problem = problem_of(stopped)
    assert problem.code == "receipt_ambiguous"
    assert "20240710-77bb02 (booked 2024-07-10, amount 40.00 SEK, unallocated 40.00 SEK)" in problem.sentence


def test_whatever_has_an_amount_is_named_by_it_if_nothing_else_has_it(books: Books):
    assert names.receipt(at(books), "amount:40.00") == names.receipt(at(books), "amount:40 SEK") == "20240710-77bb02"
    assert names.item(at(books), "amount:100,00") == f"{TWO_PAYERS}.1"
    assert names.invoice(at(books), "amount:150.00") == TWO_PAYERS
    assert names.refund(at(books), "amount:1.00") == "refund-abc"
    assert names.write_off(at(books), "amount:250") == "write-abc"
    assert names.account(at(books), "amount:50.00") == "acc-one"
    for name, code in (
        ("amount:250.00", "item_ambiguous"),
        ("amount:7.77", "item_unknown"),
        ("amount:x", "amount_malformed"),
    ):
        with pytest.raises(Stopped) as stopped:
            names.item(at(books), name)
        assert problem_of(stopped).code == code, name


def test_an_account_a_write_off_a_hold_and_an_allocation_are_named_by_what_they_are_about(books: Books):
    assert names.account(at(books), "1002") == "acc-one"
    assert names.account(at(books), reference_of(books, f"{TWO_PAYERS}.2")) == "acc-two"
    assert names.write_off(at(books), "1002") == "write-abc"
    assert applied_names.allocation(at(books), "20240710-77aa01", "1001") == "alloc-xy"
    with pytest.raises(Stopped) as stopped:
        names.account(at(books), "1003")
    assert problem_of(stopped).code == "account_ambiguous"


def test_a_reference_is_known_with_spaces_and_with_zeros_before_it(books: Books):
    reference = reference_of(books, f"{FIRST}.1")
    for name in (f"000{reference}", f"{reference[:2]} {reference[2:]}", f"reference:00{reference}"):
        assert names.item(at(books), name) == f"{FIRST}.1", name


def test_accounts_refunds_write_offs_holds_and_allocations_are_named_by_a_beginning(books: Books):
    assert names.account(at(books), "acc-o") == names.account(at(books), "acc-one") == "acc-one"
    assert names.refund(at(books), "refu") == "refund-abc"
    assert names.write_off(at(books), "writ") == "write-abc"
    assert names.hold(at(books), f"{SECOND}.1", "hold-2") == "hold-2"
    assert applied_names.allocation(at(books), "20240710-77aa01", "allo") == "alloc-xy"
    for name, ask in (("acc-", names.account), ("hold-", lambda desk, name: names.hold(desk, f"{SECOND}.1", name))):
        with pytest.raises(Stopped) as stopped:
            ask(at(books), name)
        assert problem_of(stopped).code.endswith("_ambiguous")


def test_of_allocations_with_one_name_the_one_in_force_is_meant(books: Books):
    receipt_id = "20240710-77aa01"
    for name in ("amount:300.00", "acc-one"):
        assert applied_names.allocation(at(books), receipt_id, name) == "alloc-xy"
    record(books, CancelRefund(refund_id="refund-abc", reason_code="X"))
    record(books, ReverseAllocation(allocation_id="alloc-xy", receipt_id=receipt_id))
    record(books, allocate(receipt_id, FIRST, allocation_id="alloc-z"))
    for name in ("1001", "alloc"):
        assert applied_names.allocation(at(books), receipt_id, name) == "alloc-z", name
    assert applied_names.allocation(at(books), receipt_id, "acc-one") == "alloc-xy"
    with pytest.raises(Stopped):
        applied_names.allocation(at(books), receipt_id, "acc-two")


def test_of_write_offs_of_an_item_those_are_meant_that_the_command_can_act_on(books: Books):
    assert names.write_off(at(books), "1002", "approved") == "write-abc"
    record(books, RejectWriteOff(write_off_id="write-abc", reason_code="X"), actor="person:bo")
    record(books, RequestWriteOff(write_off_id="write-new", item_id=f"{SECOND}.1", reason_code="X"))
    assert names.write_off(at(books), "1002", "requested") == "write-new"
    with pytest.raises(Stopped) as stopped:
        names.write_off(at(books), "1002")
    assert problem_of(stopped).code == "write_off_ambiguous"


def test_a_stream_is_named_by_what_its_noun_is_called(books: Books):
    assert names.stream(at(books), "invoice-1001") == f"invoice-{FIRST}"
    assert names.stream(at(books), "item-1003.2") == f"item-{TWO_PAYERS}.2"
    assert names.stream(at(books), "series-inv") == "series-inv"
    assert names.stream(at(books), "region") == "region-1"


def test_what_happened_to_any_one_thing_is_asked_for_by_its_name(books: Books):
    # Without a noun, an invoice has its items with it.
    both = f"invoice-{TWO_PAYERS},item-{TWO_PAYERS}.1,item-{TWO_PAYERS}.2"
    assert names.subject(at(books), "1003") == names.subject(at(books), "0190-bbbb") == both
    assert names.subject(at(books), "1003.2") == f"item-{TWO_PAYERS}.2"
    assert names.subject(at(books), reference_of(books, f"{TWO_PAYERS}.2")) == f"item-{TWO_PAYERS}.2"
    assert names.subject(at(books), "bb02") == names.subject(at(books), "amount:40.00") == "receipt-20240710-77bb02"
    assert names.subject(at(books), "d-abc") == names.subject(at(books), "refu") == "refund-refund-abc"
    with pytest.raises(Stopped) as stopped:
        names.subject(at(books), "amount:250.00")
    assert problem_of(stopped).code == "subject_ambiguous"


def test_of_many_five_are_named_and_the_rest_counted(books: Books):
    record(books, *(open_account(f"many-{number}") for number in range(8)))
    with pytest.raises(Stopped) as stopped:
        names.account(at(books), "many")
    sentence = problem_of(stopped).sentence
    assert "8 accounts: many-0 (payer patient, opened 2024-07-12); many-1" in sentence
    assert "many-4 (payer patient, opened 2024-07-12) and 3 more; name one" in sentence


def test_an_id_that_is_anothers_number_has_to_say_which_it_is(books: Books):
    record(books, invoice("1001", payers={"acc-two": 250_00}))
    for ask, code in ((names.invoice, "invoice_ambiguous"), (names.item, "item_ambiguous")):
        with pytest.raises(Stopped) as stopped:
            ask(at(books), "1001")
        assert problem_of(stopped).code == code
    assert (names.invoice(at(books), "id:1001"), names.invoice(at(books), "number:1001")) == ("1001", FIRST)
    assert names.item(at(books), "id:1001") == "1001.1"


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (names.invoice, "invoice_unknown"),
        (names.item, "item_unknown"),
        (names.receipt, "receipt_unknown"),
        (names.account, "account_not_open"),
        (names.refund, "refund_unknown"),
        (names.write_off, "write_off_unknown"),
    ],
)
def test_an_unknown_name_says_what_was_looked_for(books: Books, ask, code):
    for name in ("none-such", "019", "", "0", "9" * 40, "1001 OR 1=1", "%", "a" * 70, "number:x"):
        with pytest.raises(Stopped) as stopped:
            ask(at(books), name)
        problem = problem_of(stopped)
        assert problem.code == code, name
        assert "looked for" in problem.sentence
        assert "its first" in problem.sentence


def test_three_characters_are_no_beginning(books: Books):
    with pytest.raises(Stopped):
        names.account(at(books), "reg")
    assert names.account(at(books), "regi") == "region-1"


def test_a_persons_number_is_not_told_back(books: Books):
    for name in ("191212121212", "19121212-1212", "id:19121212-1212", "19 1212 121212"):
        with pytest.raises(Stopped) as stopped:
            names.account(at(books), name)
        assert "1212" not in str(stopped.value)
    with pytest.raises(Stopped, match="no account is called what was typed;"):
        names.account(at(books), "Eva Ek")


def test_what_the_read_tables_have_not_come_to_is_known_by_its_id(books: Books, monkeypatch: pytest.MonkeyPatch):
    books.follow()
    record(books, open_account("late"), invoice("late-invoice", payers={"late": 250_00}))
    monkeypatch.setattr(books, "follow", lambda: 0)
    assert names.account(at(books), "late") == "late"
    assert names.invoice(at(books), "late-invoice") == "late-invoice"
    assert names.item(at(books), "late-invoice.1") == "late-invoice.1"


def test_every_way_of_naming_is_by_an_index(books: Books, database_urls: Urls):
    from projections.store import names as queries

    books.follow()
    given = {
        "id": "x", "number": 1, "reference": ["y"], "nth": None, "item": "i", "items": ["i"], "most": 1001,
        "name": "x", "part": "0190",
    }  # fmt: skip
    # Payers' own spelling of a reference is not indexed; the receipts are read from end to end.
    asked = {name: getattr(queries, name) for name in ("_INVOICES", "_ITEMS", "_HOLDS", "_NUMBERED", "_ACCOUNTS")} | {
        noun: queries._PARTS.format(one.table, one.key[0]) for noun, one in queries._MODELS.items()
    }
    with psycopg.connect(database_urls.writer, options="-c search_path=clinic -c enable_seqscan=off") as connection:
        for name, query in asked.items():
            plan = "\n".join(row[0] for row in connection.execute(f"EXPLAIN {query}", given).fetchall())
            assert "Seq Scan" not in plan, f"{name}\n{plan}"
            # An index read from end to end would have a filter and no condition; the ends of ids are found so.
            ends = plan.count("Index Only Scan using") if name in queries._MODELS else 0
            assert plan.count("Scan using") - ends <= plan.count("Index Cond"), f"{name}\n{plan}"
