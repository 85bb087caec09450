-- A user stores the filters of the client list that they gave a name. The application encrypts them.
CREATE OR REPLACE FUNCTION partners_save_filters(p_membership bigint, p_saved text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM partners_require_role('case_worker');
  IF length(p_saved) > 20000 THEN
    RAISE EXCEPTION 'too many saved filters';
  END IF;
  UPDATE partners_membership SET saved_filters = p_saved
  WHERE id = p_membership AND user_id = app_user() AND institution_id = app_institution();
END $$;
REVOKE ALL ON FUNCTION partners_save_filters(bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_save_filters(bigint, text) TO kbi_web;
