"""Whatever can be wrong with the places of a scenario file, or with what is dropped there, is found before it runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.cli.command_line import KnownCommands
from infra.scenarios.mistake import Mistake
from infra.scenarios.reader import read_scenario


def dropping(drop: str, more: str = "", places: str = "{seb: {accounts: b1}}") -> str:
    return f"# A case.\nplaces: {places}\nsteps:\n  - {{on: 2026-10-12, drop: {{{drop}}}{more}}}\n"


DROPS = {
    "an unknown place": (
        dropping("place: sbe, file: a.xml, text: x"),
        4,
        "'sbe' is not known here; did you mean",
    ),
    "no place": (dropping("file: a.xml, text: x"), 4, "the file has no `place`; give it"),
    "no name": (dropping("place: seb, text: x"), 4, "the file has no `file`; give it"),
    "a path as a name": (dropping("place: seb, file: ../a.xml, text: x"), 4, "'../a.xml' is no name of a file"),
    "nothing in it": (dropping("place: seb, file: a.xml"), 4, "give what is in the file, as `load` has it"),
    "two contents": (dropping("place: seb, file: a.xml, text: x, path: b"), 4, "give the file's `path`, its `text`"),
    "a copy of nothing": (dropping("place: seb, file: a.xml, copy-of: b.xml"), 4, "'b.xml' is not known here"),
    "no number of bytes": (
        dropping("place: seb, file: a.xml, text: x, bytes: few"),
        4,
        "'few' is not a number of bytes",
    ),
    "another word of a visit": (dropping("place: seb, file: a.xml, text: x, visit: yes"), 4, "write `visit: no`"),
    "an expectation without a visit": (
        dropping("place: seb, file: a.xml, text: x, visit: no", ", expect: {count: 0}"),
        4,
        "`expect` is about the visit, and the place is not visited",
    ),
    "drop and do": (dropping("place: seb, file: a.xml, text: x", ", do: remind"), 4, "give `do` or `drop`, not both"),
    "an unknown field of a place": (
        dropping("place: seb, file: a.xml, text: x", places="{seb: {accounts: b1, folder: /tmp}}"),
        2,
        "'folder' is not known here",
    ),
    "a place without accounts": (
        dropping("place: seb, file: a.xml, text: x", places="{seb: {behind: 1}}"),
        2,
        "the place is not right: Object missing required field `accounts`",
    ),
}


@pytest.mark.parametrize("case", DROPS)
def test_what_is_wrong_with_a_place_or_a_dropped_file_is_found(tmp_path: Path, case: str):
    text, line, sentence = DROPS[case]
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Mistake) as wrong:
        read_scenario(path, KnownCommands())
    assert str(wrong.value).startswith(f"{path}:{line}: ")
    assert sentence in str(wrong.value)
