"""What each format says of itself, and that nothing else in the house asks for a format by its name."""

from __future__ import annotations

import ast

from reconciliation.gate import CODES
from reconciliation.statements import TRAITS
from reconciliation.statements.traits import Traits
from tests.house.source import modules

# Who writes a format or reads it, or makes files of it up, knows its name.
AT_HOME = ("reconciliation.statements", "infra.demo")


def test_each_format_declares_what_proves_it_and_which_way_its_money_goes():
    assert {
        "camt.053": Traits("camt.053", "balances", "both"),
        "camt.054": Traits("camt.054", "movements", "both"),
        "camt.052": Traits("camt.052", None, "both", intraday=True),
        "bgmax": Traits("bgmax", "deposits", "in"),
    } == TRAITS


def test_what_is_not_proven_or_comes_again_is_no_source():
    assert [one.format for one in TRAITS.values() if one.books] == ["camt.053", "camt.054", "bgmax"]
    assert not Traits("x", "balances", intraday=True).books


def test_the_gate_says_which_formats_are_booked():
    for code in ("format_not_provable", "intraday_report"):
        assert CODES[code].sentence.endswith(": camt.053, camt.054, bgmax.")


def test_no_other_module_asks_for_a_format_by_its_name():
    found = [
        f"{module.name}:{node.lineno} {node.value}"
        for module in modules()
        if not module.name.startswith(AT_HOME)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and node.value in TRAITS
    ]
    assert not found
