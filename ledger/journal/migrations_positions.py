"""Later changes to the journal's schema: positions drawn in bulk; a stable position for any kind of reader."""

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
