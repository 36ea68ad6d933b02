"""The line rule: what lines of banks are that no payer, refund, payout or recall explains.

One person requests a rule and another one approves it. A rule is never edited: its next version takes its place.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final

from ledger.domain.bank.bookable_roles import BOOKABLE
from ledger.domain.bank.line_rule_facts import (
    ACTS,
    SENTENCES,
    LineRule,
    LineRuleApproved,
    LineRuleEnded,
    LineRuleFact,
    LineRuleRejected,
    LineRuleRequested,
)
from ledger.domain.bank.reviewed_versions import Review, Versions
from ledger.domain.bank.taxed_roles import require_tax_code
from ledger.domain.chart_of_accounts import roles_of
from ledger.domain.fact import Command, Decision, Envelope, NewFact, States, stream_of
from ledger.domain.identifier import may_name_a_person, personal_digits
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

# The roles on which a rule may book: what waits for an explanation is explained by none of the others.
EXPLAINING: Final = BOOKABLE - frozenset(roles_of("suspense", "difference", "details", "clearing"))
# Payers pay under this domain of ISO 20022's bank codes, so it alone says nothing of money that comes in.
_PAYMENTS: Final = "PMNT"

# State


class LineRules(Versions, frozen=True):
    """All versions of a rule, in order."""


REVIEW: Final = Review(
    LineRules,
    "rule",
    "line-rule",
    unknown="line_rule_unknown",
    waits="line_rule_waits",
    not_requested="line_rule_not_requested",
    not_in_force="line_rule_not_in_force",
)

# Evolve


def evolve(state: LineRules | None, fact: LineRuleFact, on: date) -> LineRules:
    """The rule after one more fact."""
    rules = state or LineRules()
    match fact:
        case LineRuleRequested():
            return rules.requesting(fact, fact.line_rule.until_on)
        case LineRuleApproved():
            return rules.deciding(fact.version, "approved")
        case LineRuleRejected():
            return rules.deciding(fact.version, "rejected")
        case LineRuleEnded():
            return rules.ending(fact.last_on)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


# Commands


class _OfLineRule(Command, frozen=True, kw_only=True):
    """Something about a rule."""

    rule_id: str

    def streams(self) -> tuple[str, ...]:
        """The rule."""
        return (stream_of("linerule", self.rule_id),)


class RequestLineRule(_OfLineRule, frozen=True, kw_only=True):
    """Request a rule, or the next version of one."""

    line_rule: LineRule

    def streams(self) -> tuple[str, ...]:
        """The rule, and the bank account whose lines it explains, if it is of one."""
        account = self.line_rule.bank_account
        return (*super().streams(), *(() if account is None else (stream_of("bankaccount", account),)))


class ApproveLineRule(_OfLineRule, frozen=True, kw_only=True):
    """Approve a version of a rule that somebody else requested."""

    looked_up: ClassVar[tuple[str, ...]] = ("version",)

    version: int


class RejectLineRule(_OfLineRule, frozen=True, kw_only=True):
    """Reject a version of a rule that somebody else requested."""

    looked_up: ClassVar[tuple[str, ...]] = ("version",)

    version: int
    reason_code: str


class EndLineRule(_OfLineRule, frozen=True, kw_only=True):
    """Let a rule explain no line that a bank books after a day, or after today."""

    reason_code: str
    last_on: date | None = None


# Decide


def request(states: States, command: RequestLineRule, envelope: Envelope) -> Decision:
    """Request the rule's next version, once no other version of it waits; it must say which lines it explains."""
    (stream, *accounts), rule = command.streams(), command.line_rule
    if any(states.get(account) is None for account in accounts):
        raise Refused("bank_account_undeclared", rule.bank_account or "")
    _require_rule(rule, command.rule_id)
    requested = LineRuleRequested(
        rule_id=command.rule_id,
        version=REVIEW.next_version(states, stream, command.rule_id),
        line_rule=rule,
        requester=envelope.actor,
        on_behalf_of=envelope.on_behalf_of,
    )
    return (NewFact(stream, requested),)


