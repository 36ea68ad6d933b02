"""A number series: gapless numbers for invoices and credit notes, and the references made from the numbers."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, Literal

from ledger.domain.duty import Act
from ledger.domain.fact import Command, Decision, Envelope, Fact, NewFact, State, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.receivables.reference_register import STREAM as REGISTER
from ledger.domain.receivables.reference_register import SeriesReferences, with_series
from ledger.domain.references import ReferenceKind, looks_personal, make
from ledger.domain.refusals import Refused

# A prefix and the first number have at most 18 digits together. So a reference still fits into the 25 characters of ISO
# 11649 when later numbers are two digits longer.
_PAYLOAD: Final = re.compile(r"[1-9][0-9]{0,17}")

# A series of credit notes, or of invoices that have references already, makes none.
SeriesKind = Literal["ocr", "rf", "none"]

# Facts


class SeriesOpened(Fact, frozen=True):
    """A series was opened at number `first`; its references begin with the digits of `reference_prefix`."""

    series: str
    first: int
    reference_kind: SeriesKind
    reference_prefix: str


class NumberTaken(Fact, frozen=True):
    """A document was given its permanent number; the fact repeats the data of the series.

    A series is long and busy. Its newest fact repeats this data, so loading the series reads only that fact.
    """

    series: str
    number: int
    holder: str
    reference_kind: SeriesKind
    reference_prefix: str


SeriesFact = SeriesOpened | NumberTaken

# State


class Series(State, frozen=True):
    """A series and its next number."""

    series: str
    next: int
    reference_kind: SeriesKind
    reference_prefix: str

    def reference(self, payer: int = 1) -> tuple[ReferenceKind, str]:
        """The reference for the next number, made from the prefix, the number, and one digit for the payer.

        If it looked like a personal or a telephone number, zeros are added after the payer's digit, which itself is
        never zero, so no other number has the longer reference. Refused if the series makes no references.
        """
        if self.reference_kind == "none":
            raise Refused("series_without_references", self.series)
        digits = f"{self.reference_prefix}{self.next}{payer}"
        while looks_personal(self.reference_kind, made := make(self.reference_kind, digits)):
            digits += "0"
        return self.reference_kind, made

    def take(self, holder: str, on: date) -> NewFact:
        """The fact that gives the next number to `holder`, a document of the day `on`."""
        taken = NumberTaken(
            series=self.series,
            number=self.next,
            holder=holder,
            reference_kind=self.reference_kind,
            reference_prefix=self.reference_prefix,
        )
        return NewFact(stream_of("series", self.series), taken, on)


# Evolve


def evolve(state: Series | None, fact: SeriesFact, on: date) -> Series:
    """The series after one more fact; the newest fact alone gives the same state as all facts together."""
    match fact:
        case SeriesOpened():
            upcoming = fact.first
        case NumberTaken():
            upcoming = fact.number + 1
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")
    return Series(
        series=fact.series,
        next=upcoming,
        reference_kind=fact.reference_kind,
        reference_prefix=fact.reference_prefix,
    )


# Commands


class OpenSeries(Command, frozen=True):
    """Open a number series; it may start at any number, for instance to continue the numbers of an old series."""

    series: str
    first: int = 1
    reference_kind: SeriesKind = "ocr"
    reference_prefix: str = ""

    def streams(self) -> tuple[str, ...]:
        """The number series, and the register of references."""
        return (stream_of("series", self.series), REGISTER)


# Decide


def open_series(states: States, command: OpenSeries, envelope: Envelope) -> Decision:
    """Open the series; it can be opened only once, and never makes a reference of another one."""
    stream = stream_of("series", command.series)
    if states.get(stream) is not None:
        raise Refused("series_already_open", command.series)
    if command.first < 1:
        raise Refused("amount_not_positive", "first number")
    if not _PAYLOAD.fullmatch(f"{command.reference_prefix}{command.first}"):
        raise Refused("reference_prefix_malformed", command.series)
    opened = SeriesOpened(
        series=command.series,
        first=command.first,
        reference_kind=command.reference_kind,
        reference_prefix=command.reference_prefix,
    )
    if command.reference_kind == "none":
        return (NewFact(stream, opened),)
    made = SeriesReferences(command.series, command.reference_kind, command.reference_prefix, command.first)
    return (NewFact(stream, opened), with_series(states, made))


def series_of(states: States, series: str) -> Series:
    """The open series, or a refusal."""
    state = states.get(stream_of("series", series))
    if not isinstance(state, Series):
        raise Refused("series_not_open", series)
    return state


# Registration

NOUN: Final = Noun(
    "series",
    facts=SeriesFact,
    evolve=evolve,
    acts={SeriesOpened: Act("series")},
    rules={OpenSeries: open_series},
    duties={OpenSeries: ("finance", "admin")},
    refusals={
        "reference_prefix_malformed": (
            "A reference prefix and the first number have at most 18 digits together, and the first digit is not zero."
        ),
        "series_already_open": "The number series has already been opened.",
        "series_not_open": "The number series has not been opened; open it with `reskontra series open`.",
        "series_without_references": (
            "The number series makes no references, so no payment of its invoice could be matched. Choose another "
            "series, or give each payer's reference."
        ),
    },
    sentences={
        SeriesOpened: lambda fact: f"Number series opened at {fact.first}",
        NumberTaken: lambda fact: f"Number {fact.number} given to {fact.holder}",
    },
    newest_is_enough=True,
)
