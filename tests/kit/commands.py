"""Every command of the command line and its options, as they are registered."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from typer import Context
from typer.main import get_command

from infra.cli import app


def _leaves(group: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    context = Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        words = (*before, name)
        if hasattr(command, "commands"):
            yield from _leaves(command, words)
        else:
            yield " ".join(words), command


@cache
def _registered() -> dict[str, Any]:
    return dict(_leaves(get_command(app)))


# As typed after `reskontra`, groups left out.
COMMANDS = frozenset(_registered())


def options_of(command: str) -> set[str]:
    """The options of a command, as typed."""
    registered = _registered()[command]
    options = {option for one in registered.get_params(Context(registered)) for option in one.opts}
    return {option for option in options if option.startswith("--")} | {"--help"}
