"""The inputs of reports: what a report may ask of an entity's book as of a day and as known at a position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    import pyarrow as pa

    from ledger import Recorded
    from ledger.domain.catalogue import Catalogue
    from ledger.domain.terms.chart import Chart
    from ledger.domain.terms.entity import Terms
    from projections.treatment import Treatment
    from projections.vouchers import Voucher

# Of a bank account: the day of its opening balance, and the first and the last day of its statements.
BankDays = tuple[date | None, date | None, date | None]


class InTransit(NamedTuple):
    """The money of payment providers.

    By account: payments that are not settled yet, what came in and went out by day of what is, payouts on the way,
    reserves kept and released, and what is posted on each role.
    """

    captured: Sequence[Mapping[str, Any]]
    held: Sequence[Mapping[str, Any]]
    on_the_way: Sequence[Mapping[str, Any]]
    reserves: Sequence[Mapping[str, Any]]
    posted: Sequence[Mapping[str, Any]]


class Inputs(Protocol):
    """The inputs of a report, as Arrow tables: the book as of a day and as known at a position.

    If a report covers all days, `as_of` is None. Of the methods that read the book, such a report can use only `facts`,
    `acts` and `treatment`.
    """

    @property
    def as_of(self) -> date | None:
        """The day."""

    @property
    def known_at(self) -> int:
        """The position up to which facts count as known."""

    @property
    def terms(self) -> Terms:
        """The entity's terms, as they are known at the position."""

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue, which gives the sentence that describes a fact, and the title of a document."""

    @property
    def chart(self) -> Chart:
        """The chart of accounts, as it is known at the position."""

    def items(self) -> pa.Table:
        """Every item with an open amount."""

    def due(self) -> pa.Table:
        """Open amounts by kind of payer, control role, currency and due date."""

    def unallocated(self) -> pa.Table:
        """Unallocated receipts, as negative amounts."""

    def credits(self) -> pa.Table:
        """Customer credit by account, as negative amounts."""

    def ledger(self) -> pa.Table:
        """The general ledger by account role, bank account and currency, and by the days on which the chart changes."""

    def taxes(self, from_on: date) -> pa.Table:
        """Postings of revenue and output tax with accounting dates from `from_on` to the day, by tax code.

        The columns are role, tax_code, currency, earlier (whether it happened before `from_on`), and amount_minor and
        base_minor, which are debits less credits.
        """

    def on(self, day: date) -> Inputs:
        """The same inputs as of another day."""

    def changes(self, since: int) -> pa.Table:
        """What was recorded after a position and changes the sub-ledger or the general ledger as of the day."""

    def known(self, at: int) -> Inputs:
        """The same inputs as known at another position."""

    def periods(self) -> Sequence[Recorded]:
        """All facts about the entity's periods, in order."""

    def bank_accounts(self) -> Sequence[Mapping[str, Any]]:
        """Our bank accounts as they were declared, each with the ledger account that it has on the day."""

    def proven_statements(self) -> Sequence[Mapping[str, Any]]:
        """The bank's statements with balances, also those after the day: they may decide which earlier ones hold."""

    def bank_money(self, days: Mapping[str, BankDays]) -> Mapping[str, tuple[int, int, int, int]]:
        """Money of bank accounts by booking day: through the last of the given days, after it, what is to be explained,
        and what was booked between the first two days.
        """

    def feeds(self) -> pa.Table:
        """Payments by the formats that show them, beside what the statements have of them."""

    def detail_days(self) -> pa.Table:
        """What detail files show of each account's days less what the statements have of it."""

    def provider_accounts(self) -> Sequence[Mapping[str, Any]]:
        """Our accounts at payment providers as they were declared, each with its `payout_terms`."""

    def in_transit(self, roles: Sequence[str]) -> InTransit:
        """What payment providers hold and have sent, and what the general ledger has of it on these roles."""

    def agreed_fees(self) -> Sequence[Mapping[str, Any]]:
        """Fees agreed with payment providers, as they were said; of several with one first day, the last counts."""

    def exchange_rates(self) -> Sequence[Mapping[str, Any]]:
        """Exchange rates as they were declared; of several of one day, the last counts."""

    def provider_charges(self, from_on: date) -> pa.Table:
        """Transactions that payment providers settled from `from_on` to the day, with what they charged for each."""

    def adjudicated(self, from_on: date) -> tuple[pa.Table, pa.Table]:
        """Claims of remittances paid from `from_on` to the day, with what is booked of each; and their adjustments."""

    def score_sums(self, from_on: date, to_on: date) -> tuple[pa.Table, pa.Table]:
        """The days of all complete files, and the payments that came in between two days, by account."""

    def vouchers(self, from_on: date) -> Iterator[Sequence[Voucher]]:
        """Vouchers with accounting dates from `from_on` to the day, page by page, in the order of the journal."""

    def turnover(self, from_on: date) -> pa.Table:
        """Debits and credits by currency, with accounting dates from `from_on` to the day."""

    def treatment(self) -> Treatment:
        """The facts that govern how later facts are treated, and the first fact of each version of the program."""

    def account(self, account_id: str) -> pa.Table:
        """Return the sub-ledger lines of one account; raises KeyError if the account was never opened."""

    def account_sums(self, account_id: str) -> pa.Table:
        """Return the net amount that one account owes, by currency."""

    def acts(self, *, person: str | None, act: str | None, from_on: date | None, to_on: date | None) -> pa.Table:
        """What persons decided, in order: of one person, of one kind, recorded between two days, if these are given."""

    def facts(self, subject: str) -> Mapping[str, Sequence[Recorded]]:
        """Return all facts of a stream, or of an account's streams; raises KeyError if there are none."""
