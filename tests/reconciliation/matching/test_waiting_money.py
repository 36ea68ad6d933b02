"""Money that waits is shared out: first to what it names, then by due day, and never twice to one payer."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from ledger.domain.dunning.waiting_money import MayPay
from reconciliation.matching.waiting_money import Money, Names, Owed, Planned, decided_about, plan

FIRST = date(2026, 10, 1)


def owed(
    item_id: str,
    amount: int,
    day: int = 0,
    account: str = "p1",
    to: str = "",
    currency: str = "SEK",
    held: bool = False,
) -> Owed:
    return Owed(item_id, account, to or account, currency, amount, FIRST + timedelta(days=day), held)


def receipt(name: str, amount: int, account: str | None = None, currency: str = "SEK", day: int = 0) -> Money:
    return Money(f"receipt-{name}", account, currency, amount, FIRST + timedelta(days=day))


def credit(amount: int, account: str = "p1", currency: str = "SEK") -> Money:
    return Money(f"account-{account}", account, currency, amount)


def names(*items: str) -> list[Names]:
    """That receipt r names these items."""
    return [Names("r", item) for item in items]


def got(planned: dict[str, Planned]) -> dict[str, dict[str, int]]:
    """What each item gets of which document."""
    return {
        item: {part.money.document: part.amount_minor for part in one.parts}
        for item, one in planned.items()
        if one.parts
    }


def test_a_payers_money_is_for_the_items_by_due_day() -> None:
    planned = plan([owed("b", 400, 2), owed("a", 400, 1)], [credit(500)], [])
    assert got(planned) == {"a": {"account-p1": 400}, "b": {"account-p1": 100}}
    assert planned["b"].may_pay == (MayPay("account-p1", 400),)


def test_credit_is_taken_after_receipts_and_the_oldest_receipt_first() -> None:
    money = [credit(100), receipt("new", 100, "p1", day=2), receipt("old", 100, "p1", day=1)]
    (planned,) = plan([owed("a", 250)], money, []).values()
    assert [one.document for one in planned.may_pay] == ["receipt-old", "receipt-new", "account-p1"]
    assert [part.amount_minor for part in planned.parts] == [100, 100, 50]


def test_money_that_names_an_item_is_for_it_first_and_its_rest_for_the_payers_others() -> None:
    items = [owed("a", 400, 1), owed("b", 300, 2)]
    assert got(plan(items, [receipt("r", 500, "p1")], names("b"))) == {
        "b": {"receipt-r": 300},
        "a": {"receipt-r": 200},
    }
    # As long as nobody knows whose it is, the rest is nobody's.
    assert got(plan(items, [receipt("r", 500)], names("b"))) == {"b": {"receipt-r": 300}}


def test_money_that_may_be_for_two_payers_keeps_both_back_and_for_two_items_of_one_counts_once() -> None:
    named = names("a", "b", "c")
    items = [owed("a", 400), owed("b", 400, 1), owed("c", 400, account="p2")]
    assert got(plan(items, [receipt("r", 400)], named)) == {"a": {"receipt-r": 400}, "c": {"receipt-r": 400}}


def test_money_of_somebody_else_is_not_for_the_item_that_it_names() -> None:
    assert got(plan([owed("a", 400)], [receipt("r", 400, "p2")], names("a"))) == {}


def test_a_receipt_whose_part_was_allocated_for_somebody_names_others_as_before() -> None:
    rest = receipt("r", 500, "p2")._replace(identified=False)
    assert got(plan([owed("a", 500)], [rest], names("a"))) == {"a": {"receipt-r": 500}}
    # It is no longer what an item of the same amount is.
    assert got(plan([owed("a", 500)], [rest], [Names("r", "a", by_amount=True)])) == {}


def test_what_is_held_gets_only_what_names_it() -> None:
    items = [owed("a", 400, held=True), owed("b", 400, 1)]
    assert got(plan(items, [credit(400)], [])) == {"b": {"account-p1": 400}}
    assert got(plan(items, [receipt("r", 400)], names("a"))) == {"a": {"receipt-r": 400}}
    assert got(plan(items, [receipt("r", 400)], names("a", "b"))) == {"b": {"receipt-r": 400}}


def test_currencies_are_kept_apart() -> None:
    items, euros = [owed("a", 400)], [credit(400, currency="EUR"), receipt("r", 400, currency="EUR")]
    assert got(plan(items, euros, names("a"))) == {}
    assert got(plan([*items, owed("e", 400, currency="EUR")], euros, [])) == {"e": {"account-p1": 400}}


def test_the_guardians_money_is_for_his_items_and_the_childs_but_the_childs_is_only_its_own() -> None:
    items = [owed("his", 200, 0, "g"), owed("hers", 300, 1, "child", "g")]
    assert got(plan(items, [credit(400, "g")], [])) == {"his": {"account-g": 200}, "hers": {"account-g": 200}}
    assert got(plan(items, [credit(400, "child")], [])) == {"hers": {"account-child": 300}}


def test_items_without_money_are_not_in_the_plan() -> None:
    assert plan([owed("a", 400)], [credit(400, "p2")], names("a")) == {}


@pytest.mark.parametrize(
    ("why", "found", "listed", "counts"),
    [
        ("one_digit_off", 9, 5, True),
        ("same_amount", 5, 5, True),
        ("same_amount", 6, 5, False),
        ("same_amount", None, 5, False),
    ],
)
def test_of_many_items_with_one_amount_none_is_likelier(why: str, found: int | None, listed: int, counts: bool) -> None:
    review = {"receipt_id": "r", "item_id": "a", "why": why, "found": found, "listed": listed}
    assert decided_about([review]) == ([Names("r", "a", why == "same_amount")] if counts else [])


def test_an_equal_amount_does_not_count_beside_what_the_receipt_names():
    named = {"receipt_id": "r", "item_id": "a", "why": "exact_reference", "found": 1, "listed": 2}
    equal = {"receipt_id": "r", "item_id": "b", "why": "same_amount", "found": 2, "listed": 2}
    assert decided_about([equal, named]) == names("a")


def test_an_invoices_number_counts_and_takes_nothing_from_an_equal_amount():
    numbered = {"receipt_id": "r", "item_id": "a", "why": "same_number", "found": 2, "listed": 2}
    equal = {"receipt_id": "r", "item_id": "b", "why": "same_amount", "found": 2, "listed": 2}
    assert decided_about([equal, numbered]) == [Names("r", "b", by_amount=True), Names("r", "a")]
    near = {"receipt_id": "r", "item_id": "c", "why": "one_digit_off", "found": 3, "listed": 3}
    assert decided_about([equal, numbered, near]) == names("a", "c")


@pytest.mark.parametrize("seed", range(200))
def test_nothing_is_shared_out_that_is_not_there_and_what_is_kept_and_taken_fits(seed: int) -> None:
    rng = random.Random(seed)
    payers = ["p1", "p2", "child"]
    items = []
    for number in range(rng.randrange(1, 9)):
        account = rng.choice(payers)
        to = "p1" if account == "child" else account
        items.append(owed(f"i{number}", rng.randrange(1, 9), rng.randrange(4), account, to, held=rng.random() < 0.2))
    money = [receipt(str(one), rng.randrange(1, 12), rng.choice([*payers, None]), day=one) for one in range(4)]
    money = [one._replace(identified=rng.random() < 0.5) for one in money]
    money += [credit(rng.randrange(1, 12), account) for account in payers if rng.random() < 0.5]
    named = [
        Names(str(rng.randrange(4)), rng.choice(items).item_id, rng.random() < 0.2) for _ in range(rng.randrange(6))
    ]
    there = {one.document: one.amount_minor for one in money}
    taken: dict[str, Counter[str]] = {}
    for item in items:
        planned = plan(items, money, named).get(item.item_id)
        if planned is None:
            continue
        assert sum(part.amount_minor for part in planned.parts) <= item.open_minor
        kept = {one.document: one.kept_minor for one in planned.may_pay}
        assert len(kept) == len(planned.may_pay)
        for part in planned.parts:
            taken.setdefault(item.to, Counter())[part.money.document] += part.amount_minor
            assert kept[part.money.document] + part.amount_minor <= there[part.money.document]
        # What a rule makes of the evidence is what was planned.
        left = item.open_minor
        for one in planned.may_pay:
            left -= max(min(left, there[one.document] - one.kept_minor), 0)
        assert item.open_minor - left == sum(part.amount_minor for part in planned.parts)
    assert all(amount <= there[document] for of in taken.values() for document, amount in of.items())
