"""Rules for lines of banks: requested by one person, approved by another, replaced by their next version, ended."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import pytest

from ledger.domain.bank.line_rule import (
    ApproveLineRule,
    EndLineRule,
    LineRules,
    RejectLineRule,
    RequestLineRule,
)
from ledger.domain.bank.line_rule_facts import (
    LineRule,
    LineRuleApproved,
    LineRuleEnded,
    LineRuleRejected,
    LineRuleRequested,
)
from ledger.domain.fact import NewFact
from tests.kit.book import DAY, Book, Raised, asked, by
from tests.kit.care import declare_bank_account

FROM: Final = date(2024, 7, 1)
APPROVED: Final = by("bo", ApproveLineRule(rule_id="tax", version=1))


def rule(**said: Any) -> LineRule:
    """A rule for what the tax authority takes, unless said."""
    about: dict[str, Any] = {"from_on": FROM, "role": "tax_account", "phrases": ("SKATTEVERKET",), "direction": "out"}
    return LineRule(**(about | said))


def requesting(**said: Any) -> RequestLineRule:
    return RequestLineRule(rule_id="tax", line_rule=rule(**said))


def requested(version: int = 1, **said: Any) -> LineRuleRequested:
    return LineRuleRequested(rule_id="tax", version=version, line_rule=rule(**said), requester="anna")


def versions(book: Book) -> list[tuple[str, date | None]]:
    state = book.states["linerule-tax"]
    assert isinstance(state, LineRules)
    return [(one.status, one.until_on) for one in state.versions]


def test_it_counts_once_another_person_has_approved_it() -> None:
    book = Book()
    book.when(by("anna", requesting())).then(NewFact("linerule-tax", requested()))
    book.when(by("anna", ApproveLineRule(rule_id="tax", version=1))).refused("approver_is_requester")
    book.when(APPROVED).then(NewFact("linerule-tax", LineRuleApproved(version=1, approver="bo")))


def test_who_asked_for_it_cannot_approve_it() -> None:
    book = Book().given(asked(requesting())._replace(on_behalf_of="bo"))
    book.when(APPROVED).refused("approver_is_requester")


def test_it_can_be_rejected_and_requested_anew() -> None:
    book = Book().given(by("anna", requesting()))
    book.when(by("bo", RejectLineRule(rule_id="tax", version=1, reason_code="TOO_WIDE"))).then(
        NewFact("linerule-tax", LineRuleRejected(version=1, approver="bo", reason_code="TOO_WIDE"))
    )
    narrower = {"bank_account": None, "least_minor": 100_00, "currency": "SEK"}
    book.when(by("anna", requesting(**narrower))).then(NewFact("linerule-tax", requested(2, **narrower)))


def test_its_end_ends_every_version_that_counts_after_the_day() -> None:
    book = Book().given(by("anna", requesting(until_on=FROM)), APPROVED)
    book.given(by("anna", requesting()), by("bo", ApproveLineRule(rule_id="tax", version=2)))
    book.when(EndLineRule(rule_id="tax", reason_code="MOVED")).then(
        NewFact("linerule-tax", LineRuleEnded(last_on=DAY, reason_code="MOVED"))
    )
    assert versions(book) == [("approved", min(FROM, DAY)), ("approved", DAY)]


@pytest.mark.parametrize(
    "said",
    [
        {"phrases": (), "bank_code": "PMNT-ICDT"},
        {"phrases": (), "bank_code": "ACMT-MCOP-INTR", "direction": "in", "role": "bank_interest"},
        {"phrases": (), "counterparty_keys": ("3f1c9a7e5b2d4f60817263a4",), "direction": None},
        {"role": "own_transfers", "phrases": ("Till sparkonto",)},
        {"least_minor": 100, "most_minor": 100, "currency": "SEK"},
        {"least_minor": 100, "currency": "SEK"},
    ],
)
def test_what_identifies_lines_is_enough(said: dict[str, Any]) -> None:
    Book().given(requesting(**said))


@pytest.mark.parametrize("role", ["bank_suspense", "unallocated", "card_clearing", "bank_details", "bank", "none"])
def test_it_books_on_no_role_that_waits_or_is_counted_elsewhere(role: str) -> None:
    Book().when(requesting(role=role)).refused("line_rule_role_unfit")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"role": "bank_interest", "tax_code": "SE-25"}, "tax_code_on_role_unfit"),
        ({"role": "bank_fees", "tax_code": "SE-19"}, "tax_code_unknown"),
        ({"role": "bank_fees", "tax_code": "SE-25", "from_on": date(1995, 12, 31)}, "tax_code_not_in_force"),
    ],
)
def test_a_tax_code_that_its_role_cannot_have_is_refused(said: dict[str, Any], code: str) -> None:
    Book().when(requesting(**said)).refused(code)


@pytest.mark.parametrize("said", [{"direction": "in"}, {"direction": None}])
def test_the_code_of_payments_alone_takes_no_money_that_comes_in(said: dict[str, Any]) -> None:
    Book().when(requesting(phrases=(), bank_code="PMNT-RCDT", **said)).refused("line_rule_takes_payments")


@pytest.mark.parametrize(
    ("phrase", "code"),
    [("640823-3234", "personal_number_given"), ("070-174 06 05", "line_rule_names_person")],
)
def test_it_has_no_number_of_a_person(phrase: str, code: str) -> None:
    Book().when(requesting(phrases=("Lön", phrase))).refused(code)


@pytest.mark.parametrize(
    "said",
    [{"least_minor": 2, "most_minor": 1, "currency": "SEK"}, {"least_minor": -1, "currency": "SEK"}],
)
def test_amounts_that_no_line_has_are_refused(said: dict[str, Any]) -> None:
    Book().when(requesting(**said)).refused("line_rule_fits_none")


def test_it_may_be_of_one_bank_account_of_ours() -> None:
    Book().when(requesting(bank_account="b1")).refused("bank_account_undeclared")
    Book().given(declare_bank_account("b1"), requesting(bank_account="b1"))


def test_no_id_of_a_rule_is_too_long_to_name_a_movement_by() -> None:
    Book().when(RequestLineRule(rule_id="r" * 41, line_rule=rule())).refused("code_malformed")


_WAITS: Final = by("anna", requesting())
RAISED: Final[Raised] = {
    "line_rule_fits_any": ((), requesting(phrases=())),
    "line_rule_fits_none": ((), requesting(until_on=FROM - timedelta(days=1))),
    "line_rule_names_person": ((), requesting(phrases=("0701740605",))),
    "line_rule_not_in_force": ((_WAITS,), EndLineRule(rule_id="tax", reason_code="MOVED")),
    "line_rule_not_requested": ((_WAITS, APPROVED), APPROVED),
    "line_rule_role_unfit": ((), requesting(role="recalls")),
    "line_rule_takes_payments": ((), requesting(phrases=(), bank_code="PMNT", direction=None)),
    "line_rule_unknown": ((), APPROVED),
    "line_rule_waits": ((_WAITS,), requesting()),
    "line_rule_without_currency": ((), requesting(least_minor=1)),
}
