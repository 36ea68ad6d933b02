"""A crowd of writers: processes that append saves of every size, slowly, in vain, or until they are killed at it.

Run as `python -m tests.ledger.journal.crowd URL SEED FOLDER WRITERS SAVES DYING`: each writer writes into a file of
the folder what was acknowledged to it, and the exit codes are printed.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TextIO

import psycopg
from eventsourcing.persistence import IntegrityError

from ledger.journal import Addition, Conflict, Journal, open_journal
from ledger.journal.binary_copy import HEADER, packed_facts
from ledger.journal.recorded_facts import CommandMark

ENTITY = "clinic"
ROOT = Path(__file__).parents[3]
# Around the largest save that is one statement, and several blocks of COPY.
SIZES = (1, 1, 1, 2, 7, 40, 199, 200, 201, 1500)
DEATHS = ("drawn", "inserted", "copying")

ENVELOPE = (
    b'"envelope":{"occurred_on":"2026-10-01","accounting_date":"2026-10-01","recorded_at":"2026-10-01T08:00:00Z",'
    b'"actor":"person:anna","key":"k"}}'
)


class Broken(Exception):
    """The writer thinks better of it before it commits."""


def opened(account_id: str) -> Addition:
    """An account that is opened."""
    state = b'{"fact":{"account_id":"%b","payer":"patient"},%b' % (account_id.encode(), ENVELOPE)
    return Addition(f"account-{account_id}", 1, "AccountOpened", state)


def taken(series: str, number: int) -> Addition:
    """A number that is taken from a series."""
    state = b'{"fact":{"series":"%b","number":%d,"holder":"h","reference_kind":"ocr","reference_prefix":""},%b' % (
        series.encode(),
        number,
        ENVELOPE,
    )
    return Addition(f"series-{series}", number, "NumberTaken", state)


def save_of(dice: random.Random, name: str, size: int) -> list[Addition]:
    """A save over several streams."""
    versions = dict.fromkeys(("a", "b", "c"), 0)
    additions = []
    for number in range(size):
        if dice.random() < 0.7:
            additions.append(opened(f"{name}-{number}"))
        else:
            series = dice.choice("abc")
            versions[series] += 1
            additions.append(taken(f"{name}-{series}", versions[series]))
    return additions


class Writer:
    """One of the crowd: what it does follows from the seed and its number."""

    def __init__(self, journal: Journal, seed: int, number: int, told: TextIO) -> None:
        self.journal = journal
        self.told = told
        self.dice = random.Random(f"{seed} {number}")
        self.name = f"s{seed}-w{number}"

    def write(self, saves: int, dies: bool) -> None:
        """So many saves; who is to die dies at one of the later ones."""
        last = self.dice.randrange(saves // 2, saves) if dies else saves
        for save in range(saves):
            name = f"{self.name}-{save}"
            if save == last:
                self.die(save_of(self.dice, name, 500))
            additions = save_of(self.dice, name, self.dice.choice(SIZES))
            if self.dice.random() < 0.2:
                # Others want this place as well.
                additions.append(taken(f"wanted-{self.dice.randrange(3)}", self.dice.randrange(1, 5)))
            try:
                self.acknowledge(additions, self.append(additions, name))
            except (Conflict, IntegrityError, Broken):
                continue

    def append(self, additions: list[Addition], name: str) -> list[int]:
        """Append at once, slowly, or in vain."""
        way = self.dice.choices(("at once", "slowly", "in vain", "slowly in vain"), (6, 2, 1, 1))[0]
        marks = [CommandMark(f"key-{name}", b"digest", 0, len(additions) - 1)]
        if way == "at once":
            return list(self.journal.append(additions, marks))
        with self.transaction() as connection:
            positions = self.journal.recorder.append_on(connection, additions, marks)
            if "slowly" in way:
                time.sleep(self.dice.random() / 20)
            if "vain" in way:
                raise Broken
        return list(positions)

    @contextmanager
    def transaction(self) -> Iterator[psycopg.Connection[Any]]:
        """An open transaction on the journal's own connection."""
        with self.journal.recorder.datastore.get_connection() as connection, connection.transaction():
            yield connection

    def die(self, additions: list[Addition]) -> NoReturn:
        """Be killed with positions drawn, with facts inserted, or in the middle of COPY."""
        recorder = self.journal.recorder
        death = self.dice.choice(DEATHS)
        with self.transaction() as connection:
            if death == "inserted":
                recorder.append_on(connection, additions, ())
                _killed()
            cursor = connection.cursor(binary=True)
            cursor.execute(f"SELECT {ENTITY}.reserve_positions(%s)", (len(additions),))
            if death == "drawn":
                _killed()
            positions = next(iter(cursor.fetchone().values()))  # type: ignore[union-attr]
            blocks = list(packed_facts(additions, positions))
            with cursor.copy(recorder._copy_events) as copy:
                for block in (HEADER, *blocks[:-1], blocks[-1][:100]):
                    copy.write(block)
                _killed()
        raise AssertionError("it lived")

    def acknowledge(self, additions: list[Addition], positions: list[int]) -> None:
        """Say what was recorded."""
        lines = [f"{at} {one.stream} {one.version}\n" for one, at in zip(additions, positions, strict=True)]
        self.told.write("".join(lines))
        self.told.flush()


class Crowd:
    """Writer processes on one journal; some of them are to die."""

    def __init__(self, url: str, seed: int, folder: Path, writers: int, saves: int, dying: int) -> None:
        self.folder = folder
        self.expected = [-signal.SIGKILL] * dying + [0] * (writers - dying)
        command = [sys.executable, "-m", __spec__.name, url, *map(str, (seed, folder, writers, saves, dying))]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True)

    def wait(self, seconds: float) -> None:
        """Until all have ended as they were to."""
        codes, _ = self.process.communicate(timeout=seconds)
        assert [int(code) for code in codes.split()] == self.expected

    def acknowledged(self) -> list[tuple[int, str, int]]:
        """Position, stream and version of what they were told is recorded."""
        lines = (line.split() for told in self.folder.glob("told-*") for line in told.read_text().splitlines())
        return [(int(position), stream, int(version)) for position, stream, version in lines]

    def end(self) -> None:
        """End those that are left when a test fails."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


def _killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    signal.pause()


def _write(url: str, seed: int, number: int, folder: Path, saves: int, dies: bool) -> None:
    with open_journal(url, ENTITY) as journal, (folder / f"told-{number}").open("w") as told:
        Writer(journal, seed, number, told).write(saves, dies)


def main(url: str, folder: Path, seed: int, writers: int, saves: int, dying: int) -> None:
    """All writers, each a process of its own."""
    children = []
    for number in range(writers):
        child = os.fork()
        if not child:
            try:
                _write(url, seed, number, folder, saves, number < dying)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        children.append(child)
    print(*(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[3]), *map(int, (sys.argv[2], *sys.argv[4:])))
