"""Commands for accounting periods: rehearse a close, ask for it, approve it, reopen the last period."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import typer

from infra.cli.answer import Answer, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import Key, ReasonCode, month
from infra.cli.outcome import recorded, waits
from infra.desk import period
from infra.desk.counts import counted
from infra.desk.desk import Done, Occasion
from infra.desk.detail_points import TOLD
from infra.desk.open_points import line
from infra.desk.problems import Problem

if TYPE_CHECKING:
    from ledger.domain.terms.period_facts import Kind

COMMANDS: Final = Commands(
    "period", "Close months in order, softly or hard, with their totals; rehearse a close; reopen the last month."
)

_PERIODS: Final = (
    ("period", "period"),
    ("status", "status"),
    ("waits for", "waits_for"),
    ("requested by", "requester"),
    ("decided by", "approver"),
    ("on", "decided_on"),
    ("why", "reason_code"),
    ("position", "position"),
    ("totals", "totals_hash"),
)
_TOTALS: Final = (
    ("role", "role"),
    ("bank account", "bank_account"),
    ("currency", "currency"),
    ("debit", "debit_minor"),
    ("credit", "credit_minor"),
    ("balance", "balance_minor"),
)
_Period = Annotated[
    date, typer.Argument(parser=month, metavar="MONTH", help="The period, which is a month, such as 2026-09.")
]
_Soft = Annotated[
    bool,
    typer.Option(
        "--soft",
        help="Only softly: what comes late counts in the next open period, but finance may still ask for a day of it.",
    ),
]


def _kind(*, soft: bool) -> Kind:
    return "soft" if soft else "hard"


@COMMANDS.add("list")
def list_periods(call: Call) -> Answer:
    """List the periods that are closed or wait for a decision, the newest first.

    A period that is not listed is open, or lies before the first one that was closed.
    """
    with call.desk() as desk:
        rows, position = period.listed(desk)
    said = f"{counted(len(rows), 'period')} of {call.entity}"
    return Answer(rows=rows, position=position, page=[said, Table(_PERIODS, rows)])


@COMMANDS.add("rehearse")
def rehearse(call: Call, through: _Period, soft: _Soft = False) -> Answer:
    """List what would stop a close of the period now, with the totals that it would record.

    Nothing is recorded. Each point names what it is about. What stops no close, such as money on its way between files,
    is told beside the others. The exit code is 1 if something stops a hard close.
    """
    with call.desk() as desk:
        found = period.rehearse(desk, through, _kind(soft=soft))
    stopping = [one for one in found.points if one.stops]
    problems = [Problem(one.code, one.sentence, ", ".join(one.about[:10])) for one in stopping]
    said = "nothing stops" if not problems else f"{counted(len(problems), 'point')} would stop"
    lines = [line(one.row) for one in stopping]
    lines += [f"{_said_of(one.code)}: {line(one.row)}" for one in found.points if not one.stops]
    return Answer(
        rows=[one.row for one in found.points],
        totals=[{"name": one["role"], **one} for one in found.totals],
        problems=problems,
        ok=not problems,
        as_of=through,
        position=found.position,
        page=[
            f"{said} a close of {period.named(through)}",
            *lines,
            Table(_TOTALS, found.totals, "totals up to that day"),
        ],
    )


@COMMANDS.add("close", gives=("RequestPeriodClose",))
def close(call: Call, through: _Period, soft: _Soft = False, key: Key = None) -> Answer:
    """Ask for the next period to be closed, once it is over.

    Another person must approve that. Nothing counts in a closed period any more.
    """
    with call.desk() as desk:
        done = period.request(desk, through, _kind(soft=soft), Occasion(key))
    points = [f"{_said_of(one['code'])}: {line(one)}" for one in done.more["open_points"]]
    return recorded(done, waits(f"period approve {through:%Y-%m}"), *_months_before(done), *points)


def _said_of(code: str) -> str:
    return "told, and stops no close" if code in TOLD else "not done yet"


def _months_before(done: Done) -> list[str]:
    """What a first close says if the book begins in an earlier month, since a typing error would close that, too."""
    first = done.more.get("closes_from")
    if first is None:
        return []
    return [f"no month was ever closed, so this also closes all months before it, from {first} on"]


@COMMANDS.add(
    "approve",
    gives=(
        "ApprovePeriodClose",
        "ApprovePeriodReopening",
    ),
)
def approve(call: Call, through: _Period, key: Key = None) -> Answer:
    """Close or reopen a period as somebody else asked.

    A close records the totals of the period, and a hard one is refused while something is not done.
    """
    with call.desk() as desk:
        done = period.approve(desk, through, Occasion(key))
    totals = [f"totals {done.more['totals_hash']}"] if "totals_hash" in done.more else []
    points = [f"{_said_of(one)}: {one}" for one in done.more.get("open_points", ())]
    return recorded(done, *totals, *_months_before(done), *points)


@COMMANDS.add("reject", gives=("RejectPeriodRequest",))
def reject(call: Call, through: _Period, reason: ReasonCode, key: Key = None) -> Answer:
    """Reject what somebody else asked for."""
    with call.desk() as desk:
        return recorded(period.reject(desk, through, reason, Occasion(key)))


@COMMANDS.add("reopen", gives=("RequestPeriodReopening",))
def reopen(call: Call, through: _Period, reason: ReasonCode, key: Key = None) -> Answer:
    """Ask for the last closed period to be reopened.

    Another person must approve that.
    """
    with call.desk() as desk:
        return recorded(period.reopen(desk, through, reason, Occasion(key)), waits(f"period approve {through:%Y-%m}"))
