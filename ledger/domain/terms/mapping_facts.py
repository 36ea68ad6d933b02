"""The facts of the chart's mapping: a role has a ledger account from a day on, and that a mapping ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, ClassVar, Final

from ledger.domain.days import LAST_DAY
from ledger.domain.fact import Fact, Part


class Dimension(Part, frozen=True):
    """A dimension of a posting and its value, such as `bank_account` and the account's id."""

    name: str
    value: str


class AccountMapped(Fact, frozen=True):
    """From a day on, the role has this ledger account, for all postings that have these dimensions.

    The day is compared with the accounting date of each posting. A null `until_on` means that there is no last day.
    Without a `name`, the account is called as in the chart. `confirmed` is false if somebody still has to confirm the
    choice. `source` says who chose it, or where the choice is written.
    """

    apart: ClassVar[tuple[str, ...]] = ("dimensions",)

    role: str
    dimensions: tuple[Dimension, ...]
    account: str
    name: str | None
    from_on: date
    until_on: date | None
    source: str
    confirmed: bool

    @property
    def last_on(self) -> date:
        """The last day; that of the books, if it has none of its own."""
        return self.until_on or LAST_DAY

    def meets(self, other: AccountMapped) -> bool:
        """Whether both are of some day."""
        return self.from_on <= other.last_on and other.from_on <= self.last_on


class AccountMappingEnded(Fact, frozen=True):
    """The mapping that begins on `from_on` ends with the day `until_on`; if that is an earlier day, it never was."""

    apart: ClassVar[tuple[str, ...]] = ("dimensions",)

    role: str
    dimensions: tuple[Dimension, ...]
    from_on: date
    until_on: date


MappingFact = AccountMapped | AccountMappingEnded


def meet(one: AccountMapped, other: AccountMapped) -> bool:
    """Whether a posting on some day can have both mappings."""
    values = {dimension.name: dimension.value for dimension in one.dimensions}
    apart = any(values.get(dimension.name, dimension.value) != dimension.value for dimension in other.dimensions)
    return not apart and one.meets(other)


def keeps_account(wanted: AccountMapped, before: Iterable[AccountMapped]) -> bool:
    """Whether a mapping gives no posting another account number: its days have that number already.

    `before` are all mappings of the role. Only the account's name, source or confirmation then change.
    """
    # A mapping for all postings may put an end to what the standard chart gives some of them.
    same = [one for one in before if one.meets(wanted) and wanted.dimensions in ((), one.dimensions)]
    # A role has an account on every day, so without dimensions no day is left out.
    covered = not wanted.dimensions or any(
        one.from_on <= wanted.from_on and wanted.last_on <= one.last_on for one in same
    )
    return covered and all(one.account == wanted.account for one in same)


def _mapped_sentence(fact: AccountMapped) -> str:
    until = f" to {fact.until_on}" if fact.until_on else ""
    return f"Role {fact.role}{_for(fact.dimensions)} mapped to account {fact.account} from {fact.from_on}{until}"


def _for(dimensions: tuple[Dimension, ...]) -> str:
    return "".join(f", {one.name.replace('_', ' ')} {one.value}," for one in dimensions)


SENTENCES: Final[dict[type[Fact], Callable[[Any], str]]] = {
    AccountMapped: _mapped_sentence,
    AccountMappingEnded: lambda fact: (
        f"Mapping of role {fact.role}{_for(fact.dimensions)} from {fact.from_on} on ended with {fact.until_on}"
    ),
}
