"""The clinic group's bills: payers' accounts, and invoices with the numbers and references they will be given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Final, NamedTuple

from infra.demo.fictions import id_of, randomness
from infra.demo.period import Period
from infra.demo.prices import Price, price_of, rounded_to_krona
from ledger.domain.receivables.account import Payer
from ledger.domain.receivables.invoice_parts import InvoiceLine
from ledger.domain.references import make, ocr
from ledger.domain.terms.entity import Terms

CURRENCY: Final = "SEK"
INVOICE_SERIES: Final = "inv"
BROUGHT_SERIES: Final = "brought"
CREDIT_SERIES: Final = "cre"
FIRST_NUMBER: Final = 100_001
REFERENCE_PREFIX: Final = "700"
# The terms that the group declares before anything else.
TERMS: Final = Terms(legal_name="Vårdgruppen Demo (inget bolag)", currencies=(CURRENCY,))
# Care units, and the region with which each has an agreement.
CARE_UNITS: Final = {"harbour": "north", "hill": "north", "online": "north", "mill": "south", "station": "south"}

# How many of 1000 invoices are debts from the former books, and how many belong to the month before. The others belong
# to the month itself.
_BROUGHT_PER_MILLE: Final = 30
_LEAD_PER_MILLE: Final = 570
_GUARDIANS_PER_MILLE: Final = 60
# With fewer invoices, some of the things that can happen to an invoice would not occur in the demo's month.
FEWEST: Final = 1_000
_CARE: Final[tuple[tuple[tuple[str, ...], int], ...]] = (
    (("DOCTOR",), 44),
    (("NURSE",), 17),
    (("PSYCH",), 9),
    (("DOCTOR", "CERTIFICATE"), 4),
    (("VACCINE",), 8),
    (("NO_SHOW",), 4),
    (("CERTIFICATE",), 3),
    (("CERTIFICATE_LONG",), 2),
    (("INSURED_VISIT",), 4),
    (("STAFF_CHECK",), 3),
)
# How many of 1000 visits are by patients who have reached the high-cost cap; the region owes everything for these
# visits.
_CAP_REACHED_PER_MILLE: Final = 50
_WEEKDAY_WEIGHTS: Final = (12, 11, 10, 10, 9, 4, 3)


class Owed(NamedTuple):
    """A payer's share of an invoice: the item with its id, and the reference given to the payer."""

    item_id: str
    invoice_id: str
    account_id: str
    payer: Payer
    amount_minor: int
    reference: str
    issued_on: date
    due_on: date


class Bill(NamedTuple):
    """An invoice to issue; the ledger will give it `number`, and it is submitted on `recorded_on`."""

    invoice_id: str
    series: str
    number: int
    issued_on: date
    due_on: date
    recorded_on: date
    lines: tuple[InvoiceLine, ...]
    rounding_minor: int
    owed: tuple[Owed, ...]
    care_unit: str
    care_case: str

    @property
    def brought(self) -> bool:
        """Whether the invoice's number comes from the former books."""
        return self.series == BROUGHT_SERIES


class PayerAccount(NamedTuple):
    """A payer's account, and the first day on which it is needed."""

    account_id: str
    payer: Payer
    opened_on: date


class Billing(NamedTuple):
    """All bills in the order of submission, and the accounts they need."""

    bills: tuple[Bill, ...]
    accounts: tuple[PayerAccount, ...]


