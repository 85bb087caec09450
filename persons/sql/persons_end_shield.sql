-- End a shield at once: as a privacy officer one of the own institution (or of one that it succeeded), as an administrator
-- of the agency one of the agency. Returns 'ended', or why not: 'no_reason', 'not_found' (also one that is over).
CREATE OR REPLACE FUNCTION persons_end_shield(p_shield uuid, p_reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF app_scope() = 'agency' THEN
    PERFORM partners_require_agency();
  ELSE
    PERFORM partners_require_role('privacy_officer');
  END IF;
  IF coalesce(btrim(p_reason), '') = '' THEN RETURN 'no_reason'; END IF;
  UPDATE persons_shield s SET ended_by_id = app_user(), ended_at = now(), end_reason = btrim(p_reason)
  WHERE s.public_id = p_shield AND s.ended_at IS NULL AND s.valid_until >= app_today()
    AND CASE WHEN app_scope() = 'agency' THEN s.institution_id IS NULL
        ELSE s.institution_id = ANY (partners_works_for(app_institution())) END;
  RETURN CASE WHEN FOUND THEN 'ended' ELSE 'not_found' END;
END $$;
REVOKE ALL ON FUNCTION persons_end_shield(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_end_shield(uuid, text) TO kbi_web;
