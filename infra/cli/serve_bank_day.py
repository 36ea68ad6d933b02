"""The command that runs the bank day on a schedule."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.cli.options import zone
from infra.desk.bank_day import SCHEDULING, settle_for_jobs
from infra.desk.own_files import refuse_own
from infra.desk.problems import Problem, Stopped

COMMANDS: Final = Commands()


@COMMANDS.add("serve-bank-day", needs={"": SCHEDULING})
def serve_bank_day(
    call: Call,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder that receives the bank's files.")],
    cron: Annotated[str, typer.Option(metavar="CRON", help="The schedule, such as '30 6 * * 1-5'.")] = "30 6 * * *",
    timezone: Annotated[
        str | None,
        typer.Option(parser=zone, metavar="ZONE", help="The time zone of the schedule; the entity's if you give none."),
    ] = None,
) -> Answer:
    """Run the bank day on a schedule until you stop it.

    Each run loads the files of the folder. The Prefect server at PREFECT_API_URL starts the runs.
    """
    with call.desk() as desk:
        desk.require(*SCHEDULING)
    if not folder.is_dir():
        raise Stopped(Problem("folder_missing", f"{folder} is not a folder; create it, or name another"))
    refuse_own(call.settings, [folder])
    if call.settings.job_server is None:
        from reconciliation.flows import START_SERVER

        sentence = (
            f"a schedule needs a Prefect server: start one with `{START_SERVER}` and set PREFECT_API_URL, for example "
            "to http://127.0.0.1:4200/api"
        )
        raise Stopped(Problem("prefect_server_missing", sentence))
    settle_for_jobs(call.settings, call.urls.writer)
    from reconciliation.flows import serve

    zone_name = timezone or call.terms.zone
    # This desk is closed first: the jobs open their own desks, which must never wait for this one.
    call.close()
    call.say(
        f"running the bank day of {call.entity} on the files in {folder}, on the schedule {cron!r} in {zone_name}; "
        "press Ctrl-C to stop"
    )
    try:
        serve(call.entity, str(folder.resolve()), cron, zone_name)
    except ValueError as wrong:
        if "cron" not in str(wrong).lower():
            raise
        raise typer.BadParameter(f"{cron!r} is not a schedule; give one such as '30 6 * * 1-5'") from None
    return Answer(rows=[{"folder": str(folder), "cron": cron, "timezone": zone_name}], page=["stopped"])
