"""Vouchers for the general ledger, read by another reader; and the general ledger's own file beside our ledger."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from infra.desk.sie_content import organisation_number
from tests.infra.cli.clinic import IBAN, Clinic
from tests.infra.cli.command_line import Answers, Reskontra
from tests.kit.plain_sie import Plain, read_plainly

OCTOBER, YEAR = "--period 2026-10", "--from 2026-01-01 --to 2026-12-31"


def exported(reskontra: Reskontra, path: Path, how: str, kind: str = "4I") -> Plain:
    reskontra(f"sie export {path} {how} --type {kind}")
    return read_plainly(path.read_bytes(), kind)


def balances(reskontra: Reskontra, on: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for row in reskontra.json(f"trial-balance --as-of {on}")["rows"]:
        found[row["account"]] = found.get(row["account"], Decimal()) + Decimal(row["balance_minor"]) / 100
    return {account: amount for account, amount in found.items() if amount}


def test_another_reader_sees_our_vouchers_with_our_numbers_days_and_sums(loaded: Clinic, tmp_path: Path):
    reskontra = loaded.reskontra
    plain = exported(reskontra, tmp_path / "oct.si", YEAR)
    rows = reskontra.json("journal --as-of 2026-12-31")["rows"]
    assert [(one.series, one.number, one.day) for one in plain.vouchers] == [
        ("KR", str(row["number"]), row["accounting_date"].replace("-", "")) for row in rows if row["line"] == 1
    ]
    assert plain.sums() == balances(reskontra, "2026-12-31")
    assert {tuple(objects) for one in plain.vouchers for account, objects, _ in one.lines if account == "1930"} == {
        ("20", IBAN)
    }


def test_a_file_has_the_vouchers_of_its_days_and_says_their_sums(loaded: Clinic, tmp_path: Path):
    reskontra = loaded.reskontra
    said = reskontra.json(f"sie export {tmp_path / 'oct.si'} {OCTOBER}")
    plain = read_plainly((tmp_path / "oct.si").read_bytes(), "4I")
    assert {one.day[:6] for one in plain.vouchers} == {"202610"}
    changes = {row["account"]: Decimal(row["change_minor"]) / 100 for row in said["rows"]}
    assert plain.sums() == {account: amount for account, amount in changes.items() if amount}
    assert said["totals"][0]["vouchers"] == len(plain.vouchers) == 3
    later = exported(reskontra, tmp_path / "new.si", f"{YEAR} --after {said['known_at']}")
    assert later.vouchers == []
    ahead = f"sie export {tmp_path / 'ahead.si'} {YEAR} --after {said['known_at'] + 1} --json"
    assert reskontra(ahead, code=1).codes == ["known_at_unknown"]
    assert not (tmp_path / "ahead.si").exists()
    assert reskontra(f"sie export {tmp_path / 'oct.si'} {OCTOBER} --json", code=1).codes == ["file_exists"]


def test_an_opening_balance_is_an_opening_balance_and_no_voucher(loaded: Clinic, tmp_path: Path):
    reskontra = loaded.reskontra
    reskontra(f"bank-account opening {IBAN} 1000 --as-of 2026-10-31 --source letter")
    plain = exported(reskontra, tmp_path / "v.si", YEAR)
    assert not any(one.text.startswith("bankaccount") for one in plain.vouchers)
    assert "opening balances are not in the file" in reskontra(f"sie export {tmp_path / 'w.si'} {YEAR}").out
    whole = exported(reskontra, tmp_path / "v.se", YEAR, "4E")
    assert whole.balances("IB") == {"1930": Decimal(1000), "2091": Decimal(-1000)}
    assert whole.balances("UB") | whole.balances("RES") == balances(reskontra, "2026-12-31")
    moved = {account: whole.sums().get(account, Decimal()) for account in {*whole.balances("UB"), *whole.sums()}}
    ends = whole.balances("UB") | whole.balances("RES")
    assert all(ends.get(one, 0) == whole.balances("IB").get(one, 0) + moved[one] for one in moved)


def test_results_of_earlier_years_are_on_the_account_of_equity(clinic: Clinic, tmp_path: Path):
    reskontra, later = clinic.reskontra, tmp_path / "2027.se"
    said = reskontra.json(f"sie export {later} --from 2027-01-01 --to 2027-12-31 --type 4E")
    plain = read_plainly(later.read_bytes(), "4E")
    assert plain.balances("IB") == {"1510": Decimal(750), "2091": Decimal(-750)}
    assert plain.balances("UB") == plain.balances("IB")
    assert sum((plain.balances("UB") | plain.balances("RES")).values()) == 0
    assert {row["account"]: row["opening_minor"] for row in said["rows"]} == {"1510": 75000, "2091": -75000}
    assert not any(row["difference_minor"] for row in reskontra.json(f"sie compare {later}")["rows"])


def test_the_result_in_a_file_is_that_of_its_year_alone(clinic: Clinic, tmp_path: Path):
    clinic.issue("i4", "p2", 100_00, "2027-01-10")
    plain = exported(clinic.reskontra, tmp_path / "2027.se", "--from 2027-01-01 --to 2027-12-31", "4E")
    assert plain.balances("RES") == {"3004": Decimal(-100)}
    assert plain.balances("UB") == {"1510": Decimal(850), "2091": Decimal(-750)}


def test_a_file_has_one_currency_and_the_others_have_files_of_their_own(clinic: Clinic, tmp_path: Path):
    reskontra = clinic.reskontra
    reskontra("entity declare --currencies SEK --currencies EUR")
    euros = "--account p1 --series inv --amount 9.50 --currency EUR --service VISIT --issued-on 2026-10-05"
    reskontra(f"invoice issue {euros}")
    kronor = exported(reskontra, tmp_path / "sek.si", OCTOBER)
    said = reskontra(f"sie export {tmp_path / 'again.si'} {OCTOBER}").out
    assert "1 voucher in EUR of these days not in the file, which has one currency; --currency EUR writes them" in said
    assert kronor.sums() == {"1510": Decimal(750), "3004": Decimal(-750)}
    other = exported(reskontra, tmp_path / "eur.si", f"{OCTOBER} --currency EUR")
    assert (other.records["VALUTA"], other.sums()) == ([["EUR"]], {"1510": Decimal("9.5"), "3004": Decimal("-9.5")})
    # The numbers count all vouchers of the year, whatever their currency.
    assert [one.number for one in other.vouchers] == ["4"]


def test_names_and_quotation_marks_survive_and_what_the_code_page_lacks_is_a_question_mark(
    loaded: Clinic, tmp_path: Path
):
    reskontra = loaded.reskontra
    reskontra("entity", "declare", "--legal-name", 'Åsas "Öga" AB €', "--vat-number", "SE556677889901")
    plain = exported(reskontra, tmp_path / "n.si", OCTOBER)
    assert (plain.records["FNAMN"], plain.records["ORGNR"]) == ([['Åsas "Öga" AB ?']], [["556677-8899"]])


@pytest.mark.parametrize(
    ("vat", "found"),
    [
        ("SE556677889901", "556677-8899"),
        ("SE800101123401", None),
        # Born in December.
        ("SE701224123401", None),
        (None, None),
        ("DE123456789", None),
    ],
)
def test_a_persons_number_is_never_told(vat: str | None, found: str | None):
    assert organisation_number(vat) == found


def test_a_mapping_that_changed_gives_each_voucher_the_account_of_its_day(loaded: Clinic, tmp_path: Path):
    reskontra = loaded.reskontra
    reskontra("mapping set ar_patient 1512 --from 2026-10-02 --source board")
    plain = exported(reskontra, tmp_path / "m.si", OCTOBER)
    debits = [(one.day, one.lines[0][0]) for one in plain.vouchers]
    assert debits == [("20261001", "1510"), ("20261002", "1512"), ("20261003", "1512")]


def general_ledger(clinic: Clinic, path: Path, change: Any = None) -> Path:
    """The file of a general ledger that has read all our vouchers; with something changed."""
    clinic.reskontra(f"sie export {path} {YEAR} --type 4E")
    text = path.read_bytes().decode("cp437")
    if change is not None:
        changed = change(text)
        assert changed != text
        path.write_bytes(changed.encode("cp437"))
    return path


def test_a_general_ledger_that_has_read_our_vouchers_agrees(loaded: Clinic, tmp_path: Path):
    answer = loaded.reskontra.json(f"sie compare {general_ledger(loaded, tmp_path / 'gl.se')}")
    assert answer["ok"]
    assert all(row["difference_minor"] == 0 for row in answer["rows"])
    assert {"1510", "1930", "3004"} <= {row["account"] for row in answer["rows"]}
    # Suppliers are paid from the general ledger, so their account is not compared.
    assert "2440" not in {row["account"] for row in answer["rows"]}


def test_a_voucher_that_the_general_ledger_lacks_is_named(loaded: Clinic, tmp_path: Path):
    def without_the_first(text: str) -> str:
        start = text.index("#VER")
        end = text.index("\r\n}\r\n", start) + len("\r\n}\r\n")
        lacking = text[:start] + text[end:]
        return lacking.replace("#RES 0 3004 -750.00", "#RES 0 3004 -600.00")

    path = general_ledger(loaded, tmp_path / "gl.se", without_the_first)
    answer = loaded.reskontra.json(f"sie compare {path}", code=1)
    assert [one["code"] for one in answer["problems"]] == ["general_ledger_differs"]
    (missing,) = (row for row in answer["rows"] if row["what"] != "account")
    assert (missing["what"], missing["account"], missing["number"]) == ("missing", "3004", "1")
    assert (missing["ours_minor"], missing["theirs_minor"], missing["accounting_date"]) == (-150_00, 0, "2026-10-01")


def test_a_voucher_that_only_the_general_ledger_has_and_another_amount_are_named(loaded: Clinic, tmp_path: Path):
    def with_one_more(text: str) -> str:
        more = '#VER A 7 20261005 "By hand"\r\n{\r\n#TRANS 1510 {} -5.00\r\n#TRANS 1930 {} 5.00\r\n}\r\n'
        changed = text.replace("#TRANS 3004 {} -150.00", "#TRANS 3004 {} -160.00")
        changed = changed.replace("#TRANS 1510 {} 150.00", "#TRANS 1510 {} 160.00", 1)
        return changed.replace("#RES 0 3004 -750.00", "#RES 0 3004 -760.00").replace("#UB 0 1510", "#UB 0 9999") + more

    path = general_ledger(loaded, tmp_path / "gl.se", with_one_more)
    rows = loaded.reskontra.json(f"sie compare {path}", code=1)["rows"]
    told = {
        (row["what"], row["account"], row["series"], row["number"], row["ours_minor"], row["theirs_minor"])
        for row in rows
        if row["what"] != "account"
    }
    assert told == {
        ("amount", "3004", "KR", "1", -150_00, -160_00),
        ("amount", "1510", "KR", "1", 150_00, 160_00),
        ("extra", "1510", "A", "7", 0, -5_00),
    }


def test_a_malformed_file_is_refused_with_its_line(loaded: Clinic, tmp_path: Path):
    path = general_ledger(loaded, tmp_path / "gl.se", lambda text: text.replace("{}", "{} 1,50", 1))
    said = loaded.reskontra.json(f"sie compare {path}", code=1)
    assert said["problems"][0]["code"] == "sie_malformed"
    assert "expected an amount with a point" in said["problems"][0]["sentence"]
    assert loaded.reskontra(f"sie compare {tmp_path / 'none.se'} --json", code=1).codes == ["file_unreadable"]


def test_a_file_without_balances_is_no_general_ledger_and_is_refused(loaded: Clinic, tmp_path: Path):
    path = tmp_path / "vouchers.si"
    loaded.reskontra(f"sie export {path} {YEAR}")
    refused = loaded.reskontra.json(f"sie compare {path}", code=1)
    assert [one["code"] for one in refused["problems"]] == ["sie_without_balances"]
    assert "export the general ledger as type 4E" in refused["problems"][0]["sentence"]
    assert refused["rows"] == []


def test_a_month_or_both_days_are_given(reskontra: Reskontra, tmp_path: Path):
    for how in ("", "--period 2026-13", "--from 2026-10-01", "--period 2026-10 --to 2026-10-31"):
        reskontra(f"sie export {tmp_path / 'x.si'} {how}", code=2)
    reversed_days = reskontra(f"sie export {tmp_path / 'x.si'} --from 2026-10-02 --to 2026-10-01 --json", code=1)
    assert reversed_days.codes == ["days_reversed"]
    from_march = reskontra(f"sie export {tmp_path / 'x.se'} --type 4E --from 2026-03-01 --to 2026-10-01 --json", code=1)
    assert from_march.codes == ["days_not_from_year"]
    two_years = reskontra(f"sie export {tmp_path / 'x.si'} --from 2025-12-01 --to 2026-10-01 --json", code=1)
    assert two_years.codes == ["days_of_two_years"]
    euros = reskontra(f"sie export {tmp_path / 'x.si'} {OCTOBER} --currency EUR --json", code=1)
    assert euros.codes == ["currency_not_kept"]
    reskontra("entity declare --currencies SEK --currencies JPY")
    yen = reskontra(f"sie export {tmp_path / 'x.si'} {OCTOBER} --currency JPY --json", code=1)
    assert yen.codes == ["currency_not_in_sie"]
    assert not list(tmp_path.iterdir())


# Each command and its exit code in books where nothing was declared.
ANSWERS: Answers = {
    "sie export": ("{folder}/vouchers.si --period 2026-10", 0),
    "sie compare": ("none.se", 1),
}


def test_whoever_may_read_the_book_may_export_it_and_is_named_if_the_book_knows_them(loaded: Clinic, tmp_path: Path):
    for who, signed in (("anna", ' "person:anna"'), ("stranger", "")):
        loaded.reskontra.by(who)(f"sie export {tmp_path / who} {OCTOBER}")
        (line,) = [one for one in (tmp_path / who).read_text("cp437").splitlines() if one.startswith("#GEN")]
        assert line.partition(" ")[2][len("20261128") :] == signed
