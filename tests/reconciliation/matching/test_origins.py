"""A direct debit is never the same as a payment that its payer made, whatever else agrees."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Final

import polars as pl
import pyarrow as pa
import pytest

from reconciliation.matching import details
from reconciliation.matching.origins import ALONE, COLLECTED, PAID, SUMMED, with_origins
from reconciliation.statements import TRAITS

DAY: Final = date(2026, 10, 7)
ORIGINS: Final = (SUMMED, COLLECTED, ALONE, PAID, None)
APART: Final = {frozenset(one) for one in ((SUMMED, ALONE), (SUMMED, PAID), (COLLECTED, PAID))}


def payment(id: str, origin: str | None, on: date = DAY, plain: str | None = "1001171") -> pl.DataFrame:
    said = {"id": id, "amount_minor": 400_00, "booked_on": on, "plain": plain, "number": plain, "origin": origin}
    row = dict.fromkeys(details.SAID) | said
    return pl.DataFrame([row], schema=details.SAID)  # type: ignore[arg-type]


@pytest.mark.parametrize(("mine", "theirs"), list(product(ORIGINS, ORIGINS)))
def test_payments_of_a_day_are_the_same_unless_only_one_is_a_direct_debit(mine: str | None, theirs: str | None) -> None:
    pairs = details.same(payment("a", mine), payment("b", theirs))
    assert pairs.is_empty() is ({mine, theirs} in APART)


@pytest.mark.parametrize(("mine", "theirs"), list(product(ORIGINS, ORIGINS)))
def test_on_another_day_a_direct_debit_is_the_same_only_as_a_direct_debit(mine: str | None, theirs: str | None) -> None:
    pairs = details.same(payment("a", mine), payment("b", theirs, DAY - timedelta(days=1)))
    apart = APART | {frozenset((COLLECTED, ALONE))}
    assert pairs.is_empty() is ({mine, theirs} in apart)


def test_a_payment_of_which_nothing_is_known_is_no_direct_debit_if_its_payer_made_it() -> None:
    assert details.same(payment("a", SUMMED), payment("b", PAID, plain=None)).is_empty()
    assert details.same(payment("a", SUMMED), payment("b", None, plain=None)).height == 1


@pytest.mark.parametrize(
    ("format", "code", "members", "amount", "origin"),
    [
        ("autogiro", "82-0", 3, 400_00, SUMMED),
        ("autogiro", "82-0", 1, 400_00, COLLECTED),
        ("bgmax", "20-2-1", 3, 400_00, PAID),
        ("camt.054", "PMNT-IDDT-PMDD", 3, 400_00, COLLECTED),
        ("camt.053", "PMNT-RCDT-ESCT", 1, 400_00, PAID),
        ("camt.053", "PMNT-RCDT-ESCT", 1, -400_00, ALONE),
        ("camt.053", None, 1, 400_00, ALONE),
        ("camt.053", None, 3, 400_00, None),
        (None, None, 0, 400_00, ALONE),
    ],
)
def test_the_format_or_the_banks_code_says_who_began_it(
    format: str | None, code: str | None, members: int, amount: int, origin: str | None
) -> None:
    row = {"statement_no": 1, "bank_code": code, "members": members, "amount_minor": amount, "part": "detail"}
    entries = pl.DataFrame([row], schema_overrides={"bank_code": pl.String})
    statements = pa.table({"statement_no": [1], "account": ["1"], "account_kind": pa.array([None], pa.string())})
    assert with_origins(entries, statements, TRAITS.get(format or ""))["origin"].to_list() == [origin]
