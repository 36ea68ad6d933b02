"""The tables of reconciliation in the schema of one legal entity: working lists, which can be rebuilt from the files.

They contain ids, codes, our own sentences and line numbers of files. Payers' names, accounts and texts stay in the
archive.
"""

from __future__ import annotations

from typing import Final

_GATE_RESULTS: Final = """
CREATE TABLE {schema}.gate_results (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sha256 text COLLATE "C" NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    gate_version text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL,
    accepted boolean NOT NULL,
    format text,
    refusals jsonb NOT NULL,
    warnings jsonb NOT NULL,
    expectations jsonb NOT NULL,
    UNIQUE (sha256, gate_version)
);
COMMENT ON TABLE {schema}.gate_results IS 'What the gate said of a file: one verdict for each version of the gate.';
COMMENT ON COLUMN {schema}.gate_results.at IS 'When the verdict was first given as it stands.';
COMMENT ON COLUMN {schema}.gate_results.expectations IS 'What was expected and how often it failed, without any value.';
GRANT SELECT, INSERT, UPDATE ON {schema}.gate_results TO {writer};
GRANT SELECT ON {schema}.gate_results TO {reader};
"""

_QUARANTINE: Final = """
CREATE TABLE {schema}.quarantine (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sha256 text COLLATE "C" NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    statement_no integer,
    line_no integer,
    detail_no integer NOT NULL,
    code text COLLATE "C" NOT NULL,
    sentence text NOT NULL,
    raw_position text,
    receipt_id text COLLATE "C",
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    closed_by text,
    closing_reason text,
    UNIQUE NULLS NOT DISTINCT (sha256, statement_no, line_no, detail_no, code),
    CHECK ((closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (closing_reason IS NULL))
);
CREATE INDEX quarantine_open_idx ON {schema}.quarantine (opened_at, id) WHERE closed_at IS NULL;
COMMENT ON TABLE {schema}.quarantine IS 'What is doubtful about a line whose money is booked.';
COMMENT ON COLUMN {schema}.quarantine.detail_no IS '0 is the line itself; a doubt about the file has no line.';
GRANT SELECT, INSERT, UPDATE ON {schema}.quarantine TO {writer};
GRANT SELECT ON {schema}.quarantine TO {reader};
"""

_REVIEWS: Final = """
CREATE TABLE {schema}.reviews (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    receipt_id text COLLATE "C",
    movement_id text COLLATE "C",
    code text COLLATE "C" NOT NULL,
    reasons jsonb NOT NULL,
    candidates jsonb NOT NULL,
    sha256 text COLLATE "C" CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    raw_position text,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    closed_by text,
    closing_reason text,
    UNIQUE NULLS NOT DISTINCT (receipt_id, movement_id, code),
    CHECK (num_nonnulls(receipt_id, movement_id) = 1),
    CHECK ((closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (closing_reason IS NULL))
);
CREATE INDEX reviews_open_idx ON {schema}.reviews (opened_at, id) WHERE closed_at IS NULL;
COMMENT ON TABLE {schema}.reviews IS 'Money that no rule could place with certainty: a person decides.';
COMMENT ON COLUMN {schema}.reviews.candidates IS 'What it might be for: ids, amounts and why; no personal data.';
GRANT SELECT, INSERT, UPDATE ON {schema}.reviews TO {writer};
GRANT SELECT ON {schema}.reviews TO {reader};
"""

# The column `receipt_id` of a doubt was never filled in, because the line's position in the file identifies the doubt.
_DOUBTS_OF_LINES: Final = "ALTER TABLE {schema}.quarantine DROP COLUMN receipt_id"

# The bank books a movement as one amount, but a person may have to decide about only a part of the movement.
_PARTS_OF_MOVEMENTS: Final = "ALTER TABLE {schema}.reviews RENAME COLUMN movement_id TO part_id"

_RECEIVED: Final = """
CREATE TABLE {schema}.received_files (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sha256 text COLLATE "C" CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    name text NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    code text COLLATE "C",
    sentence text,
    UNIQUE NULLS NOT DISTINCT (sha256, name),
    CHECK ((sha256 IS NULL) = (code IS NOT NULL) AND (code IS NULL) = (sentence IS NULL))
);
COMMENT ON TABLE {schema}.received_files IS 'The names under which files came, also of those that were not archived.';
COMMENT ON COLUMN {schema}.received_files.sha256 IS 'Hash of the content; null if the file could not be archived.';
COMMENT ON COLUMN {schema}.received_files.code IS 'Why the file could not be archived.';
GRANT SELECT, INSERT, UPDATE ON {schema}.received_files TO {writer};
GRANT SELECT ON {schema}.received_files TO {reader};
"""

