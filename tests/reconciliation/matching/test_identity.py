"""Identity: the same line has the same key in whatever file it comes, and twins have two."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from reconciliation.matching.continuity import earlier
from reconciliation.matching.entries import entries
from reconciliation.matching.identity import keyed, with_content
from tests.reconciliation.matching.written_files import DAY, BankFile, quoted, stated

NEXT = date(2024, 7, 11)
PAID: dict[str, Any] = {**quoted("1234566"), "counterparty": "P", "end_to_end_id": "E1"}


def one_day(sha256: str = "file-1", statement_id: str = "S1") -> BankFile:
    """Four lines of a day, two of them twins without an id."""
    file = BankFile(sha256).statement(0, statement_id=statement_id)
    return file.line(250_00, bank_ref="B1").line(99_00, PAID).line(99_00, PAID).line(-5_00)


def test_every_entry_has_a_key_of_its_own() -> None:
    keys = one_day().keys()
    assert len(set(keys)) == 4
    assert all(len(key) == 24 and set(key) <= set("0123456789abcdef") for key in keys)


def test_the_same_file_has_the_same_keys() -> None:
    assert one_day().keys() == one_day().keys()


def test_a_key_is_the_same_for_ever() -> None:
    # A stored key must be found again by every later version, so these are never edited.
    file = BankFile().line(250_00, bank_ref="B1").line(250_00, {"text": "x"}, value_on=DAY)
    file.line(30_00, {"amount_minor": 10_00, "bank_ref": "M1"}, {"amount_minor": 10_00}, bank_ref="B2")
    assert file.keys() == [
        "9ffbdad69830aa4fa04c9b6c",
        "b67ab995bc9d504c0b2c25ea",
        "4065fb8f24ec7073a2732a8d",
        "a37a8cff56d2d0e65729da5f",
        "fef46f4264b5e0202950d831",
    ]


def test_a_file_cut_anew_under_another_statement_id_has_the_same_keys() -> None:
    recut = BankFile("file-2").statement(0, statement_id="ANOTHER", sequence="9", created_at="2024-07-11T08:00:00")
    recut.line(-5_00).line(99_00, PAID).line(250_00, bank_ref="B1").line(99_00, PAID)
    assert set(recut.keys()) == set(one_day().keys())


def test_the_day_believed_is_no_part_of_the_key() -> None:
    lines, statements = BankFile().statement().line(250_00, booked_on=date(2024, 7, 20)).tables()
    believed = entries(lines, statements, DAY, date(2024, 7, 31))
    disbelieved = entries(lines, statements, DAY, DAY)
    assert believed["booked_on"].to_list() != disbelieved["booked_on"].to_list()
    assert keyed(believed)["key"].to_list() == keyed(disbelieved)["key"].to_list()


def test_an_overlapping_file_has_the_keys_of_what_both_show() -> None:
    two_days = BankFile("file-2").statement(-10_00, from_on=date(2024, 7, 9), statement_id="LONG")
    two_days.line(10_00, booked_on=date(2024, 7, 9)).line(250_00, bank_ref="B1")
    two_days.line(99_00, PAID).line(99_00, PAID).line(-5_00).line(1_00, booked_on=NEXT)
    keys = two_days.keys()
    assert keys[1:5] == one_day().keys()
    assert not {keys[0], keys[5]} & set(one_day().keys())


@pytest.mark.parametrize("changed", [{"amount_minor": 250_01}, {"booked_on": NEXT}])
def test_the_same_bank_id_with_another_amount_or_day_is_another_line(changed: dict[str, Any]) -> None:
    one = BankFile().line(250_00, bank_ref="B1")
    other = BankFile().line(changed.pop("amount_minor", 250_00), bank_ref="B1", **changed)
    assert one.keys() != other.keys()


def test_the_same_bank_id_in_another_account_or_currency_is_another_line() -> None:
    keys = {
        *BankFile().line(250_00, bank_ref="B1").keys(),
        *BankFile().statement(account="SE4550000000058398257466").line(250_00, bank_ref="B1").keys(),
        *BankFile().statement(currency="EUR").line(250_00, bank_ref="B1").keys(),
    }
    assert len(keys) == 3


def test_a_line_with_a_bank_id_keeps_its_key_when_the_bank_words_it_otherwise() -> None:
    one = BankFile().line(250_00, {"counterparty": "P A", "text": "faktura"}, bank_ref="B1", value_on=DAY)
    other = BankFile().line(250_00, {"counterparty": "A, P"}, bank_ref="B1")
    assert one.keys() == other.keys()


def test_a_line_with_a_bank_id_keeps_its_key_with_and_without_its_single_member() -> None:
    bare = BankFile().line(250_00, bank_ref="B1")
    with_amount = BankFile().line(250_00, {"amount_minor": 250_00, "bank_ref": "T1", **PAID}, bank_ref="B1")
    without = BankFile().line(250_00, {"bank_ref": "T1", **PAID}, bank_ref="B1")
    assert bare.keys() == with_amount.keys() == without.keys()


def test_two_lines_with_the_same_bank_id_day_and_amount_are_two() -> None:
    assert len(set(BankFile().line(250_00, bank_ref="B1").line(250_00, bank_ref="B1").keys())) == 2


@pytest.mark.parametrize("placeholder", ["NOTPROVIDED", "NONREF", "0", "000000", "-", ""])
def test_a_placeholder_is_no_id(placeholder: str) -> None:
    named = {"counterparty": "P"}
    one = BankFile().line(250_00, bank_ref=placeholder, **named)
    assert one.keys() == BankFile().line(250_00, **named).keys()
    assert one.keys() != BankFile().line(250_00, bank_ref=placeholder).keys()


@pytest.mark.parametrize("ids", [("T1", "T2", "T3"), ("B1", "B1", "B1"), (None, None, None), ("T1", "T1", None)])
def test_members_of_a_batch_keep_their_keys_in_any_order(ids: tuple[str | None, ...]) -> None:
    members = [
        {"amount_minor": 100_00, "bank_ref": id, **quoted(reference)}
        for id, reference in zip(ids, ("1234566", "7654329", "1111116"), strict=True)
    ]

    def key_of_each(order: list[dict[str, Any]]) -> dict[str, str]:
        rows = keyed(BankFile().line(300_00, *order, bank_ref="B1").entries())
        return dict(rows.select("reference", "key").iter_rows())

    assert key_of_each(members) == key_of_each(members[::-1]) == key_of_each(members[1:] + members[:1])
    assert len(set(key_of_each(members).values())) == 3


def test_identical_members_of_one_batch_are_two() -> None:
    member = {"amount_minor": 100_00, **PAID}
    assert len(set(BankFile().line(200_00, member, member).keys())) == 2


def test_equal_members_of_two_batches_are_two() -> None:
    member = {"amount_minor": 100_00, "bank_ref": "1", **PAID}
    more = {"amount_minor": 7_00, "bank_ref": "2"}
    file = BankFile().line(107_00, member, more, bank_ref="B1").line(107_00, member, more, bank_ref="B2")
    assert len(set(file.keys())) == 4


def test_the_rest_of_a_line_is_not_the_line() -> None:
    file = BankFile().line(50_00, {"amount_minor": 100_00}, bank_ref="B1", charges_minor=50_00)
    keys = file.line(-50_00, bank_ref="B1").keys()
    assert len(set(keys)) == 3


def test_a_missing_field_and_an_empty_one_are_the_same_but_fields_never_run_together() -> None:
    assert BankFile().line(1_00, counterparty="").keys() == BankFile().line(1_00).keys()
    assert BankFile().line(1_00, counterparty="AB").keys() != BankFile().line(1_00, counterparty_account="AB").keys()


def test_twins_in_two_notifications_of_one_file_are_two() -> None:
    file = BankFile().statement(None).line(99_00, PAID).statement(None).line(99_00, PAID)
    assert len(set(file.keys())) == 2


def test_a_statement_that_continues_another_counts_on() -> None:
    morning = BankFile("morning").statement(0).line(99_00, PAID).line(99_00, PAID)
    noon = BankFile("noon").statement(198_00).line(99_00, PAID)
    whole_day = BankFile("day").statement(0).line(99_00, PAID).line(99_00, PAID).line(99_00, PAID)
    at_noon = noon.keys(morning.proven(), {"morning": morning})
    assert morning.keys() + at_noon == whole_day.keys()


def test_a_statement_that_continues_another_counts_on_for_bank_ids_too() -> None:
    # The balances prove that the money moved again, so the bank used its id again.
    morning = BankFile("morning").statement(0).line(99_00, bank_ref="B1")
    noon = BankFile("noon").statement(99_00).line(99_00, bank_ref="B1")
    assert not set(noon.keys(morning.proven(), {"morning": morning})) & set(morning.keys())


def test_counting_on_is_for_the_statement_that_continues_not_for_its_file() -> None:
    morning = BankFile("morning").statement(0).line(99_00, PAID)
    until_noon = BankFile("noon").statement(0).line(99_00, PAID).statement(99_00).line(99_00, PAID)
    seen, new = until_noon.keys(morning.proven(), {"morning": morning})
    assert [seen] == morning.keys()
    assert new != seen


def test_counted_on_by_hand() -> None:
    file = BankFile().statement(99_00).line(99_00, PAID)
    shown = BankFile("before").statement(0).line(99_00, PAID).line(99_00, PAID)
    chain = {1: [stated("before", 1, 0, 198_00)]}
    counted = earlier(chain, {"before": with_content(shown.entries())})
    assert counted["count"].to_list() == [2]
    assert keyed(file.entries(), counted)["occurrence"].to_list() == [3]
    assert keyed(file.entries())["occurrence"].to_list() == [1]


def test_what_identifies_a_line_does_not_leave_the_function() -> None:
    assert "content" not in keyed(one_day().entries()).columns
    assert keyed(BankFile().statement().entries()).is_empty()
    assert keyed(one_day().entries()).schema["key"] == pl.String
