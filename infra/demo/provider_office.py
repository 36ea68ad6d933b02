"""What the office does about payment providers: it declares our accounts there, and records payments by card."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from infra.demo.bills import CURRENCY
from infra.demo.captures import ARRIVES_AFTER, SETTLED_AFTER, Capture
from infra.demo.card_provider import DISPUTE_FEE, DISPUTE_FEE_BACK, FEE, CardProvider
from infra.demo.fictions import CARD_PROVIDER, REMITTER_ACCOUNT, REMITTER_NUMBER
from infra.demo.period import Period
from infra.demo.staff import CLERK, FINANCE
from infra.demo.submissions import submission
from ledger import Submission
from ledger.domain.bank.alias import Alias
from ledger.domain.bank.fee_schedule import AgreeFee
from ledger.domain.bank.provider_account import DeclareProviderAccount, PayoutTerms, ProviderAccount
from ledger.domain.cash.allocation import AllocateReceipt, ItemToPay
from ledger.domain.cash.receipt import RecordReceipt
from ledger.domain.cash.receipt_facts import Payment
from reconciliation.matching.identity import id_key

CARDS: Final = "cards"
REMITTER: Final = "region-south"
# What has not come so many bank days after it was due is missing.
_LATE_FOR: Final = 2
_SOURCE: Final = "contract, invented for the demo"


class ProviderOffice:
    """The office's submissions about payment providers, by day."""

    def __init__(self, seed: int, period: Period, cards: CardProvider) -> None:
        self._seed, self._period, self._cards = seed, period, cards

    def submissions_of(self, day: date) -> list[Submission]:
        """The submissions of a day, after the office's others and before the day's files are loaded."""
        opening = self._opening(day) if day == self._period.opening_on else ()
        today = (one for one in self._cards.captures if one.recorded and one.payment.booked_on == day)
        return [*opening, *(said for one in today for said in self._captured(one, day))]

    def _opening(self, day: date) -> Iterator[Submission]:
        terms = PayoutTerms(day, SETTLED_AFTER, ARRIVES_AFTER, _LATE_FOR, _SOURCE)
        account = ProviderAccount(
            bank_account=CARDS, name="Card payments", provider="stripe", rail="card", currency=CURRENCY,
            senders=(CARD_PROVIDER,), payout_terms=(terms,),
        )  # fmt: skip
        yield submission(
            self._seed, DeclareProviderAccount(account=account), "provider-account", CARDS, day, by=FINANCE
        )
        yield self._remitting(day)
        for kind, fee in (("payment", FEE), ("chargeback", DISPUTE_FEE), ("chargeback_returned", DISPUTE_FEE_BACK)):
            agreed = AgreeFee(provider_account=CARDS, kind=kind, from_on=day, fee=fee, source=_SOURCE)
            yield submission(self._seed, agreed, "agreed-fee", f"{CARDS}-{kind}", day, by=FINANCE)

    def _remitting(self, day: date) -> Submission:
        """Declare the region that sends remittances; until its lump is at our bank, it holds what it pays."""
        account = ProviderAccount(
            bank_account=REMITTER, name="Remittances of a region", provider="payer", rail="remittance",
            currency=CURRENCY, aliases=(Alias(REMITTER_NUMBER, "merchant"),), senders=(REMITTER_ACCOUNT,),
            payout_terms=(PayoutTerms(day, 1, 2, _LATE_FOR, _SOURCE),),
        )  # fmt: skip
        command = DeclareProviderAccount(account=account)
        return submission(self._seed, command, "provider-account", REMITTER, day, by=FINANCE)

    def _captured(self, one: Capture, day: date) -> Iterator[Submission]:
        """Record a payment when it is captured, and settle its invoice."""
        id, item = receipt_id(one), one.payment.items[0]
        payment = Payment(
            rail="card", bank_account=CARDS, amount_minor=one.payment.amount_minor, currency=CURRENCY,
            booked_on=day, held_by="card", payment_ref=one.intent, bank_id_key=id_key(CARDS, one.intent),
        )  # fmt: skip
        record = RecordReceipt(receipt_id=id, payment=payment)
        yield submission(self._seed, record, "card-payment", id, day, by=CLERK)
        allocate = AllocateReceipt(allocation_id=f"{id}.1", receipt_id=id, items=(ItemToPay(item.item_id, None),))
        yield submission(self._seed, allocate, "card-payment-for", id, day, by=CLERK)


def receipt_id(one: Capture) -> str:
    """The id under which the office records a payment by card."""
    return f"{one.payment.booked_on:%Y%m%d}-{one.intent.removeprefix('pi_')}"
