-- Note detours of the bound institution, as a case worker: see `persons_add_requests`.
CREATE OR REPLACE FUNCTION persons_note_requests(p_rows jsonb) RETURNS TABLE (line integer, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM partners_require_role('case_worker');
  RETURN QUERY SELECT * FROM persons_add_requests(app_institution(), p_rows);
END $$;
REVOKE ALL ON FUNCTION persons_note_requests(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_note_requests(jsonb) TO kbi_web;
