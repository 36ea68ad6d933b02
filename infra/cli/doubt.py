"""Commands about a single doubt: close it, or let it wait for a person again."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

import typer

from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.cli.options import Key, ReasonCode
from infra.cli.outcome import recorded
from infra.desk import quarantine
from infra.desk.desk import Occasion

COMMANDS: Final = Commands("doubt", "Close a doubt about a bank's line, or reopen it; `quarantine` lists them.")

_DoubtName: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="ID",
        help="Its id in the list of `quarantine`, such as doubt-12 or review-7, or file-HASH for a refused file.",
    ),
]


@COMMANDS.add("close", gives=("CloseDoubt",))
def close(call: Call, id: _DoubtName, reason: ReasonCode, key: Key = None) -> Answer:
    """Record that you looked into a doubt, and what you found.

    It stays closed when the same line comes in another file. A movement in suspense is not closed but explained, with
    `movement reclassify`. A refused file that never was the bank's, or that needs nobody any more, is set aside.
    """
    with call.desk() as desk:
        return recorded(quarantine.close(desk, id, reason, Occasion(key)))


@COMMANDS.add("reopen", gives=("ReopenDoubt",))
def reopen(call: Call, id: _DoubtName, reason: ReasonCode, key: Key = None) -> Answer:
    """Let a doubt that was closed wait for a person again.

    `quarantine --closed` lists what was closed, by whom and why.
    """
    with call.desk() as desk:
        return recorded(quarantine.reopen(desk, id, reason, Occasion(key)))
