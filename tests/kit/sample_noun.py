"""A noun that only tests know: the deposit that secures care to come, asked for, and held back once care is billed."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.catalogue import Catalogue
from ledger.domain.chart_of_accounts import pair
from ledger.domain.fact import Command, Decision, Envelope, Fact, NewFact, State, States, stream_of
from ledger.domain.money import require_positive
from ledger.domain.noun import Noun
from ledger.domain.nouns import NOUNS
from ledger.domain.receivables.account import account_of
from ledger.domain.receivables.invoice import invoice_of
from ledger.domain.receivables.item import mirrored
from ledger.domain.receivables.item_facts import Due, HoldPlaced, ItemRaised, ItemTerms
from ledger.domain.refusals import Refused

# Facts


class DepositAsked(Fact, frozen=True):
    """A payer was asked for a deposit that secures the care of an invoice to come."""

    deposit_id: str
    account_id: str
    invoice_id: str
    amount_minor: int
    currency: str


class DepositBilled(Fact, frozen=True):
    """The care was billed; the deposit is not asked for any more."""

    invoice_id: str


DepositFact = DepositAsked | DepositBilled

# State


class Deposit(State, frozen=True):
    """A deposit, and whether its care was billed."""

    asked: DepositAsked
    billed: bool


# Evolve


def evolve(state: Deposit | None, fact: DepositFact, on: date) -> Deposit:
    """The deposit after one more fact."""
    if isinstance(fact, DepositAsked):
        return Deposit(asked=fact, billed=False)
    assert state is not None, "a deposit's first fact is DepositAsked"
    return Deposit(asked=state.asked, billed=True)


# Commands


class AskDeposit(Command, frozen=True):
    """Ask a payer for a deposit, due on a day."""

    deposit_id: str
    account_id: str
    invoice_id: str
    amount_minor: int
    due_on: date
    currency: str = "SEK"

    def streams(self) -> tuple[str, ...]:
        """The deposit and the account."""
        return (stream_of("deposit", self.deposit_id), stream_of("account", self.account_id))


class BillDeposit(Command, frozen=True):
    """Say that the care was billed."""

    deposit_id: str

    def streams(self) -> tuple[str, ...]:
        """The deposit."""
        return (stream_of("deposit", self.deposit_id),)

    def more(self, states: States) -> tuple[str, ...]:
        """The invoice that it secures, and its own item."""
        state = states.get(stream_of("deposit", self.deposit_id))
        if not isinstance(state, Deposit):
            return ()
        return (stream_of("invoice", state.asked.invoice_id), stream_of("item", f"{self.deposit_id}.1"))


# Decide


def ask(states: States, command: AskDeposit, envelope: Envelope) -> Decision:
    """Ask for it once; its item arises on the day it is asked for."""
    stream, _ = command.streams()
    if states.get(stream) is not None:
        raise Refused("deposit_already_asked", command.deposit_id)
    require_positive((command.amount_minor,), command.deposit_id)
    asked = DepositAsked(
        deposit_id=command.deposit_id,
        account_id=command.account_id,
        invoice_id=command.invoice_id,
        amount_minor=command.amount_minor,
        currency=command.currency,
    )
    raised = ItemRaised(
        item_id=f"{command.deposit_id}.1",
        kind="principal",
        document=stream,
        parent=None,
        account_id=command.account_id,
        payer=account_of(states, command.account_id).payer,
        parts=(),
        amount_minor=command.amount_minor,
        currency=command.currency,
        arose_on=envelope.occurred_on,
        due=(Due(command.due_on, command.amount_minor),),
        terms=ItemTerms("SE"),
    )
    return (NewFact(stream, asked), mirrored(raised.item_id, raised))


def bill(states: States, command: BillDeposit, envelope: Envelope) -> Decision:
    """Hold its item back from the day the invoice was issued on; the same again is nothing new."""
    (stream,) = command.streams()
    state = states.get(stream)
    if not isinstance(state, Deposit):
        raise Refused("deposit_unknown", command.deposit_id)
    if state.billed:
        return ()
    issued_on = invoice_of(states, state.asked.invoice_id).issued_on
    held = HoldPlaced(hold_id="billed", reason_code="BILLED", until_on=None)
    billed = DepositBilled(invoice_id=state.asked.invoice_id)
    return (NewFact(stream, billed, issued_on), mirrored(f"{command.deposit_id}.1", held, issued_on))


# Registration

SAMPLE: Final = Noun(
    "deposit",
    facts=DepositFact,
    evolve=evolve,
    rules={AskDeposit: ask, BillDeposit: bill},
    duties={AskDeposit: ("billing",), BillDeposit: ("billing",)},
    legs={DepositAsked: lambda fact: pair("ar_patient", "refunds_payable", fact.amount_minor, fact.currency)},
    refusals={
        "deposit_already_asked": "The deposit was asked for already.",
        "deposit_unknown": "There is no deposit with that id.",
    },
    sentences={
        DepositAsked: lambda fact: f"Deposit asked for, before invoice {fact.invoice_id}",
        DepositBilled: lambda fact: f"Care billed with invoice {fact.invoice_id}",
    },
    title="Deposit",
)
GROWN: Final = Catalogue((*NOUNS, SAMPLE))
