"""Small files, short functions, plain names, and nothing said about how it was made."""

from __future__ import annotations

import ast
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

from tests.conftest import LONGEST, pytest_collection_modifyitems
from tests.house.source import ROOT, modules

MOST_LINES = 300
# Files that may be longer, each with the reason.
LONGER = {
    # Handed out as one file that needs nothing of ours; it can only grow by a check of its own.
    "ledger/sealing/verifier.py": 590,
}
MOST_LINES_OF_A_FUNCTION = 50
BANNED = re.compile(r"manager|service|helper|util|common|(?<![a-z])base(?![a-z])", re.IGNORECASE)
OPEN_ENDS = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError|pytest\.skip|xfail)\b")


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def python_files() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py"]


def test_files_have_at_most_300_lines():
    long = {
        str(path.relative_to(ROOT)): n
        for path in python_files()
        if (n := len(path.read_text().splitlines())) > LONGER.get(str(path.relative_to(ROOT)), MOST_LINES)
    }
    assert not long


def test_functions_have_at_most_50_lines():
    long = []
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MOST_LINES_OF_A_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {lines}")
    assert not long


def test_every_module_opens_with_a_sentence():
    silent = [
        module.name
        for module in modules()
        if not (ast.get_docstring(module.tree) or "").strip().endswith((".", "?"))
        and not (ast.get_docstring(module.tree) or "").split("\n")[0].endswith((".", "?"))
    ]
    assert not silent


def test_names_say_what_a_thing_is():
    vague = []
    for module in modules():
        if BANNED.search(module.name.rpartition(".")[2]):
            vague.append(module.name)
        for node in ast.walk(module.tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and BANNED.search(node.name):
                vague.append(f"{module.name}:{node.lineno} {node.name}")
    assert not vague


def test_public_functions_and_classes_say_what_they_do():
    silent = [
        f"{module.name}:{node.lineno} {node.name}"
        for module in modules()
        for node in module.tree.body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and not any("overload" in ast.unparse(decorator) for decorator in node.decorator_list)
    ]
    assert not silent


def test_nothing_is_left_open():
    here = Path(__file__).resolve()
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in python_files()
        if path != here
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if OPEN_ENDS.search(line)
    ]
    assert not found


def test_lock_files_hold_hashes_and_no_addresses():
    lock = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"https?://|--index-url|--find-links", lock)
    assert len(re.findall(r"^[a-z0-9].*==", lock, re.MULTILINE)) <= lock.count("--hash=sha256:")


def test_no_path_of_a_machine_is_written_down():
    private = re.compile(r"/(?:root|home/[a-z]+|work|opt/wheels)/")
    here = Path(__file__).resolve()
    found = []
    for path in tracked():
        if path == here or path.suffix in (".svg", ".png"):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if private.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert not found


def test_compiled_code_lies_beside_the_installed_libraries():
    found = find_spec("great_expectations")
    assert found is not None
    assert found.origin is not None
    folder = Path(found.origin).parent
    bare = [path for path in folder.glob("*.py") if not list((path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"))]
    assert not bare


def test_the_longest_files_of_tests_are_there_and_run_first_whoever_collects():
    files = [str(path.relative_to(ROOT)) for path in tracked() if path.name.startswith("test_")]
    assert [name for name in LONGEST if not any(name in file for file in files)] == []
    items = [SimpleNamespace(path=Path(file)) for file in files]
    backwards = items[::-1]
    pytest_collection_modifyitems(items)
    for name, item in zip(LONGEST[:5], items, strict=False):
        assert name in str(item.path)
    pytest_collection_modifyitems(backwards)
    assert backwards == items
