"""The journal's tables and functions, in the schema of one legal entity."""

from __future__ import annotations

from typing import Final

from ledger.journal.migrations_archive import ARCHIVE
from ledger.journal.migrations_obeyed import OBEYED
from ledger.journal.migrations_positions import END_OF_A_SAVE, OF_A_FACT, POSITIONS
from ledger.journal.migrations_told import TOLD

# Writers append in parallel and never wait for each other. Before it draws positions, a transaction takes a shared
# advisory lock whose key is the last position drawn so far; the lock is released after the commit is visible. So no
# open transaction can have drawn a position at or below the lowest key of the locks still held. All positions up to
# that key are final; the key is the stable position. A reader must read the last position before it lists the locks.
# Then the facts of a writer that is missing from the list are either already visible or will get later positions.
_EVENTS: Final = """
CREATE TABLE {schema}.events (
    originator_id text COLLATE "C" NOT NULL,
    originator_version bigint NOT NULL,
    topic text COLLATE "C" NOT NULL,
    state bytea NOT NULL,
    notification_id bigint NOT NULL,
    PRIMARY KEY (originator_id, originator_version)
);
CREATE SEQUENCE {schema}.events_position AS bigint OWNED BY {schema}.events.notification_id;
ALTER TABLE {schema}.events ALTER COLUMN notification_id SET DEFAULT nextval('{schema}.events_position');
CREATE UNIQUE INDEX events_notification_id_idx ON {schema}.events (notification_id);
COMMENT ON TABLE {schema}.events IS 'Every fact, appended and never edited.';
COMMENT ON COLUMN {schema}.events.originator_id IS 'Stream of the fact, noun-id.';
COMMENT ON COLUMN {schema}.events.originator_version IS 'Place of the fact in its stream, from 1.';
COMMENT ON COLUMN {schema}.events.topic IS 'Stored name of the fact.';
COMMENT ON COLUMN {schema}.events.state IS 'The fact and its envelope, JSON in UTF-8.';
COMMENT ON COLUMN {schema}.events.notification_id IS 'Position of the fact in the journal of the entity.';

CREATE TABLE {schema}.commands (
    key text COLLATE "C" PRIMARY KEY,
    digest bytea NOT NULL,
    first_position bigint NOT NULL,
    last_position bigint NOT NULL
);
COMMENT ON TABLE {schema}.commands IS 'Idempotency keys of the commands that led to facts.';

CREATE TABLE {schema}.watermarks (
    logged_at timestamptz NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (logged_at, position)
);
COMMENT ON TABLE {schema}.watermarks IS 'Which position was stable at which time, to resolve what was known when.';

GRANT SELECT, INSERT ON {schema}.events, {schema}.commands, {schema}.watermarks TO {writer};
GRANT USAGE, SELECT ON SEQUENCE {schema}.events_position TO {writer};
GRANT SELECT ON {schema}.events, {schema}.commands, {schema}.watermarks, {schema}.events_position TO {reader};
"""

_POSITIONS: Final = """
CREATE FUNCTION {schema}.reserve_positions(wanted integer) RETURNS bigint[] LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    drawn bigint;
    positions bigint[];
BEGIN
    SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END INTO drawn FROM {schema}.events_position;
    PERFORM pg_advisory_xact_lock_shared({schema}.journal_lock(), (drawn & 2147483647)::integer);
    SELECT array_agg(nextval('{schema}.events_position')) INTO positions FROM generate_series(1, wanted);
    RETURN positions;
END $$;

CREATE FUNCTION {schema}.journal_lock() RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT (id - CASE WHEN id > 2147483647 THEN 4294967296 ELSE 0 END)::integer
    FROM (SELECT '{schema}.events'::regclass::oid::bigint AS id) AS journal
$$;

CREATE FUNCTION {schema}.stable_position() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    drawn bigint;
    behind bigint;
BEGIN
    SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END INTO drawn FROM {schema}.events_position;
    SELECT max((drawn - objid::bigint) & 2147483647) INTO behind FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 2 AND classid = '{schema}.events'::regclass::oid
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (drawn - objid::bigint) & 2147483647 < 1073741824;
    RETURN drawn - coalesce(behind, 0);
END $$;

CREATE FUNCTION {schema}.append_facts(
    streams text[], versions bigint[], names text[], states bytea[],
    keys text[], digests bytea[], firsts integer[], lasts integer[]
) RETURNS bigint[] LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    positions bigint[] := {schema}.reserve_positions(cardinality(streams));
BEGIN
    INSERT INTO {schema}.commands (key, digest, first_position, last_position)
    SELECT given.key, given.digest, positions[given.first + 1], positions[given.last + 1]
    FROM unnest(keys, digests, firsts, lasts) AS given (key, digest, first, last);
    INSERT INTO {schema}.events (originator_id, originator_version, topic, state, notification_id)
    SELECT * FROM unnest(streams, versions, names, states, positions);
    RETURN positions;
END $$;

REVOKE ALL ON FUNCTION {schema}.reserve_positions(integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION {schema}.append_facts(text[], bigint[], text[], bytea[], text[], bytea[], integer[], integer[])
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {schema}.reserve_positions(integer) TO {writer};
GRANT EXECUTE ON FUNCTION
    {schema}.append_facts(text[], bigint[], text[], bytea[], text[], bytea[], integer[], integer[]) TO {writer};
GRANT EXECUTE ON FUNCTION {schema}.stable_position(), {schema}.journal_lock() TO {writer}, {reader};
"""

MIGRATIONS: Final[tuple[tuple[int, str, str], ...]] = (
    (1, "events, idempotency keys, watermarks", _EVENTS),
    (2, "positions and the stable position", _POSITIONS),
    (3, "unbroken runs of positions, and the stable position for every kind of reader", POSITIONS),
    (4, "archived years", ARCHIVE),
    (5, "the stable position if the table of events is empty", OF_A_FACT),
    (6, "the end of a save", END_OF_A_SAVE),
    (7, "a stream that every writer obeys", OBEYED),
    (8, "no end of a save after the last fact, and what each column is", TOLD),
)
