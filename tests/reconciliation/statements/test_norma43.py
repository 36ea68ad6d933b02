"""What a Spanish bank says in Norma 43 is read by column, and its balances, counts and sums must be right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.money import decimals_of
from ledger.domain.references import ocr as ocr_from
from reconciliation.gate import examine
from reconciliation.statements import TRAITS, read
from reconciliation.statements.norma43.writer import Norma43Account, Norma43Movement, write_norma43
from reconciliation.statements.numbered_currencies import CURRENCIES, NUMBERS
from tests.reconciliation.gate.files import TERMS
from tests.reconciliation.statements.written_files import codes, rows

DAY = date(2026, 3, 4)
REMARK = "TRANSFERENCIA DE ANA EJEMPLO ÑANDÚ"
COIN = Norma43Movement(450_10, DAY, date(2026, 3, 5), "02", "123", "7", "1234574", "RF35123ABCZ", REMARK, 490_11, "USD")
FEE = Norma43Movement(-12_30, DAY, DAY, "17", "001", text="COMISION")
ACCOUNT = Norma43Account("2100", "0418", "0200051332", DAY, DAY, 1_000_00, [COIN, FEE], name="CLINICA EJEMPLO SL")
FILE = write_norma43([ACCOUNT])


def one(**changed: object) -> bytes:
    return write_norma43([replace(ACCOUNT, **changed)])  # type: ignore[arg-type]


def lines_of(data: bytes) -> list[bytes]:
    return data.split(b"\r\n")[:-1]


def put(record: bytes, start: int, text: bytes, data: bytes = FILE) -> bytes:
    """The file whose first record of a type has something else from a column on; columns count from 1."""
    lines = lines_of(data)
    at = next(index for index, line in enumerate(lines) if line.startswith(record))
    lines[at] = lines[at][: start - 1] + text + lines[at][start - 1 + len(text) :]
    return b"\r\n".join(lines) + b"\r\n"


def test_its_balances_prove_it():
    assert TRAITS["norma43"].proof == "balances"
    verdict = examine(read(FILE), TERMS)
    assert (verdict.accepted, verdict.refusals) == (True, ())


def test_a_file_is_known_by_its_header():
    assert read(FILE).format == "norma43"
    assert read(b"11" + b"x" * 78).format is None


def test_an_account_is_a_statement_under_the_iban_that_its_numbers_make():
    (statement,) = read(FILE).statements.to_pylist()
    assert (statement["account"], statement["account_kind"]) == ("ES9121000418450200051332", "iban")
    assert (statement["currency"], statement["from_on"], statement["to_on"]) == ("EUR", DAY, DAY)
    assert (statement["opening_minor"], statement["closing_minor"]) == (1_000_00, 1_437_80)
    assert (statement["declared_count"], statement["declared_credit_minor"], statement["declared_debit_minor"]) == (
        2,
        450_10,
        12_30,
    )


def test_an_account_without_a_bank_keeps_its_digits():
    (statement,) = read(one(bank="0000")).statements.to_pylist()
    assert (statement["account"], statement["account_kind"]) == ("000004180200051332", "bban")


def test_a_movement_has_its_dates_codes_references_text_and_original_amount():
    coin, fee = rows(read(FILE))
    assert (coin["amount_minor"], fee["amount_minor"]) == (450_10, -12_30)
    assert (coin["booked_on"], coin["value_on"], coin["bank_code"]) == (DAY, date(2026, 3, 5), "02-123")
    assert (coin["reference"], coin["reference_kind"], coin["reference_valid"]) == ("1234574", "ocr", True)
    assert [one["reference"] for one in coin["further_references"]] == ["RF35123ABCZ", "7"]  # type: ignore[attr-defined]
    assert (coin["text"], coin["instructed_minor"], coin["instructed_currency"]) == (REMARK, 490_11, "USD")
    assert (coin["bank_ref"], fee["reference"]) == (None, None)


def test_a_text_goes_on_over_fields_and_records_without_a_blank():
    reference = ocr_from("88776655443322")
    text = "PAGO DE LA FACTURA NUMERO".ljust(76 - 5, ".") + reference + " GRACIAS"
    (line,) = rows(read(one(movements=[replace(FEE, text=text)])))
    assert line["text"] == text
    assert line["reference"] == reference


@pytest.mark.parametrize(("currency", "minor"), [("JPY", 1_500), ("KWD", 1_500), ("USD", 1_500)])
def test_amounts_have_two_decimals_whatever_the_currency_has(currency: str, minor: int):
    movement = Norma43Movement(minor, DAY, DAY)
    parsed = read(one(currency=currency, movements=[movement], opening_minor=-minor))
    assert (parsed.problems, rows(parsed)[0]["amount_minor"]) == ((), minor)
    (statement,) = parsed.statements.to_pylist()
    assert (statement["opening_minor"], statement["closing_minor"]) == (-minor, 0)


def test_hundredths_of_a_yen_are_refused():
    assert "amount_too_precise" in codes(read(put(b"22", 42, b"1", one(currency="JPY", movements=[COIN]))))


def test_every_currency_has_its_number():
    assert all(decimals_of(currency) is not None for currency in CURRENCIES.values())
    assert len(NUMBERS) == len(CURRENCIES)
    assert (NUMBERS["EUR"], NUMBERS["SEK"], NUMBERS["MXN"]) == ("978", "752", "484")


def test_records_without_padding_and_several_accounts_are_read():
    data = write_norma43([ACCOUNT, replace(ACCOUNT, account="0200051333", currency="USD")])
    cut = b"\n".join(line.rstrip() for line in lines_of(data))
    assert read(cut).lines.equals(read(data).lines)
    assert [row["currency"] for row in read(cut).statements.to_pylist()] == ["EUR", "USD"]
    assert read(cut).problems == ()


def test_a_file_in_utf_8_is_read_and_said():
    parsed = read(FILE.decode("latin-1").encode("utf-8"))
    assert (parsed.encoding, codes(parsed), rows(parsed)[0]["text"]) == ("UTF-8", ["encoding_changed"], REMARK)
    assert read(FILE).encoding == "ISO-8859-1"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (put(b"22", 28, b"0"), "direction_missing"),
        (put(b"33", 59, b"0"), "balance_unreadable"),
        (put(b"11", 33, b" "), "balance_unreadable"),
        (put(b"11", 48, b"000"), "currency_unknown"),
        (put(b"33", 74, b"840"), "currency_contradicts"),
        (put(b"33", 11, b"9"), "account_contradicts"),
        (put(b"22", 11, b"260230"), "date_unreadable"),
        (put(b"11", 27, b"269999"), "date_unreadable"),
        (put(b"22", 35, b"O"), "record_unreadable"),
        (put(b"22", 60, b"\t"), "record_holds_control_character"),
        (FILE.replace(b"\r\n2301", b"\r\n2301" + b"x" * 50, 1), "record_too_long"),
        (put(b"23", 1, b"29"), "record_type_undefined"),
        (FILE + FILE, "record_after_end"),
    ],
)
def test_a_damaged_file_is_refused_and_says_where(data: bytes, code: str):
    refusals = [problem for problem in read(data).problems if problem.severity == "refuse"]
    assert code in [problem.code for problem in refusals]
    assert all(problem.raw_position.startswith("record ") for problem in refusals)
    assert not any(REMARK[:8] in problem.message for problem in refusals)


def test_an_unreadable_value_date_is_doubted_and_none_is_not_missed():
    parsed = read(put(b"22", 17, b"260231"))
    assert [(one.code, one.severity, one.line_no) for one in parsed.problems] == [("date_unreadable", "doubt", 1)]
    assert read(put(b"22", 17, b"000000")).problems == ()


@pytest.mark.parametrize(
    ("dropped", "code"),
    [
        (b"11", "format_unknown"),
        (b"22", "record_out_of_place"),
        (b"33", "end_record_missing"),
        (b"88", "end_record_missing"),
    ],
)
def test_a_file_that_lost_a_kind_of_record_is_refused(dropped: bytes, code: str):
    parsed = read(b"\r\n".join(line for line in lines_of(FILE) if not line.startswith(dropped)))
    assert code in codes(parsed)
    assert parsed.refused


def refused(data: bytes) -> set[str]:
    return {reason.code for reason in examine(read(data), TERMS).refusals}


def test_a_dropped_line_a_turned_side_or_a_changed_amount_is_refused_at_the_gate():
    dropped = FILE.replace(lines_of(FILE)[4] + b"\r\n", b"")
    assert {"balances_do_not_foot", "declared_count_differs", "control_total_differs"} <= refused(dropped)
    assert {"balances_do_not_foot", "declared_credits_differ"} <= refused(put(b"22", 28, b"1"))
    assert {"balances_do_not_foot", "declared_credits_differ"} <= refused(put(b"22", 42, b"9"))
    assert refused(put(b"88", 26, b"9")) == {"control_total_differs"}
    assert refused(put(b"33", 73, b"9")) == {"balances_do_not_foot"}


words = st.text(st.characters(codec="latin-1", categories=("L", "N")), min_size=1, max_size=40)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
movements = st.builds(
    Norma43Movement,
    st.integers(-(10**11), 10**11),
    days,
    days,
    concept=st.sampled_from(["02", "99"]),
    document=st.sampled_from(["", "1790"]),
    first_reference=st.sampled_from(["", "1234574"]),
    second_reference=st.sampled_from(["", "RF35123ABCZ"]),
    text=st.lists(words, max_size=5).map(" ".join),
)
accounts = st.builds(
    Norma43Account,
    st.just("2100"),
    st.just("0418"),
    st.sampled_from(["0200051332", "0000000001"]),
    st.just(DAY),
    st.just(DAY),
    st.integers(-(10**11), 10**11),
    st.lists(movements, max_size=4),
    currency=st.sampled_from(["EUR", "JPY", "USD"]),
)


@settings(max_examples=30)
@given(st.lists(accounts, min_size=1, max_size=2))
def test_any_file_is_read_as_it_was_written(written: list[Norma43Account]):
    parsed = read(write_norma43(written))
    assert parsed.problems == ()
    for row, meant in zip(parsed.statements.to_pylist(), written, strict=True):
        closing = meant.opening_minor + sum(movement.amount_minor for movement in meant.movements)
        assert (row["opening_minor"], row["closing_minor"], row["currency"]) == (
            meant.opening_minor,
            closing,
            meant.currency,
        )
    for row, movement in zip(rows(parsed), [one for each in written for one in each.movements], strict=True):
        assert row["amount_minor"] == movement.amount_minor
        assert (row["booked_on"], row["value_on"]) == (movement.booked_on, movement.value_on)
        assert row["text"] == (movement.text or None)
        said = [movement.first_reference, movement.second_reference, movement.document]
        found = [row["reference"], *(one["reference"] for one in row["further_references"])]  # type: ignore[attr-defined]
        assert [one for one in said if one] == found[: sum(map(bool, said))]


@settings(max_examples=60)
@given(st.integers(0, len(FILE) - 1), st.binary(max_size=4))
def test_a_file_cut_or_damaged_anywhere_does_not_raise(place: int, junk: bytes):
    read(FILE[:place] + junk + FILE[place + len(junk) :])
    assert read(FILE[:place]).refused or not FILE[place:].strip()
