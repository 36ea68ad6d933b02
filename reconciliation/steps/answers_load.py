"""What is needed to load a bank's answer to our payment orders: what it says of each payment, which moves none."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import polars as pl

from reconciliation.gate import Reason, Verdict
from reconciliation.statements import TRAITS
from reconciliation.steps.file_load import FileLoad

if TYPE_CHECKING:
    from ledger.domain.bank.file import StatementProven
    from projections.store.matching_lookups import ForMatching
    from reconciliation.statements import Parsed

_SAID: Final = (
    "statement_no",
    "line_no",
    "end_to_end_id",
    "bank_code",
    "return_reason",
    "bank_ref",
    "instructed_minor",
    "instructed_currency",
    "raw_position",
)


# What Bankgirot says of mandates and of payments that it did not make.
_ADVISED: Final = (
    "statement_no",
    "line_no",
    "end_to_end_id",
    "counterparty_account",
    "reference",
    "amount_minor",
    "booked_on",
    "value_on",
    "bank_code",
    "return_reason",
    "raw_position",
)


class AnswersLoad(FileLoad):
    """A parsed answer of the archive; its entries are the payments that it answers."""

    said: tuple[str, ...] = _SAID

    @cached_property
    def plain(self) -> pl.DataFrame:
        """What the bank says of each payment, in the order of the file."""
        return pl.DataFrame(pl.from_arrow(self.parsed.lines.select(self.said)))

    @property
    def before_opening(self) -> int:
        """None: nothing of it is money."""
        return 0

    def entries(self, look_up: ForMatching) -> pl.DataFrame:
        """The payments that the file answers."""
        return self.plain

    def seen_before(self, receipts: int, movements: int) -> int:
        """None: nothing of it is money."""
        return 0

    def proven(self) -> tuple[StatementProven, ...]:
        """None: the file has no statement."""
        return ()

    def verdict(self) -> Verdict:
        """Refuse a file that could not be read as a whole."""
        return verdict_of(self.parsed)


class AdviceLoad(AnswersLoad):
    """A parsed file about mandates and rejected payments of Autogiro, which moves no money."""

    said = _ADVISED


def kind_of(parsed: Parsed) -> type[AnswersLoad] | None:
    """How a file is loaded that only answers our orders; None for any other file.

    A list of mandates, or of what is watched, answers nothing.
    """
    traits = TRAITS.get(parsed.format or "")
    if traits is None:
        return None
    if traits.holds == "answers":
        return AnswersLoad
    advises = traits.holds == "advice" and traits.answers_debits
    return AdviceLoad if advises and parsed.lines["return_reason"].null_count < parsed.lines.num_rows else None


def verdict_of(parsed: Parsed) -> Verdict:
    """Refuse a file that could not be read as a whole: an answer has no balances that could prove it."""
    reasons = {
        severity: tuple(
            Reason(one.code, one.message, one.raw_position) for one in parsed.problems if one.severity == severity
        )
        for severity in ("refuse", "warning")
    }
    refusals = reasons["refuse"]
    return Verdict(not refusals, parsed.format, refusals, (), reasons["warning"], ())
