"""Scans all facts for closed periods: nothing counts in one after its close, and its totals are those of the facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING

from infra.desk.check import Check
from infra.desk.counts import counted

if TYPE_CHECKING:
    from datetime import date

    from ledger import Recorded
    from ledger.domain.chart_of_accounts import Leg
    from ledger.domain.terms.period_facts import ControlTotal, PeriodClosed
    from ledger.sealing import Finding

# An accounting date, an account role, a bank account and a currency, and whether these are debits.
Key = tuple["date", str, "str | None", str, bool]
_PARTS = attrgetter("role", "amount_minor", "currency", "bank_account")
# At most this many facts are named.
_NAMED = 1000


@dataclass(slots=True)
class PeriodScan:
    """What the scan has found so far: sums by day, the last day that is closed hard, and the findings."""

    closes: int = 0
    closed_on: date | None = None
    sums: dict[Key, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def take(self, recorded: Recorded, legs: Sequence[Leg]) -> None:
        """Check one more fact and the legs of its posting."""
        counts_on = recorded.envelope.accounting_date
        if self.closed_on is not None and counts_on <= self.closed_on:
            self._note(
                "fact_in_closed_period",
                f"{recorded.stream}@{recorded.version} at position {recorded.position} counts on {counts_on}, but "
                f"the periods through {self.closed_on} were closed before; find out who recorded it",
                f"{recorded.stream}@{recorded.version}",
            )
        sums = self.sums
        for role, amount, currency, bank_account in map(_PARTS, legs):
            key = (counts_on, role, bank_account, currency, amount > 0)
            sums[key] = sums.get(key, 0) + amount
        if recorded.stream.startswith("period-"):
            self._period(recorded)

    def check(self, *, whole: bool) -> Check:
        """The check; if the scan ended early, it does not cover the facts that were not read."""
        far = "" if whole else ", as far as the facts were read"
        said = (
            f"{counted(self.closes, 'close')} with the totals of the facts, and nothing counts in a closed period{far}"
        )
        if not self.closes:
            said = f"no period is closed{far}"
        if self.findings:
            said = counted(len(self.findings), "finding")
        return Check("periods", not self.findings, said, "period_differs", tuple(self.findings))

    def _period(self, recorded: Recorded) -> None:
        from ledger.domain.terms.period_facts import PeriodClosed, hash_of

        self.closed_on = recorded.fact.closed.hard_on  # type: ignore[attr-defined]
        fact = recorded.fact
        if not isinstance(fact, PeriodClosed):
            return
        self.closes += 1
        if hash_of(fact.totals) != fact.totals_hash:
            self._differ(recorded, fact, "its totals do not have the hash that was recorded with them")
        elif fact.totals != self._totals(fact.through_on):
            self._differ(recorded, fact, "its totals are not the sums of the facts before it")

    def _differ(self, recorded: Recorded, fact: PeriodClosed, how: str) -> None:
        about = f"{recorded.stream}@{recorded.version}"
        self._note("period_totals_differ", f"the close through {fact.through_on}, {about}: {how}", about)

    def _totals(self, through_on: date) -> tuple[ControlTotal, ...]:
        from ledger.domain.terms.period_facts import ControlTotal

        sums: dict[tuple[str, str, str], list[int]] = {}
        for (counts_on, role, bank_account, currency, debit), amount in self.sums.items():
            if counts_on <= through_on:
                sums.setdefault((role, bank_account or "", currency), [0, 0])[not debit] += abs(amount)
        return tuple(
            ControlTotal(role, bank_account or None, currency, debit, credit)
            for (role, bank_account, currency), (debit, credit) in sorted(sums.items())
        )

    def _note(self, code: str, sentence: str, about: str) -> None:
        from ledger.sealing import Finding

        if len(self.findings) < _NAMED:
            self.findings.append(Finding(code, sentence, about))
