"""The command line put together: every group of commands, help that is plain in a pipe, and the version."""

from __future__ import annotations

import sys
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from infra.cli import (
    account,
    allocate,
    archive,
    bank_account,
    credit,
    db,
    demo,
    entity,
    hold,
    identify,
    inspect,
    invoice,
    quarantine,
    rebuild,
    receipts,
    reconcile,
    refund,
    remind,
    reports,
    seal,
    series,
    serve_bank_day,
    verify,
    write_off,
)

# In the order in which help lists them.
_COMMANDS: Final = (
    demo.COMMANDS,
    inspect.COMMANDS,
    reconcile.COMMANDS,
    invoice.COMMANDS,
    receipts.COMMANDS,
    quarantine.COMMANDS,
    identify.COMMANDS,
    allocate.COMMANDS,
    credit.COMMANDS,
    refund.COMMANDS,
    write_off.COMMANDS,
    hold.COMMANDS,
    remind.COMMANDS,
    serve_bank_day.COMMANDS,
    entity.COMMANDS,
    account.COMMANDS,
    series.COMMANDS,
    bank_account.COMMANDS,
    rebuild.COMMANDS,
    verify.COMMANDS,
    seal.COMMANDS,
    seal.SEALS,
    archive.COMMANDS,
    db.COMMANDS,
)
_ABOUT: Final = (
    "The accounts-receivable ledger of a healthcare provider. Exit code 0: done, 1: refused or problems found, "
    "2: wrong usage."
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"reskontra {version('reskontra')}")
        raise typer.Exit


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

    for commands in _COMMANDS:
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
