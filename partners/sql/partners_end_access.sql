-- End access, as the bound user: on p_until, or at once (NULL), when yesterday was its last day. Access that would have no
-- day left is withdrawn instead and keeps its days; so is a proposal. Returns 'ended' or 'withdrawn', or why not:
-- 'not_found', 'own', 'over', 'no_reason', 'not_earlier', 'too_early' (before yesterday), 'left' (the bound local
-- administrator was ended at the same moment; else two could end each other and leave the institution without one).
CREATE OR REPLACE FUNCTION partners_end_access(p_membership bigint, p_until date, p_reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_giver text;
  v_access partners_membership;
  v_last date := coalesce(p_until, app_today() - 1);
  v_withdrawn boolean;
BEGIN
  v_giver := partners_access_giver();
  -- One at a time for each institution. The second waits here, and then sees whether it is an administrator still.
  PERFORM FROM partners_institution n
  WHERE n.id = (SELECT m.institution_id FROM partners_membership m WHERE m.id = p_membership) FOR NO KEY UPDATE;
  IF v_giver = 'local' AND NOT partners_has_role(app_user(), app_institution(), app_role(), app_today()) THEN
    RETURN 'left';
  END IF;
  SELECT * INTO v_access FROM partners_locked_access(p_membership);
  IF v_access.id IS NULL THEN RETURN 'not_found'; END IF;
  IF v_access.user_id = app_user() THEN RETURN 'own'; END IF;
  IF v_access.status = 'withdrawn' OR v_access.status = 'confirmed' AND v_access.valid_until < app_today() THEN
    RETURN 'over';
  END IF;
  IF coalesce(btrim(p_reason), '') = '' THEN RETURN 'no_reason'; END IF;
  v_withdrawn := v_access.status = 'proposed' OR v_last < v_access.valid_from;
  IF NOT v_withdrawn THEN
    IF v_last >= v_access.valid_until THEN RETURN 'not_earlier'; END IF;
    IF v_last < app_today() - 1 THEN RETURN 'too_early'; END IF;
  END IF;
  UPDATE partners_membership SET reason = btrim(p_reason),
    status = CASE WHEN v_withdrawn THEN 'withdrawn' ELSE status END,
    valid_until = CASE WHEN v_withdrawn THEN valid_until ELSE v_last END
  WHERE id = p_membership;
  RETURN CASE WHEN v_withdrawn THEN 'withdrawn' ELSE 'ended' END;
END $$;
REVOKE ALL ON FUNCTION partners_end_access(bigint, date, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_end_access(bigint, date, text) TO kbi_web;
