"""The working lists of one legal entity: verdicts of the gate, doubts, and reviews.

Writing the same thing again has no effect, so a job that runs twice adds nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import msgspec
from psycopg.types.json import Jsonb

from reconciliation.store.alert_lists import AlertLists
from reconciliation.store.connection import Connection
from reconciliation.store.place_lists import PlaceLists

if TYPE_CHECKING:
    from reconciliation.gate import Verdict

# The number of rows in one SQL statement; they are sent as one array, in one round trip.
_BATCH: Final = 5_000

Row = dict[str, Any]

_REVIEWED: Final = ("receipt_id", "part_id", "code", "reasons", "candidates", "raw_position", "money")
# With these words the program closes a review, because of what was recorded; no person has decided it.
ALLOCATED: Final = "allocated"
SUPERSEDED: Final = "matched_again"
_BY_PROGRAM: Final = (ALLOCATED, SUPERSEDED, "recalled")


class ToReview(Protocol):
    """What a proposal leaves for a person to decide; either `receipt_id` or `part_id` identifies the money."""

    @property
    def receipt_id(self) -> str | None:
        """The receipt, if the money is a receipt."""

    @property
    def part_id(self) -> str | None:
        """The part, if the money is not a receipt: a whole bank movement, or some of it."""

    @property
    def code(self) -> str:
        """The code for why no rule was certain."""

    @property
    def reasons(self) -> Sequence[str]:
        """The reasons, as sentences for the person who decides."""

    @property
    def candidates(self) -> Sequence[Mapping[str, Any]]:
        """What the money might be for: ids, amounts and reasons, but no personal data."""

    @property
    def raw_position(self) -> str | None:
        """The position in the file at which the money is stated."""

    @property
    def money(self) -> Mapping[str, Any] | None:
        """What the file has of money that was not booked: account, amount, charges and day."""


class Doubted(NamedTuple):
    """A doubt about a line, a statement or a file, and the money that it is about, if any.

    `doubt_id` is the same in every file that shows the line; the book says whether a person closed it. The amount is in
    minor units.
    """

    doubt_id: str
    code: str
    sentence: str
    statement_no: int | None
    raw_position: str | None
    bank_account: str | None
    amount_minor: int | None
    currency: str | None
    booked_on: date | None


class ReceivedFile(NamedTuple):
    """A file that came: its name, and its hash or why it could not be archived."""

    name: str
    sha256: str | None
    code: str | None = None
    sentence: str | None = None


class ReconciliationStore:
    """The working lists of an entity at a libpq URL; the URL's database role decides whether they are writable.

    Rows are plain dictionaries. Instants from callers must have a time zone. Every method raises StoreTrouble if the
    database fails.
    """

    def __init__(self, url: str, entity: str) -> None:
        self._connection = Connection(url, entity)
        self.places = PlaceLists(self._connection)
        self.alerts = AlertLists(self._connection)

    def __enter__(self) -> ReconciliationStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def keep_received(self, files: Sequence[ReceivedFile], at: datetime) -> None:
        """Store under which name each file came, and why it could not be archived, if that is so."""
        at = _aware(at)
        self._write(_KEEP_RECEIVED, [file._asdict() for file in files], at, at)

    def received(self) -> list[Row]:
        """All files that came, each once for each name, with the newest verdict of the gate; the newest come first."""
        return self._read(_RECEIVED, ())

    def keep_verdict(self, sha256: str, verdict: Verdict, at: datetime, says: Sequence[Row] = ()) -> None:
        """Store the gate's verdict on a file; storing the same verdict again changes nothing, not even its time.

        `says` is what a file says of its statements if the book has none: a refused one, or one that only answers.
        """
        said = verdict.plain()
        columns = ("format", "refusals", "warnings", "expectations")
        # Imported only here: it loads the readers of all formats, and only commands that store a verdict need them.
        from reconciliation.gate import GATE_VERSION

        row = {"sha256": sha256, "gate_version": GATE_VERSION, "accepted": verdict.accepted, "says": list(says)}
        self._write(_KEEP_VERDICT, [row | {name: said[name] for name in columns}], _aware(at))

    def keep_doubts(self, sha256: str, doubts: Sequence[Doubted], at: datetime) -> int:
        """Put doubts that a file led to into quarantine; returns the number of new ones."""
        return self._write(_KEEP_DOUBTS, [doubt._asdict() for doubt in doubts], _aware(at), sha256)

    def keep_reviews(self, reviews: Sequence[ToReview], at: datetime, sha256: str | None = None) -> int:
        """Store reviews for a person; returns the number of new ones."""
        rows = [{name: getattr(review, name) for name in _REVIEWED} for review in reviews]
        return self._write(_KEEP_REVIEWS, rows, _aware(at), sha256)

    def renew_reviews(self, renewed: Sequence[tuple[ToReview, str | None]], over: Collection[str], at: datetime) -> int:
        """Store what is now known about receipts, each with the hash of its file; returns how many reviews changed.

        A review that the program closed, because the receipt was allocated, is open again; what a person closed stays
        closed. The receipts' other open reviews with the codes `over` are closed.
        """
        rows = [{name: getattr(one, name) for name in _REVIEWED} | {"sha256": sha256} for one, sha256 in renewed]
        at = _aware(at)
        self._write(_SUPERSEDE_REVIEWS, rows, at, list(over))
        return self._write(_RENEW_REVIEWS, rows, at, list(_BY_PROGRAM))

    def quarantine(self, sha256: str | None = None, *, most: int = 1000) -> list[Row]:
        """The doubts about one file or all files, oldest first, whether or not a person closed them."""
        return self._read(_QUARANTINE, (sha256, sha256, most))

    def doubt(self, number: int) -> Row | None:
        """One doubt, or None if there is none with this number."""
        found = self._read(_DOUBT, (number,))
        return found[0] if found else None

    def reviews(self, receipt_id: str | None = None, *, open_only: bool = True, most: int = 1000) -> list[Row]:
        """All reviews, or those of one receipt; oldest first."""
        return self._read(_REVIEWS, (receipt_id, receipt_id, open_only, most))

    def candidates(self) -> list[Row]:
        """The items that receipts under review may be for, oldest first: receipt_id, item_id and why.

        `listed` of all `found` items are in the receipt's review.
        """
        return self._read(_CANDIDATES, ())

    def review(self, review_id: int) -> Row | None:
        """One review, or None if there is none with this number."""
        found = self._read(_REVIEW, (review_id,))
        return found[0] if found else None

    def close_reviews_of(self, money_ids: Collection[str], by: str, reason: str, at: datetime) -> int:
        """Close the open reviews of receipts and parts that are now explained; returns the number of closed reviews."""
        ids = list(money_ids)
        closed = self._read(_CLOSE_REVIEWS_OF, (_aware(at), by, reason, ids, ids))
        return len(closed)

    def _write(self, statement: str, rows: Sequence[Row], *about: Any) -> int:
        """Send rows in batches, all or nothing; returns the number of changed rows."""
        with self._connection.transaction() as connection:
            return sum(
                connection.execute(statement, (*about, _json(rows[index : index + _BATCH]))).rowcount
                for index in range(0, len(rows), _BATCH)
            )

    def _read(self, statement: str, about: tuple[Any, ...]) -> list[Row]:
        with self._connection.transaction() as connection:
            return connection.execute(statement, about).fetchall()


def _json(rows: Sequence[Row]) -> Jsonb:
    return Jsonb(rows, dumps=msgspec.json.encode)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone; without it, the database would use its own zone")
    return at


_KEEP_RECEIVED: Final = """
INSERT INTO received_files AS kept (first_at, last_at, name, sha256, code, sentence)
SELECT %s, %s, came.* FROM jsonb_to_recordset(%s) AS came (name text, sha256 text, code text, sentence text)
ON CONFLICT (sha256, name) DO UPDATE
SET (last_at, code, sentence) = (excluded.last_at, excluded.code, excluded.sentence)
"""

_RECEIVED: Final = """
SELECT came.*, verdict.format, verdict.refusals, verdict.says
FROM received_files AS came LEFT JOIN LATERAL (
    SELECT format, refusals, says FROM gate_results AS one WHERE one.sha256 = came.sha256 ORDER BY one.id DESC LIMIT 1
) AS verdict ON true
ORDER BY came.last_at DESC, came.id DESC
"""

_KEEP_VERDICT: Final = """
INSERT INTO gate_results AS kept (at, sha256, gate_version, accepted, format, refusals, warnings, expectations, says)
SELECT %s, said.* FROM jsonb_to_recordset(%s) AS said (sha256 text, gate_version text, accepted boolean, format text,
    refusals jsonb, warnings jsonb, expectations jsonb, says jsonb)
