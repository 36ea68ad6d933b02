"""KTL, the incoming reference payments of a Finnish bank: fixed records of 90 characters in ISO-8859-1.

A file has batches (record types 0 to 9). The bank books their payments as sums on the account, so KTL shows the
payments of which a TITO statement shows only the sum. Source: Finanssiala (Finance Finland), Saapuvat viitesiirrot ja
suoraveloitukset, record description.
"""

from __future__ import annotations

import re

from reconciliation.statements.file_edges import start_of
from reconciliation.statements.fixed_width import Record, read_records
from reconciliation.statements.ktl.batch import Batch
from reconciliation.statements.ktl.records import LAYOUT
from reconciliation.statements.problems import Problem
from reconciliation.statements.reading import Reading
from reconciliation.statements.shape import Parsed, Profile
from reconciliation.statements.traits import Traits

# A start record has no name of its format in it, so the record after it must be one of KTL too.
_START = re.compile(rb"0[0-9]{10}[^\r\n]{11}[0-9 ] *\r?\n(?:[35][0-9]{26}|9[0-9]{34})")


def recognise(head: bytes) -> str | None:
    """Recognise a KTL file by its first two records."""
    return "ktl" if _START.match(start_of(head)) else None


def read(data: bytes, profile: Profile) -> Parsed:
    """Read a file record by record; a record with shifted columns is reported and never parsed."""
    return read_records(data, LAYOUT, _Batches)


class _Batches:
    """The state of reading: the open batch."""

    def __init__(self, problems: list[Problem]) -> None:
        self._reading = Reading(problems)
        self._batch: Batch | None = None

    def see(self, record: Record) -> None:
        """Take in the next record of the file."""
        if record.code not in LAYOUT.records:
            self._reading.unknown(record)
        elif record.code == "0":
            self._close(None)
            self._batch = Batch(record, self._reading)
        elif self._batch is None:
            self._reading.misplaced(record, "is outside a batch (0 to 9)")
        elif record.code == "9":
            self._close(record)
        else:
            self._batch.see(record)

    def parsed(self, encoding: str) -> Parsed:
        """Finish a batch that is still open, and return the result."""
        self._close(None)
        return self._reading.parsed("ktl", "KTL", encoding)

    def _close(self, end: Record | None) -> None:
        if self._batch is not None:
            self._batch.close(end)
            self._batch = None


TRAITS = (
    Traits(
        "ktl",
        "Payments with reference",
        "Finanssiala, Saapuvat viitesiirrot ja suoraveloitukset",
        "totals",
        "in",
        country="Finland",
    ),
)
