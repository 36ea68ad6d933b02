"""Personal numbers of four countries are found however they are written; random ids and our own numbers have none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random
from uuid import UUID

import pytest
from msgspec.structs import replace

from ledger.domain.bounds import require_bounds
from ledger.domain.grammar import FORMS, NUMBERED
from ledger.domain.national_numbers import has_national_number, has_number_of_a_person
from ledger.domain.receivables.number_series import OpenSeries
from ledger.domain.references import make
from ledger.domain.refusals import Refused
from ledger.domain.terms.mapping import SetMapping
from ledger.domain.terms.mapping_facts import AccountMapped
from tests.kit.care import declare_bank_account, invoice, open_account


@pytest.mark.parametrize(
    "text",
    [
        # Sweden, with what somebody types around a number that was refused.
        "191212121212",
        "p191212121212",
        "a8803200016",
        "x121212-1212y",
        "SE191212121212",
        "SE19121212-1212",
        "191212_121212",
        "1-912-121-212-12",
        "p8803200016-2",
        "191212121212.1",
        "of 1912 12 12 1212",
        "19121212\N{EN DASH}1212",
        "\N{FULLWIDTH DIGIT ONE}91212121212",
        "\N{ARABIC-INDIC DIGIT ONE}9\N{DEVANAGARI DIGIT ONE}212121212",
        # Finland: the sign of the century may be a letter; 9 begins the numbers of tests.
        "131052-308T",
        "131052A308T",
        "p131052-308T_x",
        "010190-900P",
        # Norway: of a person, with a D number's day, and of a synthetic person.
        "15108695088",
        "151086 95088",
        "p15108695088",
        "55108695071",
        "15818695095",
        # Denmark, also without a right check digit.
        "251248-9996",
        "p010101-0101",
    ],
)
def test_a_text_has_a_personal_number(text: str) -> None:
    assert has_national_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8803200017",
        "p8803200017",
        "88032000160",
        "SE556036079301",
        "556036-0793",
        "991-2346",
        "inv-2026-001234",
        "20261005-8a3f0016",
        "20240710-77aa01",
        "131052-308U",
        "310252-308Y",
        "15108695077",
        "35108695088",
        "510101-0101",
        "011301-0101",
        "2512489996",
        "0192f5c3-8803-7200-8016-880320001612",
        "Ntry 1011, TxDtls 2, line 20016",
        "letter of 2024-07-12 about 18803200016",
    ],
)
def test_a_text_has_none(text: str) -> None:
    assert not has_national_number(text)


MAPPED = AccountMapped("ar_patient", (), "1510", None, date(2026, 11, 1), None, "chart", confirmed=True)
RANDOM: dict[str, Callable[[Random], str]] = {
    "uuid": lambda dice: str(UUID(int=dice.getrandbits(128), version=4)),
    "item of a uuid": lambda dice: f"{UUID(int=dice.getrandbits(128), version=4)}.{dice.randrange(1, 99)}",
    "sha256": lambda dice: f"{dice.getrandbits(256):064x}",
    "place in a file": lambda dice: (
        f"{dice.getrandbits(256):064x}#Ntry {dice.randrange(9999)}, line {dice.randrange(9999)}"
    ),
    "key of a file": lambda dice: f"seen:{dice.getrandbits(256):064x}:{dice.randrange(99)}",
}


@pytest.mark.parametrize("kind", RANDOM)
def test_what_is_random_has_none(kind: str) -> None:
    dice = Random(7)
    assert not any(has_national_number(RANDOM[kind](dice)) for _ in range(20_000))


def test_a_part_of_a_document_has_none_if_the_document_has_none() -> None:
    dice = Random(7)
    ids = [f"{dice.choice(['', 'i', 'x8-'])}{dice.randrange(10**6, 10**12)}" for _ in range(20_000)]
    fine = [one for one in ids if not has_national_number(one)]
    assert len(fine) > len(ids) * 0.98
    assert not any(has_national_number(f"{one}.{dice.randrange(1, 999)}") for one in fine)


def test_our_references_and_bank_accounts_may_look_like_numbers_of_other_countries() -> None:
    assert set(FORMS) >= NUMBERED
    looking = [make("ocr", str(number)) for number in range(281_000_000, 281_100_000) if number % 100 < 32]
    looking = [one for one in looking if has_national_number(one)]
    assert looking, "some references of eleven digits have the check digits of a Norwegian number"
    bill = invoice("i1")
    for reference in looking:
        require_bounds(replace(bill, payers=(replace(bill.payers[0], reference=reference),)))
    require_bounds(declare_bank_account("15108695088", name="15108695088"))
    with pytest.raises(Refused, match="personal_number_given"):
        require_bounds(open_account("p15108695088"))
    with pytest.raises(Refused, match="personal_number_given"):
        require_bounds(OpenSeries(series="s251248-9996"))


@pytest.mark.parametrize(
    "name",
    [
        "Eva \uff11\uff19\uff11\uff12\uff11\uff12\uff11\uff12\uff11\uff12\uff11\uff12",
        "\uff11\uff19\uff11\uff12\uff11\uff12\uff11\uff12\uff11\uff12\uff11\uff12",
        "19121212_1212",
        "19-12-12-12-12-12",
        "1 9 1 2 1 2 1 2 1 2 1 2",
        "19121212-1212",
        "191212121212",
        "SE191212121212",
        "\N{SUPERSCRIPT ONE}91212121212",
        "Eva 131052A308T",
        "131052-308T",
        "Eva 15108695088",
        "p15108695088",
        "251248-9996 Eva",
    ],
)
def test_what_is_called_by_a_number_may_not_be_called_by_a_persons(name: str) -> None:
    assert has_number_of_a_person(name)
    with pytest.raises(Refused, match="personal_number_given"):
        require_bounds(declare_bank_account("SE4550000000058398257466", name=name))
    with pytest.raises(Refused, match="personal_number_given"):
        require_bounds(SetMapping(mapping=replace(MAPPED, name=name)))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Nordea 5491 0000003",
        "bankgiro 991-2346",
        "SE4550000000058398257466",
        "SE45 5000 0000 0583 9825 7466",
        "NL67ABNA8803200016",
        "RF838803200016",
        "15108695088",
        "1510 86 95088",
    ],
)
def test_a_number_of_a_bank_account_or_a_reference_is_a_name(name: str) -> None:
    assert not has_number_of_a_person(name)
