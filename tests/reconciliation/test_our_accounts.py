"""Our accounts on real books: the opening balance contains what was booked before it; a number names one account."""

from __future__ import annotations

from datetime import timedelta

from ledger.domain.bank.account import RecordBankOpening
from ledger.domain.bank.alias import Alias
from ledger.domain.terms.entity import DeclareTerms, Terms
from reconciliation.statements.camt.writer import CamtStatement, write_camt053
from tests.kit.care import declare_bank_account
from tests.kit.clinic import ACCOUNT, DAY, PRICE, Clinic, paid, reference_of, statement

BEFORE = DAY - timedelta(days=1)


def test_what_was_booked_up_to_the_day_of_the_opening_balance_is_counted_and_not_booked(clinic: Clinic):
    clinic.do(RecordBankOpening(bank_account=ACCOUNT, as_of=BEFORE, balance_minor=30_00, source="letter"), on=BEFORE)
    entries = [paid(30_00, None, "b1", on=BEFORE), paid(20_00, None, "b2")]
    clinic.load(statement(entries, on=BEFORE, to=DAY))

    assert [fact.payment.amount_minor for fact in clinic.facts("ReceiptRecorded")] == [20_00]
    (loaded,) = clinic.facts("FileCompleted")
    assert (loaded.loaded.before_opening, loaded.loaded.seen_before) == (1, 0)
    rows = clinic.books.report("trial-balance", DAY).table.to_pylist()
    ours = [(row["account"], row["balance_minor"]) for row in rows if row["bank_account"] == ACCOUNT]
    assert ours == [("1930", 50_00)]
    opened = clinic.books.report("trial-balance", BEFORE).table.to_pylist()
    assert {row["role"]: row["balance_minor"] for row in opened if row["role"] in ("bank", "opening")} == {
        "bank": 30_00,
        "opening": -30_00,
    }


def test_one_number_in_two_currencies_is_two_accounts_and_a_file_declares_the_second(clinic: Clinic):
    clinic.do(DeclareTerms(terms=Terms(currencies=("SEK", "EUR"))))
    clinic.load(statement([paid(5_00, None, "e1")], currency="EUR"), declare=True)

    (fact,) = clinic.facts("ReceiptRecorded")
    assert fact.payment.bank_account == f"{ACCOUNT}-EUR"
    rows = clinic.books.report("bank", DAY).table.to_pylist()
    assert [(row["currency"], row["ledger_account"]) for row in rows] == [("SEK", "1930"), ("EUR", "1931")]


def test_a_file_may_name_an_account_by_any_of_its_numbers_however_written(clinic: Clinic):
    clinic.do(declare_bank_account("main", aliases=(Alias("6112345678901", "bban"), Alias("5050109", "bankgiro"))))
    clinic.load(statement([paid(5_00, None, "e1")], account="6112-345 678 901"))

    (fact,) = clinic.facts("ReceiptRecorded")
    assert fact.payment.bank_account == "main"


def test_of_the_accounts_of_a_file_all_are_declared_or_none(clinic: Clinic):
    at = f"{DAY}T20:00:00"

    def stated(account: str) -> CamtStatement:
        return CamtStatement(f"S-{account[:3]}", account, "SEK", 1, at, DAY, DAY, [], 0)

    before = clinic.count("BankAccountDeclared")
    (refused,) = clinic.load(write_camt053("M", at, [stated("999"), stated("9" * 41)]), declare=True)
    assert [(one.code, one.raw_position) for one in refused.refusals] == [
        ("bank_number_malformed", "account ending 9999")
    ]
    assert clinic.count("BankAccountDeclared") == before
    (accepted,) = clinic.load(write_camt053("M", at, [stated("999"), stated("888")]), declare=True)
    assert accepted.status == "new"
    assert clinic.count("BankAccountDeclared") == before + 2


def test_a_file_whose_account_cannot_be_declared_says_why(clinic: Clinic):
    clinic.do(*(declare_bank_account(f"b{number}", ledger_account=str(number)) for number in range(1931, 1950)))
    file = statement([paid(PRICE, reference_of(0), "b1")], account="999")

    for rehearsed in (True, False):
        (refused,) = clinic.load(file, declare=True, rehearsed=rehearsed)
        (reason,) = refused.refusals
        assert (reason.code, reason.raw_position) == ("ledger_account_missing", "account ending 999")
        assert "--ledger-account" in reason.sentence
