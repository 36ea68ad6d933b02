"""Reminders of what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.cli.answer import Told
from infra.cli.asking import Call, Commands
from infra.cli.options import On
from infra.cli.printing import progress
from infra.desk import bank_day
from infra.desk.problems import Problem

if TYPE_CHECKING:
    from reconciliation.reminding import Reminded

COMMANDS: Final = Commands()


@COMMANDS.add("remind")
def remind(call: Call, on: On = None) -> Told:
    """Remind of what is due and open.

    Patients and guardians, once each, and only when the bank is loaded through the day.
    """
    with call.desk() as desk, progress(0, "reminding"):
        done = bank_day.remind(desk, call.settings, on)
    through = done.bank_loaded_through
    row = {name: getattr(done, name) for name in ("due", "sent", "suppressed", "refused", "loading")}
    problems = _problems(done)
    page = [
        f"reminders of {call.entity}, {done.on}: {done.due} due, {done.sent} sent, {done.suppressed} not sent",
        f"the bank is loaded through {through}" if through else "the bank is not loaded through any day",
    ]
    if done.suppressed:
        page.append("what was not sent says why in its history: `reskontra history item-…`")
    return Told(
        rows=[{"on": done.on, "bank_loaded_through_on": through, **row}],
        problems=problems,
        ok=not problems,
        as_of=done.on,
        page=page,
    )


def _problems(done: Reminded) -> list[Problem]:
    if done.loading:
        sentence = f"{done.loading} bank files are half loaded: run `reskontra reconcile` with them again first"
        return [Problem("loading_incomplete", sentence)]
    if done.refused:
        return [Problem("reminders_refused", f"{done.refused} reminders were refused; run the same again")]
    return []
