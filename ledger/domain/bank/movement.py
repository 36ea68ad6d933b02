"""Bank movements, or parts of them, that are not receipts; they are booked so that the books agree with the bank."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final

import msgspec

from ledger.domain.bank.bookable_roles import require_bookable
from ledger.domain.bank.line import BankLine
from ledger.domain.bank.movement_facts import (
    MovementClassified,
    MovementCleared,
    MovementFact,
    MovementPartBegun,
    MovementReclassified,
    MovementSplit,
    MovementUncleared,
)
from ledger.domain.bank.taxed_roles import require_tax_code
from ledger.domain.chart_of_accounts import Leg, beside_bank
from ledger.domain.duty import Act
from ledger.domain.fact import Command, Decision, Envelope, NewFact, State, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

# State


class Movement(State, frozen=True):
    """A booked part of a movement: the bank's line, and what it is now; `cleared_minor` is what receipts explain of it.

    `split_minor` is the amount that was split off, in `splits` further parts. The amounts are signed as the bank's
    line. `reclassified` says whether a person ever said what the movement was.
    """

    line: BankLine
    role: str
    rule: str
    document: str | None
    counter_account: str | None = None
    tax_code: str | None = None
    cleared_minor: int = 0
    split_minor: int = 0
    splits: int = 0
    reclassified: bool = False

    @property
    def left_minor(self) -> int:
        """The amount that is on `role`: what no receipt explains, and nobody split off."""
        return self.line.amount_minor - self.cleared_minor - self.split_minor

    def next_part(self, part_id: str) -> str:
        """The id of the next part that is split off: this movement's id with the number of the part."""
        return f"{part_id}.{self.splits + 1}"

    @property
    def left(self) -> BankLine:
        """The bank's line, with the amount that is left."""
        return msgspec.structs.replace(self.line, amount_minor=self.left_minor)


# Evolve


def evolve(state: Movement | None, fact: MovementFact, on: date) -> Movement:
    """The part of a movement after one more fact."""
    match fact:
        case MovementClassified():
            assert state is None, "a part of a movement is classified only once"
            return Movement(
                line=fact.line,
                role=fact.role,
                rule=fact.rule,
                document=fact.document,
                counter_account=fact.counter_account,
                tax_code=fact.tax_code,
            )
        case MovementPartBegun():
            assert state is None, "a part that is split off is new"
            return Movement(line=fact.line, role=fact.role, rule=fact.rule, document=None, tax_code=fact.tax_code)
        case MovementSplit():
            assert state is not None, "a movement's first fact is MovementClassified"
            split = {"split_minor": state.split_minor + fact.amount_minor, "splits": state.splits + 1}
            return msgspec.structs.replace(state, **split)
        case MovementCleared() | MovementUncleared():
            assert state is not None, "a movement's first fact is MovementClassified"
            amount = fact.amount_minor if isinstance(fact, MovementCleared) else -fact.amount_minor
            return msgspec.structs.replace(state, cleared_minor=state.cleared_minor + amount)
        case MovementReclassified():
            assert state is not None, "a movement's first fact is MovementClassified"
            now = {name: getattr(fact, name) for name in ("role", "document", "tax_code", "counter_account")}
            return msgspec.structs.replace(state, **now, reclassified=True)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


# Commands


class ClassifyMovement(Command, frozen=True):
    """Book a bank movement (or a part of one) that is not a receipt; `role` says on which ledger account."""

    begins: ClassVar[int] = 1

    part_id: str
    line: BankLine
    role: str
    rule: str
    counter_account: str | None = None
    tax_code: str | None = None

    def streams(self) -> tuple[str, ...]:
        """The part of the movement."""
        return (stream_of("movement", self.part_id),)

    def days_said(self) -> tuple[date, ...]:
        """The day on which the bank booked it."""
        return (self.line.booked_on,)


# Decide


