"""Statement files written by hand from the rules of their formats, beside what `inspect` must say of them.

After a wanted change: `REGENERATE_GOLDEN=1 pytest tests/golden`, and read the difference before it is committed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.kit.inspection import GOLDEN, golden_files, inspect

FILES = golden_files()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_statement_file_says_what_stands_beside_it(path: Path):
    said = json.dumps(inspect(path.read_bytes()), ensure_ascii=False, indent=2) + "\n"
    expected = path.with_name(path.name + ".expected.json")
    if os.environ.get("REGENERATE_GOLDEN"):
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")


def test_every_expected_file_has_its_statement_file():
    expected = {path.name.removesuffix(".expected.json") for path in GOLDEN.glob("*.expected.json")}
    assert expected == {path.name for path in FILES}
