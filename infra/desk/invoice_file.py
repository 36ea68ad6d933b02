"""Issues a file of invoices, one per line: every line is read and decided before the first one is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from infra.desk.desk import Desk, Occasion
from infra.desk.invoice import items_of, key_of
from infra.desk.invoice_lines import WrongLine, decoded, numbered, require_once, untold
from infra.desk.matching_again import match_early
from infra.desk.problems import Problem, Stopped
from infra.desk.progress import Advance

if TYPE_CHECKING:
    from infra.settings import Settings
    from ledger import Outcome, Submission
    from ledger.domain.receivables.invoice import IssueInvoice

# How many invoices are decided and recorded together, and how many wrong lines are listed at most.
CHUNK: Final = 2000
MOST_LISTED: Final = 50

_T = TypeVar("_T")
# The marks with which files in UTF-16 begin.
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


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


class _Problems:
    """The problems of a file: the first ones, and how many more there are."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.listed: list[Problem] = []
        self._more = 0

    def add(self, code: str, number: int, sentence: str) -> None:
        """Add the problem of a line."""
        if len(self.listed) < MOST_LISTED:
            self.listed.append(Problem(code, f"{self._path} line {number}: {sentence}", f"line {number}"))
        else:
            self._more += 1

    def require_none(self) -> None:
        """Raise Stopped if there is any problem."""
        if self._more:
            rest = f"{self._more} more lines are wrong; nothing was recorded"
            self.listed.append(Problem("lines_not_listed", rest))
        if self.listed:
            raise Stopped(*self.listed)


def issue_file(desk: Desk, settings: Settings, path: Path, accounting_date: date | None, advance: Advance) -> Issued:
    """Issue every invoice of the file.

    Raises Stopped and records nothing if the person may not issue invoices, or if any line is wrong or would be
    refused. An invoice's id serves as its idempotency key, so loading the same file again changes nothing, and the
    answer is the same. No more than a chunk of invoices is in memory beside the file. `advance` is called with the
    progress.
    """
    from ledger import execute
    from ledger.domain.receivables.invoice import IssueInvoice

    desk.require_for(IssueInvoice)
    content = _content(path)
    count = _require_all(desk, path, content, accounting_date)
    rows: list[dict[str, Any]] = []
    problems = _Problems(path)
    for lines in _chunks(_Line(number, decoded(text)) for number, text in numbered(content)):
        outcomes = execute(desk.books.journal, [_submission(desk, one.command, accounting_date) for one in lines])
        rows += _rows(desk, lines, outcomes)
        # After the lines were decided, somebody else may have used one of the ids or changed a series.
        for line, outcome in zip(lines, outcomes, strict=True):
            if outcome.status == "refused":
                problems.add(str(outcome.code), line.number, untold(line.command, str(outcome.sentence)))
        advance(len(lines), count)
    position = desk.books.follow(at=desk.now)
    issued = (share for row in rows if row["status"] == "done" for share in row["items"])
    early = match_early(desk, settings, issued)
    counts = {status: sum(row["status"] == status for row in rows) for status in ("done", "nothing_new", "refused")}
    known = desk.books.store.position() if early else position
    return Issued(rows, counts["done"], counts["nothing_new"], counts["refused"], problems.listed, known, early)


def _content(path: Path) -> bytes:
    if path.is_dir():
        raise Stopped(Problem("file_is_folder", f"{path} is a folder; name the file itself"))
    try:
        content = path.read_bytes()
    except OSError as trouble:
        sentence = f"{path} cannot be read ({trouble.strerror}); check the path and your right to read it"
        raise Stopped(Problem("file_unreadable", sentence)) from trouble
    if content[:2] in _UTF_16 or b"\0" in content[:2]:
        raise Stopped(Problem("line_unreadable", f"{path.name} is in UTF-16; save it as UTF-8", path.name))
    return content


def _require_all(desk: Desk, path: Path, content: bytes, accounting_date: date | None) -> int:
    """The number of invoices; raises Stopped with every line that is wrong or whose invoice would be refused now."""
    from ledger import Rehearsal

    problems, rehearsal, seen = _Problems(path), Rehearsal(desk.books.journal), dict[str, int]()
    for texts in _chunks(numbered(content)):
        sound: list[_Line] = []
        wrong: dict[int, tuple[str, str]] = {}
        for number, text in texts:
            try:
                line = _Line(number, decoded(text))
                require_once(text)
                sound.append(_first_of_its_id(line, seen))
            except WrongLine as one:
                wrong[number] = (one.code, str(one))
        outcomes = rehearsal.rehearse([_submission(desk, one.command, accounting_date) for one in sound])
        for line, outcome in zip(sound, outcomes, strict=True):
            if outcome.status == "refused":
                wrong[line.number] = (str(outcome.code), untold(line.command, str(outcome.sentence)))
        for number, (code, sentence) in sorted(wrong.items()):
            problems.add(code, number, sentence)
    problems.require_none()
    if not seen:
        sentence = f"{path} contains no invoice; write one invoice as JSON per line, as docs/invoice-file.md says"
        raise Stopped(Problem("file_empty", sentence))
    return len(seen)


def _first_of_its_id(line: _Line, seen: dict[str, int]) -> _Line:
    """The line; raises WrongLine if an earlier one has its id."""
    earlier = seen.setdefault(line.command.invoice_id, line.number)
    if earlier != line.number:
        sentence = f"invoice_id: line {earlier} has the same id, and each invoice of a file has its own"
        raise WrongLine(sentence, code="invoice_repeated")
    return line


def _chunks(lines: Iterator[_T]) -> Iterator[list[_T]]:
    while chunk := list(islice(lines, CHUNK)):
        yield chunk


def _submission(desk: Desk, command: IssueInvoice, accounting_date: date | None) -> Submission:
    occasion = Occasion(key_of(command.invoice_id), command.issued_on, accounting_date)
    return desk.submission(command, occasion)


def _rows(desk: Desk, lines: Sequence[_Line], outcomes: Sequence[Outcome]) -> Iterator[dict[str, Any]]:
    """A row for each line, with the invoice's number and references, also if it was issued before."""
    issued = items_of(desk, [line.command.invoice_id for line in lines])
    for line, outcome in zip(lines, outcomes, strict=True):
        invoice, items = issued.get(line.command.invoice_id, (None, []))
        yield {
            "line": line.number,
            "invoice_id": line.command.invoice_id,
            "status": outcome.status,
            "number": None if invoice is None or outcome.status == "refused" else invoice.number,
            "items": [] if outcome.status == "refused" else items,
        }
