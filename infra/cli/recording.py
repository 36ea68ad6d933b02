"""What became of a command at the desk, as an answer of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.cli.answer import Told
from infra.cli.asking import Call
from infra.cli.printing import note

if TYPE_CHECKING:
    from infra.desk.desk import Done


def recorded(done: Done, *lines: str) -> Told:
    """What became of it, its ids and key told back; `lines` are for people, where something was done."""
    outcome = done.outcome
    ids = ", ".join(f"{name.removesuffix('_id').replace('_', ' ')} {value}" for name, value in done.named.items())
    if outcome.status == "nothing_new":
        verdict = "nothing new: it was recorded before"
    else:
        verdict = f"recorded at position {outcome.last_position}"
    page = [f"{ids}: {verdict}", *(lines if outcome.status == "done" else ()), f"key {outcome.key}"]
    return Told(rows=[done.row], position=outcome.last_position, page=page)


def decider(call: Call, user: str | None) -> str | None:
    """On whose behalf a decision is recorded, if another's; says that nobody has checked who it is.

    The actor is always the operating-system user. With `--as` the decision is told as another's, and both names
    stand in the book.
    """
    if user is None:
        note(f"four eyes are not enforced until there is a log-in: you decide as {call.actor}, your login here")
        return None
    name = f"user:{user.removeprefix('user:')}"
    note(f"four eyes are not enforced until there is a log-in: {call.actor} records this as {name}'s decision")
    return name