# A doubt is known by what it is about, and the book says who closed it. Books of this shape are recreated, so nothing
# is copied.
_DOUBTS_IN_THE_BOOK: Final = """
DROP TABLE {schema}.quarantine;
CREATE TABLE {schema}.quarantine (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    doubt_id text COLLATE "C" NOT NULL UNIQUE,
    sha256 text COLLATE "C" NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    code text COLLATE "C" NOT NULL,
    sentence text NOT NULL,
    statement_no integer,
    raw_position text,
    bank_account text COLLATE "C",
    amount_minor bigint,
    currency text COLLATE "C",
    booked_on date,
    opened_at timestamptz NOT NULL
);
CREATE INDEX quarantine_file_idx ON {schema}.quarantine (sha256);
COMMENT ON TABLE {schema}.quarantine IS 'What is doubtful about a line whose money is booked; facts say who closed it.';
COMMENT ON COLUMN {schema}.quarantine.doubt_id IS 'The same in every file that shows the line.';
COMMENT ON COLUMN {schema}.quarantine.sha256 IS 'The first file that led to the doubt.';
COMMENT ON COLUMN {schema}.quarantine.amount_minor IS 'The money in minor units, if it is booked.';
GRANT SELECT, INSERT ON {schema}.quarantine TO {writer};
GRANT SELECT ON {schema}.quarantine TO {reader};
"""

_TOLD: Final = """
COMMENT ON COLUMN {schema}.gate_results.id IS 'Number of the verdict.';
COMMENT ON COLUMN {schema}.gate_results.sha256 IS 'Hash of the file.';
COMMENT ON COLUMN {schema}.gate_results.gate_version IS 'Version of the gate.';
COMMENT ON COLUMN {schema}.gate_results.accepted IS 'False if the file is refused.';
COMMENT ON COLUMN {schema}.gate_results.format IS 'Format of the file; null if it has none that is known.';
COMMENT ON COLUMN {schema}.gate_results.refusals IS 'Why it is refused: code, sentence and place of each reason.';
COMMENT ON COLUMN {schema}.gate_results.warnings IS 'What was noticed besides: code, sentence and place.';
COMMENT ON COLUMN {schema}.quarantine.id IS 'Number of the doubt, in the order in which they arose.';
COMMENT ON COLUMN {schema}.quarantine.code IS 'What is doubtful.';
COMMENT ON COLUMN {schema}.quarantine.sentence IS 'What is doubtful, and what to do.';
COMMENT ON COLUMN {schema}.quarantine.statement_no IS 'Number of the statement in the file, from 1; null for the file.';
COMMENT ON COLUMN {schema}.quarantine.raw_position IS 'Place in the file.';
COMMENT ON COLUMN {schema}.quarantine.bank_account IS 'Our bank account, if the money is booked.';
COMMENT ON COLUMN {schema}.quarantine.currency IS 'Currency of the money.';
COMMENT ON COLUMN {schema}.quarantine.booked_on IS 'Day on which the money is booked.';
COMMENT ON COLUMN {schema}.quarantine.opened_at IS 'When the doubt arose.';
COMMENT ON COLUMN {schema}.reviews.id IS 'Number of the review, in the order in which they arose.';
COMMENT ON COLUMN {schema}.reviews.receipt_id IS 'The receipt; null if it is about a movement.';
COMMENT ON COLUMN {schema}.reviews.part_id IS
    'The movement, its part, or a line that is not booked; null for a receipt.';
COMMENT ON COLUMN {schema}.reviews.code IS 'Why no rule was certain.';
COMMENT ON COLUMN {schema}.reviews.reasons IS 'The same in sentences, with what to do.';
COMMENT ON COLUMN {schema}.reviews.sha256 IS 'Hash of the file; null if no file led to it.';
COMMENT ON COLUMN {schema}.reviews.raw_position IS 'Place in the file.';
COMMENT ON COLUMN {schema}.reviews.opened_at IS 'When the review arose.';
COMMENT ON COLUMN {schema}.reviews.closed_at IS 'When it was closed; null while a person must decide.';
COMMENT ON COLUMN {schema}.reviews.closed_by IS 'Who closed it: a person or a job.';
COMMENT ON COLUMN {schema}.reviews.closing_reason IS 'Why it was closed, as a code.';
COMMENT ON COLUMN {schema}.received_files.id IS 'Number of the row, in the order in which the names came.';
COMMENT ON COLUMN {schema}.received_files.name IS 'Name of the file, without its folder.';
COMMENT ON COLUMN {schema}.received_files.first_at IS 'When the content first came under this name.';
COMMENT ON COLUMN {schema}.received_files.last_at IS 'When it last did.';
COMMENT ON COLUMN {schema}.received_files.sentence IS 'Why the file could not be archived, and what to do.';
"""

