"""A door is thin: it builds no command, reads no fact and records nothing; the desk does, once for all doors."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module

from ledger.domain.fact import Command, Fact
from tests.house.source import Module, modules

# What only the desk, and what lies below it, may do.
RECORDING = {"Submission", "Envelope", "execute", "rehearse", "Rehearsal"}
READING = {"read", "facts", "stored_pages", "follow_facts"}


def doors() -> Iterator[Module]:
    yield from (module for module in modules() if module.name.startswith("infra.cli"))


def imported(module: Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "ledger":
            yield from ((node.module, alias.name) for alias in node.names)


def test_no_door_knows_a_command_or_a_fact():
    found = []
    for module in doors():
        for home, name in imported(module):
            what = getattr(import_module(home), name, None)
            if isinstance(what, type) and issubclass(what, Command | Fact):
                found.append(f"{module.name} imports {name}")
            if home == "ledger" and name in RECORDING:
                found.append(f"{module.name} imports {name}")
    assert not found


def test_no_door_reads_the_journal():
    found = [
        f"{module.name}:{node.lineno}"
        for module in doors()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and node.attr in READING
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "journal"
    ]
    assert not found


def test_a_door_that_did_would_be_found():
    tree = ast.parse("from ledger.domain.bank.file import IngestFile")
    ((home, name),) = imported(Module("infra.cli.bad", next(doors()).path, "", tree))
    assert issubclass(getattr(import_module(home), name), Command)
