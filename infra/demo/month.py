"""A clinic group's month: what its office submits and its banks send each day; equal seeds give equal months."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from infra.demo.bankgiro import BankgiroBank
from infra.demo.batches import Batch, batches, unpaid_of_remitter
from infra.demo.bills import FEWEST, Billing, billing
from infra.demo.captures import by_other_ways, captures
from infra.demo.card_provider import CardProvider
from infra.demo.clearing_house import ClearingHouse
from infra.demo.corrections import Corrections, Credit, corrections
from infra.demo.direct_debits import DirectDebits
from infra.demo.habits import Habits
from infra.demo.office import Office
from infra.demo.outgoings import OF_BANKGIRO, Movement, Refund, credits_after_payment, movements, refunds
from infra.demo.payments import Payment, payments
from infra.demo.period import Period
from infra.demo.provider_office import ProviderOffice
from infra.demo.remitter import Remitter
from infra.demo.statement_bank import StatementBank
from infra.demo.swish_bank import SwishBank
from ledger import Submission


class Month:
    """One month. It is made when it is first needed. Its submissions and bank files are written for one day at a time.

    Raises ValueError if the month cannot be made. On each day the office's submissions come before the bank's files.
    Payers quote references that the ledger makes from the invoice numbers, so execute the submissions of all days in
    order, and let nobody else issue invoices in the same series. You may read the days in any order; only the execution
    must be in order.
    """

    def __init__(
        self,
        seed: int,
        year: int = 2026,
        month: int = 10,
        invoices: int = 30_000,
        habits: Habits | None = None,
    ) -> None:
        self.seed = seed
        self.period = Period(year, month)
        if invoices < FEWEST:
            raise ValueError(
                f"a month of {invoices} invoices is too small to show everything: ask for at least {FEWEST}"
            )
        self._invoices = invoices
        self._habits = habits or Habits()

    @property
    def lead_days(self) -> tuple[date, ...]:
        """Days before the month, on which no bank file arrives; the books are opened on the first of these days."""
        return self.period.lead_days

    @property
    def days(self) -> tuple[date, ...]:
        """Days of the month; bank files arrive on its bank days."""
        return self.period.days

    def submissions_of(self, day: date) -> list[Submission]:
        """The office's submissions for a day; execute them before loading the day's bank files."""
        offices = (self._office, self._provider_office, self.direct_debits)
        return [one for office in offices for one in office.submissions_of(day)]

    def bank_files_of(self, day: date) -> list[tuple[str, bytes]]:
        """The name and content of each bank file of a day; only bank days have files."""
        if day not in self.period.bank_days:
            return []
        banks = (self._statement_bank, self._bankgiro_bank, self._clearing_house, self._swish_bank)
        return [file for bank in banks for file in bank.files_of(day)]

    def provider_files_of(self, day: date) -> list[tuple[str, bytes]]:
        """The name and content of each file of a payment provider that comes on a day."""
        if day not in self.period.bank_days:
            return []
        return [*self.cards.files_of(day), *self.remitter.files_of(day)]

    @cached_property
    def payments(self) -> tuple[Payment, ...]:
        """Single incoming payments, by day."""
        return by_other_ways(self.seed, self.period, self._drawn, self._credited_after)

    @cached_property
    def cards(self) -> CardProvider:
        """The provider of the payments by card."""
        return CardProvider(self.seed, self.period, captures(self.seed, self.period, self.payments))

    @cached_property
    def direct_debits(self) -> DirectDebits:
        """The payments that we collect from payers' bank accounts."""
        return DirectDebits(
            self.seed, self.period, self.payments, self._billed.bills, self._corrected, self._credited_after
        )

    @cached_property
    def batches(self) -> tuple[Batch, ...]:
        """Bank movements, each for many payments by one payer, ordered by day."""
        return batches(self.seed, self.period, self._billed.bills, self._corrected)

    @cached_property
    def remitter(self) -> Remitter:
        """The region whose lumps are explained by remittances."""
        advised = [one for one in self.batches if one.advised]
        cancelled = self._corrected.cancelled
        unpaid = unpaid_of_remitter(self.seed, self._billed.bills, self.batches)
        return Remitter(self.period, advised, [one for one in unpaid if one.invoice_id not in cancelled])

    @cached_property
    def movements(self) -> tuple[Movement, ...]:
        """Bank movements that are not payments of debts, by day."""
        made = [*movements(self.period, self.refunds), *self.cards.arrived]
        return tuple(sorted(made, key=lambda movement: movement.booked_on))

    @cached_property
    def credits(self) -> tuple[Credit, ...]:
        """Credit notes; those decided after payment come last."""
        return (*self._corrected.credits, *self._credits_after)

    @cached_property
    def refunds(self) -> tuple[Refund, ...]:
        """Customer credit paid back."""
        return refunds(self.seed, self.period, self._drawn, self._credits_after)

    @property
    def bills(self) -> Billing:
        """Invoices and the accounts that owe them."""
        return self._billed

    @cached_property
    def _drawn(self) -> tuple[Payment, ...]:
        return payments(self.seed, self.period, self._habits, self._billed.bills, self._corrected)

    @cached_property
    def _billed(self) -> Billing:
        return billing(self.seed, self.period, self._invoices)

    @cached_property
    def _corrected(self) -> Corrections:
        return corrections(self.seed, self.period, self._billed.bills)

    @cached_property
    def _credits_after(self) -> tuple[Credit, ...]:
        return tuple(credits_after_payment(self.seed, self.period, self._billed.bills, self._drawn))

    @property
    def _credited_after(self) -> set[str]:
        return {credit.invoice_id for credit in self._credits_after}

    @cached_property
    def _office(self) -> Office:
        return Office(self.seed, self.period, self._billed, self.credits, self._corrected.write_offs, self.refunds)

    @cached_property
    def _provider_office(self) -> ProviderOffice:
        return ProviderOffice(self.seed, self.period, self.cards)

    @cached_property
    def _statement_bank(self) -> StatementBank:
        single = (one for one in self.payments if one.way == "statement")
        moved = (one for one in self.movements if one.what not in OF_BANKGIRO)
        return StatementBank(self.seed, self.period, (*single, *self.batches, *moved))

    @cached_property
    def _bankgiro_bank(self) -> BankgiroBank:
        giro = (one for one in self.payments if one.way == "bankgiro")
        moved = (one for one in self.movements if one.what in OF_BANKGIRO)
        return BankgiroBank(self.seed, self.period, giro, moved, self.direct_debits)

    @cached_property
    def _clearing_house(self) -> ClearingHouse:
        return ClearingHouse(self.seed, self.period, self.direct_debits)

    @cached_property
    def _swish_bank(self) -> SwishBank:
        return SwishBank(self.seed, self.period, (one for one in self.payments if one.way == "swish"))