ON CONFLICT (sha256, gate_version) DO UPDATE SET (at, accepted, format, refusals, warnings, expectations, says) = (
    excluded.at, excluded.accepted, excluded.format, excluded.refusals, excluded.warnings, excluded.expectations,
    excluded.says)
WHERE (kept.accepted, kept.format, kept.refusals, kept.warnings, kept.expectations, kept.says) IS DISTINCT FROM
    (excluded.accepted, excluded.format, excluded.refusals, excluded.warnings, excluded.expectations, excluded.says)
"""

_KEEP_DOUBTS: Final = """
INSERT INTO quarantine (opened_at, sha256, doubt_id, code, sentence, statement_no, raw_position, bank_account,
    amount_minor, currency, booked_on)
SELECT %s, %s, said.* FROM jsonb_to_recordset(%s) AS said (
    doubt_id text, code text, sentence text, statement_no integer, raw_position text, bank_account text,
    amount_minor bigint, currency text, booked_on date)
ON CONFLICT DO NOTHING
"""

_KEEP_REVIEWS: Final = """
INSERT INTO reviews (opened_at, sha256, receipt_id, part_id, code, reasons, candidates, raw_position, money)
SELECT %s, %s, said.* FROM jsonb_to_recordset(%s) AS said (
    receipt_id text, part_id text, code text, reasons jsonb, candidates jsonb, raw_position text, money jsonb)
