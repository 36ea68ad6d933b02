"""The house as text: every module with its imports and sizes, read from the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What people read, beside the code.
DOCUMENTS = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))
ROOMS = ("ledger", "projections", "reconciliation", "infra")
# Where people and programs come in: each is thin, and asks the desk.
DOORS = ("infra.cli",)
PURE = (
    "ledger.domain",
    "projections.read_models",
    "projections.reports",
    "reconciliation.statements",
    "reconciliation.matching",
    "reconciliation.proposals",
    "reconciliation.general_ledger",
    "reconciliation.payment_orders",
    # What is submitted and what became of it: shapes, and nothing else.
    "ledger.execution.submission",
)


@dataclass(frozen=True)
class Import:
    """One import: the module that imports, what it names, and whether it runs when the module is loaded."""

    module: str
    target: str
    line: int
    at_load: bool
    for_types_only: bool


@dataclass(frozen=True)
class Module:
    """A source file and its syntax tree."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        return self.name.partition(".")[0]


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the four rooms."""
    found: list[Module] = []
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            text = path.read_text(encoding="utf-8")
            found.append(Module(name, path, text, ast.parse(text)))
    return tuple(found)


def names() -> frozenset[str]:
    return frozenset(module.name for module in modules())


@cache
def imports(module: Module) -> tuple[Import, ...]:
    """All imports of a module, within functions too."""
    return tuple(_walk(module, module.tree.body, True, False))


def _walk(module: Module, body: list[ast.stmt], at_load: bool, typed: bool) -> Iterator[Import]:
    for node in body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module.name, alias.name, node.lineno, at_load, typed)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module.path}:{node.lineno}: imports are written in full"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                target = full if full in names() else str(node.module)
                yield Import(module.name, target, node.lineno, at_load, typed)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from _walk(module, node.body, False, True)
            yield from _walk(module, node.orelse, at_load, typed)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _walk(module, node.body, False, typed)
        else:
            for field in ("body", "orelse", "finalbody"):
                yield from _walk(module, getattr(node, field, []), at_load, typed)
            for handler in getattr(node, "handlers", []):
                yield from _walk(module, handler.body, at_load, typed)
            for case in getattr(node, "cases", []):
                yield from _walk(module, case.body, at_load, typed)
