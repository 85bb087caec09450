-- Raise a signal for the privacy officers of the bound institution about the bound user, who has access there. p_look is
-- the id of the row of the log that shows what happened, NULL without one. Returns like partners_signal_about.
CREATE OR REPLACE FUNCTION partners_raise_signal(p_kind text, p_look uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM partners_require_role();
  RETURN partners_signal_about(app_institution(), app_user(), p_kind, p_look);
END $$;
REVOKE ALL ON FUNCTION partners_raise_signal(text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_raise_signal(text, uuid) TO kbi_web;
