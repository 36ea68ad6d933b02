-- What can go wrong inside the server, at the n-th row, at the commit, or at the position of the read tables.
-- A sequence counts across rollbacks, so that each fault strikes once.
CREATE SCHEMA faults;
CREATE TABLE faults.armed (step text, nth bigint, action text, PRIMARY KEY (step, nth));
-- Two transactions that want the same row of it wait for each other.
CREATE TABLE faults.meeting (id integer PRIMARY KEY);
-- Its file is put in place as a device without room.
CREATE TABLE faults.full_disk (content text);
CREATE SEQUENCE faults.rows MINVALUE 0 START 0;
CREATE SEQUENCE faults.copy MINVALUE 0 START 0;
CREATE SEQUENCE faults.commit MINVALUE 0 START 0;
CREATE SEQUENCE faults.position MINVALUE 0 START 0;
CREATE SEQUENCE faults.settle MINVALUE 0 START 0;
CREATE SEQUENCE faults.struck MINVALUE 0 START 0;
SELECT nextval('faults.rows'), nextval('faults.copy'), nextval('faults.commit'), nextval('faults.position'),
    nextval('faults.settle'), nextval('faults.struck');

CREATE FUNCTION faults.reach() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    reached text := CASE WHEN TG_ARGV[0] = 'rows' AND current_query() ILIKE 'copy %' THEN 'copy' ELSE TG_ARGV[0] END;
    seen bigint := nextval('faults.' || reached);
    wanted text := (SELECT action FROM faults.armed WHERE step = reached AND nth = seen);
BEGIN
    IF wanted IS NULL THEN
        RETURN NEW;
    END IF;
    IF wanted = 'serialize' THEN
        PERFORM count(*) FROM faults.meeting;
    ELSIF wanted = 'deadlock' THEN
        INSERT INTO faults.meeting VALUES (1);
    END IF;
    PERFORM nextval('faults.struck');
    CASE wanted
        WHEN 'terminate' THEN
            PERFORM pg_terminate_backend(pg_backend_pid());
            PERFORM pg_sleep(60);
        WHEN 'full' THEN
            INSERT INTO faults.full_disk VALUES ('one row too many');
        WHEN 'deadlock' THEN
            -- The other one waits for us first; then we wait for it.
            WHILE NOT EXISTS (
                SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
            ) LOOP
                PERFORM pg_sleep(0.002);
            END LOOP;
            PERFORM pg_advisory_xact_lock(4711);
        ELSE
            PERFORM pg_advisory_xact_lock_shared(4711);
    END CASE;
    RETURN NEW;
END $$;

CREATE TRIGGER fault_at_a_row BEFORE INSERT ON clinic.events
    FOR EACH ROW EXECUTE FUNCTION faults.reach('rows');
CREATE CONSTRAINT TRIGGER fault_at_the_commit AFTER INSERT ON clinic.events DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION faults.reach('commit');
CREATE TRIGGER fault_at_the_position BEFORE UPDATE ON clinic.projection_position
    FOR EACH ROW EXECUTE FUNCTION faults.reach('position');
CREATE CONSTRAINT TRIGGER fault_as_the_page_is_settled AFTER UPDATE ON clinic.projection_position
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION faults.reach('settle');
