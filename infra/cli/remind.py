"""The command that sends reminders for items that are due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.cli.options import On
from infra.cli.page import progress
from infra.desk import bank_day
from infra.desk.problems import Problem

if TYPE_CHECKING:
    from reconciliation.reminder_run import Reminded

COMMANDS: Final = Commands()


@COMMANDS.add("remind", gives=("RemindItem",))
def remind(call: Call, on: On = None) -> Answer:
    """Send a reminder for each open item that is due.

    Only patients and guardians are reminded, once for each item, and only if the bank's files are loaded up to
    the day of the run.
    """
    with call.desk() as desk, progress(0, "reminding"):
        done = bank_day.remind(desk, call.settings, on)
    through = done.bank_loaded_through
    row = {name: getattr(done, name) for name in ("due", "sent", "suppressed", "refused", "loading")}
    problems = _problems(done)
    page = [
        f"reminders of {call.entity} on {done.on}: {done.due} due, {done.sent} sent, {done.suppressed} not sent",
        f"the bank's files are loaded up to and including {through}"
        if through
        else "there is no day up to which all of the bank's files are loaded",
    ]
    if done.suppressed:
        page.append("for a reminder that was not sent, `reskontra history item-…` says why")
    return Answer(
        rows=[{"on": done.on, "bank_loaded_through_on": through, **row}],
        problems=problems,
        ok=not problems,
        as_of=done.on,
        page=page,
    )


def _problems(done: Reminded) -> list[Problem]:
    if done.loading:
        sentence = f"{done.loading} bank files are only partly loaded; run `reskontra reconcile` with them again first"
        return [Problem("file_half_loaded", sentence)]
    if done.differing:
        accounts = ", ".join(done.differing)
        sentence = (
            f"no reminder is sent while the bank has money that nobody can be named for on {accounts}: lines that "
            "contradict the book (see `reskontra quarantine`), or payments without details (see `reskontra cut-over`); "
            "`reskontra movement reclassify` says what such money was"
        )
        return [Problem("bank_differs", sentence)]
    if done.refused:
        return [Problem("reminders_refused", f"{done.refused} reminders were refused; run the command again")]
    return []
