"""What is wrong with a scenario file itself, and on which line."""

from __future__ import annotations

from pathlib import Path


class Mistake(Exception):
    """A scenario file cannot be read; the sentence says what was expected and what to do."""

    def __init__(self, path: Path, line: int, sentence: str) -> None:
        super().__init__(f"{path}:{line}: {sentence}")
        self.path = path
        self.line = line
        self.sentence = sentence
