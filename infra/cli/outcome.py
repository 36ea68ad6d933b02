"""Turns the outcome of a command into an answer of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.cli.answer import Answer
from infra.cli.page import amount

if TYPE_CHECKING:
    from infra.desk.desk import Done


def recorded(done: Done, *lines: str) -> Answer:
    """Return the outcome with the command's ids and key; `lines` are printed for people if something was recorded."""
    outcome = done.outcome
    ids = ", ".join(f"{name.removesuffix('_id').replace('_', ' ')} {value}" for name, value in done.named.items())
    if outcome.status == "nothing_new":
        verdict = "nothing new: this was recorded before"
    else:
        verdict = f"recorded at position {outcome.last_position}"
    page = [
        f"{ids}: {verdict}" if ids else verdict,
        *_effect(done),
        *(lines if outcome.status == "done" else ()),
        f"key {outcome.key}",
    ]
    return Answer(rows=[done.row], position=outcome.last_position, page=page)


def _effect(done: Done) -> list[str]:
    """Say on which days the recorded facts take effect, because the rule may have chosen other days than today."""
    if done.outcome.status != "done" or not done.days:
        return []
    return [f"takes effect on {' and '.join(map(str, done.days))}"]


def decided(done: Done, *lines: str) -> Answer:
    """Return the outcome of a command about an amount; for people, add the amount and its account or item."""
    more = done.more
    about = f"account {more['account_id']}" if "account_id" in more else f"item {more['item_id']}"
    return recorded(done, f"{amount(more['amount_minor'], more['currency'])}, {about}", *lines)


def waits(approving: str, asker: str | None = None) -> str:
    """Say that a request waits for another person, and the command with which that person approves it.

    `asker` is who asked for the request, as it was typed; that person cannot approve it either.
    """
    not_by = "neither by you nor by the person who asked you" if asker is not None else "not by you"
    return f"it waits to be approved, {not_by}, with `reskontra {approving}`"


def undone_before(done: Done) -> list[str]:
    """Say how much of a mistake was undone for another reason before, if anything: it stays so until then."""
    before = done.more.get("undone_before_minor", 0)
    return [f"undone before, so it stays until that day: {amount(before, done.more['currency'])}"] if before else []
