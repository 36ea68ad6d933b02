"""The demo's card provider: its files are read without doubt and show all that providers do."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import chain

import pytest

from infra.demo.captures import QUIET_ON
from infra.demo.card_provider import (
    CONTRADICTED,
    FOUND_ON,
    LATE,
    MISSING,
    OVERCHARGED_MINOR,
    RECUT_OF,
    net_minor,
)
from infra.demo.month import Month
from infra.demo.outgoings import Movement
from reconciliation.statements import read
from tests.infra.demo.conftest import Sent


@pytest.fixture(scope="module")
def files(month: Month) -> list[Sent]:
    days = month.period.bank_days
    return [Sent(day, name, content, read(content)) for day in days for name, content in month.cards.files_of(day)]


def shown(files: list[Sent]) -> Counter[str]:
    """How often each payout is shown."""
    return Counter(statement["statement_id"] for one in files for statement in one.statements)


def file_of(files: list[Sent], mark: str) -> Sent:
    (found,) = [one for one in files if mark in one.name]
    return found


def facts_of(one: Sent) -> list[tuple[str | None, str | None, int, int | None]]:
    return sorted((line["kind"], line["bank_ref"], line["amount_minor"], line["charges_minor"]) for line in one.lines)


def came_on(files: list[Sent], month: Month, payout: int) -> list[date]:
    number = month.cards.payouts[payout].number
    return [one.on for one in files if number in {statement["statement_id"] for statement in one.statements}]


def test_every_file_is_read_without_a_word_of_doubt(files: list[Sent]) -> None:
    assert {one.parsed.format for one in files} == {"stripe"}
    assert [(one.name, one.parsed.problems) for one in files if one.parsed.problems] == []


def test_each_payment_by_card_is_one_that_would_have_come_to_a_bank(month: Month) -> None:
    drawn = Counter(one._replace(way="card") for one in month._drawn)
    by_card = [one for one in month.payments if one.way == "card"]
    assert len(by_card) == len(month.cards.captures) > 20
    assert not Counter(by_card) - drawn
    assert len(month.payments) == len(month._drawn)


def test_the_office_records_what_no_file_of_the_month_shows_and_the_files_show_all_others(
    files: list[Sent], month: Month
) -> None:
    refs = {line["payment_ref"] for one in files for line in one.lines if line["kind"] == "payment"}
    of_files = {one.charge for one in month.cards.captures if not one.recorded}
    assert of_files
    assert of_files <= refs
    unshown = {one.charge for one in month.cards.captures} - refs
    assert unshown == {
        one.charge for one in month.cards.captures if one.payment.booked_on in month.period.bank_days[-2:]
    }


def test_one_file_is_late_one_is_missing_for_days_and_one_shows_two_payouts(files: list[Sent], month: Month) -> None:
    days = month.period.bank_days
    arrived = {one.amount_minor: one.booked_on for one in month.cards.arrived}
    for payout, on in ((LATE, days[LATE + 4]), (MISSING, days[FOUND_ON])):
        assert came_on(files, month, payout) == [on]
        assert arrived[net_minor(month.cards.payouts[payout])] < on
    overlapping = file_of(files, "overlapping")
    assert sorted(shown([overlapping]).values()) == [1, 1]
    assert sorted(shown(files)[number] for number in shown([overlapping])) == [1, 2]


def test_one_file_is_cut_anew_and_one_contradicts(files: list[Sent], month: Month) -> None:
    recut, contradicting = file_of(files, "recut"), file_of(files, "contradicting")
    for again, payout in ((recut, RECUT_OF), (contradicting, CONTRADICTED)):
        first = next(one for one in files if month.cards.payouts[payout].number in shown([one]))
        assert first.on < again.on
        assert first.content != again.content
        assert (facts_of(first) == facts_of(again)) is (again is recut)
    first, _ = came_on(files, month, CONTRADICTED)
    assert first < contradicting.on < month.cards.answered_on


def test_a_payment_is_taken_back_and_comes_back_before_it_is_due(files: list[Sent], month: Month) -> None:
    of, taken_on, won_on = month.cards.dispute
    kinds = {line["kind"]: line for one in files for line in one.lines if line["payment_ref"] == of.charge}
    assert {"payment", "chargeback", "chargeback_returned"} == kinds.keys()
    assert kinds["chargeback"]["amount_minor"] == -kinds["chargeback_returned"]["amount_minor"]
    assert of.payment.booked_on < taken_on < won_on < of.payment.items[0].due_on
    # Nobody paid by card that day, so the provider asks for money of ours.
    below = month.cards.payouts[QUIET_ON]
    assert net_minor(below) < 0
    assert Movement(month.period.bank_days[QUIET_ON + 3], net_minor(below), "payout", by=month.cards.arrived[0].by) in (
        month.movements
    )


def test_a_part_is_kept_and_comes_back_and_another_is_still_kept(files: list[Sent], month: Month) -> None:
    once = {line["bank_ref"]: line for one in files for line in one.lines if "reserve" in (line["kind"] or "")}
    held, released, again = (line["amount_minor"] for line in once.values())
    assert (held < 0, released, again) == (True, -held, -month.cards.reserved_minor)


def test_one_payment_is_charged_more_than_is_agreed(month: Month) -> None:
    from infra.demo.card_provider import FEE

    made = chain.from_iterable(payout.transactions for payout in month.cards.payouts.values())
    charges = [one.fee_minor - FEE.for_amount(one.gross_minor) for one in made if one.category == "charge"]
    assert Counter(charges)[OVERCHARGED_MINOR] == 1
    assert set(charges) == {0, OVERCHARGED_MINOR}
