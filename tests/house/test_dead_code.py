"""Nothing stands in the rooms that nobody needs: what only tests use is theirs, what nobody uses is gone."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
from msgspec.structs import fields

from projections.read_models.model import Model
from projections.read_models.registry import MODELS
from tests.house.source import DOORS, PURE, ROOMS, ROOT, Module, modules, names
from tests.house.test_rooms import HOMES, LOCKS, PURE_LIBRARIES

# What is needed by other than a name in the rooms, each with the reason.
ENTRANCES = {
    "infra.cli.entrance.main": "the program, by pyproject.toml",
    "infra.cli.entrance._Entrance.list_commands": "typer calls it for help",
    "ledger.execution.group_commit.GroupCommit": "for programs whose threads send commands; GUARANTEES.md has it",
    "ledger.journal.datastore.Datastore.register_type_adapters": "the event store library calls it",
    "ledger.journal.journal.Journal.replay": "for readers of their own, beside follow; measured by make bench",
    "ledger.journal.recorder.JournalRecorder.insert_events": "the event store library calls it",
    "ledger.journal.recorder.JournalRecorder.select_events": "the event store library calls it",
    "ledger.journal.recorder.JournalRecorder.max_notification_id": "the event store library calls it",
    "ledger.journal.recorder.JournalRecorder.select_notifications": "the event store library calls it",
    "ledger.journal.recorder.JournalRecorder.subscribe": "the event store library calls it, to be told that it may not",
    "ledger.vault.encrypted_file._Plain.readable": "Python's buffered reader calls it",
    "ledger.vault.encrypted_file._Plain.readinto": "Python's buffered reader calls it",
    "ledger.vault.encrypted_file._Plain.seekable": "Python's buffered reader calls it",
    "reconciliation.statements.inspection.Inspected": "says what shape is printed; tests hold what is printed to it",
    "reconciliation.statements.x12_835.writer.write_x12_835": "for files of a payer, such as the demo's",
}
# Columns that no report asks for.
FOR_SQL: dict[str, str] = {}
# Where columns are read: the ledger knows no read tables, and the demo and the server's keeper neither.
READERS = ("projections.", "reconciliation.", "infra.desk.", *DOORS)
# A decorator that hands on what stands under it: the commands of the command line, the expectations of the gate.
HANDS_ON = re.compile(r"\w+\.add\(|_condition$")
# Writers of formats are for golden files, tests of the readers, and the demo's banks, which do not send all formats.
WRITERS = re.compile(r"reconciliation\.statements\.\w+\.writer\.write_\w+")
# Called by Python itself.
OWN = re.compile(r"__\w+__")
WORD = re.compile(r"[A-Za-z_]\w*")
DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
DOCUMENTED = (ast.Module, *DEFINED)


def is_door(module: Module) -> bool:
    return module.path.name == "__init__.py"


@cache
def doors() -> dict[tuple[str, str], tuple[str, str]]:
    """What front doors give on: (package, name) -> (where it comes from, its name there)."""
    return {
        (module.name, alias.asname or alias.name): (str(node.module), alias.name)
        for module in modules()
        if is_door(module)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def home_of(module: str, name: str) -> tuple[str, str]:
    """Where a name comes from that is imported through front doors."""
    while (module, name) in doors():
        module, name = doors()[module, name]
    return module, name


def loads(tree: ast.AST) -> Counter[str]:
    return Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))


def attributes(tree: ast.AST) -> Counter[str]:
    return Counter(
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    )


@cache
def asked_for() -> frozenset[tuple[str, str]]:
    """(module, name) of all that a module takes from another, by import or by the other's name and a point."""
    return frozenset(home_of(*one) for module in modules() for one in _taken(module))


