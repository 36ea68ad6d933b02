"""What a bank says in BAI2 is read record by record, wherever lines end, and its control totals must be right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from bai2 import bai2 as other_parser
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.gate import examine
from reconciliation.gate.verdict import Terms
from reconciliation.statements import TRAITS, read
from reconciliation.statements.bai2.writer import Bai2Account, Bai2Movement, write_bai2
from tests.reconciliation.statements.written_files import codes, rows

DAY = date(2026, 3, 4)
CLOCK = datetime(2026, 3, 5, 6, 30)  # noqa: DTZ001  banks write their clock without zone
TERMS = Terms(frozenset({"USD"}), date(2020, 1, 1), date(2026, 12, 31))
REMARK = "PAYMENT OF JANE SAMPLE FOR INVOICE 1234574, AND/OR THE LETTER OF 3 MARCH WITH ITS ENCLOSURES"
COIN = Bai2Movement(450_10, "195", "FT0001", "RF35123ABCZ", REMARK, date(2026, 3, 5))
FEE = Bai2Movement(-12_30, "698", "FT0002", text="MONTHLY FEE")
ACCOUNT = Bai2Account("0123456789", "USD", 1_000_00, [COIN, FEE])
FILE = write_bai2(CLOCK, DAY, [ACCOUNT])

WITHOUT_SUMS = FILE.replace(b"88,100,45010,,,400,1230,,/", b"88,045,45010,,,072,1230,,/")


def one(**changed: object) -> bytes:
    return write_bai2(CLOCK, DAY, [replace(ACCOUNT, **changed)])  # type: ignore[arg-type]


def refused(data: bytes) -> set[str]:
    return {reason.code for reason in examine(read(data), TERMS).refusals}


def test_its_totals_prove_it():
    assert TRAITS["bai2"].proof == "totals"
    assert read(FILE).problems == ()
    assert refused(FILE) == set()


def test_a_file_is_known_by_its_header():
    assert read(FILE).format == "bai2"
    assert read(b"01,somebody/").format is None


def test_an_account_is_a_statement_of_a_day_with_its_balances_and_totals():
    (statement,) = read(FILE).statements.to_pylist()
    assert (statement["account"], statement["account_kind"], statement["currency"]) == ("0123456789", "bban", "USD")
    assert (statement["from_on"], statement["to_on"], statement["created_at"]) == (DAY, DAY, "2026-03-05T06:30")
    assert (statement["opening_minor"], statement["closing_minor"]) == (1_000_00, 1_437_80)
    assert (statement["declared_count"], statement["declared_sum_minor"]) == (2, 462_40)
    assert (statement["declared_credit_minor"], statement["declared_debit_minor"]) == (450_10, 12_30)


def test_a_movement_has_its_code_dates_references_and_a_text_with_commas_and_slashes():
    coin, fee = rows(read(FILE))
    assert (coin["amount_minor"], coin["bank_code"], fee["amount_minor"]) == (450_10, "195", -12_30)
    assert (coin["booked_on"], coin["value_on"], fee["value_on"]) == (DAY, date(2026, 3, 5), None)
    assert (coin["bank_ref"], coin["end_to_end_id"]) == ("FT0001", "RF35123ABCZ")
    assert (coin["reference"], coin["text"]) == ("RF35123ABCZ", REMARK)
    assert [found["reference"] for found in coin["further_references"]] == ["1234574"]  # type: ignore[attr-defined]


def test_an_account_without_a_currency_has_that_of_its_group_or_dollars():
    for group, currency in ((b"", "USD"), (b"cad", "CAD")):
        data = FILE.replace(b",USD,", b",,").replace(b",2359,,", b",2359," + group + b",")
        assert [row["currency"] for row in read(data).statements.to_pylist()] == [currency]


@pytest.mark.parametrize("joint", [b"", b" ", b"   "])
def test_records_end_with_a_slash_and_not_with_their_line(joint: bytes):
    parsed = read(FILE.replace(b"/\r\n", b"/" + joint))
    assert parsed.lines.drop(["raw_position"]) == read(FILE).lines.drop(["raw_position"])
    assert parsed.totals.drop(["raw_position"]) == read(FILE).totals.drop(["raw_position"])
    assert refused(FILE.replace(b"/\r\n", b"/" + joint)) == set()


def test_a_text_may_end_with_its_line_and_go_on_in_the_next():
    cut = FILE.replace(b"MONTHLY FEE/", b"MONTHLY\r\n FEE")
    assert read(cut).lines.drop(["raw_position"]) == read(FILE).lines.drop(["raw_position"])
    assert read(cut).problems == ()


def test_a_text_may_have_the_date_of_a_slash_and_what_looks_like_a_record():
    text = "RENT 12/16, 03/03,49 TO 98/99,5 AND MORE"
    (row,) = rows(read(one(movements=[replace(FEE, text=text)])))
    assert row["text"] == text


def test_fields_go_on_in_continuations_at_any_comma():
    whole = b"16,195,45010,V,260305,,FT0001,RF35123ABCZ,"
    assert whole in FILE
    for at in [index for index in range(len(whole) - 1) if whole[index : index + 1] == b","][1:]:
        parsed = read(FILE.replace(whole, whole[:at] + b"/\r\n88," + whole[at + 1 :]))
        assert parsed.lines.drop(["raw_position"]) == read(FILE).lines.drop(["raw_position"])


@pytest.mark.parametrize("funds", [b"0", b"1", b"S,1,2,3", b"D,2,0,1,1,2", b"V,260305,2400", b""])
def test_when_money_is_available_never_shifts_what_follows(funds: bytes):
    parsed = read(FILE.replace(b",V,260305,,", b"," + funds + b","))
    assert (rows(parsed)[0]["bank_ref"], rows(parsed)[0]["text"]) == ("FT0001", REMARK)
    assert rows(parsed)[0]["value_on"] == {b"0": DAY, b"V,260305,2400": date(2026, 3, 5)}.get(funds)
    header = read(FILE.replace(b"010,100000,,", b"010,100000,," + funds)).statements.to_pylist()[0]
    assert (header["opening_minor"], header["closing_minor"]) == (1_000_00, 1_437_80)


@pytest.mark.parametrize(
    ("code", "minor"), [("108", 5), ("399", 5), ("475", -5), ("699", -5), ("721", 5), ("925", 5), ("975", -5)]
)
def test_the_code_says_the_direction(code: str, minor: int):
    assert rows(read(one(movements=[Bai2Movement(minor, code)])))[0]["amount_minor"] == minor


@pytest.mark.parametrize("code", ["010", "015", "045", "100", "140", "400", "450", "901"])
def test_balances_and_sums_are_never_movements(code: str):
    parsed = read(one(movements=[Bai2Movement(5, code)]))
    assert (codes(parsed), parsed.lines.num_rows) == (["total_as_movement", "control_count_differs"], 0)


def test_a_record_without_money_is_no_line():
    data = FILE.replace(b"16,698", b"16,890,,,,,NOTICE/\r\n16,698").replace(b",6/", b",7/")
    counted = data.replace(b"1,8/", b"1,9/").replace(b"1,10/", b"1,11/")
    assert (read(counted).lines.num_rows, refused(counted)) == (2, set())


def test_amounts_are_in_the_minor_unit_of_their_currency():
    for currency in ("JPY", "KWD"):
        assert [row["amount_minor"] for row in rows(read(one(currency=currency)))] == [450_10, -12_30]


def test_the_report_of_a_day_that_has_not_ended_is_never_booked():
    for modifier in ("1", "3"):
        data = write_bai2(CLOCK, DAY, [ACCOUNT], modifier=modifier)
        assert (read(data).format, TRAITS["bai2.interim"].books) == ("bai2.interim", False)
        assert refused(data) == {"intraday_report"}
    for modifier in ("2", "4", ""):
        assert read(write_bai2(CLOCK, DAY, [ACCOUNT], modifier=modifier)).format == "bai2"


@pytest.mark.parametrize(
    ("status", "code", "severity"),
    [("2", "statement_deleted", "refuse"), ("3", "statement_corrected", "warning"), ("4", "test_file", "refuse")],
)
def test_what_is_taken_back_corrected_or_a_test_is_said(status: str, code: str, severity: str):
    problems = read(write_bai2(CLOCK, DAY, [ACCOUNT], status=status)).problems
    assert [(problem.code, problem.severity) for problem in problems] == [(code, severity)]


@pytest.mark.parametrize(
    ("found", "put", "code"),
    [
        (b"16,195,45010", b"16,195,4501O", "amount_unreadable"),
        (b"16,195,45010", b"16,195,450.10", "amount_unreadable"),
        (b"16,195,45010", b"16,195,", "amount_unreadable"),
        (b"16,195", b"16,1x5", "record_unreadable"),
        (b"16,195", b"16,850", "direction_missing"),
        (b"010,100000", b"010,1000OO", "amount_unreadable"),
        (b",USD,", b",USX,", "currency_unknown"),
        (b",260304,2359", b",260230,2359", "date_unreadable"),
        (b"49,", b"49,x", "total_unreadable"),
        (b",1,,,2/", b",1,,,3/", "layout_unknown"),
        (b"16,195", b"17,195", "record_type_undefined"),
        (b"88,", b"8,", "record_type_undefined"),
        (b"\r\n99,", b"\r\n99,1,1,1/\r\n99,", "record_after_end"),
        (b"02,123456789", b"01,122099999", "record_out_of_place"),
    ],
)
def test_a_damaged_file_is_refused_and_says_where(found: bytes, put: bytes, code: str):
    assert found in FILE
    problems = [problem for problem in read(FILE.replace(found, put, 1)).problems if problem.severity == "refuse"]
    assert code in [problem.code for problem in problems]
    assert all(problem.raw_position.startswith("line ") for problem in problems if problem.code == code)
    assert not any("JANE" in problem.message or "0123456789" in problem.message for problem in problems)


@pytest.mark.parametrize(
    ("dropped", "code"),
    [
        (b"02", "record_out_of_place"),
        (b"03", "record_out_of_place"),
        (b"49", "end_record_missing"),
        (b"98", "end_record_missing"),
        (b"99", "end_record_missing"),
    ],
)
def test_a_file_that_lost_a_kind_of_record_is_refused(dropped: bytes, code: str):
    parsed = read(b"\r\n".join(line for line in FILE.split(b"\r\n") if not line.startswith(dropped)))
    assert code in codes(parsed)
    assert parsed.refused


def test_a_sign_beside_the_code_is_doubted():
    parsed = read(FILE.replace(b"16,195,45010", b"16,195,-45010"))
    assert ("amount_negative", "doubt", 1) in [(one.code, one.severity, one.line_no) for one in parsed.problems]
    assert rows(parsed)[0]["amount_minor"] == -450_10


def test_a_dropped_line_a_turned_code_or_a_changed_amount_is_refused_at_the_gate():
    dropped = b"\r\n".join(line for line in FILE.split(b"\r\n") if not line.startswith(b"16,698"))
    assert {"declared_count_differs", "declared_debits_differ", "control_total_differs"} <= refused(dropped)
    turned = refused(FILE.replace(b"16,195", b"16,475"))
    assert {"declared_credits_differ", "declared_debits_differ", "control_total_differs"} <= turned
    changed = refused(FILE.replace(b"16,195,45010", b"16,195,45011"))
    assert {"declared_sum_differs", "declared_credits_differ", "control_total_differs"} <= changed
    assert refused(FILE.replace(b"015,143780", b"015,143781")) == {"control_total_differs", "declared_sum_differs"}


def test_a_turned_code_is_refused_even_if_only_the_balances_show_it():
    assert refused(WITHOUT_SUMS) == set()
    assert refused(WITHOUT_SUMS.replace(b"16,195", b"16,475")) == {"control_total_differs"}


def without_total(data: bytes) -> bytes:
    return b"\r\n".join(b"49,,6/" if line.startswith(b"49,") else line for line in data.split(b"\r\n"))


def test_an_account_whose_trailer_has_no_total_needs_the_sums_of_both_sides():
    assert refused(without_total(FILE)) == set()
    assert refused(without_total(WITHOUT_SUMS)) == {"totals_missing"}


def test_totals_of_groups_and_of_the_file_stand_beside_what_was_found():
    parsed = read(write_bai2(CLOCK, DAY, [ACCOUNT, replace(ACCOUNT, account="2", movements=[])]))
    assert [(row["name"], row["declared"] == row["found"]) for row in parsed.totals.to_pylist()] == [
        *[(name, True) for _ in range(2) for name in ("control total", "records", "closing balance")],
        *[(name, True) for name in ("group control total", "accounts", "group records")],
        *[(name, True) for name in ("file control total", "groups", "file records")],
    ]


def test_another_parser_reads_what_the_writer_writes():
    (group,) = other_parser.parse_from_string(FILE.decode(), check_integrity=True).children
    (account,) = group.children
    assert [(one.type_code.code, one.amount) for one in account.children] == [("195", 450_10), ("698", 12_30)]
    assert [one.customer_reference for one in account.children] == ["RF35123ABCZ", None]


words = st.text(st.characters(codec="cp1252", categories=("L", "N"), include_characters=",-"), min_size=1, max_size=40)
movements = st.one_of(
    *[
        st.builds(
            Bai2Movement,
            st.integers(*bounds),
            st.just(code),
            bank_ref=st.sampled_from(["", "FT1"]),
            customer_ref=st.sampled_from(["", "1234574"]),
            text=st.lists(words, max_size=9).map(" ".join),
            value_on=st.none() | st.dates(date(2020, 1, 1), date(2030, 12, 31)),
        )
        for code, bounds in (("195", (1, 10**12)), ("475", (-(10**12), -1)))
    ]
)
accounts = st.builds(
    Bai2Account,
    st.sampled_from(["0123456789", "1"]),
    st.sampled_from(["USD", "JPY"]),
    st.integers(-(10**12), 10**12),
    st.lists(movements, max_size=4),
)


@settings(max_examples=30)
@given(st.lists(accounts, max_size=3))
def test_any_file_is_read_as_it_was_written(written: list[Bai2Account]):
    parsed = read(write_bai2(CLOCK, DAY, written))
    assert parsed.problems == ()
    for row, meant in zip(parsed.statements.to_pylist(), written, strict=True):
        assert (row["account"], row["currency"]) == (meant.account, meant.currency)
        assert row["closing_minor"] == meant.opening_minor + sum(one.amount_minor for one in meant.movements)
        assert row["declared_count"] == len(meant.movements)
    for row, movement in zip(rows(parsed), [one for each in written for one in each.movements], strict=True):
        assert (row["amount_minor"], row["bank_code"]) == (movement.amount_minor, movement.code)
        assert (row["bank_ref"], row["end_to_end_id"]) == (movement.bank_ref or None, movement.customer_ref or None)
        assert (row["text"], row["value_on"]) == (movement.text or None, movement.value_on)


@settings(max_examples=60)
@given(st.integers(0, len(FILE) - 1), st.binary(max_size=4))
def test_a_file_cut_or_damaged_anywhere_does_not_raise(place: int, junk: bytes):
    read(FILE[:place] + junk + FILE[place + len(junk) :])
    whole = FILE.rstrip().removesuffix(b"/")
    assert read(FILE[:place]).refused or FILE[:place].rstrip().startswith(whole) or differs(FILE[:place])


def differs(data: bytes) -> bool:
    """Whether the last record, which was cut, no longer says what the file has."""
    return any(row["declared"] != row["found"] for row in read(data).totals.to_pylist())
