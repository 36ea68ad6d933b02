"""Mandates as they are said to Bankgirot: once, whatever stops the program, with what only the vault knows."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest

from infra.desk import order_folder
from infra.desk.desk import Desk
from infra.settings import load
from tests.infra.cli.clinic import IBAN, Clinic, today
from tests.infra.cli.test_payment_order import put

ORDER = f"mandate order --bank-account {IBAN} --customer 471117"
ACCOUNT, IDENTITY = "8901-3232323232", "191212121212"


class Killed(BaseException):
    """The program was killed at this point."""


def killed(*_: object, **__: object) -> NoReturn:
    raise Killed


@pytest.fixture
def asked(clinic: Clinic) -> Clinic:
    """Both payers have given mandates for Autogiro; the vault knows the account of the first one."""
    clinic.reskontra(f"bank-account declare {IBAN} --currency SEK --alias 991-2346")
    for account, number in (("p1", 101), ("p2", 102)):
        clinic.reskontra(f"mandate request {account} --number {number} --scheme autogiro --bank-account {IBAN}")
    put(clinic, "p1", "payer_account", ACCOUNT)
    put(clinic, "p1", "personal_number", IDENTITY)
    return clinic


def files(clinic: Clinic) -> list[str]:
    found = load(clinic.reskontra.environ, clinic.folder).mandate_orders
    return sorted(one.suffix for one in found.iterdir() if one.suffix in (".txt", ".prepared"))


def waits(clinic: Clinic) -> dict[str, str | None]:
    return {row["mandate_id"]: row["waits_for"] for row in clinic.reskontra.json("mandate list --ended")["rows"]}


def test_the_file_has_what_the_vault_knows_and_nothing_else_has_it(asked: Clinic):
    made = asked.reskontra.json(ORDER, code=3)
    assert [(one["code"], one["about"]) for one in made["problems"]] == [("payer_unknown", "mandate 102")]
    (total,) = made["totals"]
    first, mandate = Path(total["file"]).read_text("latin-1").splitlines()
    assert first == f"01{today():%Y%m%d}AUTOGIRO{'':44}4711170009912346  "
    assert mandate == f"040009912346{'101':0>16}8901003232323232{IDENTITY}{'':24}"
    assert Path(total["file"]).stat().st_mode & 0o077 == 0
    # What no source at hand says for certain is said to whoever relies on it.
    assert total["rules_confirmed"] is False
    shown = asked.reskontra(ORDER, code=1)
    for text in (str(made), shown.out, shown.err, str(asked.reskontra.json("history 101")["rows"])):
        assert ACCOUNT not in text
        assert IDENTITY not in text
    assert waits(asked) == {"101": "bank", "102": "file"}
    read = asked.reskontra.json("vault log --subject p1")["rows"]
    assert {"direct_debit"} <= {row["purpose"] for row in read}


def test_all_that_is_missing_of_a_payer_is_named_at_once(asked: Clinic):
    put(asked, "p2", "name", "Bo Ek")
    lacking = [(one["code"], one["about"]) for one in asked.reskontra.json(f"{ORDER} 102", code=1)["problems"]]
    assert lacking == [("payer_account_missing", "mandate 102"), ("payer_identity_not_swedish", "mandate 102")]
    put(asked, "p2", "personal_number", IDENTITY)
    assert [one["code"] for one in asked.reskontra.json(f"{ORDER} 102", code=1)["problems"]] == [
        "payer_account_missing"
    ]


def test_it_is_not_said_twice_with_its_key_or_without(asked: Clinic):
    first = asked.reskontra.json(f"{ORDER} 101 --key k1")
    again = asked.reskontra.json(f"{ORDER} 101 --key k1")
    assert (again["rows"], again["totals"][0]["sha256"]) == ([], first["totals"][0]["sha256"])
    assert [one["code"] for one in asked.reskontra.json(f"{ORDER} 101", code=1)["problems"]] == ["mandate_not_to_send"]
    assert files(asked) == [".txt"]


def test_killed_before_it_is_recorded_the_next_run_says_it_once(asked: Clinic, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patched:
        patched.setattr(Desk, "record_together", killed)
        with pytest.raises(Killed):
            asked.reskontra(f"{ORDER} 101")
    assert (files(asked), waits(asked)["101"]) == ([".prepared"], "file")
    assert len(asked.reskontra.json(f"{ORDER} 101")["rows"]) == 1
    assert files(asked) == [".txt"]


def test_killed_after_it_is_recorded_the_next_run_names_the_same_file(asked: Clinic, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patched:
        patched.setattr(order_folder.OrderFolder, "name", killed)
        with pytest.raises(Killed):
            asked.reskontra(f"{ORDER} 101")
    assert (files(asked), waits(asked)["101"]) == ([".prepared"], "bank")
    made = asked.reskontra.json(ORDER, code=1)
    assert (made["rows"], len(made["totals"]), files(asked)) == ([], 1, [".txt"])
