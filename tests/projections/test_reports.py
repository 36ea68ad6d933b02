"""Tie-out, trial balance, statement, open items and history from tables and facts alone."""

from __future__ import annotations

from datetime import date

import msgspec
import pyarrow as pa
import pytest
from msgspec.structs import replace

from ledger.domain.catalogue import CATALOGUE
from ledger.domain.receivables.number_series import OpenSeries
from ledger.domain.terms.chart import Chart
from ledger.domain.terms.mapping import SetMapping
from projections.reports import account_statement as statement_
from projections.reports import history as history_
from projections.reports import tie_out as tie_out_
from projections.reports import trial_balance as trial_balance_
from projections.reports.aging_buckets import buckets
from projections.reports.open_items import only, open_items
from projections.reports.report import Clocks, Control, Loading, Report
from tests.kit.book import Ask, Book
from tests.kit.care import allocate, declare_bank_account, invoice, open_account, receipt
from tests.ledger.domain.terms.test_mapping import MAPPED
from tests.projections.memory_journal import Log
from tests.projections.months import month

AS_OF = date(2024, 9, 30)


CHART = Chart({})


def mapped(*asks: Ask) -> Chart:
    """The chart after these commands."""
    return Chart(Book().given(*asks).states)


def ledger_sums(*rows: tuple[str, int, int, int, int], currency: str = "SEK") -> pa.Table:
    """Role, debit, credit, accounted after, occurred after; the money of no bank account."""
    names = ("role", "debit_minor", "credit_minor", "accounted_after_minor", "occurred_after_minor")
    return pa.Table.from_pylist(
        [dict(zip(names, row, strict=True)) | {"currency": currency} for row in rows],
        schema=pa.schema(
            [(name, pa.string() if name == "role" else pa.int64()) for name in names]
            + [("currency", pa.string()), ("bank_account", pa.string()), ("from_on", pa.date32())]
            + [("tax_code", pa.string()), ("unit", pa.string())]
        ),
    )


def test_a_control_account_ties_with_its_timing_line():
    sums = ledger_sums(("ar_patient", 500, 100, 70, 20), ("bank", 100, 0, 0, 0))
    (row,) = tie_out_.tie_out(sums, tie_out_.Shown({("ar_patient", "SEK"): 450}), AS_OF, CHART)
    amounts = (row["ledger_minor"], row["expected_minor"], row["difference_minor"])
    assert (row["account"], *amounts) == ("1510", 400, 450, 0)


def test_what_only_the_sub_ledger_shows_does_not_tie():
    (row,) = tie_out_.tie_out(ledger_sums(), tie_out_.Shown({("unallocated", "SEK"): -30}), AS_OF, CHART)
    assert (row["account"], row["difference_minor"]) == ("2494", 30)


def test_what_only_the_ledger_has_does_not_tie():
    (row,) = tie_out_.tie_out(ledger_sums(("customer_credit", 0, 30, 0, 0)), tie_out_.Shown(), AS_OF, CHART)
    assert row["difference_minor"] == -30


def test_the_trial_balance_names_accounts_and_marks_those_nobody_confirmed():
    sums = ledger_sums(("ar_patient", 500, 100, 0, 0), ("unallocated", 100, 500, 0, 0), ("revenue", 0, 0, 9, 9))
    rows = trial_balance_.trial_balance(sums, AS_OF, CHART).to_pylist()
    assert [(row["account"], row["confirmed"], row["balance_minor"]) for row in rows] == [
        ("1510", True, 400),
        ("2494", False, -400),
    ]


def test_each_bank_account_has_a_row_with_its_own_ledger_account():
    ours = [{"bank_account": "b1", "name": "Giro"}, {"bank_account": "b2", "name": "Main"}]
    chart = mapped(declare_bank_account("b1", ledger_account="1931"), declare_bank_account("b2"))
    sums = pa.concat_tables(
        ledger_sums(("bank", debit, 0, 0, 0)).set_column(6, "bank_account", pa.array([id], pa.string()))
        for id, debit in (("b1", 5), ("b2", 7), ("b3", 9))
    )
    rows = trial_balance_.trial_balance(sums, AS_OF, chart, ours).to_pylist()
    shown = [(row["account"], row["name"], row["bank_account"], row["balance_minor"]) for row in rows]
    assert shown == [("1930", "Main", "b2", 7), ("1930", "Bank", "b3", 9), ("1931", "Giro", "b1", 5)]


