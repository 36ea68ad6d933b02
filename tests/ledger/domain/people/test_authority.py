"""Authority: what a person decides counts towards their month, beside limits, with exceptions for one document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from ledger.domain.duty import Duty, person_actor
from ledger.domain.people.authority import (
    AuthorityUsed,
    ExceptionGranted,
    ExceptionUsed,
    GrantException,
    Use,
    authority_stream,
    used,
)
from ledger.domain.people.limit import Limited, SetLimit
from ledger.domain.refusals import Refused
from tests.kit.book import DAY, Ask, Book, Raised, by
from tests.ledger.domain.people.test_person import FOUNDED, FOUNDER, register

STAFF = (FOUNDED, register("bo", "approver", "manager"))
MONTH = authority_stream("bo", DAY)


def limit(single: int | None, month: int | None, duty: Duty = "approver", kind: Limited = "write_off") -> Ask:
    command = SetLimit(set_by="founder", duty=duty, kind=kind, currency="SEK", single_minor=single, month_minor=month)
    return by(FOUNDER, command)


def grant(amount: int, document: str = "writeoff-w", by_whom: str = FOUNDER, reason: str = "URGENT") -> Ask:
    command = GrantException(
        person_id="bo",
        kind="write_off",
        document=document,
        amount_minor=amount,
        currency="SEK",
        reason_code=reason,
        month=DAY,
    )
    return by(by_whom, command)


@dataclass
class Deciding:
    """Bo, who decides."""

    book: Book

    def use(
        self,
        *amounts: int,
        document: str = "writeoff-w",
        duties: tuple[str, ...] = ("approver",),
        day: date = DAY,
        kind: Limited = "write_off",
    ):
        """What counts the decisions, and under which duty; it is recorded."""
        uses = [Use(kind, document, amount, "SEK") for amount in amounts]
        duty, facts = used(self.book.states, "bo", duties, uses, day)
        self.book.append(facts, day)
        return duty, [type(new.fact) for new in facts]


def deciding(*asks: Ask) -> Deciding:
    return Deciding(Book().given(*STAFF, *asks))


def test_what_is_decided_counts_without_any_limit():
    assert deciding().use(10**9) == ("approver", [AuthorityUsed])


def test_a_limit_that_is_set_later_counts_what_the_month_has():
    bo = deciding()
    bo.use(900)
    bo.book.given(limit(None, 1000))
    with pytest.raises(Refused, match="limit_passed"):
        bo.use(101)
    bo.use(100)


def test_the_limit_of_a_month_begins_anew_with_the_next():
    bo = deciding(limit(None, 1000))
    bo.use(1000)
    with pytest.raises(Refused):
        bo.use(1)
    assert bo.use(1000, day=date(DAY.year, DAY.month + 1, 1)) == ("approver", [AuthorityUsed])


def test_decisions_of_one_command_are_counted_together():
    with pytest.raises(Refused):
        deciding(limit(None, 1000)).use(600, 600)
    assert deciding(limit(None, 1200)).use(600, 600) == ("approver", [AuthorityUsed, AuthorityUsed])


def test_the_first_duty_whose_limits_admit_it_is_taken():
    bo = deciding(limit(100, None, "billing", "credit"), limit(1000, None, "manager", "credit"))
    duties = ("billing", "manager")
    assert bo.use(100, duties=duties, kind="credit")[0] == "billing"
    assert bo.use(101, duties=duties, kind="credit")[0] == "manager"
    with pytest.raises(Refused):
        bo.use(1001, duties=duties, kind="credit")


def test_a_refusal_says_which_limit_it_is_how_much_and_what_is_left():
    bo = deciding(limit(200_00, 300_00, "billing", "credit"), limit(None, 250_00, "manager", "credit"), grant(1_00))
    bo.use(100_00, duties=("billing",), kind="credit")
    with pytest.raises(Refused) as caught:
        bo.use(200_01, duties=("billing", "manager"), kind="credit", document="invoice-i")
    assert caught.value.about == (
        "billing: credit of invoice-i, 200.01 SEK: at most 200.00 SEK at once; "
        "manager: credit of invoice-i, 200.01 SEK: at most 250.00 SEK in a month, of which 150.00 SEK is left"
    )
    bo.book.given(limit(None, 50_00, "billing", "credit"))
    with pytest.raises(Refused, match=r"at most 50\.00 SEK in a month, of which 0\.00 SEK is left\)$"):
        bo.use(1, duties=("billing",), kind="credit")


def test_a_refusal_says_what_an_exception_allows_and_that_a_currency_has_no_limit():
    bo = deciding(limit(0, None), grant(1_00))
    with pytest.raises(Refused, match=r"at most 0\.00 SEK at once, or 1\.00 SEK by exception"):
        bo.use(1_01)
    with pytest.raises(Refused, match="no limit is set in EUR, so nothing"):
        used(bo.book.states, "bo", ("approver",), [Use("write_off", "writeoff-w", 1, "EUR")], DAY)


def test_an_exception_allows_one_document_up_to_its_amount_and_leaves_the_month_as_it_is():
    bo = deciding(limit(100, 100), grant(500))
    with pytest.raises(Refused):
        bo.use(101, document="writeoff-other")
    with pytest.raises(Refused):
        bo.use(501)
    assert bo.use(300) == ("approver", [ExceptionUsed])
    with pytest.raises(Refused):
        bo.use(201)
    assert bo.use(200) == ("approver", [ExceptionUsed])
    assert bo.use(100, document="writeoff-other") == ("approver", [AuthorityUsed])


def test_an_exception_is_not_used_up_by_what_the_limits_admit():
    bo = deciding(limit(100, None), grant(500))
    assert bo.use(100) == ("approver", [AuthorityUsed])
    assert bo.use(500) == ("approver", [ExceptionUsed])


def test_the_newest_exception_of_a_document_counts():
    bo = deciding(limit(0, None), grant(500), grant(200))
    with pytest.raises(Refused):
        bo.use(201)


def test_an_exception_is_a_fact_with_its_reason():
    (new,) = Book().given(*STAFF).decide(grant(500))
    assert new.stream == MONTH
    assert new.fact == ExceptionGranted(
        kind="write_off", document="writeoff-w", amount_minor=500, currency="SEK", reason_code="URGENT"
    )


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (grant(500, reason=""), "reason_missing"),
        (grant(0), "amount_not_positive"),
        (grant(500, by_whom=person_actor("bo")), "exception_to_oneself"),
    ],
)
def test_what_cannot_be_granted(ask: Ask, code: str):
    Book().given(*STAFF).when(ask).refused(code)


RAISED: Raised = {"exception_to_oneself": (STAFF, grant(500, by_whom=person_actor("bo")))}
