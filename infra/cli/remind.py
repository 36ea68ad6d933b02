"""The command that sends reminders for items that are due."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Final

import typer

from infra.cli.answer import Answer, Page, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import Everything, On
from infra.cli.page import amount, progress
from infra.desk import bank_day, received_files, reminder
from infra.desk.bank_findings import missing_statement
from infra.desk.counts import counted
from infra.desk.problems import Problem

if TYPE_CHECKING:
    from reconciliation.reminded import Lagging, Reminded

COMMANDS: Final = Commands()

# What is shown of reminders that were sent to people whose money was there, and what to do about them.
IN_VAIN: Final = (
    ("reminded on", "on"),
    ("item", "called"),
    ("account", "account_id"),
    ("currency", "currency"),
    ("asked", "asked_minor"),
    ("was there", "there_minor"),
    ("now", "why"),
    ("money", "money"),
)
IN_VAIN_SAID: Final = (
    "the money was with us on the day of the reminder: tell the payer that this much need not be paid; where it still "
    "waits (money_waits), `reskontra allocate` says what it pays"
)

_ITEMS: Final = (
    ("item", "called"),
    ("due", "due_on"),
    ("currency", "currency"),
    ("open", "open_minor"),
    ("asked", "asked_minor"),
    ("money waits", "waiting_minor"),
    ("reminder", "said"),
    ("since", "waiting_since"),
    ("task of", "task_of"),
)
_COUNTS: Final = (
    "due",
    "sent",
    "suppressed",
    "refused",
    "loading",
    "set_aside",
    "tasks",
    "reminded_with_money",
    "missed",
)


@COMMANDS.add("remind", gives=("RemindItem",))
def remind(
    call: Call,
    on: On = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen, but record nothing.")] = False,
    everything: Everything = False,
) -> Answer:
    """Send a reminder for each open item that is due.

    Only patients and guardians are reminded, once for each item, and only if the bank's files are loaded up to
    the day of the run. Nobody is reminded of what their customer credit or unallocated payments cover, nor while a
    payment that may be for the item waits for a decision, nor of a small difference that is left. Lists who is
    reminded, who is not, and why, and the reminders of that day whose money was there, as is known now; `reskontra
    reminders --in-vain` lists those of all days.
    """
    with call.desk() as desk, progress(0, "reminding"):
        done = bank_day.rehearse_reminders(desk, on) if dry_run else bank_day.remind(desk, call.settings, on)
        items = reminder.decisions(desk, done.items)
        in_vain = reminder.named_in_vain(desk, done.in_vain)
        refused = received_files.counts(received_files.listed(desk, {}))["unreplaced"] if done.lagging else 0
    problems = _problems(done, refused)
    row = {"on": done.on, "bank_loaded_through_on": done.bank_loaded_through, "rehearsed": done.rehearsed}
    return Answer(
        rows=[{**row, **{name: getattr(done, name) for name in _COUNTS}, "items": items, "in_vain": in_vain}],
        problems=problems,
        ok=not problems,
        as_of=done.on,
        page=_page(call.entity, done, items, in_vain),
    )


def _page(entity: str, done: Reminded, items: list[dict[str, object]], in_vain: list[dict[str, object]]) -> Page:
    through = done.bank_loaded_through
    refused = f", {done.refused} refused" if done.refused else ""
    page: list[str | Table] = [
        f"reminders of {entity} on {done.on}: {done.due} due, {done.sent} sent, {done.suppressed} not sent{refused}"
        + (", dry run: nothing is recorded" if done.rehearsed else ""),
        f"the bank's files are loaded up to and including {through}"
        if through
        else "there is no day up to which all of the bank's files are loaded",
        f"sent on {done.on} to people whose money was there: {done.reminded_with_money}; due without money or hold, "
        f"and nobody was reminded: {done.missed}",
    ]
    if in_vain:
        page += [Table(IN_VAIN, in_vain, long=True), IN_VAIN_SAID]
    if done.tasks:
        said = "waiting for money that finance must decide about by now"
        page.append(f"{said}: {done.tasks} (`reskontra reminders --tasks`)")
    if items:
        page.append(Table(_ITEMS, items, long=True))
    return page


def _problems(done: Reminded, refused_files: int) -> list[Problem]:
    if done.loading:
        sentence = f"{done.loading} bank files are only partly loaded; run `reskontra reconcile` with them again first"
        return [Problem("file_half_loaded", sentence)]
    if done.set_aside:
        sentence = (
            f"no reminder is sent while the read tables lack {counted(done.set_aside, 'fact')}; see `reskontra verify`"
        )
        return [Problem("facts_set_aside", sentence)]
    looked = f". Look first at {counted(refused_files, 'refused file')} in `reskontra files`" if refused_files else ""
    problems = [
        replace(found, sentence=found.sentence + looked) for found in (_lagging(one, done) for one in done.lagging)
    ]
    nowhere = sorted({one.currency for one in done.items if one.why == "bank_not_loaded"})
    if not done.lagging and nowhere:
        sentence = (
            f"no bank account is open on {done.on} to which these items may be paid, so nobody knows who has paid; see "
            "`reskontra bank-account list`, and declare one with `reskontra bank-account declare`"
        )
        problems.append(Problem("bank_not_loaded", sentence, ", ".join(nowhere)))
    if done.differing:
        accounts = ", ".join(f"{name} ({day})" if day else name for name, day in done.differing.items())
        sentence = (
            f"no reminder is sent while the bank has money that nobody can be named for yet on {accounts}: lines that "
            "contradict the book (see `reskontra quarantine`), or payments without details and returns that no "
            "statement has (see `reskontra bank`); `reskontra movement reclassify` says what such money was"
        )
        problems.append(Problem("bank_differs", sentence, accounts))
    if done.refused:
        refused = ", ".join(one.item_id for one in done.items if one.decision == "refused")
        sentence = f"{done.refused} reminders were refused; run the command again"
        problems.append(Problem("reminders_refused", sentence, refused or None))
    return problems


def _lagging(one: Lagging, done: Reminded) -> Problem:
    """Which account keeps reminders back, how far it is loaded or what is missing, and what to do."""
    begun = f"no reminder is sent for what may be paid to {one.bank_account}, because"
    declare = f"`reskontra bank-account declare {one.bank_account} --currency {one.currency}"
    if one.gap is not None:
        missing = missing_statement(one.bank_account, one.currency, one.gap, amount)
        return Problem("bank_not_loaded", f"{begun} {missing.sentence}", one.bank_account)
    ahead = (
        f"; a statement of it ends on {one.ahead_on}, which is in the future, so it does not count: ask the bank for a "
        "corrected one"
        if one.ahead_on
        else ""
    )
    if one.through_on is None:
        sentence = (
            f"{begun} none of its statements is loaded{ahead}; load them, or say with {declare} --from` from which day "
            "on statements are expected; if the account was declared by mistake, take it out of use with `reskontra "
            f"bank-account withdraw {one.bank_account} --reason CODE`"
        )
        return Problem("bank_not_loaded", sentence, one.bank_account)
    closed = (
        f"and if there are none because the account is closed, declare it with {declare} --until {one.through_on}`"
        if one.later_on is None
        else f"although files of the account have days up to and including {one.later_on}"
    )
    sentence = (
        f"{begun} its statements are loaded only up to and including {one.through_on}, and not up to {done.on}{ahead}; "
        f"load the statements of the days after it, {closed}"
    )
    return Problem("bank_not_loaded", sentence, one.bank_account)
