"""What a Belgian bank says in CODA: movements in up to three articles, with details, between two balances."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.statements import TRAITS, read
from reconciliation.statements.coda.writer import CodaMovement, CodaStatement, write_coda
from tests.reconciliation.statements.fixed_width_files import BELGIAN, DAY, STRUCTURED, WRITTEN, judged
from tests.reconciliation.statements.written_files import codes, rows

FILE = WRITTEN["coda"]
PLAIN = CodaMovement(250_00, DAY, "BR1", name="KATRI")


def coda(*movements: CodaMovement, **said: object) -> bytes:
    return write_coda(DAY, [replace(CodaStatement(BELGIAN, 44, DAY, DAY, movements, 1_000_00), **said)])  # type: ignore[arg-type]


def named(data: bytes) -> dict[object, dict[str, object]]:
    return {row["bank_ref"]: row for row in rows(read(data))}


def test_its_balances_prove_it_in_both_directions():
    assert (TRAITS["coda"].proof, TRAITS["coda"].direction) == ("balances", "both")


def test_a_statement_has_its_account_its_day_and_its_balances():
    statement, other = read(FILE).statements.to_pylist()
    assert (statement["account"], statement["currency"], statement["sequence"]) == (BELGIAN, "EUR", "044")
    assert (statement["opening_minor"], statement["closing_minor"]) == (1_000_00, 1_409_00)
    assert (statement["to_on"], statement["created_on"]) == (DAY, DAY)
    assert (other["sequence"], other["opening_minor"], other["closing_minor"]) == ("045", 3, 3)


def test_the_totals_of_a_part_stand_beside_what_was_found():
    totals = [(row["name"], row["declared"], row["found"]) for row in read(FILE).totals.to_pylist()]
    assert totals[:3] == [("records", 31, 31), ("debits", 30_00, 30_00), ("credits", 439_00, 439_00)]


def test_a_structured_communication_is_a_reference_that_holds_or_not():
    row = named(FILE)["BR1"]
    assert (row["reference"], row["reference_kind"], row["reference_valid"]) == (STRUCTURED, "ogm", True)
    assert (row["counterparty"], row["counterparty_account"]) == ("KATRI VOORBEELD", "BE43730004200601")


def test_a_message_goes_on_in_the_next_article_without_a_blank_and_has_references():
    detail = named(FILE)["BR2-0001"]
    assert detail["text"] == f"mededeling één 1234574 {'x' * 60}"
    assert (detail["detail_no"], detail["reference"]) == (1, "1234574")


def test_the_information_of_the_bank_is_the_text_of_a_movement_without_a_message():
    assert named(FILE)["BR6"]["text"] == " ".join(["kosten"] * 15)


def test_of_a_payment_that_is_divided_the_part_in_its_direction_has_its_reference():
    found = named(FILE)
    assert (found["BR4-0001"]["amount_minor"], found["BR4-0001"]["reference"]) == (100_00, STRUCTURED)
    assert (found["BR4-0002"]["amount_minor"], found["BR4-0002"]["reference"]) == (-1_00, None)


def test_what_divides_a_detail_is_not_a_detail_of_the_movement():
    whole = CodaMovement(
        90_00,
        DAY,
        "W",
        "20150000",
        details=[CodaMovement(90_00, DAY, "D", "70150000"), CodaMovement(90_00, DAY, "N", "90150000")],
    )
    assert [row["amount_minor"] for row in rows(read(coda(whole)))] == [90_00, 90_00]
    assert judged(coda(whole)).accepted


def test_a_return_has_its_reason_and_the_id_of_the_original():
    row = named(FILE)["BR5"]
    assert (row["return_reason"], row["end_to_end_id"]) == ("MD01", "E2E-7")


@pytest.mark.parametrize(("said", "reason"), [("2MD06", "MD06"), ("2    ", "R2"), ("0    ", None), ("     ", None)])
def test_a_returned_direct_debit_says_why_in_its_communication(said: str, reason: str | None):
    debit = f"127{'040326'}100{'BE69ZZZ050D000000008':35}{'MANDATE-1':35}{'factuur maart':62}{said}"
    data = coda(replace(PLAIN, message=debit)).replace(b"001500000127", b"001500001127")
    (row,) = rows(read(data))
    assert (row["return_reason"], row["text"]) == (reason, "factuur maart")


def test_a_domestic_account_is_the_iban_that_contains_it():
    iban, domestic = f"{BELGIAN:34}EUR".encode(), b"539007547034 EUR0BE".ljust(37)
    data = coda().replace(b"12044" + iban, b"10044" + domestic).replace(b"8044" + iban, b"8044" + domestic)
    (statement,) = read(data).statements.to_pylist()
    assert (statement["account"], statement["account_kind"], statement["currency"]) == (BELGIAN, "iban", "EUR")
    assert judged(data).accepted


def test_a_third_decimal_is_rounded_and_doubted():
    data = coda(PLAIN).replace(b"0000000000250000040326", b"0000000000250004040326")
    (row,) = rows(read(data))
    assert (row["amount_minor"], row["amount_exact"]) == (250_00, False)
    assert "amount_not_exact" in [doubt.code for doubt in judged(data).doubts]


def test_messages_to_the_customer_may_be_counted_or_not():
    lines = coda(PLAIN).split(b"\r\n")
    message = b"4 00010000".ljust(32) + b"Goede dag".ljust(95) + b"0"
    for stated in (b"000005", b"000006"):
        data = b"\r\n".join([*lines[:-2], message, lines[-2][:16] + stated + lines[-2][22:], b""])
        assert judged(data).accepted, stated


def test_a_duplicate_is_said_and_read():
    parsed = read(FILE.replace(b"72505 ", b"72505D", 1))
    assert (codes(parsed), parsed.refused) == (["copy_of_statement"], False)


@pytest.mark.parametrize(
    ("found", "put", "code"),
    [
        (b"\r\n8044BE68", b"\r\n8044BE69", "account_contradicts"),
        (b"\r\n12044", b"\r\n42044", "record_out_of_place"),
        (b"\r\n8044", b"\r\n4044", "end_record_missing"),
        (b"\r\n2200010000", b"\r\n2200090000", "record_out_of_place"),
        (b"\r\n2100020001", b"\r\n2100090001", "record_out_of_place"),
        (
            b"00000                                       2",
            b"00000                                       1",
            "layout_unknown",
        ),
        (
            b"00000                                       2",
            b"12345                                       2",
            "layout_unknown",
        ),
        (b"0000000000250000040326", b"00000000002500O0040326", "record_unreadable"),
        (b"0000000000250000040326", b"0000000000250000310226", "date_unreadable"),
        (b"0000000000250000040326", b"7000000000250000040326", "record_unreadable"),
    ],
)
def test_a_damaged_file_is_refused_and_says_where(found: bytes, put: bytes, code: str):
    assert found in FILE
    parsed = read(FILE.replace(found, put, 1))
    assert (code, "refuse") in [(problem.code, problem.severity) for problem in parsed.problems]
    assert all(problem.raw_position for problem in parsed.problems)


def test_a_part_that_is_said_to_follow_must_follow():
    first = FILE[: FILE.index(b"\r\n0000004032672505", 10) + 2]
    assert codes(read(first)) == ["end_record_missing"]
    assert read(FILE + FILE).problems == ()


movements = st.builds(
    CodaMovement,
    st.integers(-(10**11), 10**11).filter(bool),
    st.just(DAY),
    st.text("ABCDEF0123456789", min_size=1, max_size=21),
    message=st.text("abcdefgéè", max_size=149),
    name=st.text("ABCDEFGHÉ", max_size=35),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(movements, max_size=5), st.integers(-(10**11), 10**11), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_any_statement_is_read_as_it_was_written(written: list[CodaMovement], opening: int, currency: str):
    parsed = read(coda(*written, opening_minor=opening, currency=currency))
    assert parsed.problems == ()
    (statement,) = parsed.statements.to_pylist()
    assert statement["closing_minor"] == opening + sum(one.amount_minor for one in written)
    assert [(row["amount_minor"], row["bank_ref"], row["counterparty"], row["text"]) for row in rows(parsed)] == [
        (one.amount_minor, one.bank_ref, one.name or None, one.message or None) for one in written
    ]
    assert all(row["declared"] == row["found"] for row in parsed.totals.to_pylist())
