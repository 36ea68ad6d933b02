"""No group of rows is asked whether its values are in a collection: each group would get a copy of the collection."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

import pytest

from tests.house.source import modules

WRITTEN_OUT = (ast.List, ast.Tuple, ast.Set, ast.Constant)


def looked_up_in_groups(tree: ast.AST) -> Iterator[int]:
    """The lines with `over` where what is asked of each group contains an `is_in` that may be of many values."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            local = {
                one.targets[0].id: one.value
                for one in ast.walk(function)
                if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)
            }
            for node in ast.walk(function):
                asked = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func
                if asked and asked.attr == "over" and looks_up(asked.value, local):
                    yield node.lineno


def looks_up(asked: ast.AST, local: Mapping[str, ast.AST], seen: frozenset[str] = frozenset()) -> bool:
    for node in ast.walk(asked):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "is_in":
            (among,) = node.args
            if not is_fixed(among, local):
                return True
        named = isinstance(node, ast.Name) and node.id in local and node.id not in seen
        if named and looks_up(local[node.id], local, seen | {node.id}):
            return True
    return False


def is_fixed(among: ast.AST, local: Mapping[str, ast.AST]) -> bool:
    """Whether these are a few values: written out, one of two such, a constant, or a name for one of these."""
    if isinstance(among, ast.IfExp):
        return is_fixed(among.body, local) and is_fixed(among.orelse, local)
    if isinstance(among, ast.Name):
        return among.id.isupper() or (among.id in local and is_fixed(local[among.id], {}))
    return isinstance(among, WRITTEN_OUT)


def test_no_group_is_compared_with_a_collection():
    assert [f"{one.name}:{line}" for one in modules() for line in looked_up_in_groups(one.tree)] == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ('pl.col("a").is_in(known.implode()).any().over("b")', [3]),
        ('here.all().over("b")', [3]),
        ('(~here).any().over("b")', [3]),
        ('pl.col("a").is_in(_KINDS).any().over("b")', []),
        ('pl.col("a").is_in(["x", "y"]).any().over("b")', []),
        ('pl.col("here").any().over("b")', []),
        ("frame.filter(here)", []),
    ],
)
def test_a_collection_that_each_group_would_get_would_be_found(asked: str, found: list[int]):
    source = f"def f(frame, known):\n    here = pl.col('a').is_in(known)\n    return {asked}\n"
    assert list(looked_up_in_groups(ast.parse(source))) == found
