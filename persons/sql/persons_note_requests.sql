-- Note detours of the bound institution, as a case worker: see `persons_add_requests`.
CREATE OR REPLACE FUNCTION persons_note_requests(p_rows jsonb) RETURNS TABLE (line integer, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF app_institution() IS NULL OR app_user() IS NULL OR app_role() <> 'case_worker' THEN
    RAISE EXCEPTION 'a case worker notes requests of the bound institution' USING ERRCODE = '42501';
  END IF;
  RETURN QUERY SELECT * FROM persons_add_requests(app_institution(), p_rows);
END $$;
REVOKE ALL ON FUNCTION persons_note_requests(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_note_requests(jsonb) TO kbi_web;