def test_a_role_whose_account_changed_has_a_row_for_each_account_with_the_postings_of_its_days():
    first, second = date(2024, 9, 16), date(2024, 9, 20)
    days = {"1512": first, "1513": second}
    chart = mapped(*(SetMapping(mapping=replace(MAPPED, account=one, from_on=on)) for one, on in days.items()))
    sums = pa.concat_tables(
        ledger_sums(("ar_patient", debit, 10, 0, 0)).set_column(7, "from_on", pa.array([on], pa.date32()))
        for debit, on in ((500, None), (70, first), (5, second))
    )
    rows = trial_balance_.trial_balance(sums, AS_OF, chart).to_pylist()
    assert [(row["account"], row["debit_minor"], row["balance_minor"]) for row in rows] == [
        ("1510", 500, 490),
        ("1512", 70, 60),
        ("1513", 5, -5),
    ]
    (tied,) = tie_out_.tie_out(sums, tie_out_.Shown({("ar_patient", "SEK"): 545}), AS_OF, chart)
    assert (tied["account"], tied["ledger_minor"], tied["difference_minor"]) == ("1510, 1512, 1513", 545, 0)


def test_a_role_outside_the_chart_still_has_its_line():
    (row,) = trial_balance_.trial_balance(ledger_sums(("lottery", 5, 0, 0, 0)), AS_OF, CHART).to_pylist()
    assert (row["account"], row["role"], row["confirmed"]) == ("none", "lottery", False)


def test_a_trial_balance_that_is_off_does_not_tie():
    table = trial_balance_.trial_balance(ledger_sums(("bank", 500, 0, 0, 0), ("revenue", 0, 499, 0, 0)), AS_OF, CHART)
    assert trial_balance_.controls(table) == (Control("debit_and_credit", "SEK", 500, 499),)


def line(
    position: int, document: str, amount: int, on: date, number: int | None = None, effect: str = "paid"
) -> dict[str, object]:
    return {
        "ledger_position": position,
        "line": 1,
        "effect": effect,
        "amount_minor": amount,
        "currency": "SEK",
        "document": document,
        "occurred_on": on,
        "series": "inv" if number else None,
        "number": number,
    }


LINES = pa.Table.from_pylist(
    [
        line(1, "invoice-1", 250_00, date(2024, 6, 3), 1001),
        line(4, "receipt-r", -300_00, date(2024, 7, 10)),
        line(5, "receipt-r", 300_00, date(2024, 7, 12)),
        line(6, "receipt-r", -250_00, date(2024, 7, 12)),
        line(7, "receipt-r", -50_00, date(2024, 7, 12)),
        line(9, "refund-f", 50_00, date(2024, 7, 20)),
        line(12, "creditnote-c", -100_00, date(2024, 7, 5)),
    ]
)


def test_a_statement_has_one_row_a_document_and_day_and_a_running_balance():
    rows = statement_.statement(LINES, CATALOGUE.title).to_pylist()
    assert [(row["text"], row["debit_minor"], row["credit_minor"], row["balance_minor"]) for row in rows] == [
        ("Invoice inv 1001", 250_00, 0, 250_00),
        ("Credit note", 0, 100_00, 150_00),
        ("Payment", 0, 300_00, -150_00),
        ("Refund", 50_00, 0, -100_00),
    ]


def test_a_statement_shows_a_small_difference_beside_the_payment_that_left_it():
    closed = line(13, "receipt-r", -40, date(2024, 7, 12), effect="rounded_off")
    rows = statement_.statement(pa.Table.from_pylist([*LINES.to_pylist(), closed]), CATALOGUE.title).to_pylist()
    found = [(row["text"], row["credit_minor"], row["balance_minor"]) for row in rows if row["credit_minor"]]
    assert found[-2:] == [("Payment", 300_00, -150_00), ("Small difference", 40, -150_40)]


def test_a_statement_from_a_day_on_opens_with_what_came_before():
    rows = statement_.statement(LINES, CATALOGUE.title, from_on=date(2024, 7, 10)).to_pylist()
    assert [(row["text"], row["balance_minor"]) for row in rows] == [
        ("Balance brought forward", 150_00),
        ("Payment", -150_00),
        ("Refund", -100_00),
    ]
    assert statement_.controls(
        statement_.statement(LINES, CATALOGUE.title), pa.table({"currency": ["SEK"], "amount_minor": [-99_00]})
    )[0] == Control("balance", "SEK", -99_00, -100_00)


