"""A fact that no read table can hold is set aside with an alarm; all other facts are shown, and mending takes it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace

from infra.postgres import Urls
from projections import rebuild, upgrade
from projections.read_models import page
from projections.read_models.model import Keyed
from projections.reports.report import SetAside
from projections.store import read_tables
from tests.kit.care import allocate, credit, hold, invoice, lift, line, receipt
from tests.kit.clinic import Clinic
from tests.kit.older_program import older_program
from tests.projections.conftest import VISIT

FITTING = [f"fit-{number}" for number in range(40)]


@contextmanager
def defect(*streams: str, table: str = "invoices") -> Iterator[None]:
    """A program of which a read model stumbles over these streams."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("change", "_change_counted"):
            patch.setattr(page, name, partial(_stumbles, getattr(page, name), table, streams))
        yield


def _stumbles(
    real: Callable[..., None], table: str, streams: Sequence[str], model: Keyed, rows: Any, facts: Any, *more: Any
) -> None:
    if model.table == table and any(one.stream in streams for one in facts):
        raise KeyError("a defect of ours")
    real(model, rows, facts, *more)


def invoices(clinic: Clinic) -> set[str]:
    """The invoices that open items are of."""
    return set(clinic.books.report("open-items", VISIT).table["invoice_id"].to_pylist())


def test_one_fact_of_an_older_program_costs_no_other(clinic: Clinic):
    poisoned = replace(invoice("bad"), care_unit="north\0")
    with older_program():
        clinic.do(*map(invoice, FITTING[:20]), poisoned, *map(invoice, FITTING[20:]), on=VISIT)
        known = clinic.books.journal.stable_position()
        clinic.do(invoice("later"), on=VISIT)

    report = clinic.books.report("aging", VISIT)
    (aside,) = report.set_aside
    assert (aside.stream, aside.fact, aside.facts) == ("invoice-bad", "InvoiceIssued", 1)
    assert not report.complete
    assert {*FITTING, "1", "later"} <= invoices(clinic)
    # What was known before does not lack it.
    assert clinic.books.report("aging", VISIT, aside.ledger_position - 1).set_aside == ()
    assert clinic.books.store.position() == clinic.books.journal.stable_position() > known
    assert clinic.books.parity().equal


def test_the_largest_numbers_of_an_older_program_cost_no_other(clinic: Clinic):
    with older_program():
        clinic.do(invoice("2"), invoice("bad", line(1, 2**63)), invoice("3"), on=VISIT)
        clinic.do(credit("c1", "bad"), on=VISIT)
    report = clinic.books.report("aging", VISIT)
    assert {one.stream for one in report.set_aside} == {"invoice-bad", "item-bad.1", "creditnote-c1"}
    assert invoices(clinic) == {"1", "2", "3"}
    assert clinic.books.parity().equal


def test_what_would_bring_a_sum_of_the_book_beyond_the_end_is_set_aside(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
):
    assert 9 * read_tables.MOST < 2**63
    monkeypatch.setattr(read_tables, "MOST", 10_000_00)
    # An invoice is posted twice, on the receivable and on the revenue; besides the first one, four have room.
    clinic.do(*(invoice(f"large-{number}", line(1, 1_000_00)) for number in range(7)), on=VISIT)
    clinic.do(invoice("small"), on=VISIT)
    clinic.do(invoice("later"), on=VISIT)

    report = clinic.books.report("aging", VISIT)
    assert [one.stream for one in report.set_aside] == [
        "invoice-large-4", "invoice-large-5", "invoice-large-6"
    ]  # fmt: skip
    assert {one.why for one in report.set_aside} == {"OverflowError"}
    assert not clinic.books.report("trial-balance", VISIT).complete
    # What is smaller than the room that is left is not lost.
    assert {"small", "later"} <= invoices(clinic)
    assert clinic.books.parity().equal


def test_a_stream_is_shown_as_it_was_before_the_fact(clinic: Clinic):
    clinic.do(invoice("2"), on=VISIT)
    clinic.books.follow()
    with defect("item-2.1", table="holds"):
        clinic.do(hold("2"), on=VISIT)
        clinic.books.follow()
    clinic.do(lift("2"), receipt("r", 250_00, booked_on=VISIT), on=VISIT)
    clinic.do(allocate("r", "2"), on=VISIT)
    # Later facts of the stream are set aside by a program without the defect too, since they depend on it.
    clinic.do(invoice("3"), on=VISIT)
    clinic.books.follow()
    assert [(one.stream, one.fact, one.facts) for one in clinic.books.set_aside()] == [("item-2.1", "HoldPlaced", 3)]
    # It is open in the figures, as before; the receipt's own facts are there, so the control accounts differ.
    assert invoices(clinic) == {"1", "2", "3"}
    assert not clinic.books.report("tie-out", VISIT).tied


def test_mending_takes_the_facts_in_and_ends_the_alarm(clinic: Clinic, database_urls: Urls):
    journal = clinic.books.journal
    with defect("invoice-2", "invoice-4"):
        clinic.do(*map(invoice, "2345"), credit("c1", "2"), on=VISIT)
        clinic.books.follow()
        found = rebuild(journal, database_urls.owner, "clinic")
        assert (found.equal, found.set_aside, found.taken_in) == (True, 2, 0)
    aside = clinic.books.set_aside()
    assert [(one.stream, one.fact, one.facts) for one in aside] == [
        ("invoice-2", "InvoiceIssued", 2),
        ("invoice-4", "InvoiceIssued", 1),
    ]
    assert isinstance(aside[0], SetAside)
    assert not clinic.books.parity().equal
    # One of them can be held by the next program, and both by the one after it.
    with defect("invoice-4"):
        found = rebuild(journal, database_urls.owner, "clinic")
        assert (found.equal, found.swapped, found.set_aside, found.taken_in) == (False, True, 1, 1)
    found = rebuild(journal, database_urls.owner, "clinic")
    assert (found.swapped, found.set_aside, found.taken_in) == (True, 0, 1)
    assert clinic.books.set_aside() == ()
    assert clinic.books.report("tie-out", VISIT).complete
    assert rebuild(journal, database_urls.owner, "clinic").equal


def test_what_a_worse_program_sets_aside_replaces_nothing(clinic: Clinic, database_urls: Urls):
    clinic.do(invoice("2"), on=VISIT)
    clinic.books.follow()
    with defect("invoice-2"):
        found = rebuild(clinic.books.journal, database_urls.owner, "clinic")
    assert (found.equal, found.swapped, found.set_aside) == (False, False, 1)
    assert clinic.books.set_aside() == ()


def test_a_fault_of_the_database_sets_nothing_aside(clinic: Clinic, database_urls: Urls):
    clinic.do(invoice("2"), on=VISIT)
    assert upgrade(clinic.books.journal, database_urls.owner, "clinic") == []
    with pytest.MonkeyPatch.context() as patch:

        def gone(*given: Any) -> None:
            raise OSError("the disk is full")

        patch.setattr(page, "change", gone)
        with pytest.raises(OSError, match="disk"):
            clinic.books.follow()
    clinic.books.follow()
    assert clinic.books.set_aside() == ()
    assert "2" in invoices(clinic)
