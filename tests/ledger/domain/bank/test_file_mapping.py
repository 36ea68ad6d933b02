"""File mappings: requested by one person, approved by another, replaced by their next version, ended."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import pytest

from ledger.domain.bank.file_mapping import (
    ApproveFileMapping,
    EndFileMapping,
    FileMappings,
    RejectFileMapping,
    RequestFileMapping,
)
from ledger.domain.bank.file_mapping_facts import (
    FileMapping,
    FileMappingApproved,
    FileMappingEnded,
    FileMappingRejected,
    FileMappingRequested,
    MappedWord,
)
from ledger.domain.fact import NewFact
from tests.kit.book import DAY, Book, Raised, asked, by
from tests.kit.care import declare_bank_account
from tests.kit.mappings import columns, figure, mapped, of_bank
from tests.kit.providers import declare_provider_account

STREAM: Final = "filemapping-m"
APPROVED: Final = by("bo", ApproveFileMapping(mapping_id="m", version=1))
PAID: Final = (MappedWord("paid", "payment"),)


def asking(mapping: FileMapping) -> RequestFileMapping:
    return RequestFileMapping(mapping_id="m", file_mapping=mapping)


def requesting(**said: Any) -> RequestFileMapping:
    return asking(mapped(**said))


def book() -> Book:
    return Book().given(declare_provider_account(), declare_bank_account("b1"))


def test_it_counts_once_another_person_has_approved_it() -> None:
    requested = FileMappingRequested(mapping_id="m", version=1, file_mapping=mapped(), requester="anna")
    found = book()
    found.when(by("anna", requesting())).then(NewFact(STREAM, requested))
    found.when(by("anna", ApproveFileMapping(mapping_id="m", version=1))).refused("approver_is_requester")
    found.when(APPROVED).then(NewFact(STREAM, FileMappingApproved(version=1, approver="bo")))


def test_who_asked_for_it_cannot_approve_it() -> None:
    book().given(asked(requesting())._replace(on_behalf_of="bo")).when(APPROVED).refused("approver_is_requester")


def test_it_is_rejected_and_requested_anew_and_ended() -> None:
    found = book().given(by("anna", requesting()))
    found.when(by("bo", RejectFileMapping(mapping_id="m", version=1, reason_code="COLUMN"))).then(
        NewFact(STREAM, FileMappingRejected(version=1, approver="bo", reason_code="COLUMN"))
    )
    found.given(by("anna", requesting()), by("bo", ApproveFileMapping(mapping_id="m", version=2)))
    found.when(EndFileMapping(mapping_id="m", reason_code="MOVED")).then(
        NewFact(STREAM, FileMappingEnded(last_on=DAY, reason_code="MOVED"))
    )
    state = found.states[STREAM]
    assert isinstance(state, FileMappings)
    assert [(one.status, one.until_on) for one in state.versions] == [("rejected", None), ("approved", DAY)]


def test_who_approves_accepts_that_nothing_proves_its_files() -> None:
    unproven = requesting(proof="none", words=PAID)
    accepted = by("bo", ApproveFileMapping(mapping_id="m", version=1, unproven_accepted=True))
    book().given(by("anna", unproven)).when(APPROVED).refused("file_mapping_unproven")
    book().given(by("anna", requesting())).when(accepted).refused("file_mapping_proven")
    book().given(by("anna", unproven)).when(accepted).then(
        NewFact(STREAM, FileMappingApproved(version=1, approver="bo", unproven_accepted=True))
    )


@pytest.mark.parametrize(
    "said",
    [
        {"words": PAID, "figures": (figure("paid_out", "Paid out"),)},
        {"words": PAID, "proof": "total", "figures": (figure("total", "Sum", "Amount"), figure("fees", "Sum", "Fee"))},
        {"words": PAID, "proof": "count", "figures": (figure("count", "Rows"),)},
        {"columns": columns(day="Day", amount="Amount", fee="Fee"), "words": (), "proof": "none"},
        {"unsigned": True, "fees_below_zero": True, "day_format": "DD.MM.YY", "decimal": ",", "thousands": "."},
    ],
)
def test_what_says_all_that_reading_needs_is_enough(said: dict[str, Any]) -> None:
    book().given(requesting(**said))


_BALANCES: Final = (figure("opening_balance", "From"), figure("closing_balance", "To"))


@pytest.mark.parametrize(
    ("mapping", "lacks"),
    [
        (mapped(header=("Day",)), "header: give 2 to 200 names, each once"),
        (mapped(header=("Day", "DAY ", "Id")), "header: give 2 to 200 names, each once"),
        (mapped(columns=columns(day="Date", amount="Amount"), words=()), "columns: Date is not in the header"),
        (mapped(columns=columns(amount="Amount", type="Type")), "columns: day is missing"),
        (mapped(columns=columns(day="Day", type="Type")), "columns: give amount, or debit and credit, and not both"),
        (mapped(columns=columns(day="Day", amount="Amount", debit="Fee", type="Type")), "columns: give amount, or"),
        (mapped(columns=columns(day="Day", debit="Amount", type="Type"), unsigned=True), "unsigned is of a column"),
        (mapped(columns=columns(day="Day", amount="Amount", fee_tax="Fee", type="Type")), "columns: fee_tax needs"),
        (mapped(columns=columns(day="Day", amount="Amount", reason="Fee", type="Type")), "columns: reasons need"),
        (mapped(decimal=",", thousands=","), "decimal and thousands are the same sign"),
        (mapped(until_on=date(2023, 12, 31)), "until is before from"),
        (mapped(day_format="DD.MM"), "day-format must have YYYY"),
        (mapped(day_format="YYYY-MM-DD hh"), "day-format must have YYYY"),
        (mapped(words=(*PAID, MappedWord("PAID", "refund"))), "words: paid is given twice"),
        (mapped(words=(), proof="total", figures=(figure("total", "Sum"),)), "the words of the column of the type"),
        (mapped(words=(MappedWord("x", "exchange"),), unsigned=True), "unsigned: nothing says the direction"),
        (mapped(words=PAID), "proof: payout is of payment providers, and needs"),
        (mapped(words=PAID, proof="total"), "proof: total needs one of"),
        (mapped(words=PAID, proof="count"), "proof: count needs"),
        (mapped(words=PAID, proof="balances"), "proof: balances needs"),
        (mapped(proof="none", figures=(figure("count", "Rows"),)), "proof: none means that nothing is stated"),
        (mapped(figures=_BALANCES), "figures: opening_balance and closing_balance"),
        (mapped(figures=(figure("total", "Sum"), figure("fees", "sum"))), "figures: give labels that differ"),
        (of_bank(proof="payout"), "proof: payout is of payment providers"),
        (of_bank(words=PAID, columns=columns(day="Day", amount="Amount", type="Text")), "words, fees, payments"),
        (of_bank(unsigned=True), "words, fees, payments, payouts and claims are of accounts at payment providers only"),
    ],
)
def test_a_mapping_that_could_not_read_for_certain_is_refused(mapping: FileMapping, lacks: str) -> None:
    from ledger.domain.bank.mapping_gaps import gaps

    book().when(asking(mapping)).refused("file_mapping_incomplete")
    assert any(one.startswith(lacks) for one in gaps(mapping)), list(gaps(mapping))


@pytest.mark.parametrize("said", [{"marks": ("19 640823-323",)}, {"header": ("Day", "0701740605")}])
def test_it_has_no_number_of_a_person(said: dict[str, Any]) -> None:
    book().when(requesting(**said)).refused("file_mapping_names_person")


def test_its_account_is_declared_and_in_its_currency() -> None:
    Book().when(requesting()).refused("provider_account_undeclared")
    Book().when(asking(of_bank())).refused("bank_account_undeclared")
    book().given(asking(of_bank()))
    book().when(asking(of_bank(currency="EUR"))).refused("file_mapping_currency_differs")


_WAITS: Final = (declare_provider_account(), by("anna", requesting()))
_UNPROVEN: Final = by("anna", requesting(proof="none", words=PAID))
RAISED: Final[Raised] = {
    "file_mapping_currency_differs": (_WAITS[:1], requesting(currency="EUR")),
    "file_mapping_incomplete": (_WAITS[:1], requesting(until_on=date(2024, 1, 1) - timedelta(days=1))),
    "file_mapping_names_person": (_WAITS[:1], requesting(marks=("0701740605",))),
    "file_mapping_not_in_force": (_WAITS, EndFileMapping(mapping_id="m", reason_code="MOVED")),
    "file_mapping_not_requested": ((*_WAITS, APPROVED), APPROVED),
    "file_mapping_proven": (_WAITS, by("bo", ApproveFileMapping(mapping_id="m", version=1, unproven_accepted=True))),
    "file_mapping_unknown": ((), APPROVED),
    "file_mapping_unproven": ((*_WAITS[:1], _UNPROVEN), APPROVED),
    "file_mapping_waits": (_WAITS, requesting()),
}
