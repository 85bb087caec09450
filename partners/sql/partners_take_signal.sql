-- Note, as a privacy officer, that the mail of a signal leaves. Returns true for the first who asks, so that it leaves once;
-- a rollback takes it back.
CREATE OR REPLACE FUNCTION partners_take_signal(p_reference text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM partners_require_role('privacy_officer');
  UPDATE partners_signal SET mailed_at = now()
  WHERE reference = p_reference AND institution_id = app_institution() AND mailed_at IS NULL;
  RETURN FOUND;
END $$;
REVOKE ALL ON FUNCTION partners_take_signal(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_take_signal(text) TO kbi_web;
