"""The command line put together: every group of commands, help that is plain in a pipe, and the version."""

from __future__ import annotations

import sys
from typing import Annotated, Final

import typer

from infra.cli import (
    archiving,
    credit_notes,
    database,
    demonstrating,
    entity_terms,
    holding,
    inspecting,
    invoicing,
    jobs,
    keeping,
    opening,
    receiving,
    reconciling,
    refunding,
    reports,
    sealing,
    waiting,
    writing_off,
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


def _assembled() -> typer.Typer:
    made = typer.Typer(
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

    for commands in (
        demonstrating.COMMANDS,
        inspecting.COMMANDS,
        reconciling.COMMANDS,
        reports.COMMANDS,
        invoicing.COMMANDS,
        waiting.COMMANDS,
        receiving.COMMANDS,
        credit_notes.COMMANDS,
        refunding.COMMANDS,
        writing_off.COMMANDS,
        holding.COMMANDS,
        jobs.COMMANDS,
        entity_terms.COMMANDS,
        opening.ACCOUNTS,
        opening.SERIES,
        opening.BANK_ACCOUNTS,
        keeping.COMMANDS,
        sealing.COMMANDS,
        sealing.SEALS,
        archiving.COMMANDS,
        database.COMMANDS,
    ):
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
