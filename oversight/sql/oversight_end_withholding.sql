-- Let letters name looks again that the bound institution, or one that it succeeded, kept confidential, as its privacy
-- officer, and write the row of the log. Returns 'ended', or 'not_found' (also one that is over).
CREATE OR REPLACE FUNCTION oversight_end_withholding(p_withholding uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_insz text;
BEGIN
  PERFORM partners_require_role('privacy_officer');
  UPDATE oversight_withholding w SET ended_by_id = app_user(), ended_at = now()
  WHERE w.public_id = p_withholding AND w.ended_at IS NULL AND w.valid_until >= app_today()
    AND w.institution_id = ANY (partners_works_for(app_institution()))
  RETURNING w.insz INTO v_insz;
  IF v_insz IS NULL THEN RETURN 'not_found'; END IF;
  PERFORM oversight_log_withholding(v_insz, p_withholding);
  RETURN 'ended';
END $$;
REVOKE ALL ON FUNCTION oversight_end_withholding(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION oversight_end_withholding(uuid) TO kbi_web;
