"""A bank file looked at: all that can be read of it, beside what is wrong with it; judged by the gate where asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ledger.domain.terms.entity import Terms
    from reconciliation import Parsed


class Belief(NamedTuple):
    """What a file is judged by: the entity's terms, which say what dates and currencies are believed, and the day."""

    terms: Terms
    on: date


def inspect(path: Path, belief: Belief | None = None) -> dict[str, Any]:
    """`{format, statements, problems, judged}` of a file.

    `problems` has what the reader found wrong, and with a belief why the gate would refuse the file besides. Starting
    the gate takes longer than reading most files.
    """
    from reconciliation.statements import read
    from reconciliation.statements.inspection import inspected

    data = _content(path)
    if isinstance(data, str):
        problem = {"code": "file_unreadable", "message": data, "raw_position": "file", "severity": "refuse"}
        return {"format": None, "statements": [], "problems": [problem], "judged": False}
    parsed = read(data)
    shown = inspected(parsed)
    judged = belief is not None and not parsed.refused
    if belief is not None and judged:
        known = {(problem["code"], problem["raw_position"]) for problem in shown["problems"]}
        shown["problems"] += [one for one in _gate(parsed, belief) if (one["code"], one["raw_position"]) not in known]
    return shown | {"judged": judged}


def _content(path: Path) -> bytes | str:
    """The file's bytes, or a sentence that says why they cannot be read."""
    from reconciliation.archive.archive import LARGEST_FILE

    if path.is_dir():
        return f"{path} is a folder: name the files in it"
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            return f"{path} has {size} bytes; a statement may have at most {LARGEST_FILE}"
        return path.read_bytes()
    except OSError as trouble:
        return f"{path} cannot be read ({trouble.strerror}): check the path and your right to read it"


def _gate(parsed: Parsed, belief: Belief) -> list[dict[str, Any]]:
    """Why the gate would refuse it; mere doubts are for the quarantine."""
    from reconciliation import gate

    return [
        {"code": reason.code, "message": reason.sentence, "raw_position": reason.raw_position, "severity": "refuse"}
        for reason in gate.examine(parsed, gate.Terms.of(*belief)).refusals
    ]
