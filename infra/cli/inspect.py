"""The command that shows what is in bank files, what is wrong with them and, if asked, how they are judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from infra.cli.answer import Answer, Page, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import Currencies, Everything, On
from infra.cli.page import money
from infra.desk import bank_file
from infra.desk.problems import Problem

COMMANDS: Final = Commands()

_LINES: Final = (
    ("where", "raw_position"),
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
# What rows of payment providers say beside.
_SETTLED: Final = (("what", "kind"), ("charges", "charges_minor"), ("payment", "payment_ref"))
# What sums of orders say beside.
_OF_ORDERS: Final = (("order", "order_id"), ("payments", "declared_details"))
# What answers to our orders say, which are no money.
_ANSWERS: Final = (
    ("where", "raw_position"),
    ("booked", "booked_on"),
    ("value", "value_on"),
    ("currency", "currency"),
    ("amount", "amount_minor"),
    ("reference", "reference"),
    ("other account", "counterparty_account"),
    ("mandate or payment", "end_to_end_id"),
    ("bank's code", "bank_code"),
    ("reason", "return_reason"),
    ("bank's id", "bank_ref"),
)
_PROBLEMS: Final = (("severity", "severity"), ("code", "code"), ("where", "raw_position"), ("what to do", "message"))


@COMMANDS.add("inspect", starts=False)
def inspect(
    call: Call,
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Bank files, in any format that can be read.")],
    judge: Annotated[
        bool, typer.Option("--judge", help="Also judge, as `reconcile` would, whether each file proves its own totals.")
    ] = False,
    currencies: Currencies = None,
    on: On = None,
    everything: Everything = False,
) -> Answer:
    """Show everything that can be read from bank files.

    Also shows what is wrong with them; the exit code is 1 if a file would be refused. Nothing is recorded, and no
    database is needed. If you give a day or a currency, the files are judged by that day or currency, even without
    --judge. A time with an offset from UTC is shown as the day in the entity's time zone, a reversal as its account was
    declared, and a table as its file mapping reads it; if the entity's books are not running, by the default zone and
    the standard, and without mappings. With --json, each file is one line: `{format, message, encoding, statements:
    [{…, lines: [{…, details: […]}]}], totals: [], problems: [], judged, answers, zone}`, with everything that the file
    says of each line and what its statements declare; `answers` counts what a file says that moves no money and only
    answers our orders.
    """
    belief = _belief(call, currencies, on) if judge or currencies or on else None
    reading = call.from_books(bank_file.reading, bank_file.BY_DEFAULT)
    documents: list[dict[str, Any]] = []
    page: list[str | Table] = []
    for path in files:
        shown = bank_file.inspect(path, call.terms, belief, reading) | {"zone": call.terms.zone}
        documents.append(shown)
        page += _page(path, shown)
    refused = [path for path, shown in zip(files, documents, strict=True) if _is_refused(shown)]
    problems = [Problem("file_refused", f"{path} would be refused: see its problems") for path in refused]
    return Answer(problems=problems, ok=not refused, page=page, documents=documents)


def _belief(call: Call, currencies: list[str] | None, on: date | None) -> bank_file.Belief:
    from msgspec.structs import replace

    terms = replace(call.terms, currencies=tuple(currencies)) if currencies else call.terms
    return bank_file.Belief(terms, on or call.today)


def _is_refused(shown: Mapping[str, Any]) -> bool:
    return any(problem["severity"] == "refuse" for problem in shown["problems"])


def _page(path: Path, shown: Mapping[str, Any]) -> Page:
    from reconciliation.steps.answered import in_words

    sound = "sound" if shown["judged"] else "can be read; --judge says whether it proves its own totals"
    if shown["answers"]:
        sound = f"answers to our orders, no money ({', '.join(in_words(shown['answers']))})"
    verdict = "would be refused" if _is_refused(shown) else sound
    page: list[str | Table] = [
        f"{path}: {shown['format'] or 'unknown format'}, {verdict} (days in {shown['zone']})",
    ]
    for number, statement in enumerate(shown["statements"], 1):
        page += _statement(number, statement, answers=bool(shown["answers"]))
    if shown["problems"]:
        page.append(Table(_PROBLEMS, shown["problems"], title="problems"))
    return page


def _statement(number: int, statement: Mapping[str, Any], *, answers: bool) -> Page:
    currency, lines = statement["currency"], statement["lines"]
    balances = f"{money(statement['opening_minor'], currency)} to {money(statement['closing_minor'], currency)}"
    title = (
        f"statement {number}: account {statement['account'] or '-'}, {statement['from'] or '-'} to "
        f"{statement['to'] or '-'}, {currency or '-'} {balances}, {len(lines)} lines"
    )
    rows = _with_details(lines)
    columns = _ANSWERS if answers else (*_LINES, *_SETTLED) if any(row["kind"] for row in rows) else _LINES
    columns = (*columns, *_OF_ORDERS) if any(row["order_id"] for row in rows) else columns
    return [Table(columns, list(rows), title=title, long=True)]


def _with_details(lines: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = []
    for line in lines:
        rows.append(line)
        rows += [{**detail, "raw_position": f"  {detail['raw_position']}"} for detail in line["details"]]
    return rows
