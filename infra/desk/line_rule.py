"""The use cases of line rules: request one, approve or reject it, end it, and list all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from infra.desk import reviewed_versions
from infra.desk.amounts import minor_units
from infra.desk.bank_account import declared_as
from infra.desk.desk import Desk, Done, Listed, Occasion
from infra.desk.first_time import first_time
from infra.desk.problems import Problem, Stopped

if TYPE_CHECKING:
    from infra.settings import Settings
    from ledger.domain.bank.line_rule_facts import Direction


class Trial(NamedTuple):
    """What a rule would explain, by what it is booked as now; how many lines were looked at, and how many were not."""

    rows: list[dict[str, Any]]
    looked_at: int
    not_read: int
    position: int


@dataclass(frozen=True, slots=True)
class SaidRule:
    """What a person says that a rule is: role and tax code, and what identifies its lines; `numbers` are of others."""

    role: str
    from_on: date | None = None
    until_on: date | None = None
    rank: int = 1
    bank_account: str | None = None
    direction: Direction | None = None
    bank_code: str | None = None
    phrases: Sequence[str] = ()
    numbers: Sequence[str] = ()
    currency: str | None = None
    least: str | None = None
    most: str | None = None
    tax_code: str | None = None


def request(desk: Desk, id: str, said: SaidRule, occasion: Occasion) -> Done:
    """Request a rule or its next version; another person must approve it."""
    from ledger.domain.bank.line_rule import RequestLineRule
    from ledger.domain.bank.line_rule_facts import LineRule
    from reconciliation.matching.line_rules import counterparty_key

    if said.currency is None and (said.least is not None or said.most is not None):
        raise Stopped(Problem("line_rule_without_currency", "the amounts of a rule need --currency", id))
    rule = LineRule(
        from_on=said.from_on or first_time(desk, occasion.key).today,
        until_on=said.until_on,
        rank=said.rank,
        role=said.role,
        bank_account=None if said.bank_account is None else declared_as(desk, said.bank_account)["bank_account"],
        direction=said.direction,
        bank_code=said.bank_code,
        phrases=tuple(dict.fromkeys(said.phrases)),
        counterparty_keys=tuple(dict.fromkeys(map(counterparty_key, said.numbers))),
        currency=said.currency,
        least_minor=_minor(said.least, said.currency),
        most_minor=_minor(said.most, said.currency),
        tax_code=said.tax_code,
    )
    return desk.record(RequestLineRule(rule_id=id, line_rule=rule), occasion, rule_id=id)


def approve(desk: Desk, rule: str, occasion: Occasion) -> Done:
    """Approve a rule, or its version, that somebody else requested."""
    from ledger.domain.bank.line_rule import ApproveLineRule

    id, version = _named(desk, rule)
    return desk.record(ApproveLineRule(rule_id=id, version=version), occasion, rule_id=id)


def reject(desk: Desk, rule: str, reason: str, occasion: Occasion) -> Done:
    """Reject a rule, or its version, that somebody else requested."""
    from ledger.domain.bank.line_rule import RejectLineRule

    id, version = _named(desk, rule)
    command = RejectLineRule(rule_id=id, version=version, reason_code=reason)
    return desk.record(command, occasion, rule_id=id)


def end(desk: Desk, rule: str, reason: str, last_on: date | None, occasion: Occasion) -> Done:
    """End a rule after a day; after today if none is given."""
    from ledger.domain.bank.line_rule import EndLineRule

    day = last_on or first_time(desk, occasion.key).today
    return desk.record(EndLineRule(rule_id=rule, reason_code=reason, last_on=day), occasion, rule_id=rule)


def tried(desk: Desk, settings: Settings, rule: str) -> Trial:
    """Try a rule on all lines that are booked, whether it was approved or not; it changes none of them."""
    from reconciliation.archive import Archive
    from reconciliation.steps import rule_trial

    id, version = _named(desk, rule)
    position = desk.books.follow()
    found = [one for one in desk.books.store.rules.line_rules() if (one["rule_id"], one["version"]) == (id, version)]
    if not found:
        sentence = "there is no such rule, or no such version of it; see `reskontra line-rule list`"
        raise Stopped(Problem("line_rule_unknown", sentence, rule))
    archive = Archive(settings.archive, settings.vault_key)
    trial = rule_trial.tried(desk.books, archive, desk.today, found[0])
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for one in trial.fitting:
        key = (one["booked_as"], one["why"] or "", one["currency"])
        row = rows.setdefault(
            key,
            {name: one[name] for name in ("booked_as", "why", "currency")}
            | {"would_be": found[0]["role"], "tax_code": found[0]["tax_code"]}
            | {"lines": 0, "amount_minor": 0, "documents": []},
        )
        row["lines"] += 1
        row["amount_minor"] += one["amount_minor"]
        row["documents"].append(one["document"])
    return Trial([rows[key] for key in sorted(rows)], trial.looked_at, trial.not_read, position)


def listed(desk: Desk) -> Listed:
    """List all versions of all rules, with `held`: whether each counts now, later, or no more, or waits."""
    position = desk.books.follow()
    rows = desk.books.store.rules.line_rules()
    return Listed([row | {"held": reviewed_versions.held(row, rows, "rule_id", desk.today)} for row in rows], position)


def _named(desk: Desk, rule: str) -> tuple[str, int]:
    desk.books.follow()
    return reviewed_versions.named(rule, desk.books.store.rules.line_rules(), "rule_id")


def _minor(amount: str | None, currency: str | None) -> int | None:
    return None if amount is None or currency is None else minor_units(amount, currency, zero=True)
