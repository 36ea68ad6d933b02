"""What Prefect shows of a run: its name, the lines of its log, and the message of its last state.

Entities, days, hashes of files, codes and counts are shown, but nothing of a payer, so no names of files either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from prefect.runtime import flow_run

from reconciliation.flows.artifacts import codes_of, shown_as
from reconciliation.steps.answered import in_words

if TYPE_CHECKING:
    from reconciliation.reminded import Reminded
    from reconciliation.steps.summary import DaySummary, FileSummary


def run_name(job: str) -> str:
    """The name of the current run: the job, the entity, its places, and the day or the time of its schedule."""
    given = flow_run.parameters
    day = given.get("on") or f"{flow_run.scheduled_start_time:%Y-%m-%dT%H:%MZ}"
    places = "".join(f"-{name}" for name in given.get("places") or ())
    return f"{job}-{given['entity']}{places}-{day}"


def lines_of(summary: DaySummary) -> Iterator[str]:
    """What happened: one line for each file, and one for the book."""
    yield from (_line_of(file) for file in summary.files)
    if not summary.files:
        yield "no file came"
    yield f"the book of {summary.entity} {summary.verdict} on {summary.on}, at position {summary.position}"


def warnings_of(summary: DaySummary) -> Iterator[str]:
    """What somebody must look at between the bank's statements and the book, account by account."""
    for row in summary.gaps:
        yield (
            f"a statement of bank account {row['bank_account']} between {row['from_on']} and {row['through_on']} is "
            "missing, or two do not join: see `reskontra bank`"
        )
    for row in summary.disputed:
        yield (
            f"statement {row['sequence']} of bank account {row['bank_account']} through {row['through_on']} came again "
            "with another closing balance: see `reskontra bank`"
        )
    for row in summary.to_explain:
        yield (
            f"money on bank account {row['bank_account']} contradicts the bank and waits for a person: see `reskontra "
            "quarantine`"
        )


def message_of(summary: DaySummary) -> str:
    """Why a run is not as it should be, and what to do."""
    wrong = {
        "; ".join(summary.troubles): bool(summary.troubles),
        f"refused files: {_named(summary)}": any(file.judged.status == "refused" for file in summary.files),
        "commands were refused": any(file.refused_commands for file in summary.files),
        "files are only partly loaded: load them again": bool(summary.loading),
        "the book does not tie out": not summary.tied,
        f"statements are missing on {_accounts(summary.gaps)}: load them": bool(summary.gaps),
        "the ledger is not what the bank has": bool(summary.unequal or summary.in_excess),
        f"money that contradicts the bank waits for a person on {_accounts(summary.to_explain)}, see `reskontra "
        "quarantine`": bool(summary.to_explain),
        f"the bank contradicts itself on {_accounts(summary.disputed)}": bool(summary.disputed),
        f"money is missing on {_accounts(summary.lacking)}, see `reskontra money-in-transit`": bool(summary.lacking),
        "the day is not sealed": summary.sealed is not None and summary.sealed.refused is not None,
    }
    said = [sentence for sentence, holds in wrong.items() if holds]
    return f"{'; '.join(said)}; `reskontra files`, `reskontra bank` and `reskontra verify` say what to do"


def _accounts(rows: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(dict.fromkeys(row["bank_account"] for row in rows))


def _named(summary: DaySummary) -> str:
    """The number of refused files, and the first of them with the codes of the reasons."""
    refused = [file for file in summary.files if file.judged.status == "refused"]
    named = ", ".join(f"{shown_as(file)} ({codes_of(file)})" for file in refused[:_NAMED])
    return f"{len(refused)}, {named}" + (f" and {len(refused) - _NAMED} more" if len(refused) > _NAMED else "")


def reminders_line(done: Reminded) -> str:
    """What the reminders did."""
    return (
        f"reminders of {done.on}: {done.due} due, {done.sent} sent, {done.suppressed} not sent, {done.refused} "
        f"refused; sent to people whose money was there: {done.reminded_with_money}; nobody was reminded of: "
        f"{done.missed}"
    )


def reminders_wrong(done: Reminded) -> str | None:
    """Why somebody must look at the reminders, and what to do; None if nobody must."""
    missing = [one.bank_account for one in done.lagging if one.gap is not None]
    wrong = {
        "bank files are only partly loaded: load them again": bool(done.loading),
        f"the read tables lack facts: {done.set_aside}": bool(done.set_aside),
        f"the bank has money of nobody on {', '.join(done.differing)}": bool(done.differing),
        f"statements are missing on {', '.join(missing)}": bool(missing),
        f"the bank's files are not loaded up to {done.on}": len(missing) < len(done.lagging)
        or (not missing and any(one.why == "bank_not_loaded" for one in done.items)),
        f"refused reminders: {done.refused}": bool(done.refused),
    }
    said = [sentence for sentence, holds in wrong.items() if holds]
    return f"{'; '.join(said)}; `reskontra remind --dry-run` says more" if said else None


def _line_of(file: FileSummary) -> str:
    judged = file.judged
    if judged.status == "refused":
        return f"file {shown_as(file)}: refused ({codes_of(file)})"
    if file.nothing_new:
        return f"file {shown_as(file)}: nothing new"
    waits = file.reviewed + len(judged.doubts)
    said = (
        f"{judged.entries} lines",
        f"{file.matched} matched",
        *in_words(file.answered),
        f"{waits} wait for a person",
    )
    return f"file {shown_as(file)}: loaded, {', '.join(said)}"


# At most this many refused files are named in the message of a run.
_NAMED = 5
