"""Tables of the bank's side: accounts of ours, files, statements, movements that are no receipts."""

from __future__ import annotations

from typing import Final

_BANK_ACCOUNTS: Final = """
CREATE TABLE {schema}.bank_accounts (
    bank_account text COLLATE "C" PRIMARY KEY,
    currency text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    from_on date,
    until_on date
);
COMMENT ON TABLE {schema}.bank_accounts IS 'The provider''s own bank accounts.';
COMMENT ON COLUMN {schema}.bank_accounts.bank_account IS 'The bank account.';
COMMENT ON COLUMN {schema}.bank_accounts.currency IS 'ISO 4217 code of its currency.';
COMMENT ON COLUMN {schema}.bank_accounts.source IS 'Kind of file that is the one source of its movements.';
COMMENT ON COLUMN {schema}.bank_accounts.from_on IS 'First day its statements are awaited; null: from the beginning.';
COMMENT ON COLUMN {schema}.bank_accounts.until_on IS 'Last day its statements are awaited; null: until further notice.';
"""

_FILES: Final = """
CREATE TABLE {schema}.files (
    sha256 text COLLATE "C" PRIMARY KEY,
    format text COLLATE "C",
    books boolean NOT NULL,
    standing text COLLATE "C" NOT NULL,
    lines bigint NOT NULL,
    chunks bigint NOT NULL,
    receipts bigint,
    movements bigint,
    allocations bigint,
    seen_before bigint,
    in_doubt bigint,
    reasons text[] NOT NULL,
    ingested_at_position bigint,
    completed_at_position bigint
);
COMMENT ON TABLE {schema}.files IS 'Every bank file that was opened for loading or rejected.';
COMMENT ON COLUMN {schema}.files.sha256 IS 'Hash of its content.';
COMMENT ON COLUMN {schema}.files.format IS 'Its format, as recognised by content.';
COMMENT ON COLUMN {schema}.files.books IS 'Whether its lines are booked; false where it only proves totals.';
COMMENT ON COLUMN {schema}.files.standing IS 'loading, complete or rejected.';
COMMENT ON COLUMN {schema}.files.lines IS 'Lines it holds.';
COMMENT ON COLUMN {schema}.files.chunks IS 'Chunks it is loaded in.';
COMMENT ON COLUMN {schema}.files.receipts IS 'Receipts it led to; null until complete.';
COMMENT ON COLUMN {schema}.files.movements IS 'Other bank movements it led to; null until complete.';
COMMENT ON COLUMN {schema}.files.allocations IS 'Allocations it led to; null until complete.';
COMMENT ON COLUMN {schema}.files.seen_before IS 'Lines known from other files; null until complete.';
COMMENT ON COLUMN {schema}.files.in_doubt IS 'Lines left for a person; null until complete.';
COMMENT ON COLUMN {schema}.files.reasons IS 'Why it was rejected.';
COMMENT ON COLUMN {schema}.files.ingested_at_position IS 'Position in the journal where its loading began.';
COMMENT ON COLUMN {schema}.files.completed_at_position IS 'Position in the journal where it was complete.';
"""

_BANK_STATEMENTS: Final = """
CREATE TABLE {schema}.bank_statements (
    sha256 text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    bank_account text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL,
    statement_id text COLLATE "C",
    from_on date,
    to_on date,
    opening_minor bigint,
    closing_minor bigint,
    lines bigint NOT NULL,
    sum_minor bigint NOT NULL,
    complete boolean NOT NULL,
    PRIMARY KEY (sha256, number)
);
COMMENT ON TABLE {schema}.bank_statements IS 'Every statement of every proven file.';
COMMENT ON COLUMN {schema}.bank_statements.sha256 IS 'Hash of the file.';
COMMENT ON COLUMN {schema}.bank_statements.number IS 'Which statement of the file, from 1.';
COMMENT ON COLUMN {schema}.bank_statements.bank_account IS 'Bank account it is of.';
COMMENT ON COLUMN {schema}.bank_statements.currency IS 'ISO 4217 code of all amounts in the row.';
COMMENT ON COLUMN {schema}.bank_statements.statement_id IS 'The bank''s own id of the statement.';
COMMENT ON COLUMN {schema}.bank_statements.from_on IS 'First day it covers.';
COMMENT ON COLUMN {schema}.bank_statements.to_on IS 'Last day it covers.';
COMMENT ON COLUMN {schema}.bank_statements.opening_minor IS 'Opening balance, minor units; null without one.';
COMMENT ON COLUMN {schema}.bank_statements.closing_minor IS 'Closing balance, minor units; null without one.';
COMMENT ON COLUMN {schema}.bank_statements.lines IS 'Number of lines.';
COMMENT ON COLUMN {schema}.bank_statements.sum_minor IS 'Sum of the lines, minor units, as they move the account.';
COMMENT ON COLUMN {schema}.bank_statements.complete IS 'Whether all of its file is in the book.';
"""

_BANK_MOVEMENTS: Final = """
CREATE TABLE {schema}.bank_movements (
    movement_id text COLLATE "C" PRIMARY KEY,
    bank_account text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    booked_on date NOT NULL,
    value_on date,
    role text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL,
    line_key text COLLATE "C",
    source text COLLATE "C",
    position text COLLATE "C",
    recorded_at_position bigint NOT NULL
);
COMMENT ON TABLE {schema}.bank_movements IS 'Money moved on a bank account that is no receipt.';
COMMENT ON COLUMN {schema}.bank_movements.movement_id IS 'The movement.';
COMMENT ON COLUMN {schema}.bank_movements.bank_account IS 'Bank account it moved on.';
COMMENT ON COLUMN {schema}.bank_movements.amount_minor IS 'Amount as it moves the account, minor units.';
COMMENT ON COLUMN {schema}.bank_movements.currency IS 'ISO 4217 code of the amount.';
COMMENT ON COLUMN {schema}.bank_movements.booked_on IS 'Booking day at the bank.';
COMMENT ON COLUMN {schema}.bank_movements.value_on IS 'Value day at the bank.';
COMMENT ON COLUMN {schema}.bank_movements.role IS 'Ledger account''s role that its other side was booked on.';
COMMENT ON COLUMN {schema}.bank_movements.rule IS 'Rule that classified it, or manual.';
COMMENT ON COLUMN {schema}.bank_movements.line_key IS 'Identity of the bank''s line.';
COMMENT ON COLUMN {schema}.bank_movements.source IS 'Hash of the file it came in.';
COMMENT ON COLUMN {schema}.bank_movements.position IS 'Where in the file.';
COMMENT ON COLUMN {schema}.bank_movements.recorded_at_position IS 'Position in the journal where it was recorded.';
"""

_RIGHTS: Final = """
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON {schema}.bank_accounts, {schema}.files, {schema}.bank_statements,
    {schema}.bank_movements TO {writer};
GRANT SELECT ON {schema}.bank_accounts, {schema}.files, {schema}.bank_statements, {schema}.bank_movements TO {reader};
"""

TABLES_OF_BANK: Final = _BANK_ACCOUNTS + _FILES + _BANK_STATEMENTS + _BANK_MOVEMENTS + _RIGHTS
