"""Another reader of X12 835 finds the same payments, claims and adjustments, in any file."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.statements import Parsed, read
from reconciliation.statements.x12_835.writer import (
    EraAdjustment,
    EraClaim,
    EraForm,
    EraPayment,
    EraProcedure,
    EraProviderAdjustment,
    write_x12_835,
)
from tests.kit.inspection import GOLDEN, SAMPLES
from tests.reconciliation.statements.era_oracle import Advice, Claim, advices
from tests.reconciliation.statements.written_files import codes, rows

CLOCK = datetime(2026, 11, 2, 9, 30)  # noqa: DTZ001  a payer writes its clock without zone


def said(parsed: Parsed) -> list[Advice]:
    """What was read, in the words of the other reader."""
    found: list[Advice] = []
    totals = {row["statement_no"]: row for row in parsed.totals.to_pylist() if row["name"] == "segments"}
    for row in parsed.lines.to_pylist():
        amount = Decimal(row["amount_minor"] or 0) / 100
        if row["detail_no"] == 0:
            total = totals[row["statement_no"]]
            found.append(Advice(row["bank_ref"] or "", amount, [], [], total["declared"], total["found"]))
        elif row["kind"] == "other":
            found[-1].provider.append((row["bank_code"], row["bank_ref"] or "", -amount))
        else:
            reasons = {(one["group"], one["code"]): Decimal(one["amount_minor"]) / 100 for one in row["adjustments"]}
            claimed = Decimal(row["claimed_minor"]) / 100
            claim = Claim(row["reference"], row["bank_ref"] or "", row["bank_code"], amount, claimed, reasons)
            found[-1].claims.append(claim)
    return found


FILES = [*GOLDEN.glob("x12_835*.835"), *(SAMPLES / "x12_835").glob("*")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_another_reader_finds_the_same(path):
    data = path.read_bytes()
    parsed = read(data)
    if parsed.totals.num_rows:
        assert [one for one in said(parsed) if one.paid or one.claims] == advices(data)


money = st.integers(-(10**9), 10**9)
words = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", min_size=1, max_size=12).map(lambda word: f"N{word}")
reasons = st.lists(st.builds(EraAdjustment, st.sampled_from(["CO", "PR", "OA"]), st.sampled_from("123"), money))
claims = st.builds(
    EraClaim, words, money, money, st.sampled_from(["1", "2", "4", "22"]), words, reasons,
    st.lists(st.builds(EraProcedure, words, money, money, reasons), max_size=2),
)  # fmt: skip
provider = st.builds(EraProviderAdjustment, st.sampled_from(["WO", "FB", "L6", "72"]), money, st.just("") | words)
payments = st.builds(
    EraPayment, words, words, st.dates(date(2020, 1, 1), date(2026, 12, 31)), st.lists(claims, max_size=3),
    st.lists(provider, max_size=8), st.sampled_from(["ACH", "CHK", "NON"]),
)  # fmt: skip


FORMS = [EraForm(), EraForm("|", ">", "!", "", filled=False), EraForm("\x1d", "\x1f", "\x1c", "\r\n")]


@settings(max_examples=30)
@given(st.lists(payments, min_size=1, max_size=2), st.sampled_from(FORMS))
def test_any_payment_is_read_as_it_was_written(written: list[EraPayment], form: EraForm):
    data = write_x12_835(CLOCK, written, form=form)
    parsed = read(data)
    assert {*codes(parsed)} <= {"claim_does_not_sum"}
    assert said(parsed) == advices(data)
    assert [(row["bank_ref"], row["amount_minor"]) for row in rows(parsed) if not row["detail_no"]] == [
        (one.trace, one.amount_minor) for one in written
    ]
