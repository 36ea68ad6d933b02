"""Which formats are booked, and that nothing else in the house asks for a format by its name."""

from __future__ import annotations

import ast

from reconciliation.gate import CODES
from reconciliation.statements import TRAITS
from reconciliation.statements.traits import Traits
from tests.house.source import modules

# Who writes a format or reads it, or makes files of it up, knows its name.
# The demo and scenario tables write files, so they say in which format.
AT_HOME = ("reconciliation.statements", "infra.demo", "infra.scenarios")
# Autogiro is also the name of a scheme of direct debits, which these ask for.
OF_SCHEMES = (
    *("ledger.domain.cash", "infra.cli.options"),
    *("infra.desk.debit_file", "infra.desk.collection", "infra.desk.mandate"),
)


def test_what_is_not_proven_or_comes_again_is_not_booked():
    assert Traits("x", "X", "manual", "balances").books
    assert not Traits("x", "X", "manual", None).books
    assert not Traits("x", "X", "manual", "balances", intraday=True).books
    # What moves no money is not booked, and a remittance is of an account at the payer.
    advice = Traits("x", "X", "manual", "deposits", holds="advice")
    assert (advice.provable, advice.books) == (True, False)
    remittance = Traits("x", "X", "manual", "deposits", holds="remittance")
    assert (remittance.books, remittance.of_banks) == (True, False)


def test_the_gate_says_which_formats_are_booked():
    booked = [one.format for one in TRAITS.values() if one.books]
    assert {"camt.053", "camt.054", "bgmax"} <= {*booked}
    assert CODES["format_not_provable"].sentence.endswith(f": {', '.join(booked)}.")
    of_banks = [one for one in booked if TRAITS[one].of_banks]
    assert "adyen" not in of_banks
    assert CODES["intraday_report"].sentence.endswith(f": {', '.join(of_banks)}.")


def test_no_other_module_asks_for_a_format_by_its_name():
    found = [
        f"{module.name}:{node.lineno} {node.value}"
        for module in modules()
        if not module.name.startswith((*AT_HOME, *OF_SCHEMES))
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and node.value in TRAITS
    ]
    assert not found
