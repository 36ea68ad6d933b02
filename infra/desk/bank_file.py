"""A bank file looked at: all that can be read of it, beside what is wrong with it and what the gate would say."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ledger.domain.terms.entity import Terms
    from reconciliation import Parsed


def inspect(path: Path, terms: Terms, on: date) -> dict[str, Any]:
    """`{format, statements, problems}` of a file, as the entity's terms believe dates and currencies on a day."""
    from reconciliation.statements import read
    from reconciliation.statements.inspection import inspected

    data = _content(path)
    if isinstance(data, str):
        problem = {"code": "file_unreadable", "message": data, "position": "file", "severity": "refuse"}
        return {"format": None, "statements": [], "problems": [problem]}
    parsed = read(data)
    shown = inspected(parsed)
    if not parsed.refused:
        known = {(problem["code"], problem["position"]) for problem in shown["problems"]}
        shown["problems"] += [one for one in _gate(parsed, terms, on) if (one["code"], one["position"]) not in known]
    return shown


def _content(path: Path) -> bytes | str:
    """The file's bytes, or the sentence that says why there are none."""
    from reconciliation.archive.archive import LARGEST_FILE

    if path.is_dir():
        return f"{path} is a folder: name the files in it"
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            return f"{path} has {size} bytes, more than the {LARGEST_FILE} a statement may have"
        return path.read_bytes()
    except OSError as trouble:
        return f"{path} cannot be read ({trouble.strerror}): check the path, and that you may read it"


def _gate(parsed: Parsed, terms: Terms, on: date) -> list[dict[str, Any]]:
    """Why the gate would refuse it; what the gate only doubts is the quarantine's."""
    from reconciliation import gate

    return [
        {"code": reason.code, "message": reason.sentence, "position": reason.position, "severity": "refuse"}
        for reason in gate.examine(parsed, gate.Terms.of(terms, on)).refusals
    ]
