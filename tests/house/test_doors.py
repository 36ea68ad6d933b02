"""A door is thin: it builds no command, reads no fact, opens no list and records nothing; the desk does, for all."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module

import pytest

from ledger.domain.fact import Command, Fact
from tests.house.source import DOORS, Module, modules

# What only the desk, and what lies below it, may do.
RECORDING = {"Submission", "Envelope", "execute", "rehearse", "Rehearsal"}
OPENING = {"open_books", "open_journal", "ReconciliationStore", "ReadStore", "Archive", "Vault"}
# What a desk has, and no door asks by itself.
KEPT = {"books", "journal", "lists", "store", "catalogue"}
# Asks the desk for the terms before a command has opened one.
ENTRY = "infra.cli.invocation"


def doors() -> Iterator[Module]:
    yield from (module for module in modules() if module.name.startswith(DOORS))


def imported(module: Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name) for alias in node.names)


def faults(module: Module) -> list[str]:
    """What a door does that is the desk's."""
    found = []
    for home, name in imported(module):
        if name in OPENING:
            found.append(f"opens {name}")
        if home.partition(".")[0] != "ledger":
            continue
        what = getattr(import_module(home), name, None)
        if (isinstance(what, type) and issubclass(what, Command | Fact)) or (home == "ledger" and name in RECORDING):
            found.append(f"knows {name}")
    attributes = (node for node in ast.walk(module.tree) if isinstance(node, ast.Attribute))
    if module.name != ENTRY:
        found += [f"asks .{node.attr} in line {node.lineno}" for node in attributes if node.attr in KEPT]
    return found


@pytest.mark.parametrize("module", list(doors()), ids=lambda module: module.name)
def test_a_door_does_nothing_that_is_the_desks(module: Module):
    assert faults(module) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("from ledger.domain.bank.file import IngestFile", "knows IngestFile"),
        ("from ledger.domain.bank.file import FileIngested", "knows FileIngested"),
        ("from ledger import execute", "knows execute"),
        ("from projections import open_books", "opens open_books"),
        ("from reconciliation.store import ReconciliationStore", "opens ReconciliationStore"),
        ("facts = desk.books.journal.read(['series-inv'])", "asks .journal in line 1"),
        ("rows = desk.books.store.now.holds()", "asks .store in line 1"),
        ("rows = desk.lists.quarantine()", "asks .lists in line 1"),
        ("with call.books() as books: pass", "asks .books in line 1"),
    ],
)
def test_a_door_that_did_would_be_found(text: str, fault: str):
    assert fault in faults(Module("infra.cli.bad", next(doors()).path, text, ast.parse(text)))
