"""Every command of the command line and its options, as they are registered."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

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


def registered(command: str) -> Any:
    """A command as it is registered."""
    return _registered()[command]


def options_of(command: str) -> set[str]:
    """The options of a command, as typed."""
    registered = _registered()[command]
    options = {option for one in registered.get_params(Context(registered)) for option in one.opts}
    return {option for option in options if option.startswith("--")} | {"--help"}


class Parameter(NamedTuple):
    """What a command takes: an argument, or the option of this name; `takes` is the word that help shows for it."""

    name: str
    option: str | None
    takes: str
    needed: bool
    flag: bool
    choices: tuple[str, ...]


def parameters_of(command: str) -> list[Parameter]:
    """What a command takes, besides what all commands take."""
    registered = _registered()[command]
    found = []
    for one in registered.get_params(Context(registered)):
        option = None if one.param_type_name == "argument" else max(one.opts, key=len)
        if option not in ("--help", "--entity", "--json", "--all"):
            choices = tuple(getattr(one.type, "choices", ()))
            takes = str(one.metavar or "")
            flag = bool(getattr(one, "is_flag", False))
            found.append(Parameter(one.name, option, takes, one.required, flag, choices))
    return found
