"""Explains lines of banks by rules, and recognises transfers between accounts of ours.

Only lines that are neither payouts, refunds, recalls nor payments with a reference of ours are asked about. Whatever
person or rule might be meant, an answer counts only if it is the only one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ledger.domain.bank.account_number import account_number
from ledger.domain.bank.reviewed_versions import Span, in_force, version_name
from ledger.domain.chart_of_accounts import BANK_SUSPENSE, OWN_TRANSFERS
from reconciliation.matching.identity import id_key
from reconciliation.matching.payouts import has_words, words_of

# The rule of a transfer that a line shows by the number of another account of ours.
OWN_TRANSFER: Final = "own_transfer"
# The rule of a line that rules explain in different ways.
CONTRADICTED: Final = "rules_contradict"
# What a counterparty's account is hashed with, in place of an account of ours.
_COUNTERPARTY: Final = "counterparty"


class Explained(NamedTuple):
    """What a line is: the account role, the rule, our account on the other side of a transfer, and the tax code.

    `rules` are the names of the rules that contradict each other.
    """

    role: str
    rule: str
    counter_account: str | None = None
    rules: tuple[str, ...] = ()
    tax_code: str | None = None


class LineRules:
    """The rules, as the read table has them, and the numbers of our accounts."""

    def __init__(self, rules: Iterable[Mapping[str, Any]], accounts: Iterable[Mapping[str, Any]] = ()) -> None:
        self._versions: dict[str, list[Mapping[str, Any]]] = {}
        for row in rules:
            if row["status"] == "approved":
                self._versions.setdefault(row["rule_id"], []).append(row)
        self._holders: dict[str, set[str]] = {}
        for account in accounts:
            for number in account["numbers"]:
                self._holders.setdefault(number, set()).add(account["bank_account"])

    def explain(self, line: Mapping[str, Any]) -> Explained | None:
        """What a line is, if a rule or a number of ours says so."""
        other = self._other_account(line)
        if other is not None:
            return Explained(OWN_TRANSFERS, OWN_TRANSFER, other)
        fit = [rule for rule in self._in_force(line) if fits(rule, line)]
        first = [rule for rule in fit if rule["rank"] == min(one["rank"] for one in fit)]
        if not first:
            return None
        names = tuple(sorted(version_name(rule["rule_id"], rule["version"]) for rule in first))
        if len({(rule["role"], rule["tax_code"]) for rule in first}) > 1:
            return Explained(BANK_SUSPENSE, CONTRADICTED, None, names)
        return Explained(first[0]["role"], names[0], tax_code=first[0]["tax_code"])

    def _in_force(self, line: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Of each rule, the newest version that had begun on the line's day, unless it has ended."""
        for versions in self._versions.values():
            spans = [Span(one["version"], one["from_on"], one["until_on"]) for one in versions]
            number = in_force(spans, line["booked_on"])
            yield from (one for one in versions if one["version"] == number)

    def _other_account(self, line: Mapping[str, Any]) -> str | None:
        """The other account of ours that a line names as its counterparty, if it is only one."""
        if not line["counterparty_account"]:
            return None
        holders = self._holders.get(account_number(line["counterparty_account"]), set()) - {line["account"]}
        return next(iter(holders)) if len(holders) == 1 else None


def fits(rule: Mapping[str, Any], line: Mapping[str, Any]) -> bool:
    """Whether a line fulfils all that a version of a rule gives, except its days."""
    amount = line["amount_minor"]
    least, most = rule["least_minor"] or 0, rule["most_minor"]
    return (
        rule["bank_account"] in (None, line["account"])
        and rule["direction"] in (None, "in" if amount > 0 else "out")
        and rule["currency"] in (None, line["currency"])
        and least <= abs(amount)
        and (most is None or abs(amount) <= most)
        and _has_code(rule["bank_code"], line["bank_code"])
        and _has_phrase(rule["phrases"], line)
        and _is_with(rule["counterparty_keys"], line["counterparty_account"])
    )


def counterparty_key(number: str) -> str:
    """The hash by which a rule knows the account of another party."""
    return id_key(_COUNTERPARTY, account_number(number))


def _has_code(wanted: str | None, code: str | None) -> bool:
    return wanted is None or (code is not None and f"{code}-".startswith(f"{wanted}-"))


def _has_phrase(phrases: Sequence[str], line: Mapping[str, Any]) -> bool:
    return not phrases or any(
        has_words(words_of(line[name]), phrase) for name in ("text", "counterparty") for phrase in phrases
    )


def _is_with(keys: Sequence[str], number: str | None) -> bool:
    return not keys or (number is not None and counterparty_key(number) in keys)
