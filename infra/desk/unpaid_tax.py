"""The use case that makes unpaid tax of the cash method due at the end of a fiscal year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from infra.desk import names, period
from infra.desk.desk import Desk, Occasion
from infra.desk.problems import Problem, Stopped

if TYPE_CHECKING:
    from ledger import Outcome
    from ledger.domain.fact import Fact


class FellDue(NamedTuple):
    """The last day of the fiscal year, and one row per item with the tax that fell due on it, unpaid."""

    through_on: date
    rows: list[dict[str, Any]]
    position: int

    @property
    def sums(self) -> dict[str, int]:
        """The tax by currency."""
        sums: Counter[str] = Counter()
        for row in self.rows:
            sums[row["currency"]] += row["tax_minor"]
        return dict(sorted(sums.items()))


def fall_due(desk: Desk, through_on: date | None, *, rehearsed: bool = False) -> FellDue:
    """Make the tax due that waits for its payment at the end of a fiscal year, by default of the last one that ended.

    It counts on the day itself, or if that is closed hard on the next open day. If `rehearsed`, nothing is recorded.
    Raises Stopped if the person may not, or if no fiscal year ended on the day.
    """
    from ledger import Rehearsal, execute
    from ledger.domain.receivables.unpaid_tax import LetUnpaidTaxFallDue, require_over
    from ledger.domain.terms.fiscal_year import fiscal_year

    desk.require_for(LetUnpaidTaxFallDue)
    first_on, _ = fiscal_year(desk.today, desk.terms.fiscal_year_from)
    day = through_on or first_on - timedelta(days=1)
    # A wrong day is refused even if no tax waits.
    with desk.telling():
        require_over(day, desk.terms, desk.today)
    position = desk.books.follow()
    waiting = desk.books.store.now.tax_waiting(day)
    found = [row for row in desk.books.inputs(day).items().to_pylist() if row["invoice_id"] in waiting]
    closed_on = period.closed_days(desk).hard_on or date.min
    submitted = [
        desk.submission(
            LetUnpaidTaxFallDue(item_id=row["item_id"], through_on=day),
            # It counts in the year that it is of, also if that is closed softly, but not before its invoice counts.
            Occasion(on=day, accounting_date=day if closed_on < day and waiting[row["invoice_id"]] <= day else None),
        )
        for row in found
    ]
    # All of it is decided before the first item is recorded.
    outcomes, facts = Rehearsal(desk.books.journal).rehearse_facts(submitted)
    _require_none_refused(outcomes)
    if not rehearsed:
        outcomes = execute(desk.books.journal, submitted)
        desk.recorded.extend(one for one in outcomes if one.last_position is not None)
        _require_none_refused(outcomes)
        position = desk.books.follow(at=desk.now)
    return FellDue(day, _rows(desk, facts), position)


def _require_none_refused(outcomes: Iterable[Outcome]) -> None:
    for one in outcomes:
        if one.status == "refused":
            raise Stopped(Problem(str(one.code), str(one.sentence)))


def _rows(desk: Desk, facts: Iterable[tuple[str, Fact]]) -> list[dict[str, Any]]:
    """One row per item with the tax that fell due, by the number and reference by which a person names it."""
    from ledger.domain.receivables.item_facts import TaxFellDue
    from ledger.domain.terms.tax_codes import is_taxable

    taxes = [(stream.partition("-")[2], fact) for stream, fact in facts if isinstance(fact, TaxFellDue)]
    called = names.called(desk, (item_id for item_id, _ in taxes))
    return [
        {
            "item_id": item_id,
            "currency": fact.currency,
            "net_minor": sum(part.net_minor for part in fact.parts if is_taxable(part.tax_code)),
            "tax_minor": sum(part.tax_minor for part in fact.parts),
            **called.get(item_id, {}),
        }
        for item_id, fact in taxes
    ]
