"""The state of reading PayPal's report: its open section, its statements, and what its footers say."""

from __future__ import annotations

from collections import defaultdict
from datetime import tzinfo
from functools import partial
from typing import Final, NamedTuple

from reconciliation.statements.delimited import Columns, Row, lacks
from reconciliation.statements.findings import Findings
from reconciliation.statements.paypal.footer import Footer, Sums, counted, read_footer
from reconciliation.statements.paypal.transaction import NEEDED, Transactions, knows, to_instant
from reconciliation.statements.problems import refuse, warning
from reconciliation.statements.settlements import Settlement, Settlements
from reconciliation.statements.shape import Parsed, Statement, Total
from reconciliation.statements.values import to_day

_AGAIN: Final = "fetch the report again"


class _Section(NamedTuple):
    """A section: an account and a period."""

    begins: str
    ends: str
    account: str


class Report:
    """Takes in the rows of a report, or of its parts one after the other."""

    def __init__(self, zone: tzinfo | None, findings: Findings) -> None:
        self._zone, self._findings = zone, findings
        self._settlements = Settlements()
        self._totals: list[Total] = []
        self._section: _Section | None = None
        self._transactions: Transactions | None = None
        self._width = 0
        self._of_section: defaultdict[str, Sums] = defaultdict(Sums)
        self._of_report: defaultdict[str, Sums] = defaultdict(Sums)
        # Rows of transactions in the section, in the file and in the report.
        self._rows = {"SC": 0, "FF": 0, "RC": 0}
        self._parts = 0
        self._begun = self._counted = self._open = False
        self._read = {
            "RH": self._begin, "FH": self._file, "SH": self._begin_section, "CH": self._columns,
            "SB": self._transaction, "SF": self._foot, "RF": self._foot_report,
            **dict.fromkeys(("SC", "RC", "FF"), self._count),
        }  # fmt: skip

    def see(self, row: Row) -> None:
        """Take in the next row."""
        code = row.cells[0]
        read = self._read.get(code)
        if read is None:
            told = "a row whose type is not in PayPal's specification was ignored"
            self._findings.add(warning("record_unknown", told, row.raw_position))
        elif not self._open and code not in ("RH", "FH"):
            self._refuse("record_after_end", f"a row follows the end of the file (FF): {_AGAIN}", row)
        else:
            read(row)

    def parsed(self, encoding: str) -> Parsed:
        """Everything that was read; a report whose end is missing is refused."""
        if self._open:
            told = f"the file has no end row (FF), so its end is missing: {_AGAIN}"
            self._findings.add(refuse("file_truncated", told, "end of file"))
        elif not (self._begun and self._counted):
            told = (
                "the file is one part of a report that PayPal divided (it has no RH, or no RC): join all parts of the "
                "report in order (STL-….01, .02, …), and load them as one file"
            )
            self._findings.add(refuse("part_missing", told, "file"))
        return self._settlements.parsed("paypal", encoding, self._findings, self._totals)

    def _begin(self, row: Row) -> None:
        if self._begun:
            self._refuse("record_out_of_place", "a second report begins (RH): load each report separately", row)
        self._begun = self._open = True

    def _file(self, row: Row) -> None:
        self._open = True
        self._parts += 1
        self._rows["FF"] = 0
        number = row.cells[1] if len(row.cells) > 1 else ""
        if number.lstrip("0") != str(self._parts):
            told = f"the part's number (FH) is not {self._parts}: join all parts of the report in order"
            self._refuse("part_missing", told, row)

    def _begin_section(self, row: Row) -> None:
        cells = [*row.cells, "", "", ""]
        section = _Section(cells[1], cells[2], cells[3])
        if section != self._section:
            self._section, self._transactions = section, None
            self._of_section, self._rows["SC"] = defaultdict(Sums), 0
        if None in (to_day(to_instant(one), self._zone) for one in section[:2]):
            self._refuse("date_unreadable", f"the period of the section (SH) has no dates: {_AGAIN}", row)

    def _columns(self, row: Row) -> None:
        columns = Columns(row.cells)
        if "Transactional Status" in columns or "Transaction Status" in columns:
            told = "the file is the transaction detail report (TRR), which is about payments and not about the balance"
            self._refuse("layout_unknown", f"{told}: load the settlement report (STL)", row)
        elif not lacks(columns, NEEDED, row.raw_position, self._findings):
            self._transactions = Transactions(columns, self._zone, self._findings)
            self._width = columns.width

    def _transaction(self, row: Row) -> None:
        for name in self._rows:
            self._rows[name] += 1
        if self._transactions is None or self._section is None:
            self._refuse("record_out_of_place", f"a transaction (SB) is outside a section (SH, CH): {_AGAIN}", row)
            return
        if len(row.cells) != self._width:
            told = f"the row has {len(row.cells)} cells, but its header (CH) has {self._width}: {_AGAIN}"
            self._refuse("row_width_differs", told, row)
            return
        row.cells.append("")
        found = self._transactions.read(row)
        if found is None:
            return
        counted(self._of_section, found.money)
        counted(self._of_report, found.money)
        for line in found.lines:
            self._settlement(self._section, line.currency or "").add(line)

    def _foot(self, row: Row) -> None:
        footer = self._footer(row)
        if footer is None or self._section is None or not knows(footer.currency, row.raw_position, self._findings):
            return
        statement = self._settlement(self._section, footer.currency).statement
        if statement.opening_minor is None:
            statement.opening_minor = footer.opening_minor
        statement.closing_minor = footer.closing_minor
        self._compare(self._of_section, footer, statement.statement_no, row)

    def _foot_report(self, row: Row) -> None:
        footer = self._footer(row)
        if footer is not None:
            self._compare(self._of_report, footer, None, row)

    def _footer(self, row: Row) -> Footer | None:
        footer = read_footer(row.cells)
        if footer is None:
            told = "the footer has no sums and balances in a known order: ask PayPal which version the report has"
            self._refuse("layout_unknown", told, row)
        return footer

    def _compare(self, sums: dict[str, Sums], footer: Footer, statement_no: int | None, row: Row) -> None:
        found = sums.pop(footer.currency, Sums())
        self._totals += found.compared(footer, statement_no, row.raw_position)

    def _count(self, row: Row) -> None:
        code = row.cells[0]
        written = row.cells[1] if len(row.cells) > 1 else ""
        declared = int(written) if written.isascii() and written.isdigit() and len(written) < 19 else None
        if declared is None:
            self._refuse("record_unreadable", f"the number of rows in {code} is not a number: {_AGAIN}", row)
        self._totals.append(Total(None, f"rows by {code}", declared, self._rows[code], row.raw_position))
        self._counted = self._counted or code == "RC"
        if code == "FF":
            self._open = False
        if code == "SC":
            self._section = None

    def _settlement(self, section: _Section, currency: str) -> Settlement:
        return self._settlements.of((section, currency), partial(self._statement, section, currency))

    def _statement(self, section: _Section, currency: str, number: int) -> Statement:
        begins, ends = (to_day(to_instant(one), self._zone) for one in section[:2])
        # The report's day by PayPal's clock, as in the name of the file.
        day = section.begins[:10].replace("/", "")
        return Statement(
            number,
            account=section.account or None,
            account_kind="merchant",
            currency=currency,
            statement_id=f"{day}-{currency}",
            sequence=day,
            from_on=begins,
            to_on=ends,
        )

    def _refuse(self, code: str, told: str, row: Row) -> None:
        self._findings.add(refuse(code, told, row.raw_position))
