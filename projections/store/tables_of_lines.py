"""Tables that are only added to: the sub-ledger's activity and the general ledger's postings."""

from __future__ import annotations

from typing import Final

_ACTIVITY: Final = """
CREATE TABLE {schema}.activity (
    ledger_position bigint NOT NULL,
    line bigint NOT NULL,
    fact text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    account_id text COLLATE "C",
    invoice_id text COLLATE "C",
    share bigint,
    receipt_id text COLLATE "C",
    side text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    document text COLLATE "C" NOT NULL,
    occurred_on date NOT NULL,
    accounting_date date NOT NULL,
    PRIMARY KEY (ledger_position, line)
);
CREATE INDEX activity_account_id_idx ON {schema}.activity (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX activity_receipt_id_idx ON {schema}.activity (receipt_id) WHERE side = 'unallocated';
COMMENT ON TABLE {schema}.activity IS
    'The sub-ledger line by line. Above zero the payer owes more, below zero less, on every side.';
COMMENT ON COLUMN {schema}.activity.ledger_position IS 'Position of the fact in the journal.';
COMMENT ON COLUMN {schema}.activity.line IS 'Which line of the fact, from 1.';
COMMENT ON COLUMN {schema}.activity.fact IS 'What happened.';
COMMENT ON COLUMN {schema}.activity.stream IS 'Stream of the fact, noun-id.';
COMMENT ON COLUMN {schema}.activity.version IS 'Place of the fact in its stream.';
COMMENT ON COLUMN {schema}.activity.account_id IS
    'Account of the item or the credit. A receipt is the account''s that the last of its lines names.';
COMMENT ON COLUMN {schema}.activity.invoice_id IS 'Invoice of the item.';
COMMENT ON COLUMN {schema}.activity.share IS 'Share of the invoice.';
COMMENT ON COLUMN {schema}.activity.receipt_id IS 'Receipt that is unallocated or was applied.';
COMMENT ON COLUMN {schema}.activity.side IS 'item, unallocated or credit.';
COMMENT ON COLUMN {schema}.activity.role IS 'Role of the control account it ties out to.';
COMMENT ON COLUMN {schema}.activity.amount_minor IS 'Change of what the payer owes, minor units.';
COMMENT ON COLUMN {schema}.activity.currency IS 'ISO 4217 code of the amount.';
COMMENT ON COLUMN {schema}.activity.document IS 'Stream of the document that the line comes from.';
COMMENT ON COLUMN {schema}.activity.occurred_on IS 'Day it happened: the clock of the sub-ledger.';
COMMENT ON COLUMN {schema}.activity.accounting_date IS 'Day it counts in the general ledger.';
"""

_GL_POSTINGS: Final = """
CREATE TABLE {schema}.gl_postings (
    ledger_position bigint NOT NULL,
    line bigint NOT NULL,
    fact text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    occurred_on date NOT NULL,
    accounting_date date NOT NULL,
    PRIMARY KEY (ledger_position, line)
);
COMMENT ON TABLE {schema}.gl_postings IS 'Every leg of every posting; those of a fact sum to zero by currency.';
COMMENT ON COLUMN {schema}.gl_postings.ledger_position IS 'Position of the fact in the journal.';
COMMENT ON COLUMN {schema}.gl_postings.line IS 'Which leg of the posting, from 1.';
COMMENT ON COLUMN {schema}.gl_postings.fact IS 'What happened.';
COMMENT ON COLUMN {schema}.gl_postings.stream IS 'Stream of the fact, noun-id.';
COMMENT ON COLUMN {schema}.gl_postings.role IS 'Role of the ledger account; the chart gives its number.';
COMMENT ON COLUMN {schema}.gl_postings.amount_minor IS 'Debit above zero, credit below, minor units.';
COMMENT ON COLUMN {schema}.gl_postings.currency IS 'ISO 4217 code of the amount.';
COMMENT ON COLUMN {schema}.gl_postings.occurred_on IS 'Day it happened.';
COMMENT ON COLUMN {schema}.gl_postings.accounting_date IS 'Day it counts: the clock of the general ledger.';
"""

_RIGHTS: Final = """
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON {schema}.activity, {schema}.gl_postings TO {writer};
GRANT SELECT ON {schema}.activity, {schema}.gl_postings TO {reader};
"""

TABLES_OF_LINES: Final = _ACTIVITY + _GL_POSTINGS + _RIGHTS
