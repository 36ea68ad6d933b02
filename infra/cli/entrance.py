"""The command line put together: every group of commands, help that is plain in a pipe, and the version."""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from infra.cli import reports
from infra.cli.asking import Commands

_ABOUT: Final = (
    "The accounts-receivable ledger of a healthcare provider. Exit code 0: done, 1: refused or problems found, "
    "2: wrong usage."
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"reskontra {version('reskontra')}")
        raise typer.Exit


def _every_command() -> Iterator[Commands]:
    """The commands of every module beside this one, by the modules' names."""
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name != "entrance":
            found = vars(import_module(f"{__package__}.{module.name}")).values()
            yield from (one for one in found if isinstance(one, Commands))


class _WithReports(TyperGroup):
    """Has a command for each report besides, which is made when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *reports.report_commands()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return super().get_command(ctx, cmd_name) or reports.report_commands().get(cmd_name)


def _assembled() -> typer.Typer:
    made = typer.Typer(
        cls=_WithReports,
        name="reskontra",
        help=_ABOUT,
        no_args_is_help=True,
        add_completion=False,
        # A trace would show what a file or a row says about a person; troubles are told in `asking`.
        pretty_exceptions_enable=False,
        rich_markup_mode="rich" if sys.stdout.isatty() else None,
    )

    @made.callback()
    def reskontra(
        version: Annotated[
            bool, typer.Option("--version", callback=_version, is_eager=True, help="The version.")
        ] = False,
    ) -> None:
        pass

    for commands in _every_command():
        made.add_typer(commands.typer, name=commands.name or None)
    return made


app: Final = _assembled()


def main() -> None:
    """The entry point of the command `reskontra`."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot write a letter shows a question mark, and the command goes on.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app(prog_name="reskontra")
