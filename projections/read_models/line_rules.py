"""Line rules: what lines of banks are that nothing else explains, with a row for each version of a rule."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.bank.line_rule_facts import (
    LineRuleApproved,
    LineRuleEnded,
    LineRuleRejected,
    LineRuleRequested,
)
from projections.read_models.model import Keyed, Row, Rows, id_of
from projections.read_models.reviewed_versions import decided, ended

if TYPE_CHECKING:
    from ledger import Recorded


class LineRuleRow(Row, frozen=True):
    """A version of a rule."""

    rule_id: Annotated[str, "The rule."]
    version: Annotated[int, "Number of the version, from 1."]
    status: Annotated[str, "Where it stands: requested, approved or rejected."]
    from_on: Annotated[date, "First booking day of the lines that it explains."]
    until_on: Annotated[date | None, "Last booking day of the lines that it explains; null until further notice."]
    rank: Annotated[int, "Rules of a lower rank are asked first."]
    role: Annotated[str, "Account role on which it books."]
    bank_account: Annotated[str | None, "Bank account of the lines; null for any."]
    direction: Annotated[str | None, "Direction of the money: in or out; null for both."]
    bank_code: Annotated[str | None, "The bank's code, or the beginning of it; null for any."]
    phrases: Annotated[tuple[str, ...], "Words of the text or of the other party's name, one of which must be there."]
    counterparty_keys: Annotated[tuple[str, ...], "Hashes of the other party's accounts, one of which it must be."]
    currency: Annotated[str | None, "ISO 4217 code of the amounts; null for any."]
    least_minor: Annotated[int | None, "Smallest amount without its sign, minor units; null for any."]
    most_minor: Annotated[int | None, "Largest amount without its sign, minor units; null for any."]
    tax_code: Annotated[str | None, "Tax code with which it books; null for none."]
    reason_code: Annotated[str | None, "Reason of its rejection or its end."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[Row, ...]:
    """The versions that one more fact adds or changes."""
    fact, rule_id = recorded.fact, id_of(recorded)
    match fact:
        case LineRuleRequested():
            return (_requested(fact),)
        case LineRuleApproved():
            return decided(rows[(rule_id, fact.version)], "approved")
        case LineRuleRejected():
            return decided(rows[(rule_id, fact.version)], "rejected", fact.reason_code)
        case LineRuleEnded():
            return ended(rows, rule_id, fact.last_on, fact.reason_code)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _requested(fact: LineRuleRequested) -> LineRuleRow:
    rule = fact.line_rule
    return LineRuleRow(
        rule_id=fact.rule_id,
        version=fact.version,
        status="requested",
        from_on=rule.from_on,
        until_on=rule.until_on,
        rank=rule.rank,
        role=rule.role,
        bank_account=rule.bank_account,
        direction=rule.direction,
        bank_code=rule.bank_code,
        phrases=rule.phrases,
        counterparty_keys=rule.counterparty_keys,
        currency=rule.currency,
        least_minor=rule.least_minor,
        most_minor=rule.most_minor,
        tax_code=rule.tax_code,
        reason_code=None,
    )


LINE_RULES: Final = Keyed(
    "line_rules",
    "Rules that say what lines of banks are, each with all its versions.",
    LineRuleRow,
    ("rule_id", "version"),
    (LineRuleRequested, LineRuleApproved, LineRuleRejected, LineRuleEnded),
    evolve,
)
