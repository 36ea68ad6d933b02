"""The facts of a line rule: what each version says, and whether it counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final, Literal

from ledger.domain.bank.reviewed_versions import version_name
from ledger.domain.duty import Act
from ledger.domain.fact import Fact, Part

# Whether the money of a line comes in or goes out.
Direction = Literal["in", "out"]

# Parts


class LineRule(Part, frozen=True, kw_only=True):
    """What lines of banks a rule explains from a day on, and the account role and tax code on which it books them.

    A line must fulfil all that is given here: be on the bank account, go in the direction, have the bank's code or one
    that begins with its parts, have one of the `phrases` in its text or in the other party's name, be with one of the
    accounts of `counterparty_keys`, and be of an amount between the two, without its sign. `counterparty_keys` are
    hashes, because the number of an account may be a person's. Rules of a lower `rank` are asked first.
    """

    from_on: date
    until_on: date | None = None
    rank: int = 1
    role: str
    bank_account: str | None = None
    direction: Direction | None = None
    bank_code: str | None = None
    phrases: tuple[str, ...] = ()
    counterparty_keys: tuple[str, ...] = ()
    currency: str | None = None
    least_minor: int | None = None
    most_minor: int | None = None
    tax_code: str | None = None


# Facts


class LineRuleRequested(Fact, frozen=True):
    """Somebody asked for a rule, or for its next version."""

    rule_id: str
    version: int
    line_rule: LineRule
    requester: str
    on_behalf_of: str | None = None


class LineRuleApproved(Fact, frozen=True):
    """Another person approved a version of the rule; it counts from its first day on."""

    version: int
    approver: str


class LineRuleRejected(Fact, frozen=True):
    """Another person rejected a version of the rule."""

    version: int
    approver: str
    reason_code: str


class LineRuleEnded(Fact, frozen=True):
    """The rule explains no line that a bank books after a day."""

    last_on: date
    reason_code: str


LineRuleFact = LineRuleRequested | LineRuleApproved | LineRuleRejected | LineRuleEnded

ACTS: Final[dict[type[Fact], Act]] = {
    LineRuleRequested: Act("line_rule_request"),
    LineRuleApproved: Act("line_rule"),
    LineRuleRejected: Act("line_rule_rejection"),
    LineRuleEnded: Act("line_rule_end", detail=lambda fact: f"last day {fact.last_on}"),
}
SENTENCES: Final[dict[type[Fact], Callable[[Any], str]]] = {
    LineRuleRequested: lambda fact: (
        f"Line rule {version_name(fact.rule_id, fact.version)} for {fact.line_rule.role} requested by {fact.requester}"
    ),
    LineRuleApproved: lambda fact: f"Version {fact.version} of the line rule approved by {fact.approver}",
    LineRuleRejected: lambda fact: (
        f"Version {fact.version} of the line rule rejected by {fact.approver} ({fact.reason_code})"
    ),
    LineRuleEnded: lambda fact: f"Line rule ended after {fact.last_on} ({fact.reason_code})",
}
