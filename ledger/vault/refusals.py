"""What the vault refuses, each with a stable code."""

from __future__ import annotations


class VaultRefused(Exception):
    """The vault refuses to do something; `code` is stable, and the message says what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
