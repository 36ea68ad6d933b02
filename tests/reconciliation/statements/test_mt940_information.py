"""What a bank says about a movement in `:86:` is taken apart in each of its dialects, and nothing of it is lost."""

from __future__ import annotations

from typing import Any

import pytest

from reconciliation.statements import Parsed, read
from tests.reconciliation.statements.written_files import codes, rows

ACCOUNT = "DE89370400440532013000"
HEAD = f":20:STARTUMS\r\n:25:{ACCOUNT}\r\n:28C:00012/1\r\n:60F:C260303EUR1000,00\r\n"
FOOT = ":62F:C260304EUR1100,00\r\n-\r\n"


def one(line: str, *information: str, foot: str = FOOT) -> Parsed:
    """What is read of a statement with one movement, whose fields are written by hand."""
    told = "".join(f":86:{text}\r\n" for text in information)
    return read(f"{HEAD}:61:{line}\r\n{told}{foot}".encode())


def row(line: str, *information: str) -> dict[str, Any]:
    (found,) = rows(one(line, *information))
    return found


def said(*information: str) -> dict[str, Any]:
    return row("2603040304C100,00NTRFNONREF//B1", *information)


def test_what_was_ordered_and_what_the_bank_took_is_read_from_the_details():
    line = row("2603040304D12,35NTRFX\r\n/OCMT/USD11,85//CHGS/EUR0,50/")
    assert (line["instructed_minor"], line["instructed_currency"], line["charges_minor"]) == (11_85, "USD", 50)
    assert line["text"] is None
    twice = row("2603040304D12,35NTRFX\r\n/CHGS/EUR0,50/", "Gebuehr /CHGS/EUR0,25/")
    assert (twice["charges_minor"], twice["text"]) == (75, "Gebuehr /CHGS/EUR0,25/")
    other = one("2603040304D12,35NTRFX\r\n/OCMT/USD11,85//CHGS/USD0,50/")
    assert codes(other) == ["charges_in_other_currency"]


def test_details_are_an_account_or_words():
    named = row("2603040304C1,NTRFNONREF\r\nNL91ABNA0417164300", "/NAME/Bo Exempel/REMI/Tack/")
    assert (named["counterparty_account"], named["text"]) == ("NL91ABNA0417164300", "Tack")
    assert row("2603040304C1,NTRFNONREF\r\nUeberweisung", "Danke")["text"] == "Ueberweisung Danke"


def test_numbered_subfields_are_taken_apart_and_broken_words_joined():
    line = said(
        "166?00SEPA-GUTSCHRIFT?109075/611?20EREF+E2E-77?21KREF+KUNDE?22SVWZ+Rechnung 1234574?23 vo",
        "m 1. Maerz und anderes mehr?30DEUTDEDB237?31DE89370400440532013000?32Anna?33Exempel?34011",
    )
    assert (line["end_to_end_id"], line["bank_code"]) == ("E2E-77", "NTRF-166")
    assert (line["counterparty"], line["counterparty_account"]) == ("Anna Exempel", ACCOUNT)
    assert line["text"] == "Rechnung 1234574 vom 1. Maerz und anderes mehr"
    assert (line["reference"], line["reference_valid"], line["return_reason"]) == ("1234574", True, None)


@pytest.mark.parametrize(
    ("information", "text"),
    [
        # A subfield of 27 characters goes on in the next one; a shorter one ended with a blank.
        ("166?20SVWZ+Ihre Rechnung zu Numme?21r 17", "Ihre Rechnung zu Nummer 17"),
        ("166?20SVWZ+Ihre Rechnung?21siebzehn", "Ihre Rechnung siebzehn"),
        ("166?20Worte davor?21SVWZ+Danke", "Worte davor Danke"),
        ("166?20SVW?21Z+Danke", "Danke"),
        ("166?20Was?Ja, danke?61und mehr", "Was?Ja, danke und mehr"),
        ("166?20eins?20zwei", "eins zwei"),
        ("166>20Danke>21sehr", "Danke sehr"),
        ("166~00Posten~20Danke", "Danke"),
        (" 020?00Posten?20Danke", "Danke"),
        ("?20Danke", "Danke"),
        ("835?00ENTGELT", "ENTGELT"),
        ("166", "166"),
        ("", None),
    ],
)
def test_no_word_in_numbered_subfields_is_lost(information: str, text: str | None):
    assert said(information)["text"] == text