ON CONFLICT DO NOTHING
"""

_RENEW_REVIEWS: Final = """
WITH came AS (SELECT %s::timestamptz AS at, %s::text[] AS by_program, said.* FROM jsonb_to_recordset(%s) AS said (
    sha256 text, receipt_id text, part_id text, code text, reasons jsonb, candidates jsonb, raw_position text))
INSERT INTO reviews AS kept (opened_at, sha256, receipt_id, part_id, code, reasons, candidates, raw_position)
SELECT at, sha256, receipt_id, part_id, code, reasons, candidates, raw_position FROM came
ON CONFLICT (receipt_id, part_id, code) DO UPDATE
SET (opened_at, reasons, candidates, closed_at, closed_by, closing_reason)
    = (CASE WHEN kept.closed_at IS NULL THEN kept.opened_at ELSE excluded.opened_at END,
        excluded.reasons, excluded.candidates, NULL, NULL, NULL)
WHERE (kept.closed_at IS NULL OR kept.closing_reason = ANY((SELECT by_program FROM came LIMIT 1)::text[]))
    AND (kept.reasons, kept.candidates, kept.closed_at IS NULL)
    IS DISTINCT FROM (excluded.reasons, excluded.candidates, true)
"""

_SUPERSEDE_REVIEWS: Final = f"""
UPDATE reviews SET (closed_at, closed_by, closing_reason) = (%s, 'job:matching', '{SUPERSEDED}')
FROM unnest(%s::text[]) AS over (code), jsonb_to_recordset(%s) AS said (receipt_id text, code text)
WHERE reviews.receipt_id = said.receipt_id AND reviews.code = over.code AND reviews.code <> said.code
    AND reviews.closed_at IS NULL
"""

_QUARANTINE: Final = """
SELECT * FROM quarantine WHERE %s::text IS NULL OR sha256 = %s ORDER BY opened_at, id LIMIT %s
"""
_DOUBT: Final = "SELECT * FROM quarantine WHERE id = %s"
_REVIEWS: Final = """
SELECT * FROM reviews WHERE (%s::text IS NULL OR receipt_id = %s) AND (closed_at IS NULL OR NOT %s)
ORDER BY opened_at, id LIMIT %s
"""
_CANDIDATES: Final = """
SELECT receipt_id, one ->> 'item_id' AS item_id, one ->> 'why' AS why, (one ->> 'of')::bigint AS found,
    jsonb_array_length(candidates) AS listed
FROM reviews CROSS JOIN LATERAL jsonb_array_elements(candidates) AS one
WHERE closed_at IS NULL AND receipt_id IS NOT NULL AND one ->> 'item_id' IS NOT NULL
ORDER BY opened_at, id
"""
_REVIEW: Final = "SELECT * FROM reviews WHERE id = %s"
_CLOSE_REVIEWS_OF: Final = """
UPDATE reviews SET (closed_at, closed_by, closing_reason) = (%s, %s, %s)
WHERE (receipt_id = ANY(%s) OR part_id = ANY(%s)) AND closed_at IS NULL RETURNING id
"""
