"""The schema for whoever reads with SQL: no save ends after the last fact, and each column says what it is."""

from __future__ import annotations

from typing import Final

# Readers keep the answer as the position that they have seen up to. So a position that is after the end, for example of
# another entity, must not come back as it is: the facts recorded until then would be skipped. The program asks only
# about positions that it has read, and saves the look at the locks.
TOLD: Final = """
ALTER FUNCTION {schema}.end_of_save(bigint) RENAME TO end_of_read_save;
COMMENT ON FUNCTION {schema}.end_of_read_save(bigint) IS
    'Last position, at or before one that was read, that is inside no command''s save.';

CREATE OR REPLACE FUNCTION {schema}.stable_position() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    -- The statement after this one has a snapshot of its own, which has the marks of all facts up to this position.
    settled bigint := {schema}.settled_position();
BEGIN
    RETURN {schema}.end_of_read_save(settled);
END $$;

CREATE FUNCTION {schema}.end_of_save(asked bigint) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    settled bigint := {schema}.settled_position();
BEGIN
    RETURN {schema}.end_of_read_save(greatest(least(asked, settled), 0));
END $$;
COMMENT ON FUNCTION {schema}.end_of_save(bigint) IS
    'Last position, at or before the one asked for, that is inside no command''s save; at most the stable position.';
REVOKE ALL ON FUNCTION {schema}.end_of_save(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {schema}.end_of_save(bigint) TO {writer}, {reader};

COMMENT ON COLUMN {schema}.commands.key IS 'The key: given with the command, or made of what it is about.';
COMMENT ON COLUMN {schema}.commands.digest IS 'Hash of the command; another command with this key is refused.';
COMMENT ON COLUMN {schema}.commands.first_position IS 'Position of the command''s first fact.';
COMMENT ON COLUMN {schema}.commands.last_position IS 'Position of the command''s last fact.';
COMMENT ON COLUMN {schema}.watermarks.logged_at IS 'A time.';
COMMENT ON COLUMN {schema}.watermarks.position IS 'The position up to which facts were known at that time.';
COMMENT ON COLUMN {schema}.archived_facts.first_position IS 'Position of the file''s first fact.';
COMMENT ON COLUMN {schema}.archived_facts.last_position IS 'Position of the file''s last fact.';
COMMENT ON COLUMN {schema}.archived_facts.facts IS 'How many facts are in the file.';
COMMENT ON COLUMN {schema}.archived_facts.file IS 'Name of the file, in the folder of archived years.';
COMMENT ON COLUMN {schema}.archived_facts.archived_at IS 'When the facts left the table of events.';
COMMENT ON COLUMN {schema}.archived_streams.stream IS 'Stream of the facts, noun-id.';
COMMENT ON COLUMN {schema}.archived_streams.last_version IS 'Place of the last archived fact in its stream.';
COMMENT ON COLUMN {schema}.archived_streams.last_position IS 'Position of the last fact of the file.';
COMMENT ON TABLE {schema}.migrations IS 'Changes of this schema, as each room of the program applied them.';
COMMENT ON COLUMN {schema}.migrations.room IS 'The part of the program.';
COMMENT ON COLUMN {schema}.migrations.number IS 'Place among the changes of that room.';
COMMENT ON COLUMN {schema}.migrations.name IS 'What it is about.';
COMMENT ON COLUMN {schema}.migrations.sha256 IS 'Hash of its SQL, which never changes.';
COMMENT ON COLUMN {schema}.migrations.applied_at IS 'When it was applied.';
"""
