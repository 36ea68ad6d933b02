"""The use case of inspecting a bank file: all that can be read from it, what is wrong, and the gate's judgement."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from ledger.domain.terms.entity import Terms
    from reconciliation import Parsed
    from reconciliation.statements.mapped.known import KnownMapping


class Reading(NamedTuple):
    """What the books say of how files are read.

    `flipping` are the accounts whose reversals have the sign of what they reverse, by number and currency; `mappings`
    the file mappings by which tables are read.
    """

    flipping: tuple[tuple[str, str], ...] = ()
    mappings: tuple[KnownMapping, ...] = ()


BY_DEFAULT: Final = Reading()


class Belief(NamedTuple):
    """What a file is judged by: the day, and the entity's terms, which say which dates and currencies are accepted."""

    terms: Terms
    on: date


def reading(desk: Desk) -> Reading:
    """The bank accounts that were declared with flipped reversals, and the approved file mappings."""
    from reconciliation.matching.accounts import OurAccounts
    from reconciliation.steps.mapped_files import approved

    store = desk.books.store
    return Reading(OurAccounts(store.now.bank_accounts()).flipping, approved(store.rules.file_mappings()))


def inspect(path: Path, terms: Terms, belief: Belief | None = None, reading: Reading = BY_DEFAULT) -> dict[str, Any]:
    """Return `{format, message, encoding, statements, totals, problems, judged, answers}` of a file.

    `terms` says in which time zone an instant in the file has its day. `problems` says what the reader found wrong and,
    if `belief` is given, why the gate would refuse the file. `belief` is optional, because starting the gate takes
    longer than reading most files. `answers` counts what a file says that only answers our orders; it is empty for any
    other file. Such a file proves nothing by totals, so it only must be readable as a whole.
    """
    from ledger import zone_of
    from reconciliation.statements import Profile, read
    from reconciliation.statements.inspection import inspected
    from reconciliation.steps.answered import said_in
    from reconciliation.steps.answers_load import kind_of

    data = _content(path)
    if isinstance(data, str):
        problem = {"code": "file_unreadable", "message": data, "raw_position": "file", "severity": "refuse"}
        nothing: dict[str, Any] = {"format": None, "message": None, "encoding": None, "statements": [], "totals": []}
        return nothing | {"problems": [problem], "judged": False, "answers": {}}
    parsed = read(data, Profile(zone_of(terms), *reading))
    shown = inspected(parsed)
    judged = belief is not None and not parsed.refused
    answers = kind_of(parsed) is not None and not parsed.refused
    if belief is not None and judged and not answers:
        known = {(problem["code"], problem["raw_position"]) for problem in shown["problems"]}
        shown["problems"] += [one for one in _gate(parsed, belief) if (one["code"], one["raw_position"]) not in known]
    return shown | {"judged": judged, "answers": dict(said_in(parsed)) if answers else {}}


def _content(path: Path) -> bytes | str:
    """Return the file's bytes, or a sentence that says why they cannot be read."""
    from reconciliation.archive.archive import LARGEST_FILE

    if path.is_dir():
        return f"{path} is a folder: name the files in it"
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            return f"{path} has {size} bytes; a bank file may have at most {LARGEST_FILE}"
        return path.read_bytes()
    except OSError as trouble:
        return f"{path} cannot be read ({trouble.strerror}): check the path and your right to read it"


def _gate(parsed: Parsed, belief: Belief) -> list[dict[str, Any]]:
    """Return why the gate would refuse the file; doubts are left out, because they go only to the quarantine."""
    from reconciliation import gate

    return [
        {"code": reason.code, "message": reason.sentence, "raw_position": reason.raw_position, "severity": "refuse"}
        for reason in gate.examine(parsed, gate.Terms.of(*belief)).refusals
    ]