def _taken(module: Module) -> Iterator[tuple[str, str]]:
    known: dict[str, str] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            known |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if whole in names():
                    known[alias.asname or alias.name] = whole
                elif not is_door(module):
                    yield str(node.module), alias.name
    reached = [
        node for node in ast.walk(module.tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    ]
    for node in reached:
        if node.value.id in known:  # type: ignore[attr-defined]
            yield known[node.value.id], node.attr  # type: ignore[attr-defined]
    # A module that is handed on as it stands is asked for what is asked of anything, as readers of formats are.
    handed_on = loads(module.tree) - Counter(node.value.id for node in reached)  # type: ignore[attr-defined]
    for name in handed_on.keys() & known.keys():
        yield from ((known[name], attribute) for attribute in everywhere())


@cache
def everywhere() -> Counter[str]:
    """The names after a point, anywhere in the rooms and in the demo's pages."""
    found: Counter[str] = Counter()
    for module in modules():
        found += attributes(module.tree)
    for page in (ROOT / "infra").rglob("*.html"):
        found.update(re.findall(r"\.([a-z_]\w*)", page.read_text(encoding="utf-8")))
    return found


def _is_handed_on(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    return any(HANDS_ON.match(ast.unparse(one)) for one in node.decorator_list)


def _given_names(node: ast.stmt) -> list[str]:
    if isinstance(node, DEFINED):
        return [] if _is_handed_on(node) else [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]


def test_what_a_module_defines_is_needed_in_the_rooms():
    dead = []
    for module in modules():
        here = loads(module.tree)
        for node in module.tree.body:
            own = loads(node) if isinstance(node, DEFINED) else Counter[str]()
            dead += [
                f"{module.name}.{name}"
                for name in _given_names(node)
                if here[name] <= own[name] and (module.name, name) not in asked_for() and not OWN.fullmatch(name)
            ]
    assert not {name for name in dead if not WRITERS.fullmatch(name)} - set(ENTRANCES)


def test_methods_and_properties_are_needed_in_the_rooms():
    dead = []
    for module in modules():
        for owner in (node for node in module.tree.body if isinstance(node, ast.ClassDef)):
            for node in owner.body:
                if not isinstance(node, DEFINED) or OWN.fullmatch(node.name) or _is_handed_on(node):
                    continue
                if everywhere()[node.name] <= attributes(node)[node.name]:
                    dead.append(f"{module.name}.{owner.name}.{node.name}")
    assert not set(dead) - set(ENTRANCES)


def test_every_entrance_is_there_and_needed_as_one():
    """An exception that holds no more is no exception."""
    known = {
        f"{module.name}.{name}" for module in modules() for node in module.tree.body for name in _given_names(node)
    }
    known |= {
        f"{module.name}.{owner.name}.{node.name}"
        for module in modules()
        for owner in module.tree.body
        if isinstance(owner, ast.ClassDef)
        for node in owner.body
        if isinstance(node, DEFINED)
    }
    assert set(ENTRANCES) <= known
    assert set(FOR_SQL) == set(_unread())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.table)
def test_every_column_of_a_read_table_is_filled(model: Model):
    (module,) = (module for module in modules() if module.name == model.row.__module__)
    given = {
        word.arg for node in ast.walk(module.tree) if isinstance(node, ast.Call) for word in node.keywords if word.arg
    }
    unfilled = [one.name for one in fields(model.row) if not one.required and one.name not in given]
    assert not unfilled


def _unread() -> list[str]:
    """Columns of read tables that neither SQL nor Python names, but where they are made."""
    asked: set[str] = set()
    for module in modules():
        if not module.name.startswith(READERS):
            continue
        asked |= attributes(module.tree).keys()
        said = {
            id(node.body[0].value)
            for node in ast.walk(module.tree)
            if isinstance(node, DOCUMENTED) and node.body and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
                asked.update(WORD.findall(node.value))
    return [f"{model.table}.{name}" for model in MODELS for name in model.row.__struct_fields__ if name not in asked]


def test_every_column_of_a_read_table_is_read():
    assert not set(_unread()) - set(FOR_SQL)


def test_the_folders_that_house_tests_name_are_there():
    named = {*PURE, *PURE_LIBRARIES, *ROOMS}
    named.update(home for homes in (*HOMES.values(), *LOCKS.values()) for home in homes)
    assert not sorted(named - names())
    assert set(PURE) == set(PURE_LIBRARIES)
