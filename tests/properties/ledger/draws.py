"""What the machine draws from, and how long: small amounts that meet each other, so that books get tight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

T = TypeVar("T")

QUICK: Final = settings(
    max_examples=80,
    stateful_step_count=40,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
# For a mutant one failing run is enough, and nobody reads it, so that it is not made smaller.
UNTIL_RED: Final = settings(QUICK, max_examples=200, phases=[Phase.generate], report_multiple_bugs=False)

PAYER: Final = st.sampled_from(["p1", "p2", "r1"])
CURRENCY: Final = st.sampled_from(["SEK", "SEK", "SEK", "SEK", "EUR"])
AMOUNT: Final = st.sampled_from([1, 3, 50, 99, 100, 101, 200, 250])
# None is all that is open; the rest is some, too much, or no amount at all.
ANY_AMOUNT: Final = st.sampled_from([None, None, None, None, 1, 50, 100, 200, 0])
VAT: Final = st.sampled_from([0, 1, 12, 25])
ROUNDING: Final = st.sampled_from([0, 0, 0, -38, 40, 50, 51])
LINES: Final = st.lists(st.tuples(AMOUNT, VAT), min_size=1, max_size=3)
PICK: Final = st.integers(0, 9)
# Which payer of an invoice, counted from one.
WHICH: Final = st.sampled_from([1, 1, 1, 2])
DAYS: Final = st.sampled_from([0, 0, 0, 1, 2, -1])
ITEMS: Final = st.lists(st.tuples(PICK, WHICH, ANY_AMOUNT), min_size=1, max_size=3)
# Who asked is anna; only another may decide.
APPROVER: Final = st.sampled_from(["bo", "bo", "bo", "anna"])
WRITE_OFF_STEP: Final = st.sampled_from(["approve", "approve and credit", "reject", ""])
REFUND_STEPS: Final = st.sampled_from(
    ["", "reject", "approve", "approve send", "approve send settle", "approve send fail", "send settle", "fail"]
)


def pick_of(options: Sequence[T], pick: int) -> T:
    """One of them, the newest for zero."""
    return options[-1 - pick % len(options)]
