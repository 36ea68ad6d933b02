"""The chart: each role has a kind and an account from its first day on, and every list of roles comes from there."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest

from ledger.domain.chart_of_accounts import (
    CHART,
    DIMENSIONS,
    Kind,
    Leg,
    control_roles,
    pair,
    roles_of,
    standard_account,
)
from ledger.domain.noun import Balance

ROLES = {row.role for row in CHART}


def test_each_role_has_a_standard_account() -> None:
    assert [standard_account(row.role) for row in CHART] == list(CHART)
    assert standard_account("bank").account == "1930"
    with pytest.raises(KeyError):
        standard_account("lottery")


def test_each_role_has_one_kind_of_those_there_are() -> None:
    assert {row.kind for row in CHART} == set(get_args(Kind))
    assert len({(row.role, row.kind, row.balance) for row in CHART}) == len(ROLES)


def test_each_role_is_found_by_its_kind_and_by_no_other() -> None:
    found = [role for kind in get_args(Kind) for role in roles_of(kind)]
    assert sorted(found) == sorted(ROLES)
    assert roles_of("control") == ("ar_patient", "ar_payer", "customer_credit", "unallocated")
    assert roles_of("money", "cost") == (
        "cash_on_hand",
        "bank",
        "provider_fees",
        "provider_fee_tax",
        "bank_fees",
    )
    assert roles_of() == ()


def test_control_accounts_and_no_others_stand_for_a_balance_of_the_sub_ledger() -> None:
    assert {row.kind for row in CHART if row.balance} == {"control"}
    assert all(row.balance for row in CHART if row.kind == "control")
    assert {row.balance for row in CHART if row.balance} == set(get_args(Balance))


def test_control_roles_are_those_of_the_balances_asked_for() -> None:
    assert control_roles() == roles_of("control")
    assert control_roles("item") == ("ar_patient", "ar_payer")
    assert control_roles("receipt", "credit") == ("customer_credit", "unallocated")


def test_the_dimensions_of_the_chart_are_fields_of_a_posting() -> None:
    assert set(DIMENSIONS) <= set(Leg.__struct_fields__)


def test_a_pair_of_legs_sums_to_zero() -> None:
    assert [(leg.role, leg.amount_minor) for leg in pair("bank", "unallocated", 250, "SEK")] == [
        ("bank", 250),
        ("unallocated", -250),
    ]


def test_each_account_has_a_source_and_a_number_of_our_own_is_not_confirmed() -> None:
    assert all(row.source for row in CHART)
    assert {row.role for row in CHART if row.confirmed} == {row.role for row in CHART if row.source.startswith("BAS ")}


def test_no_account_has_a_number_that_bas_names_for_something_else() -> None:
    # Source: BAS chart of accounts (Sweden), 2024, read in copies of it.
    other_things = {
        "1688": "claims on labour market insurance",
        "1690": "unpaid share capital",
        "2099": "result of the year",
        "2420": "advances from customers",
        "2490": "group of other liabilities",
        "2491": "settlement with gambling organisers",
        "2492": "bills payable",
        "2499": "other liabilities",
        "2990": "accruals",
        "2998": "accruals",
    }
    assert not {row.account for row in CHART} & other_things.keys()


def test_roles_with_one_number_say_that_they_share_it() -> None:
    count = Counter(row.account for row in CHART)
    shared = [row for row in CHART if count[row.account] > 1]
    assert {row.role for row in shared} == {"recalls", "bank_difference"}
    assert all("shared by recalls and bank differences" in row.source for row in shared)
