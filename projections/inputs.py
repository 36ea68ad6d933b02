"""The inputs of reports: an entity's book as of a day and as known at a position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ledger import beginning_of
from ledger.domain.chart_of_accounts import BANK, REVENUE, VAT_OUTPUT
from ledger.domain.duty import person_actor
from ledger.domain.fact import Dated
from ledger.domain.terms.entity import STREAM, terms_of
from ledger.domain.terms.fiscal_year import fiscal_year
from ledger.domain.terms.period import STREAM as PERIODS
from projections.reports.report_inputs import InTransit
from projections.store.score_sums import score_sums
from projections.store.sums import AsOf
from projections.store.transit_sums import adjudicated, in_transit, provider_charges
from projections.treatment import Treatment, treatment
from projections.vouchers import vouchers_of

if TYPE_CHECKING:
    import pyarrow as pa

    from ledger import Journal, Recorded
    from ledger.domain.catalogue import Catalogue
    from ledger.domain.terms.chart import Chart
    from ledger.domain.terms.entity import Terms
    from projections.reports.report_inputs import BankDays
    from projections.store.read_store import ReadStore
    from projections.vouchers import Voucher


class BookInputs:
    """Gives one report its inputs, from the read tables and the journal."""

    def __init__(self, journal: Journal, store: ReadStore, as_of: date | None, known_at: int) -> None:
        self._journal = journal
        self._store = store
        self.as_of = as_of
        self.known_at = known_at

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue, which gives the sentence that describes a fact, and the title of a document."""
        return self._journal.catalogue

    @cached_property
    def terms(self) -> Terms:
        """The entity's terms, as they were known at the position."""
        facts = [one for one in self._journal.read_all(STREAM) if one.position <= self.known_at]
        dated = [Dated(one.fact, one.envelope.occurred_on) for one in facts]
        return terms_of({STREAM: self.catalogue.remember(STREAM, None, dated)})

    @cached_property
    def chart(self) -> Chart:
        """The chart of accounts, as it is known at the position."""
        return self._store.now.chart(self.known_at)

    def items(self) -> pa.Table:
        """Every item with an open amount."""
        return self._sums.items()

    def due(self) -> pa.Table:
        """Open amounts by kind of payer, control role, currency and due date."""
        return self._sums.due()

    def unallocated(self) -> pa.Table:
        """Unallocated receipts, as negative amounts."""
        return self._sums.unallocated()

    def credits(self) -> pa.Table:
        """Customer credit by account, as negative amounts."""
        return self._sums.credits()

    def ledger(self) -> pa.Table:
        """The general ledger by account role, bank account and currency, and by the days on which the chart changes."""
        assert self.as_of is not None, "the ledger is summed up to a day"
        return self._sums.ledger(self.chart.days_of_change(self.as_of))

    def taxes(self, from_on: date) -> pa.Table:
        """Postings of revenue and output tax with accounting dates from `from_on` to the day, by tax code."""
        return self._sums.taxes(from_on, (REVENUE, VAT_OUTPUT))

    def on(self, day: date) -> BookInputs:
        """The same inputs as of another day."""
        return BookInputs(self._journal, self._store, day, self.known_at)

    def changes(self, since: int) -> pa.Table:
        """What was recorded after a position and changes the sub-ledger or the general ledger as of the day.

        What a receipt has not paid yet is whoever's it is known to be, on all days; so it also has by how much somebody
        has less, and another one more, because it became known whose a receipt is.
        """
        return self._sums.changes(since)

    def known(self, at: int) -> BookInputs:
        """The same inputs as known at another position."""
        return BookInputs(self._journal, self._store, self.as_of, at)

    def periods(self) -> Sequence[Recorded]:
        """All facts about the entity's periods, in order."""
        return self._journal.read_all(PERIODS)

    def bank_accounts(self) -> Sequence[Mapping[str, Any]]:
        """Our bank accounts as they were declared, each with the ledger account that it has on the day."""
        assert self.as_of is not None, "a bank account has a ledger account on a day"
        return [
            row | {"ledger_account": self._ledger_account(row, self.as_of)}
            for row in self._store.now.bank_accounts(self.known_at)
        ]

    def _ledger_account(self, row: Mapping[str, Any], on: date) -> str:
        return self.chart.account(BANK, on, bank_account=row["bank_account"], currency=row["currency"])

    def proven_statements(self) -> Sequence[Mapping[str, Any]]:
        """The bank's statements with balances, also those after the day: they may decide which earlier ones hold."""
        return self._store.now.proven_statements(self.known_at)

    def bank_money(self, days: Mapping[str, BankDays]) -> Mapping[str, tuple[int, int, int, int]]:
        """Money of bank accounts by booking day: through the last of the given days, after it, what is to be explained,
        and what was booked between the first two days.
        """
        return self._sums.bank_money(days)

    def feeds(self) -> pa.Table:
        """Payments by the formats that show them, beside what the statements have of them."""
        return self._sums.feeds()

    def detail_days(self) -> pa.Table:
        """What detail files show of each account's days less what the statements have of it."""
        return self._sums.detail_days()

    def provider_accounts(self) -> Sequence[Mapping[str, Any]]:
        """Our accounts at payment providers as they were declared, each with its `payout_terms`."""
        return self._store.now.provider_accounts(self.known_at)

    def in_transit(self, roles: Sequence[str]) -> InTransit:
        """What payment providers hold and have sent, and what the general ledger has of it on these roles."""
        return InTransit(*in_transit(self._sums, roles))

    def agreed_fees(self) -> Sequence[Mapping[str, Any]]:
        """Fees agreed with payment providers, as they were said; of several with one first day, the last counts."""
        return self._store.settlements.agreed_fees(self.known_at)

    def exchange_rates(self) -> Sequence[Mapping[str, Any]]:
        """Exchange rates as they were declared; of several of one day, the last counts."""
        return self._store.settlements.exchange_rates(self.known_at)

    def provider_charges(self, from_on: date) -> pa.Table:
        """Transactions that payment providers settled from `from_on` to the day, with what they charged for each."""
        return provider_charges(self._sums, from_on)

    def adjudicated(self, from_on: date) -> tuple[pa.Table, pa.Table]:
        """Claims of remittances paid from `from_on` to the day, with what is booked of each; and their adjustments."""
        return adjudicated(self._sums, from_on)

    def score_sums(self, from_on: date, to_on: date) -> tuple[pa.Table, pa.Table]:
        """The days of all complete files, and the payments that came in between two days, by account."""
        return score_sums(self._sums, from_on, to_on)

    def vouchers(self, from_on: date) -> Iterator[Sequence[Voucher]]:
        """Vouchers with accounting dates from `from_on` to the day, page by page, in the order of the journal."""
        assert self.as_of is not None, "vouchers are read up to a day"
        month = self.terms.fiscal_year_from
        positions = self._sums.positions(fiscal_year(from_on, month)[0], from_on)
        return vouchers_of(self._journal, positions, month, (from_on, self.as_of))

    def turnover(self, from_on: date) -> pa.Table:
        """Debits and credits by currency, with accounting dates from `from_on` to the day."""
        return self._sums.turnover(from_on)

    def treatment(self) -> Treatment:
        """The facts that govern how later facts are treated, and the first fact of each version of the program."""
        return treatment(self._journal, self.known_at)

    def account(self, account_id: str) -> pa.Table:
        """The sub-ledger lines of one account; KeyError if it was never opened."""
        if self._store.now.account(account_id) is None:
            raise KeyError(f"there is no account {account_id}")
        return self._sums.account(account_id)

    def account_sums(self, account_id: str) -> pa.Table:
        """The net amount that one account owes, by currency."""
        return self._sums.account_sums(account_id)

    def acts(self, *, person: str | None, act: str | None, from_on: date | None, to_on: date | None) -> pa.Table:
        """What persons decided, in order: of one person, of one kind, recorded between two days, if these are given."""
        actor = None if person is None else person_actor(person)
        since = None if from_on is None else beginning_of(self.terms, from_on)
        before = None if to_on is None else beginning_of(self.terms, to_on + timedelta(days=1))
        return self._store.now.acts(actor, act, since, before, self.known_at)

    def facts(self, subject: str) -> Mapping[str, Sequence[Recorded]]:
        """All facts of streams with commas between them, or of an account's streams; KeyError if there are none."""
        journal = self._journal
        if self.catalogue.keeps(subject):
            found = {stream: journal.read_all(stream) for stream in subject.split(",")}
        else:
            asked = self._store.now.streams_of_account(subject)
            read = journal.read(asked)
            found = {stream: read.get(stream, []) for stream in asked}
        if not any(found.values()):
            raise KeyError(f"nothing is recorded for {subject}")
        return found

    @cached_property
    def _sums(self) -> AsOf:
        assert self.as_of is not None, "sums need an as-of day"
        return self._store.at(self.as_of, self.known_at)
