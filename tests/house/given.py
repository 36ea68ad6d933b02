"""What the commands of the command line give to the ledger, and which duties they ask for, as their source says it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from ledger.domain.catalogue import CATALOGUE
from tests.house.source import Module, modules

USE_CASES = {one.name for one in modules() if one.name.startswith(("infra.desk.", "infra.cli."))}
LEDGER = {command.__name__ for command in CATALOGUE.rules}


class Function(NamedTuple):
    """A function, and the module in which it stands."""

    module: str
    name: str


@cache
def _module(name: str) -> Module:
    return next(one for one in modules() if one.name == name)


@cache
def _functions(module: str) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in _module(module).tree.body if isinstance(node, ast.FunctionDef)}


@cache
def _imported(module: str) -> dict[str, str]:
    """What each name that a module imports stands for, in full."""
    nodes = (node for node in ast.walk(_module(module).tree) if isinstance(node, ast.ImportFrom))
    return {alias.asname or alias.name: f"{node.module}.{alias.name}" for node in nodes for alias in node.names}


def _called(function: Function) -> Iterator[Function]:
    """The functions of its own module, and of use cases, that a function names."""
    imported, own = _imported(function.module), _functions(function.module)
    for node in ast.walk(own[function.name]):
        if isinstance(node, ast.Name):
            full = imported.get(node.id, f"{function.module}.{node.id}")
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            full = f"{imported.get(node.value.id)}.{node.attr}"
        else:
            continue
        module, _, name = full.rpartition(".")
        if module in USE_CASES and name in _functions(module):
            yield Function(module, name)


def _reached(start: Function) -> set[Function]:
    reached, ahead = {start}, [start]
    while ahead:
        new = set(_called(ahead.pop())) - reached
        reached |= new
        ahead += new
    return reached


def registered() -> Iterator[tuple[str, Function]]:
    """Each command as it is typed, and the function that carries it out."""
    for module in (one for one in modules() if one.name.startswith("infra.cli.")):
        group = ""
        for node in module.tree.body:
            if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "COMMANDS":
                assert isinstance(node.value, ast.Call)
                group = ast.literal_eval(node.value.args[0]) if node.value.args else ""
        for name, function in _functions(module.name).items():
            for one in function.decorator_list:
                if isinstance(one, ast.Call) and ast.unparse(one.func) == "COMMANDS.add":
                    yield f"{group} {ast.literal_eval(one.args[0])}".strip(), Function(module.name, name)


def given(function: Function) -> set[str]:
    """The ledger's commands that a function and what it calls name."""
    return {
        node.id
        for module, name in _reached(function)
        for node in ast.walk(_functions(module)[name])
        if isinstance(node, ast.Name) and node.id in LEDGER
    }


def required(function: Function) -> set[str]:
    """The duties that a function and what it calls ask for because their work leaves no fact, as the source says."""
    return {
        ast.unparse(argument).removeprefix("*")
        for module, name in _reached(function)
        for node in ast.walk(_functions(module)[name])
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "desk.require"
        for argument in node.args
    }
