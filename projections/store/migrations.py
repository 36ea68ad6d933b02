"""The position table: how far one entity's read tables have followed the journal, and which versions they have."""

from __future__ import annotations

from typing import Final

# The read tables are not created here: `definitions` derives them from their row classes. They are never migrated, and
# the roles get the same rights on them as on the position table.
_POSITION: Final = """
CREATE TABLE {schema}.projection_position (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    position bigint NOT NULL,
    versions jsonb NOT NULL
);
INSERT INTO {schema}.projection_position (position, versions) VALUES (0, '{}');
COMMENT ON TABLE {schema}.projection_position IS 'How far the read tables have followed the journal.';
COMMENT ON COLUMN {schema}.projection_position.only_row IS 'There is one row.';
COMMENT ON COLUMN {schema}.projection_position.position IS 'Every fact up to this position is in the read tables.';
COMMENT ON COLUMN {schema}.projection_position.versions IS
    'Every read table by name, each with a hash of how it is made: a program uses those of its own versions only.';
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON {schema}.projection_position TO {writer};
GRANT SELECT ON {schema}.projection_position TO {reader};
"""

# Before PostgreSQL 17, only a table's owner may analyse it, and the right to do so cannot be granted. Tables that
# somebody has locked at the moment are skipped.
_ANALYSE: Final = """
CREATE FUNCTION {schema}.analyse_read_tables() RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE (
        SELECT 'ANALYZE (SKIP_LOCKED) ' || string_agg('{schema}.' || quote_ident(kept.name), ', ')
        FROM {schema}.projection_position CROSS JOIN jsonb_object_keys(versions) AS kept (name)
    );
END $$;
REVOKE ALL ON FUNCTION {schema}.analyse_read_tables() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {schema}.analyse_read_tables() TO {writer};
"""

MIGRATIONS: Final[tuple[tuple[int, str, str], ...]] = (
    (1, "position and versions of the read tables", _POSITION),
    (2, "analysing the read tables", _ANALYSE),
)