_TAKEN: Final = """
CREATE TABLE {schema}.taken_files (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    place text COLLATE "C" NOT NULL,
    look text COLLATE "C" NOT NULL CHECK (look ~ '^[0-9a-f]{64}$'),
    sha256 text COLLATE "C" NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    taken_at timestamptz NOT NULL,
    UNIQUE (place, look, sha256)
);
COMMENT ON TABLE {schema}.taken_files IS 'The files that were taken from drop folders and SFTP servers.';
COMMENT ON COLUMN {schema}.taken_files.id IS 'Number of the row, in the order in which files were taken.';
COMMENT ON COLUMN {schema}.taken_files.place IS 'Name of the place, as in the file of places.';
COMMENT ON COLUMN {schema}.taken_files.look IS 'Hash of name, size and time of change, by which it is known again.';
COMMENT ON COLUMN {schema}.taken_files.sha256 IS 'Hash of the content.';
COMMENT ON COLUMN {schema}.taken_files.taken_at IS 'When it was first taken so.';
GRANT SELECT, INSERT ON {schema}.taken_files TO {writer};
GRANT SELECT ON {schema}.taken_files TO {reader};
"""

_ALERTS: Final = """
CREATE TABLE {schema}.alerts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state text COLLATE "C" NOT NULL,
    place text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL,
    since_on date,
    begun_at timestamptz NOT NULL,
    ended_at timestamptz,
    worse boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX alerts_now_idx ON {schema}.alerts (state, place, account, since_on)
    NULLS NOT DISTINCT WHERE ended_at IS NULL;
CREATE TABLE {schema}.alerts_told (
    alert bigint NOT NULL REFERENCES {schema}.alerts,
    what text COLLATE "C" NOT NULL CHECK (what IN ('begun', 'cleared')),
    channel text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (alert, what, channel)
);
COMMENT ON TABLE {schema}.alerts IS 'Accounts that were not loaded as far as their places promise.';
COMMENT ON COLUMN {schema}.alerts.id IS 'Number of the alert, in the order in which they arose.';
COMMENT ON COLUMN {schema}.alerts.state IS 'late, or missing if it is not only the day that was expected last.';
COMMENT ON COLUMN {schema}.alerts.place IS 'Name of the place, as in the file of places.';
COMMENT ON COLUMN {schema}.alerts.account IS 'Our account at the bank or payment provider.';
COMMENT ON COLUMN {schema}.alerts.since_on IS 'First bank day that is not loaded; null if nothing ever was.';
COMMENT ON COLUMN {schema}.alerts.begun_at IS 'When it was first seen.';
COMMENT ON COLUMN {schema}.alerts.ended_at IS 'When it was over; null while it lasts.';
COMMENT ON COLUMN {schema}.alerts.worse IS 'Whether it ended because what was late is missing.';
COMMENT ON TABLE {schema}.alerts_told IS 'What somebody was told of an alert, on each channel.';
COMMENT ON COLUMN {schema}.alerts_told.alert IS 'Number of the alert.';
COMMENT ON COLUMN {schema}.alerts_told.what IS 'begun, or cleared if the account caught up.';
COMMENT ON COLUMN {schema}.alerts_told.channel IS 'log, mail or webhook.';
COMMENT ON COLUMN {schema}.alerts_told.at IS 'When it was told.';
GRANT SELECT, INSERT, UPDATE ON {schema}.alerts TO {writer};
GRANT SELECT, INSERT ON {schema}.alerts_told TO {writer};
GRANT SELECT ON {schema}.alerts, {schema}.alerts_told TO {reader};
"""

_NOT_BOOKED: Final = """
ALTER TABLE {schema}.reviews ADD COLUMN money jsonb;
COMMENT ON COLUMN {schema}.reviews.money IS 'Of what was not booked, the account, amount, charges and day in its file.';
"""

_SAYS: Final = """
ALTER TABLE {schema}.gate_results ADD COLUMN says jsonb NOT NULL DEFAULT '[]';
COMMENT ON COLUMN {schema}.gate_results.says IS 'Of a refused file, the account, days and number of each statement.';
"""

MIGRATIONS: Final[tuple[tuple[int, str, str], ...]] = (
    (1, "gate results", _GATE_RESULTS),
    (2, "quarantine", _QUARANTINE),
    (3, "reviews", _REVIEWS),
    (4, "doubts of lines", _DOUBTS_OF_LINES),
    (5, "parts of movements", _PARTS_OF_MOVEMENTS),
    (6, "received files", _RECEIVED),
    (7, "doubts in the book", _DOUBTS_IN_THE_BOOK),
    (8, "what each column is", _TOLD),
    (9, "taken files", _TAKEN),
    (10, "alerts", _ALERTS),
    (11, "money that is not booked", _NOT_BOOKED),
    (12, "what a refused file says it is", _SAYS),
)
