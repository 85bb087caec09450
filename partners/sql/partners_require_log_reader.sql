-- Raises an error unless the bound user is a privacy officer today who reads the log of this institution: that of the bound
-- one, or of one that it succeeded. For the functions of the log's owner, which may not read who has access.
CREATE OR REPLACE FUNCTION partners_require_log_reader(p_institution bigint) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM partners_require_role('privacy_officer');
  IF p_institution = ANY (partners_works_for(app_institution())) THEN
    RETURN;
  END IF;
  RAISE EXCEPTION 'the bound institution does not read this log' USING ERRCODE = '42501';
END $$;
REVOKE ALL ON FUNCTION partners_require_log_reader(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_require_log_reader(bigint) TO kbi_log;
