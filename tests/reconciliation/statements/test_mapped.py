"""Tables that a file mapping reads: their header, their cells, what proves them, and what is refused."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any, Final

import pytest

from ledger.domain.bank.file_mapping_facts import FileMapping, MappedWord
from reconciliation.gate import Terms, examine
from reconciliation.statements import Parsed, Profile, read
from reconciliation.statements.mapped.known import KnownMapping
from tests.kit.mappings import columns, figure, mapped, of_bank
from tests.reconciliation.statements.damaged_files import ANY, miscounted, unhelpful

TERMS: Final = Terms(frozenset(("SEK",)), date(2024, 1, 1), date(2024, 12, 31))
SETTLEMENT: Final = """Day,Id,Reference,Amount,Fee,Type
2024-07-01,c1,1001171,300.00,5.00,paid
2024-07-02,c2,,-50.00,1.50,returned
2024-07-03,c3,1002179,200.00,4.00,paid
2024-07-04,c4,,-439.50,,sent
"""
WORDS: Final = (MappedWord("paid", "payment"), MappedWord("returned", "refund"), MappedWord("sent", "payout"))
COLLECTOR: Final = mapped(words=WORDS)
STATEMENT: Final = """Day,Text,Amount,Balance
2024-07-01,Eva Ek,100.00,1100.00
2024-07-01,Hyra,-30.00,1070.00
2024-07-02,Bo Alm,50.00,1120.00
"""
TOTAL: Final = of_bank(
    header=("Day", "Text", "Amount"),
    columns=columns(day="Day", text="Text", amount="Amount"),
    proof="total",
    figures=(figure("total", "Sum", "Amount"), figure("count", "Rows")),
)
LISTED: Final = "Rows,2\nDay,Text,Amount\n2024-07-01,a,100.00\n2024-07-02,b,-1.50\nSum,,98.50\n"


def known(mapping: FileMapping, id: str = "m", version: int = 1, **said: Any) -> KnownMapping:
    return KnownMapping(id, version, said.pop("until_on", mapping.until_on), mapping, **said)


def by(mapping: FileMapping, text: str | bytes) -> Parsed:
    """A table as a mapping reads it."""
    data = text.encode() if isinstance(text, str) else text
    return read(data, Profile(mappings=(known(mapping),)))


def codes(parsed: Parsed) -> list[str]:
    return sorted({one.code for one in parsed.problems} | {one.code for one in examine(parsed, TERMS).refusals})


def amounts(parsed: Parsed) -> list[int | None]:
    return [row["amount_minor"] for row in parsed.lines.to_pylist() if row["kind"] != "settlement"]


def test_a_settlement_is_read_gross_with_its_fees_and_proven_by_its_payout():
    parsed = by(COLLECTOR, SETTLEMENT)
    assert (parsed.format, parsed.message, codes(parsed)) == ("mapped.settlement", "m.v1", [])
    lines = parsed.lines.to_pylist()
    assert [(one["kind"], one["amount_minor"], one["charges_minor"], one["bank_ref"]) for one in lines] == [
        ("settlement", 439_50, None, None),
        ("payment", 300_00, 5_00, "c1"),
        ("refund", -50_00, 1_50, "c2"),
        ("payment", 200_00, 4_00, "c3"),
        ("payout", -439_50, None, "c4"),
    ]
    assert codes(by(COLLECTOR, SETTLEMENT.replace("-439.50", "-439.51"))) == ["balances_do_not_foot"]
    assert codes(by(COLLECTOR, SETTLEMENT.rpartition("2024-07-04")[0])) == ["payout_missing"]


def test_rows_of_several_payouts_are_several_settlements():
    header = ("Day", "Amount", "Type", "Payout")
    several = mapped(
        header=header, columns=columns(day="Day", amount="Amount", type="Type", payout="Payout"), words=WORDS
    )
    text = "Day,Amount,Type,Payout\n2024-07-01,10,paid,A\n2024-07-01,20,paid,B\n2024-07-02,-20,sent,B\n"
    parsed = by(several, f"{text}2024-07-02,-10,sent,A\n")
    assert ([one["statement_id"] for one in parsed.statements.to_pylist()], codes(parsed)) == (["A", "B"], [])
    assert codes(by(several, text)) == ["payout_missing"]
    assert codes(by(several, text.replace(",A\n", ",\n"))) == ["payout_missing"]


def test_without_signs_the_kind_says_the_direction():
    unsigned = mapped(words=WORDS, unsigned=True, fees_below_zero=True)
    text = (
        SETTLEMENT.replace(",-", ",").replace(",5.00", ",-5.00").replace(",1.50", ",-1.50").replace("4.00,p", "-4.00,p")
    )
    assert amounts(by(unsigned, text)) == [300_00, -50_00, 200_00, -439_50]
    assert codes(by(unsigned, text)) == []
    assert codes(by(unsigned, text.replace("50.00,-1", "-50.00,-1"))) == ["amount_negative"]


def test_what_was_claimed_is_read_with_the_reason_why_less_is_paid():
    header = ("Day", "Claimed", "Paid", "Type", "Group", "Reason")
    said = columns(day="Day", claimed="Claimed", amount="Paid", type="Type", reason_group="Group", reason="Reason")
    words = (*WORDS, MappedWord("taken", "chargeback"))
    mapping = mapped(header=header, columns=said, words=words, unsigned=True)
    rows = ["100,100,paid,,X", "100,70,paid,CO,45", "50,0,paid,,denied", "20,20,taken,,", "150,150,sent,,", ",5,paid,,"]
    text = (
        "\n".join([",".join(header), *(f"2024-07-01,{row}" for row in rows)]) + f"\n2024-07-01,9,4,paid,,{'x' * 31}\n"
    )
    lines = [one for one in by(mapping, text).lines.to_pylist() if one["kind"] in ("payment", "chargeback")]
    told = [(one["claimed_minor"], *(tuple(a.values()) for a in one["adjustments"] or ())) for one in lines]
    assert told == [
        (100_00,), (100_00, ("CO", "45", 30_00)), (50_00, (None, "denied", 50_00)), (-20_00,), (None,),
        (9_00, (None, None, 5_00)),
    ]  # fmt: skip


def test_balances_after_each_row_prove_a_statement_in_either_order():
    parsed = by(of_bank(), STATEMENT)
    (stated,) = parsed.statements.to_pylist()
    assert (parsed.format, codes(parsed)) == ("mapped.statement", [])
    assert (stated["opening_minor"], stated["closing_minor"]) == (1000_00, 1120_00)
    head, *rows = STATEMENT.splitlines()
    newest = "\n".join([head, *reversed(rows)])
    (stated,) = by(of_bank(newest_first=True), newest).statements.to_pylist()
    assert (stated["opening_minor"], stated["closing_minor"]) == (1000_00, 1120_00)
    for wrong in (newest, "\n".join([head, rows[0], rows[2]])):
        assert "balance_does_not_follow" in codes(by(of_bank(), wrong))


def test_stated_sums_and_numbers_prove_a_list():
    parsed = by(TOTAL, LISTED)
    assert (parsed.format, codes(parsed), amounts(parsed)) == ("mapped.payments", [], [100_00, -1_50])
    assert codes(by(TOTAL, LISTED.replace("98.50", "98.51"))) == ["control_total_differs"]
    assert codes(by(TOTAL, LISTED.replace("Rows,2", "Rows,3"))) == ["control_total_differs"]
    assert codes(by(TOTAL, LISTED.replace("Sum,,98.50\n", ""))) == ["figure_missing"]
    assert codes(by(TOTAL, f"{LISTED}Sum,,98.50\n")) == ["figure_repeated"]


def test_a_file_that_nothing_proves_is_doubted_as_a_whole():
    nothing = of_bank(header=("Day", "Amount"), columns=columns(day="Day", amount="Amount"), proof="none")
    verdict = examine(by(nothing, "Day,Amount\n2024-07-01,1\n"), TERMS)
    assert (verdict.accepted, [one.code for one in verdict.doubts]) == (True, ["file_unproven"])


@pytest.mark.parametrize(
    ("written", "decimal", "thousands", "minor"),
    [
        ("1 234,50", ",", " ", 1234_50),
        ("1\u00a0234,50", ",", " ", 1234_50),
        ("1.234,5", ",", ".", 1234_50),
        ("1'234.50", ".", "'", 1234_50),
        ("-1,234.50", ".", ",", -1234_50),
        ("\u22125", ".", "", -5_00),
        ("5.00-", ".", "", -5_00),
        ("(5.00)", ".", "", -5_00),
        (".5", ".", "", 50),
    ],
)
def test_an_amount_is_read_as_the_sender_writes_it(written: str, decimal: Any, thousands: Any, minor: int):
    mapping = of_bank(
        header=("Day", "Amount"), columns=columns(day="Day", amount="Amount"), proof="none", decimal=decimal,
        thousands=thousands,
    )  # fmt: skip
    assert amounts(by(mapping, f"Day;Amount\n2024-07-01;{written}\n")) == [minor]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1,234.50", "amount_unreadable"),
        ("1.500", "amount_too_precise"),
        ("5.00.", "amount_unreadable"),
        ("-5-", "amount_unreadable"),
        ("=1+1", "amount_unreadable"),
        ("", "amount_unreadable"),
        ("1E3", "amount_unreadable"),
        ("9" * 30, "amount_unreadable"),
    ],
)
def test_any_other_amount_is_refused_by_row_and_column(written: str, code: str):
    parsed = by(TOTAL, LISTED.replace("100.00", f'"{written}"'))
    (problem,) = (one for one in parsed.problems if one.code == code)
    assert problem.raw_position == "line 3, column Amount"
    assert not written or written not in problem.message


@pytest.mark.parametrize(
    ("form", "written", "day"),
    [
        ("DD.MM.YYYY", "03.07.2024", date(2024, 7, 3)),
        ("YYMMDD", "240703", date(2024, 7, 3)),
        ("MM/DD/YYYY", "07/03/2024 23:59:59", date(2024, 7, 3)),
        ("YYYY-MM-DD", "2024-07-03T10:00:00Z", date(2024, 7, 3)),
        ("YYYY-MM-DD", "2024-02-30", None),
        ("YYYY-MM-DD", "03.07.2024", None),
        ("DD.MM.YYYY", "45476", None),
    ],
)
def test_a_day_is_read_as_the_sender_writes_it(form: str, written: str, day: date | None):
    mapping = of_bank(
        header=("Day", "Amount"), columns=columns(day="Day", amount="Amount"), proof="none", day_format=form
    )
    parsed = by(mapping, f"Day,Amount\n{written},1\n")
    assert parsed.lines["booked_on"].to_pylist() == [day]
    assert ("date_unreadable" in codes(parsed)) == (day is None)


def test_debits_and_credits_stand_in_columns_of_their_own():
    sides = of_bank(
        header=("Day", "Out", "In"), columns=columns(day="Day", debit="Out", credit="In"), proof="total",
        figures=(figure("debits", "Sum", "Out"), figure("credits", "Sum", "In")),
    )  # fmt: skip
    text = "Day,Out,In\n2024-07-01,5.00,\n2024-07-02,0.00,7.00\nSum,5.00,7.00\n"
    assert (amounts(by(sides, text)), codes(by(sides, text))) == ([-5_00, 7_00], [])
    assert "amounts_contradict" in codes(by(sides, text.replace("0.00,7", "2.00,7")))
    assert "amounts_contradict" in codes(by(sides, text.replace("01,5.00,", "01,-5.00,")))


def test_cells_with_line_breaks_and_formulas_are_texts():
    text = LISTED.replace("01,a,", '01,"=HYPERLINK(""x"")\r\nmore",').replace("02,b", "02,@b")
    parsed = by(TOTAL, text)
    assert codes(parsed) == []
    assert parsed.lines["text"].to_pylist() == ['=HYPERLINK("x")\r\nmore', "@b"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_a_mark_or_the_mapping_says_the_encoding(encoding: str):
    name: Any = encoding if encoding in ("cp1252", "latin-1") else "utf-8"
    mapping = of_bank(
        header=("Däg", "Text", "Amount"), columns=columns(day="Däg", text="Text", amount="Amount"), proof="none",
        encoding=name,
    )  # fmt: skip
    parsed = by(mapping, "Däg;Text;Amount\n2024-07-01;Åsa;1\n".encode(encoding))
    assert ([one.severity for one in parsed.problems], parsed.lines["text"].to_pylist()) == (["doubt"], ["Åsa"])


def test_another_encoding_than_the_mappings_is_refused():
    assert codes(by(TOTAL, LISTED.replace("a,100", "å,100").encode("cp1252")))[:1] == ["encoding_wrong"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("b,-1.50", "b,-1.50,", "row_width_differs"),
        ("02,b", '02,"b', "file_truncated"),
        ("02,b", '02,"b"c', "quoting_broken"),
        ("Day,Text,Amount", "Text,Day,Amount", "mapping_header_differs"),
        ("Day,Text,Amount", "Day,Text,Amount,Amount", "mapping_header_differs"),
        ("Day,Text,Amount", "Day,Text,Sum", "mapping_header_differs"),
        ("Day,Text,Amount", "A,B,C", "file_not_mapped"),
    ],
)
def test_a_table_that_is_not_as_the_mapping_says_is_refused(old: str, new: str, code: str):
    parsed = by(TOTAL, LISTED.replace(old, new))
    assert code in codes(parsed)
    assert unhelpful(parsed) == []


def test_a_word_or_a_currency_that_the_mapping_does_not_know_is_refused_and_so_is_a_rounded_id():
    parsed = by(COLLECTOR, SETTLEMENT.replace("returned", "reversed"))
    assert [(one.code, one.raw_position) for one in parsed.problems] == [("kind_unknown", "line 3, column Type")]
    assert codes(by(COLLECTOR, SETTLEMENT.replace(",c2,", ',"1,23457E+15",'))) == ["number_rounded"]
    named = mapped(
        words=WORDS, columns=(*COLLECTOR.columns[:2], *COLLECTOR.columns[3:], *columns(currency="Reference"))
    )
    other = SETTLEMENT.replace("1001171", "sek").replace("1002179", "EUR").replace(",,-", ",SEK,-")
    assert codes(by(named, other)) == ["currency_differs"]


def test_the_version_counts_that_was_in_force_on_the_last_day():
    first, second = known(TOTAL), known(of_bank(**_said(TOTAL, from_on=date(2024, 7, 2))), version=2)
    both = Profile(mappings=(first, second))
    assert read(LISTED.encode(), both).message == "m.v2"
    earlier = LISTED.replace("07-02", "07-01")
    assert read(earlier.encode(), both).message == "m.v1"
    ended = Profile(mappings=(first._replace(until_on=date(2024, 7, 1)),))
    assert codes(read(LISTED.encode(), ended)) == ["mapping_not_in_force"]
    assert read(LISTED.encode(), Profile(mappings=(ended.mappings[0]._replace(pinned=True),))).message == "m.v1"


def test_two_mappings_with_one_header_are_told_apart_by_their_marks():
    plain, marked = known(TOTAL, "a"), known(of_bank(**_said(TOTAL, marks=("lender",))), "b")
    assert codes(read(f"Lender AB\n{LISTED}".encode(), Profile(mappings=(plain, marked)))) == ["mappings_contradict"]
    assert read(LISTED.encode(), Profile(mappings=(plain, marked))).message == "a.v1"
    assert codes(by(marked.mapping, LISTED)) == ["mapping_header_differs"]


def _said(mapping: FileMapping, **changed: Any) -> dict[str, Any]:
    return {name: getattr(mapping, name) for name in FileMapping.__struct_fields__} | changed


@pytest.mark.parametrize(
    ("mapping", "text"),
    [(COLLECTOR, SETTLEMENT), (of_bank(), STATEMENT), (TOTAL, LISTED)],
    ids=["payout", "rows", "sum"],
)
def test_a_damaged_table_is_read_and_never_believed_wrongly(mapping: FileMapping, text: str):
    dice, whole = Random(mapping.proof), amounts(by(mapping, text))
    for damage in (*ANY, *[miscounted] * 20):
        parsed = by(mapping, damage(text.encode(), dice))
        assert unhelpful(parsed) == []
        if damage is miscounted and not codes(parsed):
            # Of the first row, only the balance before it tells: that is the end of the statement before.
            assert amounts(parsed)[mapping == of_bank() :] == whole[mapping == of_bank() :]
