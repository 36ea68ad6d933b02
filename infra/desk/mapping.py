"""The use cases of the chart's mapping: give a role a ledger account from a day on, end a mapping, and list all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from infra.desk.bank_account import declared_as
from infra.desk.desk import Desk, Done, Listed, Occasion

if TYPE_CHECKING:
    from ledger.domain.terms.mapping_facts import AccountMapped, Dimension


@dataclass(frozen=True, slots=True)
class Postings:
    """Which postings of a role a mapping is for: those with all that is given, or else all."""

    bank_account: str | None = None
    currency: str | None = None
    tax_code: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The ledger account that somebody chose, its name, who chose it or where that is written, and whether for good."""

    account: str
    source: str
    name: str | None = None
    confirmed: bool = True


def put(
    desk: Desk, role: str, choice: Choice, of: Postings, from_on: date, until_on: date | None, occasion: Occasion
) -> Done:
    """Give a role a ledger account from a day on; the account that it had until then ends on the day before."""
    from ledger.domain.terms.mapping import SetMapping
    from ledger.domain.terms.mapping_facts import AccountMapped

    mapping = AccountMapped(
        role=role,
        dimensions=_dimensions(desk, of),
        account=choice.account,
        name=choice.name,
        from_on=from_on,
        until_on=until_on,
        source=choice.source,
        confirmed=choice.confirmed,
    )
    return desk.record(SetMapping(mapping=mapping), occasion, role=role, account=choice.account)


def end(desk: Desk, role: str, of: Postings, until_on: date, occasion: Occasion) -> Done:
    """End a mapping with a day."""
    from ledger.domain.terms.mapping import EndMapping

    command = EndMapping(role=role, dimensions=_dimensions(desk, of), until_on=until_on)
    return desk.record(command, occasion, role=role)


def listed(desk: Desk, on: date | None = None) -> Listed:
    """Return every role with its accounts: those of a day, or those of all days if none is given."""
    found = desk.books.chart().mappings()
    rows = [
        _row(one) for one in found if on is None or (one.from_on <= on and (one.until_on is None or on <= one.until_on))
    ]
    return Listed(rows, desk.books.journal.stable_position())


def _row(one: AccountMapped) -> dict[str, Any]:
    from ledger.domain.chart_of_accounts import DIMENSIONS, standard_account
    from ledger.domain.days import FIRST_DAY
    from ledger.domain.terms.standard_mapping import account_name

    values: Mapping[str, str] = {asked.name: asked.value for asked in one.dimensions}
    return {
        "role": one.role,
        **{name: values.get(name) for name in DIMENSIONS},
        "account": one.account,
        "name": account_name(one),
        "from_on": None if one.from_on == FIRST_DAY else one.from_on,
        "until_on": one.until_on,
        "kind": standard_account(one.role).kind,
        "confirmed": one.confirmed,
        "source": one.source,
    }


def _dimensions(desk: Desk, of: Postings) -> tuple[Dimension, ...]:
    from ledger.domain.terms.mapping_facts import Dimension

    bank_account = None if of.bank_account is None else declared_as(desk, of.bank_account)["bank_account"]
    given = (("bank_account", bank_account), ("currency", of.currency), ("tax_code", of.tax_code), ("unit", of.unit))
    return tuple(Dimension(name, value) for name, value in given if value is not None)
