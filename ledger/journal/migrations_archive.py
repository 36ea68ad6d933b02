"""The schema for archived years: where the facts are, and which versions and positions may never be used again."""

from __future__ import annotations

from typing import Final

# The stream, version and position of every archived fact stay in the database, so that no new fact can reuse them. A
# trigger prevents the reuse; the first archive run creates it, so books that were never archived do not pay for it. The
# trigger's function takes a snapshot of its own after the new facts were inserted. So even if the writer had to wait
# until an archive run committed, the function sees the facts that this run moved. In a transaction that is stricter
# than read committed, the function would keep an earlier snapshot and could not see these facts. So it refuses to
# append in such a transaction.
ARCHIVE: Final = """
CREATE TABLE {schema}.archived_facts (
    first_position bigint NOT NULL,
    last_position bigint PRIMARY KEY,
    facts bigint NOT NULL,
    file text NOT NULL,
    sha256 text NOT NULL,
    archived_at timestamptz NOT NULL DEFAULT now(),
    CHECK (first_position <= last_position AND facts > 0)
);
COMMENT ON TABLE {schema}.archived_facts IS 'Files of facts that have left the table of events, in order.';
COMMENT ON COLUMN {schema}.archived_facts.sha256 IS 'Hash of the whole file, in hexadecimal digits.';

CREATE TABLE {schema}.archived_streams (
    stream text COLLATE "C" NOT NULL,
    last_version bigint NOT NULL,
    last_position bigint NOT NULL,
    positions bigint[] NOT NULL,
    PRIMARY KEY (stream, last_version)
);
COMMENT ON TABLE {schema}.archived_streams IS 'Streams with archived facts: one row for each file they are in.';
COMMENT ON COLUMN {schema}.archived_streams.positions IS 'Positions of the facts, in the order of their versions.';

GRANT SELECT ON {schema}.archived_facts, {schema}.archived_streams TO {writer}, {reader};

CREATE FUNCTION {schema}.keep_archived_unique() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    taken text;
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'facts are appended to archived books in transactions that are read committed'
            USING ERRCODE = 'feature_not_supported';
    END IF;
    -- Checked stream by stream, so that a large batch does not read the whole table of archived streams.
    SELECT added.originator_id INTO taken FROM added
    WHERE added.originator_version <= (
        SELECT archived.last_version FROM {schema}.archived_streams AS archived
        WHERE archived.stream = added.originator_id ORDER BY archived.last_version DESC LIMIT 1
    ) LIMIT 1;
    IF NOT FOUND THEN
        SELECT added.originator_id INTO taken FROM added
        WHERE added.notification_id <= (SELECT max(last_position) FROM {schema}.archived_facts) LIMIT 1;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION 'an archived fact of % already has this version or position', taken
            USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION {schema}.keep_archived_unique() FROM PUBLIC;
"""

# The first archive run creates this trigger, in a separate transaction, because its creation waits for writers and
# makes writers wait.
TRIGGER: Final = """
CREATE OR REPLACE TRIGGER archived_stays_unique AFTER INSERT ON {schema}.events REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION {schema}.keep_archived_unique()
"""
