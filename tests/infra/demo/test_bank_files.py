"""The demo's bank files: read right, proving themselves, and showing all that banks do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

from infra.demo.accounts import BANKGIRO, GIRO_ACCOUNT, STATEMENT_ACCOUNT, SWISH_ACCOUNT, OwnAccount
from infra.demo.fictions import CARD_PROVIDER, INSURER, REGIONS, REMITTING
from infra.demo.month import Month
from reconciliation.matching.entries import Entry, entries
from reconciliation.matching.rails import rail_of
from tests.infra.demo.conftest import Sent
from tests.infra.demo.truth import truth

EXTRA = ("recut", "sent-again")


def of_format(sent: Iterable[Sent], format: str, account: str | None = None) -> list[Sent]:
    return [
        one
        for one in sent
        if one.parsed.format == format and (account is None or one.statements[0]["account"] == account)
    ]


def daily(sent: Iterable[Sent]) -> list[Sent]:
    """The statement account's files that are not another file's lines once more, by the day that they show last."""
    own = of_format(sent, "camt.053", STATEMENT_ACCOUNT.number)
    once = [one for one in own if not any(mark in one.name for mark in EXTRA)]
    return sorted(once, key=lambda one: one.statements[0]["to_on"])


def money(lines: Iterable[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    return Counter((line["booked_on"], line["amount_minor"], line["bank_ref"], line["detail_no"]) for line in lines)


def each_line_once(sent: Iterable[Sent]) -> list[tuple[str, dict[str, Any], list[dict[str, Any]]]]:
    """Account, movement and members.

    A day of the statement account is taken from the first file that shows it; a day of the bankgiro from BgMax before
    camt.054 comes, and from then on from camt.054. What the bank takes for itself is on the bankgiro's statements only.
    """
    seen: set[tuple[str, Any]] = set()
    once = []
    for one in sorted(sent, key=lambda one: one.parsed.format != "camt.054"):
        shown: set[tuple[str, Any]] = set()
        for line in one.booked:
            account = one.statements[line["statement_no"] - 1]["account"]
            if one.parsed.format == "autogiro":
                once.append((GIRO_ACCOUNT.number, line, one.members(line)))
            elif one.parsed.format == "camt.053" and account in (GIRO_ACCOUNT.number, SWISH_ACCOUNT.number):
                if line["bank_code"] == "ACMT-MDOP-CHRG":
                    once.append((account, line, one.members(line)))
            elif (account, line["booked_on"]) not in seen:
                shown.add((account, line["booked_on"]))
                once.append((GIRO_ACCOUNT.number if account == BANKGIRO.number else account, line, one.members(line)))
        seen |= shown
    return once


def test_money_came_by_bankgiro_as_far_as_bgmax_says_so(sent: list[Sent]) -> None:
    rails: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    for one in sent:
        found = entries(one.parsed.kept, one.parsed.statements, date(2026, 1, 1), date(2026, 12, 31))
        for entry in (Entry._make(row) for row in found.filter(pl.col("amount_minor") > 0).iter_rows()):
            rails[entry.account, one.parsed.format].add(rail_of(entry.bank_code, entry.account_kind))
    assert rails == {
        (STATEMENT_ACCOUNT.number, "camt.053"): {"bank_transfer"},
        (GIRO_ACCOUNT.number, "camt.053"): {"bank_transfer"},
        (SWISH_ACCOUNT.number, "camt.053"): {"bank_transfer"},
        (SWISH_ACCOUNT.number, "swish.handelsbanken"): {"swish"},
        (BANKGIRO.number, "bgmax"): {"bankgiro"},
        (BANKGIRO.number, "camt.054"): {"bank_transfer"},
        (BANKGIRO.number, "autogiro"): {"bankgiro"},
    }


def test_every_file_is_read_without_a_word_of_doubt(sent: list[Sent]) -> None:
    assert {one.parsed.format for one in sent} == {
        "camt.053", "camt.054", "bgmax", "autogiro", "autogiro.advice", "swish.handelsbanken",
    }  # fmt: skip
    assert [(one.name, one.parsed.problems) for one in sent if one.parsed.problems] == []
    assert all(total["declared"] == total["found"] for one in sent for total in one.parsed.totals.to_pylist())


def test_bgmax_gives_way_to_camt_054_and_for_some_days_both_come(sent: list[Sent], month: Month) -> None:
    period = month.period
    days = {format: [one.on for one in of_format(sent, format)] for format in ("bgmax", "camt.054")}
    assert days == {
        "bgmax": [day for day in period.bank_days if day <= period.bgmax_until],
        "camt.054": [day for day in period.bank_days if day >= period.notified_from],
    }
    assert set(days["bgmax"]) > set(days["bgmax"]) & set(days["camt.054"]) < set(days["camt.054"])


def test_on_days_with_both_bgmax_lacks_a_few_payments_and_has_no_others(sent: list[Sent]) -> None:
    deposited, notified = (
        {one.on: Counter(amounts_of(one)) for one in of_format(sent, format)} for format in ("bgmax", "camt.054")
    )
    both = deposited.keys() & notified.keys()
    assert len(both) == 3
    lacking = [(notified[day] - deposited[day]).total() for day in both]
    assert not any(deposited[day] - notified[day] for day in both)
    assert 0 < sum(lacking) < sum(deposited[day].total() for day in both) // 10


def amounts_of(one: Sent) -> list[int]:
    """The amount of each payment in a file."""
    found = entries(one.parsed.kept, one.parsed.statements, date(2026, 1, 1), date(2026, 12, 31))
    return found["amount_minor"].to_list()


def test_every_statement_foots(sent: list[Sent]) -> None:
    for one in of_format(sent, "camt.053"):
        (statement,) = one.statements
        assert (
            statement["opening_minor"] + sum(line["amount_minor"] for line in one.booked) == statement["closing_minor"]
        )


def test_balances_chain_from_day_to_day(sent: list[Sent], month: Month) -> None:
    statements = [one.statements[0] for one in daily(sent)]
    overlapping = [one.statements[0] for one in daily(sent) if "overlapping" in one.name]
    assert statements[0]["opening_minor"] == STATEMENT_ACCOUNT.opening_minor
    for before, after in pairwise(statements):
        if after in overlapping:
            assert after["opening_minor"] == before["opening_minor"]
        else:
            assert after["opening_minor"] == before["closing_minor"]
    moved = truth(month).moved[STATEMENT_ACCOUNT.number]
    assert statements[-1]["closing_minor"] == STATEMENT_ACCOUNT.opening_minor + moved


@pytest.mark.parametrize("of", [GIRO_ACCOUNT, SWISH_ACCOUNT], ids=["bankgiro", "swish"])
def test_weekly_statements_have_the_money_without_payers(sent: list[Sent], month: Month, of: OwnAccount) -> None:
    stated = of_format(sent, "camt.053", of.number)
    assert [one.on.weekday() for one in stated] == [4] * 5
    by_day: dict[str, Counter[date]] = {"stated": Counter(), "in detail": Counter()}
    for one in stated:
        assert not [line for line in one.lines if line["detail_no"] or line["counterparty"] or line["reference"]]
        for line in one.booked:
            by_day["stated"][line["booked_on"]] += line["amount_minor"]
    for account, line, _ in each_line_once(sent):
        if account == of.number:
            by_day["in detail"][line["booked_on"]] += line["amount_minor"]
    assert by_day["stated"] == by_day["in detail"]
    balances = [one.statements[0] for one in stated]
    assert [one["opening_minor"] for one in balances[1:]] == [one["closing_minor"] for one in balances[:-1]]
    moved = truth(month).moved[of.number]
    assert balances[-1]["closing_minor"] == of.opening_minor + moved


def test_one_days_statement_comes_two_bank_days_later(sent: list[Sent], month: Month) -> None:
    late = [one for one in daily(sent) if one.on > one.statements[0]["to_on"]]
    assert [(one.on, one.statements[0]["to_on"]) for one in late] == [(month.period.found_on, month.period.missing_on)]
    days = month.period.bank_days
    assert days.index(month.period.found_on) - days.index(month.period.missing_on) == 2


def test_a_file_cut_anew_has_the_same_lines_in_other_bytes(sent: list[Sent]) -> None:
    (recut,) = [one for one in sent if "recut" in one.name]
    (first,) = [one for one in daily(sent) if one.on == recut.booked[0]["booked_on"]]
    assert recut.on > first.on
    assert recut.content != first.content
    assert recut.statements[0]["statement_id"] != first.statements[0]["statement_id"]
    assert money(recut.lines) == money(first.lines)
    assert [line["amount_minor"] for line in recut.booked] != [line["amount_minor"] for line in first.booked]


def test_an_overlapping_statement_shows_a_day_again_and_a_new_one(sent: list[Sent]) -> None:
    (overlapping,) = [one for one in sent if "overlapping" in one.name]
    days = sorted({line["booked_on"] for line in overlapping.booked})
    assert days == [overlapping.statements[0]["from_on"], overlapping.on]
    (first,) = [one for one in daily(sent) if one.on == days[0]]
    assert money(line for line in overlapping.lines if line["booked_on"] == days[0]) == money(first.lines)
    assert not [one for one in daily(sent) if one.on == days[1] and one is not overlapping]


def test_one_file_is_sent_again_to_the_byte(sent: list[Sent]) -> None:
    (again,) = [one for one in sent if "sent-again" in one.name]
    (first,) = [one for one in sent if one.content == again.content and one is not again]
    assert first.on < again.on
    assert first.name != again.name


def test_two_lines_are_alike_in_all_the_bank_says(sent: list[Sent]) -> None:
    alike = Counter(
        (line["booked_on"], line["amount_minor"], members[0]["counterparty"], members[0]["text"])
        for account, line, members in each_line_once(sent)
        if account == STATEMENT_ACCOUNT.number and line["bank_ref"] is None and len(members) == 1
    )
    assert sorted(alike.values())[-2:] == [1, 2]


def test_some_lines_have_no_bank_id_and_most_have_one_of_their_own(sent: list[Sent]) -> None:
    ids = [line["bank_ref"] for one in daily(sent) for line in one.booked if "overlapping" not in one.name]
    assert ids.count(None) > 2
    given = [id for id in ids if id]
    assert len(set(given)) == len(given)


def test_pending_lines_come_booked_on_the_next_bank_day(sent: list[Sent]) -> None:
    pending = [(one, line) for one in daily(sent) for line in one.lines if line["status"] == "pending"]
    movements = [(one, line) for one, line in pending if line["detail_no"] == 0]
    assert len({one.on for one, _ in movements}) == 3
    booked = {(line["bank_ref"], line["amount_minor"]): one.on for one in daily(sent) for line in one.booked}
    for one, line in movements:
        assert booked[line["bank_ref"], line["amount_minor"]] > one.on


def test_regions_pay_each_week_in_one_line_with_a_member_for_each_invoice(sent: list[Sent], month: Month) -> None:
    references = {owed.reference for bill in month.bills.bills for owed in bill.owed if owed.payer == "region"}
    days: dict[str, list[Any]] = {name: [] for region, name in REGIONS.items() if region != REMITTING}
    for account, line, members in each_line_once(sent):
        if account == STATEMENT_ACCOUNT.number and members and members[0]["counterparty"] in days:
            days[members[0]["counterparty"]].append(line["booked_on"])
            assert len(members) == line["declared_details"]
            assert sum(member["amount_minor"] for member in members) == line["amount_minor"]
            assert {member["reference"] for member in members} <= references
    for name in days:
        assert days[name] == [days[name][0] + timedelta(weeks=week) for week in range(5)]


def test_the_insurers_bank_keeps_a_charge_then_names_no_amounts_then_leaves_one_out(sent: list[Sent]) -> None:
    batches = [(line, members) for _, line, members in each_line_once(sent) if members]
    own = [(line, members) for line, members in batches if members[0]["counterparty"] == INSURER]
    charged, *later = own
    assert sum(one["amount_minor"] for one in charged[1]) - charged[0]["charges_minor"] == charged[0]["amount_minor"]
    later.sort(key=lambda batch: [member["amount_minor"] is None for member in batch[1]], reverse=True)
    assert {member["amount_minor"] for member in later[0][1]} == {None}
    over = [line["amount_minor"] - sum(one["amount_minor"] for one in members) for line, members in later[1:]]
    assert sorted(over)[-1] > 0
    assert set(sorted(over)[:-1]) <= {0}


# What must stand in some line of some file.
OCCURS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a reversal": lambda line: line["reversal"] and line["amount_minor"] < 0,
    "a bank charge": lambda line: line["bank_code"] == "ACMT-MDOP-CHRG",
    "a refund": lambda line: (line["end_to_end_id"] or "").startswith("refund-") and line["amount_minor"] < 0,
    "a refund that came back": lambda line: line["return_reason"] == "AC04" and line["amount_minor"] > 0,
    "a payment in euro": lambda line: line["instructed_currency"] == "EUR" and line["charges_minor"],
    "a wrong check digit": lambda line: line["reference_kind"] == "ocr" and line["reference_valid"] is False,
    "a reference within a text": lambda line: line["reference_valid"] and (line["text"] or "")[-3:].isdigit(),
    "two references": lambda line: len(line["further_references"]) == 1,
    "a credit note taken off": lambda line: any((one["amount_minor"] or 0) < 0 for one in line["further_references"]),
    "two without amounts": lambda line: line["further_references"] and line["reference_amount_minor"] is None,
    "less than is paid": lambda line: (line["reference_amount_minor"] or 2**40) < (line["amount_minor"] or 0),
    "a debit of the house": lambda line: line["amount_minor"] == -1_204_377_00,
    "a deduction in BgMax": lambda line: line["bank_code"] == "21-2-1-1",
    "a number that BgMax did not check": lambda line: line["bank_code"] == "20-3-1",
    "a number that BgMax found wrong": lambda line: line["bank_code"] == "20-5-1",
    "a name from abroad": lambda line: any(ord(letter) > 255 for letter in line["counterparty"] or ""),
    "the payer's account": lambda line: (line["counterparty_account"] or "").startswith("9990"),
}


@pytest.mark.parametrize("what", OCCURS)
def test_it_occurs(sent: list[Sent], what: str) -> None:
    assert any(OCCURS[what](line) for one in sent for line in one.lines)


def test_what_the_generator_knows_is_what_the_files_hold(sent: list[Sent], month: Month) -> None:
    told = truth(month)
    moved: Counter[str] = Counter()
    receipts: dict[str, list[int]] = defaultdict(list)
    for account, line, members in each_line_once(sent):
        moved[account] += line["amount_minor"]
        divided = members and all(member["amount_minor"] is not None for member in members)
        parts = [part["amount_minor"] for part in (members if divided else [line])]
        # What comes back of a refund, or is paid out by a provider, is nobody's payment.
        returned = any(one["return_reason"] for one in (line, *members))
        paid_out = any(one["counterparty"] in (CARD_PROVIDER, REGIONS[REMITTING]) for one in members)
        receipts[account] += [part for part in parts if part > 0 and not returned and not paid_out]
    assert moved == told.moved
    assert {account: (len(parts), sum(parts)) for account, parts in receipts.items()} == {
        account: (tally.count, tally.amount_minor) for account, tally in told.receipts.items()
    }
    reasons = told.reasons.values()
    assert sum(tally.count for tally in reasons) == sum(len(parts) for parts in receipts.values())
