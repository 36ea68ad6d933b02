"""PayPal's settlement report (STL): the transactions of a day that changed the available balance, by currency.

The first cell of a row says what the row is: RH, FH and SH begin the report, a file of it and a section, CH names the
columns of the section's rows (SB), SF and RF are footers with balances and sums, and SC, RC and FF count rows. A report
of more than a million rows comes in several files. Each section is a statement in each of its currencies, and each
transaction a line of it. Source: PayPal, Settlement Report Specification, version 9.
"""

from __future__ import annotations

from reconciliation.statements.delimited import Columns, Dialect, first_row, rows
from reconciliation.statements.findings import Findings
from reconciliation.statements.paypal.report import Report
from reconciliation.statements.problems import refuse
from reconciliation.statements.rows import nothing_read
from reconciliation.statements.shape import Parsed, Profile
from reconciliation.statements.traits import Traits

_DIALECT = Dialect()
# What the third column is called in the list that people download: the time zone, in PayPal's languages.
_TIME_ZONE = frozenset(
    (
        "timezone", "time zone", "zona horaria", "zeitzone", "fuseau horaire", "tidszon", "tidssone", "tidszone",
        "aikavyöhyke", "tijdzone", "fuso orario", "fuso horário", "strefa czasowa",
    )
)  # fmt: skip


def recognise(head: bytes) -> str | None:
    """Recognise the report by its first row, and the list of transactions that people download by its columns."""
    cells = first_row(head, _DIALECT)
    begins = cells[:1] == ["RH"] or (cells[:1] == ["FH"] and len(cells) == 2)
    return "paypal" if begins or _is_download(cells) else None


def read(data: bytes, profile: Profile) -> Parsed:
    """Read a report row by row; the list that people download is refused."""
    if _is_download(first_row(data[: 1 << 16], _DIALECT)):
        told = (
            "the file is the list of transactions that people download, whose language, dates and decimals depend on "
            "who downloaded it: load the settlement report (STL) that PayPal puts on its SFTP server"
        )
        return nothing_read("paypal", refuse("layout_unknown", told, "line 1"))
    findings = Findings()
    encoding, table = rows(data, _DIALECT, findings)
    report = Report(profile.zone, findings)
    for row in table:
        report.see(row)
    return report.parsed(encoding)


def _is_download(cells: list[str]) -> bool:
    columns = Columns(cells)
    return columns.width >= 8 and columns.names[2] in _TIME_ZONE


TRAITS = (
    Traits(
        "paypal",
        "PayPal's transactions of a day, with balances",
        "PayPal, Settlement Report Specification, version 9.0.5, April 2019",
        "balances",
        holds="settlement",
        provider="paypal",
    ),
)
