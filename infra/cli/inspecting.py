"""Looking at a bank file: all that can be read of it, beside what is wrong with it and what the gate would say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.answer import Page, Problem, Table, Told
from infra.cli.asking import Call, Commands
from infra.cli.options import Currencies, Everything, On
from infra.cli.printing import money

if TYPE_CHECKING:
    from ledger.domain.terms.entity import Terms as EntityTerms
    from reconciliation import Parsed

COMMANDS: Final = Commands()

_LINES: Final = (
    ("place", "raw_position"),
    ("booked", "booked_on"),
    ("value", "value_on"),
    ("currency", "currency"),
    ("amount", "amount_minor"),
    ("status", "status"),
    ("reference", "reference"),
    ("kind", "reference_kind"),
    ("valid", "reference_valid"),
    ("counterparty", "counterparty"),
    ("text", "text"),
    ("bank's id", "bank_ref"),
    ("reversal", "reversal"),
)
_PROBLEMS: Final = (("severity", "severity"), ("code", "code"), ("place", "position"), ("what to do", "message"))


@COMMANDS.add("inspect", starts=False)
def inspect(
    call: Call,
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Files of a bank, of any format that is read.")],
    currencies: Currencies = None,
    on: On = None,
    everything: Everything = False,
) -> Told:
    """Show all that can be read of bank files.

    What is wrong with them stands beside it; exit code 1 where one would be refused. Nothing is recorded, and no
    database is needed. With --json one document is printed a line, for each file
    `{format, statements: [{account, currency, opening_minor, closing_minor, from, to, lines: […]}], problems: []}`.
    """
    from msgspec.structs import replace

    terms = replace(call.terms, currencies=tuple(currencies)) if currencies else call.terms
    day = on or call.today
    documents: list[dict[str, Any]] = []
    page: list[str | Table] = []
    for path in files:
        shown = _inspected(path, terms, day)
        documents.append(shown)
        page += _page(path, shown)
    refused = [path for path, shown in zip(files, documents, strict=True) if _is_refused(shown)]
    problems = [Problem("file_refused", f"{path} would be refused: see its problems") for path in refused]
    return Told(problems=problems, ok=not refused, page=page, documents=documents)


def _inspected(path: Path, terms: EntityTerms, on: date) -> dict[str, Any]:
    from reconciliation.statements import read
    from reconciliation.statements.inspection import inspected

    data = _content(path)
    if isinstance(data, str):
        problem = {"code": "file_unreadable", "message": data, "position": "file", "severity": "refuse"}
        return {"format": None, "statements": [], "problems": [problem]}
    parsed = read(data)
    shown = inspected(parsed)
    if not parsed.refused:
        known = {(problem["code"], problem["position"]) for problem in shown["problems"]}
        shown["problems"] += [one for one in _gate(parsed, terms, on) if (one["code"], one["position"]) not in known]
    return shown


def _content(path: Path) -> bytes | str:
    """The file's bytes, or the sentence that says why there are none."""
    from reconciliation.archive.archive import LARGEST_FILE

    if path.is_dir():
        return f"{path} is a folder: name the files in it"
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            return f"{path} has {size} bytes, more than the {LARGEST_FILE} a statement may have"
        return path.read_bytes()
    except OSError as trouble:
        return f"{path} cannot be read ({trouble.strerror}): check the path, and that you may read it"


def _gate(parsed: Parsed, terms: EntityTerms, on: date) -> list[dict[str, Any]]:
    """Why the gate would refuse it; what the gate only doubts is the quarantine's."""
    from reconciliation.gate import Terms, examine

    return [
        {"code": reason.code, "message": reason.sentence, "position": reason.position, "severity": "refuse"}
        for reason in examine(parsed, Terms.of(terms, on)).refusals
    ]


def _is_refused(shown: Mapping[str, Any]) -> bool:
    return any(problem["severity"] == "refuse" for problem in shown["problems"])


def _page(path: Path, shown: Mapping[str, Any]) -> Page:
    verdict = "would be refused" if _is_refused(shown) else "sound"
    page: list[str | Table] = [f"{path}: {shown['format'] or 'no format that is read'}, {verdict}"]
    for number, statement in enumerate(shown["statements"], 1):
        page += _statement(number, statement)
    if shown["problems"]:
        page.append(Table(_PROBLEMS, shown["problems"], title="problems"))
    return page


def _statement(number: int, statement: Mapping[str, Any]) -> Page:
    currency, lines = statement["currency"], statement["lines"]
    balances = f"{money(statement['opening_minor'], currency)} to {money(statement['closing_minor'], currency)}"
    title = (
        f"statement {number}: account {statement['account'] or '-'}, {statement['from'] or '-'} to "
        f"{statement['to'] or '-'}, {currency or '-'} {balances}, {len(lines)} lines"
    )
    return [Table(_LINES, list(_with_details(lines)), title=title, long=True)]


def _with_details(lines: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = []
    for line in lines:
        rows.append(line)
        rows += [{**detail, "raw_position": f"  {detail['raw_position']}"} for detail in line["details"]]
    return rows
