"""Codes and amounts in camt: what is meant is read in whatever case it is written, and nothing is guessed."""

from __future__ import annotations

import pytest

from reconciliation.statements import read
from tests.reconciliation.statements.written_files import codes, entry, one_entry, rows, transaction

BALANCE = (
    '<Bal><Tp><CdOrPrtry>{}</CdOrPrtry></Tp><Amt Ccy="SEK">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
    "<Dt><Dt>2026-03-04</Dt></Dt></Bal>"
)
BALANCES = BALANCE.format("<Cd>OPBD</Cd>", "7.00") + BALANCE.format("<Cd>CLBD</Cd>", "8.00")


def with_head(data: bytes, head: str) -> bytes:
    """The file with more in the statement's head, which comes before the entries."""
    return data.replace(b"<Ntry>", head.encode() + b"<Ntry>", 1)


def test_a_status_is_a_text_in_old_versions_and_a_code_in_new_ones():
    for status in ("<Sts>PDNG</Sts>", "<Sts><Cd>PDNG</Cd></Sts>"):
        (row,) = rows(read(one_entry(f'<Amt Ccy="SEK">1</Amt><CdtDbtInd>CRDT</CdtDbtInd>{status}')))
        assert row["status"] == "pending"
    (row,) = rows(read(one_entry('<Amt Ccy="SEK">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>FUTR</Cd></Sts>')))
    assert row["status"] == "future"


def test_an_entry_that_does_not_say_whether_it_is_booked_is_doubted():
    parsed = read(one_entry('<Amt Ccy="SEK">1</Amt><CdtDbtInd>CRDT</CdtDbtInd>'))
    assert [(problem.code, problem.severity, problem.line_no) for problem in parsed.problems] == [
        ("status_missing", "doubt", 1)
    ]
    assert rows(parsed)[0]["status"] is None


def test_codes_mean_the_same_in_lower_or_mixed_case_and_with_blanks_around_them():
    plain = (
        '<Amt Ccy="SEK">100.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd><Sts><Cd>BOOK</Cd></Sts>'
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
        '<Chrgs><Rcrd><Amt Ccy="SEK">3.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Rcrd></Chrgs>'
        '<NtryDtls><TxDtls><Amt Ccy="SEK">100.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls></NtryDtls>'
    )
    expected = read(with_head(one_entry(plain), BALANCES))
    assert not expected.problems
    codes_within = ("SEK", "DBIT", "CRDT", "true", "BOOK", "PMNT", "RCDT", "DMCT", "OPBD", "CLBD")
    for change in (str.lower, str.title, str.upper, lambda code: f"\n {code}\t", lambda code: f" {code.lower()} "):
        changed = with_head(one_entry(plain), BALANCES).decode()
        for code in codes_within:
            changed = changed.replace(f">{code}<", f">{change(code)}<").replace(f'"{code}"', f'"{change(code)}"')
        parsed = read(changed.encode())
        assert (parsed.problems, parsed.statements) == ((), expected.statements)
        assert parsed.lines.drop(["raw_position"]) == expected.lines.drop(["raw_position"])


def test_a_status_as_a_text_and_a_balance_of_the_banks_own_type_are_read_in_any_case():
    head = BALANCE.format("<Prtry>opbd</Prtry>", "7.00") + BALANCE.format("<Prtry> Clbd</Prtry>", "8.00")
    body = '<Amt Ccy="SEK">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts> book\n</Sts>'
    parsed = read(with_head(one_entry(body), head))
    (statement_row,) = parsed.statements.to_pylist()
    assert (statement_row["opening_minor"], statement_row["closing_minor"]) == (7_00, 8_00)
    assert rows(parsed)[0]["status"] == "booked"


def test_an_unknown_status_or_indicator_is_never_silently_read_as_no():
    unknown = read(one_entry('<Amt Ccy="SEK">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOKED</Sts>'))
    assert [(one.code, one.severity, one.line_no) for one in unknown.problems] == [("status_unknown", "doubt", 1)]
    assert rows(unknown)[0]["status"] == "unknown"
    reversal = read(entry("").replace(b"<Sts>", b"<RvslInd>yes</RvslInd><Sts>"))
    assert [(one.code, one.severity) for one in reversal.problems] == [("indicator_unreadable", "doubt")]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"amount": "12.345"}, "amount_too_precise"),
        ({"amount": "12,34"}, "amount_unreadable"),
        ({"amount": "999999999999999999.99"}, "amount_unreadable"),
        ({"currency": "ZZZ"}, "currency_unknown"),
        ({"direction": "C"}, "direction_missing"),
    ],
)
def test_money_that_cannot_be_read_refuses_the_file_in_a_movement_and_is_doubted_in_a_member(changed, code):
    movement = read(entry("", **changed)).problems
    assert (code, "refuse", "Ntry 1, line 1") in [(one.code, one.severity, one.raw_position) for one in movement]
    written = {"amount": "1.00", "currency": "SEK", "direction": "CRDT", **changed}
    member = read(
        transaction(
            f'<Amt Ccy="{written["currency"]}">{written["amount"]}</Amt><CdtDbtInd>{written["direction"]}</CdtDbtInd>'
        )
    )
    assert [(one.code, one.severity) for one in member.problems] == [(code, "doubt")]
    assert [row["amount_exact"] for row in rows(member)] == [True, False]


AMOUNTS = {
    "1250.00": 1_250_00, "+1250.00": 1_250_00, "1250.000": 1_250_00, "01250": 1_250_00, " 1250.0\n": 1_250_00, ".5": 50,
    "0.00": 0, "1 250.00": None, "1\u00a0250.00": None, "1,250.00": None, "1.250,00": None, "1'250.00": None,
    "1250,00": None, "1_250.00": None, "1.25E3": None, "1250.00-": None, "\u22121250.00": None, "(1250.00)": None,
    "SEK 1250.00": None, "NaN": None, "Infinity": None, "\u0661\u0662": None, "": None, ".": None,
}  # fmt: skip


def test_an_amount_is_read_as_xml_schemas_decimal_or_refused_but_never_guessed():
    for written, minor in AMOUNTS.items():
        parsed = read(entry("", amount=written))
        assert rows(parsed)[0]["amount_minor"] == minor, written
        assert codes(parsed) == ([] if minor is not None else ["amount_unreadable"]), written
        assert parsed.refused == (minor is None), written
    yen = read(entry("", amount="100.50", currency="JPY").replace(b"SEK", b"JPY"))
    assert (codes(yen), yen.refused) == (["amount_too_precise"], True)


def test_a_signed_amount_is_refused_unless_balances_show_what_its_sign_means():
    for direction, minor in (("CRDT", -5_00), ("DBIT", 5_00)):
        signed = entry("", amount="-5.00", direction=direction)
        without, within = read(signed), read(with_head(signed, BALANCES))
        assert [(one.code, one.severity) for one in without.problems] == [("amount_negative", "refuse")]
        assert [(one.code, one.severity) for one in within.problems] == [("amount_negative", "doubt")]
        assert rows(within)[0]["amount_minor"] == minor
    balance = read(with_head(entry(""), BALANCES.replace("7.00", "-7.00")))
    assert (codes(balance), balance.refused) == (["balance_unreadable"], True)
    charge = read(entry('<Chrgs><Rcrd><Amt Ccy="SEK">-3.00</Amt></Rcrd></Chrgs>'))
    assert (rows(charge)[0]["charges_minor"], codes(charge)) == (None, ["charges_in_other_currency"])
