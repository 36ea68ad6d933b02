"""Writes counts with their nouns, as people read them."""

from __future__ import annotations


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun, in the singular or plural; `plural` need not be given if it only adds an s."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
