"""The register of references: which ones the number series make for ever, and which ones were given elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from ledger.domain.fact import Fact, NewFact, Part, State, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.references import ReferenceKind, payload
from ledger.domain.refusals import Refused

# A journal belongs to one entity, so it has one register.
STREAM: Final = stream_of("references", "register")

# Facts


class SeriesReferences(Part, frozen=True):
    """The references that a number series makes: of the prefix, each number from `first` on, and the payer's digit."""

    series: str
    kind: ReferenceKind
    prefix: str
    first: int


class GivenReferences(Part, frozen=True):
    """The least and the greatest digits, of one length, of the references that were given by an older system."""

    kind: ReferenceKind
    least: str
    greatest: str


class ReferencesRegistered(Fact, frozen=True):
    """References were registered; the newest fact repeats the whole register."""

    series: tuple[SeriesReferences, ...]
    given: tuple[GivenReferences, ...]


# State


class Register(State, frozen=True):
    """All series that make references, and between which digits references were given elsewhere."""

    series: tuple[SeriesReferences, ...] = ()
    given: tuple[GivenReferences, ...] = ()


# Evolve


def evolve(state: Register | None, fact: ReferencesRegistered, on: date) -> Register:
    """The newest fact alone is the register."""
    return Register(series=fact.series, given=fact.given)


# Decide


def with_series(states: States, opened: SeriesReferences) -> NewFact:
    """The register with one more series; refused if any reference of it could ever be another one's."""
    register = _register(states)
    for other in register.series:
        if _collide(opened, other):
            raise Refused("references_collide", f"{opened.series} and {other.series}")
    for given in register.given:
        if given.kind == opened.kind and _meets(opened, given):
            raise Refused("references_given_elsewhere", opened.series)
    return _registered((*register.series, opened), register.given)


def with_given(states: States, given: Iterable[tuple[ReferenceKind, str]]) -> tuple[NewFact, ...]:
    """The register with references of an older system, if it changes; refused if a series makes one of them."""
    register = _register(states)
    ranges = register.given
    for kind, reference in given:
        digits = payload(kind, reference)
        # What no series can make needs no place in the register.
        if digits is None:
            continue
        for one in register.series:
            if one.kind == kind and _makes(one, digits):
                raise Refused("reference_of_a_series", one.series)
        ranges = _widened(ranges, kind, digits)
    return () if ranges == register.given else (_registered(register.series, ranges),)


def _register(states: States) -> Register:
    state = states.get(STREAM)
    return state if isinstance(state, Register) else Register()


def _registered(series: tuple[SeriesReferences, ...], given: tuple[GivenReferences, ...]) -> NewFact:
    return NewFact(STREAM, ReferencesRegistered(series=series, given=given))


def _collide(one: SeriesReferences, other: SeriesReferences) -> bool:
    """Whether two series ever make the same reference: of the same digits, however long their numbers become.

    They do if one prefix continues the other with what a number of the other can begin with. Numbers rise for ever and
    begin with no zero, so wherever they begin, the numbers meet one day, unless the continuation begins with a zero.
    """
    if one.kind != other.kind:
        return False
    shorter, longer = sorted((one.prefix, other.prefix), key=len)
    return longer.startswith(shorter) and longer[len(shorter) : len(shorter) + 1] != "0"


def _makes(series: SeriesReferences, digits: str) -> bool:
    """Whether the series has made, or will make, a reference of these digits; zeros at the end are fillers."""
    number = digits.rstrip("0")[len(series.prefix) : -1]
    if not digits.startswith(series.prefix) or not number or number.startswith("0"):
        return False
    return int(number) >= series.first


def _meets(series: SeriesReferences, given: GivenReferences) -> bool:
    """Whether a number of the series could have digits between those of the given references, which are of one length.

    A filler of the series makes its digits longer, so shorter digits are looked at too.
    """
    length = len(given.least)
    for fillers in range(length):
        most = length - fillers - len(series.prefix) - 1
        if most < 1:
            return False
        first = max(series.first, 10 ** (most - 1))
        if len(str(first)) > most:
            continue
        zeros = "0" * fillers
        least, greatest = f"{series.prefix}{first}1{zeros}", f"{series.prefix}{'9' * (most + 1)}{zeros}"
        if least <= given.greatest and given.least <= greatest:
            return True
    return False


def _widened(ranges: tuple[GivenReferences, ...], kind: ReferenceKind, digits: str) -> tuple[GivenReferences, ...]:
    others = tuple(one for one in ranges if (one.kind, len(one.least)) != (kind, len(digits)))
    same = [one for one in ranges if (one.kind, len(one.least)) == (kind, len(digits))]
    least = min([digits, *(one.least for one in same)])
    greatest = max([digits, *(one.greatest for one in same)])
    if same and (same[0].least, same[0].greatest) == (least, greatest):
        return ranges
    return (*others, GivenReferences(kind, least, greatest))


# Registration

NOUN: Final = Noun(
    "references",
    facts=ReferencesRegistered,
    evolve=evolve,
    refusals={
        "reference_of_a_series": (
            "A number series has made this reference, or will make it one day, and a reference belongs to one payment "
            "request for ever. A series leaves out only the references of numbers before its first."
        ),
        "references_collide": (
            "One day, both number series would make the same reference, and no payment would be matched by it. Give "
            "--reference-prefix, digits of which neither series' prefix begins with the other's: a series without "
            "prefix makes references of all digits. A series for credit notes needs no references: --reference-kind "
            "none."
        ),
        "references_given_elsewhere": (
            "References of an older system are among those that the series would make. Give another "
            "--reference-prefix, or a higher first number."
        ),
    },
    sentences={
        ReferencesRegistered: lambda fact: (
            f"References registered: {len(fact.series)} number series, {len(fact.given)} lengths given elsewhere"
        ),
    },
    newest_is_enough=True,
)