def test_words_between_slashes_are_taken_apart():
    line = said("/EREF/E2E-77//CNTP/NL91ABNA0417164300/ABNANL2A/Bo Exempel///REMI/USTD//Factuur 123", "4574 dank u/")
    # A line that is full goes on in the next one.
    assert (line["end_to_end_id"], line["counterparty"]) == ("E2E-77", "Bo Exempel")
    assert (line["counterparty_account"], line["text"]) == ("NL91ABNA0417164300", "Factuur 1234574 dank u")
    broken = said("/ORDP//NAME/B. Exempel/ADDR/Weg 1/REMI/" + "x" * 26 + "1234\r\n574/ISDT/2026-03-04")
    assert (broken["counterparty"], broken["text"]) == ("B. Exempel", "x" * 26 + "1234574")
    assert said("/EREF/E2E-77/REMI//ISDT/2026-03-04")["text"] is None
    # The slashes around the words may be broken, too.
    width = 65 - len("/NAME//REMI/USTD")
    for before, after in (("/", "/Danke/"), ("//", "Danke/"), ("//Dank", "e/"), ("//D", "anke/ ")):
        line = said(f"/NAME/{'x' * (width - len(before))}/REMI/USTD{before}", after)
        assert (line["counterparty"], line["text"]) == ("x" * (width - len(before)), "Danke"), before


def test_a_structured_reference_is_a_reference_field():
    line = said("/NAME/Bo/REMI/STRD/CUR/RF471234567/")
    assert (line["reference"], line["reference_kind"], line["reference_valid"]) == ("RF471234567", "rf", False)


def test_free_text_keeps_its_lines_and_numbers_in_short_lines_do_not_run_together():
    line = said("GIRO AUS ONLINE-SIC 80532 AUFTRAGGEBER: ANNA EXEMPEL", "MITTEILUNG 1234574", "12345")
    assert line["text"] == "GIRO AUS ONLINE-SIC 80532 AUFTRAGGEBER: ANNA EXEMPEL MITTEILUNG 1234574 12345"
    assert (line["reference"], line["further_references"]) == ("1234574", [])
    assert said("erste Zeile\r\n:KO:NR 7\r\n\r\nletzte")["text"] == "erste Zeile :KO:NR 7 letzte"


@pytest.mark.parametrize(
    ("line", "information", "reason"),
    [
        ("2603040304D100,00NRTINONREF", "109?00RETOURE?20EREF+E1?34912", "912"),
        ("2603040304D100,00NRTINONREF", "109?00RETOURE?20EREF+E1?20SVWZ+SONSTIGE GRUENDE", "NARR"),
        ("2603040304C100,00NTRFNONREF", "/RTRN/MS03/EREF/E1/REMI/USTD//retour/", "MS03"),
        ("2603040304D100,00NRTINONREF", "Terugboeking", "NARR"),
        ("2603040304D100,00NMSCNONREF", "106?00KARTE?20EREF+E1?34011", None),
    ],
)
def test_a_return_says_so_and_its_reason(line: str, information: str, reason: str | None):
    assert row(line, information)["return_reason"] == reason


def test_information_of_the_statement_is_of_no_movement_and_a_banks_own_field_is_words():
    parsed = one("2603040304C100,00NTRFNONREF", foot=":NS:15ERGO AG\r\n16Fiokte\r\n" + FOOT + ":86:Saldo\r\n")
    (line,) = rows(parsed)
    assert (line["text"], parsed.problems) == ("ERGO AG Fiokte", ())
