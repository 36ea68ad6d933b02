"""Later changes to the journal's schema: positions drawn in bulk; a stable position for any kind of reader, which is
always the end of a save.
"""

from __future__ import annotations

from typing import Final

# The positions drawn in one save are nearly always an unbroken run; then only its first and last position are sent. The
# run is unbroken if it spans as many numbers as there are positions, because each position is higher than the one
# before. The stable position is always the position of a fact, never merely a number that was drawn. After a crash,
# unused numbers may be drawn again and get facts. A reader that keeps its own position outside this database and had
# already passed these numbers would miss these facts. The numbers up to the position of a visible fact cannot be drawn
# again, because they were flushed together with the fact. A later migration says what the stable position is if the
# table holds no fact. A standby does not see the locks of the primary's writers, and the standby's copy of the sequence
# runs ahead. But a standby knows the logged positions, and takes the last of them as the stable position. Whoever
# logged a position had seen that it was stable, and a standby replays commits in order. The server ignores its timeouts
# while it waits for the next piece of a COPY. If a writer's process is suspended during such a wait, or its machine
# sleeps, the writer would block all readers until it continues. So another session must end the writer's session.
POSITIONS: Final = """
CREATE FUNCTION {schema}.draw_positions(wanted integer) RETURNS bigint[] LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    positions bigint[] := {schema}.reserve_positions(wanted);
BEGIN
    IF positions[wanted] - positions[1] = wanted - 1 THEN
        RETURN ARRAY[positions[1], positions[wanted]];
    END IF;
    RETURN positions;
END $$;
COMMENT ON FUNCTION {schema}.draw_positions(integer) IS
    'Positions for a save: all of them, or of an unbroken run the first and the last.';

CREATE OR REPLACE FUNCTION {schema}.stable_position() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    drawn bigint;
    behind bigint;
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'the stable position is asked for in a transaction that is read committed'
            USING ERRCODE = 'feature_not_supported',
                HINT = 'In another one the next statement does not see all that has become stable.';
    END IF;
    IF pg_is_in_recovery() THEN
        RETURN coalesce((SELECT position FROM {schema}.watermarks ORDER BY logged_at DESC, position DESC LIMIT 1), 0);
    END IF;
    SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END INTO drawn FROM {schema}.events_position;
    SELECT max((drawn - objid::bigint) & 2147483647) INTO behind FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 2 AND classid = '{schema}.events'::regclass::oid
        AND mode = 'ShareLock'
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (drawn - objid::bigint) & 2147483647 < 1073741824;
    drawn := drawn - coalesce(behind, 0);
    RETURN coalesce((SELECT max(notification_id) FROM {schema}.events WHERE notification_id <= drawn), drawn);
END $$;
COMMENT ON FUNCTION {schema}.stable_position() IS
    'Position up to which nothing can still appear. Ask in a statement of its own, before the one that reads; a later'
    ' answer may be smaller; the earlier one is then still valid.';

CREATE FUNCTION {schema}.end_stalled_writers(patience interval) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM (
        SELECT DISTINCT pid FROM pg_stat_activity JOIN pg_locks USING (pid)
        WHERE locktype = 'advisory' AND objsubid = 2 AND classid = '{schema}.events'::regclass::oid
            AND mode = 'ShareLock' AND datname = current_database()
            AND state = 'active' AND wait_event = 'ClientRead' AND query_start < clock_timestamp() - patience
    ) AS stalled
$$;
COMMENT ON FUNCTION {schema}.end_stalled_writers(interval) IS
    'Ends writers that began a COPY so long ago and wait for the rest of it from their client; how many.';

REVOKE ALL ON FUNCTION {schema}.draw_positions(integer), {schema}.end_stalled_writers(interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {schema}.end_stalled_writers(interval) TO {writer};
GRANT EXECUTE ON FUNCTION {schema}.draw_positions(integer) TO {writer};
"""

# If the table holds no fact, the stable position is that of the last archived fact, or 0 in new books.
OF_A_FACT: Final = """
CREATE OR REPLACE FUNCTION {schema}.stable_position() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    drawn bigint;
    behind bigint;
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'the stable position is asked for in a transaction that is read committed'
            USING ERRCODE = 'feature_not_supported',
                HINT = 'In another one the next statement does not see all that has become stable.';
    END IF;
    IF pg_is_in_recovery() THEN
        RETURN coalesce((SELECT position FROM {schema}.watermarks ORDER BY logged_at DESC, position DESC LIMIT 1), 0);
    END IF;
    SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END INTO drawn FROM {schema}.events_position;
    SELECT max((drawn - objid::bigint) & 2147483647) INTO behind FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 2 AND classid = '{schema}.events'::regclass::oid
        AND mode = 'ShareLock'
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (drawn - objid::bigint) & 2147483647 < 1073741824;
    drawn := drawn - coalesce(behind, 0);
    RETURN coalesce(
        (SELECT max(notification_id) FROM {schema}.events WHERE notification_id <= drawn),
        (SELECT max(last_position) FROM {schema}.archived_facts),
        0
    );
END $$;
"""

# A position inside one command's save is shown to nobody: an invoice would be posted while its items are still missing.
# Writers draw positions side by side, so the saves of two of them may interleave, and then even the stable position may
# be inside a save. The end of a save is a position that no command straddles, which means that the command's first fact
# is at or before the position, and its last fact after it. While some command straddles the position, the search goes
# on before the first of these commands. It ends at the same position whenever it is made, because all the commands that
# straddle a stable position are visible. Marks of commands stay when their facts are archived. Nearly every command
# spans few positions, and a b-tree finds those; a GiST index over all commands would make a mark five times as costly
# to write, so it has only the commands that span many.
END_OF_A_SAVE: Final = """
CREATE INDEX commands_saves_idx ON {schema}.commands (first_position) WHERE first_position < last_position;
CREATE INDEX commands_long_saves_idx ON {schema}.commands USING gist (int8range(first_position, last_position))
    WHERE last_position - first_position >= 256;

CREATE FUNCTION {schema}.end_of_save(asked bigint) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
    began bigint;
BEGIN
    LOOP
        SELECT min(first_position) INTO began FROM (
            SELECT first_position FROM {schema}.commands
            WHERE first_position < last_position
                AND first_position > asked - 256 AND first_position <= asked AND last_position > asked
            UNION ALL
            SELECT first_position FROM {schema}.commands
            WHERE last_position - first_position >= 256 AND int8range(first_position, last_position) @> asked
        ) AS straddling;
        IF began IS NULL THEN
            RETURN asked;
        END IF;
        asked := began - 1;
    END LOOP;
END $$;
COMMENT ON FUNCTION {schema}.end_of_save(bigint) IS
    'Last position, at or before the one asked for, that is inside no command''s save.';

ALTER FUNCTION {schema}.stable_position() RENAME TO settled_position;
COMMENT ON FUNCTION {schema}.settled_position() IS
    'Position up to which nothing can still appear; it may be inside a save.';
CREATE FUNCTION {schema}.stable_position() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    -- The statement after this one has a snapshot of its own, which has the marks of all facts up to this position.
    settled bigint := {schema}.settled_position();
BEGIN
    RETURN {schema}.end_of_save(settled);
END $$;
COMMENT ON FUNCTION {schema}.stable_position() IS
    'Last end of a save up to which nothing can still appear. Ask in a statement of its own, before the one that reads;'
    ' a later answer may be smaller; the earlier one is then still valid.';

REVOKE ALL ON FUNCTION {schema}.end_of_save(bigint), {schema}.stable_position() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {schema}.end_of_save(bigint), {schema}.stable_position() TO {writer}, {reader};
"""
