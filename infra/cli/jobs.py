"""Jobs of the day: reminders of what is due, and the bank day on a schedule."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from infra.cli.answer import Problem, Stopped, Told
from infra.cli.asking import Call, Commands
from infra.cli.options import On, zone
from infra.cli.printing import progress

COMMANDS: Final = Commands()


@COMMANDS.add("remind")
def remind(call: Call, on: On = None) -> Told:
    """Remind of what is due and open.

    Patients and guardians, once each, and only when the bank is loaded through the day.
    """
    from datetime import date

    call.settle_for_jobs()
    day = on or call.today
    from reconciliation.flows import reminders

    with progress(0, "reminding"):
        done = reminders(entity=call.entity, on=day.isoformat(), recorded_at=call.now.isoformat(), actor=call.actor)
    through = done["bank_loaded_through"]
    row = {name: done[name] for name in ("due", "sent", "suppressed", "refused", "loading")}
    problems = _problems(done)
    page = [
        f"reminders of {call.entity}, {day}: {done['due']} due, {done['sent']} sent, {done['suppressed']} not sent",
        f"the bank is loaded through {through}" if through else "the bank is not loaded through any day",
    ]
    if done["suppressed"]:
        page.append("what was not sent says why in its history: `reskontra history item-…`")
    return Told(
        rows=[{"on": day, "bank_loaded_through_on": through and date.fromisoformat(str(through)), **row}],
        problems=problems,
        ok=not problems,
        as_of=day,
        page=page,
    )


def _problems(done: dict[str, Any]) -> list[Problem]:
    if done["loading"]:
        sentence = f"{done['loading']} bank files are half loaded: run `reskontra reconcile` with them again first"
        return [Problem("loading_incomplete", sentence)]
    if done["refused"]:
        return [Problem("reminders_refused", f"{done['refused']} reminders were refused; run the same again")]
    return []


@COMMANDS.add("serve-bank-day")
def serve_bank_day(
    call: Call,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the bank's files are put.")],
    cron: Annotated[str, typer.Option(metavar="CRON", help="When, as in '30 6 * * 1-5'.")] = "30 6 * * *",
    timezone: Annotated[
        str | None, typer.Option(parser=zone, metavar="ZONE", help="In which time zone; that of the terms unless said.")
    ] = None,
) -> Told:
    """Run the bank day on a schedule until stopped.

    Over a folder, on the Prefect server of PREFECT_API_URL.
    """
    if not folder.is_dir():
        raise Stopped(Problem("folder_missing", f"{folder} is no folder; make it, or name another"))
    if not os.environ.get("PREFECT_API_URL"):
        sentence = (
            "a schedule needs a Prefect server: start one with `prefect server start` and set PREFECT_API_URL, "
            "as in http://127.0.0.1:4200/api"
        )
        raise Stopped(Problem("prefect_server_missing", sentence))
    call.settle_for_jobs()
    from reconciliation.flows import serve

    zone_name = timezone or call.terms.zone
    call.say(f"serving the bank day of {call.entity} over {folder} at {cron!r} in {zone_name}; Ctrl-C stops it")
    try:
        serve(call.entity, str(folder.resolve()), cron, zone_name)
    except ValueError as wrong:
        if "cron" not in str(wrong).lower():
            raise
        raise typer.BadParameter(f"{cron!r} is no schedule; give one as in '30 6 * * 1-5'") from None
    return Told(rows=[{"folder": str(folder), "cron": cron, "timezone": zone_name}], page=["stopped"])
