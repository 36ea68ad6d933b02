"""Direct debits as people order them: written once, whatever stops the program, and never for more than is open."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest

from infra.desk import order_folder
from infra.desk.desk import Desk
from infra.settings import load
from tests.infra.cli.clinic import IBAN, Clinic, today
from tests.infra.cli.command_line import Answers, Reskontra
from tests.infra.cli.test_payment_order import put

ORDER = f"collection order --bank-account {IBAN} --scheme autogiro --customer 471117"

ANSWERS: Answers = {
    "mandate request": (f"p1 --number 101 --scheme autogiro --bank-account {IBAN}", 0),
    "mandate order": (f"--bank-account {IBAN} --customer 471117", 0),
    "mandate accept": ("none", 1),
    "mandate reject": ("none --reason AG-04-23", 1),
    "mandate amend": ("none --reason NEW_BANK", 1),
    "mandate cancel": ("none --reason AG-46-02", 1),
    "mandate list": ("", 0),
    "collection order": (f"--bank-account {IBAN} --scheme autogiro --customer 471117", 0),
    "collection settle": ("none --receipt none", 1),
    "collection reopen": ("none --reason MISTAKE", 1),
    "collection fail": ("none --reason X", 1),
    "collection list": ("", 0),
}


class Killed(BaseException):
    """The program was killed at this point."""


def later(days: int = 60) -> date:
    return today() + timedelta(days=days)


@pytest.fixture
def agreed(clinic: Clinic) -> Clinic:
    """Both payers have given mandates for Autogiro; nobody has paid."""
    reskontra = clinic.reskontra
    reskontra(f"bank-account declare {IBAN} --currency SEK --alias 991-2346")
    for account, number in (("p1", 101), ("p2", 102)):
        reskontra(f"mandate request {account} --number {number} --scheme autogiro --bank-account {IBAN}")
        reskontra(f"mandate accept {number}")
    return clinic


def test_the_history_of_a_mandate_and_of_a_direct_debit_is_found_by_name(agreed: Clinic):
    reskontra = agreed.reskontra
    texts = [row["text"] for row in reskontra.json("history 101")["rows"]]
    assert texts[0].startswith("Mandate 101 for direct debits requested")
    assert reskontra.json("history mandate-102")["rows"][0]["stream"] == "mandate-102"
    ordered = reskontra.json(f"{ORDER} --on {later()}")["rows"][0]
    id = ordered["collection_id"]
    assert [row["stream"] for row in reskontra.json(f"history {id}")["rows"]] == [f"collection-{id}"]
    assert "mandate or direct debit is called" in reskontra("history NOBODY-7", code=1).err
    assert reskontra("history", "mandate-NOBODY", "--json", code=1).codes == ["mandate_unknown"]


def folder(clinic: Clinic) -> Path:
    return load(clinic.reskontra.environ, clinic.folder).direct_debits


def files(clinic: Clinic) -> list[str]:
    found = folder(clinic)
    return (
        sorted(one.suffix for one in found.iterdir() if one.suffix in (".txt", ".prepared")) if found.exists() else []
    )


def statuses(clinic: Clinic) -> list[tuple[str, str]]:
    return sorted((row["reference"], row["status"]) for row in clinic.reskontra.json("collection list --ended")["rows"])


def killed(*_: Any, **__: Any) -> NoReturn:
    raise Killed


def stopped(reskontra: Reskontra, command: str) -> None:
    with pytest.raises(Killed):
        reskontra(command)


def test_the_file_has_each_payment_as_bankgirot_reads_it(agreed: Clinic):
    made = agreed.reskontra.json(f"{ORDER} --on {later()}")
    (total,) = made["totals"]
    day = date.fromisoformat(total["due_on"])
    first, *debits = Path(total["file"]).read_text("latin-1").splitlines()
    assert first == f"01{today():%Y%m%d}AUTOGIRO{'':44}4711170009912346  "
    references = {row["reference"]: row for row in made["rows"]}
    assert len(debits) == 3
    # What the scheme demands was not seen in the scheme's own words.
    assert total["rules_confirmed"] is False
    assert "Bankgirot" in total["rules_source"]
    for debit in debits:
        row = references[debit[53:69].rstrip()]
        assert debit[:11] == f"82{day:%Y%m%d}0"
        assert debit[15:31] == row["mandate_id"].zfill(16)
        assert debit[31:43] == str(row["amount_minor"]).zfill(12)
        assert (debit[43:53], len(debit)) == ("0009912346", 80)


def test_it_is_not_written_twice_with_its_key_or_without(agreed: Clinic):
    first = agreed.reskontra.json(f"{ORDER} --on {later()} --key k1")
    again = agreed.reskontra.json(f"{ORDER} --on {later()} --key k1")
    assert (again["rows"], again["totals"][0]["sha256"]) == ([], first["totals"][0]["sha256"])
    assert agreed.reskontra.json(f"{ORDER} --on {later()}")["rows"] == []
    assert files(agreed) == [".txt"]


def test_killed_before_it_is_recorded_nothing_is_ordered_and_the_next_run_orders_once(
    agreed: Clinic, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patched:
        patched.setattr(Desk, "record_together", killed)
        stopped(agreed.reskontra, f"{ORDER} --on {later()}")
    assert (files(agreed), statuses(agreed)) == ([".prepared"], [])
    assert len(agreed.reskontra.json(f"{ORDER} --on {later()}")["rows"]) == 3
    assert files(agreed) == [".txt"]


def test_killed_after_it_is_recorded_the_next_run_names_the_same_file(agreed: Clinic, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patched:
        patched.setattr(order_folder.OrderFolder, "name", killed)
        stopped(agreed.reskontra, f"{ORDER} --on {later()}")
    (prepared,) = (one for one in folder(agreed).iterdir() if one.suffix == ".prepared")
    content = prepared.read_bytes()
    assert {status for _, status in statuses(agreed)} == {"ordered"}
    made = agreed.reskontra.json(f"{ORDER} --on {later()}")
    (total,) = made["totals"]
    assert (made["rows"], Path(total["file"]).read_bytes(), files(agreed)) == ([], content, [".txt"])


def test_paid_by_hand_while_the_file_is_written_stops_the_whole_file(agreed: Clinic, monkeypatch: pytest.MonkeyPatch):
    record = Desk.record_together

    def late(desk: Desk, *given: Any, **named: str) -> Any:
        agreed.reskontra("hold place 1001 --reason DISPUTE")
        return record(desk, *given, **named)

    with monkeypatch.context() as patched:
        patched.setattr(Desk, "record_together", late)
        assert agreed.reskontra(f"{ORDER} --on {later()} --json", code=1).codes == ["item_held"]
    assert statuses(agreed) == []


def test_what_cannot_be_ordered_is_named_with_its_reason(agreed: Clinic):
    reskontra = agreed.reskontra
    assert reskontra(f"{ORDER} --on 2020-01-01 --json", code=1).codes == ["due_day_too_early"]
    assert reskontra(f"{ORDER} 99 --on {later()} --json", code=1).codes == ["nothing_to_collect"]
    without = ORDER.replace("--customer 471117", "--customer 47")
    assert reskontra(f"{without} --on {later()} --json", code=1).codes == ["customer_number_malformed"]
    reskontra("hold place 1001 --reason DISPUTE")
    made = reskontra(f"{ORDER} --on {later()} --json", code=3)
    assert made.codes == ["item_held"]
    assert len(statuses(agreed)) == 2


def test_a_mandate_that_ends_says_what_is_under_way(agreed: Clinic):
    agreed.reskontra(f"{ORDER} --on {later()}")
    assert "1 collection with it under way" in agreed.reskontra("mandate cancel 102 --reason ASKED").out


def test_a_person_says_what_became_of_it_and_saying_it_again_changes_nothing(agreed: Clinic):
    reskontra = agreed.reskontra
    made = reskontra.json(f"{ORDER} --on {later()}")
    first, second, _ = (row["collection_id"] for row in made["rows"])
    amount = made["rows"][1]["amount_minor"] // 100
    reskontra(f"receipt record --amount {amount}.00 --currency SEK --rail cash --id r1 --on {today()}")
    for command in (f"fail {first} --reason X --key k1", f"settle {second} --receipt r1 --key k2"):
        reskontra(f"collection {command}")
        assert reskontra.json(f"collection {command}")["rows"][0]["status"] == "nothing_new"
    assert sorted(status for _, status in statuses(agreed)) == ["failed", "ordered", "settled"]


def test_a_direct_debit_is_named_by_what_it_collects(agreed: Clinic):
    made = agreed.reskontra.json(f"{ORDER} --on {later()}")
    first, *_ = made["rows"]
    agreed.reskontra(f"collection fail {first['reference']} --reason X")
    assert (first["reference"], "failed") in statuses(agreed)
    unknown = agreed.reskontra("collection fail 4711999 --reason X --json", code=1)
    assert unknown.codes == ["collection_unknown"]


def test_the_day_of_the_payments_is_said_and_why_it_is_another_one(agreed: Clinic):
    moved = agreed.reskontra(f"{ORDER} --on {_next_saturday(later())}").out
    saturday = _next_saturday(later())
    assert f", because {saturday} is no bank day of the scheme" in moved
    assert f"due {saturday}" not in moved


def test_nothing_that_can_be_collected_says_why(agreed: Clinic):
    billed = f"invoice issue --series inv --amount 10.00 --currency SEK --service VISIT --due-on {later(100)}"
    agreed.reskontra(f"{billed} --account p1 --id late1")
    agreed.reskontra(f"{billed} --account p3 --payer patient --id late2")
    agreed.reskontra(f"{ORDER} --on {later()}")
    again = agreed.reskontra.json(f"{ORDER} --on {later(61)}")
    assert [(one["name"], one["why"], one["count"]) for one in again["totals"]] == [
        ("others", f"payable later, {later(100)} at the earliest", 1),
        ("others", "of a payer without a mandate that holds for this bank account and scheme", 1),
        ("others", "with a direct debit that the bank has not answered", 3),
    ]
    assert "nothing can be collected: 1 request payable later, " in agreed.reskontra(f"{ORDER} --on {later(61)}").out
    reference = agreed.reskontra.json("collection list")["rows"][0]["reference"]
    (named,) = agreed.reskontra.json(f"{ORDER} {reference} --on {later(61)}", code=1)["problems"]
    assert (named["code"], named["about"]) == ("nothing_to_collect", reference)
    assert "the bank has not answered" in named["sentence"]
    (unknown,) = agreed.reskontra.json(f"{ORDER} 4711999 --on {later(61)}", code=1)["problems"]
    assert "or no request has it" in unknown["sentence"]


def _next_saturday(day: date) -> date:
    return day + timedelta(days=(5 - day.weekday()) % 7)


def test_what_the_bank_does_not_answer_is_late_after_its_days(agreed: Clinic, monkeypatch: pytest.MonkeyPatch):
    agreed.reskontra(f"{ORDER} --on {later()}")
    due = date.fromisoformat(agreed.reskontra.json("collection list")["rows"][0]["due_on"])
    monkeypatch.setattr(Desk, "today", property(lambda _: due + timedelta(days=3)))
    assert [one["name"] for one in agreed.reskontra.json("collection list")["totals"]] == ["found"]
    monkeypatch.setattr(Desk, "today", property(lambda _: due + timedelta(days=12)))
    totals = agreed.reskontra.json("collection list")["totals"]
    assert [one["name"] for one in totals] == ["late", "late", "late", "found"]
    assert "3 direct debits without an answer for too long" in agreed.reskontra("collection list").out


def test_without_a_bankgiro_nothing_is_ordered(clinic: Clinic):
    clinic.reskontra(f"mandate request p1 --number 101 --scheme autogiro --bank-account {IBAN} --notice-days 0")
    clinic.reskontra("mandate accept 101")
    made = clinic.reskontra(f"{ORDER} --on {later()} --json", code=1)
    assert made.codes == ["bank_account_without_bankgiro"]


def test_a_sepa_file_needs_our_name_and_identifier_and_the_payers_account(clinic: Clinic):
    reskontra = clinic.reskontra
    sepa = f"collection order --bank-account {IBAN} --scheme sepa_core --on {later()} --json"
    customer = "--customer DE98ZZZ09999999999"
    reskontra("entity declare --currencies SEK --currencies EUR")
    reskontra(f"bank-account declare {IBAN} --currency EUR --id euro")
    sepa = sepa.replace(IBAN, "euro")
    reskontra("invoice issue --account p1 --series inv --amount 10.00 --currency EUR --service VISIT --id e1")
    given = f"--number M-1 --scheme sepa_core --bank-account euro --signed-on {later(-1)} --notice-days 1"
    reskontra(f"mandate request p1 {given}")
    assert reskontra(f"{sepa} --customer DE97ZZZ09999999999", code=1).codes == ["creditor_identifier_malformed"]
    assert reskontra(f"{sepa} {customer}", code=1).codes == ["legal_name_missing"]
    reskontra("entity declare --legal-name Kliniken")
    assert reskontra(f"{sepa} {customer} --bic swe", code=1).codes == ["bic_malformed"]
    assert reskontra(f"{sepa} {customer}", code=1).codes == ["payer_unknown"]
    put(clinic, "p1", "name", "Eva Ek")
    assert reskontra(f"{sepa} {customer}", code=1).codes == ["payer_account_missing"]
    put(clinic, "p1", "payer_account", "BG 5050-1055")
    assert reskontra(f"{sepa} {customer}", code=1).codes == ["payer_account_no_iban"]
    put(clinic, "p1", "payer_account", "SE3550000000054910000003")
    made = reskontra.json(f"{sepa} {customer}".removesuffix(" --json"))
    content = Path(made["totals"][0]["file"]).read_text("utf-8")
    (row,) = made["rows"]
    assert f"<EndToEndId>{row['collection_id']}</EndToEndId>" in content
    assert "<MndtId>M-1</MndtId>" in content
    assert "<Cd>CORE</Cd>" in content
