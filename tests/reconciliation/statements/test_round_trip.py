"""What a writer is given is what the reader says, for any statement."""

from __future__ import annotations

from datetime import date, datetime

from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.domain.references import creditor_reference as rf_from
from ledger.domain.references import ocr as ocr_from
from reconciliation.statements import read
from reconciliation.statements.bgmax.writer import BgMaxPayment, BgMaxReference, BgMaxSection, write_bgmax
from reconciliation.statements.camt.writer import (
    CamtDetail,
    CamtEntry,
    CamtReference,
    CamtStatement,
    write_camt053,
    write_camt054,
)
from reconciliation.statements.file_edges import decodes
from reconciliation.statements.references import is_ocr
from tests.reconciliation.statements.written_files import DAY, STAMP, rows

money = st.integers(-(10**12), 10**12)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
words = st.text(st.characters(codec="latin-1", categories=("L", "N", "P")), min_size=1, max_size=30)
ids = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/", min_size=1, max_size=30).filter(lambda text: text[:3] != "NOT")
numbers = st.text("0123456789", min_size=5, max_size=18)
references = st.one_of(numbers, numbers.map(ocr_from), numbers.map(rf_from))

details = st.builds(
    CamtDetail,
    amount_minor=st.none() | money,
    end_to_end_id=ids,
    bank_ref=st.none() | ids,
    references=st.lists(
        st.builds(CamtReference, references, amount_minor=st.none() | st.integers(-(10**9), 10**9)), max_size=3
    ),
    text=st.none() | words,
    counterparty=st.none() | words,
    counterparty_account=st.none() | st.just("SE4550000000058398257466") | st.just("9912346"),
    charges_minor=st.none() | st.integers(0, 10**6),
    return_reason=st.none() | st.just("AC06"),
)
entries = st.builds(
    CamtEntry,
    money,
    days,
    days,
    bank_ref=st.none() | ids,
    details=st.lists(details, max_size=3),
    text=st.none() | words,
    status=st.sampled_from(["BOOK", "PDNG", "INFO"]),
    reversal=st.booleans(),
    charges_minor=st.none() | st.integers(0, 10**6),
)
statements = st.builds(
    CamtStatement,
    ids,
    st.just("SE3550000000054910000003"),
    st.sampled_from(["SEK", "EUR", "JPY", "KWD", "CLF"]),
    st.integers(1, 999),
    st.just(STAMP),
    days,
    days,
    st.lists(entries, max_size=4),
    opening_minor=money,
)


def as_row(reference: CamtReference) -> dict[str, object]:
    """On a Swedish account all digits are an OCR reference, that holds or not."""
    number = reference.reference
    kind, valid = ("rf", True) if number.startswith("RF") else ("ocr", is_ocr(number))
    return {"reference": number, "kind": kind, "valid": valid, "amount_minor": reference.amount_minor, "found_as": None}


def assert_member(row: dict[str, object], meant: CamtDetail, entry: CamtEntry) -> None:
    for name in (
        "amount_minor",
        "end_to_end_id",
        "bank_ref",
        "counterparty",
        "counterparty_account",
        "text",
        "charges_minor",
        "return_reason",
    ):
        assert row[name] == getattr(meant, name), name
    assert (row["booked_on"], row["reversal"]) == (entry.booked_on, entry.reversal)
    if meant.references:
        first = {name: row[f"reference_{name}"] for name in ("kind", "valid", "amount_minor")}
        further = row["further_references"]
        assert isinstance(further, list)
        said = [{"reference": row["reference"], **first, "found_as": None}, *further]
        assert said == [as_row(reference) for reference in meant.references]


