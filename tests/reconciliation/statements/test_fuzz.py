"""A damaged file never makes a reader raise or hang, and the gate accepts no sum that the file does not prove.

The golden files of all formats are damaged by seeds, so that what is found is found again.
"""

from __future__ import annotations

import time
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

import pytest

from reconciliation.gate import Terms, examine
from reconciliation.statements import TRAITS, Parsed, read
from reconciliation.statements.inspection import inspected
from tests.kit.inspection import golden_files
from tests.reconciliation.statements.damaged_files import (
    ANY,
    SMALL,
    booked_sums,
    miscounted,
    proves_its_sums,
    unhelpful,
)

FILES: Final = golden_files()
HOUR: Final = 3600
# A golden file is read in a few thousandths of a second, even if one of its lines comes 400 times.
LONGEST: Final = 20
# Each damage, and four times more the one that parsers see least.
DAMAGES: Final = (*ANY, *[miscounted] * 4)


@cache
def whole(path: Path) -> Parsed:
    return read(path.read_bytes())


@cache
def terms(path: Path) -> Terms:
    """Terms that keep the currencies of a file, and believe all its days."""
    currencies = {*whole(path).statements["currency"].to_pylist(), *whole(path).lines["currency"].to_pylist()}
    return Terms(frozenset(currencies - {None}), date(2000, 1, 1), date(2099, 12, 31))


@cache
def is_proven(path: Path) -> bool:
    return proves_its_sums(whole(path))


def accepted(parsed: Parsed, path: Path) -> bool:
    return examine(parsed, terms(path)).accepted


def require_sound(path: Path, data: bytes, small: bool, always: bool = False) -> None:
    """Read a damaged file; if it must be refused and the reader does not do it yet, the gate does.

    The gate is asked about a file that was not proven when it was whole only if it is asked about all.
    """
    started = time.process_time()
    parsed = read(data)
    inspected(parsed)
    assert unhelpful(parsed) == []
    assert time.process_time() - started < LONGEST
    if parsed.refused:
        return
    must_be_refused = not proves_its_sums(parsed)
    # A notification may state so little that a changed amount is believed; all other proofs see any single change, if
    # the file does not leave open whether its sum has what was taken back with a sign.
    unsigned = any(problem.code == "sum_without_signs" for problem in parsed.problems)
    if small and TRAITS[parsed.format or ""].proof != "movements" and not unsigned:
        must_be_refused |= booked_sums(parsed) != booked_sums(whole(path))
    if always or (must_be_refused and is_proven(path)):
        assert not (accepted(parsed, path) and must_be_refused)


def test_each_provable_format_has_a_golden_file_that_the_gate_accepts_and_that_proves_its_sums():
    sound = [path for path in FILES if accepted(whole(path), path)]
    # Tables that a file mapping reads are damaged in test_mapped.py.
    assert {one.format for one in TRAITS.values() if one.provable and not one.mapped} == {
        whole(path).format for path in sound
    }
    assert [path.name for path in sound if not is_proven(path)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_damaged_file_is_read_and_never_believed_wrongly(path: Path):
    data, dice = path.read_bytes(), Random(path.name)
    for damage in DAMAGES:
        require_sound(path, damage(data, dice), damage in SMALL)


@pytest.mark.soak
def test_an_hour_of_damage_finds_no_crash_no_hang_and_no_wrong_sum():
    until, seed = time.monotonic() + HOUR, 0
    while time.monotonic() < until:
        seed += 1
        dice = Random(seed)
        path = dice.choice(FILES)
        data, times = path.read_bytes(), dice.choice([1, 1, 1, 2, 3, 8])
        for _ in range(times):
            damage = dice.choice(ANY)
            data = damage(data, dice)
        try:
            require_sound(path, data, small=times == 1 and damage in SMALL, always=seed % 10 == 0)
        except BaseException as broken:
            broken.add_note(f"seed {seed}, {path.name}")
            raise
