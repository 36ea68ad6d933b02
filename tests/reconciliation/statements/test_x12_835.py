"""What a payer says in an X12 835 is read with its claims, and proven by counts, control numbers and sums."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import oxedi
import pytest

from reconciliation.gate import Terms, examine
from reconciliation.statements import TRAITS, Parsed, read
from reconciliation.statements.x12_835.writer import (
    EraAdjustment,
    EraClaim,
    EraForm,
    EraPayment,
    EraProcedure,
    EraProviderAdjustment,
    write_x12_835,
)
from tests.reconciliation.statements.written_files import codes, rows

CLOCK = datetime(2026, 11, 2, 9, 30)  # noqa: DTZ001  a payer writes its clock without zone
DAY = date(2026, 11, 3)
TERMS = Terms(frozenset({"USD", "JPY"}), date(2000, 1, 1), date(2026, 12, 31))
PATIENT, MEMBER = "TESTSSON*GRETA", "ZZZ987654321"
PAID = EraClaim(
    "INV-1001", 100_00, 80_00, control="P77", adjustments=[EraAdjustment("CO", "45", 15_00)],
    services=[EraProcedure("99213", 100_00, 95_00, [EraAdjustment("PR", "1", 5_00)])], patient=PATIENT, member=MEMBER,
)  # fmt: skip
DENIED = EraClaim("INV-1002", 50_00, 0, "4", "P78", [EraAdjustment("CO", "96", 50_00)], patient=PATIENT)
TAKEN_BACK = EraClaim("INV-0900", -30_00, -20_00, "22", "P60", [EraAdjustment("CO", "45", -10_00)])
RECOUPED, INTEREST = EraProviderAdjustment("WO", 10_00, "P55"), EraProviderAdjustment("L6", -1_50)
PAYMENT = EraPayment("T-1", "1123456789", DAY, [PAID, DENIED, TAKEN_BACK], [RECOUPED, INTEREST], account="98765")
SOUND = write_x12_835(CLOCK, [PAYMENT])


def refusals(parsed: Parsed) -> set[str]:
    """The codes for which the reader or the gate refuses a file."""
    return {reason.code for reason in examine(parsed, TERMS).refusals}


def changed(old: str, new: str, data: bytes = SOUND) -> bytes:
    assert data.count(old.encode()) == 1, old
    return data.replace(old.encode(), new.encode())


def test_its_payments_prove_it_and_it_is_an_advice():
    traits = TRAITS["x12_835"]
    assert (traits.proof, traits.direction, traits.holds) == ("deposits", "in", "remittance")


def test_a_transaction_is_a_statement_and_its_payment_the_one_line():
    parsed = read(SOUND)
    (statement,) = parsed.statements.to_pylist()
    line = rows(parsed)[0]
    assert (parsed.message, parsed.encoding, parsed.problems) == ("005010X221A1", "UTF-8", ())
    assert (statement["deposited_to"], statement["currency"], statement["statement_id"]) == (
        "98765",
        "USD",
        "T-1-1123456789",
    )
    assert (statement["from_on"], statement["to_on"], statement["created_at"]) == (DAY, DAY, "2026-11-02T09:30:00")
    assert (line["amount_minor"], line["booked_on"], line["bank_code"]) == (51_50, DAY, "ACH")
    assert (line["bank_ref"], line["counterparty_account"]) == ("T-1", "1123456789")
    # What the payer holds is on our account there, which its number names.
    assert statement["account"] == "1123456789"
    assert examine(parsed, TERMS).doubts == ()


def test_claims_and_what_the_payer_takes_besides_are_the_details():
    _, paid, denied, taken_back, recouped, interest = rows(read(SOUND))
    assert (paid["reference"], paid["bank_ref"], paid["amount_minor"], paid["claimed_minor"]) == (
        "INV-1001", "P77", 80_00, 100_00,
    )  # fmt: skip
    assert paid["adjustments"] == [
        {"group": "CO", "code": "45", "amount_minor": 15_00},
        {"group": "PR", "code": "1", "amount_minor": 5_00},
    ]
    assert (denied["amount_minor"], denied["bank_code"], denied["reversal"]) == (0, "4", False)
    assert (taken_back["amount_minor"], taken_back["bank_code"], taken_back["reversal"]) == (-20_00, "22", True)
    # A positive adjustment of the provider lowers the payment, a negative one raises it; it belongs to no claim.
    assert [(one["kind"], one["bank_code"], one["bank_ref"], one["amount_minor"]) for one in (recouped, interest)] == [
        ("other", "WO", "P55", -10_00),
        ("other", "L6", None, 1_50),
    ]
    assert recouped["reference"] is None


def test_nothing_about_a_patient_is_kept():
    kept = str(rows(read(SOUND))) + str(read(SOUND).statements.to_pylist())
    assert "TESTSSON" in SOUND.decode()
    assert not any(word in kept for word in ("TESTSSON", "GRETA", MEMBER, "99213"))


def test_adjustments_with_one_reason_are_added_up():
    service = EraProcedure("1", 30_00, 20_00, [EraAdjustment("PR", "2", 10_00)])
    claim = EraClaim("N", 60_00, 45_00, adjustments=[EraAdjustment("PR", "2", 5_00)], services=[service])
    parsed = read(write_x12_835(CLOCK, [replace(PAYMENT, claims=[claim])]))
    assert (rows(parsed)[1]["adjustments"], codes(parsed)) == (
        [{"group": "PR", "code": "2", "amount_minor": 15_00}],
        [],
    )


def test_adjustments_with_one_reason_that_sum_to_more_than_books_can_have_are_refused():
    most = [EraAdjustment("CO", "45", 9 * 10**14), EraAdjustment("CO", "45", 10**14)]
    for more in ((), (EraAdjustment("CO", "45", 1),)):
        paid = 10**15 - sum(one.amount_minor for one in (*most, *more))
        claim = EraClaim("N", 10**15, paid, adjustments=[*most, *more])
        told = codes(read(write_x12_835(CLOCK, [replace(PAYMENT, claims=[claim])])))
        assert ("amount_unreadable" in told) is bool(more)


def test_advice_without_payment_is_read_with_its_claims():
    parsed = read(write_x12_835(CLOCK, [EraPayment("0", "1", DAY, [DENIED], method="NON")]))
    assert [line["amount_minor"] for line in rows(parsed)] == [0, 0]
    verdict = examine(parsed, TERMS)
    assert (verdict.accepted, verdict.doubts) == (True, ())


def test_a_payment_that_takes_money_of_ours_is_refused():
    data = changed("*C*ACH*", "*D*ACH*")
    assert "direction_unsupported" in {one.code for one in read(data).problems if one.severity == "refuse"}


def test_a_cheque_has_no_account_even_if_a_day_stands_where_the_account_would():
    # A payer left out an element, so its day of payment stands one element too early.
    data = changed("*01*999999999*DA*98765*20261103", "*****20261103", changed("*ACH*", "*CHK*"))
    parsed = read(data.replace(b"*1123456789******20261103", b"*1123456789*****20261103"))
    (statement,) = parsed.statements.to_pylist()
    assert (statement["deposited_to"], rows(parsed)[0]["booked_on"]) == (None, None)
    assert [doubt.code for doubt in examine(parsed, TERMS).doubts] == ["booked_on_missing"]


def test_a_currency_has_its_own_decimals():
    parsed = read(write_x12_835(CLOCK, [replace(PAYMENT, currency="JPY", adjustments=())]))
    assert (parsed.statements["currency"].to_pylist(), rows(parsed)[0]["amount_minor"]) == (["JPY"], 60_00)
    data = changed("CUR*PR*JPY", "CUR*PR*XQQ", write_x12_835(CLOCK, [replace(PAYMENT, currency="JPY")]))
    assert codes(read(data)) == ["currency_unknown"]


def test_a_claim_without_our_number_has_no_reference():
    assert rows(read(changed("CLP*INV-1001*", "CLP*0*")))[1]["reference"] is None


FORMS = {
    "header not filled": EraForm(filled=False),
    "on one line": EraForm(after_segment=""),
    "lines end segments": EraForm(segment="\n", after_segment=""),
    "Windows": EraForm(after_segment="\r\n"),
    "other characters": EraForm("|", ">", "!", "\n"),
    "control characters": EraForm("\x1d", "\x1f", "\x1c", "", filled=False),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_the_header_says_how_elements_and_segments_end(form: EraForm):
    parsed = read(write_x12_835(CLOCK, [PAYMENT], form=form))
    assert (parsed.lines, parsed.statements, parsed.problems) == (read(SOUND).lines, read(SOUND).statements, ())


def test_a_payers_name_in_another_encoding_is_read():
    data = changed("EXAMPLE HEALTH PLAN", "CAJA DE PENSIÓN").decode().encode("iso-8859-1")
    parsed = read(data)
    assert (parsed.encoding, rows(parsed)[0]["counterparty"]) == ("ISO-8859-1", "CAJA DE PENSIÓN")


def test_a_file_may_have_several_payments_of_several_payers():
    other = replace(PAYMENT, payer="1999999999", payer_name="OTHER PLAN")
    parsed = read(write_x12_835(CLOCK, [PAYMENT, other]))
    assert parsed.statements["statement_id"].to_pylist() == ["T-1-1123456789", "T-1-1999999999"]
    assert examine(parsed, TERMS).accepted
    assert refusals(read(write_x12_835(CLOCK, [PAYMENT, PAYMENT]))) == {"statement_repeated"}


def test_a_file_may_have_several_interchanges():
    parsed = read(SOUND + write_x12_835(CLOCK, [replace(PAYMENT, trace="T-2")], control=2))
    assert (parsed.statements.num_rows, parsed.problems, examine(parsed, TERMS).accepted) == (2, (), True)
    other = write_x12_835(CLOCK, [replace(PAYMENT, trace="T-2")], form=EraForm("|"))
    assert set(codes(read(SOUND + other))) == {"record_after_end"}


def test_what_is_no_835_is_counted_and_not_read():
    claim = "ST*837*0002~\nBHT*0019~\nSE*3*0002~\nGE*2*1"
    parsed = read(changed("GE*1*1", claim, SOUND.replace(b"GS*HP*", b"GS*HC*")))
    assert (parsed.statements.num_rows, codes(parsed)) == (1, ["record_unknown"])
    assert parsed.totals.num_rows == 4
    only = changed("ST*835", "ST*837", SOUND.replace(b"GS*HP*", b"GS*HC*"))
    assert codes(read(only)) == ["statement_missing"]


CLP1, CLP2 = "CLP*INV-1001*1*100*80**12*P77", "CLP*INV-1002*4*50*0**12*P78"
CLP3 = "CLP*INV-0900*22*-30*-20**12*P60"
MORE = changed("SE*22", "SE*23")
BALANCED = changed("CAS*CO*96*50", "CAS*CO*96*0")
DOUBTED = {
    "claim that does not sum": (changed("CAS*PR*1*5", "CAS*PR*1*6"), "claim_does_not_sum", "segment 12"),
    "adjustment without number": (changed("CAS*PR*1*5", "CAS*PR*1*x"), "amount_unreadable", "segment 16"),
    "claimed without number": (changed("*100*80**", "**80**"), "amount_unreadable", "segment 12"),
    "segment that is in no guide": (changed("LX*1~\n", "LX*1~\nZZZ*1~\n", MORE), "record_unknown", "segment 12"),
    # Sums and counts are right, because the claim was paid nothing.
    "damaged denial": (
        changed("CLP*INV-1002*4*50*0**", "CLX*INV-1002*4*50*0**", BALANCED),
        "record_unknown",
        "segment 17",
    ),
    "no trace": (changed("TRN*1*T-1*", "TRN*1**"), "trace_missing", "segment 4"),
    "no day": (changed("*20261103~", "*20261303~"), "date_unreadable", "segment 4"),
}


@pytest.mark.parametrize(("data", "code", "at"), DOUBTED.values(), ids=DOUBTED.keys())
def test_what_is_doubtful_is_told_with_its_segment(data: bytes, code: str, at: str):
    parsed = read(data)
    told = [(problem.code, problem.raw_position, problem.severity) for problem in parsed.problems]
    assert told == [(code, at, "doubt")]
    assert examine(parsed, TERMS).accepted


REFUSED = {
    "no header": (SOUND[SOUND.index(b"GS*") :], "start_record_missing"),
    "no envelope": (SOUND[SOUND.index(b"ST*") :], "start_record_missing"),
    "header cut": (SOUND[:90], "delimiters_unreadable"),
    "header with an element too many": (changed("*^*00501", "*^**00501"), "delimiters_unreadable"),
    "letters end elements": (SOUND.replace(b"~", b"Z"), "delimiters_unreadable"),
    "no group": (changed("GS*HP", "GX*HP"), "delimiters_unreadable"),
    "test file": (write_x12_835(CLOCK, [PAYMENT], production=False), "test_file"),
    "no end of the transaction": (changed("SE*22*0001~\n", ""), "end_record_missing"),
    "no end of the group": (changed("GE*1*1~\n", ""), "end_record_missing"),
    "no end": (changed("IEA*1*000000001~\n", ""), "end_record_missing"),
    "end cut": (SOUND.rstrip()[:-4], "control_number_differs"),
    "other transaction's end": (changed("SE*22*0001", "SE*22*0002"), "control_number_differs"),
    "end without number": (changed("SE*22*0001", "SE**0001"), "record_unreadable"),
    "no beginning": (changed("ST*835*0001~\n", ""), "start_record_missing"),
    "another kind among advices": (changed("ST*835", "ST*83"), "record_out_of_place"),
    "segment between": (changed("GE*1*1", "ZZZ*1~\nGE*1*1"), "record_out_of_place"),
    "more after the end": (SOUND + b"ZZZ*1~", "record_after_end"),
    "no payment": (changed("BPR*I", "BPX*I"), "payment_missing"),
    "payment without number": (changed("BPR*I*51.5", "BPR*I*51,5"), "amount_unreadable"),
    "payment too precise": (changed("BPR*I*51.5", "BPR*I*51.504"), "amount_too_precise"),
    "claim without number": (changed("*100*80**", "*100*8O**"), "amount_unreadable"),
    "adjustment of the provider without number": (changed("*WO:P55*10*", "*WO:P55**"), "amount_unreadable"),
    # The same files, but with parts that are only missing, repeated or changed: sums and counts show it.
    "dropped claim": (changed(CLP3 + "~\n", ""), "control_total_differs"),
    "dropped first claim": (changed(CLP1 + "~\n", ""), "amount_unreadable"),
    "dropped denial": (changed(CLP2 + "~\n", ""), "control_total_differs"),
    "repeated claim": (changed(CLP1, CLP1 + "~\n" + CLP1), "deposit_does_not_sum"),
    "changed claim": (changed("*100*80**", "*100*80.01**"), "deposit_does_not_sum"),
    "turned claim": (changed("*-30*-20**", "*-30*20**"), "deposit_does_not_sum"),
    "turned adjustment of the provider": (changed("*WO:P55*10*", "*WO:P55*-10*"), "deposit_does_not_sum"),
    "changed payment": (changed("BPR*I*51.5", "BPR*I*52.5"), "deposit_does_not_sum"),
    "wrong number of segments": (changed("SE*22*", "SE*21*"), "control_total_differs"),
    "wrong number of transactions": (changed("GE*1*", "GE*2*"), "control_total_differs"),
    "wrong number of groups": (changed("IEA*1*", "IEA*2*"), "control_total_differs"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_is_not_whole_is_refused_for_its_reason(data: bytes, code: str):
    assert code in refusals(read(data))


def test_a_file_cut_anywhere_is_refused_unless_only_its_last_character_is_lost():
    whole = SOUND.rstrip()
    for length in range(3, len(whole) - 1):
        assert read(whole[:length]).refused, length
    assert not read(whole[:-1]).refused


def test_our_files_are_what_another_parser_expects():
    assert oxedi.parse(SOUND).diagnostics == []


def test_a_value_that_would_end_an_element_is_not_written():
    with pytest.raises(ValueError, match="ends an element"):
        write_x12_835(CLOCK, [replace(PAYMENT, trace="T*1")])
