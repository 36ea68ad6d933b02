"""What banks say in MT940 and MT942 is read, whichever of their dialects they write."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from reconciliation.statements import TRAITS, Parsed, Profile, read
from reconciliation.statements.mt940.information_writer import MtInformation
from reconciliation.statements.mt940.statement_line import read_line
from reconciliation.statements.mt940.writer import MtMovement, MtReport, MtStatement, write_mt940, write_mt942
from tests.reconciliation.statements.written_files import DAY, codes, rows

ACCOUNT = "DE89370400440532013000"
HEAD = f":20:STARTUMS\r\n:25:{ACCOUNT}\r\n:28C:00012/1\r\n:60F:C260303EUR1000,00\r\n"
FOOT = ":62F:C260304EUR1100,00\r\n-\r\n"


def one(line: str, *information: str, head: str = HEAD, foot: str = FOOT) -> Parsed:
    """What is read of a statement with one movement, whose fields are written by hand."""
    told = "".join(f":86:{text}\r\n" for text in information)
    return read(f"{head}:61:{line}\r\n{told}{foot}".encode())


def row(line: str, *information: str, **changed: str) -> dict[str, Any]:
    (found,) = rows(one(line, *information, **changed))
    return found


def statement(*movements: MtMovement, **changed: Any) -> MtStatement:
    given = {"reference": "R1", "account": ACCOUNT, "currency": "EUR", "number": 12, "opened_on": DAY, "closed_on": DAY}
    return MtStatement(**{**given, "movements": movements, "opening_minor": 1000_00, **changed})


def test_its_balances_prove_a_statement_and_an_intraday_report_is_never_booked():
    assert (TRAITS["mt940"].proof, TRAITS["mt940"].books) == ("balances", True)
    assert (TRAITS["mt942"].proof, TRAITS["mt942"].intraday, TRAITS["mt942"].books) == (None, True, False)


@pytest.mark.parametrize(
    ("data", "known"),
    [
        (HEAD + FOOT, "mt940"),
        (HEAD.replace("\r\n", "\r"), "mt940"),
        ("\ufeff" + HEAD, "mt940"),
        ("{1:F01BANKDEFFAXXX0000000000}{2:I940BANKDEFFXXXXN}{4:\r\n" + HEAD, "mt940"),
        (":940:\r\n" + HEAD, "mt940"),
        ("BANKDEFF\r\n940\r\nBANKDEFF\r\n" + HEAD, "mt940"),
        (":\n20:X\n:25:1\n:60F:C260303EUR1,\n", "mt940"),
        (":61:2603040304C100,00NTRFNONREF\n", "mt940"),
        (":20:X\n:25:1\n:34F:EURD0,\n:13D:2603041200+0100\n:61:2603040304C1,NTRFX\n", "mt942"),
        ("{1:F01X}{2:O9421200260304X}{4:\n:20:X\n:25:1\n:34F:EUR0,\n", "mt942"),
        # A statement of a bank that also sends totals stays a statement.
        (HEAD + ":90C:0EUR0,\r\n" + FOOT, "mt940"),
        (":20:X\n:25:1\n:32A:260304EUR1,\n", None),
        (":25:12345678\n", None),
        ("the ratio was 1:61:2", None),
    ],
)
def test_a_file_is_known_by_its_fields(data: str, known: str | None):
    assert read(data.encode()).format == known


def test_a_message_is_a_statement_and_a_statement_line_a_movement():
    parsed = one("2603040304C100,00NTRFNONREF//B1", "166?00GUTSCHRIFT?20SVWZ+Danke")
    (head,) = parsed.statements.to_pylist()
    (line,) = rows(parsed)
    assert (parsed.format, parsed.message, parsed.problems) == ("mt940", "MT940", ())
    assert (head["account"], head["account_kind"], head["currency"]) == (ACCOUNT, "iban", "EUR")
    assert (head["statement_id"], head["sequence"], head["first_page"]) == ("STARTUMS", "00012", None)
    assert (head["opening_minor"], head["closing_minor"]) == (1000_00, 1100_00)
    # The opening balance is that of the day before, on which the statement before it ended.
    assert (head["from_on"], head["to_on"]) == (date(2026, 3, 3), DAY)
    assert (line["amount_minor"], line["booked_on"], line["value_on"]) == (100_00, DAY, DAY)
    assert (line["bank_ref"], line["bank_code"], line["status"]) == ("B1", "NTRF-166", "booked")
    assert line["raw_position"] == ":61: 1, line 5"


@pytest.mark.parametrize(
    ("mark", "minor", "reversal"),
    [
        ("C", 100_00, False),
        ("D", -100_00, False),
        # A reversed credit leaves the account, a reversed debit comes back.
        ("RC", -100_00, True),
        ("RD", 100_00, True),
        # The letter behind the mark is the third one of the currency, in EUR an R.
        ("CR", 100_00, False),
        ("DR", -100_00, False),
        ("RCR", -100_00, True),
        ("RDR", 100_00, True),
        ("c", 100_00, False),
    ],
)
def test_a_mark_is_a_direction_and_perhaps_a_reversal(mark: str, minor: int, reversal: bool):
    line = row(f"2603040304{mark}100,00NTRFNONREF")
    assert (line["amount_minor"], line["reversal"]) == (minor, reversal)


@pytest.mark.parametrize(
    ("written", "minor"),
    [
        ("100,00", 100_00),
        ("100,", 100_00),
        ("100", 100_00),
        ("100,5", 100_50),
        ("100.5", 100_50),
        ("0,05", 5),
        ("000000000100,00", 100_00),
        ("0000000000001000,89", 1000_89),
        ("999999999999,99", 999_999_999_999_99),
    ],
)
def test_an_amount_is_read_to_its_last_digit(written: str, minor: int):
    assert row(f"2603040304C{written}NTRFNONREF")["amount_minor"] == minor


def test_amounts_have_the_decimals_of_their_currency():
    head = HEAD.replace("EUR1000,00", "JPY1000,")
    assert row("2603040304C100,NTRFNONREF", head=head, foot="")["amount_minor"] == 100
    assert codes(one("2603040304C100,5NTRFNONREF", head=head, foot="")) == ["amount_too_precise", "file_truncated"]


@pytest.mark.parametrize(
    ("value", "entry", "booked_on"),
    [
        ("251230", "0102", date(2026, 1, 2)),
        ("260102", "1230", date(2025, 12, 30)),
        # The value date may be months away.
        ("251115", "0105", date(2026, 1, 5)),
        ("260304", "0304", DAY),
        ("240301", "0229", date(2024, 2, 29)),
        ("991231", "0103", date(2000, 1, 3)),
    ],
)
def test_an_entry_date_is_in_the_year_in_which_it_is_nearest_to_the_value_date(value: str, entry: str, booked_on: date):
    assert row(f"{value}{entry}C100,00NTRFNONREF")["booked_on"] == booked_on


def test_without_an_entry_date_a_movement_is_booked_on_its_value_date_unless_that_is_after_the_statement():
    for line in ("260304C100,00NTRFNONREF", "260304    C100,00NTRFNONREF"):
        assert row(line)["booked_on"] == DAY
    later = row("260305C100,00NTRFNONREF")
    assert (later["booked_on"], later["value_on"]) == (None, date(2026, 3, 5))


def test_the_thirtieth_of_february_is_the_last_day_of_that_month():
    parsed = one("2602300304C100,00NTRFNONREF")
    assert rows(parsed)[0]["value_on"] == date(2026, 2, 28)
    assert (codes(parsed), parsed.refused) == (["date_of_thirty_days"], False)
    assert row("2402300304C100,00NTRFNONREF")["value_on"] == date(2024, 2, 29)
    assert row("2603010230C100,00NTRFNONREF")["booked_on"] == date(2026, 2, 28)


@pytest.mark.parametrize("details", [":90A:1EUR30,00", ":62M:C260304EUR1,00", ":86:", "::"])
def test_details_that_begin_like_a_field_are_details(details: str):
    plain = read_line("2603040304C1,NTRFREF\nX")
    assert plain is not None
    assert read_line(f"2603040304C1,NTRFREF\n{details}") == plain._replace(details=details)


@pytest.mark.parametrize(
    "line", ["2602310304C1,NTRFX", "2604310304C1,NTRFX", "2613300304C1,NTRFX", "2603040431C1,NTRFX"]
)
def test_a_day_that_no_calendar_has_is_doubted_and_never_guessed(line: str):
    parsed = one(line)
    assert (codes(parsed), parsed.refused) == (["date_unreadable"], False)
    assert None in (rows(parsed)[0]["value_on"], rows(parsed)[0]["booked_on"])


@pytest.mark.parametrize(
    ("behind", "reference", "bank_ref"),
    [
        ("NTRFORDER-7//B1", "ORDER-7", "B1"),
        ("NTRFNONREF//NONREF", None, None),
        ("NTRFKREF+//B1", None, "B1"),
        (" NTRFORDER-7//B1", "ORDER-7", "B1"),
        (
            "NTRFBIPI-dvT1FzfMqvzF5HaU4oetlH7//2022070616391534000",
            "BIPI-dvT1FzfMqvzF5HaU4oetlH7",
            "2022070616391534000",
        ),
        ("NTRFX//" + "7" * 40, None, "7" * 40),
        ("NTRFORDER 7         ANNA EXEMPEL", "ORDER 7", None),
        ("", None, None),
    ],
)
def test_references_are_read_whole_and_words_for_no_reference_are_none(behind: str, reference: str, bank_ref: str):
    line = row(f"2603040304D100,00{behind}")
    assert (line["end_to_end_id"], line["bank_ref"]) == (reference, bank_ref)


def test_no_movement_is_lost_if_a_line_has_no_type():
    data = f"{HEAD}:61:2603040304C60,00\r\n:61:2603040304C40,00\r\n{FOOT}"
    assert [line["amount_minor"] for line in rows(read(data.encode()))] == [60_00, 40_00]


def test_a_reference_of_the_payer_is_a_hint_and_one_of_a_movement_that_we_ordered_is_our_id():
    credit, debit = row("2603040304C100,00NTRF1234574"), row("2603040304D100,00NTRF1234574")
    assert (credit["reference"], credit["reference_valid"], credit["end_to_end_id"]) == ("1234574", True, None)
    assert (debit["reference"], debit["end_to_end_id"]) == (None, "1234574")


@pytest.mark.parametrize(
    ("written", "account", "kind"),
    [
        ("NL91ABNA0417164300 EUR", "NL91ABNA0417164300", "iban"),
        ("/DE89370400440532013000", ACCOUNT, "iban"),
        ("1291.99.348EUR", "129199348", "bban"),
        ("37040044/0532013000", "37040044/0532013000", "bban"),
    ],
)
def test_an_account_is_without_the_currency_behind_it(written: str, account: str, kind: str):
    (head,) = one("2603040304C1,NTRFX", head=HEAD.replace(ACCOUNT, written)).statements.to_pylist()
    assert (head["account"], head["account_kind"]) == (account, kind)


@pytest.mark.parametrize(
    ("letters", "encoding"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp1252", "cp1252"), ("cp850", "cp850")]
)
def test_letters_are_read_in_the_encoding_of_the_bank(letters: str, encoding: str):
    movement = MtMovement(100_00, DAY, DAY, MtInformation("Grüße aus Köln"))
    parsed = read(write_mt940([statement(movement)]).decode().encode(letters))
    assert (parsed.encoding, parsed.problems) == (encoding, ())
    assert rows(parsed)[0]["text"] == "Grüße aus Köln"


def test_letters_of_cp850_that_cp1252_has_for_marks_are_said():
    data = (
        write_mt940([statement(MtMovement(1, DAY, DAY, MtInformation("Rückläufer", "free")))])
        .decode()
        .replace("ü", "u")
    )
    assert codes(read(data.encode("cp850"))) == ["characters_damaged"]


def test_pages_are_one_statement_if_each_opens_where_the_one_before_closes():
    first = statement(MtMovement(5_00, DAY, DAY), MtMovement(6_00, DAY, DAY), goes_on=True)
    second = statement(MtMovement(7_00, DAY, DAY), reference="R2", opening_minor=1011_00, page=2, follows=True)
    parsed = read(write_mt940([first, second, statement(number=13, opening_minor=1018_00)]))
    one, other = parsed.statements.to_pylist()
    assert (one["opening_minor"], one["closing_minor"], other["statement_no"]) == (1000_00, 1018_00, 2)
    assert (one["first_page"], one["last_page"], one["has_last_page"]) == (1, 2, True)
    assert [(line["statement_no"], line["line_no"]) for line in rows(parsed)] == [(1, 1), (1, 2), (1, 3)]
    assert parsed.problems == ()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"opening_minor": 1011_01}, "pages_do_not_connect"),
        ({"page": 3}, "page_missing"),
        # A page of another statement or account stands alone.
        ({"number": 13}, "page_of_several"),
        ({"account": "DE02120300000000202051"}, "page_of_several"),
    ],
)
def test_pages_that_do_not_follow_each_other_are_told(changed: dict[str, Any], code: str):
    first = statement(MtMovement(5_00, DAY, DAY), MtMovement(6_00, DAY, DAY), goes_on=True)
    given = {"opening_minor": 1011_00, "page": 2, "follows": True, **changed}
    parsed = read(write_mt940([first, statement(MtMovement(7_00, DAY, DAY), **given)]))
    assert {*codes(parsed)} == {code}
    assert parsed.refused == (code != "page_of_several")


def test_an_intraday_report_says_when_it_was_made_and_what_it_adds_up_to():
    movements = [
        MtMovement(7_00, DAY, DAY),
        MtMovement(-2_00, DAY, DAY, MtInformation("Tack", "slashes"), reversal=True),
    ]
    created = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    parsed = read(write_mt942([MtReport("R1", ACCOUNT, "EUR", 5, created, movements)]), Profile(zone=None))
    (head,) = parsed.statements.to_pylist()
    assert (parsed.format, parsed.problems) == ("mt942", ())
    assert (head["created_at"], head["currency"]) == ("2026-03-04T23:30+00:00", "EUR")
    assert (head["declared_count"], head["declared_credit_minor"], head["declared_debit_minor"]) == (2, 7_00, 2_00)
    assert (head["opening_minor"], head["closing_minor"]) == (None, None)
    assert [line["amount_minor"] for line in rows(parsed)] == [7_00, -2_00]


def test_an_expected_movement_is_pending_and_has_its_direction():
    lines = rows(read(b":20:X\n:25:1\n:34F:EUR0,\n:61:260304ED10,00NTRFX\n:61:260304EC11,00NTRFX\n"))
    assert [(line["amount_minor"], line["status"]) for line in lines] == [(-10_00, "pending"), (11_00, "pending")]
