"""What somebody says took place near the day on which they say it; only what is planned may be far away."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import pytest
from msgspec.structs import replace

from ledger.domain.bank.account import RecordBankOpening
from ledger.domain.days import FIRST_DAY, LAST_DAY
from ledger.domain.fact import Command
from ledger.domain.receivables.invoice_days import MOST_AHEAD
from ledger.domain.receivables.unpaid_tax import LetUnpaidTaxFallDue
from ledger.domain.refusals import Refused
from ledger.domain.terms.entity import Terms
from ledger.domain.terms.near_days import require_near
from tests.kit.book import DAY, asked
from tests.kit.care import allocate, credit, hold, invoice, receipt
from tests.kit.every_command import STORY
from tests.kit.extremes import leaves_of, with_all

TERMS: Final = Terms(days_back=60, days_ahead=5)
CREDIT: Final = credit("c1", "i1")
OPENING: Final = RecordBankOpening(bank_account="b1", as_of=DAY, balance_minor=0, source="letter")
YEAR_END: Final = LetUnpaidTaxFallDue(item_id="i1", through_on=DAY)
# Days of what is planned, of what the book has counted itself, and of a bank's file.
NOT_SAID: Final = {
    "AcceptMandate.active_from",
    "AgreeFee.from_on",
    "ApproveErasure.last_on",
    "ApprovePeriodClose.through_on",
    "ApprovePeriodReopening.through_on",
    "BookPayoutMovement.value_on",
    "BookRefundMovement.value_on",
    "ClassifyMovement.value_on",
    "DeclareBankAccount.from_on",
    "DeclareBankAccount.numbers_from",
    "DeclareBankAccount.until_on",
    "DeclareProviderAccount.from_on",
    "EndFileMapping.last_on",
    "EndMapping.until_on",
    "EndLineRule.last_on",
    "GiveDuty.from_on",
    "GiveDuty.until_on",
    "GrantException.month",
    "IngestFile.from_on",
    "IngestFile.to_on",
    "IssueInvoice.due_on",
    "LetUnpaidTaxFallDue.through_on",
    "OrderCollection.due_on",
    "PlaceHold.until_on",
    "RecordReceipt.value_on",
    "RecordSeenAgain.booked_on",
    "RejectPeriodRequest.through_on",
    "RemindItem.bank_loaded_through",
    "RequestErasure.last_on",
    "RequestPeriodClose.through_on",
    "RequestPeriodReopening.through_on",
    "RequestFileMapping.from_on",
    "RequestFileMapping.until_on",
    "RequestLineRule.from_on",
    "RequestLineRule.until_on",
    "SetLimit.from_on",
    "SetMapping.from_on",
    "SetMapping.until_on",
}


def dated(command: Command, days: int) -> Command:
    """The command with every day that it may have so many days from today."""
    for name, kind in leaves_of(type(command)):
        if kind is date:
            command = with_all(command, name, DAY + timedelta(days=days))
    return command


def require(command: Command, on: date = DAY, counts_on: date | None = None, cause: str | None = None) -> None:
    envelope = replace(asked(command).envelope, occurred_on=on, cause=cause)
    require_near(command, envelope, counts_on, TERMS, DAY)


@pytest.mark.parametrize(
    ("command", "first", "last"),
    [
        (CREDIT, -60, 5),
        (hold("i1"), -60, 5),
        (invoice("i1"), -60, MOST_AHEAD),
        (receipt("r1", 1), -60, 0),
        (OPENING, -60, 5),
        (YEAR_END, -36_500, 36_500),
    ],
)
def test_a_day_is_near(command: Command, first: int, last: int) -> None:
    for days in (first, 0, last):
        require(dated(command, days), DAY + timedelta(days=days))
    for days in (first - 1, last + 1):
        with pytest.raises(Refused, match=f"{DAY + timedelta(days=days)}; the first possible day is") as far:
            require(command, DAY + timedelta(days=days))
        assert str(DAY + timedelta(days=last)) in far.value.about


def test_what_a_command_says_is_near_even_if_its_envelope_is() -> None:
    for command in (CREDIT, receipt("r1", 1), OPENING, invoice("i1")):
        with pytest.raises(Refused, match="day_far"):
            require(dated(command, MOST_AHEAD + 1))


def test_each_day_of_each_command_is_said_or_known_to_be_planned() -> None:
    free = set()
    for command in (asked(ask).command for ask in STORY):
        for name in (name for name, kind in leaves_of(type(command)) if kind is date):
            try:
                require(with_all(command, name, LAST_DAY))
            except Refused:
                continue
            free.add(f"{type(command).__name__}.{name}")
    assert free == NOT_SAID


@pytest.mark.parametrize("days", [-61, 6])
def test_an_accounting_date_is_near(days: int) -> None:
    for command in (CREDIT, invoice("i1"), allocate("r1", "i1"), hold("i1")):
        require(command, counts_on=DAY + timedelta(days=days - days // abs(days)))
        with pytest.raises(Refused, match="day_far"):
            require(command, counts_on=DAY + timedelta(days=days))


def test_an_invoice_counts_on_its_own_day_however_far_ahead() -> None:
    ahead = DAY + timedelta(days=300)
    require(dated(invoice("i1"), 300), ahead, ahead)
    with pytest.raises(Refused, match="day_far"):
        require(dated(invoice("i1"), 300), ahead, ahead + timedelta(days=1))


def test_money_that_was_received_counts_today_at_the_latest() -> None:
    require(receipt("r1", 1, booked_on=DAY), counts_on=DAY)
    with pytest.raises(Refused, match="day_far"):
        require(receipt("r1", 1, booked_on=DAY), counts_on=DAY + timedelta(days=1))


def test_what_a_file_leads_to_has_its_days() -> None:
    for command in (receipt("r1", 1), allocate("r1", "i1")):
        require(dated(command, 100), DAY + timedelta(days=100), cause="file-ab")


def test_a_possible_day_that_is_named_is_one_that_books_can_have() -> None:
    for today, beyond in ((FIRST_DAY, FIRST_DAY - timedelta(days=1)), (LAST_DAY, LAST_DAY + timedelta(days=1))):
        with pytest.raises(Refused, match=f"{today}"):
            require_near(CREDIT, replace(asked(CREDIT).envelope, occurred_on=beyond), None, Terms(), today)