def classify(states: States, command: ClassifyMovement, envelope: Envelope) -> Decision:
    """Book the movement once, on its booking day; if the same line comes again, nothing changes."""
    decided = booked(states, command, None, command.counter_account)
    if decided:
        require_bookable(command.line, command.role, command.part_id)
        require_tax_code(command.role, command.tax_code, command.line.booked_on, command.part_id)
    return decided


def booked(
    states: States, command: ClassifyMovement, document: str | None = None, counter_account: str | None = None
) -> Decision:
    """The fact that books a movement, on whatever role, unless it is booked already."""
    (stream,) = command.streams()
    state = states.get(stream)
    if isinstance(state, Movement):
        if state.line.same_money(command.line):
            return ()
        raise Refused("fact_already_recorded", command.part_id)
    if command.line.amount_minor == 0:
        raise Refused("amount_not_positive", command.part_id)
    classified = MovementClassified(
        part_id=command.part_id,
        line=command.line,
        role=command.role,
        rule=command.rule,
        document=document,
        counter_account=counter_account,
        tax_code=command.tax_code,
    )
    return (NewFact(stream, classified, command.line.booked_on),)


def movement_of(states: States, part_id: str) -> Movement:
    """The booked part of a movement, or a refusal."""
    state = states.get(stream_of("movement", part_id))
    if not isinstance(state, Movement):
        raise Refused("movement_unknown", part_id)
    return state


# Registration


def _posted(fact: MovementClassified) -> tuple[Leg, ...]:
    line, beside = fact.line, fact.counter_account or fact.line.bank_account
    return (
        Leg(line.money_role, line.amount_minor, line.currency, line.bank_account),
        beside_bank(fact.role, -line.amount_minor, line.currency, beside, fact.tax_code),
    )


def _moved(fact: MovementReclassified) -> tuple[Leg, ...]:
    amount, currency, before = fact.amount_minor, fact.currency, fact.from_account or fact.bank_account
    beside = beside_bank(fact.role, -amount, currency, fact.counter_account or fact.bank_account, fact.tax_code)
    if fact.document is not None and fact.document.startswith("settlement-"):
        # The money of the payments is on our account at the provider already.
        beside = Leg(fact.role, -amount, currency, fact.bank_account)
    return (beside_bank(fact.from_role, amount, currency, before, fact.from_tax_code), beside)


NOUN: Final = Noun(
    "movement",
    facts=MovementFact,
    evolve=evolve,
    acts={MovementReclassified: Act("movement_reclassification")},
    rules={ClassifyMovement: classify},
    duties={ClassifyMovement: ("finance", "bank-day")},
    legs={MovementClassified: _posted, MovementReclassified: _moved},
    amounts={MovementClassified: lambda fact: fact.line.amount_minor},
    refusals={
        "movement_unknown": "There is no booked movement, or part of one, with that id.",
        "role_not_bookable": (
            "Bank movements cannot be booked on that account role: it is not in the chart, or only other kinds of "
            "facts may post to it; `reskontra mapping list` shows all roles. `--payout` says that one is a payout's."
        ),
        "tax_code_on_role_unfit": (
            "Nothing that is booked on that account role from the bank has that tax code: costs and what another "
            "ledger settles may have any, income only one without tax, because what is sold with tax is invoiced."
        ),
    },
    sentences={
        MovementClassified: lambda fact: f"Bank movement booked as {fact.role} ({fact.rule})",
        MovementPartBegun: lambda fact: f"Part split off bank movement {fact.split_from}, on {fact.role}",
        MovementSplit: lambda fact: f"Part {fact.into} split off the bank movement",
        MovementCleared: lambda fact: f"Bank movement explained by {fact.document}",
        MovementUncleared: lambda fact: f"Bank movement not explained by {fact.document} any more",
        MovementReclassified: lambda fact: (
            f"Bank movement moved from {fact.from_role} to {fact.document or fact.role} ({fact.reason_code})"
        ),
    },
)
