"""A code of the gate: its effect, what it expects, and what somebody must do if that does not hold."""

from __future__ import annotations

from typing import Literal, NamedTuple

Effect = Literal["refuse", "doubt", "warning"]


class Code(NamedTuple):
    """A code's effect, what it expects, and the sentence that says what is wrong and what to do."""

    effect: Effect
    expected: str
    sentence: str
