"""What a bank offers for download as OFX is read, in SGML and in XML, and never booked, because nothing proves it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import bankfile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.gate import examine
from reconciliation.gate.verdict import Terms
from reconciliation.statements import TRAITS, read
from reconciliation.statements.ofx.writer import OfxMovement, OfxStatement, write_ofx
from tests.reconciliation.statements.written_files import codes, rows

DAY = date(2026, 3, 4)
NAME = "JANE & JOHN SÄMPLE <LTD>"
COIN = OfxMovement(450_10, DAY, "T1", "credit", NAME, "INVOICE 1234574", "1079", date(2026, 3, 5))
FEE = OfxMovement(-12_30, DAY, "T2", "FEE", memo="MONTHLY FEE")
STATEMENT = OfxStatement("0123456789", "USD", date(2026, 3, 1), DAY, 1_437_80, [COIN, FEE])
SGML, XML = write_ofx(DAY, [STATEMENT]), write_ofx(DAY, [STATEMENT], xml=True)
BOTH = pytest.mark.parametrize("data", [SGML, XML], ids=["SGML", "XML"])


def refusals(data: bytes) -> list[str]:
    return [problem.code for problem in read(data).problems if problem.severity == "refuse"]


def amounts(data: bytes) -> list[object]:
    return [row["amount_minor"] for row in rows(read(data))]


@BOTH
def test_nothing_proves_it_so_it_is_never_booked(data: bytes):
    assert (TRAITS["ofx"].proof, TRAITS["ofx"].books) == (None, False)
    terms = Terms(frozenset({"USD"}), date(2020, 1, 1), date(2026, 12, 31))
    assert [reason.code for reason in examine(read(data), terms).refusals] == ["format_not_provable"]


@BOTH
def test_a_file_is_known_by_its_header_or_its_root(data: bytes):
    assert read(data).format == "ofx"
    assert read(data[data.index(b"<OFX>") :]).format == "ofx"
    assert read(b"<!-- from a bank -->\n" + data[data.index(b"<OFX>") :]).format == "ofx"
    assert read(b"<OFXES></OFXES>").format is None


@BOTH
def test_a_statement_has_its_account_days_and_only_a_closing_balance(data: bytes):
    (statement,) = read(data).statements.to_pylist()
    assert (statement["account"], statement["account_kind"], statement["currency"]) == ("0123456789", "bban", "USD")
    assert (statement["from_on"], statement["to_on"], statement["closed_on"]) == (date(2026, 3, 1), DAY, DAY)
    assert (statement["opening_minor"], statement["closing_minor"]) == (None, 1_437_80)
    assert statement["created_on"] == DAY


@BOTH
def test_a_movement_has_its_days_id_names_and_references(data: bytes):
    parsed = read(data)
    coin, fee = rows(parsed)
    assert parsed.problems == ()
    assert parsed.encoding == ("UTF-8" if data == XML else "cp1252")
    assert (coin["amount_minor"], fee["amount_minor"]) == (450_10, -12_30)
    assert (coin["booked_on"], coin["value_on"], fee["value_on"]) == (DAY, date(2026, 3, 5), None)
    assert (coin["bank_ref"], coin["bank_code"], coin["status"]) == ("T1", "CREDIT", "booked")
    assert (coin["counterparty"], coin["text"], fee["counterparty"]) == (NAME, "INVOICE 1234574", None)
    assert coin["reference"] == "1079"
    assert [found["reference"] for found in coin["further_references"]] == ["1234574"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("written", "minor"),
    [("+450.10", 450_10), ("+ 450,10", 450_10), ("- 450.1", -450_10), ("450", 450_00), ("-00000450.1000", -450_10)],
)
def test_an_amount_has_a_point_or_a_comma_and_its_own_sign(written: str, minor: int):
    assert amounts(SGML.replace(b">450.10", f">{written}".encode())) == [minor, -12_30]


@pytest.mark.parametrize("written", ["$450", "1,450.10", "4.5.0", "", "1e3", "NaN", "450-"])
def test_what_is_no_amount_is_refused_and_not_guessed(written: str):
    data = SGML.replace(b">450.10", f">{written}".encode())
    assert (refusals(data), amounts(data)) == (["amount_unreadable"], [None, -12_30])


def test_too_many_decimals_are_refused():
    assert refusals(SGML.replace(b">450.10", b">450.105")) == ["amount_too_precise"]


def test_digits_behind_a_comma_that_may_be_thousands_are_no_decimals():
    assert refusals(SGML.replace(b">450.10", b">1,450")) == ["amount_unreadable"]
    dinars = write_ofx(DAY, [replace(STATEMENT, currency="KWD")]).replace(b">45.010", b">1,450")
    assert (refusals(dinars), amounts(dinars)) == ([], [1_450, -1_230])


@pytest.mark.parametrize("time", [b"", b"120000", b"235959.000[-5:EST]", b"000000[0:GMT]", b"093914:014"])
def test_a_day_is_the_one_that_the_bank_writes(time: bytes):
    parsed = read(SGML.replace(b"<DTPOSTED>20260304", b"<DTPOSTED>20260304" + time))
    assert (parsed.problems, rows(parsed)[0]["booked_on"]) == ((), DAY)


@pytest.mark.parametrize("written", [b"20260230", b"", b"04/03/2026", b"2026"])
def test_a_day_that_is_none_is_doubted(written: bytes):
    parsed = read(SGML.replace(b"<DTPOSTED>20260304", b"<DTPOSTED>" + written, 1))
    assert [(one.code, one.severity, one.line_no) for one in parsed.problems] == [("date_unreadable", "doubt", 1)]
    assert rows(parsed)[0]["booked_on"] is None


def test_an_amount_in_another_currency_has_that_currency():
    foreign = b"<CURRENCY><CURRATE>1.2<CURSYM>JPY</CURRENCY></STMTTRN>"
    (coin, fee) = rows(read(SGML.replace(b">450.10", b">45010").replace(b"</STMTTRN>", foreign, 1)))
    assert [(row["amount_minor"], row["currency"]) for row in (coin, fee)] == [(45010, "JPY"), (-12_30, "USD")]
    assert set(refusals(SGML.replace(b"USD", b"USX"))) == {"balance_unreadable", "currency_unknown"}


def test_the_available_balance_and_balances_of_lists_are_not_the_closing_balance():
    more = b"<AVAILBAL><BALAMT>1<DTASOF>20270101</AVAILBAL><BALLIST><BAL><NAME>X<VALUE>2</BAL></BALLIST></STMTRS>"
    (statement,) = read(SGML.replace(b"</STMTRS>", more)).statements.to_pylist()
    assert (statement["closing_minor"], statement["closed_on"]) == (1_437_80, DAY)


def test_the_account_of_another_party_is_not_the_accounts_own():
    more = b"<BANKACCTTO><BANKID>1<ACCTID>998877</BANKACCTTO><PAYEE><NAME>Payee<CITY>X</PAYEE></STMTTRN>"
    parsed = read(SGML.replace(b"</STMTTRN>", more))
    assert [row["counterparty_account"] for row in rows(parsed)] == ["998877"] * 2
    assert [row["counterparty"] for row in rows(parsed)] == [NAME, "Payee"]
    assert parsed.statements.to_pylist()[0]["account"] == "0123456789"


def test_a_pending_movement_is_not_booked():
    first, _, second = SGML.rpartition(b"<STMTTRN>")
    data = first + b"<STMTTRNP>" + second.replace(b"</STMTTRN>", b"</STMTTRNP>")
    assert [row["status"] for row in rows(read(data))] == ["booked", "pending"]


def test_movements_in_several_lists_and_statements_are_all_read():
    again = SGML.replace(
        b"<LEDGERBAL>", SGML[SGML.index(b"<BANKTRANLIST>") : SGML.index(b"<LEDGERBAL>")] + b"<LEDGERBAL>"
    )
    assert amounts(again) == [450_10, -12_30] * 2
    card = b"<CCSTMTRS><CURDEF>USD<CCACCTFROM><ACCTID>77</CCACCTFROM></CCSTMTRS></OFX>"
    both = read(write_ofx(DAY, [STATEMENT, replace(STATEMENT, account="1")]).replace(b"</OFX>", card))
    assert [row["account"] for row in both.statements.to_pylist()] == ["0123456789", "1", "77"]


def test_headers_without_line_ends_and_tags_in_any_case_are_read():
    header, _, body = SGML.partition(b"\r\n\r\n")
    one_line = header.replace(b"\r\n", b"") + b"\r\n\r\n" + body
    for data in (
        one_line,
        b"\r\n\r\n" + SGML,
        SGML.replace(b"STMTTRN", b"StmtTrn"),
        XML.replace(b"<OFX>", b'<OFX a="b/c">'),
    ):
        assert (read(data).problems, amounts(data)) == ((), [450_10, -12_30])


def test_values_keep_marks_that_were_not_escaped():
    memo = b"<MEMO>A < B & C &amp; D &unknown; &#65; <![CDATA[<x> &amp;]]> E"
    (_, fee) = rows(read(SGML.replace(b"<MEMO>MONTHLY FEE", memo)))
    assert fee["text"] == "A < B & C & D &unknown; A <x> &amp; E"


@pytest.mark.parametrize(
    ("charset", "codec", "encoding"),
    [("1252", "cp1252", "cp1252"), ("8859-1", "latin-1", "ISO-8859-1"), ("NONE", "utf-8", "UTF-8")],
)
def test_the_encoding_is_the_declared_one_unless_the_bytes_say_more(charset: str, codec: str, encoding: str):
    parsed = read(SGML.decode("cp1252").replace("CHARSET:1252", f"CHARSET:{charset}").encode(codec))
    assert (parsed.encoding, rows(parsed)[0]["counterparty"], parsed.problems) == (encoding, NAME, ())
    assert "encoding_wrong" in refusals(XML.decode().encode("latin-1"))
    assert read(XML.decode().replace("UTF-8", "UTF-16").encode("utf-16")).lines == read(XML).lines


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "dtd",
    [
        "OFX",
        f'OFX [<!ENTITY l0 "lol">{LAUGHS}]',
        'OFX [<!ENTITY x SYSTEM "file:///etc/passwd">]',
        'x SYSTEM "http://127.0.0.1:9/x"',
    ],
)
@BOTH
def test_a_document_type_is_refused_before_anything_is_parsed(data: bytes, dtd: str):
    parsed = read(data.replace(b"<OFX>", f"<!DOCTYPE {dtd}><OFX>".encode()).replace(b"MONTHLY FEE", b"&x;&l9;"))
    assert (codes(parsed), parsed.lines.num_rows) == (["xml_document_type"], 0)


def test_entities_declared_elsewhere_are_never_looked_up():
    parsed = read(XML.replace(b"<BANKMSGSRSV1>", b'<!ENTITY x "y"><BANKMSGSRSV1>').replace(b"MONTHLY FEE", b"&x;"))
    assert rows(parsed)[1]["text"] == "&x;"


@pytest.mark.parametrize(
    ("found", "put", "code"),
    [
        (b"<CODE>0\r\n<SEVERITY>INFO", b"<CODE>2000\r\n<SEVERITY>ERROR", "bank_reports_error"),
        (b"</STMTTRN>", b"", "xml_out_of_place"),
        (b"<STMTTRN>", b"<STMTTRN><STMTTRN>", "xml_out_of_place"),
        (b"</BANKTRANLIST>", b"</STMTTRN></BANKTRANLIST>", "xml_out_of_place"),
        (b"</OFX>", b"", "file_truncated"),
        (b"<BANKTRANLIST>", b"<!-- <BANKTRANLIST>", "file_truncated"),
        (b"<BALAMT>", b"<BALAMT>x", "balance_unreadable"),
    ],
)
def test_a_damaged_file_is_refused_and_says_where(found: bytes, put: bytes, code: str):
    assert found in SGML
    problems = read(SGML.replace(found, put, 1)).problems
    assert code in [problem.code for problem in problems if problem.severity == "refuse"]
    assert all(problem.raw_position for problem in problems)
    assert not any("JANE" in problem.message or "0123456789" in problem.message for problem in problems)


def test_a_file_without_a_statement_is_refused():
    securities = SGML.replace(b"STMTRS", b"INVSTMTRS").replace(b"BANKACCT", b"INVACCT")
    for data in (b"OFXHEADER:100\n\n<OFX></OFX>", securities):
        assert refusals(data) == ["statement_missing"]


def test_a_line_number_is_that_of_the_file():
    line = SGML[: SGML.index(b"<STMTTRN>")].count(b"\n") + 1
    assert rows(read(SGML))[0]["raw_position"] == f"line {line}"


@BOTH
def test_another_parser_reads_what_the_writer_writes(data: bytes):
    found = bankfile.parse_bytes(data)
    assert [(str(one.amount), one.date) for one in found.transactions] == [("450.10", DAY), ("-12.30", DAY)]
    assert [one.counterparty_name for one in found.transactions] == [NAME, None]


words = st.text(
    st.characters(codec="cp1252", categories=("L", "N"), include_characters="&<>;,"), min_size=1, max_size=20
)
texts = st.lists(words, max_size=4).map(" ".join)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
movements = st.builds(
    OfxMovement,
    st.integers(-(10**12), 10**12),
    days,
    st.sampled_from(["", "T1"]),
    name=texts,
    memo=texts,
    available_on=st.none() | days,
)
statements = st.builds(
    OfxStatement,
    st.just("0123456789"),
    st.sampled_from(["USD", "JPY", "KWD"]),
    st.just(DAY),
    st.just(DAY),
    st.integers(-(10**12), 10**12),
    st.lists(movements, max_size=3),
)


@settings(max_examples=30)
@given(st.lists(statements, min_size=1, max_size=2), st.booleans())
def test_any_file_is_read_as_it_was_written(written: list[OfxStatement], xml: bool):
    parsed = read(write_ofx(DAY, written, xml))
    assert parsed.problems == ()
    for row, meant in zip(parsed.statements.to_pylist(), written, strict=True):
        assert (row["closing_minor"], row["currency"]) == (meant.balance_minor, meant.currency)
    for row, movement in zip(rows(parsed), [one for each in written for one in each.movements], strict=True):
        assert (row["amount_minor"], row["booked_on"]) == (movement.amount_minor, movement.posted_on)
        assert (row["counterparty"], row["text"]) == (movement.name or None, movement.memo or None)
        assert (row["bank_ref"], row["value_on"]) == (movement.id or None, movement.available_on)


@settings(max_examples=60)
@given(st.sampled_from([SGML, XML]), st.integers(0), st.binary(max_size=4))
def test_a_file_cut_or_damaged_anywhere_does_not_raise(data: bytes, place: int, junk: bytes):
    place %= len(data)
    read(data[:place] + junk + data[place + len(junk) :])
    assert read(data[:place]).refused or not data[place:].strip()


def test_marks_without_an_end_take_no_more_time_than_they_have_length():
    for mark in (b"<!--", b"<![CDATA[", b"<", b"<a ", b"&#", b"<STMTTRN>"):
        read(b"OFXHEADER:100\n<OFX><STMTRS>" + mark * 100_000)
