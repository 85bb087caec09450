-- Give the rows that follow the number of this server, when it is another one than before: transaction numbers start anew
-- after a dump and restore. Returns the number. 0 is for rows from before the log had seals.
CREATE OR REPLACE FUNCTION consultations_begin_epoch() RETURNS smallint LANGUAGE plpgsql AS $$
DECLARE
  v_server text := (SELECT system_identifier::text FROM pg_control_system());
  v_last consultations_epoch%ROWTYPE;
BEGIN
  SELECT * INTO v_last FROM consultations_epoch ORDER BY number DESC LIMIT 1;
  IF v_last.server IS DISTINCT FROM v_server THEN
    INSERT INTO consultations_epoch (number, server) VALUES (coalesce(v_last.number, 0) + 1, v_server)
    RETURNING * INTO v_last;
  END IF;
  EXECUTE format('ALTER TABLE consultations_consultation ALTER COLUMN epoch SET DEFAULT %s', v_last.number);
  RETURN v_last.number;
END $$;
REVOKE ALL ON FUNCTION consultations_begin_epoch() FROM PUBLIC;
