"""Puts a stored example of each fact that has none into the museum: `python -m tests.museum.make`.

What is there is never written again: a fact stored once must be readable for ever, in the bytes it was stored in. Until
shapes are frozen nothing is kept, as they may still change.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ledger.journal.codec import CODEC
from tests.museum.examples import ENVELOPE, EXAMPLES

FACTS: Final = Path(__file__).parent / "facts"


def stored_examples() -> dict[str, bytes]:
    """The stored bytes of every example, by its stored name in the newest shape."""
    envelope = CODEC.encode_envelope(ENVELOPE)
    return {CODEC.names[type(fact)]: CODEC.encode(fact, envelope) for fact in EXAMPLES.values()}


def make(folder: Path = FACTS) -> list[str]:
    """Write what is missing, and return the names written; files end with a line feed."""
    written = []
    folder.mkdir(exist_ok=True)
    for name, stored in sorted(stored_examples().items()):
        path = folder / f"{name}.json"
        if not path.exists():
            path.write_bytes(stored + b"\n")
            written.append(name)
    return written


if __name__ == "__main__":
    print("\n".join(make()) or "nothing new")
