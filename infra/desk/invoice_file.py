"""Issues a file of invoices, one per line: every line is read and decided before the first one is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infra.desk.desk import Desk, Occasion
from infra.desk.early_payments import match_early
from infra.desk.problems import Problem, Stopped
from infra.desk.progress import Advance

if TYPE_CHECKING:
    from infra.settings import Settings
    from ledger import Journal, Outcome, Submission
    from ledger.domain.receivables.invoice import IssueInvoice

# How many invoices are recorded together, and how many wrong lines are listed at most.
_CHUNK: Final = 2000
_MOST_LISTED: Final = 50


class _Line(NamedTuple):
    """A line of the file: its number and its invoice."""

    number: int
    command: IssueInvoice


class Issued(NamedTuple):
    """The result of a file: a row for each line, the counts of issued, known and refused invoices, and the problems.

    `early_receipts` are payments that came before their invoice and were matched with it.
    """

    rows: list[dict[str, Any]]
    done: int
    known: int
    refused: int
    problems: list[Problem]
    position: int
    early_receipts: tuple[str, ...]


def issue_file(desk: Desk, settings: Settings, path: Path, accounting_date: date | None, advance: Advance) -> Issued:
    """Issue every invoice of the file.

    Raises Stopped and records nothing if the person may not issue invoices, or if any line is wrong or would be
    refused. An invoice's id serves as its
    idempotency key, so loading the same file again changes nothing. `advance` is called with the progress.
    """
    from ledger.domain.receivables.invoice import IssueInvoice

    desk.require_for(IssueInvoice)
    lines = _read(path)
    submissions = [_submission(desk, line.command, accounting_date) for line in lines]
    _require_all(path, lines, _would_be_refused(desk.books.journal, submissions))
    outcomes = _record(desk.books.journal, submissions, advance)
    position = desk.books.follow(at=desk.now)
    recorded = zip(lines, outcomes, strict=True)
    early = match_early(desk, settings, [one.command.invoice_id for one, said in recorded if said.status == "done"])
    # After the lines were decided, somebody else may have used one of the ids or changed a series.
    refused = {index: outcome for index, outcome in enumerate(outcomes) if outcome.status == "refused"}
    return Issued(
        rows=[
            {"line": line.number, "invoice_id": line.command.invoice_id, "status": outcome.status}
            for line, outcome in zip(lines, outcomes, strict=True)
        ],
        done=sum(outcome.status == "done" for outcome in outcomes),
        known=sum(outcome.status == "nothing_new" for outcome in outcomes),
        refused=len(refused),
        problems=[_refused(path, lines[index].number, one) for index, one in refused.items()][:_MOST_LISTED],
        position=desk.books.store.position() if early else position,
        early_receipts=early,
    )


def _read(path: Path) -> list[_Line]:
    lines: list[_Line] = []
    problems: list[Problem] = []
    for number, text in enumerate(_texts(path), 1):
        if not text.strip():
            continue
        try:
            lines.append(_Line(number, _decoded(text)))
        except ValueError as wrong:
            problems.append(Problem("line_unreadable", f"{path} line {number}: {wrong}", f"line {number}"))
    if not lines and not problems:
        problems.append(Problem("file_empty", f"{path} contains no invoice; write one IssueInvoice as JSON per line"))
    if problems:
        raise Stopped(*_shortened(problems))
    return lines


def _texts(path: Path) -> Iterator[bytes]:
    if path.is_dir():
        raise Stopped(Problem("file_is_folder", f"{path} is a folder; name the file itself"))
    try:
        content = path.read_bytes()
    except OSError as trouble:
        sentence = f"{path} cannot be read ({trouble.strerror}); check the path and your right to read it"
        raise Stopped(Problem("file_unreadable", sentence)) from trouble
    yield from content.removeprefix(b"\xef\xbb\xbf").split(b"\n")


def _decoded(text: bytes) -> IssueInvoice:
    """Decode the invoice on a line and check every field; ValueError names the field and what was expected."""
    import msgspec

    from ledger.domain.money import decimals_of
    from ledger.domain.receivables.invoice import IssueInvoice

    # msgspec's errors are ValueErrors that name the field and the type but never repeat free text.
    command = msgspec.json.decode(text, type=IssueInvoice, strict=True)
    if decimals_of(command.currency) is None:
        raise ValueError("Expected a currency of ISO 4217 - at `$.currency`")
    return command


def _submission(desk: Desk, command: IssueInvoice, accounting_date: date | None) -> Submission:
    occasion = Occasion(f"invoice:{command.invoice_id}", command.issued_on, accounting_date)
    return desk.submission(command, occasion)


def _would_be_refused(journal: Journal, submissions: Sequence[Submission]) -> dict[int, Outcome]:
    """Return the invoices that would be refused now, by index; an id that is also on an earlier line is refused."""
    from ledger import Outcome, Refused, rehearse

    refused: dict[int, Outcome] = {}
    issued: set[str] = set()
    for index, outcome in enumerate(rehearse(journal, submissions)):
        if outcome.key in issued and outcome.first_position is None:
            taken = Refused("invoice_already_issued", f"{outcome.key.partition(':')[2]} on an earlier line")
            outcome = Outcome(outcome.key, "refused", code=taken.code, sentence=journal.catalogue.refusal(taken))
        if outcome.status == "refused":
            refused[index] = outcome
        else:
            issued.add(outcome.key)
    return refused


def _require_all(path: Path, lines: Sequence[_Line], refused: dict[int, Outcome]) -> None:
    if refused:
        raise Stopped(*_shortened([_refused(path, lines[index].number, one) for index, one in refused.items()]))


def _refused(path: Path, number: int, outcome: Outcome) -> Problem:
    return Problem(str(outcome.code), f"{path} line {number}: {outcome.sentence}", f"line {number}")


def _shortened(problems: list[Problem]) -> list[Problem]:
    rest = len(problems) - _MOST_LISTED
    if rest <= 0:
        return problems
    return [*problems[:_MOST_LISTED], Problem("lines_not_listed", f"{rest} more lines are wrong; nothing was recorded")]


def _record(journal: Journal, submissions: Sequence[Submission], advance: Advance) -> list[Outcome]:
    from ledger import execute

    outcomes: list[Outcome] = []
    for start in range(0, len(submissions), _CHUNK):
        some = execute(journal, submissions[start : start + _CHUNK])
        outcomes += some
        advance(len(some), len(submissions))
    return outcomes
