"""The line rule: what lines of banks are that no payer, refund, payout or recall explains.

One person requests a rule and another one approves it. A rule is never edited: its next version takes its place.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final

import msgspec

from ledger.domain.approval import Decided, decided_by
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
    rule_name,
)
from ledger.domain.chart_of_accounts import roles_of
from ledger.domain.fact import Command, Decision, Envelope, NewFact, State, States, stream_of
from ledger.domain.identifier import may_name_a_person, personal_digits
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

# The roles on which a rule may book: what waits for an explanation is explained by none of the others.
EXPLAINING: Final = BOOKABLE - frozenset(roles_of("suspense", "difference", "details", "clearing"))
# Payers pay under this domain of ISO 20022's bank codes, so it alone says nothing of money that comes in.
_PAYMENTS: Final = "PMNT"

# State


class Version(State, frozen=True):
    """A version of a rule: what was requested, and whether it was approved. It ends on `until_on`, if that is given."""

    requested: LineRuleRequested
    status: Decided
    until_on: date | None


class LineRules(State, frozen=True):
    """All versions of a rule, in order."""

    versions: tuple[Version, ...]

    def numbered(self, version: int) -> Version | None:
        """The version with a number."""
        return self.versions[version - 1] if 0 < version <= len(self.versions) else None


# Evolve


def evolve(state: LineRules | None, fact: LineRuleFact, on: date) -> LineRules:
    """The rule after one more fact."""
    versions = () if state is None else state.versions
    match fact:
        case LineRuleRequested():
            new = Version(requested=fact, status="requested", until_on=fact.line_rule.until_on)
            return LineRules(versions=(*versions, new))
        case LineRuleApproved():
            return LineRules(versions=_with_status(versions, fact.version, "approved"))
        case LineRuleRejected():
            return LineRules(versions=_with_status(versions, fact.version, "rejected"))
        case LineRuleEnded():
            return LineRules(versions=tuple(_ended(one, fact.last_on) for one in versions))
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _with_status(versions: tuple[Version, ...], version: int, status: Decided) -> tuple[Version, ...]:
    return tuple(
        msgspec.structs.replace(one, status=status) if one.requested.version == version else one for one in versions
    )


def _ended(one: Version, last_on: date) -> Version:
    return msgspec.structs.replace(one, until_on=last_on) if _counts_after(one, last_on) else one


def _counts_after(one: Version, day: date) -> bool:
    return one.status == "approved" and (one.until_on is None or one.until_on > day)


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
    state = states.get(stream)
    versions = state.versions if isinstance(state, LineRules) else ()
    if versions and versions[-1].status == "requested":
        raise Refused("line_rule_waits", rule_name(command.rule_id, len(versions)))
    requested = LineRuleRequested(
        rule_id=command.rule_id,
        version=len(versions) + 1,
        line_rule=rule,
        requester=envelope.actor,
        on_behalf_of=envelope.on_behalf_of,
    )
    return (NewFact(stream, requested),)


def approve(states: States, command: ApproveLineRule, envelope: Envelope) -> Decision:
    """Approve the version; the requester cannot approve it."""
    stream, waiting, name = _waiting(states, command, command.version)
    return (NewFact(stream, LineRuleApproved(version=command.version, approver=decided_by(envelope, waiting, name))),)


def reject(states: States, command: RejectLineRule, envelope: Envelope) -> Decision:
    """Reject the version, with a reason; the requester cannot reject it."""
    stream, waiting, name = _waiting(states, command, command.version)
    approver = decided_by(envelope, waiting, name)
    rejected = LineRuleRejected(version=command.version, approver=approver, reason_code=command.reason_code)
    return (NewFact(stream, rejected),)


def end(states: States, command: EndLineRule, envelope: Envelope) -> Decision:
    """End all versions of the rule that count after the day, with a reason."""
    (stream,) = command.streams()
    state, last_on = states.get(stream), command.last_on or envelope.occurred_on
    if not isinstance(state, LineRules):
        raise Refused("line_rule_unknown", command.rule_id)
    if not any(_counts_after(one, last_on) for one in state.versions):
        raise Refused("line_rule_not_in_force", command.rule_id)
    return (NewFact(stream, LineRuleEnded(last_on=last_on, reason_code=command.reason_code)),)


def _require_rule(rule: LineRule, about: str) -> None:
    """Refuse a rule that explains any line, none, or payments; that names a person; or that explains nothing."""
    if rule.role not in EXPLAINING:
        raise Refused("line_rule_role_unfit", rule.role)
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


def _waiting(states: States, command: _OfLineRule, version: int) -> tuple[str, LineRuleRequested, str]:
    """The stream, the request and the name of a version that waits for a decision."""
    (stream,) = command.streams()
    state, name = states.get(stream), rule_name(command.rule_id, version)
    found = state.numbered(version) if isinstance(state, LineRules) else None
    if found is None:
        raise Refused("line_rule_unknown", name)
    if found.status != "requested":
        raise Refused("line_rule_not_requested", name)
    return stream, found.requested, name


# Registration

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
    refusals={
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
        "line_rule_not_in_force": (
            "No version of the rule counts after that day; `reskontra line-rule list` shows until when each counts."
        ),
        "line_rule_not_requested": "That version of the rule was decided already; see `reskontra line-rule list`.",
        "line_rule_role_unfit": (
            "A rule cannot book on that account role: what is there waits to be explained or is counted by documents. "
            "`reskontra mapping list` shows all roles."
        ),
        "line_rule_takes_payments": (
            "Payers' payments have such a code of the bank, so the rule would take them. Say that it is of money that "
            "goes out, or give words or the number of the other party's account as well."
        ),
        "line_rule_unknown": "There is no such rule, or no such version of it; see `reskontra line-rule list`.",
        "line_rule_waits": (
            "A version of the rule waits for a decision; have it approved or rejected before you request the next one."
        ),
        "line_rule_without_currency": "The amounts of a rule need a currency; give it as well.",
    },
    sentences=SENTENCES,
    title="Line rule",
)
