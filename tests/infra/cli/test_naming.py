"""What people type for things, amounts and days, from one command to the next."""

from __future__ import annotations

from tests.infra.cli.clinic import Clinic


def test_what_one_command_shows_is_what_the_next_one_takes(loaded: Clinic):
    reskontra = loaded.reskontra
    reskontra("hold place 1003 --reason DISPUTE --id hold-1")
    (held,) = reskontra.json("hold list")["rows"]
    assert (held["item_id"], held["number"], held["reference"]) == ("i3.1", 1003, loaded.reference["i3"])
    assert "1003" in reskontra("hold list").out
    reskontra(f"hold lift {held['reference']} hold --reason SETTLED")
    receipt = loaded.unmatched()
    (row,) = reskontra.json(f"allocate {receipt[-6:]} --item 1003=10,50 --id allocation-1")["rows"]
    assert (row["receipt_id"], row["unallocated_minor"]) == (receipt, 24_50)
    (row,) = reskontra.json(f"allocate {receipt[:14]} --reverse allo")["rows"]
    assert (row["allocation_id"], row["unallocated_minor"]) == ("allocation-1", 35_00)
    (row,) = reskontra.json("credit 1003 --reason SERVICE --series cre --line 1=0.50")["rows"]
    assert (row["invoice_id"], row["amount_minor"]) == ("i3", 50)
    assert {row["stream"] for row in reskontra.json("history invoice-1003")["rows"]} == {"invoice-i3"}


def test_an_amount_has_the_decimals_of_its_currency(clinic: Clinic):
    issue = "invoice issue --account p1 --series inv --service X"
    assert clinic.reskontra(f"{issue} --amount 1.5 --currency JPY --json", code=1).codes == ["amount_malformed"]
    clinic.reskontra("entity declare --currencies SEK --currencies JPY --currencies KWD --currencies EUR")
    for typed, currency, amount in (("1500", "JPY", 1500), ("1.5", "KWD", 1500), ("1.5", "EUR", 150)):
        (row,) = clinic.reskontra.json(f"{issue} --amount {typed} --currency {currency}")["rows"]
        assert [one["amount_minor"] for one in row["items"]] == [amount]


def test_today_and_yesterday_are_the_entitys_own_days(clinic: Clinic):
    today = clinic.reskontra.json("aging")["as_of"]
    assert clinic.reskontra.json("aging --as-of today")["as_of"] == today
    assert clinic.reskontra.json("aging --as-of yesterday")["as_of"] < today


def test_a_name_that_may_be_several_things_is_refused_with_what_it_may_be(loaded: Clinic):
    loaded.reskontra("account open p1-more --payer patient")
    loaded.reskontra("account open p1-most --payer patient")
    answered = loaded.reskontra("account-statement p1-m --json", code=1)
    assert answered.codes == ["account_ambiguous"]
    assert "2 accounts: p1-more (payer patient, opened " in answered.json["problems"][0]["sentence"]
    assert loaded.reskontra.json("account-statement p1")["ok"]
