"""Which receipt the bank takes back: only where reference, amount and account name exactly one."""

from __future__ import annotations

from typing import Any, Final

import polars as pl
import pytest

from reconciliation.matching.recalls import asked, match

# Name, amount, reference, and whether the bank calls it a reversal.
Line = tuple[str, int, str | None, bool]
PAID: Final[Line] = ("paid", 250_00, "71001184", False)
BACK: Final[Line] = ("back", -250_00, "71001184", True)


def entries(*lines: Line, **changed: Any) -> pl.DataFrame:
    """A file's entries, in its order."""
    rows = [
        {
            "no": number,
            "key": key,
            "money_id": f"m-{key}",
            "account": "b1",
            "currency": "SEK",
            "part": "line",
            "amount_minor": amount,
            "reference": reference,
            "reversal": reversal,
            "return_reason": None,
        }
        | changed
        for number, (key, amount, reference, reversal) in enumerate(lines)
    ]
    return pl.DataFrame(rows, schema_overrides={"reference": pl.String, "return_reason": pl.String})


def booked(*receipts: tuple[str, int, str], account: str = "b1") -> Any:
    """Receipts in the book."""
    rows = [
        {"receipt_id": id, "bank_account": account, "currency": "SEK", "reference": reference, "amount_minor": amount}
        for id, amount, reference in receipts
    ]
    schema = {
        "receipt_id": pl.String,
        "bank_account": pl.String,
        "currency": pl.String,
        "reference": pl.String,
        "amount_minor": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema).to_arrow()


@pytest.mark.parametrize(
    ("lines", "receipts", "found"),
    [
        ((BACK,), (("r", 250_00, "71001184"),), [("back", "r", 0)]),
        # Banks pad references with zeros.
        ((("back", -250_00, "0071001184", True),), (("r", 250_00, "71001184"),), [("back", "r", 0)]),
        # In the same file, in either order; the later of the two is the one to wait for.
        ((PAID, BACK), (), [("back", "m-paid", 1)]),
        ((BACK, PAID), (), [("back", "m-paid", 1)]),
        ((PAID, BACK), (("m-paid", 250_00, "71001184"),), [("back", "m-paid", 1)]),
        # No receipt, two receipts, two recalls of one receipt, another amount, no reference, not a recall.
        ((BACK,), (), []),
        ((BACK,), (("r", 250_00, "71001184"), ("r2", 250_00, "71001184")), []),
        ((BACK, ("again", -250_00, "71001184", True)), (("r", 250_00, "71001184"),), []),
        ((BACK,), (("r", 249_99, "71001184"),), []),
        ((("back", -250_00, None, True),), (("r", 250_00, "71001184"),), []),
        ((("out", -250_00, "71001184", False),), (("r", 250_00, "71001184"),), []),
    ],
)
def test_a_recall_is_certain_only_where_it_names_one_receipt(
    lines: tuple[Line, ...], receipts: tuple[tuple[str, int, str], ...], found: list[tuple[str, str, int]]
) -> None:
    matched = match(entries(*lines), booked(*receipts))
    assert matched.select("key", "receipt_id", "last_no").rows() == found


def test_a_returned_payment_is_a_recall_without_the_flag_and_another_accounts_receipt_is_not_its() -> None:
    returned = entries(("back", -250_00, "71001184", False), return_reason="AC06")
    assert asked(returned) == ["71001184"]
    assert match(returned, booked(("r", 250_00, "71001184"))).height == 1
    assert match(returned, booked(("r", 250_00, "71001184"), account="b2")).is_empty()


def test_a_credit_that_is_a_reversal_takes_nothing_back() -> None:
    assert asked(entries(("in", 250_00, "71001184", True))) == []