@given(st.lists(statements, min_size=1, max_size=2), st.sampled_from([write_camt053, write_camt054]))
def test_any_camt_statement_is_read_as_it_was_written(written, write):
    parsed = read(write("MSG-1", STAMP, written))
    assert parsed.problems == ()
    assert parsed.statements.num_rows == len(written)
    for row, meant in zip(parsed.statements.to_pylist(), written, strict=True):
        booked = [entry.amount_minor for entry in meant.entries if entry.status == "BOOK"]
        if write is write_camt053:
            assert (row["opening_minor"], row["closing_minor"]) == (
                meant.opening_minor,
                meant.opening_minor + sum(booked),
            )
        assert (row["currency"], row["from_on"], row["to_on"]) == (meant.currency, meant.from_on, meant.to_on)
        assert row["declared_count"] == len(meant.entries)
    expected = [(entry, member) for one in written for entry in one.entries for member in (None, *entry.details)]
    for row, (entry, member) in zip(rows(parsed), expected, strict=True):
        if member is None:
            for name in ("amount_minor", "booked_on", "value_on", "bank_ref", "text", "charges_minor", "reversal"):
                assert row[name] == getattr(entry, name), name
        else:
            assert_member(row, member, entry)


payments = st.builds(
    BgMaxPayment,
    amount_minor=st.integers(0, 10**12) | st.integers(-(10**12), -1),
    reference=numbers.map(lambda number: ocr_from(number, with_length=False)),
    reference_code=st.sampled_from([2, 4]),
    channel=st.integers(1, 4),
    serial=st.integers(1, 10**11),
    sender=st.sampled_from(["", "9912346"]),
    further=st.lists(st.builds(BgMaxReference, numbers, st.integers(-(10**9), 10**9)), max_size=3),
    information=st.lists(words, max_size=2),
    name=words,
    address=words,
    postcode=st.just("123 45"),
    town=words,
    country=st.just("Finland"),
    country_code=st.just("FI"),
    organisation=st.sampled_from(["", "5560000001"]),
)
sections = st.builds(
    BgMaxSection,
    st.just("5050-1055"),
    st.just("5491000003"),
    days,
    st.integers(1, 99999),
    st.lists(payments, min_size=1, max_size=4),
    currency=st.sampled_from(["SEK", "EUR"]),
    plusgiro=st.sampled_from(["", "8156086"]),
    deposit_type=st.sampled_from(["", "K", "D", "S"]),
).filter(lambda section: sum(payment.amount_minor for payment in section.payments) >= 0)


@given(st.lists(sections, min_size=1, max_size=3))
def test_any_bgmax_file_is_read_as_it_was_written(written: list[BgMaxSection]):
    data = write_bgmax(datetime(2026, 3, 4, 17, 30), written)  # noqa: DTZ001  its clock has no zone
    # Letters that look like UTF-8 in ISO 8859-1 mean that a program has encoded the file anew.
    assume(data.isascii() or not decodes(data, "utf-8"))
    parsed = read(data)
    # A payer may be made up who deducts more than it pays.
    assert {problem.code for problem in parsed.problems} <= {"deduction_exceeds_payments"}
    assert [row["currency"] for row in parsed.statements.to_pylist()] == [section.currency for section in written]
    found = iter(rows(parsed))
    for section in written:
        line = next(found)
        assert line["amount_minor"] == sum(payment.amount_minor for payment in section.payments)
        assert (line["booked_on"], line["declared_details"]) == (section.paid_on, len(section.payments))
        for payment in section.payments:
            row = next(found)
            assert (row["amount_minor"], row["reference"]) == (payment.amount_minor, payment.reference)
            assert (row["counterparty"], row["counterparty_account"]) == (payment.name, payment.sender or None)
            assert row["text"] == (" ".join(payment.information) or None)
            said = [one for one in row["further_references"] if one["found_as"] is None]  # type: ignore[attr-defined]
            assert [one["amount_minor"] for one in said] == [one.amount_minor or None for one in payment.further]
    assert next(found, None) is None


def test_the_same_statement_is_written_to_the_same_bytes():
    one = CamtStatement("S", "SE3550000000054910000003", "SEK", 1, STAMP, DAY, DAY, (CamtEntry(1, DAY, DAY),))
    assert write_camt053("M", STAMP, [one]) == write_camt053("M", STAMP, [one])
