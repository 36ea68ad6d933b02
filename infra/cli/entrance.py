"""The whole command line: all groups of commands, the help (plain text if it is piped), and the version."""

from __future__ import annotations

import gc
import pkgutil
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from infra.cli import reports
from infra.desk.duties import AskedOf

_ABOUT: Final = (
    "The accounts-receivable ledger of a healthcare provider. Exit code 0: done; 1: refused, or problems found; "
    "2: wrong usage; 3: recorded, but not all that follows was done or told."
)
# Python searches for garbage in cycles whenever this many new objects exist. Imports create many objects but no cycles;
# with Python's default of 700, the search takes a tenth of a command's time.
NEW_OBJECTS: Final = 50_000


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"reskontra {version('reskontra')}")
        raise typer.Exit


class _Entrance(TyperGroup):
    """Finds each command in the module of the same name in this folder, and adds one command for each report.

    Only the module of the command that was typed is imported; help imports all modules.
    """

    def list_commands(self, ctx: Any) -> list[str]:
        return [name for name in _MODULES if _of_module(name)] + [*reports.report_commands()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return _of_module(cmd_name) or reports.report_commands().get(cmd_name)


_MODULES: Final = {
    module.name.replace("_", "-"): module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])
}


@cache
def _of_module(name: str) -> Any:
    """Return the command, or the group of commands, that has this name, from its module."""
    if name not in _MODULES:
        return None
    commands = getattr(import_module(f"{__package__}.{_MODULES[name]}"), "COMMANDS", None)
    return commands and commands.called(name)


def asked_of_all() -> dict[str, AskedOf]:
    """Whose duty each command is, by the words that are typed; all modules are imported for this."""
    every = (getattr(import_module(f"{__package__}.{module}"), "COMMANDS", None) for module in _MODULES.values())
    return {typed: asked for commands in every if commands is not None for typed, asked in commands.asked.items()}


def _assembled() -> typer.Typer:
    made = typer.Typer(
        cls=_Entrance,
        name="reskontra",
        help=_ABOUT,
        no_args_is_help=True,
        add_completion=False,
        # A trace could show what a file or a row says about a person; `_answer` reports errors without a trace.
        pretty_exceptions_enable=False,
        rich_markup_mode="rich" if sys.stdout.isatty() else None,
    )

    @made.callback()
    def reskontra(
        version: Annotated[
            bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
        ] = False,
    ) -> None:
        pass

    return made


app: Final = _assembled()


def main() -> None:
    """The entry point of the command `reskontra`."""
    gc.set_threshold(NEW_OBJECTS)
    for stream in (sys.stdout, sys.stderr):
        # If a terminal cannot show a letter, it shows a question mark instead, and the command continues.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app(prog_name="reskontra")
