"""What a bank says in camt is read as it is meant, whatever version it says it in."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from reconciliation.statements import TRAITS, Profile, read
from reconciliation.statements.camt.writer import CamtDetail, CamtEntry, write_camt053, write_camt054
from reconciliation.statements.rows import BATCH_ROWS
from tests.reconciliation.statements.written_files import (
    BOOKED,
    DAY,
    STAMP,
    camt,
    codes,
    detail,
    entry,
    one_entry,
    rows,
    statement,
    transaction,
)


def test_balances_prove_a_statement_movements_a_notification_and_nothing_a_report_within_the_day():
    assert (TRAITS["camt.053"].proof, TRAITS["camt.053"].direction) == ("balances", "both")
    assert (TRAITS["camt.054"].proof, TRAITS["camt.054"].direction) == ("movements", "both")
    assert (TRAITS["camt.052"].proof, TRAITS["camt.052"].intraday) == (None, True)


@pytest.mark.parametrize("version", [f"{number:02}" for number in range(1, 14)])
@pytest.mark.parametrize(
    ("message", "root", "unit"),
    [
        ("camt.053", "BkToCstmrStmt", "Stmt"),
        ("camt.054", "BkToCstmrDbtCdtNtfctn", "Ntfctn"),
        ("camt.052", "BkToCstmrAcctRpt", "Rpt"),
    ],
)
def test_any_version_of_any_of_the_three_messages_is_read(message: str, root: str, unit: str, version: str):
    root += "V01" if version == "01" else ""
    data = (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{message}.001.{version}"><{root}><{unit}><Id>1</Id>'
        f'<Acct><Id><IBAN>SE3550000000054910000003</IBAN></Id></Acct><Ntry><Amt Ccy="SEK">1.00</Amt>'
        f"<CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts></Ntry></{unit}></{root}></Document>"
    ).encode()
    parsed = read(data)
    assert (parsed.format, parsed.message) == (message, f"{message}.001.{version}")
    assert parsed.problems == ()
    assert [(row["amount_minor"], row["status"]) for row in rows(parsed)] == [(-100, "booked")]


def test_the_amount_on_our_account_is_never_what_the_payer_instructed_in_his_currency():
    instructed = '<InstdAmt><Amt Ccy="EUR">100.00</Amt></InstdAmt>'
    parsed = read(transaction(f'<AmtDtls>{instructed}<TxAmt><Amt Ccy="SEK">1100.00</Amt></TxAmt></AmtDtls>'))
    (row,) = rows(parsed, 1)
    assert (row["amount_minor"], row["currency"]) == (1100_00, "SEK")
    assert (row["instructed_minor"], row["instructed_currency"]) == (100_00, "EUR")
    (alone,) = rows(read(transaction(f"<AmtDtls>{instructed}</AmtDtls>")), 1)
    assert (alone["amount_minor"], alone["currency"], alone["instructed_minor"]) == (None, None, 100_00)


def test_of_two_amounts_of_a_member_the_one_in_the_currency_of_the_movement_counts():
    (row,) = rows(
        read(transaction('<Amt Ccy="USD">4.10</Amt><AmtDtls><TxAmt><Amt Ccy="SEK">37.90</Amt></TxAmt></AmtDtls>')), 1
    )
    assert (row["amount_minor"], row["currency"]) == (37_90, "SEK")


def test_the_amount_of_a_batch_is_not_repeated_for_members_without_one():
    data = write_camt053("M", STAMP, [statement([CamtEntry(2000_00, DAY, DAY, details=(CamtDetail(), CamtDetail()))])])
    parsed = read(data)
    assert [(row["detail_no"], row["amount_minor"]) for row in rows(parsed)] == [(0, 2000_00), (1, None), (2, None)]
    assert rows(parsed, 0)[0]["declared_details"] == 2


def test_the_other_side_is_the_debtor_of_money_in_and_the_creditor_of_money_out():
    parties = (
        "<RltdPties><Dbtr><Pty><Nm>D</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>SE1</IBAN></Id></DbtrAcct>"
        "<Cdtr><Nm>C</Nm></Cdtr><CdtrAcct><Id><Othr><Id>2</Id></Othr></Id></CdtrAcct></RltdPties>"
    )
    sides = {direction: rows(read(transaction(parties, direction=direction)), 1)[0] for direction in ("CRDT", "DBIT")}
    assert [(row["counterparty"], row["counterparty_account"]) for row in sides.values()] == [("D", "SE1"), ("C", "2")]


def test_an_ultimate_debtor_stands_in_and_a_name_not_provided_is_none():
    parsed = read(transaction("<RltdPties><UltmtDbtr><Nm>U</Nm></UltmtDbtr></RltdPties>"))
    assert rows(parsed, 1)[0]["counterparty"] == "U"
    parsed = read(
        transaction(
            "<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><Dbtr><Nm>NOTPROVIDED</Nm></Dbtr></RltdPties>"
        )
    )
    assert (rows(parsed, 1)[0]["counterparty"], rows(parsed, 1)[0]["end_to_end_id"]) == (None, None)


def test_one_payment_of_many_invoices_names_all_of_them_with_what_each_is_paid():
    strd = "".join(
        f"<Strd><RfrdDocAmt><{name} Ccy='SEK'>{amount}</{name}></RfrdDocAmt>"
        f"<CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>{reference}</Ref></CdtrRefInf></Strd>"
        for name, amount, reference in (
            ("RmtdAmt", "80.00", "1234574"),
            ("DuePyblAmt", "40", "123455"),
            ("CdtNoteAmt", "20.00", "RF35123ABCZ"),
        )
    )
    (row,) = rows(read(transaction(f"<RmtInf><Ustrd>1234574</Ustrd>{strd}</RmtInf>")), 1)
    assert (row["reference"], row["reference_kind"], row["reference_valid"]) == ("1234574", "ocr", True)
    assert row["reference_amount_minor"] == 80_00
    assert row["further_references"] == [
        {"reference": "123455", "kind": "ocr", "valid": True, "amount_minor": 40_00, "found_as": None},
        {"reference": "RF35123ABCZ", "kind": "rf", "valid": True, "amount_minor": -20_00, "found_as": None},
    ]
    assert row["text"] == "1234574"


def test_free_text_gives_a_reference_only_where_a_lone_one_holds():
    lone = read(transaction("<RmtInf><Ustrd>faktura 1234</Ustrd><Ustrd>574 tack</Ustrd></RmtInf>"))
    assert rows(lone, 1)[0]["reference"] == "1234574"
    (row,) = rows(read(transaction("<RmtInf><Ustrd>1234574 123455</Ustrd></RmtInf>")), 1)
    assert (row["reference"], row["reference_kind"]) == (None, None)
    assert [further["reference"] for further in row["further_references"]] == ["1234574", "123455"]


def test_charges_are_above_zero_where_taken_and_summed_over_records():
    record = '<Rcrd><Amt Ccy="SEK">{}</Amt><CdtDbtInd>{}</CdtDbtInd></Rcrd>'
    body = f"<Chrgs>{record.format('3.00', 'DBIT')}{record.format('1.00', 'CRDT')}</Chrgs>"
    assert rows(read(entry(body)), 0)[0]["charges_minor"] == 2_00
    old = '<Chrgs><Amt Ccy="SEK">3.00</Amt></Chrgs><Chrgs><Amt Ccy="SEK">1.00</Amt></Chrgs>'
    assert rows(read(entry(old)), 0)[0]["charges_minor"] == 4_00


def test_charges_in_another_currency_are_left_out_and_said():
    parsed = read(entry('<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">3.00</TtlChrgsAndTaxAmt></Chrgs>'))
    assert (rows(parsed)[0]["charges_minor"], codes(parsed)) == (None, ["charges_in_other_currency"])


def test_a_movement_in_another_currency_than_its_account_is_doubted():
    parsed = read(entry("", currency="EUR"))
    assert (codes(parsed), rows(parsed)[0]["currency"]) == (["currency_differs"], "EUR")


def test_a_date_that_is_no_date_is_doubted_and_a_far_one_is_read():
    parsed = read(entry("<BookgDt><Dt>2026-02-30</Dt></BookgDt><ValDt><Dt>2199-01-01</Dt></ValDt>"))
    assert codes(parsed) == ["date_unreadable"]
    assert (rows(parsed)[0]["booked_on"], str(rows(parsed)[0]["value_on"])) == (None, "2199-01-01")


def test_every_instant_of_a_file_has_its_day_in_the_zone_that_the_profile_names():
    late = "2026-10-31T23:30:00Z"
    data = camt(1).replace(STAMP.encode(), late.encode())
    for name in (b"FrDtTm", b"ToDtTm"):
        start = data.index(b"<" + name) + len(name) + 2
        data = data[:start] + late.encode() + data[data.index(b"</" + name) :]
    for name in (b"BookgDt", b"ValDt"):
        data = data.replace(b"<" + name + b"><Dt>2026-03-04</Dt>", f"<{name.decode()}><DtTm>{late}</DtTm>".encode())
    for zone, day in ((None, date(2026, 10, 31)), (ZoneInfo("Europe/Stockholm"), date(2026, 11, 1))):
        parsed = read(data, Profile(zone=zone))
        (head,), (line, _) = parsed.statements.to_pylist(), rows(parsed)
        assert {head[name] for name in ("created_on", "from_on", "to_on")} == {day}
        assert {line["booked_on"], line["value_on"]} == {day}
        assert head["created_at"] == late


def test_a_statement_says_account_period_balances_and_totals():
    entries = [CamtEntry(300_00, DAY, DAY), CamtEntry(-100_00, DAY, DAY), CamtEntry(50_00, DAY, DAY, status="PDNG")]
    (row,) = read(write_camt053("M", STAMP, [statement(entries)])).statements.to_pylist()
    assert (row["account"], row["account_kind"], row["currency"]) == ("SE3550000000054910000003", "iban", "SEK")
    assert (row["statement_id"], row["sequence"], row["created_at"]) == ("ST-1", "44", STAMP)
    assert (row["opening_minor"], row["closing_minor"]) == (1000_00, 1200_00)
    assert (row["declared_count"], row["declared_sum_minor"]) == (3, 450_00)
    assert (row["declared_credit_minor"], row["declared_debit_minor"]) == (350_00, 100_00)


def test_a_notification_has_no_balances_and_may_be_of_a_bankgiro():
    parsed = read(write_camt054("M", STAMP, [statement([], account="50501055", scheme="BGNR", opening_minor=None)]))
    (row,) = parsed.statements.to_pylist()
    assert (row["account"], row["account_kind"], row["opening_minor"]) == ("50501055", "bankgiro", None)


def test_an_account_of_ours_has_one_number_however_the_bank_writes_it():
    written = {
        ("6112-345 678 901", "BBAN"): ("6112345678901", "bban"),
        ("5050-1055", "BGNR"): ("50501055", "bankgiro"),
        ("12 34 56-7", "PGNR"): ("123456-7", "plusgiro"),
        ("1234567", "pg"): ("123456-7", "plusgiro"),
    }
    for (account, scheme), expected in written.items():
        parsed = read(write_camt054("M", STAMP, [statement([], account=account, scheme=scheme, opening_minor=None)]))
        (row,) = parsed.statements.to_pylist()
        assert (row["account"], row["account_kind"]) == expected
    iban = camt().replace(b"SE3550000000054910000003", b"se35 5000 0000 0549 1000 0003")
    assert read(iban).statements == read(camt()).statements


def test_yesterdays_closing_opens_a_statement_and_a_balance_in_another_currency_proves_nothing():
    def balance(kind: str, currency: str, direction: str = "<CdtDbtInd>DBIT</CdtDbtInd>") -> str:
        return (
            f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">7.00</Amt>{direction}'
            "<Dt><Dt>2026-03-04</Dt></Dt></Bal>"
        )

    with_balances = entry("").replace(b"<Ntry>", (balance("PRCD", "SEK") + balance("CLBD", "EUR")).encode() + b"<Ntry>")
    parsed = read(with_balances)
    (row,) = parsed.statements.to_pylist()
    assert (row["opening_minor"], row["closing_minor"], codes(parsed)) == (-7_00, None, ["balance_in_other_currency"])
    without = entry("").replace(b"<Ntry>", balance("OPBD", "SEK", "").encode() + b"<Ntry>")
    assert codes(read(without)) == ["balance_unreadable"]


def test_pages_and_copies_are_said():
    paged = camt().replace(b"<GrpHdr>", b"<GrpHdr><MsgPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></MsgPgntn>")
    assert codes(read(paged)) == ["page_of_several"]
    copied = camt().replace(b"</FrToDt>", b"</FrToDt><CpyDplctInd>DUPL</CpyDplctInd>")
    assert codes(read(copied)) == ["copy_of_statement"]


def test_places_lead_back_into_the_file():
    data = camt()
    for row in rows(read(data)):
        line = int(str(row["raw_position"]).rpartition("line ")[2])
        assert data.splitlines()[line - 1].startswith(b"<Ntry>" if row["detail_no"] == 0 else (b"<TxDtls>", b"<Ntry>"))


def test_elements_in_another_order_than_the_schemas_are_read_all_the_same():
    data = one_entry(
        "<NtryDtls><TxDtls><Amt Ccy='SEK'>100.00</Amt></TxDtls></NtryDtls>"
        f"{BOOKED}<CdtDbtInd>DBIT</CdtDbtInd><Amt Ccy='SEK'>100.00</Amt>"
    )
    assert [row["amount_minor"] for row in rows(read(data))] == [-100_00, -100_00]


def test_a_large_batch_is_read_in_pieces():
    members = [detail(number) for number in range(BATCH_ROWS + 5_000)]
    data = write_camt053("M", STAMP, [statement([CamtEntry(125_00 * len(members), DAY, DAY, "B", members)])])
    lines = read(data).lines
    assert lines.column("detail_no").to_pylist() == list(range(len(members) + 1))
    assert lines.column("amount_minor").to_pylist()[0] == sum(lines.column("amount_minor").to_pylist()[1:])
    assert lines.column("detail_no").num_chunks > 2


def test_a_large_batch_whose_entry_speaks_last_is_refused():
    member = "<TxDtls><Amt Ccy='SEK'>1.00</Amt></TxDtls>" * 20_000
    # Blanks keep the parser, which reads on in pieces of 32 KiB, from knowing what follows.
    late = f"{' ' * 100_000}<Amt Ccy='SEK'>1</Amt><CdtDbtInd>CRDT</CdtDbtInd>{BOOKED}"
    data = one_entry(f"<NtryDtls>{member}</NtryDtls>{late}")
    assert "xml_out_of_place" in codes(read(data))
