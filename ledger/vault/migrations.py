"""The tables of the vault, in a schema of their own; the vault's role alone may use them."""

from __future__ import annotations

from typing import Final

_KEYS: Final = """
CREATE TABLE {vault_schema}.master_keys (
    fingerprint text COLLATE "C" PRIMARY KEY,
    use text COLLATE "C" NOT NULL CHECK (use IN ('names', 'wrapping')),
    since timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz
);
CREATE UNIQUE INDEX master_keys_one_for_names ON {vault_schema}.master_keys (use) WHERE use = 'names';
COMMENT ON TABLE {vault_schema}.master_keys IS 'Which master keys the vault was made with; the keys are never here.';
GRANT SELECT, INSERT, UPDATE (ended_at) ON {vault_schema}.master_keys TO {vault};
"""

_SUBJECTS: Final = """
CREATE TABLE {vault_schema}.subjects (
    subject_id text COLLATE "C" PRIMARY KEY CHECK (subject_id <> ''),
    master_key text COLLATE "C" REFERENCES {vault_schema}.master_keys,
    wrapped_key bytea,
    made_at timestamptz NOT NULL,
    made_by text NOT NULL,
    erased_at timestamptz,
    erased_by text,
    CHECK ((wrapped_key IS NULL) = (erased_at IS NOT NULL)),
    CHECK ((wrapped_key IS NULL) = (master_key IS NULL)),
    CHECK ((erased_at IS NULL) = (erased_by IS NULL))
);
COMMENT ON TABLE {vault_schema}.subjects IS 'Persons, each with a wrapped key; an erased one has no key any more.';
CREATE FUNCTION {vault_schema}.keep_tombstone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'an erased subject stays erased'; END $$;
CREATE TRIGGER keep_tombstone BEFORE UPDATE ON {vault_schema}.subjects
    FOR EACH ROW WHEN (OLD.erased_at IS NOT NULL) EXECUTE FUNCTION {vault_schema}.keep_tombstone();
GRANT EXECUTE ON FUNCTION {vault_schema}.keep_tombstone() TO {vault};
GRANT SELECT, INSERT, UPDATE (master_key, wrapped_key, erased_at, erased_by) ON {vault_schema}.subjects TO {vault};
"""

_ENTRIES: Final = """
CREATE TABLE {vault_schema}.entries (
    entry_id text COLLATE "C" NOT NULL CHECK (entry_id <> ''),
    version integer NOT NULL CHECK (version > 0),
    subject_id text COLLATE "C" NOT NULL REFERENCES {vault_schema}.subjects,
    kind text COLLATE "C" NOT NULL,
    ciphertext bytea NOT NULL,
    put_at timestamptz NOT NULL,
    put_by text NOT NULL,
    correlation text,
    PRIMARY KEY (entry_id, version)
);
CREATE INDEX entries_of_subject ON {vault_schema}.entries (subject_id, kind);
COMMENT ON TABLE {vault_schema}.entries IS 'What is known of a person, encrypted; every version that there ever was.';
GRANT SELECT, INSERT ON {vault_schema}.entries TO {vault};
CREATE TABLE {vault_schema}.sought (
    entry_id text COLLATE "C" PRIMARY KEY,
    subject_id text COLLATE "C" NOT NULL REFERENCES {vault_schema}.subjects,
    kind text COLLATE "C" NOT NULL,
    digest text COLLATE "C" NOT NULL
);
CREATE INDEX sought_by_digest ON {vault_schema}.sought (kind, digest);
CREATE INDEX sought_of_subject ON {vault_schema}.sought (subject_id);
COMMENT ON TABLE {vault_schema}.sought IS 'Keyed hashes of what persons are looked up by, as it is now.';
GRANT SELECT, INSERT, DELETE ON {vault_schema}.sought TO {vault};
"""

_READINGS: Final = """
CREATE TABLE {vault_schema}.readings (
    reading_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    person text NOT NULL,
    subject_id text COLLATE "C",
    kinds text[] NOT NULL,
    purpose text COLLATE "C" NOT NULL CHECK (purpose <> ''),
    correlation text
);
CREATE INDEX readings_of_subject ON {vault_schema}.readings (subject_id, at);
CREATE INDEX readings_of_person ON {vault_schema}.readings (person, at);
COMMENT ON TABLE {vault_schema}.readings IS 'Who read what of whom, when and why; nobody changes or deletes a row.';
COMMENT ON COLUMN {vault_schema}.readings.subject_id IS 'Whose; null if somebody was looked up and not found.';
GRANT SELECT, INSERT ON {vault_schema}.readings TO {vault};
"""

MIGRATIONS: Final[tuple[tuple[int, str, str], ...]] = (
    (1, "master keys", _KEYS),
    (2, "subjects", _SUBJECTS),
    (3, "entries", _ENTRIES),
    (4, "readings", _READINGS),
)
