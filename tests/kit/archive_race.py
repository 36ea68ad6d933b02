"""Writers, readers and an archive at once, drawn by a seed."""

from __future__ import annotations

import random
import threading
from itertools import pairwise
from pathlib import Path

from infra.postgres import Urls
from ledger.journal import open_journal
from tests.kit.archivable_books import added, move, paged


class Race:
    """Writers, readers and an archive at once; a Journal each, opened before anything is archived."""

    def __init__(self, urls: Urls, folder: Path, seed: int) -> None:
        self.urls, self.folder, self.seed = urls, folder, seed
        self.acknowledged: list[int] = []
        self.versions = {f"account-{number}": 0 for number in range(20)}
        self.writing = 2
        self.rounds = dict.fromkeys(("follow", "read", "archive"), 0)
        self.over = threading.Event()
        self.turn = threading.Lock()

    def write(self, number: int) -> None:
        draw = random.Random(f"{self.seed}-{number}")
        mine = [stream for stream in self.versions if int(stream[8:]) % 2 == number % 2]
        with open_journal(self.urls.writer, "clinic") as journal:
            for saves in range(6000):
                if saves >= 40:
                    # Writing goes on, but no faster than readers read.
                    self.over.wait(0.01)
                    if min(self.rounds.values()) >= 4:
                        break
                size = draw.choice((1, 3, 8, 250)) if saves < 40 else 1
                saved = {stream: self.versions[stream] + 1 for stream in draw.sample(mine, min(size, len(mine)))}
                extra = [added(f"account-{number}-{draw.random()}", 1) for _ in range(size - len(saved))]
                positions = journal.append([added(*one) for one in saved.items()] + extra)
                with self.turn:
                    self.versions.update(saved)
                    self.acknowledged += positions
        with self.turn:
            self.writing -= 1
            if not self.writing:
                self.over.set()

    def follow(self) -> None:
        draw = random.Random(f"{self.seed}-follow")
        with open_journal(self.urls.reader, "clinic") as journal:
            while True:
                last = self.over.is_set()
                with self.turn:
                    known = set(self.acknowledged)
                stable = journal.stable_position()
                met = list(paged(journal, draw.choice((90, 300, 900))))
                assert all(one < two for one, two in pairwise(met)), f"seed {self.seed}"
                assert {position for position in known if position <= stable} <= set(met), f"seed {self.seed}"
                self.rounds["follow"] += 1
                if last:
                    assert set(met) == known, f"seed {self.seed}"
                    return

    def read(self) -> None:
        with open_journal(self.urls.reader, "clinic") as journal:
            while not self.over.is_set():
                with self.turn:
                    known = dict(self.versions)
                found = journal.read(list(known))
                for stream, version in known.items():
                    seen = [one.version for one in found.get(stream, [])]
                    assert seen == list(range(1, len(seen) + 1)), f"seed {self.seed}: {stream}"
                    assert len(seen) >= version, f"seed {self.seed}: {stream}"
                self.rounds["read"] += 1

    def archive(self) -> None:
        draw = random.Random(f"{self.seed}-archive")
        with open_journal(self.urls.owner, "clinic") as journal:
            while not self.over.is_set():
                stable = journal.stable_position()
                upto = draw.randint(stable // 2, stable)
                self.rounds["archive"] += len(move(self.urls, self.folder, upto, most=draw.choice((100, 400))).files)
