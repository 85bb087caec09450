CREATE OR REPLACE FUNCTION statistics_assert_same_server(p_server text) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF p_server <> (SELECT system_identifier::text FROM pg_control_system()) THEN
    RAISE EXCEPTION 'the roll-up was made on another database server'
      USING ERRCODE = 'KB001', HINT = 'Run manage.py roll_up --rebuild once after a dump and restore.';
  END IF;
END $$;