def test_open_items_say_how_late_they_are():
    items = pa.table(
        {
            "account_id": ["p1", "p2"],
            "due_on": pa.array([date(2024, 9, 29), date(2024, 10, 1)], pa.date32()),
            "open_minor": [5, 7],
        }
    )
    rows = open_items(items, AS_OF, buckets((30, 60, 90))).to_pylist()
    assert [(row["days_past_due"], row["bucket"]) for row in rows] == [(1, "d1_30_minor"), (-1, "current_minor")]
    assert only(items, "p2", None).num_rows == 1
    assert only(items, None, AS_OF)["account_id"].to_pylist() == ["p1"]


def test_history_is_in_the_order_in_which_it_became_known_and_stops_at_both_clocks():
    log = Log().do(open_account("p1"), on=date(2024, 6, 1))
    log.do(receipt("r", 250_00), on=date(2024, 7, 10))
    log.do(receipt("s", 250_00, booked_on=date(2024, 7, 1)), on=date(2024, 7, 1))
    streams = log.read(["receipt-r", "receipt-s"])
    last = log.stable_position()
    told = history_.history(streams, CATALOGUE, None, last).to_pylist()
    assert [row["stream"] for row in told] == ["receipt-r", "receipt-s"]
    assert told[0]["text"] == "Payment received on b1 by bankgiro, booked 2024-07-10"
    by_then = history_.history(streams, CATALOGUE, date(2024, 7, 5), last).to_pylist()
    assert [row["stream"] for row in by_then] == ["receipt-s"]
    known_then = history_.history(streams, CATALOGUE, None, last - 1).to_pylist()
    assert [row["stream"] for row in known_then] == ["receipt-r"]


def test_every_column_of_a_history_is_told():
    log = month(1, 500)
    table = history_.history(log.read({one.stream for one in log.recorded}), CATALOGUE, None, log.stable_position())
    assert table.num_rows == len(log.recorded)
    assert [name for name in table.column_names if table[name].null_count == table.num_rows] == []


def test_a_history_with_a_hole_does_not_tie():
    log = Log().do(open_account("p1"), open_account("r1", "region"), on=date(2024, 6, 1))
    log.do(receipt("r", 250_00), on=date(2024, 7, 10))
    facts = log.of("receipt-r")
    assert history_.controls({"receipt-r": facts})[0].difference_minor == 0
    holed = [facts[0], msgspec.structs.replace(facts[0], version=3)]
    assert history_.controls({"receipt-r": holed})[0].difference_minor == 1


@pytest.mark.parametrize(("shown", "loading", "tied", "complete"), [(5, (), True, True), (4, (), False, False)])
def test_a_report_ties_when_its_totals_are_the_books(shown: int, loading: tuple[Loading, ...], tied, complete):
    report = Report(
        "x", "X", (), Clocks("clinic", AS_OF, 9, 9), pa.table({}), (Control("open", "SEK", 5, shown),), loading
    )
    assert (report.tied, report.complete) == (tied, complete)


def test_a_report_is_not_complete_while_a_file_is_loading():
    report = Report("x", "X", (), Clocks("clinic", AS_OF, 9, 9), pa.table({}), (), (Loading("h", "camt.053", 10, 4),))
    assert report.tied
    assert not report.complete


def test_an_allocated_receipt_is_told_with_what_it_applied():
    log = Log().do(open_account("p1"), on=AS_OF)
    log.do(OpenSeries(series="inv", first=1), invoice("1"), receipt("r", 250_00), allocate("r", "1"), on=AS_OF)
    told = history_.history(log.read({one.stream for one in log.recorded}), CATALOGUE, None, log.stable_position())
    assert [(row["fact"], row["amount_minor"], row["currency"]) for row in told.to_pylist()] == [
        ("AccountOpened", None, None),
        ("SeriesOpened", None, None),
        ("ReferencesRegistered", None, None),
        ("NumberTaken", None, None),
        ("InvoiceIssued", 250_00, "SEK"),
        ("ItemRaised", 250_00, "SEK"),
        ("PaymentRequested", None, None),
        ("ReceiptRecorded", 250_00, "SEK"),
        ("ReceiptAllocated", 250_00, "SEK"),
        ("ItemAllocated", 250_00, "SEK"),
    ]
