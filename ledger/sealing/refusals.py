"""Refusals of sealing, proving and cosigning, each with one sentence that says what to do."""

from __future__ import annotations


class SealRefused(Exception):
    """Sealing, proving or cosigning was refused, and nothing was changed; `code` is stable."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
