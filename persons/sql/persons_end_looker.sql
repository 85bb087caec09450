-- End, as a privacy officer, that a colleague may see a shielded person or a colleague. Returns 'ended', or why not:
-- 'no_reason', 'not_found' (also one that is over).
CREATE OR REPLACE FUNCTION persons_end_looker(p_looker uuid, p_reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM partners_require_role('privacy_officer');
  IF coalesce(btrim(p_reason), '') = '' THEN RETURN 'no_reason'; END IF;
  UPDATE persons_namedlooker l SET ended_by_id = app_user(), ended_at = now(), end_reason = btrim(p_reason)
  WHERE l.public_id = p_looker AND l.institution_id = ANY (partners_works_for(app_institution()))
    AND l.ended_at IS NULL AND l.valid_until >= app_today();
  RETURN CASE WHEN FOUND THEN 'ended' ELSE 'not_found' END;
END $$;
REVOKE ALL ON FUNCTION persons_end_looker(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_end_looker(uuid, text) TO kbi_web;