def billing(seed: int, period: Period, invoices: int) -> Billing:
    """The bills of the month and of the month before, and the debts brought forward."""
    brought, lead = (invoices * part // 1000 for part in (_BROUGHT_PER_MILLE, _LEAD_PER_MILLE))
    making = _Making(seed, period, pool=invoices * 6 // 10)
    bills = [
        *making.debts(brought),
        *making.issued(period.lead_days, lead),
        *making.issued(period.days, invoices - brought - lead),
    ]
    return Billing(tuple(bills), making.accounts())


def account_of(seed: int, who: str) -> str:
    """The random account id of `region-north`, `insurer`, `person-17` and so on."""
    return id_of(seed, "account", who)


class _Making:
    """The group's invoicing: the next number, and the accounts needed so far."""

    def __init__(self, seed: int, period: Period, pool: int) -> None:
        self._seed, self._period, self._pool = seed, period, pool
        self._rng = randomness(seed, "billing")
        self._numbers = {INVOICE_SERIES: FIRST_NUMBER, BROUGHT_SERIES: 1}
        self._payers: dict[str, PayerAccount] = {}

    def accounts(self) -> tuple[PayerAccount, ...]:
        """All accounts, in the order in which they were first needed."""
        return tuple(self._payers.values())

    def debts(self, count: int) -> Iterator[Bill]:
        """Patients' debts from the former books, oldest first; the first two are one person's."""
        days = _spread(self._rng, _between(self._period.oldest_on, self._period.opening_on), count)
        person = self._person()
        for number_of, day in enumerate(days):
            person = self._person() if number_of > 1 else person
            reference = ocr(f"4{number_of:08}")
            given_on = self._given_on(day)
            price = price_of(self._rng.choice(("DOCTOR", "NURSE", "NO_SHOW")), "south", given_on)
            fee = Price(price.patient_minor, 0, price.vat_code, price.patient_minor, 0, None)
            yield self._bill(BROUGHT_SERIES, day, "station", given_on, (("BROUGHT", fee),), person, reference)

    def issued(self, days: tuple[date, ...], count: int) -> Iterator[Bill]:
        """Invoices of some days, in order."""
        services, weights = [care for care, _ in _CARE], [weight for _, weight in _CARE]
        for day in _spread(self._rng, days, count):
            unit = self._rng.choice(tuple(CARE_UNITS))
            (care,) = self._rng.choices(services, weights)
            given_on = self._given_on(day)
            priced = tuple((service, price_of(service, CARE_UNITS[unit], given_on)) for service in care)
            if priced[0][1].payer == "region" and self._rng.randrange(1000) < _CAP_REACHED_PER_MILLE:
                priced = tuple((service, _capped(price)) for service, price in priced)
            yield self._bill(INVOICE_SERIES, day, unit, given_on, priced, self._person())

    def _bill(
        self,
        series: str,
        day: date,
        unit: str,
        given_on: date,
        priced: tuple[tuple[str, Price], ...],
        person: int,
        reference: str | None = None,
    ) -> Bill:
        number = self._numbers[series]
        self._numbers[series] += 1
        invoice_id = f"{day:%Y%m%d}-{id_of(self._seed, series, number)}"
        recorded_on = max(day, self._period.opening_on)
        lines = tuple(
            InvoiceLine(number_of, service, given_on, price.net_minor, price.vat_code, price.vat_minor)
            for number_of, (service, price) in enumerate(priced, 1)
        )
        of_patient = sum(price.patient_minor for _, price in priced)
        rounding = rounded_to_krona(of_patient)
        guardian = person % 1000 < _GUARDIANS_PER_MILLE
        owed: list[tuple[PayerAccount, int]] = []
        if of_patient:
            patient = self._account(f"person-{person}", "guardian" if guardian else "patient", recorded_on)
            owed.append((patient, of_patient + rounding))
        owed += [
            (self._payer(price.payer, CARE_UNITS[unit], recorded_on), price.payer_minor)
            for _, price in priced
            if price.payer is not None and price.payer_minor
        ]
        due_on = day + timedelta(days=TERMS.days_to_pay)
        digits = f"{REFERENCE_PREFIX}{number}"
        items = tuple(
            Owed(
                f"{invoice_id}.{number_of}", invoice_id, account.account_id, account.payer, amount,
                reference or make("ocr", f"{digits}{number_of}"), day, due_on,
            )
            for number_of, (account, amount) in enumerate(owed, 1)
        )  # fmt: skip
        case = id_of(self._seed, "case", series, number)
        return Bill(invoice_id, series, number, day, due_on, recorded_on, lines, rounding, items, unit, case)

    def _given_on(self, billed_on: date) -> date:
        return billed_on - timedelta(days=self._rng.randrange(3))

    def _person(self) -> int:
        return self._rng.randrange(self._pool)

    def _payer(self, payer: Payer, region: str, on: date) -> PayerAccount:
        return self._account(f"region-{region}" if payer == "region" else payer, payer, on)

    def _account(self, who: str, payer: Payer, on: date) -> PayerAccount:
        if who not in self._payers:
            self._payers[who] = PayerAccount(account_of(self._seed, who), payer, on)
        return self._payers[who]


def _capped(price: Price) -> Price:
    """Return how a price is shared if the patient has reached the high-cost cap.

    If the cap covers the care, the region owes the whole price; otherwise the shares are unchanged.
    """
    if price.payer != "region":
        return price
    return price._replace(patient_minor=0, payer_minor=price.patient_minor + price.payer_minor)


def _between(first: date, end: date) -> tuple[date, ...]:
    return tuple(first + timedelta(days=count) for count in range((end - first).days))


def _spread(rng: Random, days: tuple[date, ...], count: int) -> list[date]:
    """Return one day for each invoice, sorted; fewer invoices fall on weekends."""
    weights = [_WEEKDAY_WEIGHTS[day.weekday()] for day in days]
    return sorted(rng.choices(days, weights, k=count))
