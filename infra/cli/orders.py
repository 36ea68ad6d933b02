"""How commands answer that write an order for our bank: what was ordered, in which files, and what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from infra.cli.answer import Answer, Table
from infra.desk.counts import counted
from infra.desk.order_folder import Ordered, Row


class Wording(NamedTuple):
    """What an order is called, what one of its rows is and what became of it, and how none is told.

    `unconfirmed` is what no source at hand says for certain, if a file says so.
    `columns` are those in which the rows are shown; `name` is that of the files in the totals.
    """

    name: str
    title: str
    one: str
    done: str
    none: str
    columns: Sequence[tuple[str, str]]
    unconfirmed: str = "how long before its payer must be told, and when banks answer"


def answer(made: Ordered, said: Wording) -> Answer:
    """The answer to an order; what is not confirmed of a scheme's rules is said where somebody relies on it."""
    page: list[str | Table] = [
        f"{said.title} {one['message_id']}: {one['file']}" if one["file"] else "ordered before; the file was deleted"
        for one in made.files
    ]
    page += [
        f"not confirmed: {said.unconfirmed} (source: {one['rules_source']})"
        for one in made.files
        if not one.get("rules_confirmed", True)
    ]
    page += [_due(one) for one in made.files if one.get("due_on")]
    page += [f"mandate {id} is held no longer" for one in made.files for id in one.get("freed", ())]
    if made.rows:
        page += [f"{counted(len(made.rows), said.one)} {said.done}", Table(said.columns, made.rows)]
    if made.waiting:
        more = counted(made.waiting, f"more {said.one}")
        page.append(f"{more} can be ordered: run the command again")
    about: dict[str, list[str]] = {}
    for problem in made.left_out:
        about.setdefault(problem.sentence, []).append(str(problem.about))
    page += [f"{'; '.join(names)}: {sentence}" for sentence, names in about.items()]
    others = [f"{counted(count, 'request')} {why}" for why, count in (made.others or {}).items()]
    if not made.rows and not made.files:
        page.append(f"{said.none}: {', '.join(others)}" if others else said.none)
    return Answer(
        rows=made.rows,
        totals=[
            *({"name": said.name, **one} for one in made.files),
            *({"name": "others", "why": why, "count": count} for why, count in (made.others or {}).items()),
        ],
        problems=made.left_out,
        ok=not made.left_out,
        position=made.position,
        page=page,
        recorded=made.position is not None,
    )


def _due(file: Row) -> str:
    """On which day the payments of a file are due, and why it is not the one that was asked for."""
    moved = f", because {file['asked_on']} is no bank day of the scheme" if file["asked_on"] != file["due_on"] else ""
    return f"due {file['due_on']}{moved}"
