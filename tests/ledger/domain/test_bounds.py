"""Bounds: no command is decided that has a day, an amount, a number, a text or a list beyond them, however deep."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from ledger.domain.bounds import require_bounds
from ledger.domain.cash.receipt import RecordReceipt
from ledger.domain.days import FIRST_DAY, LAST_DAY
from ledger.domain.fact import Command, Envelope
from ledger.domain.grammar import LISTS, MOST_MINOR
from ledger.domain.receivables.invoice import IssueInvoice
from ledger.domain.refusals import Refused
from tests.kit.book import asked
from tests.kit.care import credit, invoice, line, open_account, receipt, remind

DAY = timedelta(days=1)
INVOICE: IssueInvoice = invoice("i1")
RECEIPT: RecordReceipt = receipt("r1", 100_00)
ENVELOPE: Envelope = asked(INVOICE).envelope


def refusal(*given: Any) -> tuple[str, str]:
    """Why this is refused."""
    with pytest.raises(Refused) as caught:
        require_bounds(*given)
    return caught.value.code, caught.value.about


def with_line(**changed: Any) -> IssueInvoice:
    """The invoice with another value in its line."""
    return replace(INVOICE, lines=(replace(INVOICE.lines[0], **changed),))


def paid(**changed: Any) -> RecordReceipt:
    """The receipt with another value in its payment."""
    return replace(RECEIPT, payment=replace(RECEIPT.payment, **changed))


def test_what_is_at_the_ends_is_possible() -> None:
    require_bounds(INVOICE, ENVELOPE, None, FIRST_DAY, LAST_DAY)
    require_bounds(with_line(service_on=LAST_DAY, amount_minor=MOST_MINOR, line_id=2**31 - 1))
    require_bounds(paid(amount_minor=-MOST_MINOR, booked_on=FIRST_DAY, statement_no=0, reference="Ö" * 200))
    require_bounds(replace(INVOICE, invoice_id="a" * 64, care_unit=None))


_RAILS = (
    "rail: bank_transfer, bankgiro, card, cash, collector, direct_debit, lender, plusgiro, remittance, swish, "
    "transfer, wallet"
)


@pytest.mark.parametrize(
    ("given", "code", "about"),
    [
        (LAST_DAY + DAY, "day_impossible", "2200-01-01"),
        (replace(INVOICE, due_on=date(1, 1, 1)), "day_impossible", "due_on 0001-01-01"),
        (with_line(service_on=FIRST_DAY - DAY), "day_impossible", "service_on 1899-12-31"),
        (replace(ENVELOPE, occurred_on=date(9999, 12, 31)), "day_impossible", "occurred_on 9999-12-31"),
        (with_line(amount_minor=MOST_MINOR + 1), "amount_impossible", "amount_minor: -10^15 to 10^15 minor units"),
        (with_line(vat_minor=-(2**63)), "amount_impossible", "vat_minor: -10^15 to 10^15 minor units"),
        (replace(INVOICE, rounding_minor=2**63), "amount_impossible", "rounding_minor: -10^15 to 10^15 minor units"),
        (with_line(line_id=-1), "number_impossible", "line_id: 0 to 2147483647"),
        (with_line(line_id=2**31), "number_impossible", "line_id: 0 to 2147483647"),
        (replace(INVOICE, invoice_id="i/1"), "id_malformed", "invoice_id: an id"),
        (replace(INVOICE, series=""), "id_malformed", "series: an id"),
        (open_account("8803200016"), "personal_number_given", "account_id"),
        (replace(INVOICE, currency="sek"), "currency_unknown", "currency: a code of ISO 4217"),
        (replace(ENVELOPE, evidence=("north\0",)), "text_malformed", "evidence: up to 200 characters in one line"),
        (replace(INVOICE, care_unit="north\0"), "code_malformed", "care_unit: a code"),
        (replace(INVOICE, care_unit="Eva Ek, ring 070-1234567"), "code_malformed", "care_unit: a code"),
        (replace(INVOICE, care_unit=""), "code_malformed", "care_unit: a code"),
        (replace(INVOICE, care_unit="Eva 880320-0016"), "personal_number_given", "care_unit"),
        (with_line(service_code="19800101-1234"), "code_malformed", "service_code: a code"),
        (credit("c1", "i1", reason_code=" "), "reason_missing", "reason_code: a code"),
        (credit("c1", "i1", reason_code="Eva Ek"), "code_malformed", "reason_code: a code"),
        (paid(rail="horse"), "word_unknown", _RAILS),
        (replace(ENVELOPE, corrects="nothing at all"), "id_malformed", "corrects: noun-id"),
        (replace(ENVELOPE, key="k" * 401), "text_malformed", "key: up to 400 characters in one line"),
    ],
)
def test_what_is_beyond_is_refused_with_its_field(given: Any, code: str, about: str) -> None:
    assert refusal(given) == (code, about)


@pytest.mark.parametrize(
    "text", ["1\n2", "1\x00", "\x1b[2J", "abc\u202e321", "\u2066a", "a\u200f", "\ud800", "a\u2028b", "a" * 201]
)
def test_a_text_is_one_line_of_characters_that_can_be_seen(text: str) -> None:
    assert refusal(paid(reference=text)) == ("text_malformed", "reference: up to 200 characters in one line")


def test_a_list_has_an_end() -> None:
    lines = tuple(line(number, 1) for number in range(LISTS["lines"] + 1))
    assert refusal(replace(INVOICE, lines=lines)) == ("list_too_long", "lines: up to 1000")
    require_bounds(replace(INVOICE, lines=lines[:-1]))


def test_a_sum_has_the_ends_of_an_amount() -> None:
    half = MOST_MINOR // 2
    require_bounds(replace(INVOICE, lines=(line(1, half), line(2, half))))
    for lines in ((line(1, half), line(2, half + 1)), (line(1, MOST_MINOR), line(2, -MOST_MINOR))):
        assert refusal(replace(INVOICE, lines=lines))[0] == "amount_impossible"


def test_an_instant_is_no_day() -> None:
    at = datetime(2300, 1, 1, tzinfo=UTC)
    require_bounds(replace(asked(remind("m", "i1")).envelope, recorded_at=at))


def test_the_value_is_not_told() -> None:
    command: Command = credit("c1", "i1", reason_code="Eva Ek 19800101-1234")
    assert "Eva" not in refusal(command)[1]
