"""The read tables of one legal entity and how far they have followed its journal, in plain words for psql and BI."""

from __future__ import annotations

from typing import Final

from projections.store.tables_of_bank import TABLES_OF_BANK
from projections.store.tables_of_lines import TABLES_OF_LINES
from projections.store.tables_of_receivables import TABLES_OF_RECEIVABLES

# Read tables are never repaired by hand: a change of shape is a migration that makes the table anew and sets
# the position back to zero, and following fills it again.
_POSITION: Final = """
CREATE TABLE {schema}.projection_position (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    position bigint NOT NULL
);
INSERT INTO {schema}.projection_position (position) VALUES (0);
COMMENT ON TABLE {schema}.projection_position IS 'How far the read tables have followed the journal.';
COMMENT ON COLUMN {schema}.projection_position.only_row IS 'There is one row.';
COMMENT ON COLUMN {schema}.projection_position.position IS 'Every fact up to this position is in the read tables.';
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON {schema}.projection_position TO {writer};
GRANT SELECT ON {schema}.projection_position TO {reader};
"""

# Candidates of an unmatched receipt by amount, the oldest due first, and the files' receipts when they complete.
_FOR_MATCHING: Final = """
CREATE INDEX open_items_amount_idx ON {schema}.open_items (currency, open_minor, due_on) WHERE open_minor > 0;
CREATE INDEX receipts_source_idx ON {schema}.receipts (source) WHERE source IS NOT NULL;
CREATE INDEX bank_movements_source_idx ON {schema}.bank_movements (source) WHERE source IS NOT NULL;
"""

MIGRATIONS: Final[tuple[tuple[int, str, str], ...]] = (
    (1, "position of the read tables", _POSITION),
    (2, "accounts, open items, receipts, refunds, write-offs", TABLES_OF_RECEIVABLES),
    (3, "bank accounts, files, statements, movements", TABLES_OF_BANK),
    (4, "sub-ledger activity and general-ledger postings", TABLES_OF_LINES),
    (5, "indexes for matching", _FOR_MATCHING),
)