def approve(states: States, command: ApproveLineRule, envelope: Envelope) -> Decision:
    """Approve the version; the requester cannot approve it."""
    (stream,) = command.streams()
    _, approver = REVIEW.decided(states, stream, command.rule_id, command.version, envelope)
    return (NewFact(stream, LineRuleApproved(version=command.version, approver=approver)),)


def reject(states: States, command: RejectLineRule, envelope: Envelope) -> Decision:
    """Reject the version, with a reason; the requester cannot reject it."""
    (stream,) = command.streams()
    _, approver = REVIEW.decided(states, stream, command.rule_id, command.version, envelope)
    rejected = LineRuleRejected(version=command.version, approver=approver, reason_code=command.reason_code)
    return (NewFact(stream, rejected),)


def end(states: States, command: EndLineRule, envelope: Envelope) -> Decision:
    """End all versions of the rule that count after the day, with a reason."""
    (stream,), last_on = command.streams(), command.last_on or envelope.occurred_on
    REVIEW.require_counting(states, stream, command.rule_id, last_on)
    return (NewFact(stream, LineRuleEnded(last_on=last_on, reason_code=command.reason_code)),)


def _require_rule(rule: LineRule, about: str) -> None:
    """Refuse a rule that explains any line, none, or payments; that names a person; or that explains nothing."""
    if rule.role not in EXPLAINING:
        raise Refused("line_rule_role_unfit", rule.role)
    require_tax_code(rule.role, rule.tax_code, rule.from_on, about)
    told = bool(rule.phrases or rule.counterparty_keys)
    if not told and rule.bank_code is None:
        raise Refused("line_rule_fits_any", about)
    if not told and rule.direction != "out" and (rule.bank_code or "").partition("-")[0] == _PAYMENTS:
        raise Refused("line_rule_takes_payments", about)
    if any(may_name_a_person(one) or personal_digits(one) for one in rule.phrases):
        raise Refused("line_rule_names_person", about)
    least, most = rule.least_minor, rule.most_minor
    if (least, most) != (None, None) and rule.currency is None:
        raise Refused("line_rule_without_currency", about)
    if (rule.until_on or rule.from_on) < rule.from_on or not 0 <= (least or 0) <= (most or least or 0):
        raise Refused("line_rule_fits_none", about)


# Registration

_REFUSALS: Final = {
    "line_rule_fits_any": (
        "The rule would explain any line. Say what identifies its lines: a code of the bank, words of their text "
        "or of the other party's name, or the number of the other party's account."
    ),
    "line_rule_fits_none": (
        "The rule would explain no line: its last day is before its first, or its largest amount is below its "
        "smallest. Give them the other way round."
    ),
    "line_rule_names_person": (
        "The words of the rule look like a personal number, a birth date or a telephone number. A rule is kept for "
        "good, so give the name of an organisation, or another word of the line."
    ),
    "line_rule_role_unfit": (
        "A rule cannot book on that account role: what is there waits to be explained or is counted by documents. "
        "`reskontra mapping list` shows all roles."
    ),
    "line_rule_takes_payments": (
        "Payers' payments have such a code of the bank, so the rule would take them. Say that it is of money that "
        "goes out, or give words or the number of the other party's account as well."
    ),
    "line_rule_without_currency": "The amounts of a rule need a currency; give it as well.",
}

NOUN: Final = Noun(
    "linerule",
    facts=LineRuleFact,
    evolve=evolve,
    acts=ACTS,
    rules={RequestLineRule: request, ApproveLineRule: approve, RejectLineRule: reject, EndLineRule: end},
    duties={
        RequestLineRule: ("finance",),
        ApproveLineRule: ("approver",),
        RejectLineRule: ("approver",),
        EndLineRule: ("finance",),
    },
    governs=True,
    refusals=REVIEW.with_own(_REFUSALS),
    sentences=SENTENCES,
    title="Line rule",
)
