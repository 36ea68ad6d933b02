"""Why something cannot be sealed, proved or countersigned, said in one sentence to act on."""

from __future__ import annotations


class SealRefused(Exception):
    """Sealing, proving or countersigning was refused and changed nothing; `code` is stable."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
