"""A stream that every writer obeys: no save is made by a writer who has not read the newest fact of that stream."""

from __future__ import annotations

from typing import Final

# A writer that appends to the obeyed stream holds the stream's lock alone, from before it reads until its commit is
# visible. Every other save takes the same lock shared, before it draws positions, and keeps it until its commit is
# visible. So while the stream's writer holds the lock, no other save is under way, and it sees all facts that have a
# position; every later save has later positions. The statement after the lock has a snapshot of its own, which shows
# every fact of the stream whose writer has let the lock go. So a save whose writer has read only an older fact of the
# stream fails, and is decided again. The newest fact may have been archived since, so both tables are asked, in the
# statement that reads the last position anyway. The old functions, which obeyed nothing, are dropped: a program that
# knows no periods can save nothing.
OBEYED: Final = """
DROP FUNCTION {schema}.append_facts(text[], bigint[], text[], bytea[], text[], bytea[], integer[], integer[]);
DROP FUNCTION {schema}.draw_positions(integer);
DROP FUNCTION {schema}.reserve_positions(integer);

CREATE FUNCTION {schema}.reserve_positions(
    wanted integer, obeyed text DEFAULT '', turn bigint DEFAULT 0, known bigint DEFAULT 0
) RETURNS bigint[] LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    drawn bigint;
    outdated boolean;
    taken text;
    positions bigint[];
BEGIN
    IF obeyed <> '' THEN
        taken := pg_advisory_xact_lock_shared(turn)::text;
    END IF;
    SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END,
        EXISTS (SELECT FROM {schema}.events WHERE originator_id = obeyed AND originator_version > known)
        OR EXISTS (SELECT FROM {schema}.archived_streams WHERE stream = obeyed AND last_version > known)
    INTO drawn, outdated FROM {schema}.events_position;
    IF outdated THEN
        RAISE EXCEPTION 'there is a newer fact of %, which every writer obeys', obeyed
            USING ERRCODE = 'serialization_failure';
    END IF;
    PERFORM pg_advisory_xact_lock_shared({schema}.journal_lock(), (drawn & 2147483647)::integer);
    SELECT array_agg(nextval('{schema}.events_position')) INTO positions FROM generate_series(1, wanted);
    RETURN positions;
END $$;
COMMENT ON FUNCTION {schema}.reserve_positions(integer, text, bigint, bigint) IS
    'Draws positions under the lock of a stream that every writer obeys; fails if that has a newer version than known.';

CREATE FUNCTION {schema}.append_facts(
    streams text[], versions bigint[], names text[], states bytea[],
    keys text[], digests bytea[], firsts integer[], lasts integer[],
    obeyed text, turn bigint, known bigint
) RETURNS bigint[] LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    positions bigint[] := {schema}.reserve_positions(cardinality(streams), obeyed, turn, known);
BEGIN
    INSERT INTO {schema}.commands (key, digest, first_position, last_position)
    SELECT given.key, given.digest, positions[given.first + 1], positions[given.last + 1]
    FROM unnest(keys, digests, firsts, lasts) AS given (key, digest, first, last);
    INSERT INTO {schema}.events (originator_id, originator_version, topic, state, notification_id)
    SELECT * FROM unnest(streams, versions, names, states, positions);
    RETURN positions;
END $$;

CREATE FUNCTION {schema}.draw_positions(wanted integer, obeyed text, turn bigint, known bigint) RETURNS bigint[]
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    positions bigint[] := {schema}.reserve_positions(wanted, obeyed, turn, known);
BEGIN
    IF positions[wanted] - positions[1] = wanted - 1 THEN
        RETURN ARRAY[positions[1], positions[wanted]];
    END IF;
    RETURN positions;
END $$;
COMMENT ON FUNCTION {schema}.draw_positions(integer, text, bigint, bigint) IS
    'Positions for a save: all of them, or of an unbroken run the first and the last.';

REVOKE ALL ON FUNCTION {schema}.reserve_positions(integer, text, bigint, bigint),
    {schema}.draw_positions(integer, text, bigint, bigint),
    {schema}.append_facts(
        text[], bigint[], text[], bytea[], text[], bytea[], integer[], integer[], text, bigint, bigint
    ) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {schema}.reserve_positions(integer, text, bigint, bigint),
    {schema}.draw_positions(integer, text, bigint, bigint),
    {schema}.append_facts(
        text[], bigint[], text[], bytea[], text[], bytea[], integer[], integer[], text, bigint, bigint
    ) TO {writer};
"""
