-- Extend an inscription of the bound institution, as the bound user. Returns 'extended', 'unchanged' (it ends on that
-- day already), or why not: 'not_found', 'over', 'no_mandate' (it is over), 'not_allowed' (the version has others register),
-- 'no_reason', 'not_later', 'too_long' (it would end later than the longest period from today), 'overlaps' (with the
-- next inscription in this capacity).
CREATE OR REPLACE FUNCTION persons_extend_inscription(p_inscription uuid, p_until date, p_reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_old record;
BEGIN
  v_old := persons_own_inscription(p_inscription);
  IF v_old.refusal IS NOT NULL THEN RETURN v_old.refusal; END IF;
  IF v_old.longest_until IS NULL THEN RETURN 'no_mandate'; END IF;
  IF p_until = v_old.valid_until THEN RETURN 'unchanged'; END IF;
  IF coalesce(btrim(p_reason), '') = '' THEN RETURN 'no_reason'; END IF;
  IF p_until IS NULL OR p_until < v_old.valid_until THEN RETURN 'not_later'; END IF;
  IF p_until > v_old.longest_until THEN RETURN 'too_long'; END IF;
  IF EXISTS (SELECT FROM persons_inscriptions_beside(app_institution(), v_old.insz, v_old.mandate_id,
                                                     daterange(v_old.valid_until + 1, p_until, '[]'))) THEN
    RETURN 'overlaps';
  END IF;
  PERFORM persons_take_step(v_old.id, 'extended', p_until, p_reason);
  RETURN 'extended';
END $$;
REVOKE ALL ON FUNCTION persons_extend_inscription(uuid, date, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_extend_inscription(uuid, date, text) TO kbi_web;
