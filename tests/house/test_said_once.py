"""What is said in one place only: SQL knows no fact by its name, and every list of account roles is the chart's."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

import pytest

from ledger.domain.catalogue import CATALOGUE
from ledger.domain.chart_of_accounts import CHART, OF_PROVIDERS, UNTIL_PAID_OUT, control_roles, roles_of
from tests.house.source import ROOT, Module, modules

FACT = re.compile(rf"(?<!\w)(?:{'|'.join(CATALOGUE.facts)})(?!\w)")
ROLES = frozenset(row.role for row in CHART)

# Where a bank's movement gets its role by rule, and what the demo's month must come to, counted apart from the books.
OWN_ROLES = ("reconciliation.matching.movements", "infra.demo.truth")
# What a noun's legs are made with, and the one choice between control accounts that several nouns' legs share.
LEGS = frozenset({"Leg", "pair"})
CHOICE = "ar_role_of"


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every text in the source with its line, those between the braces of f-strings too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def roles_named(tree: ast.AST, roles: Collection[str]) -> Iterator[tuple[int, str]]:
    """Every role that is written out, but where a noun makes its legs."""
    legs: set[int] = set()
    for node in ast.walk(tree):
        call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LEGS
        if call or (isinstance(node, ast.FunctionDef) and node.name == CHOICE):
            legs |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in roles and id(node) not in legs:
            yield node.lineno, node.value


@pytest.mark.parametrize("room", ["projections", "reconciliation"])
def test_no_sql_names_a_fact(room: str):
    named = [
        f"{module.name}:{line} {found}"
        for module in modules()
        if module.room == room
        for line, text in texts(module.tree)
        for found in FACT.findall(text)
    ]
    assert not named
    assert not list((ROOT / room).rglob("*.sql")), "SQL stands in modules, where this is looked for"


def test_a_fact_named_in_sql_would_be_found():
    source = "QUERY = f\"SELECT {columns} FROM events WHERE topic IN ('ItemRaised', 'ItemRaised2')\""
    assert [found for _, text in texts(ast.parse(source)) for found in FACT.findall(text)] == ["ItemRaised"]


def _names_columns(module: Module) -> bool:
    return module.name.startswith(("infra.", "projections.reports.", "projections.store.lists."))


def test_every_list_of_roles_is_the_charts():
    strays = [
        f"{module.name}:{line} {role}"
        for module in modules()
        if module.name not in (*OWN_ROLES, "ledger.domain.chart_of_accounts")
        # Where columns are named, a word like "bank" may head one; what is no word can only be a role.
        for line, role in roles_named(module.tree, [one for one in ROLES if not _names_columns(module) or "_" in one])
    ]
    assert not strays


def test_a_role_written_out_would_be_found():
    source = (
        'LISTED = ("ar_patient", "ar_payer")\nleg = Leg("bank", 1, "SEK")\nother = pair(fact.role, "revenue", 1, "SEK")'
    )
    assert [role for _, role in roles_named(ast.parse(source), ROLES)] == ["ar_patient", "ar_payer"]


def test_every_role_has_a_kind_and_the_control_accounts_are_those_with_a_balance_behind_them():
    assert roles_of("control") == control_roles()
    assert {row.balance for row in CHART if row.kind == "control"} == {"item", "receipt", "credit"}
    posted = {leg for module in modules() if module.name.startswith("ledger.domain.") for leg in legs_of(module.tree)}
    assert posted <= ROLES
    # What only a person or a rule of matching books a bank's movement on, no noun's legs name.
    by_people = {"bank_details", "bank_difference", "bank_fees", "bank_interest", "bank_suspense", "recalls"} | set(
        roles_of("elsewhere")
    )
    # A receipt's money is moved there by the role that the fact names.
    by_people |= {"due_to_entities", *UNTIL_PAID_OUT.values()}
    # What a payment provider keeps, charges or has sent, matching says.
    by_people |= {*OF_PROVIDERS}
    assert ROLES - posted == {*control_roles("item"), *by_people}


def legs_of(tree: ast.AST) -> Iterator[str]:
    """The roles that legs name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LEGS:
            roles = node.args[: 2 if node.func.id == "pair" else 1]
            yield from (one.value for one in roles if isinstance(one, ast.Constant) and isinstance(one.value, str))
